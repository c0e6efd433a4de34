// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import Storage
import TransparencyLog

/// A store whose leaves are compared with the tree before anybody sees them.
///
/// The tree is in memory and was checked when it was built. A leaf that the disk gives otherwise is
/// neither served nor folded, and from then on nothing is signed: what was signed is not there any
/// more.
struct CheckedStore: LogStore {
    private let store: any LogStore
    /// Hashes of the tree's leaves from an index on, at most so many; fewer where it ends.
    private let hashes: @Sendable (LogIndex, Int) async -> [Digest]
    private let onDamage: @Sendable (String) async -> Void

    init(
        _ store: any LogStore, hashes: @escaping @Sendable (LogIndex, Int) async -> [Digest],
        onDamage: @escaping @Sendable (String) async -> Void
    ) {
        self.store = store
        self.hashes = hashes
        self.onDamage = onDamage
    }

    init(_ store: any LogStore, against sequencer: LogSequencer) {
        self.init(store) { index, count in
            await sequencer.read { $0.leafHashes(from: index, limit: count) }
        } onDamage: {
            await sequencer.receive(.faulted($0))
        }
    }

    init(_ store: any LogStore, against keeper: MonitorKeeper) {
        self.init(store) { index, count in
            await keeper.read { $0.leafHashes(from: index, limit: count) }
        } onDamage: {
            await keeper.receive(.faulted($0))
        }
    }

    func leaves(from index: LogIndex, limit: Int) async throws -> [[UInt8]] {
        let leaves = try await store.leaves(from: index, limit: limit)
        let expected = await hashes(index, leaves.count)
        for (offset, hash) in expected.enumerated() where MerkleHash.leaf(leaves[offset]) != hash {
            throw await damage(
                "read entry \(index.value + UInt64(offset))",
                "the disk gives other bytes than those that the log was signed over")
        }
        return leaves
    }

    /// An index leads to what it is asked for, or it is damaged.
    func index(ofPayload digest: Digest) async throws -> LogIndex? {
        guard let index = try await store.index(ofPayload: digest) else { return nil }
        guard let leaf = try await leaves(from: index, limit: 1).first,
            let entry = try? Entry(parsing: leaf, index: index),
            entry.envelope.payloadDigest == digest
        else { throw await damage("look up a payload", "entry \(index) has another one") }
        return index
    }

    private func damage(_ operation: String, _ cause: String) async -> StorageFault {
        let fault = StorageFault(.damaged, operation, cause: cause)
        await onDamage("\(fault)")
        return fault
    }

    // MARK: - As the store has it

    func head() async throws -> TreeHead { try await store.head() }

    func append(_ leaves: [NewLeaf], from old: TreeHead, to new: TreeHead) async throws {
        try await store.append(leaves, from: old, to: new)
    }

    func heads(after size: TreeSize, limit: Int) async throws -> [TreeHead] {
        try await store.heads(after: size, limit: limit)
    }

    func value(_ key: String) async throws -> [UInt8]? { try await store.value(key) }

    func replace(_ key: String, with value: [UInt8]) async throws {
        try await store.replace(key, with: value)
    }

    func values(
        prefix: String, after: String?, limit: Int
    ) async throws -> [(key: String, value: [UInt8])] {
        try await store.values(prefix: prefix, after: after, limit: limit)
    }

    func close() async throws { try await store.close() }
}
