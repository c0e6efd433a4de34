// SPDX-License-Identifier: Apache-2.0

/// Why a Merkle proof does not hold.
public enum ProofFailure: Error, Hashable, CustomStringConvertible {
    /// The entry is not within the tree that the proof is for.
    case indexBeyondSize(index: LogIndex, size: TreeSize)
    /// The tree that should be older is the larger one.
    case sizesOutOfOrder(from: TreeSize, to: TreeSize)
    /// A proof between these sizes has another number of hashes.
    case wrongLength(expected: Int, found: Int)
    /// The proof does not lead to the given root; for consistency, to the new one.
    case rootMismatch
    /// The proof does not lead to the given older root.
    case oldRootMismatch

    public var description: String {
        switch self {
        case .indexBeyondSize(let index, let size):
            "Entry \(index) is not in a tree of size \(size)."
        case .sizesOutOfOrder(let from, let to):
            "A tree of size \(to) cannot extend one of size \(from)."
        case .wrongLength(let expected, let found):
            "The proof has \(found) hashes where there must be \(expected)."
        case .rootMismatch: "The proof does not lead to the root of the tree."
        case .oldRootMismatch: "The proof does not lead to the root of the older tree."
        }
    }
}
