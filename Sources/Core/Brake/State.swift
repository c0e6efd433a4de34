// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// Everything that the law says at one instant, over one log.
///
/// ``json`` has the bytes that everybody with the same agreement, log and time must get.
public struct State: Hashable, Sendable {
    public let agreement: Digest
    public let terms: Digest
    public let rules: Int64
    public let at: Time
    public let size: TreeSize
    public let brake: BrakeState
    /// Since when ``brake`` is so.
    public let brakeSince: Time
    public let order: OrderStanding
    public let entryIntoForce: ForceStanding
    /// Sorted by name.
    public let parties: [PartyStanding]
    /// Sorted by trigger, then subject.
    public let triggers: [TriggerStanding]
    /// In the order in which they were opened.
    public let questions: [QuestionStanding]
    /// In the order of their entries.
    public let models: [ModelStanding]
    /// The newest per indicator, subject and signer, sorted so.
    public let measurements: [MeasurementStanding]
    /// What was measured time and again, sorted by indicator, subject and signer.
    public internal(set) var history: [HistoryStanding] = []
    /// The newest per claim, subject and signer, sorted so.
    public internal(set) var judgements: [JudgementStanding] = []
    /// What has to be measured every so often, sorted by indicator and subject.
    public internal(set) var schedules: [ScheduleStanding] = []
    /// Those of them whose deadline passed without a measurement that counts.
    public var missed: [ScheduleStanding] { schedules.filter { $0.missed != nil } }
    /// What evaluators asked developers for, in the order of entries.
    public internal(set) var evaluations: [AccessStanding] = []
    /// What developers say of results, in the order of entries.
    public internal(set) var comments: [CommentStanding] = []
    /// In the order of entries.
    public internal(set) var challenges: [ChallengeStanding] = []
    /// Where evaluators that count contradict each other, sorted by trigger, subject and part.
    public internal(set) var dissent: [DissentStanding] = []
    /// Sorted by party, then site.
    public let sites: [SiteStanding]
    /// In the order of entries.
    public let mitigations: [MitigationStanding]
    /// Sorted by name.
    public let milestones: [MilestoneStanding]
    /// In the order of entries.
    public let selfReports: [SelfReportStanding]
    /// In the order of entries.
    public let withoutEffect: [EntryWithoutEffect]
    /// Nil while the agreement's own monitors count.
    public let monitors: MonitorStanding?
}

/// What an order at this instant would say, without tree and tick.
public struct OrderStanding: Hashable, Sendable {
    /// Counts changes of (state, measures, causes, models, expiry).
    public let epoch: Int64
    /// Strongest first.
    public let measures: [MeasureInForce]
    /// In the order of their entries.
    public let causes: [CauseInForce]
    public let expiry: Time?
}

/// Whether the agreement is in force, and for whom.
public struct ForceStanding: Hashable, Sendable {
    public let since: Time?
    /// The greatest fixed point of the conditions of those who joined, sorted by name.
    public let `in`: [String]
    /// Who joined but is not bound, and why, sorted by name.
    public let out: [PartyWithReason]
    /// What entry into force still waits for; empty once in force.
    public let waitsFor: [String]

    public var inForce: Bool { since != nil }
}

public struct PartyWithReason: Hashable, Sendable {
    public let party: String
    public let reason: String
}

public enum PartyState: String, Hashable, Sendable, CaseIterable {
    /// Has not joined.
    case outside
    /// Joined, but not bound: not in force yet, or its own condition does not hold.
    case suspended
    /// Bound; nothing stops it.
    case free
    /// Bound by a pause, within the time it has to show its stop.
    case stopping
    /// Bound by a pause, and every site of it shows its stop, as auditors found.
    case stopped
    /// Bound by a pause, and its evidence of a stop is missing, late or found wrong.
    case unverified
    /// Found so by a decision, never by an alarm.
    case nonCompliant = "non-compliant"
    case withdrawn
}

public struct PartyStanding: Hashable, Sendable {
    public let name: String
    public let roles: [Role]
    public let jurisdiction: String
    public let state: PartyState
    public let since: Time
    public let reason: String?
}

/// Kleene's three values.
public enum Truth: String, Hashable, Sendable, CaseIterable {
    case yes = "true"
    case no = "false"
    case unknown
}

public struct TriggerStanding: Hashable, Sendable {
    public let trigger: String
    public let subject: Subject
    public let verdict: TriggerVerdict
    public let since: Time
    public let reason: TriggerReason
    /// While the condition holds and does not count as crossed yet; it is not clear then, whatever
    /// the verdict.
    public internal(set) var pending: PendingStanding? = nil
    /// While it stays crossed though the condition no longer holds.
    public internal(set) var keptUntil: Time? = nil
    public let clause: String
}

/// Why a trigger reads as it does: one part of its condition, or one measurement.
public struct TriggerReason: Hashable, Sendable {
    public let verdict: Truth
    public let text: String
    /// The measurement's entry, on the leaves.
    public let entry: LogIndex?
    public let children: [TriggerReason]
}

public enum QuestionStatus: String, Hashable, Sendable, CaseIterable {
    case open, adopted, rejected
    case timedOut = "timed-out"
}

public struct QuestionStanding: Hashable, Sendable {
    public let id: String
    public let kind: QuestionKind
    /// The trigger that opened it, or that its cause rests on.
    public let trigger: String?
    public let subject: Subject?
    public let accused: String?
    public let cause: String?
    /// The entry of the measurement that is challenged.
    public internal(set) var measurement: LogIndex? = nil
    public let opened: Time
    public let deadline: Time
    public let status: QuestionStatus
    public let closed: Time?
    /// Why it closed otherwise than by its votes or its deadline.
    public let closing: String?
    public let rule: DecisionRule
    /// Members that have no vote on it, sorted by name.
    public let recused: [PartyWithReason]
    /// In the order of entries.
    public let votes: [CastVote]
    /// In the order of entries.
    public let hearings: [Heard]
    public var clause: String { rule.article }

    public var yes: Int { votes.count { $0.counts && $0.choice == .yes } }
}

public struct CastVote: Hashable, Sendable {
    public let party: String
    public let choice: Vote.Choice
    public let reason: String
    public let entry: LogIndex
    /// False for a vote that is late, a second one, or by a member without a vote on this.
    public let counts: Bool
}

public struct Heard: Hashable, Sendable {
    public let party: String
    public let position: String
    public let entry: LogIndex
}

public struct MeasurementStanding: Hashable, Sendable {
    public let signer: String
    public let entry: LogIndex
    public let value: MeasuredValue
    /// Whether it is too old to count.
    public let stale: Bool
    /// The question by which it was withdrawn.
    public internal(set) var withdrawn: String? = nil
}

public struct EntryWithoutEffect: Hashable, Sendable {
    public let entry: LogIndex
    public let reason: String
    public let clause: String?
}
