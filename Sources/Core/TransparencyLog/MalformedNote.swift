// SPDX-License-Identifier: Apache-2.0

/// Bytes that are no signed note.
public struct MalformedNote: Error, Equatable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    /// What was expected, as a part of a sentence.
    public let reason: String

    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }

    public var description: String { "signed note, line \(line): \(reason)" }
}
