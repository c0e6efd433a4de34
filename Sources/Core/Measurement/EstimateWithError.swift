// SPDX-License-Identifier: Apache-2.0

/// One evaluator's figure with its standard error.
public struct EstimateWithError: Hashable, Sendable {
    public let value: Double
    public let standardError: Double

    /// Source: a standard error is positive, since a figure without one would outweigh all others.
    ///
    /// - Throws: ``UnusableSample`` where it is not.
    public init(value: Double, standardError: Double) throws(UnusableSample) {
        guard value.isFinite, standardError > 0, standardError.isFinite else {
            throw UnusableSample("a figure is a number, and its standard error a positive one")
        }
        self.value = value
        self.standardError = standardError
    }

    /// The figure's logarithm with the standard error of that.
    ///
    /// - Throws: ``UnusableSample`` where the figure or the error is not positive and finite.
    ///
    /// Source: the natural logarithm.
    public static func logarithm(
        of value: Double, standardError: Double
    ) throws(UnusableSample) -> EstimateWithError {
        guard value > 0 else { throw UnusableSample("a logarithm needs a positive figure") }
        return try EstimateWithError(value: ln(value), standardError: standardError)
    }

    /// The figure whose logarithm this is.
    ///
    /// Source: the exponential function.
    public static func value(ofLogarithm logarithm: Double) -> Double { exponential(logarithm) }

    /// The figure's logarithm with its standard error, from an interval made on that scale.
    ///
    /// - Throws: ``UnusableSample`` where an end is not positive and finite, or both are one.
    ///
    /// Source: half the width of ln(interval) over the normal quantile.
    public static func logarithm(
        of value: Double, interval: Interval, confidence: Probability = .ninetyFivePercent
    ) throws(UnusableSample) -> EstimateWithError {
        guard value > 0, interval.lower > 0, interval.upper.isFinite else {
            throw UnusableSample("a logarithm needs a positive figure and a positive interval")
        }
        let width = ln(interval.upper) - ln(interval.lower)
        return try EstimateWithError(
            value: ln(value),
            standardError: width / (2 * NormalDistribution.centralQuantile(confidence)))
    }
}
