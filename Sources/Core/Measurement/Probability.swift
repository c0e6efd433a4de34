// SPDX-License-Identifier: Apache-2.0

/// A share strictly between 0 and 1: a confidence level, a reliability, an error rate.
public struct Probability: Hashable, Comparable, Sendable {
    /// A pure number, 0.95 for 95 %.
    public let share: Double

    /// Returns nil for 0, 1, anything beyond and for what is no number.
    ///
    /// Source: the open unit interval, on which every quantile used here is finite.
    public init?(_ share: Double) {
        guard share > 0, share < 1 else { return nil }
        self.share = share
    }

    init(known share: Double) {
        precondition(share > 0 && share < 1, "a probability lies strictly between 0 and 1")
        self.share = share
    }

    public static let ninetyFivePercent = Probability(known: 0.95)
    public static let oneHalf = Probability(known: 0.5)

    /// Source: the order of the shares.
    public static func < (left: Probability, right: Probability) -> Bool {
        left.share < right.share
    }

    /// The tail left on each side of a central interval of this confidence.
    var tail: Double { (1 - share) / 2 }
}
