// SPDX-License-Identifier: Apache-2.0

/// A text and lines that claim to be signatures of it. Believe nothing before ``verified(by:)``.
///
/// Source: C2SP signed-note.
public struct UnverifiedNote: Hashable, Sendable {
    /// The longest note that is read, in bytes.
    public static let maximumBytes = 1_000_000
    /// The most signature lines that are read; formats ask for at least 16.
    public static let maximumSignatures = 100

    /// The text, with its final newline.
    public let text: String
    public private(set) var signatures: [NoteSignature]

    /// A note under construction. Without signatures its ``bytes`` cannot be read back.
    ///
    /// - Precondition: the text ends with a newline and has no other control characters.
    public init(text: String, signatures: [NoteSignature]) {
        precondition(
            NoteText.isText(text), "a note's text ends with a newline, without control characters")
        self.text = text
        self.signatures = signatures
    }

    /// The note of these bytes.
    ///
    /// - Throws: ``MalformedNote`` with the line and what was expected there.
    public init(parsing bytes: [UInt8]) throws(MalformedNote) {
        guard bytes.count <= Self.maximumBytes else {
            throw MalformedNote(line: 1, reason: "a note has at most \(Self.maximumBytes) bytes")
        }
        if let fault = bytes.firstIndex(where: { $0 < 0x20 && $0 != 0x0A }) {
            let line = bytes[..<fault].count { $0 == 0x0A } + 1
            throw MalformedNote(line: line, reason: "control characters are not allowed")
        }
        guard let end = Self.endOfText(in: bytes) else {
            throw MalformedNote(line: 1, reason: "expected an empty line before the signatures")
        }
        guard let text = Array(bytes[..<end]).text, let tail = Array(bytes[(end + 1)...]).text
        else {
            throw MalformedNote(line: 1, reason: "expected UTF-8")
        }
        let firstLine = bytes[...end].count { $0 == 0x0A } + 1
        guard bytes.last == 0x0A, !tail.isEmpty else {
            throw MalformedNote(
                line: firstLine, reason: "expected signature lines that end in newlines")
        }
        let lines = NoteText.lines(tail)
        guard lines.count <= Self.maximumSignatures else {
            throw MalformedNote(
                line: firstLine, reason: "a note has at most \(Self.maximumSignatures) signatures")
        }
        var signatures: [NoteSignature] = []
        for (index, line) in lines.enumerated() {
            signatures.append(try NoteSignature.parse(line, number: firstLine + index))
        }
        self.text = text
        self.signatures = signatures
    }

    /// The index of the newline that is the last empty line: the text comes before, since a text
    /// may have empty lines, too.
    private static func endOfText(in bytes: [UInt8]) -> Int? {
        bytes.indices.reversed().first { $0 > 0 && bytes[$0] == 0x0A && bytes[$0 - 1] == 0x0A }
    }

    /// The note as it is sent and stored.
    public var bytes: [UInt8] {
        var bytes = text.bytes
        bytes.append(0x0A)
        for signature in signatures { bytes.append(contentsOf: signature.line.utf8) }
        return bytes
    }

    /// Adds a signature in the place of an earlier one of that name and key ID, else at the end.
    public mutating func add(_ signature: NoteSignature) {
        let place = signatures.firstIndex {
            $0.keyID == signature.keyID && $0.name.isExactly(signature.name)
        }
        if let place { signatures[place] = signature } else { signatures.append(signature) }
    }

    public static func == (left: UnverifiedNote, right: UnverifiedNote) -> Bool {
        left.text.isExactly(right.text) && left.signatures == right.signatures
    }
}
