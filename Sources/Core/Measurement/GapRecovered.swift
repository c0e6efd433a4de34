// SPDX-License-Identifier: Apache-2.0

/// How much of the gap between a weak and a strong result a third one closes: 0 is the floor, 1
/// the ceiling.
public enum GapRecovered {
    /// A score, with its standard error where it is not known exactly.
    public struct Score: Hashable, Sendable {
        public let value: Double
        public let standardError: Double

        /// Source: Burns et al. 2023, arXiv 2312.09390, 3.
        ///
        /// - Throws: ``UnusableSample`` for what is no number, or a negative error.
        public init(_ value: Double, standardError: Double = 0) throws(UnusableSample) {
            guard value.isFinite, standardError >= 0, standardError.isFinite else {
                throw UnusableSample("a score is a number, and its standard error not negative")
            }
            self.value = value
            self.standardError = standardError
        }
    }

    /// (score − floor) / (ceiling − floor), for three results that were measured independently.
    ///
    /// Below 0 and above 1 where the score lies outside the gap.
    ///
    /// - Throws: ``UnusableSample`` where the ceiling is not above the floor.
    ///
    /// Source: Burns et al. 2023, arXiv 2312.09390, 3 (performance gap recovered); Fieller 1954
    /// for the interval, in which the floor stands above and below.
    public static func estimate(
        score: Score, floor: Score, ceiling: Score
    ) throws(UnusableSample) -> RatioEstimate {
        guard ceiling.value > floor.value else {
            throw UnusableSample("the ceiling must lie above the floor")
        }
        func variance(_ score: Score) -> Double { score.standardError * score.standardError }
        return try RatioEstimate(
            numerator: score.value - floor.value, denominator: ceiling.value - floor.value,
            numeratorVariance: variance(score) + variance(floor),
            denominatorVariance: variance(ceiling) + variance(floor),
            covariance: variance(floor))
    }
}
