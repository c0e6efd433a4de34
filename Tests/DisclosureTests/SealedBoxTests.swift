// SPDX-License-Identifier: Apache-2.0
import Testing
import TransparencyLog

@testable import Disclosure

private let info = "standstill.example/mail/v1\nabc".bytes

/// Whether a box opens to this text, nil where it must stay shut.
private func check(
    _ box: [UInt8], with key: SealingPrivateKey, info: [UInt8], opensTo expected: String?,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let opened = try? SealedBox.open(box, with: key, info: info)
    #expect(opened == expected?.bytes, sourceLocation: sourceLocation)
}

@Suite struct SealedBoxTests {
    @Test(.enabled(if: Reference.isWanted(Reference.hybrid), "the RFC's vectors are absent"))
    func `the boxes of RFC 9180 open`() throws {
        let vectors = try #require(try Reference.json(Reference.hybrid).array)
        var opened = 0
        for vector in vectors {
            // Base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305.
            guard vector["mode"] == 0, vector["kem_id"] == 32, vector["kdf_id"] == 1,
                vector["aead_id"] == 3
            else { continue }
            let key = try SealingPrivateKey(seed: vector.bytes("skRm"))
            #expect(key.publicKey.raw == (try vector.bytes("pkRm")))
            // Only the first message of each context: a box holds one.
            let first = try #require(vector["encryptions"]?.array?.first)
            let box = try vector.bytes("enc") + first.bytes("ct")
            let plaintext = try SealedBox.open(
                box, with: key, info: vector.bytes("info"), authenticating: first.bytes("aad"))
            #expect(plaintext == (try first.bytes("pt")))
            #expect(throws: UnopenedBox.notForThisKey) {
                try SealedBox.open(box, with: key, info: vector.bytes("info"))
            }
            opened += 1
        }
        #expect(opened == 1)
    }

    @Test func `what was sealed opens, of any length`() {
        for count in [0, 1, 15, 16, 17, 1_000, 70_000] {
            let text = String(repeating: "x", count: count)
            let box = SealedBox.seal(text.bytes, to: testKey(1).publicKey, info: info)
            #expect(box.count == count + SealedBox.overhead)
            check(box, with: testKey(1), info: info, opensTo: text)
        }
    }

    @Test func `a box stays shut for another key and for another purpose`() {
        let box = SealedBox.seal("canary".bytes, to: testKey(1).publicKey, info: info)
        check(box, with: testKey(2), info: info, opensTo: nil)
        check(box, with: testKey(1), info: info + [0], opensTo: nil)
        check(box, with: testKey(1), info: [], opensTo: nil)
        check(box, with: testKey(1), info: info, opensTo: "canary")
    }

    @Test func `a box with any flipped bit stays shut`() {
        let box = SealedBox.seal("canary".bytes, to: testKey(1).publicKey, info: info)
        for bit in 0..<box.count * 8 {
            // Readers of X25519 drop the highest bit of the one-time key: RFC 7748 §5. The key
            // schedule takes the bytes as they came, so this bit counts too.
            var other = box
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            check(other, with: testKey(1), info: info, opensTo: nil)
        }
    }

    @Test func `a box that is cut short or made longer stays shut`() {
        let box = SealedBox.seal("canary".bytes, to: testKey(1).publicKey, info: info)
        for count in 0..<box.count {
            let expected: UnopenedBox =
                count < SealedBox.overhead ? .tooShort(count) : .notForThisKey
            #expect(throws: expected) {
                try SealedBox.open(Array(box[..<count]), with: testKey(1), info: info)
            }
        }
        check(box + [0], with: testKey(1), info: info, opensTo: nil)
    }

    @Test func `a one-time key of low order opens nothing`() {
        let box = SealedBox.seal("canary".bytes, to: testKey(1).publicKey, info: info)
        let zero = [UInt8](repeating: 0, count: 32)
        for key in [zero, [1] + zero.dropLast()] {
            check(key + box[32...], with: testKey(1), info: info, opensTo: nil)
        }
    }

    @Test func `two boxes with the same contents have nothing in common`() {
        let one = SealedBox.seal("canary".bytes, to: testKey(1).publicKey, info: info)
        let two = SealedBox.seal("canary".bytes, to: testKey(1).publicKey, info: info)
        #expect(one[..<32] != two[..<32] && one[32...] != two[32...])
    }
}
