// SPDX-License-Identifier: Apache-2.0
import Crypto
import FoundationEssentials
import TransparencyLog

/// The X25519 key to which others seal what only its owner shall read.
///
/// Points of low order and second spellings are refused here, so no list of parties can hold one.
///
/// Source: RFC 7748 §5 and §6.1, RFC 8410.
public struct SealingPublicKey: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes of RFC 7748: the u-coordinate, little-endian.
    public let raw: [UInt8]
    let key: Curve25519.KeyAgreement.PublicKey

    /// The key of these 32 bytes.
    ///
    /// - Throws: ``UnusableSealingKey`` for another length, a second spelling or a low order.
    public init(raw: [UInt8]) throws(UnusableSealingKey) {
        guard raw.count == 32 else { throw .wrongLength(raw.count) }
        guard Self.isCanonical(raw) else { throw .notCanonical }
        guard let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: raw),
            Self.hasLargeOrder(key)
        else { throw .lowOrder }
        self.raw = raw
        self.key = key
    }

    /// The key that belongs to a private one: a multiple of the base point, so of the right kind.
    init(derived key: Curve25519.KeyAgreement.PublicKey) {
        raw = Array(key.rawRepresentation)
        self.key = key
    }

    /// The key of a DER SubjectPublicKeyInfo.
    public init(spki: [UInt8]) throws(UnusableSealingKey) {
        guard spki.count == 44, spki.starts(with: Self.spkiPrefix) else {
            throw .malformed("expected the 44 bytes of an X25519 SubjectPublicKeyInfo")
        }
        try self.init(raw: Array(spki.dropFirst(Self.spkiPrefix.count)))
    }

    /// The key of ``text``: padded base64 of the DER SubjectPublicKeyInfo, as agreements hold it.
    public init(spkiBase64 text: String) throws(UnusableSealingKey) {
        guard let spki = Base64.decode(text) else {
            throw .malformed("expected base64 of an X25519 SubjectPublicKeyInfo")
        }
        try self.init(spki: spki)
    }

    /// The key of a PEM block `PUBLIC KEY`.
    public init(pem: String) throws(UnusableSealingKey) {
        try self.init(spki: try Self.der(pem, label: "PUBLIC KEY"))
    }

    /// SEQUENCE { SEQUENCE { OID 1.3.101.110 }, BIT STRING of 32 bytes }: the only DER of such a
    /// key.
    private static let spkiPrefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x6E, 0x03, 0x21, 0x00,
    ]

    /// The DER SubjectPublicKeyInfo, 44 bytes.
    public var spki: [UInt8] { Self.spkiPrefix + raw }
    /// ``spki`` as padded base64: how agreements write the key.
    public var text: String { Base64.encode(spki) }
    /// The PEM block `PUBLIC KEY`, as `openssl pkey -pubout` writes it.
    public var pem: String { PEM.encode(spki, label: "PUBLIC KEY") }
    /// The SHA-256 of ``spki`` as lower-case hexadecimal digits.
    public var keyID: String { Digest.sha256(spki).hex }
    public var description: String { keyID }

    public static func == (left: SealingPublicKey, right: SealingPublicKey) -> Bool {
        left.raw == right.raw
    }
    public func hash(into hasher: inout Hasher) { hasher.combine(raw) }

    /// The DER of a PEM block, with this room's errors.
    static func der(_ pem: String, label: String) throws(UnusableSealingKey) -> [UInt8] {
        do {
            return try PEM.decode(pem, label: label)
        } catch .malformed(let expected) {
            throw .malformed(expected)
        } catch {
            throw .malformed("expected one PEM block \"\(label)\"")
        }
    }

    /// Whether these are the one spelling of a coordinate: below 2^255 − 19. Libraries drop the
    /// highest bit and reduce the rest, so each key would otherwise have others that act alike.
    private static func isCanonical(_ u: [UInt8]) -> Bool {
        if u[31] & 0x80 != 0 { return false }
        // Only values from 2^255 − 19 on have these bytes all set.
        return !(u[31] == 0x7F && u[1..<31].allSatisfy { $0 == 0xFF } && u[0] >= 0xED)
    }

    /// Whether agreeing on a secret with this key gives one that is not zero.
    ///
    /// Every private key is a multiple of 8, which takes each point of low order, on the curve and
    /// on its twist, to zero, and no other: so one private key decides for all.
    ///
    /// Source: RFC 7748 §6.1, RFC 9180 §7.1.4.
    private static func hasLargeOrder(_ key: Curve25519.KeyAgreement.PublicKey) -> Bool {
        let seed = [UInt8](repeating: 1, count: 32)
        guard let probe = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: seed),
            let secret = try? probe.sharedSecretFromKeyAgreement(with: key)
        else { return false }
        return secret.withUnsafeBytes { $0.contains { byte in byte != 0 } }
    }
}
