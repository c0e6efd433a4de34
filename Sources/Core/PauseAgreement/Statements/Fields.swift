// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// Why a JSON value is not the statement, entry or order that it should be.
public struct MalformedStatement: Error, Hashable, Sendable, CustomStringConvertible {
    /// RFC 6901 pointer to the offending value.
    public let pointer: String
    public let expected: String

    public init(pointer: String, expected: String) {
        self.pointer = pointer
        self.expected = expected
    }

    public var description: String {
        "at \(pointer.isEmpty ? "the top" : pointer): expected \(expected)"
    }
}

/// One JSON object being read member by member; what was not asked for by name is refused at the
/// end.
public struct Fields {
    public let pointer: String
    private let object: JSONObject
    private var read: Set<String> = []

    public init(_ json: JSON, at pointer: String = "") throws(MalformedStatement) {
        guard let object = json.object else {
            throw MalformedStatement(pointer: pointer, expected: "an object")
        }
        self.object = object
        self.pointer = pointer
    }

    public mutating func optional(_ name: String) -> JSON? {
        read.insert(name)
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    public mutating func value(_ name: String) throws(MalformedStatement) -> JSON {
        guard let value = optional(name) else { throw missing(name, "a value") }
        return value
    }

    public mutating func string(_ name: String) throws(MalformedStatement) -> String {
        guard let text = optional(name)?.string else { throw missing(name, "a string") }
        return text
    }

    public mutating func optionalString(_ name: String) throws(MalformedStatement) -> String? {
        try reading(name, "a string") { $0.string }
    }

    /// A string of at most `limit` UTF-8 bytes without control characters other than newline and
    /// tab.
    public mutating func prose(_ name: String, limit: Int = 4096) throws(MalformedStatement)
        -> String
    {
        let text = try string(name)
        guard text.utf8.count <= limit,
            text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x0A || $0 == 0x09 })
        else { throw missing(name, "at most \(limit) bytes of text without control characters") }
        return text
    }

    public mutating func integer(_ name: String, in range: ClosedRange<Int64>)
        throws(MalformedStatement)
        -> Int64
    {
        guard let value = optional(name)?.integer, range.contains(value) else {
            throw missing(name, "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    public mutating func bool(_ name: String) throws(MalformedStatement) -> Bool {
        guard let value = optional(name)?.bool else { throw missing(name, "true or false") }
        return value
    }

    public mutating func optionalBool(_ name: String) throws(MalformedStatement) -> Bool? {
        try reading(name, "true or false") { $0.bool }
    }

    public mutating func decimal(_ name: String) throws(MalformedStatement) -> ExactDecimal {
        guard let value = try optionalDecimal(name) else { throw missing(name, "a decimal string") }
        return value
    }

    public mutating func optionalDecimal(_ name: String) throws(MalformedStatement) -> ExactDecimal?
    {
        try reading(name, "a decimal written as a string, such as \"0.2\" or \"1e24\"") {
            $0.string.flatMap { ExactDecimal($0) }
        }
    }

    public mutating func digest(_ name: String) throws(MalformedStatement) -> Digest {
        guard let value = try optionalDigest(name) else {
            throw missing(name, "64 lower-case hex digits")
        }
        return value
    }

    public mutating func optionalDigest(_ name: String) throws(MalformedStatement) -> Digest? {
        try reading(name, "64 lower-case hex digits") { $0.string.flatMap { Digest(hex: $0) } }
    }

    public mutating func time(_ name: String) throws(MalformedStatement) -> Time {
        guard let text = optional(name)?.string, let time = Time(text) else {
            throw missing(name, "a time such as 2026-11-21T20:00:00Z")
        }
        return time
    }

    /// One of an enumeration's words.
    public mutating func word<T: RawRepresentable & CaseIterable>(
        _ name: String, as _: T.Type
    ) throws(MalformedStatement) -> T where T.RawValue == String {
        guard let text = optional(name)?.string, let word = T(rawValue: text) else {
            let words = T.allCases.map(\.rawValue).joined(separator: ", ")
            throw missing(name, "one of \(words)")
        }
        return word
    }

    /// One of an enumeration's words, where the member is there.
    public mutating func optionalWord<T: RawRepresentable & CaseIterable>(
        _ name: String, as type: T.Type
    ) throws(MalformedStatement) -> T? where T.RawValue == String {
        optional(name) == nil ? nil : try word(name, as: type)
    }

    /// A name as the agreement writes names: lower-case letters, digits, `-` and `.`, 64 at most.
    public mutating func name(_ member: String) throws(MalformedStatement) -> String {
        guard let text = optional(member)?.string, text.isPlainName else {
            throw missing(member, "a name of lower-case letters, digits, '.' and '-', 64 at most")
        }
        return text
    }

    public mutating func array(_ name: String, most: Int = 256) throws(MalformedStatement) -> [JSON]
    {
        guard let elements = optional(name)?.array, elements.count <= most else {
            throw missing(name, "an array of at most \(most) elements")
        }
        return elements
    }

    /// Plain names, each once, sorted; none where the member is absent.
    public mutating func optionalNames(_ name: String, most: Int) throws(MalformedStatement)
        -> [String]
    {
        guard optional(name) != nil else { return [] }
        var names: [String] = []
        for (position, element) in try array(name, most: most).enumerated() {
            guard let text = element.string, text.isPlainName else {
                throw missing("\(name)/\(position)", "a name")
            }
            names.append(text)
        }
        guard Set(names).count == names.count else { throw missing(name, "every name once") }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The index of an entry of the log.
    public mutating func entry(_ name: String) throws(MalformedStatement) -> LogIndex {
        LogIndex(UInt64(try integer(name, in: 0...Statement.largestSequence)))
    }

    /// Indices of entries, growing, 64 at most.
    public mutating func entries(_ name: String, least: Int) throws(MalformedStatement)
        -> [LogIndex]
    {
        var found: [LogIndex] = []
        for (position, element) in try array(name, most: 64).enumerated() {
            guard let value = element.integer, value >= 0,
                found.last.map({ $0.value < UInt64(value) }) ?? true
            else { throw missing("\(name)/\(position)", "the index of an entry, growing") }
            found.append(LogIndex(UInt64(value)))
        }
        guard found.count >= least else { throw missing(name, "at least \(least)") }
        return found
    }

    public mutating func object(_ name: String) throws(MalformedStatement) -> Fields {
        try Fields(value(name), at: pointer + "/" + name)
    }

    public mutating func optionalObject(_ name: String) throws(MalformedStatement) -> Fields? {
        guard let value = optional(name) else { return nil }
        return try Fields(value, at: pointer + "/" + name)
    }

    /// Refuses members that nobody asked for: a misspelt field must not be silently without effect.
    public func end() throws(MalformedStatement) {
        guard let extra = object.keys.first(where: { !read.contains($0) }) else { return }
        let known = read.sorted().joined(separator: ", ")
        throw MalformedStatement(
            pointer: pointer + "/" + extra, expected: "no such member (known: \(known))")
    }

    public func missing(_ name: String, _ expected: String) -> MalformedStatement {
        MalformedStatement(pointer: pointer + "/" + name, expected: expected)
    }

    private mutating func reading<T>(
        _ name: String, _ expected: String, _ convert: (JSON) -> T?
    ) throws(MalformedStatement) -> T? {
        guard let json = optional(name) else { return nil }
        guard let value = convert(json) else { throw missing(name, expected) }
        return value
    }
}

extension String {
    /// Lower-case letters, digits, `-` and `.`, starting with a letter or digit, 1 to 64 bytes:
    /// ASCII only, so that no two spellings of one name exist.
    public var isPlainName: Bool {
        guard let first = utf8.first, utf8.count <= 64 else { return false }
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return isAlphanumeric(first)
            && utf8.allSatisfy {
                isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            }
    }
}

extension JSON {
    package static func texts(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }
    static func entries(_ entries: [LogIndex]) -> JSON {
        .array(entries.map { .integer(Int64($0.value)) })
    }
}
