// SPDX-License-Identifier: Apache-2.0

/// Wald's sequential test of one success rate against a higher one, which stops as soon as it can.
public struct SequentialTest: Hashable, Sendable {
    public let null: Probability
    public let alternative: Probability
    /// The chance of calling the null rate crossed, and that of calling the alternative clear.
    public let falseCrossing: Probability
    public let falseClearing: Probability

    /// Source: Wald 1945, Annals of Mathematical Statistics 16(2).
    ///
    /// - Throws: ``UnusableSample`` where the alternative is not above the null, or the two errors
    ///   leave no room between the bounds.
    public init(
        null: Probability, alternative: Probability, falseCrossing: Probability,
        falseClearing: Probability
    ) throws(UnusableSample) {
        guard null < alternative else {
            throw UnusableSample("the alternative rate must be above the null one")
        }
        guard falseCrossing.share + falseClearing.share < 1 else {
            throw UnusableSample("the two chances of an error must be below 1 together")
        }
        self.null = null
        self.alternative = alternative
        self.falseCrossing = falseCrossing
        self.falseClearing = falseClearing
    }

    /// The log-likelihood ratio from which on the alternative is accepted: ln((1 − β) / α).
    public var upperBound: Double { ln1p(-falseClearing.share) - ln(falseCrossing.share) }
    /// The one down to which the null is: ln(β / (1 − α)).
    public var lowerBound: Double { ln(falseClearing.share) - ln1p(-falseCrossing.share) }
    /// What a success adds, and what a failure does.
    public var successStep: Double { ln(alternative.share / null.share) }
    public var failureStep: Double { ln1p(-alternative.share) - ln1p(-null.share) }

    /// The two lines in the plane of trials and successes: clear at or below `slope` × trials −
    /// `clearing`, crossed at or above `slope` × trials + `crossing`.
    public var lines: (slope: Double, clearing: Double, crossing: Double) {
        let scale = successStep - failureStep
        return (-failureStep / scale, -lowerBound / scale, upperBound / scale)
    }

    public enum Decision: String, Hashable, Sendable {
        case crossed, clear
        case goOn = "continue"
    }

    /// Where a run of the test ended.
    public struct Outcome: Hashable, Sendable {
        public let decision: Decision
        /// After how many trials it was decided, or how many there were.
        public let trials: Int
        public let successes: Int
        public let logRatio: Double
    }

    /// Takes the outcomes one after another and stops at the first bound that is reached.
    ///
    /// Source: Wald 1945, Annals of Mathematical Statistics 16(2).
    public func test(_ outcomes: [Bool]) -> Outcome {
        var successes = 0
        for (place, success) in outcomes.enumerated() {
            successes += success ? 1 : 0
            let here = outcome(successes: successes, trials: place + 1)
            if here.decision != .goOn { return here }
        }
        return outcome(successes: successes, trials: outcomes.count)
    }

    /// How a run stands whose order is not known; decided earlier, perhaps, had one looked.
    ///
    /// Source: Wald 1945, Annals of Mathematical Statistics 16(2).
    public func test(_ proportion: Proportion) -> Outcome {
        outcome(successes: proportion.successes, trials: proportion.trials)
    }

    private func outcome(successes: Int, trials: Int) -> Outcome {
        let ratio =
            Double(successes) * successStep + Double(trials - successes) * failureStep
        let decision: Decision =
            ratio >= upperBound ? .crossed : ratio <= lowerBound ? .clear : .goOn
        return Outcome(
            decision: decision, trials: trials, successes: successes, logRatio: ratio)
    }

    /// How many trials it takes on average where the null holds, and where the alternative does.
    ///
    /// Without what the last step overshoots, hence a little too few.
    ///
    /// Source: Wald 1945, Annals of Mathematical Statistics 16(2), equation 4.8.
    public var expectedTrials: (underNull: Double, underAlternative: Double) {
        func expected(_ rate: Double, crossing: Double) -> Double {
            (crossing * upperBound + (1 - crossing) * lowerBound)
                / (rate * successStep + (1 - rate) * failureStep)
        }
        return (
            expected(null.share, crossing: falseCrossing.share),
            expected(alternative.share, crossing: 1 - falseClearing.share)
        )
    }
}
