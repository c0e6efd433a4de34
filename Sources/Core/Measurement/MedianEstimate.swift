// SPDX-License-Identifier: Apache-2.0

/// The median of a poll's answers, with an interval that assumes nothing about their law.
public struct MedianEstimate: Hashable, Sendable {
    /// The middle answer, or the mean of the two in the middle.
    public let value: Double
    /// The answers at the two ranks.
    public let interval: Interval
    public let ranks: MedianRanks
    public let count: Int

    /// - Throws: ``UnusableSample`` for a NaN, or too few answers for that confidence.
    /// - Complexity: O(n log n).
    ///
    /// Source: David and Nagaraja 2003, Order Statistics, 3rd edition, 7.1.
    public static func estimate(
        _ answers: [Double], confidence: Probability = .ninetyFivePercent
    ) throws(UnusableSample) -> MedianEstimate {
        guard !answers.contains(where: \.isNaN) else {
            throw UnusableSample("an answer is not a number")
        }
        let ranks = try MedianRanks.estimate(count: answers.count, confidence: confidence)
        let sorted = answers.sorted()
        let (low, high) = (sorted[(answers.count - 1) / 2], sorted[answers.count / 2])
        return MedianEstimate(
            value: low == high ? low : low + (high - low) / 2,
            interval: Interval(lower: sorted[ranks.lower - 1], upper: sorted[ranks.upper - 1]),
            ranks: ranks, count: answers.count)
    }
}
