// SPDX-License-Identifier: Apache-2.0

/// The right edge of a Merkle tree: enough to append and to know the root, in O(log n) memory. It
/// proves nothing.
///
/// Source: RFC 6962 §2.1.
public struct MerkleFrontier: Hashable, Sendable {
    /// The full subtrees that make up the tree, the largest first: one for each bit of the size.
    private var subtrees: [Digest] = []
    public private(set) var size = TreeSize.empty

    /// A tree without entries.
    public init() {}

    /// - Precondition: there is one subtree for each bit that is set in the size.
    init(size: TreeSize, subtrees: [Digest]) {
        precondition(subtrees.count == size.value.nonzeroBitCount, "one subtree a bit of the size")
        self.size = size
        self.subtrees = subtrees
    }

    /// Adds an entry by its leaf hash.
    ///
    /// - Complexity: amortised one hash.
    public mutating func append(_ leafHash: Digest) {
        var hash = leafHash
        // Each trailing one bit is a full subtree as large as what is being added to it.
        for _ in 0..<(~size.value).trailingZeroBitCount {
            hash = MerkleHash.node(subtrees.removeLast(), hash)
        }
        subtrees.append(hash)
        size = TreeSize(size.value + 1)
    }

    /// The root over all entries.
    ///
    /// - Complexity: O(log `size`) hashes.
    public func root() -> Digest {
        guard var joined = subtrees.last else { return MerkleHash.empty }
        for subtree in subtrees.dropLast().reversed() { joined = MerkleHash.node(subtree, joined) }
        return joined
    }

    public var head: TreeHead { TreeHead(size: size, root: root()) }
}

extension MerkleTree {
    /// The tree's right edge, to see where appending would lead.
    ///
    /// - Complexity: O(log `size`).
    public var frontier: MerkleFrontier {
        var subtrees: [Digest] = []
        var start: UInt64 = 0
        for level in stride(from: UInt64.bitWidth - 1, through: 0, by: -1)
        where size.value & (1 << UInt64(level)) != 0 {
            subtrees.append(subtree(level: level, at: start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        return MerkleFrontier(size: size, subtrees: subtrees)
    }

    public var head: TreeHead { TreeHead(size: size, root: root()) }
}
