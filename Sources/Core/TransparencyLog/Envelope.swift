// SPDX-License-Identifier: Apache-2.0

/// A payload with its type and signatures over both. Unverified: ask ``signers(among:)``.
///
/// Read more strictly than the format asks for: members that it does not know are refused, since
/// the log keeps what it receives for ever.
///
/// Source: DSSE v1.0.2.
public struct Envelope: Hashable, Sendable {
    /// The payload type of in-toto statements.
    public static let inToto = "application/vnd.in-toto+json"
    /// The most signatures that are read: each costs up to one verification a key.
    public static let maximumSignatures = 256

    public let payloadType: String
    /// The bytes that are signed; parse only these, and only after verifying.
    public let payload: [UInt8]
    public let signatures: [EnvelopeSignature]
    /// The envelope as it was received; its canonical bytes are what is logged.
    public let json: JSON

    /// The envelope of these bytes.
    ///
    /// - Throws: ``MalformedEnvelope`` with the member that is wrong and what was expected.
    public init(
        parsing bytes: [UInt8], maximumBytes: Int = 61_440
    ) throws(MalformedEnvelope) {
        guard bytes.count <= maximumBytes else {
            throw MalformedEnvelope(
                "", "expected at most \(maximumBytes) bytes, found \(bytes.count)")
        }
        let json: JSON
        do { json = try JSON.parse(bytes) } catch { throw MalformedEnvelope("", error.description) }
        try self.init(json: json)
    }

    /// The envelope that this value is.
    ///
    /// - Throws: ``MalformedEnvelope`` with the member that is wrong and what was expected.
    public init(json: JSON) throws(MalformedEnvelope) {
        guard let members = json.object else { throw MalformedEnvelope("", "expected an object") }
        try members.refuseOthers(than: ["payload", "payloadType", "signatures"], at: "")
        guard let type = members["payloadType"]?.string, !type.isEmpty else {
            throw MalformedEnvelope("/payloadType", "expected a string that is not empty")
        }
        guard let text = members["payload"]?.string, let payload = Base64.decodeEitherAlphabet(text)
        else {
            throw MalformedEnvelope("/payload", "expected base64 in its one spelling")
        }
        guard let list = members["signatures"]?.array, !list.isEmpty else {
            throw MalformedEnvelope("/signatures", "expected at least one signature")
        }
        self.payloadType = type
        self.payload = payload
        self.signatures = try Self.signatures(list)
        self.json = json
    }

    private static func signatures(
        _ list: [JSON]
    ) throws(MalformedEnvelope) -> [EnvelopeSignature] {
        guard list.count <= maximumSignatures else {
            throw MalformedEnvelope(
                "/signatures", "expected at most \(maximumSignatures) signatures")
        }
        var signatures: [EnvelopeSignature] = []
        for (index, json) in list.enumerated() {
            let signature = try EnvelopeSignature(json: json, at: "/signatures/\(index)")
            // Where key IDs are left out, nothing tells the signers apart.
            if !signature.keyID.isEmpty,
                signatures.contains(where: { $0.keyID.isExactly(signature.keyID) })
            {
                throw MalformedEnvelope("/signatures/\(index)/keyid", "this keyid is given twice")
            }
            signatures.append(signature)
        }
        return signatures
    }

    /// Signs a payload with each of the keys, in their order.
    ///
    /// - Throws: ``MalformedEnvelope`` for an empty type, no signer or one given twice; whatever a
    ///   signer throws.
    public static func sign(
        payload: [UInt8], payloadType: String, with signers: [any Signer]
    ) throws -> Envelope {
        let message = pae(payloadType: payloadType, payload: payload)
        let signatures = try signers.map { signer in
            JSON.object([
                "keyid": .string(signer.publicKey.keyID),
                "sig": .string(Base64.encode(try signer.sign(message))),
            ])
        }
        return try Envelope(
            json: [
                "payload": .string(Base64.encode(payload)), "payloadType": .string(payloadType),
                "signatures": .array(signatures),
            ])
    }

    /// What is signed: type and payload, each after its length, so that neither can be taken for
    /// the other.
    ///
    /// Source: DSSE v1.0.2, "Signature Definition".
    public static func pae(payloadType: String, payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) ".utf8) + payload
    }

    /// Those of the keys that have signed, in the order they are given in, each once.
    ///
    /// The `keyid` is a hint that nobody vouches for: where it is that of a given key only this key
    /// is tried, otherwise all are.
    ///
    /// - Complexity: a verification a signature whose `keyid` is known, otherwise one a key.
    public func signers(among keys: [PublicKey]) -> [PublicKey] {
        let message = Self.pae(payloadType: payloadType, payload: payload)
        let ids = keys.map(\.keyID)
        var signed = [Bool](repeating: false, count: keys.count)
        for signature in signatures where signature.signature.count == 64 {
            let hinted = ids.firstIndex { $0.isExactly(signature.keyID) }
            let candidates = hinted.map { $0..<($0 + 1) } ?? 0..<keys.count
            for index in candidates where !signed[index] {
                guard keys[index].verifies(signature.signature, over: message) else { continue }
                signed[index] = true
                break
            }
        }
        var seen: Set<PublicKey> = []
        return keys.indices.filter { signed[$0] && seen.insert(keys[$0]).inserted }.map { keys[$0] }
    }

    /// The SHA-256 of the payload.
    public var payloadDigest: Digest { Digest.sha256(payload) }

    public static func == (left: Envelope, right: Envelope) -> Bool { left.json == right.json }
    public func hash(into hasher: inout Hasher) { hasher.combine(json) }
}

/// One signature of an envelope, unverified.
public struct EnvelopeSignature: Hashable, Sendable {
    /// A hint whose key it may be; empty where there is none.
    public let keyID: String
    public let signature: [UInt8]

    fileprivate init(json: JSON, at path: String) throws(MalformedEnvelope) {
        guard let members = json.object else { throw MalformedEnvelope(path, "expected an object") }
        try members.refuseOthers(than: ["keyid", "sig"], at: path)
        switch members["keyid"] {
        case nil: keyID = ""
        case .string(let text): keyID = text
        default: throw MalformedEnvelope("\(path)/keyid", "expected a string")
        }
        guard let text = members["sig"]?.string, let bytes = Base64.decodeEitherAlphabet(text),
            !bytes.isEmpty
        else { throw MalformedEnvelope("\(path)/sig", "expected base64 in its one spelling") }
        signature = bytes
    }

    public static func == (left: EnvelopeSignature, right: EnvelopeSignature) -> Bool {
        left.signature == right.signature && left.keyID.isExactly(right.keyID)
    }
}

extension JSONObject {
    fileprivate func refuseOthers(than known: [String], at path: String) throws(MalformedEnvelope) {
        for key in keys where !known.contains(where: key.isExactly) {
            throw MalformedEnvelope(path, "unknown member \(key.shown)")
        }
    }
}

/// JSON that is no envelope.
public struct MalformedEnvelope: Error, Equatable, CustomStringConvertible {
    /// The JSON pointer to the member, empty for the envelope itself.
    public let pointer: String
    /// What was expected, as a part of a sentence.
    public let reason: String

    public init(_ pointer: String, _ reason: String) {
        self.pointer = pointer
        self.reason = reason
    }

    public var description: String { "envelope\(pointer.isEmpty ? "" : ", " + pointer): \(reason)" }
}
