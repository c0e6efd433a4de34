// SPDX-License-Identifier: Apache-2.0

/// One block of DER in text.
///
/// Source: RFC 7468 §2.
public enum PEM {
    /// The block of these bytes under that label, in lines of 64 letters.
    public static func encode(_ der: [UInt8], label: String) -> String {
        let letters = Array(Base64.encode(der).utf8)
        var text = "-----BEGIN \(label)-----\n"
        for start in stride(from: 0, to: letters.count, by: 64) {
            let line = letters[start..<min(start + 64, letters.count)]
            text += String(decoding: line, as: UTF8.self) + "\n"
        }
        return text + "-----END \(label)-----\n"
    }

    /// The DER of a text that is one block and nothing else.
    ///
    /// - Throws: ``UnusableKey/malformed(_:)``, which says what was expected.
    public static func decode(_ text: String, label: String) throws(UnusableKey) -> [UInt8] {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"))
            .map { line in
                // Some editors end lines with a carriage return; nothing else is forgiven.
                line.last == UInt8(ascii: "\r")
                    ? String(Substring(line.dropLast())) : String(Substring(line))
            }
        guard lines.count >= 3, lines[0] == "-----BEGIN \(label)-----",
            lines[lines.count - 1] == "-----END \(label)-----"
        else { throw .malformed("expected one PEM block \"\(label)\"") }
        guard let der = Base64.decode(lines[1..<lines.count - 1].joined()) else {
            throw .malformed("expected base64 within the PEM block")
        }
        return der
    }
}
