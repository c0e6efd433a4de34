// SPDX-License-Identifier: Apache-2.0
import Crypto
import FoundationEssentials

/// Bytes that only the owner of one sealing key can read, and whose every changed bit shows.
///
/// A box says nothing about who made it: whoever needs that signs it. It hides what it holds but
/// not how long that is.
///
/// Source: RFC 9180, base mode of DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
public enum SealedBox {
    /// What a box is longer than its contents: the encapsulated key and the tag.
    public static let overhead = 32 + 16

    /// A box that holds these bytes; the same bytes give another box each time.
    ///
    /// `info` says what the box is for; who opens it must say the same. The one-time key comes from
    /// the library's generator and nowhere else: one used twice would open both boxes.
    public static func seal(
        _ plaintext: [UInt8], to reader: SealingPublicKey, info: [UInt8]
    ) -> [UInt8] {
        do {
            var sender = try HPKE.Sender(
                recipientKey: reader.key, ciphersuite: .Curve25519_SHA256_ChachaPoly,
                info: Data(info))
            let ciphertext = try sender.seal(Data(plaintext))
            return Array(sender.encapsulatedKey) + Array(ciphertext)
        } catch {
            preconditionFailure("a key that is not of low order can be sealed to: \(error)")
        }
    }

    /// What the box holds.
    ///
    /// - Throws: ``UnopenedBox`` where it was sealed to another key or for another purpose, or was
    ///   changed.
    public static func open(
        _ box: [UInt8], with key: SealingPrivateKey, info: [UInt8]
    ) throws(UnopenedBox) -> [UInt8] {
        try open(box, with: key, info: info, authenticating: [])
    }

    /// As above, with what the RFC's vectors authenticate beside the contents.
    static func open(
        _ box: [UInt8], with key: SealingPrivateKey, info: [UInt8], authenticating beside: [UInt8]
    ) throws(UnopenedBox) -> [UInt8] {
        guard box.count >= overhead else { throw .tooShort(box.count) }
        do {
            var recipient = try HPKE.Recipient(
                privateKey: key.key, ciphersuite: .Curve25519_SHA256_ChachaPoly, info: Data(info),
                encapsulatedKey: Data(box[..<32]))
            return Array(try recipient.open(Data(box[32...]), authenticating: Data(beside)))
        } catch {
            // Which of the reasons it was cannot be told apart, and must not be.
            throw .notForThisKey
        }
    }
}

/// Why a box stays shut.
public enum UnopenedBox: Error, Hashable, CustomStringConvertible {
    /// Fewer bytes than an empty box has.
    case tooShort(Int)
    /// Sealed to another key or for another purpose, or changed on its way.
    case notForThisKey

    public var description: String {
        switch self {
        case .tooShort(let count):
            "A sealed box has \(SealedBox.overhead) bytes or more, not \(count)."
        case .notForThisKey:
            "The box does not open: it was sealed to another key or for another purpose, or changed."
        }
    }
}
