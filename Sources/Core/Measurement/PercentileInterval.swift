// SPDX-License-Identifier: Apache-2.0

/// The central interval of bootstrap draws.
public struct PercentileInterval: Hashable, Sendable {
    public let interval: Interval
    /// How many draws gave a value, infinite ones included.
    public let used: Int
    /// How many gave none.
    public let skipped: Int

    /// Quantiles of the draws by linear interpolation, leaving NaN out and keeping infinities as
    /// the largest values.
    ///
    /// - Throws: ``UnusableSample`` where no draw gave a value.
    ///
    /// Source: Hyndman and Fan 1996, American Statistician 50(4), definition 7
    /// (`numpy.nanquantile`).
    public static func estimate(
        from draws: [Double], confidence: Probability = .ninetyFivePercent
    ) throws(UnusableSample) -> PercentileInterval {
        let sorted = draws.filter { !$0.isNaN }.sorted()
        guard !sorted.isEmpty else { throw UnusableSample("no bootstrap draw gave a value") }
        func quantile(_ share: Double) -> Double {
            let place = share * Double(sorted.count - 1)
            let below = Int(place)
            let fraction = place - Double(below)
            // Without this, infinity minus infinity would be a NaN.
            if fraction == 0 || sorted[below] == sorted[below + 1] { return sorted[below] }
            return sorted[below] + fraction * (sorted[below + 1] - sorted[below])
        }
        return PercentileInterval(
            interval: Interval(
                lower: quantile(confidence.tail), upper: quantile(1 - confidence.tail)),
            used: sorted.count, skipped: draws.count - sorted.count)
    }
}
