// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// What is known of one site: what its party said, what its telemetry covers, what auditors found.
public struct SiteStanding: Hashable, Sendable {
    public let party: String
    public let site: String
    /// The entry that declared it.
    public let entry: LogIndex
    public let emulated: Bool
    /// Since when nothing covered runs there, as its party declared after the pause was called.
    public let stop: StopStanding?
    /// The newest stretch of time that telemetry covers without a gap.
    public let covered: CoveredSpan?
    /// Entries of the newest telemetry, oldest first, 24 at most.
    public let telemetry: [LogIndex]
    /// Since when telemetry is overdue; nil while none is.
    public let silentSince: Time?
    /// When the next telemetry, answer or finding is due at the latest, where one is.
    public let due: Time?
    /// What went wrong with its evidence, oldest first, the newest 32.
    public let events: [SiteEvent]
    /// The newest finding of each auditor, in the order of names.
    public let findings: [FindingStanding]
    /// Draws that were not answered yet, oldest first.
    public let draws: [DrawStanding]
    /// Whether what was declared is true: `fail` where any auditor's newest finding says so.
    public let correctness: Verdict
    /// Whether everything was declared.
    public let completeness: Verdict
    /// The largest share of false samples that every inspection that passed could have missed.
    public let couldHaveMissed: BlindSpot?
    /// Why the site does or does not show a stop, in a sentence.
    public let reason: String
    public let clause: String
}

public struct StopStanding: Hashable, Sendable {
    public let since: Time
    public let entry: LogIndex
}

public struct CoveredSpan: Hashable, Sendable {
    public let from: Time
    public let to: Time
}

/// Something that went wrong with a site's evidence, and what it does to the verdict.
public struct SiteEvent: Hashable, Sendable {
    /// `late`, `gap`, `overlong`, `replayed`, `contradictory`, `back-dated`, `in-future`,
    /// `answer-missing`, `answer-late`, or a name that the telemetry itself gives, such as
    /// `counter-reset`.
    public let name: String
    /// Nil for what no entry brought, such as a missing answer.
    public let entry: LogIndex?
    public let at: Time
    public let effect: String
}

public struct FindingStanding: Hashable, Sendable {
    public let auditor: String
    public let entry: LogIndex
    public let at: Time
    public let from: Time
    public let to: Time
    public let correctness: Verdict
    public let completeness: Verdict
    public let inTime: Bool
    public let couldHaveMissed: BlindSpot?
    public let reason: String
    /// Whether it is too old to count.
    public let stale: Bool
}

public struct DrawStanding: Hashable, Sendable {
    public let entry: LogIndex
    public let auditor: String
    public let due: Time
    public let overdue: Bool
}

/// A safety measure about a cause, and who says that it works.
public struct MitigationStanding: Hashable, Sendable {
    public let entry: LogIndex
    public let party: String
    public let cause: String
    public let what: String
    /// The newest of each attester, in the order of names.
    public let attestations: [AttestationStanding]
}

/// A milestone that lifts a cause about the frontier.
public struct MilestoneStanding: Hashable, Sendable {
    public let name: String
    public let text: String
    public let attesters: Int
    public let jurisdictions: Int
    /// Whether it counts as reached for a cause that is open now.
    public let reached: Bool
    /// The newest of each attester, in the order of names.
    public let attestations: [AttestationStanding]
    public let clause: String
}

public struct AttestationStanding: Hashable, Sendable {
    public let party: String
    public let verdict: Verdict
    public let reason: String
    public let entry: LogIndex
}

/// What a party reported of itself.
public struct SelfReportStanding: Hashable, Sendable {
    public let party: String
    public let entry: LogIndex
    public let at: Time
    public let what: String
    public let site: String?
}
