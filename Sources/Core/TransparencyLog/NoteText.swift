// SPDX-License-Identifier: Apache-2.0

/// What texts and names of signed notes may be.
///
/// Source: C2SP signed-note, "Format".
enum NoteText {
    /// Whether a note can have this text: it ends its last line and has no control characters.
    static func isText(_ text: String) -> Bool {
        text.utf8.last == UInt8(ascii: "\n") && text.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A }
    }

    /// Whether a key can have this name: not empty, no white space, no plus sign.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { !isSpace($0) && $0 != "+" && $0.value >= 0x20 }
    }

    /// The characters with the property White_Space, listed so that no library's Unicode tables
    /// decide.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
            0x3000:
            true
        default: false
        }
    }

    /// The lines of a text that ends with a newline, without their newlines.
    static func lines(_ text: String) -> [Substring] {
        text.utf8.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { Substring($0) }
    }
}
