// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import TransparencyLog

@testable import Brake

// What evaluators asked, judged and revised in a scene.
extension Scene {
    private func revision(
        _ entry: UInt64, _ day: String, _ value: String, _ low: String, _ high: String,
        stage: MeasuredValue.Stage = .final, corrects: UInt64? = nil, withdrawn: Bool = false
    ) -> RevisionStanding {
        RevisionStanding(
            entry: LogIndex(entry), received: Time(day)!, value: ExactDecimal(value)!,
            interval: MeasuredValue.Interval(
                low: ExactDecimal(low)!, high: ExactDecimal(high)!,
                confidence: ExactDecimal("0.95")!, method: "bootstrap"),
            made: Time(day)!, stage: stage, suite: words, assurance: .thirdParty,
            corrects: corrects.map { LogIndex($0) }, reason: corrects == nil ? nil : words,
            challenge: withdrawn ? "q7" : nil, outcome: withdrawn ? .adopted : nil,
            withdrawn: withdrawn)
    }

    var history: [HistoryStanding] {
        [
            HistoryStanding(
                indicator: "horizon-50", subject: .model(name), signer: "evaluator-1", count: 40,
                revisions: [
                    revision(10, "2026-09-20", "300", "160", "600", stage: .preliminary),
                    revision(12, "2026-10-02", "980", "400", "2000", withdrawn: true),
                    revision(14, "2026-10-11", "610", "400", "1000"),
                    revision(27, "2026-10-30", "720", "510", "1100", corrects: 14),
                ])
        ]
    }

    var judgements: [JudgementStanding] {
        [
            JudgementStanding(
                signer: "auditor-1", entry: LogIndex(28),
                judgement: Judgement(
                    claim: "full-substitution", subject: .model(name), holds: .unclear,
                    reason: words, assurance: .thirdParty, made: Scene.now - Scene.hours(50)),
                stale: false)
        ]
    }

    var schedules: [ScheduleStanding] {
        [
            ScheduleStanding(
                indicator: "horizon-50", subject: .model(name), every: Scene.hours(90 * 24),
                newest: Scene.now - Scene.hours(100 * 24), due: Scene.now - Scene.hours(240),
                missed: Scene.now - Scene.hours(240), clause: "4.1"),
            ScheduleStanding(
                indicator: "doubling-time", subject: .frontier, every: Scene.hours(90 * 24),
                newest: nil, due: Scene.now + Scene.hours(240), missed: nil, clause: "4.2"),
        ]
    }

    var evaluations: [AccessStanding] {
        [
            AccessStanding(
                evaluator: "evaluator-2", entry: LogIndex(15), at: Scene.now - Scene.hours(300),
                model: name, developer: "developer-b", access: .whiteBox, what: words,
                due: Scene.now - Scene.hours(100), overdue: false,
                answer: AccessStanding.Answer(
                    entry: LogIndex(17), at: Scene.now - Scene.hours(90), access: .greyBox,
                    reason: words, inTime: false)),
            AccessStanding(
                evaluator: "evaluator-3", entry: LogIndex(16), at: Scene.now - Scene.hours(200),
                model: name, developer: "developer-b", access: .blackBox, what: words,
                due: Scene.now - Scene.hours(10), overdue: true, answer: nil),
        ]
    }

    var comments: [CommentStanding] {
        [
            CommentStanding(
                about: LogIndex(27), party: "developer-b", entry: LogIndex(29),
                at: Scene.now - Scene.hours(40), text: words, inTime: true)
        ]
    }

    var challenges: [ChallengeStanding] {
        [
            ChallengeStanding(
                entry: LogIndex(13), party: "evaluator-2", measurement: LogIndex(12),
                value: ExactDecimal("590")!, unit: .minutes, interval: nil, reason: words,
                question: "q7", outcome: .adopted)
        ]
    }

    var dissent: [DissentStanding] {
        [
            DissentStanding(
                trigger: "research-automation", subject: .model(name), about: "horizon-50",
                part: "horizon-50 at least 480 min", yes: ["evaluator-1"], no: ["evaluator-3"],
                unclear: [])
        ]
    }
}
