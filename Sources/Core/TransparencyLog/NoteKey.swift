// SPDX-License-Identifier: Apache-2.0

/// A name, a public key and what it may sign: whom a note's signature line points to.
///
/// Source: C2SP signed-note, "Verifier keys".
public struct NoteKey: Hashable, Sendable, CustomStringConvertible {
    /// What a key signs.
    public enum Algorithm: UInt8, Hashable, Sendable {
        /// The text of the note.
        case ed25519 = 1
        /// The text of a checkpoint and the time.
        case cosignature = 4
    }

    public let name: String
    public let algorithm: Algorithm
    public let key: PublicKey
    /// Four bytes that tell keys of one name apart. Not a safe hash: they only point to a known
    /// key.
    public let id: [UInt8]

    /// A key, or nil where the name is empty or has white space, control characters or a plus sign.
    public init?(name: String, algorithm: Algorithm, key: PublicKey) {
        guard NoteText.isName(name) else { return nil }
        self.name = name
        self.algorithm = algorithm
        self.key = key
        let hashed = name.bytes + [0x0A, algorithm.rawValue] + key.raw
        id = Array(Digest.sha256(hashed).bytes.prefix(4))
    }

    /// The key of `name+hex+base64`.
    ///
    /// - Throws: ``MalformedVerifierKey`` also for algorithms other than Ed25519's two, for a key
    ///   that ``PublicKey`` refuses, and for an ID that does not belong to name and key.
    public init(vkey: String) throws(MalformedVerifierKey) {
        let parts = vkey.utf8
            .split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard parts.count == 3 else { throw MalformedVerifierKey("expected name+id+key") }
        guard let id = Hex.decode(parts[1]), id.count == 4 else {
            throw MalformedVerifierKey("expected a key ID of eight lower-case hexadecimal digits")
        }
        guard let bytes = Base64.decode(parts[2]), let type = bytes.first else {
            throw MalformedVerifierKey("expected the key in base64")
        }
        guard let algorithm = Algorithm(rawValue: type) else {
            throw MalformedVerifierKey("signature type \(type) is not supported, only 1 and 4 are")
        }
        let key: PublicKey
        do { key = try PublicKey(raw: Array(bytes.dropFirst())) } catch {
            throw MalformedVerifierKey(error.description)
        }
        guard let known = NoteKey(name: parts[0], algorithm: algorithm, key: key) else {
            throw MalformedVerifierKey(
                "a name has no white space, control characters or plus signs")
        }
        guard known.id == id else {
            throw MalformedVerifierKey("the key ID is not that of this name and key")
        }
        self = known
    }

    /// The key as `name+hex+base64`.
    public var vkey: String {
        "\(name)+\(Hex.encode(id))+\(Base64.encode([algorithm.rawValue] + key.raw))"
    }

    public var description: String { vkey }

    /// Whether a signature line says that it was made with this key. Anyone can write such a line.
    func isNamed(by signature: NoteSignature) -> Bool {
        id == signature.keyID && name.isExactly(signature.name)
    }

    public static func == (left: NoteKey, right: NoteKey) -> Bool {
        left.algorithm == right.algorithm && left.key == right.key
            && left.name.isExactly(right.name)
    }
}

/// Text that is no verifier key.
public struct MalformedVerifierKey: Error, Equatable, CustomStringConvertible {
    /// What was expected, as a part of a sentence.
    public let reason: String

    public init(_ reason: String) { self.reason = reason }

    public var description: String { "verifier key: \(reason)" }
}
