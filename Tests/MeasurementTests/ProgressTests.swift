// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Measurement

struct PowerOracle: Decodable {
    let delta: Double
    let omega2: Double
    let sA2: Double
    let sB2: Double
    let KA: Int?
    let KB: Int?
    let alpha: Double
    let beta: Double
    let n: Int
}

struct ComputeOracle: Decodable {
    struct Hardware: Decodable {
        let gpus: Double
        let peak_flops: Double
        let utilisation: Double
        let days: Double
        let flop: Double
    }

    let gpt3_6ND: Double
    let llama31_405b_6ND: Double
    let hardware_example: Hardware
    let eu_presumption: Double
    let sb53_raise: Double
    let log10_llama: Double
}

struct GapOracle: Decodable {
    struct Example: Decodable {
        let floor: Double
        let ceiling: Double
        let score: Double
        let pgr: Double
    }

    let example: Example
}

struct RateOracle: Decodable {
    struct Example: Decodable {
        let observed: Double
        let baseline: Double
        let mult: Double
    }

    let baseline_effective: Double
    let double_rate_effective: Double
    let examples: [Example]
}

/// The figures about how fast research goes, and what goes into it.
@Suite struct ProgressTests {
    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `the questions it takes are those computed elsewhere`() throws {
        let oracles: [PowerOracle] = try Reference.oracles("power")
        #expect(oracles.count >= 3)
        for oracle in oracles {
            let power = try ComparisonPower(
                differenceVariance: oracle.omega2,
                first: .init(variance: oracle.sA2, repeats: oracle.KA ?? 1),
                second: .init(variance: oracle.sB2, repeats: oracle.KB ?? 1))
            let (alpha, beta) = (
                try #require(Probability(oracle.alpha)), try #require(Probability(oracle.beta))
            )
            // The table's variances are rounded to six digits.
            let questions = try power.estimateQuestions(
                difference: oracle.delta, falseAlarm: alpha, miss: beta)
            #expect(abs(questions - oracle.n) <= 1)
            let smallest = try power.estimateDifference(
                questions: questions, falseAlarm: alpha, miss: beta)
            check(smallest, near: oracle.delta, within: 1e-4 * oracle.delta * 10)
            #expect(smallest <= oracle.delta)
        }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `training compute is that of the published runs, both ways`() throws {
        let oracle: ComputeOracle = try Reference.oracles("compute")
        let small = try TrainingCompute.estimate(parameters: 175e9, tokens: 300e9)
        check(small, near: oracle.gpt3_6ND, within: 1e9)
        let large = try TrainingCompute.estimate(parameters: 405e9, tokens: 15.6e12)
        check(large, near: oracle.llama31_405b_6ND, within: 1e11)
        check(
            TrainingCompute.decimalLogarithm(large), near: oracle.log10_llama, within: 6e-7)
        #expect(large > oracle.eu_presumption && large < oracle.sb53_raise)
        let hardware = oracle.hardware_example
        let hall = try TrainingCompute.estimate(
            devices: hardware.gpus, peakRate: hardware.peak_flops,
            utilisation: hardware.utilisation, seconds: hardware.days * 86_400)
        check(hall, near: hardware.flop, within: 1e11)
        for (devices, share) in [(0.0, 0.5), (-1, 0.5), (1, 1.1), (1, 0), (Double.nan, 0.5)] {
            #expect(throws: UnusableSample.self) {
                try TrainingCompute.estimate(
                    devices: devices, peakRate: 1e15, utilisation: share, seconds: 1)
            }
        }
        #expect(throws: UnusableSample.self) {
            try TrainingCompute.estimate(parameters: 1e200, tokens: 1e200)
        }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `the gap recovered is the published one, and its interval widens with doubt`() throws {
        let oracle: GapOracle = try Reference.oracles("pgr")
        let example = oracle.example
        func gap(_ errors: (Double, Double, Double)) throws -> RatioEstimate {
            try GapRecovered.estimate(
                score: .init(example.score, standardError: errors.0),
                floor: .init(example.floor, standardError: errors.1),
                ceiling: .init(example.ceiling, standardError: errors.2))
        }
        let exact = try gap((0, 0, 0))
        check(exact.value, near: example.pgr, within: 1e-12)
        let interval = try #require(exact.estimateFiellerInterval(quantile: 1.96))
        check(interval.upper - interval.lower, near: 0, within: 1e-12)
        // With an exact gap both ways give the score's own error over the gap.
        let score = try gap((0.01, 0, 0))
        check(score.standardError, near: 0.05, within: 1e-12)
        let own = try #require(score.estimateFiellerInterval(quantile: 1.96))
        check(own.upper, near: example.pgr + 1.96 * 0.05, within: 1e-12)
        // A ceiling that may as well lie at the floor excludes nothing.
        #expect(try gap((0.01, 0.1, 0.1)).estimateFiellerInterval(quantile: 1.96) == nil)
        #expect(throws: UnusableSample.self) {
            try GapRecovered.estimate(
                score: .init(0.5), floor: .init(0.8), ceiling: .init(0.8))
        }
    }

    @Test func `Fieller's interval covers a quotient where the delta method does not`() throws {
        // A denominator four errors from zero: the law of the quotient is far from normal.
        var generator = SeededGenerator(seed: 5)
        var covered = 0
        for _ in 0..<2_000 {
            let (top, bottom) = (8 + generator.normal(), 4 + generator.normal())
            let interval = try RatioEstimate(
                numerator: top, denominator: bottom, numeratorVariance: 1, denominatorVariance: 1
            ).estimateFiellerInterval(quantile: 1.959_964)
            // Without an interval nothing is excluded.
            covered += interval?.contains(2) ?? true ? 1 : 0
        }
        // 1,900 expected, with a standard deviation of ten.
        #expect((1_865...1_935).contains(covered), "\(covered)")
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `rates of growth are compared as elsewhere`() throws {
        let oracle: RateOracle = try Reference.oracles("rate_doubling")
        #expect(oracle.examples.count >= 3)
        for example in oracle.examples {
            let ratio = try RateMultiplier.estimate(
                observed: example.observed, baseline: example.baseline)
            check(ratio.value, near: example.mult, within: 1e-12)
        }
        let doubled = try RateMultiplier.estimate(
            observed: oracle.double_rate_effective, baseline: oracle.baseline_effective)
        check(doubled.value, near: 2, within: 1e-12)
        let doubtful = try RateMultiplier.estimate(
            observed: 81, baseline: 9, observedInterval: Interval(lower: 27, upper: 243))
        let interval = try #require(doubtful.estimateFiellerInterval(quantile: 1.959_964))
        check(interval.lower, near: 1.5, within: 1e-5)
        check(interval.upper, near: 2.5, within: 1e-5)
        for (observed, baseline) in [(0.0, 9.0), (81, 1), (81, 0.5), (81, .infinity)] {
            #expect(throws: UnusableSample.self) {
                try RateMultiplier.estimate(observed: observed, baseline: baseline)
            }
        }
    }

    @Test func `a share of code is the quotient of the totals, and varies as the weeks do`() throws
    {
        let weeks = try [(80, 100), (30, 50), (150, 200)].map {
            try CodeCount(attributed: $0.0, total: $0.1)
        }
        let share = try CodeShare.estimate(weeks)
        check(share.value, near: 260.0 / 350, within: 1e-15)
        // By hand: residuals 80 − 74.2857, 30 − 37.1429, 150 − 148.5714.
        let squares = 32.653_061_2 + 51.020_408_2 + 2.040_816_3
        check(
            try #require(share.standardError), near: (1.5 * squares).squareRoot() / 350,
            within: 1e-9)
        let single = try CodeShare.estimate([weeks[0]])
        #expect(single.standardError == nil)
        #expect(single.estimateInterval() == nil)
        let interval = try #require(share.estimateInterval())
        #expect(interval.lower > 0 && interval.upper <= 1)
        for bad in [(5, 4), (-1, 4), (0, -1)] {
            #expect(throws: UnusableSample.self) {
                try CodeCount(attributed: bad.0, total: bad.1)
            }
        }
        #expect(throws: UnusableSample.self) {
            try CodeShare.estimate([CodeCount(attributed: 0, total: 0)])
        }
    }

    @Test func `merged code multiplies against a base period by effort`() throws {
        func counts(_ rows: [(Int, Double)]) throws -> [CodeCount] {
            try rows.map { try CodeCount(attributed: 0, total: $0.0, effort: $0.1) }
        }
        let now = try counts([(800, 10), (1_000, 10), (600, 10)])
        let base = try counts([(100, 10), (120, 12), (80, 8)])
        let multiplier = try MergedCodeMultiplier.estimate(now, base: base)
        check(multiplier.value, near: 8, within: 1e-12)
        // The base rate is exactly ten in every week: all doubt is today's.
        check(try #require(multiplier.degreesOfFreedom), near: 2, within: 1e-9)
        let interval = try #require(multiplier.estimateInterval())
        check(interval.lower * interval.upper, near: 64, within: 1e-9)
        let alone = try MergedCodeMultiplier.estimate(now, base: [base[0]])
        #expect(alone.estimateInterval() == nil)
        #expect(throws: UnusableSample.self) {
            try MergedCodeMultiplier.estimate(
                now, base: [CodeCount(attributed: 0, total: 5)])
        }
        let definition = CodeCount.Definition(
            unit: .addedLines, includesGenerated: false, attribution: "a trailer",
            place: "merged to main")
        #expect(
            definition.sentence
                == "added-lines merged to main, without generated files, attributed by a trailer")
    }

    @Test func `the median's interval is made of two answers`() throws {
        let answers = (1...18).map { Double($0 * $0) }.reversed()
        let median = try MedianEstimate.estimate(Array(answers))
        #expect(median.value == 90.5)
        // Ranks 5 and 14 of 18.
        #expect(median.interval == Interval(lower: 25, upper: 196))
        #expect(try MedianEstimate.estimate([1, 2, 3, 4, 5, 6, 7]).value == 4)
        #expect(throws: UnusableSample.self) { try MedianEstimate.estimate([1, 2, .nan, 4, 5, 6]) }
        #expect(throws: UnusableSample.self) { try MedianEstimate.estimate([1, 2, 3]) }
    }

    @Test func `beyond the ceiling a figure says at least, and its interval has no upper end`()
        throws
    {
        let wide = Interval(lower: 500, upper: 3_600)
        let beyond = try CensoredEstimate.estimate(1_200, interval: wide, ceiling: 960)
        #expect(beyond.isLowerBound && beyond.value == 960)
        #expect(beyond.interval == Interval(lower: 500, upper: .infinity))
        let below = try CensoredEstimate.estimate(718, interval: wide, ceiling: 960)
        #expect(!below.isLowerBound && below.value == 718)
        #expect(below.interval?.upper == .infinity)
        let far = try CensoredEstimate.estimate(
            .infinity, interval: Interval(lower: 2_000, upper: .infinity), ceiling: 960)
        #expect(far.interval?.lower == 960)
        #expect(throws: UnusableSample.self) {
            try CensoredEstimate.estimate(1, ceiling: .infinity)
        }
    }
}
