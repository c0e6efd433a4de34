// SPDX-License-Identifier: Apache-2.0

/// A condition over indicators; when it is crossed for a subject, a question opens. It is never an
/// order.
public struct Trigger: Hashable, Sendable {
    public let name: String
    public let subject: SubjectKind
    public let condition: Condition
    public let evidence: EvidenceRule
    public let onUnknown: OnUnknown
    /// What the council is asked to impose.
    public let measure: Measure
    public let article: String
    /// The milestones that must be attested before a measure by this trigger is lifted, sorted;
    /// only for triggers of the frontier, since no single model can clear them.
    public let liftedBy: [String]
    /// The figures that hold after the first, the second, … lifting, each harder to cross than the
    /// one before; the last one stays. In the unit of the condition's one comparison.
    public let rearm: [ExactDecimal]
    /// How long, and in how many reports, the condition must hold before the trigger is crossed.
    public let persistence: Persistence
    /// How long it stays crossed after the condition was last seen to hold.
    public let keep: TimeSpan

    public init(
        name: String, subject: SubjectKind, condition: Condition, evidence: EvidenceRule,
        onUnknown: OnUnknown, measure: Measure, article: String, liftedBy: [String] = [],
        rearm: [ExactDecimal] = [], persistence: Persistence = .immediate, keep: TimeSpan = .zero
    ) {
        self.name = name
        self.subject = subject
        self.condition = condition
        self.evidence = evidence
        self.onUnknown = onUnknown
        self.measure = measure
        self.article = article
        self.liftedBy = liftedBy
        self.rearm = rearm
        self.persistence = persistence
        self.keep = keep
    }

    /// The same with another condition, as it is after a lifting.
    public func with(_ condition: Condition) -> Trigger {
        Trigger(
            name: name, subject: subject, condition: condition, evidence: evidence,
            onUnknown: onUnknown, measure: measure, article: article, liftedBy: liftedBy,
            rearm: rearm, persistence: persistence, keep: keep)
    }

    /// The condition that holds after this many liftings.
    public func condition(afterLiftings count: Int) -> Condition {
        guard count > 0, let figure = rearm.prefix(count).last else { return condition }
        return condition.replacing(figure)
    }
}

/// How often and how long something must hold before it counts as so.
public struct Persistence: Hashable, Sendable {
    /// In how many reports of each evaluator that is needed; 1 where the first one is enough.
    public let reports: Int
    /// For how long; with several reports, the time from the first of them to the last.
    public let over: TimeSpan

    public init(reports: Int, over: TimeSpan) {
        self.reports = reports
        self.over = over
    }

    /// At once, in the first report.
    public static let immediate = Persistence(reports: 1, over: .zero)
}

/// A three-valued condition (Kleene): a leaf without evidence is unknown, never false.
public indirect enum Condition: Hashable, Sendable {
    case all([Condition])
    case any([Condition])
    case atLeast(Int, of: [Condition])
    case compare(Comparison)
    /// The agreement's name for a claim that has to be judged to hold.
    case claim(String)

    /// The comparisons in it, in the order written.
    public var leaves: [Comparison] {
        switch self {
        case .all(let parts), .any(let parts), .atLeast(_, of: let parts): parts.flatMap(\.leaves)
        case .compare(let comparison): [comparison]
        case .claim: []
        }
    }

    /// The names of the claims in it, in the order written.
    public var claims: [String] {
        switch self {
        case .all(let parts), .any(let parts), .atLeast(_, of: let parts): parts.flatMap(\.claims)
        case .compare: []
        case .claim(let name): [name]
        }
    }

    /// The same with another figure in every comparison; only meant where there is one.
    fileprivate func replacing(_ figure: ExactDecimal) -> Condition {
        switch self {
        case .all(let parts): .all(parts.map { $0.replacing(figure) })
        case .any(let parts): .any(parts.map { $0.replacing(figure) })
        case .atLeast(let count, of: let parts):
            .atLeast(count, of: parts.map { $0.replacing(figure) })
        case .compare(let comparison): .compare(comparison.with(figure))
        case .claim: self
        }
    }
}

/// One indicator against one figure.
public struct Comparison: Hashable, Sendable {
    public enum Direction: String, Hashable, Sendable, CaseIterable {
        case atLeast = "at-least"
        case atMost = "at-most"
        case above
        case below
    }

    /// Which end of a measurement's interval has to satisfy the comparison.
    public enum Bound: String, Hashable, Sendable, CaseIterable {
        case lower, upper, estimate
    }

    public let indicator: String
    public let direction: Direction
    /// In the indicator's unit.
    public let figure: ExactDecimal
    public let bound: Bound
    /// The least confidence level that a measurement's interval must have; 0 where `bound` is the
    /// estimate.
    public let confidence: ExactDecimal

    public init(
        indicator: String, direction: Direction, figure: ExactDecimal, bound: Bound,
        confidence: ExactDecimal
    ) {
        self.indicator = indicator
        self.direction = direction
        self.figure = figure
        self.bound = bound
        self.confidence = confidence
    }

    /// The same comparison against another figure.
    func with(_ figure: ExactDecimal) -> Comparison {
        Comparison(
            indicator: indicator, direction: direction, figure: figure, bound: bound,
            confidence: confidence)
    }
}

/// Whose measurements count, and how several are made one.
public struct EvidenceRule: Hashable, Sendable {
    public enum Pool: String, Hashable, Sendable, CaseIterable {
        /// The comparison holds for at least `evaluators` of them.
        case kOfN = "k-of-n"
        /// The comparison holds for every one of at least `evaluators`.
        case worstCase = "worst-case"
        /// The comparison holds for the lower order-statistic median of at least `evaluators`.
        case median
    }

    /// How many independent evaluators are needed.
    public let evaluators: Int
    /// The least assurance that counts.
    public let assurance: Assurance
    public let pool: Pool
    /// The parties whose evidence counts, sorted; empty for all who may give such evidence.
    public let from: [String]

    public init(evaluators: Int, assurance: Assurance, pool: Pool, from: [String] = []) {
        self.evaluators = evaluators
        self.assurance = assurance
        self.pool = pool
        self.from = from
    }
}

/// How far a measurement can be relied on; ordered.
public enum Assurance: String, Hashable, Sendable, CaseIterable, Comparable {
    case selfReported = "self-reported"
    case thirdParty = "third-party"
    case reproduced

    public static func < (a: Assurance, b: Assurance) -> Bool { a.rank < b.rank }
    private var rank: Int { Assurance.allCases.firstIndex(of: self)! }
}

/// What an unknown trigger leads to; every trigger declares one.
public enum OnUnknown: String, Hashable, Sendable, CaseIterable {
    /// Nothing opens; the state says that the trigger is unknown.
    case hold
    /// The question opens although the trigger is not known to be crossed.
    case question
}
