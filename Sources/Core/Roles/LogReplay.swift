// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// A log's entries, each checked as it is appended, and what the law says after any number of them.
///
/// Holds the leaves, so that earlier states can be derived again; needs memory for all of them.
public struct LogReplay: Sendable {
    public let agreement: Agreement
    private var tree = MerkleTree()
    private var leaves: [[UInt8]] = []
    /// Folded over all leaves.
    private var newest: Brake
    /// Folded over fewer, for questions about earlier sizes; asked in ascending order it is folded
    /// once.
    private var earlier: Brake
    private var earlierSize = 0
    private var lastReceived: Time?

    public init(agreement: Agreement) {
        self.agreement = agreement
        newest = Brake(agreement: agreement)
        earlier = newest
    }

    public var size: TreeSize { tree.size }

    /// The node's stamp on the last entry; nil for an empty log.
    public var received: Time? { lastReceived }

    public func root(at size: TreeSize) -> Digest { tree.root(at: size) }

    /// Checks the next entry's form, place, time and signatures, and folds it.
    public mutating func append(_ leaf: [UInt8]) throws(LogFailure) {
        let index = LogIndex(tree.size.value)
        let entry: Entry
        do throws(MalformedStatement) {
            entry = try Entry(parsing: leaf, index: index)
        } catch {
            throw LogFailure(index: index, reason: "\(error)")
        }
        if let lastReceived, entry.received < lastReceived {
            throw LogFailure(
                index: index,
                reason: "received at \(entry.received), before the entry in front of it")
        }
        guard (entry.statement.kind == .opening) == (index.value == 0) else {
            throw LogFailure(index: index, reason: "the opening is entry 0, and only that")
        }
        switch newest.admit(entry.envelope, bytes: entry.envelope.json.canonicalBytes.count) {
        case .admitted: break
        case .refused(let refusal):
            throw LogFailure(index: index, reason: "the law does not admit it: \(refusal.sentence)")
        }
        newest.fold(entry)
        tree.append(MerkleHash.leaf(leaf))
        leaves.append(leaf)
        lastReceived = entry.received
    }

    /// The order at a tick over the first `size` entries.
    ///
    /// - Precondition: the log holds that many.
    /// - Complexity: a fold of the entries since the last question, of all where `size` went down.
    public mutating func order(at tick: Time, size: TreeSize, silentSince: Time?) -> Order {
        brake(at: size).order(
            at: tick, size: size, root: tree.root(at: size), silentSince: silentSince)
    }

    /// The state at a tick over the first `size` entries, as JSON.
    ///
    /// - Precondition: the log holds that many.
    public mutating func state(at tick: Time, size: TreeSize) -> JSON {
        brake(at: size).state(at: tick).json
    }

    /// The law folded over the first `size` entries.
    ///
    /// - Precondition: the log holds that many.
    /// - Complexity: as for ``order(at:size:silentSince:)``.
    public mutating func brake(at size: TreeSize) -> Brake {
        precondition(size <= tree.size, "the log holds that many entries")
        if size == tree.size { return newest }
        if size.value < earlierSize {
            earlier = Brake(agreement: agreement)
            earlierSize = 0
        }
        while earlierSize < Int(size.value) {
            earlier.fold(entry(LogIndex(UInt64(earlierSize))))
            earlierSize += 1
        }
        return earlier
    }

    /// The entry at an index.
    ///
    /// - Precondition: the log holds it.
    public func entry(_ index: LogIndex) -> Entry {
        guard let entry = try? Entry(parsing: leaves[Int(index.value)], index: index) else {
            preconditionFailure("a leaf that was read once can be read again")
        }
        return entry
    }

    /// What became of an entry; nil where the log does not hold it.
    public func summary(_ index: LogIndex) -> EntrySummary? { newest.summary(of: index) }
}

/// Which entry of a log does not hold, and why.
public struct LogFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let index: LogIndex
    public let reason: String

    public init(index: LogIndex, reason: String) {
        self.index = index
        self.reason = reason
    }

    public var description: String { "entry \(index): \(reason)" }
}
