// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// Three-valued logic, pooling, and what a suite's range can show.
@Suite struct TriggerEvaluationTests {
    private static let truths = Truth.allCases

    // MARK: - Kleene

    @Test func `and, or and at-least agree with every way the unknown could turn out`() {
        for a in Self.truths {
            for b in Self.truths {
                for c in Self.truths {
                    for count in 0...4 {
                        let parts = [a, b, c]
                        #expect(
                            Truth.atLeast(count, of: parts)
                                == slow(parts) { $0.count { $0 } >= count },
                            "\(count) of \(parts)")
                    }
                    #expect(Truth.all([a, b, c]) == slow([a, b, c]) { $0.allSatisfy(\.self) })
                    #expect(Truth.any([a, b, c]) == slow([a, b, c]) { $0.contains(true) })
                }
            }
        }
    }

    /// Decided where all completions of the unknown agree, unknown otherwise.
    private func slow(_ parts: [Truth], _ holds: ([Bool]) -> Bool) -> Truth {
        var completions: [[Bool]] = [[]]
        for part in parts {
            let values = part == .unknown ? [true, false] : [part == .yes]
            completions = completions.flatMap { known in values.map { known + [$0] } }
        }
        let results = Set(completions.map(holds))
        return results.count == 2 ? .unknown : results == [true] ? .yes : .no
    }

    // MARK: - Pooling

    @Test(arguments: [
        // evaluators, k-of-n, worst case, median; measurements that show it and that do not
        (1, 0, 0, Truth.unknown, Truth.unknown, Truth.unknown),
        (1, 1, 0, .yes, .yes, .yes),
        (1, 0, 1, .no, .no, .no),
        (1, 1, 1, .yes, .no, .no),
        (2, 1, 0, .unknown, .unknown, .unknown),
        (2, 1, 1, .unknown, .no, .no),
        (2, 2, 0, .yes, .yes, .yes),
        (2, 2, 1, .yes, .no, .yes),
        (2, 1, 2, .no, .no, .no),
        (2, 2, 2, .yes, .no, .no),
        (3, 2, 2, .unknown, .no, .no),
        (3, 3, 1, .yes, .no, .yes),
    ])
    func `measurements are pooled as the trigger says`(
        evaluators: Int, yes: Int, no: Int, kOfN: Truth, worstCase: Truth, median: Truth
    ) throws {
        for (pool, expected) in [
            (EvidenceRule.Pool.kOfN, kOfN), (.worstCase, worstCase), (.median, median),
        ] {
            let votes = Array(repeating: true, count: yes) + Array(repeating: false, count: no)
            let found = try verdict(votes, evaluators: evaluators, pool: pool)
            #expect(found == expected, "\(pool.rawValue): \(yes) yes, \(no) no of \(evaluators)")
        }
    }

    /// What a trigger on horizons of at least 100 min reads, with an evaluator for each
    /// measurement.
    private func verdict(_ shows: [Bool], evaluators: Int, pool: EvidenceRule.Pool) throws -> Truth
    {
        var play = try Play()
        try play.open()
        try play.register("fiction-1", by: "developer-b", at: Scene.day(2))
        for (name, shows) in zip(["auditor-1", "evaluator-1", "evaluator-2", "evaluator-3"], shows)
        {
            try play.measure(
                .horizon(shows ? 300 : 50, made: Scene.day(2)), by: name, at: Scene.day(2))
        }
        let comparison = Comparison(
            indicator: "horizon", direction: .atLeast, figure: 100, bound: .lower,
            confidence: ExactDecimal("0.95")!)
        let rule = EvidenceRule(evaluators: evaluators, assurance: .thirdParty, pool: pool)
        return play.brake.law.reading(of: .compare(comparison), rule: rule, about: .model(0)).truth
    }

    // MARK: - Range and bounds

    @Test(arguments: [
        // Between the ends a figure is itself.
        ("100", Comparison.Direction.atLeast, "100", true), ("99.9", .atLeast, "100", false),
        ("100", .above, "100", false), ("100.1", .above, "100", true),
        ("100", .atMost, "100", true), ("100.1", .atMost, "100", false),
        ("100", .below, "100", false), ("99.9", .below, "100", true),
        // Past the ceiling of 960: at least the ceiling, and never at most anything.
        ("5000", .atLeast, "960", true), ("5000", .above, "960", false),
        ("5000", .above, "959", true),
        ("5000", .atMost, "960", false), ("5000", .below, "960", false),
        // Past the floor of 1: at most the floor, and never at least anything.
        ("0.001", .atMost, "1", true), ("0.001", .below, "1", false), ("0.001", .below, "2", true),
        ("0.001", .atLeast, "1", false), ("0.001", .atLeast, "0", false),
        ("0.001", .above, "0", false),
    ])
    func `a figure shows no more than the suite can measure`(
        measured: String, direction: Comparison.Direction, figure: String, holds: Bool
    ) throws {
        let indicator = try #require(try Scene.standard.get().indicator("horizon"))
        let comparison = Comparison(
            indicator: "horizon", direction: direction, figure: ExactDecimal(figure)!,
            bound: .estimate,
            confidence: .zero)
        #expect(comparison.holds(for: ExactDecimal(measured)!, on: indicator) == holds)
    }

    @Test func `the bound that the trigger asks about decides`() {
        let evidence = Evidence(
            signer: 0, entry: LogIndex(1), received: Scene.day(1),
            content: .measured(.horizon(100, made: Scene.day(1))))
        #expect(evidence.figure(for: .lower) == 80)
        #expect(evidence.figure(for: .upper) == 120)
        #expect(evidence.figure(for: .estimate) == 100)
    }

    @Test func `a measurement counts only when every demand on it is met`() {
        let rule = EvidenceRule(evaluators: 1, assurance: .thirdParty, pool: .kOfN)
        let comparison = Comparison(
            indicator: "horizon", direction: .atLeast, figure: 100, bound: .lower,
            confidence: ExactDecimal("0.95")!)
        let estimate = Comparison(
            indicator: "horizon", direction: .atLeast, figure: 100, bound: .estimate,
            confidence: .zero)
        func why(
            _ value: MeasuredValue, _ comparison: Comparison, stale: Bool = false,
            _ filter: EvidenceFilter = .none
        ) -> Unusable? {
            Evidence(
                signer: 0, entry: LogIndex(1), received: Scene.day(6), content: .measured(value),
                stale: stale
            )
            .unusable(for: .compare(comparison), rule: rule, filter: filter)
        }
        let good = MeasuredValue.horizon(100, made: Scene.day(5))
        #expect(why(good, comparison) == nil)
        #expect(why(good, comparison, stale: true) == .stale)
        #expect(why(.bare(assurance: .selfReported), comparison) == .assurance(needed: .thirdParty))
        #expect(why(.bare(), comparison) == .noInterval)
        #expect(why(.bare(), estimate) == nil)
        #expect(
            why(.bare(confidence: "0.949"), comparison)
                == .confidence(needed: ExactDecimal("0.95")!))
        #expect(why(.bare(confidence: "0.951", assurance: .reproduced), comparison) == nil)
        let resuming = EvidenceFilter(after: Scene.day(5), elicited: true)
        #expect(why(good, comparison, resuming) == .madeBefore(Scene.day(5)))
        #expect(why(.horizon(100, made: Scene.day(6)), comparison, resuming) == nil)
        #expect(
            why(.bare(confidence: "0.95", made: Scene.day(6)), comparison, resuming)
                == .elicitationNotStated)
    }

    @Test func `a model's trigger looks at the field, and the field's never at a model`() throws {
        var play = try Play()
        try play.open()
        for model in ["fiction-1", "fiction-2"] {
            try play.register(model, by: "developer-b", at: Scene.day(2))
            for value in [MeasuredValue.horizon(600, of: model, made: Scene.day(2))] {
                try play.measure(value, by: "evaluator-1", at: Scene.day(2))
            }
        }
        func verdicts() -> [TriggerVerdict] {
            play.brake.state.triggers.filter { $0.trigger == "autonomy" }.map(\.verdict)
        }
        #expect(verdicts() == [.unknown, .unknown])
        let doubling = MeasuredValue(
            indicator: "doubling-time", subject: .frontier, value: 100, unit: .days, low: 90,
            high: 110,
            made: Scene.day(2))
        try play.measure(doubling, by: "evaluator-2", at: Scene.day(2))
        #expect(verdicts() == [.crossed, .crossed])
    }
}

extension ExactDecimal: ExpressibleByIntegerLiteral {
    init(integerLiteral value: Int64) { self.init(coefficient: Int128(value)) }
}

extension MeasuredValue {
    fileprivate static func bare(
        confidence: String? = nil, assurance: Assurance = .thirdParty, made: Time = Scene.day(5)
    ) -> MeasuredValue {
        MeasuredValue(
            indicator: "horizon", subject: .model("fiction-1"), value: 100, unit: .minutes,
            low: confidence.map { _ in 90 }, high: confidence.map { _ in 110 },
            confidence: confidence.flatMap { ExactDecimal($0) } ?? .zero, assurance: assurance,
            made: made,
            elicitation: nil)
    }
}
