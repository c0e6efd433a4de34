// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// Why a mailbox does not take a message, or gives none out.
public enum MailRefusal: Error, Hashable, Sendable {
    case otherType(got: String, expected: String)
    case malformed(MalformedStatement)
    case wrongAgreement(got: Digest, expected: Digest)
    case unknownKey(keyIDs: [String])
    case badSignature(keyID: String)
    case severalSigners(parties: [String])
    case tooFewSignatures(party: String, needed: Int, got: Int)
    // Handing in
    case unknownStatement(Digest)
    case notTheSigner(sender: String, signer: String)
    case unknownReader(String)
    /// No sealed field of the statement is meant for this reader.
    case wrongAudience(reader: String, kind: StatementKind)
    /// The sender has taken its room at this reader.
    case full(sender: String, reader: String)
    // Collecting
    case notYours(party: String, signer: String)
    case clock(asked: Time, now: Time, skew: TimeSpan)
    /// The party has asked at that time, or later, before.
    case replayed(Time)

    /// A stable name for problem types.
    public var slug: String {
        switch self {
        case .otherType: "malformed-envelope"
        case .malformed: "malformed-mail"
        case .wrongAgreement: "wrong-agreement"
        case .unknownKey: "unknown-key"
        case .badSignature: "bad-signature"
        case .severalSigners, .notTheSigner: "not-the-signer"
        case .tooFewSignatures: "too-few-signatures"
        case .unknownStatement: "unknown-statement"
        case .unknownReader, .wrongAudience: "wrong-audience"
        case .full: "mailbox-full"
        case .notYours: "not-yours"
        case .clock: "clock"
        case .replayed: "replayed"
        }
    }

    /// Where in the payload the fault lies, as an RFC 6901 pointer, where it lies in one place.
    public var pointer: String? {
        switch self {
        case .malformed(let malformed): malformed.pointer
        case .wrongAgreement: "/agreement"
        case .unknownStatement: "/about"
        case .unknownReader, .wrongAudience: "/to"
        case .notYours: "/party"
        case .clock, .replayed: "/time"
        default: nil
        }
    }

    /// What is wrong, for people.
    public var sentence: String {
        switch self {
        case .otherType(let got, let expected):
            "the payload is of type \(got.debugDescription), here \(expected) is taken"
        case .malformed(let malformed): "\(malformed)"
        case .wrongAgreement(let got, _): "it is under the agreement \(got)"
        case .unknownKey(let keyIDs):
            "no party of the agreement holds the key \(keyIDs.first ?? "without a name")"
        case .badSignature(let keyID): "the signature of key \(keyID) does not hold"
        case .severalSigners(let parties): "it is signed by \(parties.joined(separator: " and "))"
        case .tooFewSignatures(let party, let needed, let got):
            "\(party) signs with \(needed) keys, and this has \(got)"
        case .unknownStatement(let about): "the log has no statement with the payload \(about)"
        case .notTheSigner(let sender, let signer):
            "\(signer) said this, so \(sender) has nothing to open about it"
        case .unknownReader(let reader): "\(reader.debugDescription) is no party of the agreement"
        case .wrongAudience(let reader, let kind):
            "this \(kind.rawValue) has no sealed field that is meant for \(reader)"
        case .full(let sender, let reader):
            "too much from \(sender) waits until \(reader) collects it"
        case .notYours(let party, let signer): "\(signer) asks for the mail of \(party)"
        case .clock(let asked, let now, let skew):
            "it was asked at \(asked), here it is \(now); \(skew) apart is the most"
        case .replayed(let time): "this party has asked at \(time), or later, before"
        }
    }

    /// The way out, where there is one.
    public var hint: String? {
        switch self {
        case .wrongAgreement(_, let expected): "the agreement here is \(expected)"
        case .unknownStatement: "hand in the statement first"
        case .full: "send the same again later"
        case .clock: "set the clock, and sign a new request"
        case .replayed: "sign a new request, with the time of now"
        default: nil
        }
    }
}
