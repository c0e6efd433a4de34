// SPDX-License-Identifier: Apache-2.0

/// The world failed a store: what was tried, why it did not work, and the cause below.
public struct StorageFault: Error, Sendable, CustomStringConvertible {
    /// What a caller can tell apart.
    public enum Code: String, Hashable, Sendable {
        /// The file cannot be made or opened.
        case cannotOpen = "cannot-open"
        /// Another process holds the store.
        case inUse = "in-use"
        /// The file is something else, or of another version.
        case notAStore = "not-a-store"
        /// What the disk gives is not what was written to it.
        case damaged
        /// The store no longer has the size that the writer believed.
        case lostRace = "lost-race"
        /// A read or write failed; nothing of it was kept.
        case failed
        /// The store was closed.
        case closed
    }

    public let code: Code
    /// What was being done, and to which file.
    public let operation: String
    /// What the layer below said.
    public let cause: String

    public init(_ code: Code, _ operation: String, cause: String) {
        self.code = code
        self.operation = operation
        self.cause = cause
    }

    public var description: String { "\(operation): \(cause)" }
}
