// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

// What evaluators and developers owe each other and everybody else: results, and access.
extension DutyView {
    var evaluations: [Duty] { periodic + answers }

    /// What has to be measured every so often, by whoever's evidence can count.
    private var periodic: [Duty] {
        guard !party.doesCoveredWork,
            party.roles.contains(.evaluator) || party.roles.contains(.auditor)
        else { return [] }
        return state.schedules.filter { isAsked(about: $0.indicator) }.map { schedule in
            let last = schedule.newest.map { ", and the last is of \($0)" } ?? ", and none is there"
            let ends =
                schedule.missed == nil
                ? "" : "; until then nothing older says that a trigger is clear"
            return duty(
                .evaluate, "\(schedule.indicator)-\(schedule.subject)", due: schedule.due,
                "to measure \(schedule.indicator) of \(schedule.subject), as somebody has to every "
                    + "\(schedule.every)\(last)\(ends)", schedule.clause)
        }
    }

    /// Whether any trigger that reads the indicator would count the party's word.
    private func isAsked(about indicator: String) -> Bool {
        let asking = brake.triggers.filter { trigger in
            trigger.condition.leaves.contains { $0.indicator == indicator }
        }
        return asking.isEmpty
            || asking.contains {
                $0.evidence.from.isEmpty || $0.evidence.from.contains(party.name)
            }
    }

    /// Requests for access to its models that it has not answered.
    private var answers: [Duty] {
        state.evaluations.filter { $0.developer == party.name && $0.answer == nil }.map { asked in
            duty(
                .access, "e\(asked.entry)", due: asked.due,
                "to grant or refuse \(asked.evaluator) \(asked.access.rawValue) access to "
                    + "\(asked.model), as asked in entry \(asked.entry)",
                agreement.verification.article)
        }
    }
}
