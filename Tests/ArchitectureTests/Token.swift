// SPDX-License-Identifier: Apache-2.0

/// One word, number, string or mark of a Swift source. Comments are no tokens.
struct Token: Hashable {
    enum Kind: Hashable {
        case word, number, mark
        /// A string literal's own characters; what is interpolated follows as tokens.
        case string
    }

    let kind: Kind
    let text: String
    /// Counted from 1.
    let line: Int

    func isWord(_ other: String) -> Bool { kind == .word && text == other }
    func isMark(_ other: String) -> Bool { kind == .mark && text == other }
}

/// Cuts a Swift source into tokens: enough of the grammar for the rules here, and no more.
///
/// Strings (also raw and multi-line ones), nested comments and interpolations are told from code,
/// so that a rule about code is not broken by a sentence about code. Regex literals are not known.
struct Lexer {
    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    private var tokens: [Token] = []

    static func tokens(of text: String) -> [Token] {
        var lexer = Lexer(bytes: Array(text.utf8))
        lexer.read(untilClosing: false)
        return lexer.tokens
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads code; inside an interpolation, up to the parenthesis that closes it.
    private mutating func read(untilClosing: Bool) {
        var depth = 0
        while at < bytes.count {
            let byte = bytes[at]
            if starts(with: "//") {
                skipLine()
            } else if starts(with: "/*") {
                skipBlock()
            } else if byte == UInt8(ascii: "\"") || (byte == UInt8(ascii: "#") && startsRawString) {
                readString()
            } else if byte == UInt8(ascii: "`") {
                readQuotedName()
            } else if Lexer.isDigit(byte) {
                readNumber()
            } else if Lexer.isWordByte(byte) {
                add(.word, from: at, while: Lexer.isWordByte)
            } else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") { depth -= 1 }
                if untilClosing, depth < 0 { return }
                readMark(byte)
            }
        }
    }

    private mutating func readMark(_ byte: UInt8) {
        if byte == UInt8(ascii: "\n") {
            line += 1
        } else if byte > 0x20 {
            tokens.append(Token(kind: .mark, text: String(UnicodeScalar(byte)), line: line))
        }
        at += 1
    }

    private mutating func skipLine() {
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
    }

    private mutating func skipBlock() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                at += 2
            } else if starts(with: "*/") {
                depth -= 1
                at += 2
            } else {
                if bytes[at] == UInt8(ascii: "\n") { line += 1 }
                at += 1
            }
        } while depth > 0 && at < bytes.count
    }

    private var startsRawString: Bool {
        var ahead = at
        while ahead < bytes.count, bytes[ahead] == UInt8(ascii: "#") { ahead += 1 }
        return ahead < bytes.count && bytes[ahead] == UInt8(ascii: "\"")
    }

    private mutating func readString() {
        let first = line
        var hashes = ""
        while bytes[at] == UInt8(ascii: "#") {
            hashes += "#"
            at += 1
        }
        let quotes = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        at += quotes.utf8.count
        var content: [UInt8] = []
        let place = tokens.count
        while at < bytes.count, !starts(with: quotes + hashes) {
            if starts(with: "\\" + hashes + "(") {
                at += 2 + hashes.utf8.count
                read(untilClosing: true)
                at += 1
            } else if starts(with: "\\" + hashes) {
                let escape = bytes[at..<min(at + 2 + hashes.utf8.count, bytes.count)]
                // A line that ends with a backslash goes on in the next one.
                if escape.last == UInt8(ascii: "\n") { line += 1 }
                content += escape
                at += escape.count
            } else {
                if bytes[at] == UInt8(ascii: "\n") {
                    line += 1
                    // A one-line string that does not end was no string: give the line up.
                    if quotes == "\"" { break }
                }
                content.append(bytes[at])
                at += 1
            }
        }
        at = min(at + quotes.utf8.count + hashes.utf8.count, bytes.count)
        let text = String(decoding: content, as: UTF8.self)
        tokens.insert(Token(kind: .string, text: text, line: first), at: place)
    }

    /// A name in back-ticks: a keyword used as a name, or a test's sentence.
    private mutating func readQuotedName() {
        let start = at + 1
        at = start
        while at < bytes.count, bytes[at] != UInt8(ascii: "`"), bytes[at] != UInt8(ascii: "\n") {
            at += 1
        }
        let name = String(decoding: bytes[start..<at], as: UTF8.self)
        tokens.append(Token(kind: name.contains(" ") ? .string : .word, text: name, line: line))
        at += 1
    }

    /// `12`, `0xFF`, `1_000`, `2.5`, `1e24`; not the dot of a range or of a member.
    private mutating func readNumber() {
        let start = at
        let isRadix = starts(with: "0x") || starts(with: "0b") || starts(with: "0o")
        while at < bytes.count {
            let byte = bytes[at]
            let isSign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            if Lexer.isWordByte(byte) {
                at += 1
            } else if byte == UInt8(ascii: "."), at + 1 < bytes.count, Lexer.isDigit(bytes[at + 1]),
                tokens.last?.isMark(".") != true
            {
                at += 1
            } else if isSign, !isRadix, bytes[at - 1] | 0x20 == UInt8(ascii: "e") {
                at += 1
            } else {
                break
            }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        tokens.append(Token(kind: .number, text: text, line: line))
    }

    private mutating func add(_ kind: Token.Kind, from start: Int, while fits: (UInt8) -> Bool) {
        while at < bytes.count, fits(bytes[at]) { at += 1 }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        tokens.append(Token(kind: kind, text: text, line: line))
    }

    private func starts(with text: String) -> Bool {
        let wanted = text.utf8
        return at + wanted.count <= bytes.count
            && bytes[at..<(at + wanted.count)].elementsEqual(wanted)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Bytes above ASCII belong to words: they are in no mark that is looked for. `$0` is a word.
    private static func isWordByte(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower) || isDigit(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte >= 0x80
    }
}
