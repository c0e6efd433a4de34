// SPDX-License-Identifier: Apache-2.0

/// How many times as much code a unit of human work merges as in a base period.
///
/// More code is not more progress: the figure is an upper bound of what it is taken for.
public struct MergedCodeMultiplier: Hashable, Sendable {
    public let value: Double
    /// Code a unit of effort, now and in the base period.
    public let rate: Double
    public let baseRate: Double
    /// Of the logarithm; nil where one of the two periods is a single count.
    public let logStandardError: Double?
    /// Of the interval, as Welch counts them.
    public let degreesOfFreedom: Double?

    /// The quotient of two rates, each over counts such as weeks or teams.
    ///
    /// - Throws: ``UnusableSample`` where a count lacks its effort, or a period has no code.
    ///
    /// Source: Cochran 1977, Sampling Techniques, 6.4, for each rate; the delta method on the
    /// logarithm; Welch 1947, Biometrika 34, for the degrees of freedom.
    public static func estimate(
        _ counts: [CodeCount], base: [CodeCount]
    ) throws(UnusableSample) -> MergedCodeMultiplier {
        let (now, before) = (try Rate(counts), try Rate(base))
        var error: Double?
        var degrees: Double?
        if let first = now.logError, let second = before.logError {
            let (a, b) = (first * first, second * second)
            error = (a + b).squareRoot()
            degrees =
                a + b > 0
                ? (a + b) * (a + b)
                    / (a * a / Double(counts.count - 1) + b * b / Double(base.count - 1))
                : Double(counts.count + base.count - 2)
        }
        return MergedCodeMultiplier(
            value: now.value / before.value, rate: now.value, baseRate: before.value,
            logStandardError: error, degreesOfFreedom: degrees)
    }

    /// The interval, made on a scale of logarithms; nil where a period is a single count.
    ///
    /// Source: the delta method; Welch 1947, Biometrika 34.
    public func estimateInterval(confidence: Probability = .ninetyFivePercent) -> Interval? {
        guard let logStandardError, let degreesOfFreedom else { return nil }
        let half =
            logStandardError
            * StudentDistribution.centralQuantile(confidence, degreesOfFreedom: degreesOfFreedom)
        return Interval(
            lower: value * exponential(-half), upper: value * exponential(half))
    }

    private struct Rate {
        let value: Double
        let logError: Double?

        init(_ counts: [CodeCount]) throws(UnusableSample) {
            var clusters: [(y: Double, x: Double)] = []
            for count in counts {
                guard let effort = count.effort else {
                    throw UnusableSample("a rate needs the human effort of every count")
                }
                clusters.append((Double(count.total), effort))
            }
            let code = clusters.reduce(0) { $0 + $1.y }
            guard code > 0 else { throw UnusableSample("a period without code has no rate") }
            value = code / clusters.reduce(0) { $0 + $1.x }
            let rate = value
            logError = ratioError(clusters).map { $0 / rate }
        }
    }
}
