// SPDX-License-Identifier: Apache-2.0

import Brake
import Client
import Roles
import Storage
import TransparencyLog

/// The leaves of a log from one size to another, fetched and checked on all cores, in order.
struct CheckedLeaves: ~Copyable {
    private var chunks: InOrder<LeafChunk>

    /// Of a node's log.
    ///
    /// - Parameter law: of the log's agreement.
    init(of node: NodeClient, from start: TreeSize, to end: TreeSize, law: Brake) {
        var position = start
        chunks = InOrder {
            guard position < end else { return nil }
            let (from, to) = (position, CheckedLeaves.endOfBundle(after: position, within: end))
            position = to
            return {
                do throws(Failure) {
                    let leaves = try await asking { () throws(ClientFault) in
                        try await node.leaves(from: LogIndex(from.value), to: to)
                    }
                    return .success(LeafChunk(leaves, from: LogIndex(from.value), law: law))
                } catch {
                    return .failure(error)
                }
            }
        }
    }

    /// Of what was kept and checked before: their signatures are not checked again, so the caller
    /// compares the root.
    init(keptIn kept: KeptLog, to end: TreeSize, law: Brake) {
        var position = TreeSize.empty
        chunks = InOrder { () throws(Failure) in
            let to = CheckedLeaves.endOfBundle(after: position, within: end)
            let leaves = try storing { () throws(StorageFault) in
                try kept.next(Int(to.value - position.value))
            }
            guard !leaves.isEmpty else { return nil }
            let from = LogIndex(position.value)
            position = TreeSize(position.value + UInt64(leaves.count))
            return { .success(LeafChunk(leaves, from: from, law: law, trusting: true)) }
        }
    }

    mutating func next() async throws(Failure) -> LeafChunk? { try await chunks.next() }

    private static func endOfBundle(after start: TreeSize, within end: TreeSize) -> TreeSize {
        let width = UInt64(TilePath.fullWidth)
        return TreeSize(min(end.value, (start.value / width + 1) * width))
    }
}
