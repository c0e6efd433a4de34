// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// A log's entries, each checked as it is appended, and what the law says after any number of them.
///
/// Holds the leaves, so that earlier states can be derived again; needs memory for all of them.
/// ``FlatReplay`` needs none, and knows only where it stands.
public struct LogReplay: Sendable {
    /// The log as far as it was read.
    public private(set) var flat: FlatReplay
    private var tree = MerkleTree()
    private var leaves: [[UInt8]] = []
    /// What became of each entry.
    private var summaries: [EntrySummary] = []
    /// Folded over fewer than all leaves, for questions about earlier sizes; asked in ascending
    /// order it is folded once.
    private var earlier: Brake
    private var earlierSize = 0

    public init(agreement: Agreement) {
        self.init(FlatReplay(agreement: agreement))
    }

    /// A replay that goes on from one which nothing came into yet, with its questions.
    public init(_ flat: FlatReplay) {
        precondition(flat.size == .empty, "what has passed cannot be held any more")
        self.flat = flat
        earlier = flat.brake
    }

    public var agreement: Agreement { flat.agreement }
    public var size: TreeSize { tree.size }

    /// The node's stamp on the last entry; nil for an empty log.
    public var received: Time? { flat.received }

    public func root(at size: TreeSize) -> Digest { tree.root(at: size) }

    /// Checks the next entry's form, place, time and signatures, and folds it.
    public mutating func append(_ leaf: [UInt8]) throws(LogFailure) {
        try append(try CheckedLeaf(leaf, index: LogIndex(size.value), law: flat.brake))
    }

    /// Checks the next entry's place and time, and that it is admitted, and folds it.
    public mutating func append(_ checked: CheckedLeaf) throws(LogFailure) {
        summaries.append(try flat.append(checked))
        tree.append(checked.hash)
        leaves.append(checked.leaf)
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
        if size == tree.size { return flat.brake }
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
    public func summary(_ index: LogIndex) -> EntrySummary? {
        index.value < UInt64(summaries.count) ? summaries[Int(index.value)] : nil
    }
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
