// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Measurement

struct TrialsOracle: Decodable {
    let fixed_mu: Double
    let fixed_se: Double
    let Q: Double
    let I2: Double
    let tau2: Double
    let random_mu: Double
    let random_se: Double
    let ci: [Double]
}

struct HorizonsOracle: Decodable {
    struct Input: Decodable {
        let horizon_min: Double
        let se_log: Double
    }

    let inputs: [Input]
    let fixed_horizon: Double
    let fixed_se_log: Double
    let Q: Double
    let ci95_minutes: [Double]
}

struct MultipleOracle: Decodable {
    let p: [Double]
    let holm: [Double]
    let bonferroni: [Double]
    let bh: [Double]
}

struct ManyEvidenceOracle: Decodable {
    let e: [Double]
    let alpha: Double
    let rejected: Int
}

@Suite struct PoolingTests {
    /// Cases and all, vaccinated and not: thirteen trials of BCG against tuberculosis.
    ///
    /// Colditz et al. 1994, JAMA 271(9), as in every textbook on pooling.
    private let trials: [(Double, Double, Double, Double)] = [
        (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13_536, 248, 12_619),
        (33, 5_036, 47, 5_761), (180, 1_361, 372, 1_079), (8, 2_537, 10, 619),
        (505, 87_886, 499, 87_892), (29, 7_470, 45, 7_232), (17, 1_699, 65, 1_600),
        (186, 50_448, 141, 27_197), (5, 2_493, 3, 2_338), (27, 16_886, 29, 17_825),
    ]

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `thirteen trials are pooled as elsewhere, with and without variance between them`() throws
    {
        let oracle: TrialsOracle = try Reference.oracles("pooling_DL_bcg")
        let figures = try trials.map { a, b, c, d in
            try EstimateWithError(
                value: ln(a / (a + b)) - ln(c / (c + d)),
                standardError: (1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)).squareRoot())
        }
        let fixed = try PooledEstimate.estimate(figures, model: .fixed)
        check(fixed.value, near: oracle.fixed_mu, within: 6e-7)
        check(fixed.standardError, near: oracle.fixed_se, within: 6e-7)
        let random = try PooledEstimate.estimate(figures, model: .derSimonianLaird)
        check(random.value, near: oracle.random_mu, within: 6e-7)
        check(random.standardError, near: oracle.random_se, within: 6e-7)
        check(random.heterogeneity, near: oracle.Q, within: 6e-7)
        check(random.inconsistency, near: oracle.I2 / 100, within: 6e-9)
        check(random.betweenVariance, near: oracle.tau2, within: 6e-7)
        let interval = random.estimateInterval()
        check(interval.lower, near: oracle.ci[0], within: 6e-7)
        check(interval.upper, near: oracle.ci[1], within: 6e-7)
        // metafor, rma(method = "DL"): Q(df = 12) = 152.2330, p < .0001.
        #expect(random.heterogeneityPValue < 1e-20)
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `three evaluators' horizons are pooled on a scale of logarithms`() throws {
        let oracle: HorizonsOracle = try Reference.oracles("pooling_example_log_horizon")
        let figures = try oracle.inputs.map {
            try EstimateWithError(value: ln($0.horizon_min), standardError: $0.se_log)
        }
        let pooled = try PooledEstimate.estimate(figures, model: .fixed)
        check(exponential(pooled.value), near: oracle.fixed_horizon, within: 6e-4)
        check(pooled.standardError, near: oracle.fixed_se_log, within: 6e-6)
        check(pooled.heterogeneity, near: oracle.Q, within: 6e-7)
        let interval = pooled.estimateInterval()
        check(exponential(interval.lower), near: oracle.ci95_minutes[0], within: 6e-3)
        check(exponential(interval.upper), near: oracle.ci95_minutes[1], within: 6e-3)
        // They differ by less than chance would have it, so both models are one.
        #expect(try PooledEstimate.estimate(figures).betweenVariance == 0)
    }

