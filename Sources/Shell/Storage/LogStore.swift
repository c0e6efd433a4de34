// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// One leaf that is about to be appended.
public struct NewLeaf: Hashable, Sendable {
    /// The bytes that are hashed into the log.
    public let leaf: [UInt8]
    /// SHA-256 of what was signed, by which the leaf can be found again.
    public let payloadDigest: Digest

    public init(leaf: [UInt8], payloadDigest: Digest) {
        self.leaf = leaf
        self.payloadDigest = payloadDigest
    }
}

/// The leaves of one log, in order, the heads of its tree, and a few small marks beside them.
///
/// A store belongs to one process, and knows nothing of what its leaves say. Every write is on the
/// disk when it returns, whole or not at all.
public protocol LogStore: Sendable {
    /// How many leaves it holds, contiguous from 0, and the root that the last append gave them.
    func head() async throws -> TreeHead

    /// Appends leaves where the store's head is `old`, and makes `new` its head: all of it or
    /// nothing.
    ///
    /// The caller has computed both roots; the store compares them and hashes nothing.
    ///
    /// - Throws: ``StorageFault`` with ``StorageFault/Code/lostRace`` where the head is another
    ///   one, in size or in root.
    func append(_ leaves: [NewLeaf], from old: TreeHead, to new: TreeHead) async throws

    /// The heads that appends ended with, ascending, at most `limit` of those larger than `size`.
    func heads(after size: TreeSize, limit: Int) async throws -> [TreeHead]

    /// At most `limit` leaves from an index on, in order; empty beyond the end.
    func leaves(from index: LogIndex, limit: Int) async throws -> [[UInt8]]

    /// The first leaf with this payload, nil where there is none.
    func index(ofPayload digest: Digest) async throws -> LogIndex?

    /// The mark of that name, nil where there is none.
    func value(_ key: String) async throws -> [UInt8]?

    /// Writes a mark in the place of an earlier one of that name.
    func replace(_ key: String, with value: [UInt8]) async throws

    /// Marks whose names begin with `prefix`, by the bytes of their names, behind `after` where it
    /// is given.
    func values(prefix: String, after: String?, limit: Int) async throws -> [(
        key: String, value: [UInt8]
    )]

    /// Lets go of the store; nothing may be asked of it any more.
    func close() async throws
}

extension LogStore {
    /// All heads that appends ended with, ascending.
    public func heads() async throws -> [TreeHead] {
        var heads: [TreeHead] = []
        while true {
            let page = try await self.heads(after: heads.last?.size ?? .empty, limit: 4096)
            if page.isEmpty { return heads }
            heads += page
        }
    }
}
