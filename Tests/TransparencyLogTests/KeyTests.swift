// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import TransparencyLog

/// A key of 32 sevens, written by OpenSSL 3.0 (`openssl pkey`, `openssl pkeyutl -sign -rawin`).
private enum FromOpenSSL {
    static let privatePEM = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH
        -----END PRIVATE KEY-----

        """
    static let publicPEM = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEA6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=
        -----END PUBLIC KEY-----

        """
    static let spki =
        "302a300506032b6570032100ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c"
    static let message = "hello from openssl\n"
    static let signature =
        "dbca46d20f74fc07beb51323633f9006e564bacd42ad905d548e1f4f21536ef8"
        + "2d3ee712dc91eaa3d867a93a88c61ef6bd76e5f23dc221d1d3edad235430ab0d"
}

private func publicKey(_ hex: String) throws(UnusableKey) -> PublicKey {
    try PublicKey(raw: Hex.decode(hex)!)
}

/// The order of the group, little-endian.
private let order = Hex.decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")!

/// Little-endian addition.
private func plus(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> [UInt8] {
    var carry = 0
    return zip(left, right).map { a, b in
        let sum = Int(a) + Int(b) + carry
        carry = sum >> 8
        return UInt8(sum & 0xFF)
    }
}

@Suite struct KeyTests {
    @Test func `keys of OpenSSL are read and written as OpenSSL does`() throws {
        let key = try PrivateKey(pem: FromOpenSSL.privatePEM)
        #expect(key.pem == FromOpenSSL.privatePEM)
        #expect(key.publicKey.pem == FromOpenSSL.publicPEM)
        #expect(Hex.encode(key.publicKey.spki) == FromOpenSSL.spki)
        #expect(try PublicKey(pem: FromOpenSSL.publicPEM) == key.publicKey)
        #expect(try PublicKey(spki: Hex.decode(FromOpenSSL.spki)!) == key.publicKey)
        #expect(try PrivateKey(seed: [UInt8](repeating: 7, count: 32)).publicKey == key.publicKey)
        #expect(key.publicKey.keyID == Digest.sha256(Hex.decode(FromOpenSSL.spki)!).hex)
    }

    @Test func `signatures of OpenSSL hold and ours are the same`() throws {
        let key = try PrivateKey(pem: FromOpenSSL.privatePEM)
        let signature = Hex.decode(FromOpenSSL.signature)!
        #expect(key.publicKey.verifies(signature, over: FromOpenSSL.message.bytes))
        #expect(try key.sign(FromOpenSSL.message.bytes) == signature)
    }

    @Test func `PEM with carriage returns is read, anything else around it is refused`() throws {
        let pem = FromOpenSSL.publicPEM
        let lines = pem.replacingOccurrences(of: "\n", with: "\r\n")
        #expect(try PublicKey(pem: lines).pem == pem)
        for text in [
            "", "x\n" + pem, pem + "x\n", pem + pem, FromOpenSSL.privatePEM,
            pem.replacingOccurrences(of: "iw=", with: "iw"),
            pem.replacingOccurrences(of: "PUBLIC", with: "public"),
            pem.replacingOccurrences(of: "MCow", with: "MCox"), " " + pem,
            pem.replacingOccurrences(of: "-----\n", with: "----- \n"),
        ] {
            #expect(throws: UnusableKey.self, "\(text)") { try PublicKey(pem: text) }
        }
        #expect(throws: UnusableKey.self) { try PrivateKey(pem: pem) }
    }

    @Test func `keys of other kinds are refused`() {
        // X25519 and P-256, written by OpenSSL.
        #expect(
            throws: UnusableKey.malformed(
                "expected the 44 bytes of an Ed25519 SubjectPublicKeyInfo")
        ) {
            try PublicKey(
                pem: """
                    -----BEGIN PUBLIC KEY-----
                    MCowBQYDK2VuAyEAjZB15WHoPrUmAlG6XlMbNZcZXqdHUILwkSKXQaroGBs=
                    -----END PUBLIC KEY-----
                    """)
        }
        #expect(throws: UnusableKey.malformed("expected the 48 bytes of an Ed25519 key in PKCS #8"))
        {
            try PrivateKey(
                pem: """
                    -----BEGIN PRIVATE KEY-----
                    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgOTXikx8zzZsm0wAn
                    crUCbxUdylRL4aGp8JTA844kO5ehRANCAASTeeBS39X8Od5dILnO3CSt6yTLzQPk
                    O/MIwhn0e4RrEsULWG+QcIPNSmDiGmuXrUQ8apt9RH20JGE9Ua/yJ7Ts
                    -----END PRIVATE KEY-----
                    """)
        }
    }

    @Test func `keys of another length are refused`() {
        for length in [0, 31, 33, 64] {
            let bytes = [UInt8](repeating: 9, count: length)
            #expect(throws: UnusableKey.wrongLength(length)) { try PublicKey(raw: bytes) }
            #expect(throws: UnusableKey.wrongLength(length)) { try PrivateKey(seed: bytes) }
        }
    }

    /// The eight points whose order divides 8, and the six further spellings of them.
    @Test(arguments: [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ])
    func `points of small order are refused in every spelling`(hex: String) {
        #expect(throws: UnusableKey.lowOrder) { try publicKey(hex) }
    }

    @Test func `second spellings of points are refused`() {
        for low in UInt8(0xEF)...0xFF {
            for top in [UInt8(0x7F), 0xFF] {
                let raw = [low] + [UInt8](repeating: 0xFF, count: 30) + [top]
                #expect(throws: UnusableKey.notCanonical) { try PublicKey(raw: raw) }
            }
        }
    }

    /// Computed with Python's integers from the curve's equation: of the y from 2 on, these are on
    /// it.
    @Test func `only points of the curve are keys`() {
        let onCurve: Set<UInt8> = [3, 4, 5, 6, 9, 10, 14, 15, 16]
        for y in UInt8(2)...16 {
            let raw = [y] + [UInt8](repeating: 0, count: 31)
            if onCurve.contains(y) {
                #expect(throws: Never.self) { try PublicKey(raw: raw) }
            } else {
                #expect(throws: UnusableKey.notOnCurve) { try PublicKey(raw: raw) }
            }
        }
    }

    /// Computed as above, for the y that are SHA-256 hashes of "y 0", "y 1" and so on.
    @Test func `of two hundred arbitrary y the right ones are on the curve`() {
        let expected =
            "10110100010110101101010001101010011100101001000011"
            + "00000110011010100000100100000100011000111001011010"
            + "00000011100111001111000001011101010111111101010010"
            + "11000101001111000001100100010000001011010101111000"
        for (number, digit) in expected.enumerated() {
            let raw = Digest.sha256("y \(number)".bytes).bytes
            let isKey = (try? PublicKey(raw: raw)) != nil
            #expect(isKey == (digit == "1"), "y \(number)")
        }
    }

    /// Computed as above, for y = p − 2 down to p − 17.
    @Test func `of the largest y the right ones are on the curve`() {
        for (number, digit) in "0111100110001110".enumerated() {
            let last = UInt8(0xED - 2 - number)
            let raw = [last] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
            #expect(((try? PublicKey(raw: raw)) != nil) == (digit == "1"), "p − \(number + 2)")
        }
    }

    @Test func `every key that grows from a seed is accepted as a public key`() throws {
        for seed in UInt8(0)...100 {
            let key = testKey(seed).publicKey
            #expect(try PublicKey(raw: key.raw) == key)
        }
    }

    @Test func `the negative of a key is another key`() throws {
        let key = testKey(1)
        var raw = key.publicKey.raw
        raw[31] ^= 0x80
        let negative = try PublicKey(raw: raw)
        #expect(negative != key.publicKey)
        #expect(!negative.verifies(try key.sign([1]), over: [1]))
    }

    @Test func `a signature with the order added to S is refused`() throws {
        let key = testKey(1)
        let signature = try key.sign("m".bytes)
        #expect(key.publicKey.verifies(signature, over: "m".bytes))
        let second = Array(signature[..<32]) + plus(signature[32...], order)
        #expect(!key.publicKey.verifies(second, over: "m".bytes))
        let zero = Array(signature[..<32]) + order
        #expect(!key.publicKey.verifies(zero, over: "m".bytes))
    }

    @Test func `no signature with a bit turned over, cut or lengthened holds`() throws {
        let key = testKey(1)
        let signature = try key.sign("m".bytes)
        for bit in 0..<512 {
            var changed = signature
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!key.publicKey.verifies(changed, over: "m".bytes), "bit \(bit)")
        }
        #expect(!key.publicKey.verifies(signature, over: "n".bytes))
        #expect(!key.publicKey.verifies(signature.dropLast(), over: "m".bytes))
        #expect(!key.publicKey.verifies(signature + [0], over: "m".bytes))
        #expect(!key.publicKey.verifies([], over: "m".bytes))
    }

    /// R of low order with S = k·a: the equation holds, the strict rule does not let it through.
    /// Made with Python's integers for the seed of 32 ones and the message "m".
    @Test func `a signature with R of low order is refused though its equation holds`() throws {
        let forged = Hex.decode(
            "0100000000000000000000000000000000000000000000000000000000000000"
                + "324a58ccc042d3ab39bbdc26597fb39827a159256aed3c62b396d4c6830c0808")
        #expect(!testKey(1).publicKey.verifies(try #require(forged), over: "m".bytes))
    }

    @Test func `a private key shows its public key only`() throws {
        let seed = (0..<32).map { UInt8($0 + 100) }
        let key = try PrivateKey(seed: seed)
        var dumped = ""
        dump(key, to: &dumped)
        for text in [
            "\(key)", String(reflecting: key), String(describing: key), dumped, "\([key])",
        ] {
            #expect(text.contains(key.publicKey.keyID))
            for secret in [Hex.encode(seed), Base64.encode(seed), "100, 101", "\(seed)"] {
                #expect(!text.contains(secret))
            }
        }
    }

    @Test(
        .enabled(if: Reference.isWanted(Reference.wycheproof), "Wycheproof's vectors are not here"))
    func `all Ed25519 cases of Wycheproof agree`() throws {
        let file = try JSON.parse(
            [UInt8](Data(contentsOf: Reference.wycheproof)), numbers: .anyAsWritten)
        var tried = 0
        for group in try #require(file["testGroups"]?.array) {
            let raw = try #require(group["publicKey"]?["pk"]?.string)
            let key = try publicKey(raw)
            #expect(Hex.encode(key.spki) == group["publicKeyDer"]?.string)
            for test in try #require(group["tests"]?.array) {
                let message = try #require(Hex.decode(test["msg"]?.string ?? "-"))
                let signature = try #require(Hex.decode(test["sig"]?.string ?? "-"))
                let holds = key.verifies(signature, over: message)
                #expect(holds == (test["result"] == "valid"), "case \(test["tcId"]?.integer ?? 0)")
                tried += 1
            }
        }
        #expect(Int64(tried) == file["numberOfTests"]?.integer)
        #expect(tried == 151)
    }
}
