// SPDX-License-Identifier: Apache-2.0

/// What so many of several evaluators' intervals say alike, without any model of how they differ.
public struct AgreedBounds: Hashable, Sendable {
    /// The highest value that so many intervals lie above.
    public let atLeast: Double
    /// The lowest value that so many lie below.
    public let atMost: Double
    /// How many have to agree, and of how many.
    public let agreeing: Int
    public let count: Int

    /// Whether the two exclude each other: so many say "above", and so many "below".
    public var isContradictory: Bool { atLeast > atMost }

    /// The bounds that at least `agreeing` intervals support; all of them is the worst case.
    ///
    /// - Throws: ``UnusableSample`` for no intervals, or a number of them that there is not.
    ///
    /// Source: order statistics of the ends; David and Nagaraja 2003, Order Statistics, 2.1.
    public static func estimate(
        _ intervals: [Interval], agreeing: Int
    ) throws(UnusableSample) -> AgreedBounds {
        guard !intervals.isEmpty else { throw UnusableSample("there are no intervals") }
        guard (1...intervals.count).contains(agreeing) else {
            throw UnusableSample(
                "\(agreeing) of \(intervals.count) intervals cannot agree: name 1 to "
                    + "\(intervals.count)")
        }
        let lower = intervals.map(\.lower).sorted(by: >)
        let upper = intervals.map(\.upper).sorted()
        return AgreedBounds(
            atLeast: lower[agreeing - 1], atMost: upper[agreeing - 1], agreeing: agreeing,
            count: intervals.count)
    }
}
