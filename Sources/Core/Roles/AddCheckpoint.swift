// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// The body of an `add-checkpoint` call: the size that the witness knows, a proof from there, a
/// checkpoint.
///
/// Source: C2SP tlog-witness, "add-checkpoint".
public struct AddCheckpoint: Hashable, Sendable {
    public let oldSize: TreeSize
    public let proof: [Digest]
    public let note: UnverifiedNote

    /// The most hashes that a proof may have.
    public static let longestProof = 63

    public init(oldSize: TreeSize, proof: [Digest], note: UnverifiedNote) {
        self.oldSize = oldSize
        self.proof = proof
        self.note = note
    }

    /// Reads a body; nil where it is not as the format says.
    public init?(parsing body: [UInt8]) {
        guard
            let end = body.indices.dropFirst().first(where: {
                body[$0] == 0x0A && body[$0 - 1] == 0x0A
            })
        else { return nil }
        var lines = body[..<(end - 1)].split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines[0].hasPrefix("old "), let size = UInt64(lines[0].dropFirst(4)),
            "old \(size)" == lines[0], lines.count - 1 <= AddCheckpoint.longestProof
        else { return nil }
        lines.removeFirst()
        let proof = lines.compactMap { Digest(base64: $0) }
        guard proof.count == lines.count,
            let note = try? UnverifiedNote(parsing: Array(body[(end + 1)...]))
        else { return nil }
        self.init(oldSize: TreeSize(size), proof: proof, note: note)
    }

    public var body: [UInt8] {
        let head = "old \(oldSize)\n" + proof.map { $0.base64 + "\n" }.joined() + "\n"
        return Array(head.utf8) + note.bytes
    }
}
