// SPDX-License-Identifier: Apache-2.0

/// The quotient of two estimates that are normally distributed, perhaps together.
public struct RatioEstimate: Hashable, Sendable {
    public let numerator: Double
    public let denominator: Double
    /// The variances of the two and their covariance.
    public let numeratorVariance: Double
    public let denominatorVariance: Double
    public let covariance: Double

    /// Source: a variance is not negative, and a denominator not zero.
    ///
    /// - Throws: ``UnusableSample`` where that does not hold.
    public init(
        numerator: Double, denominator: Double, numeratorVariance: Double,
        denominatorVariance: Double, covariance: Double = 0
    ) throws(UnusableSample) {
        guard denominator != 0, denominator.isFinite, numerator.isFinite else {
            throw UnusableSample("a quotient needs two numbers, the lower one not zero")
        }
        guard numeratorVariance >= 0, denominatorVariance >= 0, numeratorVariance.isFinite,
            denominatorVariance.isFinite,
            covariance * covariance <= numeratorVariance * denominatorVariance * (1 + 1e-9)
        else { throw UnusableSample("a variance is negative, or not a number") }
        self.numerator = numerator
        self.denominator = denominator
        self.numeratorVariance = numeratorVariance
        self.denominatorVariance = denominatorVariance
        self.covariance = covariance
    }

    public var value: Double { numerator / denominator }

    /// The standard error to first order, trustworthy only while the denominator is well known.
    ///
    /// Source: the delta method; Cochran 1977, Sampling Techniques, 6.5.
    public var standardError: Double {
        let variance =
            numeratorVariance + value * value * denominatorVariance - 2 * value * covariance
        return max(0, variance).squareRoot() / abs(denominator)
    }

    /// All quotients that the two estimates do not exclude.
    ///
    /// Nil where the denominator is not told from zero at that confidence: then the quotients that
    /// are not excluded are no interval.
    ///
    /// - Parameter quantile: how many standard errors, of the normal or Student's law.
    ///
    /// Source: Fieller 1954, Journal of the Royal Statistical Society B 16(2).
    public func estimateFiellerInterval(quantile: Double) -> Interval? {
        let square = quantile * quantile
        let a = denominator * denominator - square * denominatorVariance
        let b = numerator * denominator - square * covariance
        let c = numerator * numerator - square * numeratorVariance
        guard a > 0 else { return nil }
        let half = max(0, b * b - a * c).squareRoot()
        return Interval(lower: (b - half) / a, upper: (b + half) / a)
    }

    /// The interval of the delta method, symmetric about the value.
    ///
    /// Source: the delta method; Cochran 1977, Sampling Techniques, 6.5.
    public func estimateDeltaInterval(quantile: Double) -> Interval {
        let half = quantile * standardError
        return Interval(lower: value - half, upper: value + half)
    }

    /// Fieller's interval by the normal law.
    ///
    /// Source: Fieller 1954, Journal of the Royal Statistical Society B 16(2).
    public func estimateFiellerInterval(
        confidence: Probability = .ninetyFivePercent
    ) -> Interval? {
        estimateFiellerInterval(quantile: NormalDistribution.centralQuantile(confidence))
    }

    /// The delta method's interval by the normal law.
    ///
    /// Source: the delta method; Cochran 1977, Sampling Techniques, 6.5.
    public func estimateDeltaInterval(
        confidence: Probability = .ninetyFivePercent
    ) -> Interval {
        estimateDeltaInterval(quantile: NormalDistribution.centralQuantile(confidence))
    }
}
