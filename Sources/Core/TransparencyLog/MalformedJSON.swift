// SPDX-License-Identifier: Apache-2.0

/// Bytes that are no JSON value as strict signing needs it.
public struct MalformedJSON: Error, Equatable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    /// The character within the line, counted from 1.
    public let column: Int
    /// The byte, counted from 0.
    public let offset: Int
    /// What was expected, as a part of a sentence.
    public let reason: String

    public init(line: Int, column: Int, offset: Int, reason: String) {
        self.line = line
        self.column = column
        self.offset = offset
        self.reason = reason
    }

    /// Finds line and column; done only once something is wrong.
    init(offset: Int, in bytes: [UInt8], reason: String) {
        let before = bytes.prefix(offset)
        let lineStart = (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        // Continuation bytes of UTF-8 are no characters of their own.
        column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
        self.offset = offset
        self.reason = reason
    }

    public var description: String { "JSON, line \(line), column \(column): \(reason)" }
}
