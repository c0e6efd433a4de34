// SPDX-License-Identifier: Apache-2.0

/// A closed range of values in the unit of what it bounds; an end may be infinite.
public struct Interval: Hashable, Sendable {
    public let lower: Double
    public let upper: Double

    /// Source: `lower` is never above `upper`, and neither is a NaN.
    public init(lower: Double, upper: Double) {
        precondition(lower <= upper, "an interval runs upwards")
        self.lower = lower
        self.upper = upper
    }

    /// Whether `value` lies inside or on an end.
    ///
    /// Source: closed interval.
    public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}
