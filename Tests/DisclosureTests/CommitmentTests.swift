// SPDX-License-Identifier: Apache-2.0
import Disclosure
import Testing
import TransparencyLog

private let salt = [UInt8](0..<16)

/// What becomes of a text that claims to be a disclosure of this JSON.
private func check(
    _ json: String, gives expected: MalformedDisclosure,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(throws: expected, sourceLocation: sourceLocation) {
        try Disclosure(parsing: Base64.encodeURL(json.bytes))
    }
}

@Suite struct CommitmentTests {
    @Test(.enabled(if: Reference.isWanted(Reference.selective), "the RFC's vectors are absent"))
    func `the disclosures of RFC 9901 have the digests that it prints`() throws {
        let vectors = try #require(try Reference.json(Reference.selective)["disclosures"]?.array)
        var elements = 0
        for vector in vectors {
            let text = try #require(vector["disclosure"]?.string)
            let contents = try #require(vector["contents"]?.array)
            guard contents.count == 3 else {
                // Hides an element of an array, which statements here do not do.
                #expect(throws: MalformedDisclosure.notTriple) { try Disclosure(parsing: text) }
                elements += 1
                continue
            }
            let disclosure = try Disclosure(parsing: text)
            #expect(disclosure.digest.text == vector["digest"]?.string)
            #expect(disclosure.encoded == text)
            #expect(JSON.string(Base64.encodeURL(disclosure.salt)) == contents[0])
            #expect(JSON.string(disclosure.name) == contents[1])
            #expect(disclosure.value == contents[2])
        }
        #expect(vectors.count == 83 && elements == 3)
    }

    @Test func `the example of RFC 9901 without white space has a digest of its own`() throws {
        let spaced = try Disclosure(
            parsing: "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd")
        #expect(spaced.digest.text == "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4")
        let tight = Disclosure(salt: spaced.salt, name: spaced.name, value: spaced.value)
        #expect(
            Base64.decodeURL(tight.encoded)
                == #"["2GLC42sKQveCfGfryNRN9w","given_name","John"]"#.bytes)
        #expect(tight.digest != spaced.digest && tight != spaced)
    }

    @Test func `a disclosure that is made here is read back the same`() throws {
        for value: JSON in [
            .null, true, 40_000, "1.5", ["a", ["b": 1]], ["z": 1, "a": ["é": "\n\u{0}"]],
        ] {
            let made = Disclosure(salt: salt, name: "training-compute", value: value)
            let read = try Disclosure(parsing: made.encoded)
            #expect(read == made && read.digest == made.digest)
            #expect(read.salt == salt && read.name == made.name && read.value == value)
        }
    }

    @Test func `every flipped bit of salt, name or value gives another commitment`() throws {
        let disclosure = Disclosure(salt: salt, name: "samples", value: 41)
        let bytes = try #require(Base64.decodeURL(disclosure.encoded))
        for bit in 0..<bytes.count * 8 {
            var other = bytes
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let read = try? Disclosure(parsing: Base64.encodeURL(other)) else { continue }
            #expect(read.digest != disclosure.digest, "bit \(bit)")
        }
        #expect(Disclosure(salt: salt, name: "samples", value: 42).digest != disclosure.digest)
        #expect(Disclosure(salt: salt, name: "sample", value: 41).digest != disclosure.digest)
    }

    @Test func `what is not an array of salt, name and value is refused`() {
        check(#"["AAAAAAAAAAAAAAAAAAAAAA","a"]"#, gives: .notTriple)
        check(#"["AAAAAAAAAAAAAAAAAAAAAA","a",1,2]"#, gives: .notTriple)
        check(#"{"a":1}"#, gives: .notTriple)
        check(#"[1,"a",1]"#, gives: .notTriple)
        check(#"["AAAAAAAAAAAAAAAAAAAAAA",2,1]"#, gives: .notTriple)
        check(#"["AAAAAAAAAAAAAAAAAAAA","a",1]"#, gives: .badSalt)
        check(#"["AAAAAAAAAAAAAAAAAAAAAAA","a",1]"#, gives: .badSalt)
        check(#"["AAAAAAAAAAAAAAAAAAAAAA==","a",1]"#, gives: .badSalt)
        check(#"["AAAAAAAAAAAAAAAAAAAAAB","a",1]"#, gives: .badSalt)
        check(#"["++++++++++++++++++++++","a",1]"#, gives: .badSalt)
        check(#"["AAAAAAAAAAAAAAAAAAAAAA","",1]"#, gives: .badName(""))
        check(#"["AAAAAAAAAAAAAAAAAAAAAA","_sd",1]"#, gives: .badName("_sd"))
        check(#"["AAAAAAAAAAAAAAAAAAAAAA","...",1]"#, gives: .badName("..."))
    }

    @Test func `what is no JSON that can be signed is refused`() {
        for text in ["", "[", #"["AAAAAAAAAAAAAAAAAAAAAA","a",1.5]"#, "[\u{FEFF}]"] {
            do {
                let read = try Disclosure(parsing: Base64.encodeURL(text.bytes))
                Issue.record("\(read) was read from \(text)")
            } catch {
                guard case .notJSON = error else {
                    Issue.record("\(text): \(error)")
                    continue
                }
            }
        }
    }

    @Test func `base64 of another alphabet, padded or with a second spelling is refused`() {
        let good = Disclosure(salt: salt, name: "a", value: "?>").encoded
        let letters = Array(good)
        for text in [
            good + "=", good + "==", good + "\n", " " + good,
            String(letters.dropLast()) + "+", "A",
        ] {
            #expect(throws: MalformedDisclosure.notBase64, "\(text)") {
                try Disclosure(parsing: text)
            }
        }
    }

    @Test func `a commitment is 43 letters in one spelling`() {
        let digest = CommitmentDigest(.sha256([]))
        #expect(digest.text == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")
        #expect(CommitmentDigest(digest.text) == digest)
        for text in [
            digest.text + "=", String(digest.text.dropLast()), digest.text + "A",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFV", "",
        ] {
            #expect(CommitmentDigest(text) == nil, "\(text)")
        }
    }

    @Test func `printing a disclosure shows neither salt nor value`() {
        let disclosure = Disclosure(salt: salt, name: "location", value: "canary-in-the-mine")
        let text = shown(disclosure)
        #expect(text.contains("location") && text.contains(disclosure.digest.text))
        for secret in ["canary", Base64.encodeURL(salt), Hex.encode(salt), disclosure.encoded] {
            #expect(!text.contains(secret), "\(secret)")
        }
    }
}
