// SPDX-License-Identifier: Apache-2.0

/// Which part of what was merged is attributed to a machine.
public struct CodeShare: Hashable, Sendable {
    public let value: Double
    public let attributed: Int
    public let total: Int
    /// How many stretches or teams it is counted over.
    public let clusters: Int
    /// Nil for a single count, which is exact for what it counts and says nothing of what varies.
    public let standardError: Double?

    /// The share over all counts together, as large ones weigh more, and how much it varies among
    /// them.
    ///
    /// - Throws: ``UnusableSample`` where nothing was merged at all.
    ///
    /// Source: Cochran 1977, Sampling Techniques, 6.4 (ratio of totals over clusters), without the
    /// correction for a finite population.
    public static func estimate(_ counts: [CodeCount]) throws(UnusableSample) -> CodeShare {
        let total = counts.reduce(0) { $0 + $1.total }
        let attributed = counts.reduce(0) { $0 + $1.attributed }
        guard total > 0 else { throw UnusableSample("nothing was merged") }
        let value = Double(attributed) / Double(total)
        return CodeShare(
            value: value, attributed: attributed, total: total, clusters: counts.count,
            standardError: ratioError(
                counts.map { (Double($0.attributed), Double($0.total)) }))
    }

    /// The interval by Student's t with clusters less one degrees of freedom, within 0…1.
    ///
    /// Source: Cochran 1977, Sampling Techniques, 6.4.
    public func estimateInterval(confidence: Probability = .ninetyFivePercent) -> Interval? {
        guard let standardError else { return nil }
        let half =
            standardError
            * StudentDistribution.centralQuantile(
                confidence, degreesOfFreedom: Double(clusters - 1))
        return Interval(lower: max(0, value - half), upper: min(1, value + half))
    }
}

/// The standard error of Σ y / Σ x over clusters; nil for a single one.
///
/// Source: Cochran 1977, Sampling Techniques, 6.4.
func ratioError(_ clusters: [(y: Double, x: Double)]) -> Double? {
    guard clusters.count > 1 else { return nil }
    let n = Double(clusters.count)
    let x = clusters.reduce(0) { $0 + $1.x }
    let ratio = clusters.reduce(0) { $0 + $1.y } / x
    let squares = clusters.reduce(0) {
        let error = $1.y - ratio * $1.x
        return $0 + error * error
    }
    return (n / (n - 1) * squares).squareRoot() / x
}
