// SPDX-License-Identifier: Apache-2.0

public import Disclosure
public import TransparencyLog

/// A sealed message about one logged statement, from its signer to one party.
///
/// It is the payload of a DSSE envelope that the signer of the statement signs. Whoever carries it
/// sees who writes to whom about which statement, and how long the message is, but nothing of what
/// it says.
public struct Mail: Hashable, Sendable {
    /// What envelopes of mail are typed as.
    public static let payloadType = "application/vnd.standstill.mail+json"
    /// No box is longer, in bytes.
    public static let largestBox = 8 << 20
    /// No envelope of mail is longer as canonical JSON, in bytes: the box stands in base64 twice.
    public static let largestEnvelope = 16 << 20

    public let agreement: Digest
    /// The party that shall read it.
    public let to: String
    /// The SHA-256 of the statement's payload.
    public let about: Digest
    /// Sealed to the party's key; ``info`` is what it is sealed for.
    public let box: [UInt8]

    public init(agreement: Digest, to: String, about: Digest, box: [UInt8]) {
        self.agreement = agreement
        self.to = to
        self.about = about
        self.box = box
    }

    /// Seals the contents to a party.
    public init(
        _ contents: MailContents, agreement: Digest, to party: String, key: SealingPublicKey
    ) {
        let info = Mail.info(agreement: agreement, to: party, about: contents.about)
        self.init(
            agreement: agreement, to: party, about: contents.about,
            box: SealedBox.seal(contents.bytes, to: key, info: info))
    }

    /// Reads the payload of an envelope; only the canonical spelling is taken.
    public init(parsing payload: [UInt8]) throws(MalformedStatement) {
        var fields = try Fields(canonical: payload)
        agreement = try fields.digest("agreement")
        to = try fields.name("to")
        about = try fields.digest("about")
        guard let box = Base64.decode(try fields.string("box")),
            (SealedBox.overhead...Mail.largestBox).contains(box.count)
        else {
            throw fields.missing(
                "box", "\(SealedBox.overhead) to \(Mail.largestBox) bytes in base64")
        }
        try fields.end()
        self.box = box
    }

    /// The payload that the sender signs: canonical JSON.
    public var payload: [UInt8] {
        let object: JSON = [
            "agreement": .string(agreement.hex), "to": .string(to), "about": .string(about.hex),
            "box": .string(Base64.encode(box)),
        ]
        return object.canonicalBytes
    }

    /// What a mailbox calls this message: the SHA-256 of its payload, so that the same envelope
    /// handed in twice is one message.
    public var id: Digest { Digest.sha256(payload) }

    /// What the box was sealed for: another agreement, reader or statement opens nothing.
    public var info: [UInt8] { Mail.info(agreement: agreement, to: to, about: about) }

    /// What the box holds.
    ///
    /// - Throws: ``UnopenedMail``.
    public func open(with key: SealingPrivateKey) throws(UnopenedMail) -> MailContents {
        let bytes: [UInt8]
        do throws(UnopenedBox) {
            bytes = try SealedBox.open(box, with: key, info: info)
        } catch {
            throw .shut(error)
        }
        let contents: MailContents
        do throws(MalformedStatement) {
            contents = try MailContents(parsing: bytes)
        } catch {
            throw .malformed(error)
        }
        guard contents.about == about else { throw .aboutAnother(contents.about) }
        return contents
    }

    private static func info(agreement: Digest, to: String, about: Digest) -> [UInt8] {
        Array("standstill.example/mail/v1\n\(agreement.hex)\n\(to)\n\(about.hex)".utf8)
    }
}

/// Why a message cannot be read.
public enum UnopenedMail: Error, Hashable, Sendable, CustomStringConvertible {
    case shut(UnopenedBox)
    /// The box opens, but what is in it is no contents of mail.
    case malformed(MalformedStatement)
    /// The box opens, but speaks of another statement than the envelope.
    case aboutAnother(Digest)

    public var description: String {
        switch self {
        case .shut(let reason): "\(reason)"
        case .malformed(let malformed): "The box opens, but holds no disclosures: \(malformed)."
        case .aboutAnother(let about):
            "The box opens, but speaks of another statement, \(about.hex)."
        }
    }
}
