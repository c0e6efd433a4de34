// SPDX-License-Identifier: Apache-2.0

/// How far the mean of scores may lie from the true mean, without an assumption about their law.
public enum MeanBound: Hashable, Sendable {
    /// For scores within a range of this width, and a number of them fixed beforehand.
    case hoeffding(range: Double)
    /// For scores whose tails fall as fast as those of a normal law of this variance, at every
    /// look at once; scores in [0, 1] do with 1/4. Tightest where n × variance is near `rho`.
    case normalMixture(variance: Double, rho: Double)

    /// Half the width of the interval about the mean of `count` scores.
    ///
    /// - Throws: ``UnusableSample`` for no scores, or a figure that is not positive.
    ///
    /// Source: Hoeffding 1963, Journal of the American Statistical Association 58, theorem 2;
    /// Howard, Ramdas, McAuliffe and Sekhon 2021, Annals of Statistics 49(2), equation 14.
    public func estimateHalfWidth(
        count: Int, confidence: Probability = .ninetyFivePercent
    ) throws(UnusableSample) -> Double {
        guard count > 0 else { throw UnusableSample("a mean needs at least one score") }
        let n = Double(count)
        let logLevel = ln1p(-confidence.share)
        switch self {
        case .hoeffding(let range):
            guard range > 0, range.isFinite else {
                throw UnusableSample("the range of the scores is a positive number")
            }
            return range * ((ln(2) - logLevel) / (2 * n)).squareRoot()
        case .normalMixture(let variance, let rho):
            guard variance > 0, rho > 0, variance.isFinite, rho.isFinite else {
                throw UnusableSample("the variance and rho are positive numbers")
            }
            let total = n * variance + rho
            return (total * (ln(total / rho) - 2 * logLevel)).squareRoot() / n
        }
    }

    /// The rho that makes the normal mixture tightest at `count` scores.
    ///
    /// - Throws: ``UnusableSample`` for no scores, or a variance that is not positive.
    ///
    /// Source: Howard et al. 2021, Annals of Statistics 49(2), 3.5: the minimum of equation 14,
    /// where u = n × variance / rho solves u = ln(1 + u) − 2 ln α.
    public static func estimateRho(
        tunedFor count: Int, variance: Double, confidence: Probability = .ninetyFivePercent
    ) throws(UnusableSample) -> Double {
        guard count > 0, variance > 0, variance.isFinite else {
            throw UnusableSample("a mixture is tuned for some scores of a positive variance")
        }
        let logLevel = ln1p(-confidence.share)
        let u = rootOfIncreasing(in: 0...1e4) { $0 - ln1p($0) + 2 * logLevel }
        return Double(count) * variance / u
    }
}
