// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Measurement

struct BinomialOracle: Decodable {
    let k: Int
    let n: Int
    let wilson: [Double]
    let clopperPearson: [Double]
    let agrestiCoull: [Double]
    let jeffreys: [Double]
    let upper: Double
    let lower: Double

    enum CodingKeys: String, CodingKey {
        case k, n, wilson, jeffreys
        case clopperPearson = "clopper_pearson"
        case agrestiCoull = "agresti_coull"
        case upper = "one_sided_cp_upper95"
        case lower = "one_sided_cp_lower95"
    }
}

struct SequenceOracle: Decodable {
    let s: Int
    let n: Int
    let alpha: Double
    let interval: [Double]
    let log_e_vs_half: Double
}

@Suite struct ProportionTests {
    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `the four intervals and the one-sided bounds agree with independent computations`() throws
    {
        let oracles: [BinomialOracle] = try Reference.oracles("binomial_ci_95")
        #expect(oracles.count >= 6)
        for oracle in oracles {
            let proportion = try Proportion(successes: oracle.k, trials: oracle.n)
            let expected: [(Proportion.Method, [Double])] = [
                (.wilson, oracle.wilson), (.clopperPearson, oracle.clopperPearson),
                (.agrestiCoull, oracle.agrestiCoull), (.jeffreys, oracle.jeffreys),
            ]
            for (method, ends) in expected {
                let interval = proportion.estimateInterval(method)
                let what = "\(method.rawValue) \(oracle.k)/\(oracle.n)"
                check(interval.lower, near: ends[0], within: 6e-7, what)
                check(interval.upper, near: ends[1], within: 6e-7, what)
            }
            let bounds = proportion.estimateOneSidedBounds()
            check(bounds.lower, near: oracle.lower, within: 6e-7, "\(oracle.k)/\(oracle.n)")
            check(bounds.upper, near: oracle.upper, within: 6e-7, "\(oracle.k)/\(oracle.n)")
        }
    }

    @Test func `the exact interval of Newcombe's cases is the published one`() throws {
        // Newcombe 1998, Statistics in Medicine 17, table I: methods 3 (score) and 5 (exact).
        let cases: [(Int, Int, Proportion.Method, Double, Double)] = [
            (81, 263, .wilson, 0.2553, 0.3662), (81, 263, .clopperPearson, 0.2527, 0.3676),
            (15, 148, .wilson, 0.0624, 0.1605), (15, 148, .clopperPearson, 0.0578, 0.1617),
            (0, 20, .wilson, 0, 0.1611), (0, 20, .clopperPearson, 0, 0.1684),
            (1, 29, .wilson, 0.0061, 0.1718), (1, 29, .clopperPearson, 0.0009, 0.1776),
        ]
        for (k, n, method, lower, upper) in cases {
            let interval = try Proportion(successes: k, trials: n).estimateInterval(method)
            check(interval.lower, near: lower, within: 5.1e-5, "\(k)/\(n)")
            check(interval.upper, near: upper, within: 5.1e-5, "\(k)/\(n)")
        }
    }

    @Test func `the exact interval of a million trials is found and holds its share`() throws {
        let interval = try Proportion(successes: 500_000, trials: 1_000_000)
            .estimateInterval(.clopperPearson)
        // The normal approximation: 1.959964 × 0.0005, plus the half trial of the exact test.
        check(interval.lower, near: 0.5 - 0.000_979_982 - 5e-7, within: 2e-9)
        check(interval.upper, near: 0.5 + 0.000_979_982 + 5e-7, within: 2e-9)
    }

    @Test func `impossible counts are refused`() {
        for (successes, trials) in [(0, 0), (-1, 5), (6, 5), (1, -3)] {
            #expect(throws: UnusableSample.self) {
                try Proportion(successes: successes, trials: trials)
            }
        }
    }

    @Test func `a probability lies strictly inside the unit interval`() {
        for share in [0, 1, -0.1, 1.5, .nan, .infinity] { #expect(Probability(share) == nil) }
        #expect(Probability(0.9)?.share == 0.9)
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `confidence sequences agree with independent computations`() throws {
        let oracles: [SequenceOracle] = try Reference.oracles("beta_binomial_cs")
        #expect(oracles.count >= 3)
        for oracle in oracles {
            let proportion = try Proportion(successes: oracle.s, trials: oracle.n)
            let confidence = try #require(Probability(1 - oracle.alpha))
            let interval = ConfidenceSequence.estimateInterval(proportion, confidence: confidence)
            check(interval.lower, near: oracle.interval[0], within: 6e-7, "\(oracle.s)/\(oracle.n)")
            check(interval.upper, near: oracle.interval[1], within: 6e-7, "\(oracle.s)/\(oracle.n)")
            let evidence = ConfidenceSequence.logEvidence(against: 0.5, proportion)
            check(evidence, near: oracle.log_e_vs_half, within: 6e-7)
        }
    }

    @Test func `confidence sequences of the survey examples are as computed elsewhere`() throws {
        let cases: [(Int, Int, Double, Double, Double)] = [
            (20, 24, 0.95, 0.538036, 0.976547), (76, 100, 0.95, 0.607180, 0.877695),
            (0, 16, 0.95, 0, 0.305324), (50, 100, 0.99, 0.323064, 0.676936),
        ]
        for (s, n, share, lower, upper) in cases {
            let interval = ConfidenceSequence.estimateInterval(
                try Proportion(successes: s, trials: n),
                confidence: try #require(Probability(share)))
            check(interval.lower, near: lower, within: 6e-7, "\(s)/\(n)")
            check(interval.upper, near: upper, within: 6e-7, "\(s)/\(n)")
        }
    }

    @Test func `looking after every trial errs no more often than the sequence promises`() throws {
        // 400 series of 100 fair trials, watched at every step: at most 5 % may ever exclude one
        // half. 34 is the 99.9 % quantile of Binomial(400, 0.05).
        var (wrong, fixedWrong) = (0, 0)
        for series in 0..<400 {
            var generator = SeededGenerator(seed: UInt64(series))
            var (successes, excluded, fixedExcluded) = (0, false, false)
            for trial in 1...100 {
                successes += generator.index(below: 2)
                let proportion = try Proportion(successes: successes, trials: trial)
                // ln 20: the e-value at which 95 % confidence excludes.
                if ConfidenceSequence.logEvidence(against: 0.5, proportion) > 2.995_732_273_553_991
                {
                    excluded = true
                }
                if trial >= 10, !fixedExcluded {
                    let z = (proportion.share - 0.5) / (0.25 / Double(trial)).squareRoot()
                    fixedExcluded = abs(z) > 1.96
                }
            }
            wrong += excluded ? 1 : 0
            fixedWrong += fixedExcluded ? 1 : 0
        }
        #expect(wrong <= 34)
        // And the reason for it all: the fixed-size test, watched likewise, errs far more often.
        #expect(fixedWrong > 80)
    }
}
