// SPDX-License-Identifier: Apache-2.0

/// A signature line of a note, unverified.
public struct NoteSignature: Hashable, Sendable {
    /// The name of the key that is said to have signed.
    public let name: String
    /// The four bytes that tell keys of that name apart.
    public let keyID: [UInt8]
    /// What follows the key ID; for a cosignature the time and then the signature.
    public let signature: [UInt8]

    /// A signature, or nil where name, key ID or signature cannot stand on a signature line.
    public init?(name: String, keyID: [UInt8], signature: [UInt8]) {
        guard NoteText.isName(name), keyID.count == 4, !signature.isEmpty else { return nil }
        self.name = name
        self.keyID = keyID
        self.signature = signature
    }

    /// The line, with its newline.
    public var line: String { "— \(name) \(Base64.encode(keyID + signature))\n" }

    /// The signature of one line, given with or without its newline.
    ///
    /// - Throws: ``MalformedNote`` at line 1.
    public static func parse(_ line: String) throws(MalformedNote) -> NoteSignature {
        let hasNewline = line.utf8.last == UInt8(ascii: "\n")
        return try parse(Substring(hasNewline ? line.utf8.dropLast() : line.utf8[...]), number: 1)
    }

    /// The signatures of one line or more, each with its newline: what a witness answers.
    ///
    /// - Throws: ``MalformedNote`` with the line and what was expected there.
    ///
    /// Source: C2SP tlog-witness, "add-checkpoint".
    public static func parse(lines bytes: [UInt8]) throws(MalformedNote) -> [NoteSignature] {
        guard let text = bytes.text, text.utf8.last == UInt8(ascii: "\n") else {
            throw MalformedNote(line: 1, reason: "expected signature lines that end in newlines")
        }
        let lines = NoteText.lines(text)
        guard lines.count <= UnverifiedNote.maximumSignatures else {
            throw MalformedNote(
                line: 1, reason: "at most \(UnverifiedNote.maximumSignatures) signatures are read")
        }
        var signatures: [NoteSignature] = []
        for (index, line) in lines.enumerated() {
            signatures.append(try parse(line, number: 1 + index))
        }
        return signatures
    }

    /// The signature of a line without its newline, which is line `number` of something larger.
    static func parse(_ line: Substring, number: Int) throws(MalformedNote) -> NoteSignature {
        let parts = line.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("—".utf8) else {
            throw MalformedNote(line: number, reason: "expected an em dash, a name and a signature")
        }
        guard let bytes = Base64.decode(String(Substring(parts[2]))), bytes.count > 4 else {
            throw MalformedNote(line: number, reason: "expected base64 of a key ID and a signature")
        }
        guard
            let signature = NoteSignature(
                name: String(Substring(parts[1])), keyID: Array(bytes.prefix(4)),
                signature: Array(bytes.dropFirst(4)))
        else {
            throw MalformedNote(
                line: number, reason: "expected a key name without white space or plus")
        }
        return signature
    }

    public static func == (left: NoteSignature, right: NoteSignature) -> Bool {
        left.keyID == right.keyID && left.signature == right.signature
            && left.name.isExactly(right.name)
    }
}
