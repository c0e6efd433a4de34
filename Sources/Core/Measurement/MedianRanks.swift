// SPDX-License-Identifier: Apache-2.0

/// Between which two of the sorted answers a poll's median lies.
public struct MedianRanks: Hashable, Sendable {
    /// The rank of the lower answer, counted from 1 for the smallest.
    public let lower: Int
    /// The rank of the upper answer, counted likewise.
    public let upper: Int
    /// The chance that the two enclose the median of those asked; at least what was asked for.
    public let coverage: Double

    /// The narrowest symmetric pair with at least the stated confidence, free of any assumption
    /// about how the answers are spread.
    ///
    /// - Throws: ``UnusableSample`` where even the smallest and the largest answer do not suffice.
    /// - Complexity: O(`count`).
    ///
    /// Source: David and Nagaraja 2003, Order Statistics, 3rd edition, 7.1.
    public static func estimate(
        count: Int, confidence: Probability = .ninetyFivePercent
    ) throws(UnusableSample) -> MedianRanks {
        guard count > 0 else { throw UnusableSample("a median needs at least one answer") }
        let n = Double(count)
        var below = 0.0
        var best: MedianRanks?
        // `below` is P(Binomial(n, 1/2) < rank): the chance that the median lies under that answer.
        for rank in 1...max(1, count / 2) {
            let k = Double(rank - 1)
            below += exponential(lnBinomialDensity(k, of: n, p: 0.5, q: 0.5))
            let coverage = 1 - 2 * below
            if coverage < confidence.share { break }
            best = MedianRanks(lower: rank, upper: count + 1 - rank, coverage: coverage)
        }
        guard let best else {
            throw UnusableSample(
                "\(count) answers cannot bound a median with that confidence, whatever they are")
        }
        return best
    }
}
