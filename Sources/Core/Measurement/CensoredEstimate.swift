// SPDX-License-Identifier: Apache-2.0

/// A figure as far as its suite can tell: beyond the ceiling it says "at least" and no more.
public struct CensoredEstimate: Hashable, Sendable {
    /// The figure, or the ceiling where it lies beyond.
    public let value: Double
    /// Its interval, without an upper end where that lies beyond the ceiling.
    public let interval: Interval?
    /// Whether `value` is a lower bound only.
    public let isLowerBound: Bool

    /// Cuts a figure and its interval at the ceiling. Nothing in between is made up.
    ///
    /// So it can show that a threshold at or below the ceiling is crossed, never that one above it
    /// is not.
    ///
    /// - Throws: ``UnusableSample`` where the ceiling is no number.
    ///
    /// Source: METR's note of 2026-05-08 on horizons above 16 h; Type I censoring, Klein and
    /// Moeschberger 2003, Survival Analysis, 3.2.
    public static func estimate(
        _ value: Double, interval: Interval? = nil, ceiling: Double
    ) throws(UnusableSample) -> CensoredEstimate {
        guard ceiling.isFinite, !value.isNaN else {
            throw UnusableSample("a ceiling is a number, and so is the figure under it")
        }
        return CensoredEstimate(
            value: min(value, ceiling),
            interval: interval.map {
                Interval(
                    lower: min($0.lower, ceiling),
                    upper: $0.upper > ceiling ? .infinity : $0.upper)
            },
            isLowerBound: value > ceiling)
    }
}
