// SPDX-License-Identifier: Apache-2.0

/// How many questions tell two models apart that answer the same ones.
public struct ComparisonPower: Hashable, Sendable {
    /// The variance of the difference of the two models' expected scores over questions, ω².
    public let differenceVariance: Double
    /// The mean variance of a single answer's score within a question, and how often each question
    /// is asked, of either model.
    public let first: Answers
    public let second: Answers

    public struct Answers: Hashable, Sendable {
        public let variance: Double
        public let repeats: Int

        /// Source: Miller 2024, arXiv 2411.00640, section 5.
        ///
        /// - Throws: ``UnusableSample`` for a negative variance or no answer.
        public init(variance: Double, repeats: Int) throws(UnusableSample) {
            guard variance >= 0, variance.isFinite, repeats > 0 else {
                throw UnusableSample("a variance is not negative, and a question is asked")
            }
            self.variance = variance
            self.repeats = repeats
        }
    }

    /// Source: Miller 2024, arXiv 2411.00640, section 5.
    ///
    /// - Throws: ``UnusableSample`` for a negative variance, or none at all.
    public init(
        differenceVariance: Double, first: Answers, second: Answers
    ) throws(UnusableSample) {
        guard differenceVariance >= 0, differenceVariance.isFinite else {
            throw UnusableSample("a variance is not negative")
        }
        self.differenceVariance = differenceVariance
        self.first = first
        self.second = second
        guard variance > 0 else { throw UnusableSample("without variance one question is enough") }
    }

    private var variance: Double {
        differenceVariance + first.variance / Double(first.repeats)
            + second.variance / Double(second.repeats)
    }

    /// The questions it takes to find a difference of this size.
    ///
    /// - Parameters:
    ///   - falseAlarm: the two-sided chance of finding one that is not there, α.
    ///   - miss: the chance of not finding it, β.
    /// - Throws: ``UnusableSample`` where the difference is 0, or more questions than can be
    ///   counted are needed.
    ///
    /// Source: Miller 2024, arXiv 2411.00640, equation 9.
    public func estimateQuestions(
        difference: Double, falseAlarm: Probability, miss: Probability
    ) throws(UnusableSample) -> Int {
        guard difference != 0, difference.isFinite else {
            throw UnusableSample("the difference to be found is not zero")
        }
        let z = quantiles(falseAlarm, miss)
        let questions = (z * z * variance / (difference * difference)).rounded(.up)
        guard questions < 1e15 else {
            throw UnusableSample("so small a difference takes more questions than can be asked")
        }
        return max(1, Int(questions))
    }

    /// The smallest difference that so many questions find.
    ///
    /// - Throws: ``UnusableSample`` for no questions.
    ///
    /// Source: Miller 2024, arXiv 2411.00640, equation 10.
    public func estimateDifference(
        questions: Int, falseAlarm: Probability, miss: Probability
    ) throws(UnusableSample) -> Double {
        guard questions > 0 else { throw UnusableSample("there are no questions") }
        return quantiles(falseAlarm, miss) * (variance / Double(questions)).squareRoot()
    }

    private func quantiles(_ falseAlarm: Probability, _ miss: Probability) -> Double {
        NormalDistribution.quantile(upperTail: falseAlarm.share / 2)
            + NormalDistribution.quantile(upperTail: miss.share)
    }
}
