// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// What monitors sign and gates obey: the measures in force at one tick, over one state of the log.
///
/// The same log and tick give the same bytes on every machine, so that signatures of several
/// monitors stand under one text.
public struct Order: Hashable, Sendable {
    public let agreement: Digest
    public let terms: Digest
    public let rules: Int64
    /// Counts changes of (state, measures, scope, causes, expiry).
    public let epoch: Int64
    public let state: BrakeState
    public let measures: [MeasureInForce]
    public let causes: [CauseInForce]
    public let models: [ModelStanding]
    /// When the order ends by itself, if it does.
    public let expiry: Time?
    /// Since when the node has been silent, where monitors sign without it.
    public let silentSince: Time?
    public let size: TreeSize
    public let root: Digest
    public let tick: Time
    /// The monitors that count over this tree; nil while the agreement's own do.
    public let monitors: MonitorSetName?

    public init(
        agreement: Digest, terms: Digest, rules: Int64, epoch: Int64, state: BrakeState,
        measures: [MeasureInForce], causes: [CauseInForce], models: [ModelStanding], expiry: Time?,
        silentSince: Time?, size: TreeSize, root: Digest, tick: Time,
        monitors: MonitorSetName? = nil
    ) {
        self.agreement = agreement
        self.terms = terms
        self.rules = rules
        self.epoch = epoch
        self.state = state
        self.measures = measures
        self.causes = causes
        self.models = models
        self.expiry = expiry
        self.silentSince = silentSince
        self.size = size
        self.root = root
        self.tick = tick
        self.monitors = monitors
    }
}

public enum BrakeState: String, Hashable, Sendable, CaseIterable {
    case openForSignature = "open-for-signature"
    case running, notified
    /// Called, and the grace is running.
    case called
    case paused, resuming, ended
}

/// One measure, on whom, over what, and why.
public struct MeasureInForce: Hashable, Sendable {
    public let measure: Measure
    /// Whom it binds, sorted.
    public let parties: [String]
    /// The models it speaks of, with their descendants; nil for all covered work.
    public let models: [Digest]?
    /// Covered activities, sorted.
    public let activities: [Activity]
    /// Work of less training compute is admitted; in FLOP.
    public let threshold: ExactDecimal
    /// The end of the grace: from here on it holds.
    public let from: Time
    /// Causes that it rests on, in the order of their entries.
    public let causes: [String]
    public let clause: String

    public init(
        measure: Measure, parties: [String], models: [Digest]?, activities: [Activity],
        threshold: ExactDecimal, from: Time, causes: [String], clause: String
    ) {
        self.measure = measure
        self.parties = parties
        self.models = models
        self.activities = activities
        self.threshold = threshold
        self.from = from
        self.causes = causes
        self.clause = clause
    }
}

/// One open reason.
public struct CauseInForce: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case trigger, selfPause = "self-pause", silence, nonCompliance = "non-compliance"
    }

    public enum Standing: String, Hashable, Sendable, CaseIterable {
        /// Called by the lower quorum; lapses unless confirmed.
        case provisional
        case confirmed
        /// Imposed by a party on itself.
        case own
        /// A provisional order that nobody confirmed, fallen back to a milder measure.
        case lapsed
        /// Follows from the agreement's own words (silence).
        case automatic
        /// Cleared by the council, and on its way out in stages.
        case resuming
    }

    public let id: String
    public let kind: Kind
    /// The trigger's name, where one gave rise to it.
    public let trigger: String?
    public let subject: Subject?
    public let standing: Standing
    /// The entry that established it; nil for silence, which no entry establishes.
    public let entry: LogIndex?
    public let since: Time
    public let expiry: Time?
    /// Which stage of the way out it is in, from 0; nil before and without one.
    public let stage: Int?
    /// When the next stage begins or the cause ends, on the way out; nil while that is held.
    public let next: Time?
    public let clause: String

    public init(
        id: String, kind: Kind, trigger: String?, subject: Subject?, standing: Standing,
        entry: LogIndex?,
        since: Time, expiry: Time?, stage: Int? = nil, next: Time? = nil, clause: String
    ) {
        self.id = id
        self.kind = kind
        self.trigger = trigger
        self.subject = subject
        self.standing = standing
        self.entry = entry
        self.since = since
        self.expiry = expiry
        self.stage = stage
        self.next = next
        self.clause = clause
    }
}

/// What a gate needs to know of a registered model.
public struct ModelStanding: Hashable, Sendable {
    public let name: String
    public let digest: Digest
    /// The party that registered it; empty for a model known from measurements alone.
    public let developer: String
    public let parents: [Digest]
    /// When the release that counts was logged: before the first order, so that serving stays on.
    public let released: Time?
    public let entry: LogIndex

    public init(
        name: String, digest: Digest, developer: String, parents: [Digest], released: Time?,
        entry: LogIndex
    ) {
        self.name = name
        self.digest = digest
        self.developer = developer
        self.parents = parents
        self.released = released
        self.entry = entry
    }
}
