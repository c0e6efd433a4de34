// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// A whole log in one file: agreement, checkpoint, every entry, the signed orders and the state
/// that follows from them, so that anyone can check everything offline.
///
/// JSON Lines; every line is canonical JSON and ends with a newline; the order of the lines is
/// fixed: header, agreement, checkpoint, entries, orders, state.
public enum Bundle {
    /// What the header names itself.
    public static let format = "standstill-bundle/v1"
    /// No line is longer, in bytes.
    public static let longestLine = 1 << 26

    /// One line of a bundle.
    public enum Line: Hashable, Sendable {
        /// How many entries follow, and the instant of the state.
        case header(size: TreeSize, tick: Time)
        case agreement(JSON)
        /// The text of the signed note.
        case checkpoint(String)
        /// What is hashed into the log, and its leaf hash.
        case entry(leaf: JSON, hash: Digest)
        /// The text of the signed note.
        case order(String)
        case state(JSON)
    }
}

extension Bundle.Line {
    /// The line for a leaf as the log holds it.
    public init(leaf: [UInt8]) throws(MalformedJSON) {
        self = .entry(leaf: try JSON.parse(leaf), hash: MerkleHash.leaf(leaf))
    }

    /// Canonical JSON, without the newline that ends the line.
    public var bytes: [UInt8] { json.canonicalBytes }

    private var json: JSON {
        switch self {
        case .header(let size, let tick):
            [
                "format": .string(Bundle.format), "size": .integer(Int64(size.value)),
                "tick": .integer(tick.milliseconds),
            ]
        case .agreement(let text): ["agreement": text]
        case .checkpoint(let note): ["checkpoint": .string(note)]
        case .entry(let leaf, let hash): ["entry": leaf, "leaf": .string(hash.base64)]
        case .order(let note): ["order": .string(note)]
        case .state(let state): ["state": state]
        }
    }

    /// Reads a line without its newline; anything but the one canonical spelling is refused.
    public init(parsing bytes: [UInt8]) throws(MalformedStatement) {
        let json: JSON
        do throws(MalformedJSON) {
            json = try JSON.parse(bytes)
        } catch {
            throw MalformedStatement(pointer: "", expected: "strict JSON (\(error.reason))")
        }
        guard json.canonicalBytes == bytes else {
            throw MalformedStatement(pointer: "", expected: "canonical JSON")
        }
        var fields = try Fields(json)
        switch json.object?.keys {
        case ["agreement"]: self = .agreement(try fields.value("agreement"))
        case ["checkpoint"]: self = .checkpoint(try fields.string("checkpoint"))
        case ["entry", "leaf"]:
            guard let hash = Digest(base64: try fields.string("leaf")) else {
                throw fields.missing("leaf", "32 bytes in base64")
            }
            self = .entry(leaf: try fields.value("entry"), hash: hash)
        case ["format", "size", "tick"]:
            guard try fields.string("format") == Bundle.format else {
                throw fields.missing("format", Bundle.format)
            }
            let most = Statement.largestSequence
            self = .header(
                size: TreeSize(UInt64(try fields.integer("size", in: 0...most))),
                tick: Time(milliseconds: try fields.integer("tick", in: 0...most)))
        case ["order"]: self = .order(try fields.string("order"))
        case ["state"]: self = .state(try fields.value("state"))
        default:
            throw MalformedStatement(
                pointer: "",
                expected: "a header, an agreement, a checkpoint, an entry, an order or a state")
        }
    }

    /// What the line is, for people.
    var name: String {
        switch self {
        case .header: "the header"
        case .agreement: "the agreement"
        case .checkpoint: "the checkpoint"
        case .entry: "an entry"
        case .order: "an order"
        case .state: "the state"
        }
    }
}

extension UnverifiedNote {
    /// The note with only those signature lines that really are these keys'.
    ///
    /// A bundle holds nothing that nobody vouches for, so that every bit of it can be checked.
    public func pruned(to keys: [NoteKey]) -> UnverifiedNote {
        let known = keys.filter { key in (try? verified(by: [key])) != nil }
        let kept = signatures.filter { line in
            known.contains { $0.id == line.keyID && $0.name.utf8.elementsEqual(line.name.utf8) }
        }
        return UnverifiedNote(text: text, signatures: kept)
    }
}
