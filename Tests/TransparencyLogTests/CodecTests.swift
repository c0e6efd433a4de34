// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import TransparencyLog

@Suite struct CodecTests {
    @Test func `hexadecimal has one spelling`() {
        #expect(Hex.encode([0x00, 0x9F, 0xAB] as [UInt8]) == "009fab")
        #expect(Hex.encode([1, 2].lazy.map { $0 * 16 }) == "1020")
        #expect(Hex.decode("009fab") == [0x00, 0x9F, 0xAB])
        #expect(Hex.decode("") == [])
        for text in ["0", "0g", "AB", "aB", "0x00", " 00", "00 ", "00\n", "٠٠", "é"] {
            #expect(Hex.decode(text) == nil, "\(text)")
        }
    }

    @Test func `every byte value goes through hexadecimal and base64 and back`() {
        let all = (0...255).map { UInt8($0) }
        for length in 0...255 {
            let bytes = Array(all.suffix(length))
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
            #expect(Base64.decodeEitherAlphabet(Base64.encode(bytes)) == bytes)
        }
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the examples of RFC 4648 come out`(text: String, encoded: String) {
        #expect(Base64.encode(text.bytes) == encoded)
        #expect(Base64.decode(encoded) == text.bytes)
    }

    @Test(arguments: [
        "QR==", "QQ", "QQ=", "QQ===", "QQ====", "Q", "=", "==", "====", "Q===", "QUI", "QUJ=",
        "QUH=", "QUFB=", "QUFB====",
        "QQ==QQ==", "Q=Q=", "QUFB\n", "QUFB QUFB", " QUFB", "QU-_", "QU*B", "QÜFB", "QUF\u{0}",
    ])
    func `base64 with a second spelling is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `base64 for URLs without padding has one spelling`() {
        let all = (0...255).map { UInt8($0) }
        for length in 0...255 {
            let bytes = Array(all.suffix(length))
            let text = Base64.encodeURL(bytes)
            #expect(Base64.decodeURL(text) == bytes)
            #expect(text == unpadded(Base64.encode(bytes)))
        }
        #expect(Base64.encodeURL([0xFB, 0xFF]) == "-_8")
        for text in [
            "-_8=", "+/8", "-_9", "-", "-_8\n", " -_8", "QQ==", "QR", "QQ=", "Ü", "QUFB=", "=",
        ] {
            #expect(Base64.decodeURL(text) == nil, "\(text)")
        }
    }

    /// What the other alphabet writes, by replacing letters.
    private func unpadded(_ text: String) -> String {
        text.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    @Test func `all texts of four letters that decode also encode back`() {
        // Exhaustive for the last two letters, where bits can be left over.
        let letters = (0..<128).map { String(Unicode.Scalar(UInt8($0))) }
        var accepted = 0
        for third in letters {
            for fourth in letters {
                let text = "Q" + "g" + third + fourth
                guard let bytes = Base64.decode(text) else { continue }
                #expect(Base64.encode(bytes) == text)
                accepted += 1
            }
        }
        // Full groups, two bytes with the four letters of clear low bits, one byte.
        #expect(accepted == 64 * 64 + 16 + 1)
    }

    @Test func `envelopes may use either alphabet, but not both and not a second spelling`() {
        let bytes: [UInt8] = [0xFB, 0xEF, 0xFE, 0xFF]
        for text in ["++/+/w==", "--_-_w==", "--_-_w"] {
            #expect(Base64.decodeEitherAlphabet(text) == bytes, "\(text)")
        }
        for text in ["++/+_w==", "++/+/w", "--_-_w=", "--_-_x", "--_-_x==", "-", "=", "--_-_"] {
            #expect(Base64.decodeEitherAlphabet(text) == nil, "\(text)")
        }
    }

    @Test func `a digest has 32 bytes and is ordered as they are`() throws {
        let digest = Digest.sha256("abc".bytes)
        #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(digest.description == digest.hex)
        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(Digest(hex: digest.hex) == digest)
        #expect(Digest(base64: digest.base64) == digest)
        #expect(Digest(bytes: Array(digest.bytes.dropLast())) == nil)
        #expect(Digest(bytes: digest.bytes + [0]) == nil)
        #expect(Digest(hex: digest.hex.uppercased()) == nil)
        #expect(Digest(base64: "QQ==") == nil)
        var random = SplitMix(state: 5)
        let digests = (0..<200).map { _ in
            Digest(bytes: (0..<32).map { _ in UInt8.random(in: 0...2, using: &random) })!
        }
        #expect(
            digests.sorted().map(\.bytes)
                == digests.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test func `a digest of pieces is that of the whole`() {
        let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0) }
        for cut in [0, 1, 64, 999, 1_000] {
            var stream = DigestStream()
            stream.update(Array(bytes[..<cut]))
            stream.update(Array(bytes[cut...]))
            #expect(stream.finalize() == Digest.sha256(bytes))
        }
    }

    @Test func `sizes and indices are ordered and print as numbers`() {
        #expect(LogIndex(9) < LogIndex(10) && TreeSize(9) < TreeSize(10))
        #expect("\(LogIndex(9)) of \(TreeSize(10))" == "9 of 10")
        #expect(TreeSize.empty == TreeSize(0))
    }
}
