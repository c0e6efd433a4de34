// SPDX-License-Identifier: Apache-2.0
import Crypto
import FoundationEssentials
import TransparencyLog

/// An X25519 key in memory. Printing, dumping or logging it shows the public key only.
public struct SealingPrivateKey: Sendable {
    public let publicKey: SealingPublicKey
    let key: Curve25519.KeyAgreement.PrivateKey

    /// The key of these 32 bytes, which must come from a good source of entropy.
    ///
    /// - Throws: ``UnusableSealingKey/wrongLength(_:)``.
    public init(seed: [UInt8]) throws(UnusableSealingKey) {
        guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: seed) else {
            throw .wrongLength(seed.count)
        }
        self.key = key
        publicKey = SealingPublicKey(derived: key.publicKey)
    }

    /// The key of a PEM block `PRIVATE KEY` (PKCS #8), as `openssl genpkey -algorithm x25519`
    /// writes it.
    public init(pem: String) throws(UnusableSealingKey) {
        let der = try SealingPublicKey.der(pem, label: "PRIVATE KEY")
        guard der.count == 48, der.starts(with: Self.pkcs8Prefix) else {
            throw .malformed("expected the 48 bytes of an X25519 key in PKCS #8")
        }
        try self.init(seed: Array(der.dropFirst(Self.pkcs8Prefix.count)))
    }

    /// SEQUENCE { 0, SEQUENCE { OID 1.3.101.110 }, OCTET STRING { OCTET STRING of 32 bytes } }.
    ///
    /// Source: RFC 8410 §7.
    private static let pkcs8Prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x6E, 0x04, 0x22, 0x04,
        0x20,
    ]

    /// The key as a PEM block, secret and all: for the key file and nothing else.
    public var pem: String {
        PEM.encode(Self.pkcs8Prefix + Array(key.rawRepresentation), label: "PRIVATE KEY")
    }
}

extension SealingPrivateKey: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    public var description: String { "sealing key of \(publicKey.keyID)" }
    public var debugDescription: String { description }
    /// Without children, since `dump` would otherwise print the seed.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
