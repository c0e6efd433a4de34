// SPDX-License-Identifier: Apache-2.0

/// How many entries a log has, from 0.
public struct TreeSize: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value }

    /// The size of a log without entries.
    public static let empty = TreeSize(0)

    public var description: String { String(value) }
    public static func < (left: TreeSize, right: TreeSize) -> Bool { left.value < right.value }
}
