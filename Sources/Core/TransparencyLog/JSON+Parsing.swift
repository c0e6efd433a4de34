// SPDX-License-Identifier: Apache-2.0

extension JSON {
    /// Which numbers a document may hold.
    public enum Numbers: Sendable {
        /// Integers within ±(2^53 − 1) and never `-0`: what may be signed.
        case integersOnly
        /// Every JSON number, and bare `NaN`, `Infinity` and `-Infinity` as Python writes them.
        /// What is no integer in range becomes ``JSON/decimal(_:)``.
        case anyAsWritten
    }

    /// The value that these bytes are.
    ///
    /// Refused besides malformed JSON: a key given twice, bytes that are not strict UTF-8, a lone
    /// surrogate, a byte order mark, anything but white space after the value, and more than
    /// `maximumDepth` arrays and objects inside each other (at most 1,000 can be asked for).
    ///
    /// - Throws: ``MalformedJSON`` with the place and what was expected there.
    /// - Complexity: O(`bytes.count`); objects whose keys are out of order are sorted.
    ///
    /// Source: RFC 8259, RFC 7493 (I-JSON), RFC 8785 §3.1.
    public static func parse(
        _ bytes: [UInt8], numbers: Numbers = .integersOnly, maximumDepth: Int = 64
    ) throws(MalformedJSON) -> JSON {
        // Writing, comparing and freeing a value recurse; 1,000 levels are safe on any thread.
        precondition((1...1_000).contains(maximumDepth), "depth is limited to 1,000 levels")
        var parser = JSONParser(bytes: bytes, numbers: numbers, maximumDepth: maximumDepth)
        return try parser.document()
    }
}

/// Reads one document. Containers under construction lie on a stack of its own, so that no input
/// can exhaust the thread's.
private struct JSONParser {
    let bytes: [UInt8]
    let numbers: JSON.Numbers
    let maximumDepth: Int
    var offset = 0
    var open: [Container] = []

    init(bytes: [UInt8], numbers: JSON.Numbers, maximumDepth: Int) {
        self.bytes = bytes
        self.numbers = numbers
        self.maximumDepth = maximumDepth
    }

