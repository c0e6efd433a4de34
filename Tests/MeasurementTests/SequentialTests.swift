// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Measurement

struct SequentialOracle: Decodable {
    let p0: Double
    let p1: Double
    let alpha: Double
    let beta: Double
    let A_log: Double
    let B_log: Double
    let h1: Double
    let h2: Double
    let s: Double
    let step_success: Double
    let step_failure: Double
    let asn_p0: Double
    let asn_p1: Double
}

struct SequentialRunOracle: Decodable {
    let seq: [Int]
    let p0: Double
    let p1: Double
    let alpha: Double
    let beta: Double
    let decision: String
    let n: Int
    let llr: Double
}

struct EvidenceOracle: Decodable {
    let simple_LR_20_of_24_p0_50_p1_76: Double
    let reject_at_alpha_05_when: Double
    let one_sided_20_24_p0_half: Double
    let combine_independent: String
    let combine_arbitrary: String
    let e_to_p: String
}

struct TimeUniformOracle: Decodable {
    struct Mixture: Decodable {
        let n: Int
        let alpha: Double
        let rho: Double
        let sigma2: Double
        let halfwidth: Double
    }

    let hoeffding_halfwidth_n100_a05: Double
    let normal_mixture_two_sided: [Mixture]
}

@Suite struct SequentialTests {
    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `Wald's bounds, lines, steps and expected trials agree with independent computations`()
        throws
    {
        let oracles: [SequentialOracle] = try Reference.oracles("sprt")
        #expect(oracles.count >= 3)
        for oracle in oracles {
            let test = try sequential(oracle.p0, oracle.p1, oracle.alpha, oracle.beta)
            let what = "\(oracle.p0) against \(oracle.p1)"
            check(test.upperBound, near: oracle.A_log, within: 6e-7, what)
            check(test.lowerBound, near: oracle.B_log, within: 6e-7, what)
            check(test.successStep, near: oracle.step_success, within: 6e-7, what)
            check(test.failureStep, near: oracle.step_failure, within: 6e-7, what)
            check(test.lines.clearing, near: oracle.h1, within: 6e-7, what)
            check(test.lines.crossing, near: oracle.h2, within: 6e-7, what)
            check(test.lines.slope, near: oracle.s, within: 6e-7, what)
            check(test.expectedTrials.underNull, near: oracle.asn_p0, within: 6e-4, what)
            check(test.expectedTrials.underAlternative, near: oracle.asn_p1, within: 6e-4, what)
        }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `runs stop at the trial and with the ratio that were computed elsewhere`() throws {
        let oracles: [SequentialRunOracle] = try Reference.oracles("sprt_run")
        #expect(oracles.count >= 3)
        let decisions = ["cross": "crossed", "not_crossed": "clear", "continue": "continue"]
        for oracle in oracles {
            let outcome = try sequential(oracle.p0, oracle.p1, oracle.alpha, oracle.beta)
                .test(oracle.seq.map { $0 == 1 })
            #expect(outcome.decision.rawValue == decisions[oracle.decision])
            #expect(outcome.trials == oracle.n)
            check(outcome.logRatio, near: oracle.llr, within: 6e-7)
        }
    }

    @Test func `Wald's test errs about as often as it may, and takes about as long as it says`()
        throws
    {
        let test = try sequential(0.4, 0.6, 0.05, 0.05)
        var generator = SeededGenerator(seed: 11)
        var (wrong, trials) = (0, 0)
        for _ in 0..<2_000 {
            // Two of five: the null rate.
            let outcome = test.test((0..<400).map { _ in generator.index(below: 5) < 2 })
            wrong += outcome.decision == .crossed ? 1 : 0
            trials += outcome.trials
        }
        // At most 5 %, of which 130 is the 99.9 % quantile, and not for never crossing.
        #expect((40...130).contains(wrong))
        check(Double(trials) / 2_000, near: test.expectedTrials.underNull, within: 5)
    }

    @Test func `a test without room between its rates or its bounds is refused`() {
        for (null, alternative, alpha, beta) in [
            (0.5, 0.5, 0.05, 0.05), (0.6, 0.5, 0.05, 0.05), (0.4, 0.5, 0.5, 0.5),
        ] {
            #expect(throws: UnusableSample.self) {
                try sequential(null, alternative, alpha, beta)
            }
        }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `e-values agree with independent computations`() throws {
        let oracle: EvidenceOracle = try Reference.oracles("e_values")
        let proportion = try Proportion(successes: 20, trials: 24)
        let simple = EValue.estimateLikelihoodRatio(
            proportion, null: .oneHalf, alternative: try #require(Probability(0.76)))
        check(simple.value, near: oracle.simple_LR_20_of_24_p0_50_p1_76, within: 6e-5)
        let mixture = EValue.estimateMixture(proportion, against: .atMost, rate: .oneHalf)
        check(mixture.value, near: oracle.one_sided_20_24_p0_half, within: 6e-5)
        let level = try #require(Probability(0.05))
        #expect(try EValue(oracle.reject_at_alpha_05_when + 1e-9).rejects(at: level))
        #expect(try !EValue(oracle.reject_at_alpha_05_when - 1e-9).rejects(at: level))
        #expect(oracle.combine_independent == "product")
        #expect(oracle.combine_arbitrary == "arithmetic mean")
        #expect(oracle.e_to_p == "min(1,1/e)")
        let both = [try EValue(8), try EValue(2)]
        check(try EValue.estimateCombined(both, by: .product).value, near: 16, within: 1e-12)
        check(try EValue.estimateCombined(both, by: .mean).value, near: 5, within: 1e-12)
        check(try EValue(8).pValue, near: 0.125, within: 1e-15)
        #expect(try EValue(0.5).pValue == 1)
    }

    @Test func `the evidence for below is the evidence for above of the failures`() throws {
        for (s, n, p) in [(3, 40, 0.25), (0, 7, 0.5), (900, 1_000, 0.99), (24, 24, 0.3)] {
            let below = EValue.estimateMixture(
                try Proportion(successes: s, trials: n), against: .atLeast,
                rate: try #require(Probability(p)))
            let above = EValue.estimateMixture(
                try Proportion(successes: n - s, trials: n), against: .atMost,
                rate: try #require(Probability(1 - p)))
            check(below.logarithm, near: above.logarithm, within: 1e-11, "\(s)/\(n)")
        }
    }

    @Test func `evidence too strong for a number, and none at all, still has a logarithm`() throws {
        let strong = EValue.estimateMixture(
            try Proportion(successes: 1_000_000, trials: 1_000_000), against: .atMost,
            rate: .oneHalf)
        // 1 / ((n + 1) (1/2)^n), and the whole of the mixture's mass lies above, not half of it.
        check(strong.logarithm, near: 693_134.058_556, within: 1e-3)
        let contrary = EValue.estimateMixture(
            try Proportion(successes: 0, trials: 100_000), against: .atMost, rate: .oneHalf)
        #expect(contrary.logarithm.isFinite && contrary.logarithm < -5)
        #expect(throws: UnusableSample.self) { try EValue(-1) }
        #expect(throws: UnusableSample.self) { try EValue(.nan) }
        #expect(throws: UnusableSample.self) { try EValue.estimateCombined([], by: .mean) }
        #expect(throws: UnusableSample.self) {
            try EValue.estimateCombined([try EValue(0), try EValue(.infinity)], by: .product)
        }
    }

    @Test func `null evaluations watched after every trial trip no more often than stated`() throws
    {
        // 600 evaluations at the very threshold, each looked at 200 times: the mixture, the ratio
        // and the sequence may each trip 5 % of them. 47 is the 99.9 % quantile.
        let level = try #require(Probability(0.05))
        let alternative = try #require(Probability(0.65))
        var tripped = [0, 0, 0]
        for evaluation in 0..<600 {
            var generator = SeededGenerator(seed: 90_000 + UInt64(evaluation))
            var successes = 0
            var has = [false, false, false]
            for trial in 1...200 {
                successes += generator.index(below: 2)
                let proportion = try Proportion(successes: successes, trials: trial)
                has[0] =
                    has[0]
                    || EValue.estimateMixture(proportion, against: .atMost, rate: .oneHalf)
                        .rejects(at: level)
                has[1] =
                    has[1]
                    || EValue.estimateLikelihoodRatio(
                        proportion, null: .oneHalf, alternative: alternative
                    ).rejects(at: level)
                has[2] =
                    has[2] || ConfidenceSequence.logEvidence(against: 0.5, proportion) > 2.995_733
            }
            for place in has.indices { tripped[place] += has[place] ? 1 : 0 }
        }
        #expect(tripped.allSatisfy { $0 <= 47 }, "\(tripped)")
        // And they are no tests that never trip.
        #expect(tripped.allSatisfy { $0 >= 3 }, "\(tripped)")
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `bounds of a mean agree with independent computations`() throws {
        let oracle: TimeUniformOracle = try Reference.oracles("time_uniform")
        check(
            try MeanBound.hoeffding(range: 1).estimateHalfWidth(count: 100),
            near: oracle.hoeffding_halfwidth_n100_a05, within: 6e-6)
        #expect(oracle.normal_mixture_two_sided.count >= 3)
        for mixture in oracle.normal_mixture_two_sided {
            let bound = MeanBound.normalMixture(variance: mixture.sigma2, rho: mixture.rho)
            let half = try bound.estimateHalfWidth(
                count: mixture.n, confidence: try #require(Probability(1 - mixture.alpha)))
            check(half, near: mixture.halfwidth, within: 6e-7, "\(mixture.n)")
        }
    }

    @Test func `the tuned rho is the best one there`() throws {
        let rho = try MeanBound.estimateRho(tunedFor: 300, variance: 0.25)
        func half(_ rho: Double) throws -> Double {
            try MeanBound.normalMixture(variance: 0.25, rho: rho).estimateHalfWidth(count: 300)
        }
        #expect(try half(rho) < half(rho * 1.05))
        #expect(try half(rho) < half(rho / 1.05))
        for bound in [
            MeanBound.hoeffding(range: 0), .normalMixture(variance: -1, rho: 1),
            .normalMixture(variance: 1, rho: .nan),
        ] {
            #expect(throws: UnusableSample.self) { try bound.estimateHalfWidth(count: 5) }
        }
        #expect(throws: UnusableSample.self) {
            try MeanBound.hoeffding(range: 1).estimateHalfWidth(count: 0)
        }
    }

    private func sequential(
        _ null: Double, _ alternative: Double, _ alpha: Double, _ beta: Double
    ) throws -> SequentialTest {
        try SequentialTest(
            null: #require(Probability(null)), alternative: #require(Probability(alternative)),
            falseCrossing: #require(Probability(alpha)), falseClearing: #require(Probability(beta)))
    }
}
