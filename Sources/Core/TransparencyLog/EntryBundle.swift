// SPDX-License-Identifier: Apache-2.0

/// Up to 256 neighbouring entries in one file, each after its length as a big-endian UInt16.
///
/// Source: C2SP tlog-tiles, "Log entries".
public enum EntryBundle {
    /// The longest entry a bundle can hold, in bytes.
    public static let maximumEntryBytes = 65_535

    /// The bytes of a bundle.
    ///
    /// - Precondition: there are 1…256 entries of at most ``maximumEntryBytes`` each.
    public static func encode(_ entries: [[UInt8]]) -> [UInt8] {
        precondition(
            (1...TilePath.fullWidth).contains(entries.count), "a bundle has 1 to 256 entries")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.reduce(0) { $0 + 2 + $1.count })
        for entry in entries {
            precondition(entry.count <= maximumEntryBytes, "an entry has at most 65,535 bytes")
            bytes.append(UInt8(entry.count >> 8))
            bytes.append(UInt8(entry.count & 0xFF))
            bytes.append(contentsOf: entry)
        }
        return bytes
    }

    /// The entries of a bundle, 1…256.
    ///
    /// - Throws: ``MalformedBundle`` where a length does not fit what follows.
    public static func parse(_ bytes: [UInt8]) throws(MalformedBundle) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        var offset = 0
        while offset < bytes.count {
            guard entries.count < TilePath.fullWidth else {
                throw MalformedBundle(offset: offset, reason: "a bundle has at most 256 entries")
            }
            guard offset + 2 <= bytes.count else {
                throw MalformedBundle(offset: offset, reason: "expected a length of two bytes")
            }
            let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
            let end = offset + 2 + length
            guard end <= bytes.count else {
                throw MalformedBundle(
                    offset: offset, reason: "expected an entry of \(length) bytes")
            }
            entries.append(Array(bytes[offset + 2..<end]))
            offset = end
        }
        guard !entries.isEmpty else {
            throw MalformedBundle(offset: 0, reason: "expected at least one entry")
        }
        return entries
    }
}

/// Bytes that are no entry bundle.
public struct MalformedBundle: Error, Equatable, CustomStringConvertible {
    /// The byte, counted from 0.
    public let offset: Int
    /// What was expected, as a part of a sentence.
    public let reason: String

    public init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }

    public var description: String { "entry bundle, byte \(offset): \(reason)" }
}
