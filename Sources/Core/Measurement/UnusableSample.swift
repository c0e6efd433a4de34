// SPDX-License-Identifier: Apache-2.0

/// Figures from which the asked quantity cannot be estimated, and why.
public struct UnusableSample: Error, Hashable, Sendable, CustomStringConvertible {
    /// A plain sentence without a full stop.
    public let reason: String

    /// Source: names the first requirement that the figures miss.
    public init(_ reason: String) {
        self.reason = reason
    }

    public var description: String { reason }
}
