// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A party's signed answer to whether a claim of the agreement holds for a subject.
public struct Judgement: Hashable, Sendable {
    public enum Holds: String, Hashable, Sendable, CaseIterable {
        case yes, no
        /// Looked at, and it could not be said.
        case unclear
    }

    /// The agreement's name for the claim.
    public let claim: String
    public let subject: Subject
    public let holds: Holds
    public let reason: String
    public let assurance: Assurance
    /// When it was judged; staleness counts from here.
    public let made: Time
    /// Digest of the checkpoint that was judged.
    public let modelDigest: Digest?
    /// The files behind it.
    public let evidence: [MeasuredValue.EvidenceFile]

    public init(
        claim: String, subject: Subject, holds: Holds, reason: String, assurance: Assurance,
        made: Time, modelDigest: Digest? = nil, evidence: [MeasuredValue.EvidenceFile] = []
    ) {
        self.claim = claim
        self.subject = subject
        self.holds = holds
        self.reason = reason
        self.assurance = assurance
        self.made = made
        self.modelDigest = modelDigest
        self.evidence = evidence
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        claim = try fields.name("claim")
        guard let subject = Subject(try fields.string("subject")) else {
            throw fields.missing("subject", "\"frontier\" or \"model:NAME\"")
        }
        self.subject = subject
        holds = try fields.word("holds", as: Holds.self)
        reason = try fields.prose("reason")
        assurance = try fields.word("assurance", as: Assurance.self)
        made = try fields.time("made")
        modelDigest = try fields.optionalDigest("model-sha256")
        evidence = try MeasuredValue.evidence(&fields)
    }

    public var json: JSONObject {
        var object: JSONObject = [
            "claim": .string(claim), "subject": .string(subject.description),
            "holds": .string(holds.rawValue), "reason": .string(reason),
            "assurance": .string(assurance.rawValue), "made": .string(made.description),
        ]
        object["model-sha256"] = modelDigest.map { .string($0.hex) }
        object["evidence"] = .files(evidence)
        return object
    }
}
