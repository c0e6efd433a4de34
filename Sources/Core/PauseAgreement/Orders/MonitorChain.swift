// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// Why a note does not bring the next version of a set of monitors.
public enum RotationFailure: Error, Hashable, Sendable {
    /// The text is no set that the agreement can have.
    case unfit(UnfitMonitorSet)
    case otherVersion(got: Int64, expected: Int64)
    /// It follows another set than the one that counts.
    case otherPrevious(got: Digest, expected: Digest)
    /// Fewer of the set that counts have signed it than an order would need.
    case tooFewSignatures(valid: [String], needed: Int)
}

/// The sets of monitors of one agreement, from its own on: each later one signed by enough of the
/// one before.
///
/// Whoever knows only the agreement can check all of it. That enough have signed a set does not say
/// that it counts: it counts from the entry of the log that brings it, and orders name the set that
/// they stand under.
public struct MonitorChain: Hashable, Sendable {
    /// Version 1 first.
    public private(set) var sets: [MonitorSet]
    /// The notes of versions 2 and later, each with the lines that count and no others.
    public private(set) var notes: [UnverifiedNote] = []

    public init(_ agreement: Agreement) {
        sets = [agreement.monitors]
    }

    /// The newest set.
    public var current: MonitorSet {
        guard let last = sets.last else { preconditionFailure("a chain begins with a set") }
        return last
    }

    /// The set that an order names; nil where the chain does not have it.
    public func set(named name: MonitorSetName?) -> MonitorSet? {
        guard let name else { return sets.first }
        guard let place = Int(exactly: name.version), sets.indices.contains(place - 1),
            sets[place - 1].name == name
        else { return nil }
        return sets[place - 1]
    }

    /// Takes the next version.
    public mutating func extend(
        with note: UnverifiedNote, under agreement: Agreement
    ) throws(RotationFailure) {
        let next: MonitorSet
        do throws(UnfitMonitorSet) {
            next = try MonitorSet(parsing: note.text, under: agreement)
        } catch {
            throw .unfit(error)
        }
        let current = current
        guard next.version == current.version + 1 else {
            throw .otherVersion(got: next.version, expected: current.version + 1)
        }
        guard next.previous == current.digest else {
            throw .otherPrevious(got: next.previous ?? current.digest, expected: current.digest)
        }
        let (counted, parties) = current.signatures(of: note)
        guard parties.count >= current.needed else {
            throw .tooFewSignatures(valid: parties, needed: current.needed)
        }
        sets.append(next)
        notes.append(counted)
    }

    /// The chain up to a version.
    ///
    /// - Precondition: it has that version.
    public func upTo(version: Int64) -> MonitorChain {
        precondition((1...current.version).contains(version), "the chain has that version")
        var copy = self
        copy.sets.removeLast(Int(current.version - version))
        copy.notes.removeLast(Int(current.version - version))
        return copy
    }

    // MARK: - As a file

    /// The notes of versions 2 and later, in their order.
    public var json: JSON {
        .object([
            "notes": .array(notes.map { .string(String(decoding: $0.bytes, as: UTF8.self)) })
        ])
    }

    /// The notes of a file, unverified.
    public static func notes(of json: JSON) throws(MalformedStatement) -> [UnverifiedNote] {
        var fields = try Fields(json)
        var notes: [UnverifiedNote] = []
        for (place, element) in try fields.array("notes", most: 10_000).enumerated() {
            guard let text = element.string,
                let note = try? UnverifiedNote(parsing: Array(text.utf8))
            else { throw fields.missing("notes/\(place)", "a signed note") }
            notes.append(note)
        }
        try fields.end()
        return notes
    }

    /// Takes whatever of a file's notes comes behind the current set; those before it are passed
    /// over where they are of the very sets that are held.
    public mutating func extend(
        with notes: [UnverifiedNote], under agreement: Agreement
    ) throws(RotationFailure) {
        for note in notes {
            let isHeld = sets.contains { $0.text.utf8.elementsEqual(note.text.utf8) }
            if !isHeld { try extend(with: note, under: agreement) }
        }
    }
}

extension RotationFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unfit(let why): "\(why)"
        case .otherVersion(let got, let expected):
            "it is version \(got) of the monitors, and the next is version \(expected)"
        case .otherPrevious(let got, let expected):
            "it follows the set \(got.hex), and the one that counts is \(expected.hex)"
        case .tooFewSignatures(let valid, let needed):
            "\(valid.count) of the monitors that count have signed it"
                + (valid.isEmpty ? "" : " (\(valid.joined(separator: ", ")))")
                + ", \(needed) are needed"
        }
    }
}
