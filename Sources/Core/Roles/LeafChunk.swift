// SPDX-License-Identifier: Apache-2.0

public import Brake
public import TransparencyLog

/// Neighbouring leaves of a log, read, hashed and checked as far as that can be done without those
/// before them.
///
/// Many can be made at once; whoever folds them takes them in order.
public struct LeafChunk: Sendable {
    public let first: LogIndex
    /// As they were given.
    public let leaves: [[UInt8]]
    /// Up to the first that is no leaf.
    public let checked: [CheckedLeaf]
    /// The first that is no leaf.
    public let failure: LogFailure?

    /// Reads leaves.
    ///
    /// - Parameters:
    ///   - law: of the same agreement, folded over anything or nothing: its keys count.
    ///   - trusting: the signatures were checked before, and the caller compares the root.
    public init(
        _ leaves: [[UInt8]], from first: LogIndex, law: Brake, trusting: Bool = false
    ) {
        self.first = first
        self.leaves = leaves
        var checked: [CheckedLeaf] = []
        checked.reserveCapacity(leaves.count)
        var found: LogFailure?
        do throws(LogFailure) {
            for leaf in leaves {
                let index = LogIndex(first.value + UInt64(checked.count))
                checked.append(
                    try CheckedLeaf(leaf, index: index, law: law, trusting: trusting))
            }
        } catch {
            found = error
        }
        self.checked = checked
        failure = found
    }
}

extension FlatReplay {
    /// Takes the next leaves.
    ///
    /// - Throws: ``LogFailure`` at the first that does not hold.
    public mutating func append(_ chunk: LeafChunk) throws(LogFailure) {
        for leaf in chunk.checked { try append(leaf) }
        if let failure = chunk.failure { throw failure }
    }
}

extension LogReplay {
    /// Takes the next leaves.
    ///
    /// - Throws: ``LogFailure`` at the first that does not hold.
    public mutating func append(_ chunk: LeafChunk) throws(LogFailure) {
        for leaf in chunk.checked { try append(leaf) }
        if let failure = chunk.failure { throw failure }
    }
}
