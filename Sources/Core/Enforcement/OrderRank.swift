// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// The place of an order among all orders of one agreement: a gate never goes back to a lower one.
public struct OrderRank: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let epoch: Int64
    public let tick: Time
    public let size: TreeSize

    public init(_ order: Order) {
        epoch = order.epoch
        tick = order.tick
        size = order.size
    }

    public static func < (a: OrderRank, b: OrderRank) -> Bool {
        (a.epoch, a.tick, a.size) < (b.epoch, b.tick, b.size)
    }

    public var description: String { "epoch \(epoch), tick \(tick), size \(size.value)" }
}
