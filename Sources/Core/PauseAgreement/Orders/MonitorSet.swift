// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// One monitor's key under the two hats that it wears.
public struct MonitorKey: Hashable, Sendable {
    public let party: String
    /// For the orders that it signs (signature type 0x01).
    public let order: NoteKey
    /// For the checkpoints that it cosigns as a witness (signature type 0x04).
    public let cosigning: NoteKey

    /// A monitor's key, or nil where `name` cannot be a key's name.
    init?(party: String, name: String, key: PublicKey) {
        guard let order = NoteKey(name: name, algorithm: .ed25519, key: key),
            let cosigning = NoteKey(name: name, algorithm: .cosignature, key: key)
        else { return nil }
        self.party = party
        self.order = order
        self.cosigning = cosigning
    }
}

/// The monitors whose signatures make an order, and how many of them have to sign.
///
/// Version 1 is the agreement's own. A later version is a note that enough of the version before
/// have signed (``MonitorChain``), and counts from the entry of the log that brings it.
public struct MonitorSet: Hashable, Sendable {
    public let agreement: Digest
    /// Counts from 1, without gaps.
    public let version: Int64
    /// The digest of the version before; nil for version 1.
    public let previous: Digest?
    public let terms: MonitorTerms
    /// Sorted by party.
    public let members: [MonitorKey]

    init(
        agreement: Digest, version: Int64, previous: Digest?, terms: MonitorTerms,
        members: [MonitorKey]
    ) {
        self.agreement = agreement
        self.version = version
        self.previous = previous
        self.terms = terms
        self.members = members
    }

    /// What tells this set from every other: SHA-256 of its text.
    public var digest: Digest { .sha256(Array(text.utf8)) }

    /// How orders name this set; nil for the agreement's own, which they leave out.
    public var name: MonitorSetName? {
        version == 1 ? nil : MonitorSetName(version: version, text: digest)
    }

    /// How many signatures an order needs: one at least, so that a set that asks for none is
    /// believed by nobody.
    public var needed: Int { max(1, terms.signatures) }

    public func member(_ party: String) -> MonitorKey? { members.first { $0.party == party } }

    /// The members that have signed a note's text, each once, whatever the other lines are: one
    /// lying monitor must not be able to make a note worthless.
    ///
    /// - Returns: the note with the lines that count and no others, and who signed, sorted.
    public func signatures(of note: UnverifiedNote) -> (note: UnverifiedNote, parties: [String]) {
        var counted = UnverifiedNote(text: note.text, signatures: [])
        var parties: [String] = []
        var seen: [PublicKey] = []
        for member in members where !seen.contains(member.order.key) {
            guard let line = note.line(by: member.order) else { continue }
            seen.append(member.order.key)
            counted.add(line)
            parties.append(member.party)
        }
        return (counted, parties)
    }
}

/// Which set of monitors an order stands under.
public struct MonitorSetName: Hashable, Sendable {
    public let version: Int64
    /// SHA-256 of the set's text.
    public let text: Digest

    public init(version: Int64, text: Digest) {
        self.version = version
        self.text = text
    }
}

extension UnverifiedNote {
    /// The line by which this key has signed the text, whatever the other lines are; nil where it
    /// has not.
    ///
    /// Lines that merely name the key are passed over, so that one bad line makes nothing
    /// worthless.
    public func line(by key: NoteKey) -> NoteSignature? {
        signatures.first { line in
            guard line.keyID == key.id, line.name == key.name else { return false }
            let alone = UnverifiedNote(text: text, signatures: [line])
            return (try? alone.verified(by: [key])) != nil
        }
    }
}
