// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// The text that all parties sign, read and checked: what each name in it means to the law.
///
/// Lists are sorted by name (UTF-8), so that no reader's order can matter.
public struct Agreement: Sendable {
    /// SHA-256 of the canonical JSON of the first version; never changes.
    public let id: Digest
    /// SHA-256 of the canonical JSON of this version; equal to ``id`` until an amendment.
    public let terms: Digest
    /// The text itself: mappings, sequences and strings exactly as written.
    public let text: JSON

    public let name: String
    public let title: String
    /// The version of the law that reads this text (``Agreement/rulesVersion``).
    public let rules: Int
    public let log: LogTerms
    public let monitoring: MonitorTerms
    public let parties: [Party]
    public let entryIntoForce: EntryIntoForce
    public let legalBasis: [String]
    public let indicators: [Indicator]
    public let triggers: [Trigger]
    public let decisions: Decisions
    public let measures: [MeasureTerms]
    public let scope: Scope
    public let verification: VerificationTerms
    public let resume: ResumeTerms
    public let incentives: IncentiveTerms
    public let disclosure: DisclosureTerms
    public let clocks: Clocks
    public let onSilence: OnSilence
    public let onExpiry: OnExpiry
    public let exit: ExitTerms
    public let claims: [Claim]
    /// In the order written.
    public let tests: [TriggerTest]

    /// The version of the rules that this code implements.
    public static let rulesVersion = 1

    public init(
        id: Digest, terms: Digest, text: JSON, name: String, title: String, rules: Int,
        log: LogTerms,
        monitoring: MonitorTerms, parties: [Party], entryIntoForce: EntryIntoForce,
        legalBasis: [String], indicators: [Indicator], triggers: [Trigger], decisions: Decisions,
        measures: [MeasureTerms], scope: Scope, verification: VerificationTerms,
        resume: ResumeTerms,
        incentives: IncentiveTerms, disclosure: DisclosureTerms, clocks: Clocks,
        onSilence: OnSilence, onExpiry: OnExpiry, exit: ExitTerms, claims: [Claim] = [],
        tests: [TriggerTest] = []
    ) {
        self.id = id
        self.terms = terms
        self.text = text
        self.name = name
        self.title = title
        self.rules = rules
        self.log = log
        self.monitoring = monitoring
        self.parties = parties
        self.entryIntoForce = entryIntoForce
        self.legalBasis = legalBasis
        self.indicators = indicators
        self.triggers = triggers
        self.decisions = decisions
        self.measures = measures
        self.scope = scope
        self.verification = verification
        self.resume = resume
        self.incentives = incentives
        self.disclosure = disclosure
        self.clocks = clocks
        self.onSilence = onSilence
        self.onExpiry = onExpiry
        self.exit = exit
        self.claims = claims
        self.tests = tests
    }

    public func party(_ name: String) -> Party? { parties.first { $0.name == name } }
    public func indicator(_ name: String) -> Indicator? { indicators.first { $0.name == name } }
    public func claim(_ name: String) -> Claim? { claims.first { $0.name == name } }
    public func trigger(_ name: String) -> Trigger? { triggers.first { $0.name == name } }
    public func measure(_ rung: Measure) -> MeasureTerms? { measures.first { $0.measure == rung } }
    public func parties(with role: Role) -> [Party] { parties.filter { $0.roles.contains(role) } }
    public func milestone(_ name: String) -> Milestone? {
        resume.milestones.first { $0.name == name }
    }

    /// The auditors who may look into this party: not it, not put forward by it, and no rival of
    /// it.
    public func auditors(independentOf party: String) -> [Party] {
        parties(with: .auditor).filter { !$0.doesCoveredWork && $0.isIndependent(of: party) }
    }

    /// Who may attest a mitigation by this developer: auditors and evaluators independent of it.
    public func attesters(ofMitigationsBy developer: String) -> [Party] {
        parties.filter {
            ($0.roles.contains(.auditor) || $0.roles.contains(.evaluator)) && !$0.doesCoveredWork
                && $0.isIndependent(of: developer)
        }
    }

    /// The party that holds the key with this key ID.
    public func holder(ofKeyID keyID: String) -> Party? {
        parties.first { $0.keys.contains { $0.keyID == keyID } }
    }
}

