// SPDX-License-Identifier: Apache-2.0

/// The disk did not give a file.
public struct UnreadableFile: Error, Hashable, Sendable, CustomStringConvertible {
    public let path: String
    /// What the system says, without a full stop.
    public let reason: String

    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    public var description: String { "cannot read \(path): \(reason)" }
}
