// SPDX-License-Identifier: Apache-2.0

/// A receipt that can be checked offline: an entry's place, its path to a root, and the checkpoint
/// that has that root (`.tlog-proof`).
///
/// Source: C2SP tlog-proof.
public struct LogProof: Hashable, Sendable {
    /// The first line of the format.
    public static let header = "c2sp.org/tlog-proof@v1"
    /// The most hashes a path can have: one a bit of an index.
    public static let maximumPath = 64

    /// What else the log tells about the entry. Not authenticated; nil where there is nothing.
    public let extra: [UInt8]?
    public let index: LogIndex
    /// The inclusion proof, the leaf's sibling first.
    public let path: [Digest]
    public let checkpoint: UnverifiedNote

    /// A proof of these parts; empty `extra` counts as none.
    public init(extra: [UInt8]? = nil, index: LogIndex, path: [Digest], checkpoint: UnverifiedNote)
    {
        self.extra = extra == [] ? nil : extra
        self.index = index
        self.path = path
        self.checkpoint = checkpoint
    }

    /// The proof of these bytes.
    ///
    /// - Throws: ``MalformedLogProof`` with the line and what was expected there.
    public init(parsing bytes: [UInt8]) throws(MalformedLogProof) {
        // The checkpoint has an empty line of its own, so the first one ends the proof.
        guard
            let end = bytes.indices.dropFirst().first(where: {
                bytes[$0] == 0x0A && bytes[$0 - 1] == 0x0A
            })
        else {
            throw MalformedLogProof(line: 1, reason: "expected an empty line before the checkpoint")
        }
        guard let head = Array(bytes[..<end]).text else {
            throw MalformedLogProof(line: 1, reason: "expected UTF-8")
        }
        var reader = LineReader(lines: NoteText.lines(head))
        guard reader.next()?.isExactly(Self.header) == true else {
            throw reader.fail("expected \"\(Self.header)\"")
        }
        extra = try reader.extra()
        index = try reader.index()
        path = try reader.path()
        do { checkpoint = try UnverifiedNote(parsing: Array(bytes[(end + 1)...])) } catch {
            throw MalformedLogProof(line: reader.count + 1 + error.line, reason: error.reason)
        }
    }

    /// The proof as it is sent and stored.
    public var bytes: [UInt8] {
        var text = Self.header + "\n"
        if let extra { text += "extra \(Base64.encode(extra))\n" }
        text += "index \(index)\n"
        for hash in path { text += hash.base64 + "\n" }
        return text.bytes + [0x0A] + checkpoint.bytes
    }

    /// The checkpoint that the policy accepts and that has this entry at ``index``.
    ///
    /// - Parameter leaf: the entry's bytes as they are logged, not their hash.
    /// - Throws: ``LogProofFailure``.
    ///
    /// Source: C2SP tlog-proof, "Verifying a tlog proof".
    public func verify(
        leaf: [UInt8], policy: WitnessPolicy
    ) throws(LogProofFailure) -> Checkpoint {
        let trusted: Checkpoint
        do { trusted = try policy.verify(checkpoint).0 } catch { throw .checkpoint(error) }
        do {
            try MerkleProof.verifyInclusion(
                leaf: MerkleHash.leaf(leaf), index: index, size: trusted.size, proof: path,
                root: trusted.root)
        } catch { throw .inclusion(error) }
        return trusted
    }
}

/// Bytes that are no log proof.
public struct MalformedLogProof: Error, Equatable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    /// What was expected, as a part of a sentence.
    public let reason: String

    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }

    public var description: String { "log proof, line \(line): \(reason)" }
}

/// Why a log proof does not hold.
public enum LogProofFailure: Error, Hashable, CustomStringConvertible {
    /// The policy does not accept the checkpoint.
    case checkpoint(PolicyFailure)
    /// The entry is not in the tree of the checkpoint at that index.
    case inclusion(ProofFailure)

    public var description: String {
        switch self {
        case .checkpoint(let failure): failure.description
        case .inclusion(let failure): failure.description
        }
    }
}

/// The lines before the checkpoint.
private struct LineReader {
    let lines: [Substring]
    private var position = 0

    init(lines: [Substring]) { self.lines = lines }

    var count: Int { lines.count }

    mutating func next() -> String? {
        guard position < lines.count else { return nil }
        position += 1
        return String(lines[position - 1])
    }

    mutating func extra() throws(MalformedLogProof) -> [UInt8]? {
        guard position < lines.count, lines[position].hasPrefix("extra") else { return nil }
        guard let data = value(of: next(), after: "extra "), let extra = Base64.decode(data),
            !extra.isEmpty
        else { throw fail("expected \"extra\" and at least one byte in base64") }
        return extra
    }

    mutating func index() throws(MalformedLogProof) -> LogIndex {
        guard let digits = value(of: next(), after: "index "),
            let index = CanonicalDecimal.parse(digits)
        else { throw fail("expected \"index\" and a number without leading zeros") }
        return LogIndex(index)
    }

    mutating func path() throws(MalformedLogProof) -> [Digest] {
        var path: [Digest] = []
        while let line = next() {
            guard path.count < LogProof.maximumPath, let hash = Digest(base64: line) else {
                throw fail("expected at most \(LogProof.maximumPath) hashes of 32 bytes in base64")
            }
            path.append(hash)
        }
        return path
    }

    /// A failure of the line that was read last.
    func fail(_ reason: String) -> MalformedLogProof {
        MalformedLogProof(line: max(position, 1), reason: reason)
    }

    private func value(of line: String?, after keyword: String) -> String? {
        guard let line, line.hasPrefix(keyword) else { return nil }
        return String(line.dropFirst(keyword.count))
    }
}
