// SPDX-License-Identifier: Apache-2.0

/// How much strangers and parties may ask of a node before they are told to come again.
///
/// A limit of 0 is none. What a party may have logged is no matter of addresses: that is
/// ``quota``, and within it none of the others refuses what is validly signed, unless its sender's
/// address has sent much that was refused.
public struct FloodLimits: Hashable, Sendable {
    /// Refused statements, mail and proposals that an address may send a second; four times as many
    /// and more at once. Beyond, it is answered before anything is read.
    public var refusalsPerSecond = 100
    /// Searches and states, in units of work, that an address may ask for a second.
    public var readsPerSecond = 500
    /// Messages and requests for mail of one party a second.
    public var mailPerSecond = 50
    /// Statements of one party that are logged within the agreement's merge delay; as many again
    /// of what its machines sign at every period.
    public var quota = 10_000
    /// Open connections.
    public var connections = 8192
    /// Open connections from one address.
    public var connectionsPerAddress = 2048
    /// How long a request may take from its first byte to its last; longer ones have more time.
    public var secondsPerRequest = 20
    /// Whoever passes requests on for others, so that their `X-Forwarded-For` is believed.
    public var proxies: [AddressRange] = []

    public init() {}

    /// What a bucket holds when it is full, in seconds of its rate.
    static let burstSeconds = 40
}

/// What an operation costs, and whose bucket pays for it.
enum Charge: Hashable, Sendable {
    /// As cheap as a file.
    case nothing
    /// Paid by the address, at once.
    case read(Int)
    /// Paid by the address, where it is refused.
    case submission
}