    mutating func document() throws(MalformedJSON) -> JSON {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw fail(at: 0, "a byte order mark is not allowed")
        }
        while true {
            guard var value = try valueOrOpening() else { continue }
            // A finished value may finish the containers around it, too.
            while true {
                if open.isEmpty { return try end(with: value) }
                guard let finished = try place(value) else { break }
                value = finished
            }
        }
    }

    private mutating func end(with value: JSON) throws(MalformedJSON) -> JSON {
        skipSpace()
        guard offset == bytes.count else {
            throw fail(at: offset, "expected nothing after the value")
        }
        return value
    }

    /// A scalar or an empty container; nil once a container with something in it was opened.
    private mutating func valueOrOpening() throws(MalformedJSON) -> JSON? {
        skipSpace()
        guard let byte = peek else { throw fail(at: offset, "expected a value, found the end") }
        switch byte {
        case UInt8(ascii: "{"): return try openObject()
        case UInt8(ascii: "["): return try openArray()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "N") where numbers == .anyAsWritten:
            return try word("NaN", .decimal("NaN"))
        case UInt8(ascii: "I") where numbers == .anyAsWritten:
            return try word("Infinity", .decimal("Infinity"))
        default: throw fail(at: offset, "expected a value")
        }
    }

    // MARK: Containers

    private mutating func openArray() throws(MalformedJSON) -> JSON? {
        try checkDepth()
        offset += 1
        skipSpace()
        if take("]") { return .array([]) }
        open.append(Container(isObject: false))
        return nil
    }

    private mutating func openObject() throws(MalformedJSON) -> JSON? {
        try checkDepth()
        offset += 1
        skipSpace()
        if take("}") { return .object(JSONObject()) }
        open.append(Container(isObject: true))
        try key()
        return nil
    }

    private func checkDepth() throws(MalformedJSON) {
        guard open.count < maximumDepth else {
            throw fail(at: offset, "more than \(maximumDepth) levels of arrays and objects")
        }
    }

    /// The key of the next member of the innermost object, with its colon.
    private mutating func key() throws(MalformedJSON) {
        skipSpace()
        guard peek == UInt8(ascii: "\"") else { throw fail(at: offset, "expected a key in quotes") }
        let start = offset
        let key = try string()
        open[open.count - 1].begin(key, at: start)
        skipSpace()
        guard take(":") else { throw fail(at: offset, "expected a colon after the key") }
    }

    /// Puts a value into the innermost container, and returns that container if it ends here.
    private mutating func place(_ value: JSON) throws(MalformedJSON) -> JSON? {
        // Changed in place: taken out of the stack, its array would be copied for each value.
        let isObject = open[open.count - 1].place(value)
        skipSpace()
        if take(isObject ? "}" : "]") { return try close() }
        guard take(",") else {
            throw fail(
                at: offset, "expected a comma or the end of the \(isObject ? "object" : "array")")
        }
        if isObject { try key() }
        return nil
    }

    private mutating func close() throws(MalformedJSON) -> JSON {
        var container = open.removeLast()
        guard container.isObject else { return .array(container.elements) }
        if let duplicate = container.sortMembers() {
            throw fail(at: duplicate.offset, "the key \(duplicate.key.shown) is given twice")
        }
        return .object(JSONObject(sorted: container.members))
    }

    // MARK: Words and numbers

    private mutating func word(
        _ word: StaticString, _ value: JSON
    ) throws(MalformedJSON) -> JSON {
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes.dropFirst(offset).starts(with: expected) else {
            throw fail(at: offset, "expected \(word)")
        }
        offset += expected.count
        return value
    }

    private mutating func number() throws(MalformedJSON) -> JSON {
        let start = offset
        let negative = take("-")
        if negative, numbers == .anyAsWritten, peek == UInt8(ascii: "I") {
            _ = try word("Infinity", .null)
            return .decimal("-Infinity")
        }
        guard let magnitude = try digits() else { return try decimal(from: start) }
        switch peek {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            return try decimal(from: start)
        default: break
        }
        if magnitude > JSON.largestInteger || (negative && magnitude == 0) {
            return try decimal(from: start)
        }
        return .integer(negative ? -magnitude : magnitude)
    }

    /// The value of the digits here, or nil where it is far beyond 2^53.
    private mutating func digits() throws(MalformedJSON) -> Int64? {
        let start = offset
        var value: Int64 = 0
        while offset < bytes.count, case let digit = bytes[offset] &- UInt8(ascii: "0"), digit < 10
        {
            // 2^53 has sixteen digits; with more the value is out of range whatever they are.
            if offset - start < 16 { value = value * 10 + Int64(digit) }
            offset += 1
        }
        guard offset > start else { throw fail(at: offset, "expected a digit") }
        if offset - start > 1, bytes[start] == UInt8(ascii: "0") {
            throw fail(at: start, "a number has no leading zeros")
        }
        return offset - start <= 16 ? value : nil
    }

    /// The number from `start`, of which the whole part was read, kept as it was written.
    private mutating func decimal(from start: Int) throws(MalformedJSON) -> JSON {
        if take(".") { try fractionDigits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try fractionDigits()
        }
        guard numbers == .anyAsWritten else {
            throw fail(
                at: start, "only integers within ±\(JSON.largestInteger) and no -0 are allowed")
        }
        return .decimal(String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    private mutating func fractionDigits() throws(MalformedJSON) {
        let start = offset
        while offset < bytes.count, bytes[offset] &- UInt8(ascii: "0") < 10 { offset += 1 }
        guard offset > start else { throw fail(at: offset, "expected a digit") }
    }

    // MARK: Strings

    private mutating func string() throws(MalformedJSON) -> String {
        let quote = offset
        offset += 1
        let start = offset
        let run = plainRun()
        offset = run.end
        if run.end < bytes.count, bytes[run.end] == UInt8(ascii: "\"") {
            offset += 1
            return try text(start..<run.end, isASCII: run.isASCII)
        }
        return try escapedString(from: start, quote: quote)
    }

    /// A string in which an escape, a forbidden byte or the end comes at `offset`.
    private mutating func escapedString(
        from start: Int, quote: Int
    ) throws(MalformedJSON) -> String {
        var text = Array(bytes[start..<offset])
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                guard let string = text.text else {
                    throw fail(at: UTF8Scan.firstFault(in: bytes, start..<offset), "not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): try escape(into: &text)
            default:
                throw fail(at: offset, "a control character in a string must be escaped")
            }
            let run = plainRun()
            text.append(contentsOf: bytes[offset..<run.end])
            offset = run.end
        }
        throw fail(at: quote, "this string has no end")
    }

    private func plainRun() -> (end: Int, isASCII: Bool) {
        bytes.withUnsafeBytes { PlainRun.end(in: $0, from: offset) }
    }

    private func text(_ range: Range<Int>, isASCII: Bool) throws(MalformedJSON) -> String {
        if isASCII { return String(decoding: bytes[range], as: UTF8.self) }
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw fail(at: UTF8Scan.firstFault(in: bytes, range), "not UTF-8")
        }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(MalformedJSON) {
        let start = offset
        offset += 1
        guard let letter = peek else { throw fail(at: start, "expected an escape, found the end") }
        offset += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): try unicodeEscape(from: start, into: &text)
        default: throw fail(at: start, "no such escape")
        }
    }

    private mutating func unicodeEscape(
        from start: Int, into text: inout [UInt8]
    ) throws(MalformedJSON) {
        let unit = try fourHexDigits()
        var value = UInt32(unit)
        switch unit {
        case 0xDC00...0xDFFF: throw fail(at: start, "a lone surrogate")
        case 0xD800...0xDBFF:
            guard take("\\"), take("u") else { throw fail(at: start, "a lone surrogate") }
            let low = try fourHexDigits()
            guard (0xDC00...0xDFFF).contains(low) else { throw fail(at: start, "a lone surrogate") }
            value = 0x10000 + (UInt32(unit - 0xD800) << 10 | UInt32(low - 0xDC00))
        default: break
        }
        guard let scalar = Unicode.Scalar(value) else { throw fail(at: start, "a lone surrogate") }
        text.append(contentsOf: UTF8.encode(scalar)!)
    }

    private mutating func fourHexDigits() throws(MalformedJSON) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch peek {
            case let byte? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
                digit = byte - 48
            case let byte? where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte):
                digit = byte - 87
            case let byte? where (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte):
                digit = byte - 55
            default: throw fail(at: offset, "expected four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
            offset += 1
        }
        return value
    }

    // MARK: Bytes

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return
            }
        }
    }

    private func fail(at place: Int, _ reason: String) -> MalformedJSON {
        MalformedJSON(offset: place, in: bytes, reason: reason)
    }
}

