// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

/// The log of a bundle that is being verified: all of it, or only where it stands.
struct BundleReplay: Sendable {
    /// The whole log, where it is kept. One of the two is there; not an enum, since a payload that
    /// is taken out to be changed would be copied.
    private(set) var whole: LogReplay?
    private var flat: FlatReplay?

    /// - Parameters:
    ///   - size: how many entries the header announces.
    ///   - tick: the instant of the state at the end.
    init(
        _ agreement: Agreement, keeping: BundleVerification.Keeping, size: TreeSize, tick: Time
    ) {
        switch keeping {
        case .entries: whole = LogReplay(agreement: agreement)
        case .nothing(let orders):
            var flat = FlatReplay(agreement: agreement)
            flat.expectState(at: tick, size: size)
            for order in orders where order.size <= size {
                flat.expectOrder(
                    at: order.tick, size: order.size, silentSince: order.silentSince)
            }
            self.flat = flat
        }
    }

    private var end: FlatReplay { whole?.flat ?? flat! }

    var size: TreeSize { whole?.size ?? flat!.size }
    var root: Digest { end.head.root }
    var law: Brake { end.brake }

    mutating func append(_ checked: CheckedLeaf) throws(LogFailure) {
        try whole?.append(checked)
        try flat?.append(checked)
    }

    /// What follows from the log for the tick and size of that order; nil where nobody asked in
    /// time.
    mutating func order(like order: Order) -> Order? {
        let (tick, size, since) = (order.tick, order.size, order.silentSince)
        return whole?.order(at: tick, size: size, silentSince: since)
            ?? flat?.order(at: tick, size: size, silentSince: since)
    }

    /// The state at an instant; nil where nobody asked in time.
    mutating func state(at time: Time, size: TreeSize) -> JSON? {
        whole?.state(at: time, size: size) ?? flat?.state(at: time, size: size)?.json
    }
}
