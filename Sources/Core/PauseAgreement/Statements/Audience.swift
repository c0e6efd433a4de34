// SPDX-License-Identifier: Apache-2.0

/// Who may read a field of a statement.
public enum Audience: String, Hashable, Sendable, CaseIterable {
    case `public`
    /// Every party with a sealing key.
    case parties
    /// Parties with the role auditor.
    case auditors
    /// Parties with the role authority.
    case authority
    /// Those that the statement itself names in its public member `readers`.
    case named
}

/// One field of a statement kind: what it is called, who reads it, and what it holds.
public struct FieldRule: Hashable, Sendable {
    /// What a value below public has to be; public ones are read by the predicate itself.
    public enum Form: String, Hashable, Sendable, CaseIterable {
        /// At most 16,384 bytes of text.
        case text
        /// An integer from 0 to 2^53 − 1.
        case integer
        /// A decimal written as a string, not negative.
        case decimal
        /// An object from class names to decimals.
        case decimals
        /// An array of objects.
        case records
    }

    public let name: String
    public let audience: Audience
    public let isRequired: Bool
    /// Nil for public fields.
    public let form: Form?

    static func open(_ names: String...) -> [FieldRule] {
        names.map { FieldRule(name: $0, audience: .public, isRequired: false, form: nil) }
    }

    static func sealed(
        _ name: String, _ audience: Audience, _ form: Form, required: Bool = false
    ) -> FieldRule {
        FieldRule(name: name, audience: audience, isRequired: required, form: form)
    }
}

extension StatementKind {
    /// Every field of the kind with its audience; a kind cannot be read without its declaration.
    ///
    /// `terms`, `sequence` and `sealed`, which all kinds have, are public.
    public var fields: [FieldRule] {
        switch self {
        case .opening: FieldRule.open("rules", "origin", "policy")
        case .accession: FieldRule.open("commitment")
        case .withdrawal: FieldRule.open("reason")
        case .model:
            FieldRule.open("model", "sha256", "parents", "released")
                + [.sealed("training-compute", .auditors, .decimal)]
        case .measurement:
            FieldRule.open(
                "indicator", "subject", "value", "unit", "interval", "n", "clusters", "suite",
                "method", "assurance", "made", "elicitation", "model-sha256", "evidence", "source",
                "fictional", "stage", "corrects", "reason", "access", "safeguards", "budget",
                "relationship", "recipe") + [.sealed("notes", .auditors, .text)]
        case .selfPause:
            FieldRule.open("model", "reason") + [.sealed("detail", .authority, .text)]
        case .selfResume: FieldRule.open("model", "reason")
        case .question: FieldRule.open("question", "cause", "accused", "reason")
        case .vote: FieldRule.open("question", "choice", "reason")
        case .monitors: FieldRule.open("note")
        case .acceptance: FieldRule.open("party", "payload", "accepted")
        case .hearing:
            FieldRule.open("question", "position") + [.sealed("confidential", .authority, .text)]
        case .site, .stop, .telemetry, .draw, .answer, .finding, .mitigation, .attestation,
            .selfReport:
            fieldsOfEvidence
        case .judgement, .accessRequest, .accessAnswer, .comment, .challenge:
            fieldsOfEvaluation
        }
    }

    private var fieldsOfEvaluation: [FieldRule] {
        switch self {
        case .judgement:
            FieldRule.open(
                "claim", "subject", "holds", "reason", "assurance", "made", "model-sha256",
                "evidence") + [.sealed("notes", .auditors, .text)]
        case .accessRequest:
            FieldRule.open("model", "access", "what") + [.sealed("detail", .auditors, .text)]
        case .accessAnswer:
            FieldRule.open("request", "granted", "access", "reason")
                + [.sealed("detail", .auditors, .text)]
        case .comment:
            FieldRule.open("about", "text") + [.sealed("confidential", .authority, .text)]
        case .challenge:
            FieldRule.open(
                "measurement", "value", "unit", "interval", "recipe", "reason", "evidence")
                + [.sealed("notes", .auditors, .text)]
        default: []
        }
    }

    private var fieldsOfEvidence: [FieldRule] {
        switch self {
        case .site:
            FieldRule.open("site", "emulated") + [
                .sealed("devices", .auditors, .integer, required: true),
                .sealed("location", .auditors, .text),
            ]
        case .stop:
            FieldRule.open("site", "since") + [.sealed("jobs", .auditors, .text)]
        case .telemetry:
            FieldRule.open("site", "from", "to", "root", "events", "emulated") + [
                .sealed("samples", .auditors, .integer, required: true),
                .sealed("energy", .auditors, .decimal, required: true),
                .sealed("device-hours", .auditors, .decimal, required: true),
                .sealed("by-class", .auditors, .decimals, required: true),
            ]
        case .draw: FieldRule.open("party", "site", "telemetry", "seed", "count")
        case .answer:
            FieldRule.open("draw", "readers") + [
                .sealed("samples", .named, .records, required: true)
            ]
        case .finding:
            FieldRule.open(
                "party", "site", "from", "to", "telemetry", "draw", "correctness", "completeness",
                "in-time", "could-have-missed", "reason", "readers")
                + [.sealed("detail", .named, .text)]
        case .mitigation:
            FieldRule.open("cause", "what") + [.sealed("detail", .auditors, .text)]
        case .attestation: FieldRule.open("about", "verdict", "reason")
        case .selfReport:
            FieldRule.open("what", "site") + [.sealed("detail", .authority, .text)]
        default: []
        }
    }

    /// The fields below public.
    public var sealedFields: [FieldRule] { fields.filter { $0.audience != .public } }

    /// The declaration of a field, where the kind has it.
    public func field(_ name: String) -> FieldRule? { fields.first { $0.name == name } }
}
