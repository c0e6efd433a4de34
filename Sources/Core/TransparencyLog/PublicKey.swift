// SPDX-License-Identifier: Apache-2.0
import Crypto
import FoundationEssentials

/// An Ed25519 public key that is safe to believe.
///
/// Keys of low order and second spellings of keys are refused here, so no list of parties,
/// witnesses or logs can hold one.
///
/// Source: RFC 8032 §5.1, RFC 8410.
public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes of RFC 8032.
    public let raw: [UInt8]
    private let key: Curve25519.Signing.PublicKey

    /// The key of these 32 bytes.
    ///
    /// - Throws: ``UnusableKey`` for another length, a low order, a second spelling or no point at
    ///   all.
    public init(raw: [UInt8]) throws(UnusableKey) {
        guard raw.count == 32 else { throw .wrongLength(raw.count) }
        guard !EdwardsEncoding.isLowOrder(raw) else { throw .lowOrder }
        guard EdwardsEncoding.isCanonical(raw) else { throw .notCanonical }
        guard EdwardsEncoding.isOnCurve(raw),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw)
        else { throw .notOnCurve }
        self.raw = raw
        self.key = key
    }

    /// The key that belongs to a private one: a multiple of the base point, so of the right kind.
    init(derived key: Curve25519.Signing.PublicKey) {
        raw = Array(key.rawRepresentation)
        self.key = key
    }

    /// The key of a DER SubjectPublicKeyInfo.
    public init(spki: [UInt8]) throws(UnusableKey) {
        guard spki.count == 44, spki.starts(with: Self.spkiPrefix) else {
            throw .malformed("expected the 44 bytes of an Ed25519 SubjectPublicKeyInfo")
        }
        try self.init(raw: Array(spki.dropFirst(Self.spkiPrefix.count)))
    }

    /// The key of a PEM block `PUBLIC KEY`.
    public init(pem: String) throws(UnusableKey) {
        try self.init(spki: try PEM.decode(pem, label: "PUBLIC KEY"))
    }

    /// SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING of 32 bytes }: the only DER of such a
    /// key.
    private static let spkiPrefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    /// The DER SubjectPublicKeyInfo, 44 bytes.
    public var spki: [UInt8] { Self.spkiPrefix + raw }
    /// The PEM block `PUBLIC KEY`, as `openssl pkey -pubout` writes it.
    public var pem: String { PEM.encode(spki, label: "PUBLIC KEY") }
    /// The SHA-256 of ``spki`` as lower-case hexadecimal digits: the `keyid` of envelopes.
    public var keyID: String { Digest.sha256(spki).hex }
    public var description: String { keyID }

    /// Whether this key made that signature over exactly this message.
    ///
    /// Strict, so that all verifiers agree and a signature has one spelling: S is below the group's
    /// order, R is canonical and not of low order.
    ///
    /// Source: RFC 8032 §5.1.7, without the cofactor.
    public func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        guard signature.count == 64, EdwardsEncoding.isReduced(signature[32...]) else {
            return false
        }
        let point = Array(signature[..<32])
        guard EdwardsEncoding.isCanonical(point), !EdwardsEncoding.isLowOrder(point) else {
            return false
        }
        return key.isValidSignature(signature, for: message)
    }

    public static func == (left: PublicKey, right: PublicKey) -> Bool { left.raw == right.raw }
    public func hash(into hasher: inout Hasher) { hasher.combine(raw) }
}
