// SPDX-License-Identifier: Apache-2.0

/// Text of a format that takes any bytes from 0x80 on, whether they are UTF-8 or not.
///
/// What is UTF-8 stays what it is. Any other byte stands for itself as a character of Unicode's
/// private use, U+F780 to U+F7FF; those characters themselves are taken byte by byte. So every
/// sequence of bytes has one text, no two have the same, and ``bytes(of:)`` gives it back.
///
/// Source: C2SP tlog-policy, "Character set".
enum OpaqueText {
    private static let base: UInt32 = 0xF700
    private static let reserved: ClosedRange<UInt32> = 0xF780...0xF7FF

    static func text(of bytes: some Collection<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        var rest = bytes.makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        var position = bytes.startIndex
        while true {
            let length: Int
            switch parser.parseScalar(from: &rest) {
            case .emptyInput: return String(text)
            case .error(let count): length = count
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                length = encoded.count
                if !reserved.contains(scalar.value) {
                    text.append(scalar)
                    bytes.formIndex(&position, offsetBy: length)
                    continue
                }
            }
            for _ in 0..<length {
                text.append(Unicode.Scalar(base + UInt32(bytes[position]))!)
                bytes.formIndex(after: &position)
            }
        }
    }

    static func bytes(of text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar in
            reserved.contains(scalar.value)
                ? [UInt8(scalar.value - base)] : Array(String(scalar).utf8)
        }
    }
}
