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

    init(agreement: Agreement) {
        brake = Brake(agreement: agreement)
    }

    var size: TreeSize { tree.size }
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
        guard entry.received >= lastReceived else {
            throw LogFailure(
                index: index,
                reason: "received at \(entry.received), before the entry in front of it")
        }
        guard (entry.statement.kind == .opening) == (index.value == 0) else {
            throw LogFailure(index: index, reason: "the opening is entry 0, and only that")
        }
        if !trusting {
            let bytes = entry.envelope.json.canonicalBytes.count
            if case .refused(let refusal) = brake.admit(entry.envelope, bytes: bytes) {
                throw LogFailure(
                    index: index, reason: "the law does not admit it: \(refusal.sentence)")
            }
        }
        append(entry, leaf: leaf)
        return entry.envelope.payloadDigest
    }

    /// Takes an entry that was checked where it was made.
    mutating func append(_ entry: Entry, leaf: [UInt8]) {
        precondition(entry.index.value == tree.size.value, "entries are appended in order")
        precondition(entry.received >= lastReceived, "stamps never go back")
        tree.append(MerkleHash.leaf(leaf))
        lastReceived = entry.received
        ahead.append(entry)
    }

    /// Applies the law to the first `size` entries.
    ///
    /// - Precondition: they were read; the law is never applied backwards.
    mutating func fold(to size: TreeSize) {
        precondition(
            brake.size <= size && size <= tree.size, "the law is folded forwards over what was read"
        )
        let count = Int(size.value - brake.size.value)
        for entry in ahead.prefix(count) { brake.fold(entry) }
        ahead.removeFirst(count)
    }

    /// The stamp of the last of the first `size` entries.
    func received(at size: TreeSize) -> Time {
        precondition(
            brake.size <= size && size <= tree.size,
            "asked for what was read and is not behind the law")
        let count = Int(size.value - brake.size.value)
        if count > 0 { return ahead[count - 1].received }
        guard size > .empty, let last = brake.summary(of: LogIndex(size.value - 1)) else {
            return Time(milliseconds: 0)
        }
        return last.received
    }
}
