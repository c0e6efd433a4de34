// SPDX-License-Identifier: Apache-2.0

/// How many of a number of like trials succeeded.
public struct Proportion: Hashable, Sendable {
    public let successes: Int
    public let trials: Int

    /// Source: a count of successes is neither negative nor above the trials, of which there is
    /// one.
    ///
    /// - Throws: ``UnusableSample`` where that does not hold.
    public init(successes: Int, trials: Int) throws(UnusableSample) {
        guard trials > 0 else { throw UnusableSample("a proportion needs at least one trial") }
        guard (0...trials).contains(successes) else {
            throw UnusableSample("\(successes) successes of \(trials) trials is impossible")
        }
        self.successes = successes
        self.trials = trials
    }

    /// The way in which an interval is made.
    public enum Method: String, CaseIterable, Sendable {
        /// Inverts the score test; close to its stated coverage on average.
        case wilson
        /// Inverts the exact binomial test; never below its stated coverage, hence wide.
        case clopperPearson = "clopper-pearson"
        /// Equal-tailed quantiles of the posterior under the prior Beta(1/2, 1/2), unmodified at 0
        /// and 1.
        case jeffreys
        /// Wald's interval after adding z²/2 successes and failures; clipped to [0, 1].
        case agrestiCoull = "agresti-coull"
    }

    /// Successes over trials.
    public var share: Double { Double(successes) / Double(trials) }

    /// The standard error of the share under the binomial law, zero at 0 and 1.
    ///
    /// Source: sqrt(p (1 − p) / n).
    public var standardError: Double { (share * (1 - share) / Double(trials)).squareRoot() }

    /// A central interval for the share, valid for a number of trials fixed beforehand.
    ///
    /// Who looks after every trial needs ``ConfidenceSequence`` instead.
    ///
    /// Source: Brown, Cai and DasGupta 2001, Statistical Science 16(2), sections 3 and 4.
    public func estimateInterval(
        _ method: Method, confidence: Probability = .ninetyFivePercent
    ) -> Interval {
        switch method {
        case .wilson: wilson(z: NormalDistribution.centralQuantile(confidence))
        case .clopperPearson: clopperPearson(tail: confidence.tail)
        case .jeffreys: jeffreys(tail: confidence.tail)
        case .agrestiCoull: agrestiCoull(z: NormalDistribution.centralQuantile(confidence))
        }
    }

    /// The exact one-sided bounds, each holding with `confidence` by itself.
    ///
    /// Source: Clopper and Pearson 1934, Biometrika 26(4).
    public func estimateOneSidedBounds(
        confidence: Probability = .ninetyFivePercent
    ) -> (lower: Double, upper: Double) {
        let interval = clopperPearson(tail: 1 - confidence.share)
        return (interval.lower, interval.upper)
    }

    private func wilson(z: Double) -> Interval {
        let n = Double(trials)
        let center = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half =
            z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot() / (1 + z * z / n)
        // At 0 and n one end is exactly 0 or 1, which the subtraction would miss by a rounding.
        return Interval(
            lower: successes == 0 ? 0 : max(0, center - half),
            upper: successes == trials ? 1 : min(1, center + half))
    }

    private func clopperPearson(tail: Double) -> Interval {
        let (k, n) = (Double(successes), Double(trials))
        return Interval(
            lower: successes == 0 ? 0 : BetaDistribution.quantile(tail, a: k, b: n - k + 1),
            upper: successes == trials
                ? 1 : BetaDistribution.quantile(upperTail: tail, a: k + 1, b: n - k))
    }

    private func jeffreys(tail: Double) -> Interval {
        let (a, b) = (Double(successes) + 0.5, Double(trials - successes) + 0.5)
        return Interval(
            lower: BetaDistribution.quantile(tail, a: a, b: b),
            upper: BetaDistribution.quantile(upperTail: tail, a: a, b: b))
    }

    private func agrestiCoull(z: Double) -> Interval {
        let n = Double(trials) + z * z
        let center = (Double(successes) + z * z / 2) / n
        let half = z * (center * (1 - center) / n).squareRoot()
        return Interval(lower: max(0, center - half), upper: min(1, center + half))
    }
}
