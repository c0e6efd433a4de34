// SPDX-License-Identifier: Apache-2.0
import Testing
import TransparencyLog

private let payload = #"{"_type":"https://in-toto.io/Statement/v1"}"#.bytes

private func signed(_ numbers: [UInt8]) throws -> Envelope {
    try Envelope.sign(
        payload: payload, payloadType: Envelope.inToto, with: numbers.map { testKey($0) })
}

private func refused(
    _ json: JSON, _ pointer: String, _ words: String, _ location: SourceLocation = #_sourceLocation
) {
    let fault = #expect(throws: MalformedEnvelope.self, sourceLocation: location) {
        try Envelope(json: json)
    }
    #expect(fault?.pointer == pointer, sourceLocation: location)
    #expect(
        fault?.reason.contains(words) == true, "\(String(describing: fault))",
        sourceLocation: location)
}

@Suite struct EnvelopeTests {
    @Test func `what is signed is the example of the specification`() {
        #expect(
            Envelope.pae(payloadType: "http://example.com/HelloWorld", payload: "hello world".bytes)
                == "DSSEv1 29 http://example.com/HelloWorld 11 hello world".bytes)
        #expect(Envelope.pae(payloadType: "é", payload: []) == "DSSEv1 2 é 0 ".bytes)
    }

    @Test func `an envelope is signed, written, read and found signed by its keys`() throws {
        let envelope = try signed([1, 2])
        let read = try Envelope(parsing: envelope.json.canonicalBytes)
        #expect(read == envelope)
        #expect(read.payload == payload && read.payloadType == "application/vnd.in-toto+json")
        #expect(read.payloadDigest == Digest.sha256(payload))
        #expect(
            read.signatures.map(\.keyID) == [
                testKey(1).publicKey.keyID, testKey(2).publicKey.keyID,
            ])
        let keys = [3, 2, 1].map { testKey($0).publicKey }
        #expect(read.signers(among: keys) == [testKey(2).publicKey, testKey(1).publicKey])
        #expect(read.signers(among: keys + keys).count == 2)
        #expect(read.signers(among: []).isEmpty)
    }

    @Test func `the keyid is a hint that proves nothing`() throws {
        let envelope = try signed([1])
        func with(_ keyID: JSON?) throws -> Envelope {
            var signature: JSONObject = ["sig": envelope.json["signatures"]!.array![0]["sig"]!]
            signature["keyid"] = keyID
            var object = envelope.json.object!
            object["signatures"] = .array([.object(signature)])
            return try Envelope(json: .object(object))
        }
        let keys = [2, 1].map { testKey($0).publicKey }
        for keyID in [nil, "", "something else"] as [JSON?] {
            #expect(try with(keyID).signers(among: keys) == [testKey(1).publicKey])
        }
        // It claims to be key 2, and key 2 did not sign.
        #expect(try with(.string(testKey(2).publicKey.keyID)).signers(among: keys).isEmpty)
    }

    @Test func `a change of payload, type or signature leaves no signer`() throws {
        let envelope = try signed([1])
        let keys = [testKey(1).publicKey]
        for (member, value) in [("payload", "e30="), ("payloadType", "text/plain")] {
            var object = envelope.json.object!
            object[member] = .string(value)
            #expect(try Envelope(json: .object(object)).signers(among: keys).isEmpty)
        }
        var short = envelope.json.object!
        short["signatures"] = [["sig": "AAAA"]]
        #expect(try Envelope(json: .object(short)).signers(among: keys).isEmpty)
    }

    @Test func `one key signing under two names counts once`() throws {
        let envelope = try signed([1])
        let signature = envelope.json["signatures"]!.array![0]["sig"]!
        var object = envelope.json.object!
        object["signatures"] = [
            ["sig": signature, "keyid": "a"], ["sig": signature, "keyid": "b"], ["sig": signature],
        ]
        let doubled = try Envelope(json: .object(object))
        #expect(
            doubled.signers(among: [testKey(1).publicKey, testKey(2).publicKey]) == [
                testKey(1).publicKey
            ])
    }

    @Test func `members of the wrong kind are refused with their place`() {
        refused([], "", "an object")
        refused(["payload": "", "payloadType": "t"], "/signatures", "at least one")
        refused(["payload": 1, "payloadType": "t"], "/payload", "base64")
        refused(["payload": ""], "/payloadType", "not empty")
        refused(
            ["payload": "QR==", "payloadType": "t", "signatures": [["sig": "AAAA"]]], "/payload",
            "one spelling")
        refused(
            ["payload": "", "payloadType": "t", "signatures": [["sig": "AAAA"], 5]],
            "/signatures/1", "an object")
        refused(
            ["payload": "", "payloadType": "t", "signatures": [["sig": "A"]]], "/signatures/0/sig",
            "base64")
        refused(
            ["payload": "", "payloadType": "t", "signatures": [["sig": "AAAA", "x": 1]]],
            "/signatures/0", "\"x\"")
        refused(
            ["payload": "", "payloadType": "t", "signatures": [["sig": "AAAA", "keyid": 1]]],
            "/signatures/0/keyid",
            "a string")
        refused(
            [
                "payload": "", "payloadType": "t",
                "signatures": [["sig": "AAAA", "keyid": "a"], ["sig": "AAAB", "keyid": "a"]],
            ], "/signatures/1/keyid", "twice")
        refused(
            ["payload": "", "payloadType": "t", "signatures": [["sig": "AAAA"]], "more": 1], "",
            "\"more\"")
    }

    @Test func `an envelope longer than allowed is refused before it is read`() throws {
        let bytes = try signed([1]).json.canonicalBytes
        _ = try Envelope(parsing: bytes, maximumBytes: bytes.count)
        let fault = #expect(throws: MalformedEnvelope.self) {
            try Envelope(parsing: bytes, maximumBytes: bytes.count - 1)
        }
        #expect(fault?.reason == "expected at most \(bytes.count - 1) bytes, found \(bytes.count)")
    }

    @Test func `nobody or the same signer twice cannot sign`() {
        #expect(throws: MalformedEnvelope.self) { try signed([]) }
        #expect(throws: MalformedEnvelope.self) { try signed([1, 1]) }
    }
}
