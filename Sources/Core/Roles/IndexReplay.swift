// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// The index of a log, derived again by somebody who reads its leaves: what a node's answers to
/// searches are held against.
///
/// It keeps the index and the tree's right edge, and no entry.
public struct IndexReplay: Sendable {
    public private(set) var index = EntryIndex()
    private var replay: FlatReplay

    public init(agreement: Agreement) {
        replay = FlatReplay(agreement: agreement)
    }

    /// The tree over the leaves that were read.
    public var head: TreeHead { replay.head }
    public var size: TreeSize { replay.size }
    /// The law as it is now, for ``CheckedLeaf``.
    public var law: Brake { replay.brake }

    /// Reads the next leaf, checks its signatures and folds it.
    ///
    /// - Throws: ``LogFailure`` where it may not stand at this place.
    public mutating func append(_ leaf: [UInt8]) throws(LogFailure) {
        index.append(try replay.append(leaf))
    }

    /// The same for a leaf whose signatures were checked beside others.
    ///
    /// - Precondition: the leaf was read as the one of this index.
    public mutating func append(_ checked: CheckedLeaf) throws(LogFailure) {
        index.append(try replay.append(checked))
    }

    /// Takes the next leaves.
    ///
    /// - Throws: ``LogFailure`` at the first that does not hold.
    public mutating func append(_ chunk: LeafChunk) throws(LogFailure) {
        for leaf in chunk.checked { try append(leaf) }
        if let failure = chunk.failure { throw failure }
    }

    /// What a whole answer to a search has to hold over the first `size` entries.
    ///
    /// - Precondition: so many were read.
    public func findings(_ selection: EntryIndex.Selection, in size: TreeSize) -> [EntrySummary] {
        precondition(size <= self.size, "only what was read can be compared")
        var found: [EntrySummary] = []
        var start: UInt64 = 0
        while true {
            let part = index.search(selection, in: start..<size.value, limit: 1000)
            found += part.found
            guard let next = part.next else { return found }
            start = next.value + 1
        }
    }

    /// How a node's answer differs from what the log holds; nil where it does not.
    ///
    /// - Parameters:
    ///   - answer: every entry that the node named, in its order.
    ///   - size: the entries that the answer stands for.
    /// - Precondition: so many were read.
    public func fault(
        in answer: [ListedEntry], to selection: EntryIndex.Selection, over size: TreeSize
    ) -> SearchFault? {
        let found = findings(selection, in: size)
        for (place, summary) in found.enumerated() {
            let expected = ListedEntry(summary)
            guard place < answer.count else { return .leftOut(expected.index) }
            let got = answer[place]
            if got.index > expected.index { return .leftOut(expected.index) }
            if got.index < expected.index { return .notSought(got.index) }
            if got != expected { return .misdescribed(got.index) }
        }
        return answer.count > found.count ? .notSought(answer[found.count].index) : nil
    }
}

/// How an answer to a search is wrong.
public enum SearchFault: Hashable, Sendable, CustomStringConvertible {
    /// The log holds this entry, and the answer does not.
    case leftOut(LogIndex)
    /// The answer holds this entry, which was not looked for, or is out of its place.
    case notSought(LogIndex)
    /// The answer says something else of this entry than what follows from the log.
    case misdescribed(LogIndex)

    public var description: String {
        switch self {
        case .leftOut(let index): "the node left out entry \(index)"
        case .notSought(let index): "entry \(index) does not belong into the answer"
        case .misdescribed(let index):
            "what the node says of entry \(index) does not follow from the log"
        }
    }
}
