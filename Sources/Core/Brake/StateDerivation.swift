// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

extension Brake {
    /// Everything as of ``clock``. Proportional to what there is, so made on demand only.
    func derivedState() -> State {
        let (triggers, dissent) = triggerStandings()
        return State(
            agreement: agreement.id, terms: agreement.terms, rules: Int64(agreement.rules),
            at: clock,
            size: size, brake: derived.core.state, brakeSince: derived.stateSince,
            order: OrderStanding(
                epoch: derived.epoch, measures: derived.core.measures, causes: derived.core.causes,
                expiry: derived.core.expiry),
            entryIntoForce: forceStanding(), parties: partyStandings(),
            triggers: triggers,
            questions: docket.questions.map { standing(of: $0) }, models: modelStandings(),
            measurements: measurementStandings(), history: historyStandings(),
            judgements: judgementStandings(), schedules: scheduleStandings(),
            evaluations: accessStandings(), comments: commentStandings(),
            challenges: challengeStandings(), dissent: dissent, sites: siteStandings(),
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

    /// What each trigger reads, and where evaluators contradict each other.
    private func triggerStandings() -> (standings: [TriggerStanding], dissent: [DissentStanding]) {
        var standings: [TriggerStanding] = []
        var dissent: [DissentStanding] = []
        for pair in law.pairs {
            let about = subject(at: pair.subject)
            let reading = law.reading(of: pair)
            standings.append(law.standing(of: pair, about: about, reading: reading))
            dissent += law.dissent(in: pair, about: about, reading: reading)
        }
        return (
            standings.sorted {
                $0.trigger != $1.trigger ? $0.trigger < $1.trigger : $0.subject < $1.subject
            },
            dissent.sorted {
                precedes(
                    ($0.trigger, $0.subject, $0.part, LogIndex(0)),
                    ($1.trigger, $1.subject, $1.part, LogIndex(0)))
            }
        )
    }

    private func standing(of question: Question) -> QuestionStanding {
        let matter = question.matter
        let accused = matter.accused.map { roster.parties[$0].name }
        return QuestionStanding(
            id: question.id, kind: question.kind,
            trigger: matter.trigger.map { agreement.triggers[$0.trigger].name },
            subject: matter.trigger.map { subject(at: $0.subject) }, accused: accused,
            cause: matter.cause.map { causes[$0].id }, measurement: matter.measurement,
            opened: question.opened,
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
        law.evidence.all.flatMap { _, record in
            record.held.compactMap { item -> MeasurementStanding? in
                guard case .measured(let value) = item.content else { return nil }
                return MeasurementStanding(
                    signer: roster.parties[item.signer].name, entry: item.entry, value: value,
                    stale: item.stale, withdrawn: item.withdrawn)
            }
        }
        .sorted {
            precedes(
                ($0.value.indicator, $0.value.subject, $0.signer, $0.entry),
                ($1.value.indicator, $1.value.subject, $1.signer, $1.entry))
        }
    }
}
