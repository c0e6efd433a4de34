// SPDX-License-Identifier: Apache-2.0

/// A rung of the ladder, mildest first.
public enum Measure: String, Hashable, Sendable, CaseIterable, Comparable {
    /// Everybody is told; nothing is refused.
    case notify
    /// New covered work above the measure's threshold is refused; what runs goes on.
    case cap
    /// New covered work is refused; what runs goes on.
    case slow
    /// New covered work is refused; what runs saves itself and is held.
    case pause

    public static func < (a: Measure, b: Measure) -> Bool { a.rank < b.rank }
    private var rank: Int { Measure.allCases.firstIndex(of: self)! }
}

/// What one rung covers.
public struct MeasureTerms: Hashable, Sendable {
    public let measure: Measure
    /// From the call until the measure takes hold.
    public let grace: TimeSpan
    /// Sorted by name.
    public let activities: [Activity]
    /// Covered work of at least this much training compute, in FLOP.
    public let threshold: ExactDecimal
    public let article: String

    public init(
        measure: Measure, grace: TimeSpan, activities: [Activity], threshold: ExactDecimal,
        article: String
    ) {
        self.measure = measure
        self.grace = grace
        self.activities = activities
        self.threshold = threshold
        self.article = article
    }
}

/// What a job does. A job's label is a claim; what a gate acts on also follows from model and
/// tenant.
public enum Activity: String, Hashable, Sendable, CaseIterable, Comparable {
    case preTraining = "pre-training"
    case postTraining = "post-training"
    case reinforcementRollouts = "reinforcement-rollouts"
    case syntheticData = "synthetic-data"
    case distillation
    /// AI agents that do AI research and development inside the developer.
    case internalResearchAgents = "internal-research-agents"
    case evaluation
    case safetyResearch = "safety-research"
    case serving

    public static func < (a: Activity, b: Activity) -> Bool {
        a.rawValue.utf8.lexicographicallyPrecedes(b.rawValue.utf8)
    }
}

/// What is never covered, and why.
public struct Scope: Hashable, Sendable {
    /// Descendants of a covered model (fine-tunes, distillations) are covered with it.
    public let lineage: Bool
    /// Programmes left out by name, printed with every explanation.
    public let exemptions: [String]
    public let article: String

    public init(lineage: Bool, exemptions: [String], article: String) {
        self.lineage = lineage
        self.exemptions = exemptions
        self.article = article
    }
}
