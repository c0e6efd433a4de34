// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

extension Brake {
    /// Everything as of ``clock``. Proportional to what there is, so made on demand only.
    func derivedState() -> State {
        State(
            agreement: agreement.id, terms: agreement.terms, rules: Int64(agreement.rules),
            at: clock,
            size: size, brake: derived.core.state, brakeSince: derived.stateSince,
            order: OrderStanding(
                epoch: derived.epoch, measures: derived.core.measures, causes: derived.core.causes,
                expiry: derived.core.expiry),
            entryIntoForce: forceStanding(), parties: partyStandings(),
            triggers: triggerStandings(),
            questions: docket.questions.map { standing(of: $0) }, models: modelStandings(),
            measurements: measurementStandings(), sites: siteStandings(),
            mitigations: mitigationStandings(), milestones: milestoneStandings(),
            selfReports: selfReportStandings(), withoutEffect: record.withoutEffect,
            monitors: monitorStanding())
    }

    private func forceStanding() -> ForceStanding {
        let out = roster.parties.indices.compactMap { place -> PartyWithReason? in
            guard membership.standings[place].member != nil, !membership.isIn[place],
                case .condition(let reason)? = partyState(of: place).1
            else { return nil }
            return PartyWithReason(party: roster.parties[place].name, reason: reason.sentence)
        }
        return ForceStanding(
            since: membership.inForceSince, in: membership.result.in, out: out,
            waitsFor: membership.inForce ? [] : shortfalls().map(\.sentence))
    }

    private func partyStandings() -> [PartyStanding] {
        roster.parties.enumerated().map { place, party in
            let derived = derived.parties[place]
            return PartyStanding(
                name: party.name, roles: party.roles.sorted(), jurisdiction: party.jurisdiction,
                state: derived.state, since: derived.since, reason: derived.reason?.sentence)
        }
    }

    private func triggerStandings() -> [TriggerStanding] {
        board.pairs.map { pair in
            let trigger = triggers[pair.trigger]
            let found = reading(of: trigger.condition, rule: trigger.evidence, about: pair.subject)
            let standing = board[pair]
            precondition(
                TriggerVerdict(found.truth) == standing.verdict, "a verdict changes by events only")
            return TriggerStanding(
                trigger: trigger.name, subject: subject(at: pair.subject),
                verdict: standing.verdict,
                since: standing.since, reason: reason(for: found, rule: trigger.evidence),
                clause: trigger.article)
        }
        .sorted {
            $0.trigger != $1.trigger ? $0.trigger < $1.trigger : $0.subject < $1.subject
        }
    }

    private func standing(of question: Question) -> QuestionStanding {
        let matter = question.matter
        let accused = matter.accused.map { roster.parties[$0].name }
        return QuestionStanding(
            id: question.id, kind: question.kind,
            trigger: matter.trigger.map { agreement.triggers[$0.trigger].name },
            subject: matter.trigger.map { subject(at: $0.subject) }, accused: accused,
            cause: matter.cause.map { causes[$0].id }, opened: question.opened,
            deadline: question.deadline, status: question.status, closed: question.closed,
            closing: question.closing?.sentence, rule: question.rule,
            recused: question.recused.map {
                PartyWithReason(
                    party: roster.parties[$0.member].name,
                    reason: $0.why.sentence(accused: accused ?? ""))
            },
            votes: question.votes, hearings: question.hearings)
    }

    private func measurementStandings() -> [MeasurementStanding] {
        evidence.all.flatMap { slot, held in
            held.map {
                MeasurementStanding(
                    signer: roster.parties[$0.signer].name, entry: $0.entry, value: $0.value,
                    stale: $0.stale)
            }
        }
        .sorted { a, b in
            if a.value.indicator != b.value.indicator {
                return a.value.indicator < b.value.indicator
            }
            // Both ways, by bytes: two subjects can be equal to Swift and still be two.
            if a.value.subject < b.value.subject { return true }
            if b.value.subject < a.value.subject { return false }
            return a.signer < b.signer
        }
    }
}
