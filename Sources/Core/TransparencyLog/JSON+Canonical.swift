// SPDX-License-Identifier: Apache-2.0

extension JSON {
    /// The one spelling of this value: members by key, no white space, the shortest escapes.
    ///
    /// A ``decimal(_:)`` is written as it was read, which RFC 8785 does not ask for: no signed text
    /// holds one.
    ///
    /// Source: RFC 8785 §3.2.
    public var canonicalBytes: [UInt8] {
        var writer = JSONWriter(indent: nil)
        writer.write(self, level: 0)
        return writer.bytes
    }

    /// The value for people: members by key, a line each, indented by two spaces, with a final
    /// newline.
    public var prettyBytes: [UInt8] {
        var writer = JSONWriter(indent: 2)
        writer.write(self, level: 0)
        writer.bytes.append(UInt8(ascii: "\n"))
        return writer.bytes
    }
}

private struct JSONWriter {
    /// Spaces a level, or nil to write everything on one line without any.
    let indent: Int?
    var bytes: [UInt8] = []

    init(indent: Int?) { self.indent = indent }

    /// The depth of recursion is that of the value, which the parser limits.
    mutating func write(_ value: JSON, level: Int) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let number): bytes.append(contentsOf: String(number).utf8)
        case .decimal(let text): bytes.append(contentsOf: text.utf8)
        case .string(let text): write(text)
        case .array(let elements):
            write(UInt8(ascii: "["), elements, UInt8(ascii: "]"), level: level) { writer, element in
                writer.write(element, level: level + 1)
            }
        case .object(let object):
            write(UInt8(ascii: "{"), object.members, UInt8(ascii: "}"), level: level) {
                writer, member in
                writer.write(member.key)
                writer.bytes.append(UInt8(ascii: ":"))
                if writer.indent != nil { writer.bytes.append(UInt8(ascii: " ")) }
                writer.write(member.value, level: level + 1)
            }
        }
    }

    private mutating func write<Part>(
        _ start: UInt8, _ parts: [Part], _ end: UInt8, level: Int,
        each: (inout JSONWriter, Part) -> Void
    ) {
        bytes.append(start)
        for (index, part) in parts.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(level + 1)
            each(&self, part)
        }
        if !parts.isEmpty { breakLine(level) }
        bytes.append(end)
    }

    private mutating func breakLine(_ level: Int) {
        guard let indent else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * level))
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { characters in
            let raw = UnsafeRawBufferPointer(characters)
            var start = 0
            while true {
                let end = PlainRun.end(in: raw, from: start).end
                bytes.append(contentsOf: raw[start..<end])
                if end == raw.count { break }
                escape(raw[end])
                start = end + 1
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Source: RFC 8785 §3.2.2.2.
    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x08: bytes.append(contentsOf: "\\b".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0C: bytes.append(contentsOf: "\\f".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        default:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(contentsOf: Hex.encode([byte]).utf8)
        }
    }
}
