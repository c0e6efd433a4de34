// SPDX-License-Identifier: Apache-2.0
import Disclosure
import Testing
import TransparencyLog

/// Alice's key of RFC 7748 §6.1, written by OpenSSL 3.0 (`openssl pkey`).
private enum FromOpenSSL {
    static let privatePEM = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VuBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq
        -----END PRIVATE KEY-----

        """
    static let publicPEM = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VuAyEAhSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=
        -----END PUBLIC KEY-----

        """
    static let seed = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"
    static let raw = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
}

/// The u-coordinates whose order divides 8 on the curve or its twist, in their first spelling,
/// little-endian.
///
/// Source: cr.yp.to/ecdh.html.
private let lowOrder = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]
private let secondSpellings = [
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4eea",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]

private func check(
    _ hex: String, isRefusedAs expected: UnusableSealingKey,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(throws: expected, sourceLocation: sourceLocation) {
        try SealingPublicKey(raw: Hex.decode(hex)!)
    }
}

@Suite struct SealingKeyTests {
    @Test func `keys of OpenSSL are read and written as OpenSSL does`() throws {
        let key = try SealingPrivateKey(seed: Hex.decode(FromOpenSSL.seed)!)
        #expect(Hex.encode(key.publicKey.raw) == FromOpenSSL.raw)
        #expect(key.pem == FromOpenSSL.privatePEM)
        #expect(key.publicKey.pem == FromOpenSSL.publicPEM)
        #expect(try SealingPrivateKey(pem: key.pem).publicKey == key.publicKey)
        #expect(try SealingPublicKey(pem: FromOpenSSL.publicPEM) == key.publicKey)
    }

    @Test func `the text of agreements is base64 of the SubjectPublicKeyInfo`() throws {
        let key = testKey(7).publicKey
        #expect(Hex.encode(key.spki) == "302a300506032b656e032100" + Hex.encode(key.raw))
        #expect(key.text == Base64.encode(key.spki))
        #expect(try SealingPublicKey(spkiBase64: key.text) == key)
        #expect(try SealingPublicKey(spki: key.spki) == key)
        #expect(key.keyID == Digest.sha256(key.spki).hex)
        for text in ["", key.text + "\n", String(key.text.dropLast(1)), Base64.encode(key.raw)] {
            #expect(throws: UnusableSealingKey.self, "\(text)") {
                try SealingPublicKey(spkiBase64: text)
            }
        }
    }

    @Test func `keys of low order are refused`() {
        for hex in lowOrder { check(hex, isRefusedAs: .lowOrder) }
    }

    @Test func `second spellings of keys are refused`() {
        for hex in secondSpellings { check(hex, isRefusedAs: .notCanonical) }
    }

    @Test func `the largest coordinates that are no second spelling are judged by their order`()
        throws
    {
        // 2^255 − 19 − 2 is a point like any other.
        let raw = Hex.decode("ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")!
        #expect(try SealingPublicKey(raw: raw).raw == raw)
    }

    @Test func `keys of other lengths and other kinds are refused`() throws {
        for count in [0, 1, 31, 33, 44, 64] {
            let bytes = [UInt8](repeating: 9, count: count)
            #expect(throws: UnusableSealingKey.wrongLength(count)) {
                try SealingPublicKey(raw: bytes)
            }
            #expect(throws: UnusableSealingKey.wrongLength(count)) {
                try SealingPrivateKey(seed: bytes)
            }
        }
        let signing = try PrivateKey(seed: [UInt8](repeating: 7, count: 32))
        #expect(throws: UnusableSealingKey.self) { try SealingPrivateKey(pem: signing.pem) }
        #expect(throws: UnusableSealingKey.self) {
            try SealingPublicKey(pem: signing.publicKey.pem)
        }
        #expect(throws: UnusableSealingKey.self) {
            try SealingPublicKey(spki: signing.publicKey.spki)
        }
        #expect(throws: UnusableSealingKey.self) { try SealingPublicKey(pem: testKey(7).pem) }
        #expect(throws: UnusableKey.self) { try PrivateKey(pem: testKey(7).pem) }
    }

    @Test func `printing a private key shows the public one only`() {
        let seed = [UInt8](40..<72)
        let key = try! SealingPrivateKey(seed: seed)
        let text = shown(key)
        #expect(text.contains(key.publicKey.keyID))
        for secret in [
            Hex.encode(seed), Base64.encode(seed), "\(seed)", "40, 41", "PRIVATE",
            String(key.pem.split(separator: "\n")[1]),
        ] {
            #expect(!text.contains(secret), "\(secret)")
        }
    }
}
