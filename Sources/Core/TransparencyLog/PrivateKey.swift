// SPDX-License-Identifier: Apache-2.0
import Crypto
import FoundationEssentials

/// An Ed25519 key in memory. Printing, dumping or logging it shows the public key only.
public struct PrivateKey: Signer {
    public let publicKey: PublicKey
    private let key: Curve25519.Signing.PrivateKey

    /// The key that grows from these 32 bytes, which must come from a good source of entropy.
    ///
    /// - Throws: ``UnusableKey/wrongLength(_:)``.
    public init(seed: [UInt8]) throws(UnusableKey) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            throw .wrongLength(seed.count)
        }
        self.key = key
        publicKey = PublicKey(derived: key.publicKey)
    }

    /// The key of a PEM block `PRIVATE KEY` (PKCS #8), as `openssl genpkey -algorithm ed25519`
    /// writes it.
    public init(pem: String) throws(UnusableKey) {
        let der = try PEM.decode(pem, label: "PRIVATE KEY")
        guard der.count == 48, der.starts(with: Self.pkcs8Prefix) else {
            throw .malformed("expected the 48 bytes of an Ed25519 key in PKCS #8")
        }
        try self.init(seed: Array(der.dropFirst(Self.pkcs8Prefix.count)))
    }

    /// SEQUENCE { 0, SEQUENCE { OID 1.3.101.112 }, OCTET STRING { OCTET STRING of 32 bytes } }.
    ///
    /// Source: RFC 8410 §7.
    private static let pkcs8Prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ]

    /// The key as a PEM block, secret and all: for the key file and nothing else.
    public var pem: String {
        PEM.encode(Self.pkcs8Prefix + Array(key.rawRepresentation), label: "PRIVATE KEY")
    }

    public func sign(_ message: [UInt8]) throws -> [UInt8] {
        Array(try key.signature(for: message))
    }
}

extension PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "private key of \(publicKey.keyID)" }
    public var debugDescription: String { description }
    /// Without children, since `dump` would otherwise print the seed.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
