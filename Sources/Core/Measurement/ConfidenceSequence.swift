// SPDX-License-Identifier: Apache-2.0

/// Intervals for a success rate that hold at every look at once.
///
/// Whoever looks after each report and stops at the first alarming one is wrong with a chance of at
/// most 1 − confidence over all looks together; a fixed-size interval gives no such promise.
public enum ConfidenceSequence {
    /// The rates that the evidence so far does not exclude, under a uniform mixture.
    ///
    /// Source: Robbins 1970, Annals of Mathematical Statistics 41(5), for the beta-binomial
    /// mixture; Ville's inequality.
    public static func estimateInterval(
        _ proportion: Proportion, confidence: Probability = .ninetyFivePercent
    ) -> Interval {
        let limit = -ln(1 - confidence.share)
        let share = proportion.share
        func excess(_ rate: Double) -> Double { logEvidence(against: rate, proportion) - limit }
        // The evidence falls up to the observed share and rises after it; it is never positive
        // there.
        let lower =
            proportion.successes == 0 ? 0 : rootOfIncreasing(in: 0...share) { -excess($0) }
        let upper =
            proportion.successes == proportion.trials
            ? 1 : rootOfIncreasing(in: share...1) { excess($0) }
        return Interval(lower: lower, upper: upper)
    }

    /// ln of the e-value against the hypothesis that the rate is `rate`, under a uniform mixture.
    ///
    /// Infinite for a rate of 0 or 1 that the observations contradict.
    ///
    /// Source: B(1 + s, 1 + n − s) / (p^s (1 − p)^(n − s)); Robbins 1970. In terms of the binomial
    /// law it is 1 / ((n + 1) P(s of n)).
    public static func logEvidence(against rate: Double, _ proportion: Proportion) -> Double {
        let n = Double(proportion.trials)
        return -ln1p(n)
            - lnBinomialDensity(Double(proportion.successes), of: n, p: rate, q: 1 - rate)
    }
}