/// An array or object whose end has not been read.
private struct Container {
    let isObject: Bool
    private(set) var elements: [JSON] = []
    private(set) var members: [(key: String, value: JSON)] = []
    private var offsets: [Int] = []

    init(isObject: Bool) { self.isObject = isObject }

    /// Begins a member of an object whose key starts at that byte.
    mutating func begin(_ key: String, at offset: Int) {
        members.append((key: key, value: .null))
        offsets.append(offset)
    }

    /// Adds an element, or the value of the member that was begun; returns ``isObject``.
    mutating func place(_ value: JSON) -> Bool {
        if isObject {
            members[members.count - 1].value = value
        } else {
            elements.append(value)
        }
        return isObject
    }

    /// Sorts the members; returns the later of two with one key, if there are such.
    mutating func sortMembers() -> (key: String, offset: Int)? {
        // Canonical text comes sorted: then one pass of comparisons is all.
        let isAscending = zip(members, members.dropFirst()).allSatisfy {
            KeyOrder.compare($0.key, $1.key) < 0
        }
        if isAscending { return nil }
        let order = members.indices.sorted {
            let keys = KeyOrder.compare(members[$0].key, members[$1].key)
            return keys == 0 ? $0 < $1 : keys < 0
        }
        for (before, after) in zip(order, order.dropFirst())
        where members[before].key.isExactly(members[after].key) {
            return (members[after].key, offsets[after])
        }
        members = order.map { members[$0] }
        return nil
    }
}

/// Finds the place for an error message once a string has turned out not to be UTF-8.
private enum UTF8Scan {
    static func firstFault(in bytes: [UInt8], _ range: Range<Int>) -> Int {
        var decoder = UTF8.ForwardParser()
        var rest = bytes[range].makeIterator()
        var offset = range.lowerBound
        while case .valid(let encoded) = decoder.parseScalar(from: &rest) {
            offset += encoded.count
        }
        return offset
    }
}
