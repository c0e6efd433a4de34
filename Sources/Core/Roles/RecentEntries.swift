// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

/// The last entries of a log, and the law before them: what was said over a few entries less can
/// still be derived, in memory that does not grow with the log.
struct RecentEntries: Sendable {
    /// So many are kept at least, once there were so many, and twice as many at most.
    static let most = 512

    private var start: (law: Brake, edge: MerkleFrontier)
    /// As it was in the middle of the leaves.
    private var middle: (law: Brake, edge: MerkleFrontier)?
    private var leaves: [[UInt8]] = []

    init(after replay: FlatReplay) {
        start = (replay.brake, replay.frontier)
    }

    /// Takes the leaf that was just appended.
    mutating func note(_ leaf: [UInt8], after replay: FlatReplay) {
        leaves.append(leaf)
        if leaves.count == RecentEntries.most { middle = (replay.brake, replay.frontier) }
        guard leaves.count == 2 * RecentEntries.most, let middle else { return }
        start = middle
        self.middle = (replay.brake, replay.frontier)
        leaves.removeFirst(RecentEntries.most)
    }

    /// The order for that tick and size; nil where that is longer ago, or to come.
    func order(like order: Order) -> Order? {
        guard start.edge.size <= order.size else { return nil }
        var (law, edge) = start
        for leaf in leaves where edge.size < order.size {
            guard let entry = try? Entry(parsing: leaf, index: LogIndex(edge.size.value)) else {
                preconditionFailure("a leaf that was read once can be read again")
            }
            law.fold(entry)
            edge.append(MerkleHash.leaf(leaf))
        }
        guard edge.size == order.size else { return nil }
        return law.order(
            at: order.tick, size: order.size, root: edge.root(), silentSince: order.silentSince)
    }
}
