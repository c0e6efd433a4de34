// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// A condition that holds, and for how much longer, or in how many more reports, it has to.
public struct PendingStanding: Hashable, Sendable {
    /// Since when it has held without a break.
    public let since: Time
    /// When it is crossed if it goes on; nil where reports are waited for.
    public let due: Time?
    /// In how many reports of each evaluator that is needed.
    public let reports: Int
    public let over: TimeSpan
    /// How many independent evaluators have to report so often.
    public let evaluators: Int
    /// Who has reported how often since; empty where one report is enough.
    public let reported: [Reported]

    public struct Reported: Hashable, Sendable {
        public let signer: String
        public let reports: Int
        public let first: Time
        public let newest: Time
    }
}

/// What one signer measured of one thing, time and again.
public struct HistoryStanding: Hashable, Sendable {
    public let indicator: String
    public let subject: Subject
    public let signer: String
    /// All there ever were.
    public let count: Int
    /// The newest 32, oldest first.
    public let revisions: [RevisionStanding]
}

/// One measurement as it was logged, and what became of it.
public struct RevisionStanding: Hashable, Sendable {
    public let entry: LogIndex
    public let received: Time
    public let value: ExactDecimal
    public let interval: MeasuredValue.Interval?
    public let made: Time
    public let stage: MeasuredValue.Stage
    public let suite: String
    public let assurance: Assurance
    public let corrects: LogIndex?
    /// Why it corrects another.
    public let reason: String?
    /// The last question by which it was challenged, and how that stands.
    public let challenge: String?
    public let outcome: QuestionStatus?
    public let withdrawn: Bool
}

public struct JudgementStanding: Hashable, Sendable {
    public let signer: String
    public let entry: LogIndex
    public let judgement: Judgement
    /// Whether it is too old to count.
    public let stale: Bool
}

/// How often something has to be measured, and whether that was missed.
public struct ScheduleStanding: Hashable, Sendable {
    public let indicator: String
    public let subject: Subject
    public let every: TimeSpan
    /// When the newest one that counts was made.
    public let newest: Time?
    /// By when the next one has to be made.
    public let due: Time
    /// Since when one is missing; nil while none is.
    public let missed: Time?
    public let clause: String
}

/// An evaluator's wish to look into a model, and what came of it.
public struct AccessStanding: Hashable, Sendable {
    public let evaluator: String
    public let entry: LogIndex
    public let at: Time
    public let model: String
    public let developer: String
    /// What was asked for.
    public let access: AccessTier
    public let what: String
    /// When an answer is due, where the agreement says.
    public let due: Time?
    public let overdue: Bool
    public let answer: Answer?

    public struct Answer: Hashable, Sendable {
        public let entry: LogIndex
        public let at: Time
        /// What is granted; nil where nothing is.
        public let access: AccessTier?
        public let reason: String
        public let inTime: Bool
    }
}

/// A developer's word on a measurement or judgement.
public struct CommentStanding: Hashable, Sendable {
    public let about: LogIndex
    public let party: String
    public let entry: LogIndex
    public let at: Time
    public let text: String
    public let inTime: Bool
}

/// What somebody found instead of a measurement, and the question about it.
public struct ChallengeStanding: Hashable, Sendable {
    public let entry: LogIndex
    public let party: String
    public let measurement: LogIndex
    public let value: ExactDecimal
    public let unit: QuantityUnit
    public let interval: MeasuredValue.Interval?
    public let reason: String
    public let question: String
    public let outcome: QuestionStatus
}

/// A part of a condition about which evaluators that count contradict each other.
public struct DissentStanding: Hashable, Sendable {
    public let trigger: String
    public let subject: Subject
    /// The indicator or the claim.
    public let about: String
    /// What the part asks, in words.
    public let part: String
    /// Sorted by name, here and below.
    public let yes: [String]
    public let no: [String]
    /// Who found it unclear.
    public let unclear: [String]
}
