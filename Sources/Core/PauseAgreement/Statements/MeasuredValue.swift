// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// One signed value of an indicator.
public struct MeasuredValue: Hashable, Sendable {
    public let indicator: String
    public let subject: Subject
    /// In ``unit``, which must be the indicator's.
    public let value: ExactDecimal
    public let unit: QuantityUnit
    public let interval: Interval?
    /// How many items were scored.
    public let n: Int64?
    public let clusters: Int64?
    /// The suite and its version, such as `METR-Horizon-v1.1`.
    public let suite: String
    public let method: String
    public let assurance: Assurance
    /// When it was measured; staleness counts from here.
    public let made: Time
    /// How capability was drawn out; a clearance needs one, since a score is a lower bound.
    public let elicitation: String?
    /// Digest of the checkpoint that was measured.
    public let modelDigest: Digest?
    /// The files behind it.
    public let evidence: [EvidenceFile]
    /// Where a published figure was taken from.
    public let source: String?
    /// Whether the subject is made up, so that nobody reads it as a claim about a real model.
    public let fictional: Bool
    /// A preliminary result is shown and never counts.
    public let stage: Stage
    /// The entry of the same signer's measurement that this one takes the place of.
    public let corrects: LogIndex?
    /// Why it is corrected; there where ``corrects`` is.
    public let reason: String?
    /// What the evaluator could see of the model.
    public let access: AccessTier?
    /// Whether the model's safeguards were on; with them a score says less about what it can do.
    public let safeguards: Safeguards?
    /// What was spent on drawing capability out, in words and figures.
    public let budget: String?
    /// How the evaluator stands to the model's developer.
    public let relationship: Relationship?
    /// How to compute the value again from ``evidence``, for a program.
    public let recipe: String?

    public enum Stage: String, Hashable, Sendable, CaseIterable {
        case preliminary, final
    }

    public enum Safeguards: String, Hashable, Sendable, CaseIterable {
        case on, off
    }

    /// Source: Every Eval Ever 0.3.0, `evaluator_relationship`, with hyphens for underscores.
    public enum Relationship: String, Hashable, Sendable, CaseIterable {
        case firstParty = "first-party"
        case thirdParty = "third-party"
        case collaborative
        case other
    }

    public struct Interval: Hashable, Sendable {
        public let low: ExactDecimal
        public let high: ExactDecimal
        /// 0.95 for a 95 % interval.
        public let confidence: ExactDecimal
        public let method: String

        public init(low: ExactDecimal, high: ExactDecimal, confidence: ExactDecimal, method: String)
        {
            self.low = low
            self.high = high
            self.confidence = confidence
            self.method = method
        }
    }

    public struct EvidenceFile: Hashable, Sendable {
        public let name: String
        public let digest: Digest

        public init(name: String, digest: Digest) {
            self.name = name
            self.digest = digest
        }
    }

    public init(
        indicator: String, subject: Subject, value: ExactDecimal, unit: QuantityUnit,
        interval: Interval?,
        n: Int64?, clusters: Int64?, suite: String, method: String, assurance: Assurance,
        made: Time,
        elicitation: String?, modelDigest: Digest?, evidence: [EvidenceFile], source: String?,
        fictional: Bool, stage: Stage = .final, corrects: LogIndex? = nil, reason: String? = nil,
        access: AccessTier? = nil, safeguards: Safeguards? = nil, budget: String? = nil,
        relationship: Relationship? = nil, recipe: String? = nil
    ) {
        self.indicator = indicator
        self.subject = subject
        self.value = value
        self.unit = unit
        self.interval = interval
        self.n = n
        self.clusters = clusters
        self.suite = suite
        self.method = method
        self.assurance = assurance
        self.made = made
        self.elicitation = elicitation
        self.modelDigest = modelDigest
        self.evidence = evidence
        self.source = source
        self.fictional = fictional
        self.stage = stage
        self.corrects = corrects
        self.reason = reason
        self.access = access
        self.safeguards = safeguards
        self.budget = budget
        self.relationship = relationship
        self.recipe = recipe
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        indicator = try fields.name("indicator")
        guard let subject = Subject(try fields.string("subject")) else {
            throw fields.missing("subject", "\"frontier\" or \"model:NAME\"")
        }
        self.subject = subject
        value = try fields.decimal("value")
        unit = try fields.word("unit", as: QuantityUnit.self)
        interval = try MeasuredValue.interval(fields.optionalObject("interval"), around: value)
        n =
            fields.optional("n") == nil
            ? nil : try fields.integer("n", in: 0...Statement.largestSequence)
        clusters =
            fields.optional("clusters") == nil
            ? nil : try fields.integer("clusters", in: 0...Statement.largestSequence)
        suite = try fields.prose("suite", limit: 256)
        method = try fields.prose("method", limit: 1024)
        assurance = try fields.word("assurance", as: Assurance.self)
        made = try fields.time("made")
        elicitation = fields.optional("elicitation") == nil ? nil : try fields.prose("elicitation")
        modelDigest = try fields.optionalDigest("model-sha256")
        evidence = try MeasuredValue.evidence(&fields)
        source = fields.optional("source") == nil ? nil : try fields.prose("source", limit: 1024)
        fictional = try fields.optionalBool("fictional") ?? false
        stage = try fields.optionalWord("stage", as: Stage.self) ?? .final
        corrects = fields.optional("corrects") == nil ? nil : try fields.entry("corrects")
        reason = fields.optional("reason") == nil ? nil : try fields.prose("reason")
        guard (corrects == nil) == (reason == nil) else {
            throw fields.missing("reason", "why it corrects another, and only then")
        }
        access = try fields.optionalWord("access", as: AccessTier.self)
        safeguards = try fields.optionalWord("safeguards", as: Safeguards.self)
        budget = fields.optional("budget") == nil ? nil : try fields.prose("budget", limit: 1024)
        relationship = try fields.optionalWord("relationship", as: Relationship.self)
        recipe = fields.optional("recipe") == nil ? nil : try fields.prose("recipe", limit: 1024)
    }