/// The public log that this agreement trusts, and its clocks.
public struct LogTerms: Hashable, Sendable {
    /// The checkpoint's origin line and the name of the log's key.
    public let origin: String
    public let key: PublicKey
    /// At least this often monitors sign an order.
    public let tick: TimeSpan
    /// What a node may take to log a statement that it was handed.
    public let mergeDelay: TimeSpan
    /// How far clocks of honest parties may stand apart.
    public let skew: TimeSpan

    public init(
        origin: String, key: PublicKey, tick: TimeSpan, mergeDelay: TimeSpan, skew: TimeSpan
    ) {
        self.origin = origin
        self.key = key
        self.tick = tick
        self.mergeDelay = mergeDelay
        self.skew = skew
    }
}

/// Whose signatures make an order: `signatures` of the parties with the role `monitor`.
public struct MonitorTerms: Hashable, Sendable {
    public let signatures: Int
    /// How many monitors may lie without an invented or a suppressed order (f).
    public let liars: Int

    public init(signatures: Int, liars: Int) {
        self.signatures = signatures
        self.liars = liars
    }
}

/// Conditions beside the parties' own, checked on the greatest fixed point of their commitments.
public struct EntryIntoForce: Hashable, Sendable {
    public let atLeast: Int
    public let leastStates: Int
    public let leastDevelopers: Int
    /// Share of estimated frontier compute that the parties in must hold together.
    public let leastShare: ExactDecimal
    public let article: String

    public init(
        atLeast: Int, leastStates: Int, leastDevelopers: Int, leastShare: ExactDecimal,
        article: String
    ) {
        self.atLeast = atLeast
        self.leastStates = leastStates
        self.leastDevelopers = leastDevelopers
        self.leastShare = leastShare
        self.article = article
    }
}

/// What breaking the rules costs.
public struct IncentiveTerms: Hashable, Sendable {
    public let bond: String
    public let catchUpHold: TimeSpan
    public let article: String

    public init(bond: String, catchUpHold: TimeSpan, article: String) {
        self.bond = bond
        self.catchUpHold = catchUpHold
        self.article = article
    }
}

/// Who sees what.
public struct DisclosureTerms: Hashable, Sendable {
    /// `declared`: every field of every statement kind has the audience that its kind declares.
    public let audience: String
    public let article: String

    public init(audience: String, article: String) {
        self.audience = audience
        self.article = article
    }
}

/// Clocks that gates and parties keep.
public struct Clocks: Hashable, Sendable {
    /// How long a gate lets covered work go on without a fresh order.
    public let lease: TimeSpan
    /// A provisional order lapses after this long, 30 days at most.
    public let provisional: TimeSpan
    /// What an order that lapsed without a confirmation falls back to.
    public let lapsesTo: Measure
    /// How soon a developer answers an evaluator who asks for access; nil where nothing says.
    public let accessAnswer: TimeSpan?
    /// How soon a developer comments on a measurement of its model, where it wants to; nil where
    /// nothing says.
    public let comment: TimeSpan?

    public init(
        lease: TimeSpan, provisional: TimeSpan, lapsesTo: Measure, accessAnswer: TimeSpan? = nil,
        comment: TimeSpan? = nil
    ) {
        self.lease = lease
        self.provisional = provisional
        self.lapsesTo = lapsesTo
        self.accessAnswer = accessAnswer
        self.comment = comment
    }
}

/// What follows when the node falls silent.
public struct OnSilence: Hashable, Sendable {
    public let measure: Measure
    public let grace: TimeSpan
    public let article: String

    public init(measure: Measure, grace: TimeSpan, article: String) {
        self.measure = measure
        self.grace = grace
        self.article = article
    }
}

/// The end of the agreement itself, and what an order that is open then becomes.
public struct OnExpiry: Hashable, Sendable {
    public let sunset: Time
    public let lapsesTo: Measure
    public let article: String

    public init(sunset: Time, lapsesTo: Measure, article: String) {
        self.sunset = sunset
        self.lapsesTo = lapsesTo
        self.article = article
    }
}

public struct ExitTerms: Hashable, Sendable {
    /// A party is bound for this long after it says that it withdraws.
    public let notice: TimeSpan
    public let article: String

    public init(notice: TimeSpan, article: String) {
        self.notice = notice
        self.article = article
    }
}
