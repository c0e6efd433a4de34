// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// Why a statement is not logged. It is told to its sender and to nobody else.
///
/// The words are in Explanation.swift.
public enum Refusal: Error, Hashable, Sendable {
    case unknownPayloadType(got: String)
    case tooLarge(bytes: Int, limit: Int)
    /// Not a statement, or one that names an indicator or a party which the agreement does not
    /// have.
    case malformed(MalformedStatement)
    case wrongAgreement(got: Digest, expected: Digest)
    case wrongTerms(got: Digest, current: Digest)
    case unknownKey(keyIDs: [String])
    case badSignature(keyID: String)
    /// Signed by two parties: a statement has one author.
    case severalSigners(parties: [String])
    case tooFewSignatures(party: String, needed: Int, got: Int)
    case mayNotSay(party: String, kind: StatementKind, rolesNeeded: [Role])
    /// A developer that calls its own measurement third-party, or an evaluator that calls its own
    /// self-reported.
    case mayNotClaim(party: String, assurance: Assurance, clause: String)
    /// A developer may ask for a resumption only.
    case mayNotAsk(party: String, question: QuestionKind, rolesNeeded: [Role])
    /// A vote by one who is not in the council.
    case notAMember(party: String, clause: String?)
    case openingNotFirst

    /// A stable name for problem types.
    public var slug: String {
        switch self {
        case .unknownPayloadType: "malformed-envelope"
        case .tooLarge: "too-large"
        case .malformed: "malformed-statement"
        case .wrongAgreement: "wrong-agreement"
        case .wrongTerms: "wrong-terms"
        case .unknownKey: "unknown-key"
        case .badSignature: "bad-signature"
        case .tooFewSignatures: "too-few-signatures"
        case .notAMember: "not-a-member"
        case .severalSigners, .mayNotSay, .mayNotClaim, .mayNotAsk, .openingNotFirst: "may-not-say"
        }
    }

    /// The article that decides, where one does.
    public var clause: String? {
        switch self {
        case .mayNotClaim(_, _, let clause): clause
        case .notAMember(_, let clause): clause
        default: nil
        }
    }

    /// Where in the statement the fault lies, as an RFC 6901 pointer, where it lies in one place.
    public var pointer: String? {
        switch self {
        case .malformed(let malformed): malformed.pointer
        case .wrongAgreement: "/subject/0/digest/sha256"
        case .wrongTerms: "/predicate/terms"
        case .mayNotClaim: "/predicate/assurance"
        case .mayNotAsk: "/predicate/question"
        default: nil
        }
    }
}
