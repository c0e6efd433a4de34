// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// The law alone and the law in a log read the same from the same evidence.
@Suite struct TrialAgreementTests {
    @Test(arguments: 0..<24)
    func `a trial and a log read the same from the same evidence`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let agreement = try Scene.evaluating.get()
        var play = try Play(agreement)
        try play.open()
        var trial = TriggerTrial(agreement)
        trial.advance(to: Scene.day(1))
        for model in ["fiction-1", "fiction-2"] {
            try play.register(model, by: "developer-a", at: Scene.day(2))
            trial.begin(model: model, at: Scene.day(2))
        }
        var time = Scene.day(2)
        var seen: Set<String> = []
        for step in 0..<120 {
            time =
                time + TimeSpan(milliseconds: Int64.random(in: 0...60, using: &random) * 3_600_000)
            let name = ["evaluator-1", "evaluator-2", "evaluator-3", "auditor-1"]
                .randomElement(using: &random)!
            let said = Self.randomReport(at: time, using: &random)
            let outcome = try play.note(name, said, at: time)
            let why =
                switch said {
                case .measurement(let value): trial.report(value, by: name, at: time)
                case .judgement(let judgement): trial.report(judgement, by: name, at: time)
                default: nil as String?
                }
            #expect((why == nil) == outcome.isEffective, "seed \(seed), \(step)")
            try check(trial.standings, play.brake.state.triggers, "seed \(seed), \(step)")
            for found in trial.standings {
                seen.insert(found.verdict.rawValue)
                if found.pending != nil { seen.insert("pending") }
                if found.keptUntil != nil { seen.insert("kept") }
            }
        }
        let end = time + .days(90)
        trial.advance(to: end)
        try check(
            trial.standings,
            play.brake.state(at: end + TimeSpan(milliseconds: 1)).triggers, "seed \(seed), end")
        #expect(seen.isSuperset(of: ["crossed", "unknown", "pending"]), "\(seen)")
        try checkInvariants(of: play)
    }

    private func check(
        _ found: [TriggerStanding], _ expected: [TriggerStanding], _ what: String
    ) throws {
        try #require(found.count == expected.count, "\(what)")
        for (a, b) in zip(found, expected) {
            try #require(a.trigger == b.trigger && a.subject == b.subject, "\(what)")
            try #require(a.verdict == b.verdict && a.since == b.since, "\(what): \(a.trigger)")
            try #require(a.pending == b.pending && a.keptUntil == b.keptUntil, "\(what)")
            try #require(a.reason.text == b.reason.text, "\(what)")
        }
    }

    private static func randomReport(
        at time: Time, using random: inout SplitMix
    ) -> PauseAgreement.Predicate {
        let made =
            time - TimeSpan(milliseconds: Int64.random(in: 0...48, using: &random) * 3_600_000)
        let model = Subject.model(["fiction-1", "fiction-2"].randomElement(using: &random)!)
        var work = CaseRun.Work()
        if Int.random(in: 0...5, using: &random) == 0 { work.tables = ["t"] }
        if Int.random(in: 0...9, using: &random) == 0 { work.stage = .preliminary }
        let elicitation = Int.random(in: 0...3, using: &random) == 0 ? nil : "scaffolded"
        func value(
            _ indicator: String, _ subject: Subject, _ unit: QuantityUnit, _ figure: ExactDecimal
        ) -> PauseAgreement.Predicate {
            .measurement(
                MeasuredValue(
                    indicator: indicator, subject: subject, value: figure, unit: unit, low: figure,
                    high: figure, made: made, elicitation: elicitation, work: work))
        }
        // Mostly past the figure, so that something holds for long enough.
        let high = Int.random(in: 0...4, using: &random) > 0
        switch Int.random(in: 0...3, using: &random) {
        case 0: return value("horizon", model, .minutes, high ? 600 : 300)
        case 1: return value("tasks", model, .share, ExactDecimal(high ? "0.9" : "0.6")!)
        case 2: return value("doubling-time", .frontier, .days, high ? 50 : 150)
        default:
            return .judgement(
                Judgement(
                    claim: "replaced", subject: model,
                    holds: high
                        ? .yes : Judgement.Holds.allCases.randomElement(using: &random)!,
                    reason: "seen", assurance: .thirdParty, made: made, evidence: work.evidence))
        }
    }
}
