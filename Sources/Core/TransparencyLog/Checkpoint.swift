// SPDX-License-Identifier: Apache-2.0

/// What a log signs: its name, its size and the root over all its entries.
///
/// Our logs write no extension lines, since nobody can check them; a witness of other people's logs
/// has to sign them with the rest, so they are kept as they came.
///
/// Source: C2SP tlog-checkpoint.
public struct Checkpoint: Hashable, Sendable {
    /// The log's name, one line.
    public let origin: String
    public let size: TreeSize
    public let root: Digest
    /// Whatever the log added below the three lines. It means nothing to anybody here.
    public let extensionLines: [String]

    /// A checkpoint without extension lines, as our logs write it.
    ///
    /// - Precondition: the origin is not empty and has no control characters.
    public init(origin: String, size: TreeSize, root: Digest) {
        self.init(origin: origin, size: size, root: root, extensionLines: [])
    }

    private init(origin: String, size: TreeSize, root: Digest, extensionLines: [String]) {
        precondition(Self.isLine(origin), "an origin is one line that is not empty")
        self.extensionLines = extensionLines
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// The checkpoint of a note's text.
    ///
    /// The root of an empty tree is not looked at here.
    ///
    /// - Throws: ``MalformedCheckpoint`` with the line and what was expected there.
    public init(parsing text: String) throws(MalformedCheckpoint) {
        guard text.utf8.last == UInt8(ascii: "\n") else {
            throw MalformedCheckpoint(line: 1, reason: "expected a newline at the end")
        }
        let lines = NoteText.lines(text)
        guard lines.count >= 3 else {
            throw MalformedCheckpoint(
                line: lines.count, reason: "expected three lines: origin, size and root hash")
        }
        guard Self.isLine(String(lines[0])) else {
            throw MalformedCheckpoint(
                line: 1, reason: "expected an origin without control characters")
        }
        guard let size = CanonicalDecimal.parse(lines[1]) else {
            throw MalformedCheckpoint(line: 2, reason: "expected a tree size without leading zeros")
        }
        guard let root = Digest(base64: String(lines[2])) else {
            throw MalformedCheckpoint(line: 3, reason: "expected a root hash of 32 bytes in base64")
        }
        let extensionLines = lines.dropFirst(3).map { String($0) }
        if let fault = extensionLines.firstIndex(where: { !Self.isLine($0) }) {
            throw MalformedCheckpoint(
                line: 4 + fault, reason: "expected an extension line that is not empty")
        }
        self.init(
            origin: String(lines[0]), size: TreeSize(size), root: root,
            extensionLines: extensionLines)
    }

    /// The text that is signed: three lines, and the extension lines where there are any.
    public var text: String {
        "\(origin)\n\(size)\n\(root.base64)\n" + extensionLines.map { $0 + "\n" }.joined()
    }

    private static func isLine(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 }
    }

    public static func == (left: Checkpoint, right: Checkpoint) -> Bool {
        left.size == right.size && left.root == right.root && left.text.isExactly(right.text)
    }
}

/// Text that is no checkpoint.
public struct MalformedCheckpoint: Error, Hashable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    /// What was expected, as a part of a sentence.
    public let reason: String

    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }

    public var description: String { "checkpoint, line \(line): \(reason)" }
}
