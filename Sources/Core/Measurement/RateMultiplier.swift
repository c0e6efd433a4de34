// SPDX-License-Identifier: Apache-2.0

/// How many times as fast a quantity grows as it used to.
public enum RateMultiplier {
    /// ln(observed) / ln(baseline), for factors of growth over equal stretches of time.
    ///
    /// - Parameters:
    ///   - observed: the factor by which it grew, such as 81 times in a year.
    ///   - baseline: the factor by which it grew before, above 1.
    ///   - observedInterval: made on a scale of logarithms, as is the other; none is exact.
    /// - Throws: ``UnusableSample`` where a factor is not positive, the baseline not above 1, or a
    ///   value does not lie within its interval.
    ///
    /// Source: growth rates of an exponential; Fieller 1954 for the interval of their quotient.
    public static func estimate(
        observed: Double, baseline: Double, observedInterval: Interval? = nil,
        baselineInterval: Interval? = nil, confidence: Probability = .ninetyFivePercent
    ) throws(UnusableSample) -> RatioEstimate {
        guard observed > 0, observed.isFinite else {
            throw UnusableSample("the observed factor of growth is a positive number")
        }
        guard baseline > 1, baseline.isFinite else {
            throw UnusableSample("the baseline is a factor of growth, above 1")
        }
        return try RatioEstimate(
            numerator: ln(observed), denominator: ln(baseline),
            numeratorVariance: try variance(observed, observedInterval, confidence),
            denominatorVariance: try variance(baseline, baselineInterval, confidence))
    }

    private static func variance(
        _ factor: Double, _ interval: Interval?, _ confidence: Probability
    ) throws(UnusableSample) -> Double {
        guard let interval else { return 0 }
        guard interval.contains(factor) else {
            throw UnusableSample("a factor of growth lies outside its own interval")
        }
        let error = try EstimateWithError.logarithm(
            of: factor, interval: interval, confidence: confidence
        ).standardError
        return error * error
    }
}
