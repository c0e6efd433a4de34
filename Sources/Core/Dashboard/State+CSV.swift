// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
import TransparencyLog

/// Which tables a state has as files.
public enum StateTable: String, Hashable, Sendable, CaseIterable {
    case parties, sites, triggers, questions, measurements, history

    /// The table as CSV; columns in docs/formats/pages.md, only ever added at the right.
    public func bytes(of state: State, under agreement: Agreement) -> [UInt8] {
        switch self {
        case .parties: parties(state, agreement).bytes
        case .sites: sites(state).bytes
        case .triggers: triggers(state).bytes
        case .questions: questions(state).bytes
        case .measurements: measurements(state).bytes
        case .history: history(state).bytes
        }
    }

    private func parties(_ state: State, _ agreement: Agreement) -> CSV {
        var table = CSV([
            "at", "size", "party", "roles", "jurisdiction", "share", "state", "bound", "since",
            "reason",
        ])
        for party in state.parties {
            table.add([
                state.at.description, state.size.description, party.name,
                party.roles.map(\.rawValue).joined(separator: " "), party.jurisdiction,
                (agreement.party(party.name)?.share ?? .zero).description, party.state.rawValue,
                String(party.state.isBound), party.since.description, party.reason ?? "",
            ])
        }
        return table
    }

    private func sites(_ state: State) -> CSV {
        var table = CSV([
            "at", "size", "party", "site", "emulated", "stopped-since", "covered-from",
            "covered-to", "silent-since", "due", "correctness", "completeness",
            "could-have-missed-share", "could-have-missed-confidence", "events", "reason",
        ])
        for site in state.sites {
            table.add([
                state.at.description, state.size.description, site.party, site.site,
                String(site.emulated), site.stop?.since.description ?? "",
                site.covered?.from.description ?? "", site.covered?.to.description ?? "",
                site.silentSince?.description ?? "", site.due?.description ?? "",
                site.correctness.rawValue, site.completeness.rawValue,
                site.couldHaveMissed?.share.description ?? "",
                site.couldHaveMissed?.confidence.description ?? "", String(site.events.count),
                site.reason,
            ])
        }
        return table
    }

    private func triggers(_ state: State) -> CSV {
        var table = CSV([
            "at", "size", "trigger", "subject", "verdict", "since", "reason", "article",
            "pending-since", "kept-until",
        ])
        for trigger in state.triggers {
            table.add([
                state.at.description, state.size.description, trigger.trigger,
                trigger.subject.description, trigger.verdict.rawValue, trigger.since.description,
                trigger.reason.text, trigger.clause, trigger.pending?.since.description ?? "",
                trigger.keptUntil?.description ?? "",
            ])
        }
        return table
    }

    private func questions(_ state: State) -> CSV {
        var table = CSV([
            "at", "size", "question", "kind", "subject", "accused", "cause", "opened", "deadline",
            "status", "closed", "yes", "no", "abstain", "quorum", "jurisdictions", "article",
        ])
        for question in state.questions {
            let counted = question.votes.filter(\.counts)
            func count(_ choice: Vote.Choice) -> String {
                String(counted.count { $0.choice == choice })
            }
            table.add([
                state.at.description, state.size.description, question.id, question.kind.rawValue,
                question.subject?.description ?? "", question.accused ?? "", question.cause ?? "",
                question.opened.description, question.deadline.description,
                question.status.rawValue, question.closed?.description ?? "", count(.yes),
                count(.no), count(.abstain), String(question.rule.quorum),
                String(question.rule.jurisdictions), question.clause,
            ])
        }
        return table
    }

    private func measurements(_ state: State) -> CSV {
        var table = CSV([
            "at", "size", "indicator", "subject", "signer", "entry", "made", "value", "unit",
            "low", "high", "confidence", "assurance", "suite", "stale", "fictional", "withdrawn",
            "stage", "access", "safeguards", "budget", "relationship",
        ])
        for measurement in state.measurements {
            let value = measurement.value
            table.add([
                state.at.description, state.size.description, value.indicator,
                value.subject.description, measurement.signer, measurement.entry.description,
                value.made.description, value.value.description, value.unit.rawValue,
                value.interval?.low.description ?? "", value.interval?.high.description ?? "",
                value.interval?.confidence.description ?? "", value.assurance.rawValue, value.suite,
                String(measurement.stale), String(value.fictional), measurement.withdrawn ?? "",
                value.stage.rawValue, value.access?.rawValue ?? "",
                value.safeguards?.rawValue ?? "", value.budget ?? "",
                value.relationship?.rawValue ?? "",
            ])
        }
        return table
    }

    private func history(_ state: State) -> CSV {
        var table = CSV([
            "at", "size", "indicator", "subject", "signer", "entry", "received", "made", "value",
            "low", "high", "confidence", "stage", "assurance", "suite", "corrects", "reason",
            "challenge", "outcome", "withdrawn",
        ])
        for history in state.history {
            for revision in history.revisions {
                table.add([
                    state.at.description, state.size.description, history.indicator,
                    history.subject.description, history.signer, revision.entry.description,
                    revision.received.description, revision.made.description,
                    revision.value.description, revision.interval?.low.description ?? "",
                    revision.interval?.high.description ?? "",
                    revision.interval?.confidence.description ?? "", revision.stage.rawValue,
                    revision.assurance.rawValue, revision.suite,
                    revision.corrects?.description ?? "", revision.reason ?? "",
                    revision.challenge ?? "", revision.outcome?.rawValue ?? "",
                    String(revision.withdrawn),
                ])
            }
        }
        return table
    }
}
