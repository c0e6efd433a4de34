// SPDX-License-Identifier: Apache-2.0

/// Several evaluators' figures as one, by their precision.
///
/// With two to five of them the variance between them is hardly known: a trigger does better with
/// the worst case, or with how many agree (``AgreedBounds``). Sign the pooled figure and say how
/// much they differed.
public struct PooledEstimate: Hashable, Sendable {
    public enum Model: String, CaseIterable, Sendable {
        /// All measure the same true figure; they differ by chance only.
        case fixed
        /// Each has its own, spread about a common mean.
        case derSimonianLaird = "dersimonian-laird"
    }

    public let model: Model
    public let value: Double
    public let standardError: Double
    public let count: Int
    /// Cochran's Q, and its p-value under "they differ by chance only".
    public let heterogeneity: Double
    public let heterogeneityPValue: Double
    /// The share of the spread that chance does not explain, from 0 to 1.
    public let inconsistency: Double
    /// The variance between the true figures, τ²; what the fixed model leaves out.
    public let betweenVariance: Double
    /// The weighted sum of squares about the pooled value, for the interval of Hartung and Knapp.
    private let spread: Double
    private let weight: Double

    /// - Throws: ``UnusableSample`` for no figures.
    ///
    /// Source: DerSimonian and Laird 1986, Controlled Clinical Trials 7(3); Cochran 1954,
    /// Biometrics 10(1), for Q; Higgins and Thompson 2002, Statistics in Medicine 21, for I².
    public static func estimate(
        _ figures: [EstimateWithError], model: Model = .derSimonianLaird
    ) throws(UnusableSample) -> PooledEstimate {
        guard !figures.isEmpty else { throw UnusableSample("there are no figures to pool") }
        let weights = figures.map { 1 / ($0.standardError * $0.standardError) }
        let sum = weights.reduce(0, +)
        let fixed = mean(figures, weights)
        let q = squares(figures, weights, about: fixed)
        let degrees = Double(figures.count - 1)
        let scale = sum - weights.reduce(0) { $0 + $1 * $1 } / sum
        let between = figures.count > 1 ? max(0, (q - degrees) / scale) : 0
        let final =
            model == .fixed
            ? weights : figures.map { 1 / ($0.standardError * $0.standardError + between) }
        let value = mean(figures, final)
        return PooledEstimate(
            model: model, value: value, standardError: (1 / final.reduce(0, +)).squareRoot(),
            count: figures.count, heterogeneity: q,
            heterogeneityPValue: figures.count > 1
                ? ChiSquareDistribution.survival(q, degreesOfFreedom: degrees) : 1,
            inconsistency: q > degrees ? (q - degrees) / q : 0, betweenVariance: between,
            spread: squares(figures, final, about: value), weight: final.reduce(0, +))
    }

    /// The interval by the normal law, too narrow for a few figures that differ.
    ///
    /// Source: DerSimonian and Laird 1986, Controlled Clinical Trials 7(3).
    public func estimateInterval(confidence: Probability = .ninetyFivePercent) -> Interval {
        let half = NormalDistribution.centralQuantile(confidence) * standardError
        return Interval(lower: value - half, upper: value + half)
    }

    /// The interval by Student's law about the spread that there is; nil for a single figure.
    ///
    /// Source: Hartung and Knapp 2001, Statistics in Medicine 20(24); Sidik and Jonkman 2002.
    public func estimateHartungKnappInterval(
        confidence: Probability = .ninetyFivePercent
    ) -> Interval? {
        guard count > 1 else { return nil }
        let degrees = Double(count - 1)
        let half =
            StudentDistribution.centralQuantile(confidence, degreesOfFreedom: degrees)
            * (spread / degrees / weight).squareRoot()
        return Interval(lower: value - half, upper: value + half)
    }

    private static func mean(_ figures: [EstimateWithError], _ weights: [Double]) -> Double {
        zip(figures, weights).reduce(0) { $0 + $1.0.value * $1.1 } / weights.reduce(0, +)
    }

    private static func squares(
        _ figures: [EstimateWithError], _ weights: [Double], about center: Double
    ) -> Double {
        zip(figures, weights).reduce(0) {
            $0 + ($1.0.value - center) * ($1.0.value - center) * $1.1
        }
    }
}