    @Test func `a figure alone is itself, without a spread to judge`() throws {
        let pooled = try PooledEstimate.estimate([
            EstimateWithError(value: 3, standardError: 0.5)
        ])
        check(pooled.value, near: 3, within: 1e-15)
        check(pooled.standardError, near: 0.5, within: 1e-15)
        #expect(pooled.heterogeneity == 0)
        #expect(pooled.heterogeneityPValue == 1)
        #expect(pooled.estimateHartungKnappInterval() == nil)
        #expect(throws: UnusableSample.self) { try PooledEstimate.estimate([]) }
        for (value, error) in [(1, 0), (1, -1), (Double.nan, 1), (1, .infinity)] {
            #expect(throws: UnusableSample.self) {
                try EstimateWithError(value: value, standardError: error)
            }
        }
    }

    @Test func `Hartung and Knapp's interval of equal errors is Student's`() throws {
        let figures = try [1.0, 2, 4, 5].map { try EstimateWithError(value: $0, standardError: 1) }
        let pooled = try PooledEstimate.estimate(figures)
        let interval = try #require(pooled.estimateHartungKnappInterval())
        let sample = try ScoreSample([1, 2, 4, 5])
        let student = try sample.estimateInterval(
            standardError: try #require(sample.standardError), degreesOfFreedom: 3)
        check(interval.lower, near: student.lower, within: 1e-12)
        check(interval.upper, near: student.upper, within: 1e-12)
    }

    @Test func `the logarithm's error is read off the interval`() throws {
        let figure = try EstimateWithError.logarithm(
            of: 100, interval: Interval(lower: 50, upper: 200))
        check(figure.value, near: 4.605_170_185_988_092, within: 1e-14)
        check(
            figure.standardError, near: 1.386_294_361_119_890_6 / 3.919_927_969_080_108,
            within: 1e-13)
        for (lower, upper) in [(0, 10), (-1.0, 10), (1, Double.infinity), (3, 3)] {
            #expect(throws: UnusableSample.self) {
                try EstimateWithError.logarithm(
                    of: 3, interval: Interval(lower: lower, upper: upper))
            }
        }
    }

    @Test func `so many of several intervals agree on these bounds`() throws {
        let intervals = [(5.0, 60.0), (8, 20), (3, 9)].map { Interval(lower: $0.0, upper: $0.1) }
        for (agreeing, atLeast, atMost, contradictory) in [
            (1, 8.0, 9.0, false), (2, 5, 20, false), (3, 3, 60, false),
        ] {
            let bounds = try AgreedBounds.estimate(intervals, agreeing: agreeing)
            #expect((bounds.atLeast, bounds.atMost) == (atLeast, atMost))
            #expect(bounds.isContradictory == contradictory)
        }
        let apart = [Interval(lower: 1, upper: 2), Interval(lower: 5, upper: 6)]
        #expect(try AgreedBounds.estimate(apart, agreeing: 1).isContradictory)
        for agreeing in [0, 4] {
            #expect(throws: UnusableSample.self) {
                try AgreedBounds.estimate(intervals, agreeing: agreeing)
            }
        }
        #expect(throws: UnusableSample.self) { try AgreedBounds.estimate([], agreeing: 1) }
    }

    @Test func `a p-value exactly on its border is rejected`() throws {
        let values = [0.05, 0.005553254687032016, 0.75, 0.46, 0.05, 0.14]
        let level = try #require(Probability(0.1))
        let rejected = try MultipleTests.test(values, by: .benjaminiHochberg, level: level)
        #expect(rejected == [true, true, false, false, true, false])
        for method in MultipleTests.Method.allCases {
            let none = try MultipleTests.test([0.9, 0.8], by: method, level: level)
            #expect(none == [false, false])
        }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `several tests at once are adjusted as elsewhere, in their order`() throws {
        let oracle: MultipleOracle = try Reference.oracles("multiple")
        // Out of order, so that the answers have to find back to their places.
        let order = [3, 0, 4, 2, 1].filter { $0 < oracle.p.count }
        #expect(order.count == oracle.p.count)
        for (method, expected) in [
            (MultipleTests.Method.holm, oracle.holm), (.bonferroni, oracle.bonferroni),
            (.benjaminiHochberg, oracle.bh),
        ] {
            let adjusted = try MultipleTests.estimateAdjusted(
                order.map { oracle.p[$0] }, by: method)
            for (place, value) in zip(order, adjusted) {
                check(value, near: expected[place], within: 1e-12, method.rawValue)
            }
        }
        // The sum of 1/i up to 5 is 137/60.
        let dependent = try MultipleTests.estimateAdjusted(oracle.p, by: .benjaminiYekutieli)
        check(dependent[0], near: oracle.bh[0] * 137 / 60, within: 1e-12)
        check(dependent[4], near: oracle.p[4] * 137 / 60, within: 1e-12)
        for bad in [[], [0.5, 1.2], [-0.1], [Double.nan]] {
            #expect(throws: UnusableSample.self) {
                try MultipleTests.estimateAdjusted(bad, by: .holm)
            }
        }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `e-values reject as many hypotheses as elsewhere, and the right ones`() throws {
        let oracle: ManyEvidenceOracle = try Reference.oracles("e_bh")
        let level = try #require(Probability(oracle.alpha))
        let rejected = try MultipleTests.test(
            oracle.e.reversed().map { try EValue($0) }, level: level)
        #expect(rejected.count(where: \.self) == oracle.rejected)
        #expect(rejected == [false, false, true, true, true])
        #expect(try MultipleTests.test([try EValue(3)], level: level) == [false])
        #expect(throws: UnusableSample.self) { try MultipleTests.test([], level: level) }
    }
}
