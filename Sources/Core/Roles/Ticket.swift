// SPDX-License-Identifier: Apache-2.0

/// Somebody who waits for an answer; the shell knows who.
public struct Ticket: Hashable, Sendable {
    public let number: UInt64

    public init(_ number: UInt64) {
        self.number = number
    }
}
