// SPDX-License-Identifier: Apache-2.0

/// The place of an entry in a log, counted from 0.
///
/// An index and a size are never one type: the last entry of a log of size n has the index n − 1.
public struct LogIndex: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value }

    public var description: String { String(value) }
    public static func < (left: LogIndex, right: LogIndex) -> Bool { left.value < right.value }
}
