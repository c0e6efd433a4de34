// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

/// A log as far as it was read: the tree over all of its entries, the law folded over the first of
/// them.
///
/// A monitor reads on before it may fold on: only a tick says up to where the law is to be applied.
struct FoldedLog: Sendable {
    private(set) var tree = MerkleTree()
    private(set) var brake: Brake
    /// Entries that were read and admitted, but not folded yet.
    private var ahead: [Entry] = []
    private var lastReceived = Time(milliseconds: 0)
    /// The stamp of the last entry that was folded.
    private var foldedReceived = Time(milliseconds: 0)

    init(agreement: Agreement) {
        brake = Brake(agreement: agreement)
    }

    var size: TreeSize { tree.size }
    var head: TreeHead { tree.head }
    /// The entry that was read last; nil where the law was folded over it.
    var newest: Entry? { ahead.last }
    /// The stamp of the last entry read; the beginning of time where there is none.
    var received: Time { lastReceived }

    /// Reads the next leaf: its form, its place and its stamp are checked, and what it says is
    /// admitted. Returns the digest of its payload.
    ///
    /// - Parameter trusting: the leaf was admitted before and has lain in our own store since; the
    ///   caller
    ///   compares the root. Spares the signatures, most of the work.
    @discardableResult
    mutating func read(_ leaf: [UInt8], trusting: Bool) throws(LogFailure) -> Digest {
        let index = LogIndex(tree.size.value)
        let entry: Entry
        do throws(MalformedStatement) {
            entry = try Entry(parsing: leaf, index: index)
        } catch {
            throw LogFailure(index: index, reason: "\(error)")
        }
        try entry.checkPlace(after: lastReceived)
        if !trusting {
            let bytes = entry.envelope.json.canonicalBytes.count
            if case .refused(let refusal) = brake.admit(entry.envelope, bytes: bytes) {
                throw LogFailure(
                    index: index, reason: "the law does not admit it: \(refusal.sentence)")
            }
        }
        append(entry, leafHash: MerkleHash.leaf(leaf))
        return entry.envelope.payloadDigest
    }

    /// Compares what was read with the heads that the store's appends ended with, ascending.
    ///
    /// - Throws: ``LogFailure`` with the first entry that may be wrong, where one is.
    /// - Complexity: O(log n) a head.
    func check(heads: [TreeHead]) throws(LogFailure) {
        let last = heads.last ?? .empty
        guard last.size == tree.size else {
            throw LogFailure(
                index: LogIndex(min(last.size.value, tree.size.value)),
                reason:
                    "the store holds \(tree.size) entries, and its last write ended at \(last.size)"
            )
        }
        // Every one of them: receipts are over these sizes, so the sizes have to be right, too.
        let wrong = heads.firstIndex {
            tree.size < $0.size || tree.root(at: $0.size) != $0.root
        }
        guard let wrong else { return }
        let start = wrong == 0 ? 0 : heads[wrong - 1].size.value
        throw LogFailure(
            index: LogIndex(start),
            reason: "the entries from here to size \(heads[wrong].size) are not what was stored")
    }

    /// Takes an entry that was checked where it was made.
    mutating func append(_ entry: Entry, leafHash: Digest) {
        precondition(entry.index.value == tree.size.value, "entries are appended in order")
        precondition(entry.received >= lastReceived, "stamps never go back")
        tree.append(leafHash)
        lastReceived = entry.received
        ahead.append(entry)
    }

    /// Applies the law to the first `size` entries; returns what became of those that are new.
    ///
    /// - Precondition: they were read; the law is never applied backwards.
    @discardableResult
    mutating func fold(to size: TreeSize) -> [EntrySummary] {
        precondition(
            brake.size <= size && size <= tree.size, "the law is folded forwards over what was read"
        )
        let count = Int(size.value - brake.size.value)
        let summaries = ahead.prefix(count).map { brake.fold($0) }
        ahead.removeFirst(count)
        foldedReceived = summaries.last?.received ?? foldedReceived
        return summaries
    }

    /// The stamp of the first entry behind the first `size` to which the law was not applied yet;
    /// nil where there is none.
    func received(behind size: TreeSize) -> Time? {
        let start = max(size, brake.size)
        return start < tree.size ? ahead[Int(start.value - brake.size.value)].received : nil
    }

    /// The stamp of the last of the first `size` entries.
    func received(at size: TreeSize) -> Time {
        precondition(
            brake.size <= size && size <= tree.size,
            "asked for what was read and is not behind the law")
        let count = Int(size.value - brake.size.value)
        if count > 0 { return ahead[count - 1].received }
        return foldedReceived
    }
}

extension Entry {
    /// That it may stand where it does: stamps never go back, and the opening is entry 0, and only
    /// that.
    ///
    /// - Parameter received: the stamp of the entry in front of it; nil for the first.
    func checkPlace(after received: Time?) throws(LogFailure) {
        if let received, self.received < received {
            throw LogFailure(
                index: index,
                reason: "received at \(self.received), before the entry in front of it")
        }
        guard (statement.kind == .opening) == (index.value == 0) else {
            throw LogFailure(index: index, reason: "the opening is entry 0, and only that")
        }
    }
}

extension FoldedLog {
    /// Hashes of the leaves from an index on, at most `limit`; fewer where the log ends.
    func leafHashes(from index: LogIndex, limit: Int) -> [Digest] {
        let end = min(size.value, index.value &+ UInt64(max(0, limit)))
        guard index.value < end else { return [] }
        return (index.value..<end).map { tree.leafHash(at: LogIndex($0)) }
    }
}
