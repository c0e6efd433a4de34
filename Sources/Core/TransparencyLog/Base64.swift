// SPDX-License-Identifier: Apache-2.0

/// Bytes as base64 text with exactly one spelling.
///
/// `QR==` is refused, although a lenient reader takes it for `QQ==`: two spellings of one signature
/// would be two entries of the log.
///
/// Source: RFC 4648 §3.5, §4 and §5.
public enum Base64 {
    /// The standard alphabet, padded.
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        encode(Array(bytes))
    }

    /// The standard alphabet, padded.
    public static func encode(_ bytes: [UInt8]) -> String {
        let length = (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: length) { text in
            write(bytes, to: text)
            return length
        }
    }

    /// The bytes of padded text in the standard alphabet, or nil where it is not as ``encode(_:)``
    /// would write it.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0, table: standard, padding: .required) }
    }

    /// The bytes of text in the standard alphabet, padded, or in the one for URLs, padded or not;
    /// nil where it mixes them or leaves bits over.
    ///
    /// Source: DSSE protocol v1.0.2 asks readers of envelopes for both.
    public static func decodeEitherAlphabet(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 {
            decode($0, table: standard, padding: .required)
                ?? decode($0, table: url, padding: .optional)
        }
    }

    /// The alphabet for URLs and file names, without padding.
    public static func encodeURL(_ bytes: [UInt8]) -> String {
        let letters = encode(bytes).utf8.compactMap { letter in
            switch letter {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): UInt8?.none
            default: letter
            }
        }
        return String(decoding: letters, as: UTF8.self)
    }

    /// The bytes of text in the alphabet for URLs without padding, or nil where it is not as
    /// ``encodeURL(_:)`` would write it.
    public static func decodeURL(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { letters in
            letters.contains(UInt8(ascii: "="))
                ? nil : decode(letters, table: url, padding: .optional)
        }
    }

    private enum Padding { case required, optional }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let standard = table(of: alphabet)
    private static let url = table(of: alphabet.dropLast(2) + Array("-_".utf8))

    /// What marks a byte outside the alphabet; no value of six bits has these bits.
    private static let outside: UInt8 = 0xC0

    private static func table(of alphabet: [UInt8]) -> [UInt8] {
        var table = [UInt8](repeating: outside, count: 256)
        for (value, letter) in alphabet.enumerated() { table[Int(letter)] = UInt8(value) }
        return table
    }

    private static func write(_ bytes: [UInt8], to text: UnsafeMutableBufferPointer<UInt8>) {
        alphabet.withUnsafeBufferPointer { letters in
            var out = 0
            var index = 0
            while index < bytes.count {
                let left = bytes.count - index
                let group =
                    UInt32(bytes[index]) << 16 | (left > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
                    | (left > 2 ? UInt32(bytes[index + 2]) : 0)
                text[out] = letters[Int(group >> 18)]
                text[out + 1] = letters[Int(group >> 12 & 0x3F)]
                text[out + 2] = left > 1 ? letters[Int(group >> 6 & 0x3F)] : UInt8(ascii: "=")
                text[out + 3] = left > 2 ? letters[Int(group & 0x3F)] : UInt8(ascii: "=")
                out += 4
                index += 3
            }
        }
    }

    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>, table: [UInt8], padding: Padding
    ) -> [UInt8]? {
        var length = text.count
        while length > 0, text.count - length < 2, text[length - 1] == UInt8(ascii: "=") {
            length -= 1
        }
        let isPadded = text.count.isMultiple(of: 4)
        guard isPadded || (padding == .optional && length == text.count) else { return nil }
        // One letter carries six bits, too few for a byte.
        let rest = length % 4
        guard rest != 1 else { return nil }
        // Padding fills the last group of four and nothing more.
        guard length == text.count || length + (4 - rest) % 4 == text.count else { return nil }

        let count = length / 4 * 3 + (rest == 0 ? 0 : rest - 1)
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
            isValid = table.withUnsafeBufferPointer { values in
                fill(bytes, from: text[0..<length], values: values)
            }
            filled = isValid ? count : 0
        }
        return isValid ? bytes : nil
    }

    /// Decodes whole groups of four, then what is left; false for a letter that is none, or bits
    /// over.
    private static func fill(
        _ bytes: UnsafeMutableBufferPointer<UInt8>, from text: Slice<UnsafeBufferPointer<UInt8>>,
        values: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let letters = UnsafeBufferPointer(rebasing: text)
        let whole = letters.count / 4 * 4
        var faults: UInt8 = 0
        var out = 0
        for index in stride(from: 0, to: whole, by: 4) {
            let a = values[Int(letters[index])]
            let b = values[Int(letters[index + 1])]
            let c = values[Int(letters[index + 2])]
            let d = values[Int(letters[index + 3])]
            faults |= a | b | c | d
            bytes[out] = a << 2 | b >> 4
            bytes[out + 1] = b << 4 | c >> 2
            bytes[out + 2] = c << 6 | d
            out += 3
        }
        guard letters.count > whole else { return faults & outside == 0 }
        let a = values[Int(letters[whole])]
        let b = values[Int(letters[whole + 1])]
        let c = letters.count - whole > 2 ? values[Int(letters[whole + 2])] : 0
        bytes[out] = a << 2 | b >> 4
        if letters.count - whole > 2 { bytes[out + 1] = b << 4 | c >> 2 }
        let left = letters.count - whole > 2 ? c & 0x03 : b & 0x0F
        return (faults | a | b | c) & outside == 0 && left == 0
    }
}
