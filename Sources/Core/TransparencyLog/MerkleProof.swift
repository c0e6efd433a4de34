// SPDX-License-Identifier: Apache-2.0

/// Checks proofs against roots; needs no tree.
public enum MerkleProof {
    /// Whether the tree of that size and root has this leaf hash at that index.
    ///
    /// - Throws: ``ProofFailure`` naming what does not fit.
    /// - Complexity: O(log `size`) hashes.
    ///
    /// Source: RFC 9162 §2.1.3.2.
    public static func verifyInclusion(
        leaf: Digest, index: LogIndex, size: TreeSize, proof: [Digest], root: Digest
    ) throws(ProofFailure) {
        guard index.value < size.value else { throw .indexBeyondSize(index: index, size: size) }
        // On the way up, the leaf's path meets that of the last leaf after `inner` steps. From
        // there on the path is the right edge, where a node has a sibling only at the left.
        let inner = UInt64.bitWidth - (index.value ^ (size.value - 1)).leadingZeroBitCount
        let border = (index.value >> UInt64(inner)).nonzeroBitCount
        guard proof.count == inner + border else {
            throw .wrongLength(expected: inner + border, found: proof.count)
        }
        var hash = leaf
        for (level, sibling) in proof.prefix(inner).enumerated() {
            let isRight = index.value >> UInt64(level) & 1 == 1
            hash = isRight ? MerkleHash.node(sibling, hash) : MerkleHash.node(hash, sibling)
        }
        for sibling in proof.dropFirst(inner) { hash = MerkleHash.node(sibling, hash) }
        guard hash == root else { throw .rootMismatch }
    }

    /// Whether the new tree extends the old one without changing any of its entries.
    ///
    /// Equal sizes need equal roots and an empty proof. An old size of zero needs an empty proof
    /// and the root of the empty tree, and holds for every new tree.
    ///
    /// - Throws: ``ProofFailure`` naming what does not fit.
    /// - Complexity: O(log `newSize`) hashes.
    ///
    /// Source: RFC 9162 §2.1.4.2.
    public static func verifyConsistency(
        from oldSize: TreeSize, oldRoot: Digest, to newSize: TreeSize, newRoot: Digest,
        proof: [Digest]
    ) throws(ProofFailure) {
        guard oldSize <= newSize else { throw .sizesOutOfOrder(from: oldSize, to: newSize) }
        if oldSize == .empty, oldRoot != MerkleHash.empty { throw .oldRootMismatch }
        if oldSize == .empty || oldSize == newSize {
            guard proof.isEmpty else { throw .wrongLength(expected: 0, found: proof.count) }
            if oldSize == newSize, oldRoot != newRoot { throw .rootMismatch }
            return
        }
        try verifyGrowth(
            from: oldSize, oldRoot: oldRoot, to: newSize, newRoot: newRoot, proof: proof)
    }

    /// For 0 < `oldSize` < `newSize`: climbs from the last full subtree of the old tree to both
    /// roots.
    private static func verifyGrowth(
        from oldSize: TreeSize, oldRoot: Digest, to newSize: TreeSize, newRoot: Digest,
        proof: [Digest]
    ) throws(ProofFailure) {
        let skipped = UInt64(oldSize.value.trailingZeroBitCount)
        let index = (oldSize.value - 1) >> skipped
        let last = (newSize.value - 1) >> skipped
        let inner = UInt64.bitWidth - (index ^ last).leadingZeroBitCount
        let border = (index >> UInt64(inner)).nonzeroBitCount
        // Where the old tree is one full subtree, its root is where the climb starts.
        let startsAtOldRoot = index == 0
        let expected = inner + border + (startsAtOldRoot ? 0 : 1)
        guard proof.count == expected else {
            throw .wrongLength(expected: expected, found: proof.count)
        }
        var old = startsAtOldRoot ? oldRoot : proof[0]
        var new = old
        let path = startsAtOldRoot ? proof[...] : proof.dropFirst()
        for (level, sibling) in path.prefix(inner).enumerated() {
            if index >> UInt64(level) & 1 == 1 {
                old = MerkleHash.node(sibling, old)
                new = MerkleHash.node(sibling, new)
            } else {
                // What lies to the right came later; the old tree does not have it.
                new = MerkleHash.node(new, sibling)
            }
        }
        for sibling in path.dropFirst(inner) {
            old = MerkleHash.node(sibling, old)
            new = MerkleHash.node(sibling, new)
        }
        guard old == oldRoot else { throw .oldRootMismatch }
        guard new == newRoot else { throw .rootMismatch }
    }
}
