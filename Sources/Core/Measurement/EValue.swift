// SPDX-License-Identifier: Apache-2.0

/// Evidence against a hypothesis that may be looked at after every trial and added to.
///
/// Were the hypothesis true, it would ever reach 1/α with a chance of at most α.
public struct EValue: Hashable, Comparable, Sendable {
    /// The natural logarithm, since the value itself soon is too large for a number.
    public let logarithm: Double

    /// Source: the e-value is not negative, so its logarithm may be −∞ but is a number.
    ///
    /// - Throws: ``UnusableSample`` for a NaN.
    public init(logarithm: Double) throws(UnusableSample) {
        guard !logarithm.isNaN else { throw UnusableSample("an e-value is a number") }
        self.logarithm = logarithm
    }

    /// Source: Vovk and Wang 2021, Annals of Statistics 49(3), definition of an e-variable.
    ///
    /// - Throws: ``UnusableSample`` for a negative value or a NaN.
    public init(_ value: Double) throws(UnusableSample) {
        guard value >= 0 else { throw UnusableSample("an e-value is zero or above") }
        logarithm = ln(value)
    }

    private init(known logarithm: Double) {
        self.logarithm = logarithm
    }

    public var value: Double { exponential(logarithm) }

    /// A p-value that holds however often one has looked.
    ///
    /// Source: Vovk and Wang 2021, Annals of Statistics 49(3), min(1, 1/e).
    public var pValue: Double { min(1, exponential(-logarithm)) }

    /// Whether it rejects the hypothesis with this chance of an error: e ≥ 1/α.
    ///
    /// Source: Ville's inequality; Ville 1939, Étude critique de la notion de collectif.
    public func rejects(at level: Probability) -> Bool { logarithm >= -ln(level.share) }

    /// Source: the order of the evidence.
    public static func < (left: EValue, right: EValue) -> Bool { left.logarithm < right.logarithm }

    /// The likelihood ratio of one rate over another.
    ///
    /// Source: Wald 1945, Annals of Mathematical Statistics 16(2).
    public static func estimateLikelihoodRatio(
        _ proportion: Proportion, null: Probability, alternative: Probability
    ) -> EValue {
        let failures = Double(proportion.trials - proportion.successes)
        return EValue(
            known: Double(proportion.successes) * ln(alternative.share / null.share)
                + failures * (ln1p(-alternative.share) - ln1p(-null.share)))
    }

    /// What the hypothesis says of the rate.
    public enum Hypothesis: String, CaseIterable, Sendable {
        /// The rate is at most the one named: evidence is that it is above.
        case atMost = "at-most"
        /// The rate is at least the one named: evidence is that it is below.
        case atLeast = "at-least"
    }

    /// The evidence against all rates on one side, by a mixture that is uniform on the other.
    ///
    /// Source: Robbins 1970, Annals of Mathematical Statistics 41(5); with the uniform prior
    /// restricted to (p, 1] it is (1 − F(p)) / (1 − p) × B(1 + s, 1 + f) / (p^s (1 − p)^f), F the
    /// law Beta(1 + s, 1 + f).
    public static func estimateMixture(
        _ proportion: Proportion, against hypothesis: Hypothesis, rate: Probability
    ) -> EValue {
        let (s, f) = (
            Double(proportion.successes), Double(proportion.trials - proportion.successes)
        )
        let p = rate.share
        let share =
            hypothesis == .atMost
            ? BetaDistribution.lnCumulative(1 - p, rest: p, a: 1 + f, b: 1 + s) - ln1p(-p)
            : BetaDistribution.lnCumulative(p, rest: 1 - p, a: 1 + s, b: 1 + f) - ln(p)
        return EValue(
            known: share + ConfidenceSequence.logEvidence(against: p, proportion))
    }

    /// How e-values of one hypothesis are put together.
    public enum Combination: String, CaseIterable, Sendable {
        /// Valid where each comes from evidence of its own, or was begun after the one before.
        case product
        /// Valid whatever they share.
        case mean
    }

    /// One e-value out of several.
    ///
    /// - Throws: ``UnusableSample`` where there are none, or an infinite one meets a zero.
    ///
    /// Source: Vovk and Wang 2021, Annals of Statistics 49(3), propositions 3.1 and 4.1.
    public static func estimateCombined(
        _ values: [EValue], by combination: Combination
    ) throws(UnusableSample) -> EValue {
        guard let highest = values.max() else { throw UnusableSample("there are no e-values") }
        switch combination {
        case .product:
            return try EValue(logarithm: values.reduce(0) { $0 + $1.logarithm })
        case .mean:
            guard highest.logarithm.isFinite else { return highest }
            let sum = values.reduce(0) { $0 + exponential($1.logarithm - highest.logarithm) }
            return EValue(known: highest.logarithm + ln(sum / Double(values.count)))
        }
    }
}