    static func interval(
        _ fields: Fields?, around value: ExactDecimal
    ) throws(MalformedStatement) -> Interval? {
        guard var fields else { return nil }
        let interval = Interval(
            low: try fields.decimal("low"), high: try fields.decimal("high"),
            confidence: try fields.decimal("confidence"),
            method: try fields.prose("method", limit: 256))
        try fields.end()
        guard interval.low <= value, value <= interval.high else {
            throw fields.missing("low", "an interval around the value \(value)")
        }
        let one = ExactDecimal(coefficient: 1)
        guard .zero < interval.confidence, interval.confidence < one else {
            throw fields.missing("confidence", "a level between 0 and 1, such as \"0.95\"")
        }
        return interval
    }

    static func evidence(_ fields: inout Fields) throws(MalformedStatement)
        -> [EvidenceFile]
    {
        guard fields.optional("evidence") != nil else { return [] }
        var files: [EvidenceFile] = []
        for (position, element) in try fields.array("evidence", most: 64).enumerated() {
            var file = try Fields(element, at: "\(fields.pointer)/evidence/\(position)")
            files.append(
                EvidenceFile(
                    name: try file.prose("name", limit: 256), digest: try file.digest("sha256")))
            try file.end()
        }
        return files
    }

    public var json: JSONObject {
        var object: JSONObject = [
            "indicator": .string(indicator), "subject": .string(subject.description),
            "value": .string(value.description), "unit": .string(unit.rawValue),
            "suite": .string(suite), "method": .string(method),
            "assurance": .string(assurance.rawValue), "made": .string(made.description),
            "fictional": .bool(fictional),
        ]
        object["interval"] = interval?.json
        object["n"] = n.map { .integer($0) }
        object["clusters"] = clusters.map { .integer($0) }
        object["elicitation"] = elicitation.map { .string($0) }
        object["model-sha256"] = modelDigest.map { .string($0.hex) }
        object["evidence"] = .files(evidence)
        object["source"] = source.map { .string($0) }
        object["stage"] = stage == .final ? nil : .string(stage.rawValue)
        object["corrects"] = corrects.map { .integer(Int64($0.value)) }
        object["reason"] = reason.map { .string($0) }
        object["access"] = access.map { .string($0.rawValue) }
        object["safeguards"] = safeguards.map { .string($0.rawValue) }
        object["budget"] = budget.map { .string($0) }
        object["relationship"] = relationship.map { .string($0.rawValue) }
        object["recipe"] = recipe.map { .string($0) }
        return object
    }
}

extension MeasuredValue.Interval {
    var json: JSON {
        .object([
            "low": .string(low.description), "high": .string(high.description),
            "confidence": .string(confidence.description), "method": .string(method),
        ])
    }
}

extension JSON {
    /// Nil where there are none.
    static func files(_ files: [MeasuredValue.EvidenceFile]) -> JSON? {
        guard !files.isEmpty else { return nil }
        return .array(
            files.map { .object(["name": .string($0.name), "sha256": .string($0.digest.hex)]) })
    }
}
