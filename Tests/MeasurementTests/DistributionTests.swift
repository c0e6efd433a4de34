// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Measurement

/// The laws under the intervals, where they are hardest: far out, very lopsided, and very large.
@Suite struct DistributionTests {
    @Test func `the beta law of small whole parameters is the binomial sum`() {
        for n in 1...12 {
            for k in 1...n {
                for x in [0.001, 0.2, 0.5, 0.77, 0.999] {
                    var sum = 0.0
                    for j in k...n {
                        sum += exponential(
                            lnBinomialDensity(Double(j), of: Double(n), p: x, q: 1 - x))
                    }
                    let tail = BetaDistribution.cumulative(x, a: Double(k), b: Double(n - k + 1))
                    check(tail, near: sum, within: 1e-13, "\(k) of \(n) at \(x)")
                }
            }
        }
    }

    @Test func `both ways of the beta law meet where one takes over from the other`() {
        // The fraction up to 3,000 of the smaller parameter, the integral from there on.
        for (a, b) in [(3_000.nextDown, 4_000.0), (3_000.nextDown, 1e7)] {
            let mean = a / (a + b)
            let deviation = (mean * (1 - mean) / (a + b)).squareRoot()
            for distance in [-8.0, -3, -0.5, 0, 1, 5] {
                let x = mean + distance * deviation
                let (one, other) = (
                    BetaDistribution.cumulative(x, a: a, b: b),
                    BetaDistribution.cumulative(x, a: 3_000, b: b)
                )
                #expect(abs(one / other - 1) < 1e-12, "\(a), \(b) at \(distance)")
            }
        }
    }

    @Test func `an interval of a million million trials is the normal one`() throws {
        let n = 1_000_000_000_000
        for method in [Proportion.Method.clopperPearson, .jeffreys, .wilson] {
            let interval = try Proportion(successes: n / 2, trials: n).estimateInterval(method)
            check(interval.lower, near: 0.5 - 0.979_981_992e-6, within: 2e-12, method.rawValue)
            check(interval.upper, near: 0.5 + 0.979_981_992e-6, within: 2e-12, method.rawValue)
        }
        // None of them: the exact upper end is 1 − (0.025)^(1/n), about 3.689 / n.
        let none = try Proportion(successes: 0, trials: n).estimateInterval(.clopperPearson)
        check(none.upper * Double(n), near: 3.688_879_454_113_936, within: 1e-9)
        let sequence = ConfidenceSequence.estimateInterval(
            try Proportion(successes: n / 2, trials: n))
        #expect(sequence.lower > 0.499_99 && sequence.lower < 0.5 - 0.98e-6)
    }

    @Test func `a tail of a million millionth is neither lost nor rounded away`() throws {
        let confidence = try #require(Probability(1 - 2e-12))
        let tail = confidence.tail
        let interval = try Proportion(successes: 0, trials: 10)
            .estimateInterval(.clopperPearson, confidence: confidence)
        // 1 − tail^(1/10).
        check(interval.upper, near: -exponentialLessOne(ln(tail) / 10), within: 1e-13)
        let all = try Proportion(successes: 10, trials: 10)
            .estimateInterval(.clopperPearson, confidence: confidence)
        check(all.lower, near: exponential(ln(tail) / 10), within: 1e-13)
        check(NormalDistribution.quantile(upperTail: 1e-12), near: 7.034_483_825_3, within: 1e-8)
    }

    @Test func `Student's and chi-square's tails are those of the printed tables`() {
        // Abramowitz and Stegun 1964, tables 26.10 and 26.8.
        check(StudentDistribution.outside(2.228, degreesOfFreedom: 10), near: 0.05, within: 5e-5)
        check(StudentDistribution.outside(-12.706, degreesOfFreedom: 1), near: 0.05, within: 5e-6)
        #expect(StudentDistribution.outside(.infinity, degreesOfFreedom: 3) == 0)
        for (x, degrees, tail) in [
            (3.841_459, 1.0, 0.05), (18.307_04, 10, 0.05), (2.705_54, 1, 0.1),
            (124.342_1, 100, 0.05), (0.020_100_7, 2, 0.99),
        ] {
            let found = ChiSquareDistribution.survival(x, degreesOfFreedom: degrees)
            check(found, near: tail, within: 1e-6, "\(x), \(degrees)")
        }
        // Of two degrees it is an exponential law, far out too.
        check(
            ChiSquareDistribution.survival(200, degreesOfFreedom: 2) / exponential(-100), near: 1,
            within: 1e-13)
    }
}
