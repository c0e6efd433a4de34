// SPDX-License-Identifier: Apache-2.0

/// What must hold, beside the vote, before a cause is cleared, and how work then comes back.
public struct ResumeTerms: Hashable, Sendable {
    /// The cause's trigger must read `clear` on evidence newer than the cause.
    public let requiresClearTrigger: Bool
    /// New evidence must say how capability was elicited.
    public let requiresElicitation: Bool
    /// So many auditors or evaluators must have attested `pass` of a mitigation of the cause; for
    /// triggers about a model.
    public let requiredMitigations: Int
    /// From the adopted vote until the first stage begins, or all is lifted where there is none: so
    /// long that every gate has heard of it, and all open at one tick.
    public let opensAfter: TimeSpan
    /// One after the other, each milder than the one before; none means that work resumes at once.
    public let stages: [ResumeStage]
    /// What can lift a measure that no single model can clear, sorted by name.
    public let milestones: [Milestone]
    public let article: String

    public init(
        requiresClearTrigger: Bool, requiresElicitation: Bool, requiredMitigations: Int,
        opensAfter: TimeSpan, stages: [ResumeStage], milestones: [Milestone], article: String
    ) {
        self.requiresClearTrigger = requiresClearTrigger
        self.requiresElicitation = requiresElicitation
        self.requiredMitigations = requiredMitigations
        self.opensAfter = opensAfter
        self.stages = stages
        self.milestones = milestones
        self.article = article
    }
}

/// One step of the way back: this measure, from this much training compute, for so long.
public struct ResumeStage: Hashable, Sendable {
    public let measure: Measure
    /// In FLOP, in place of the measure's own threshold.
    public let threshold: ExactDecimal
    public let lasts: TimeSpan

    public init(measure: Measure, threshold: ExactDecimal, lasts: TimeSpan) {
        self.measure = measure
        self.threshold = threshold
        self.lasts = lasts
    }
}

/// Something that must be reached, by the word of several who do no covered work themselves.
public struct Milestone: Hashable, Sendable {
    public let name: String
    /// How many must attest it with `pass`.
    public let attesters: Int
    /// From how many jurisdictions they must come.
    public let jurisdictions: Int
    /// What is reached, in a sentence.
    public let text: String
    public let article: String

    public init(name: String, attesters: Int, jurisdictions: Int, text: String, article: String) {
        self.name = name
        self.attesters = attesters
        self.jurisdictions = jurisdictions
        self.text = text
        self.article = article
    }
}
