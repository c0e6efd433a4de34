// SPDX-License-Identifier: Apache-2.0

/// A Merkle tree in memory: every full subtree's hash, a flat array a level (64 bytes an entry).
///
/// It proves for every size it has ever had. Appending to a copy copies the arrays once.
///
/// Source: RFC 6962 §2.1.
public struct MerkleTree: Sendable {
    /// `levels[k][i]` is the hash of the entries from i·2^k up to (i + 1)·2^k.
    private var levels: [[Digest]] = []

    /// A tree without entries.
    public init() {}

    /// A tree of these leaf hashes.
    ///
    /// - Complexity: O(`leafHashes.count`) hashes.
    public init(leafHashes: [Digest]) {
        var level = leafHashes
        while !level.isEmpty {
            levels.append(level)
            let below = level
            level = (0..<below.count / 2).map { MerkleHash.node(below[2 * $0], below[2 * $0 + 1]) }
        }
    }

    /// Adds an entry by its leaf hash.
    ///
    /// - Complexity: amortised one hash.
    public mutating func append(_ leafHash: Digest) {
        var hash = leafHash
        for level in 0... {
            if level == levels.count { levels.append([]) }
            levels[level].append(hash)
            let count = levels[level].count
            guard count.isMultiple(of: 2) else { return }
            hash = MerkleHash.node(levels[level][count - 2], hash)
        }
    }

    /// How many entries it has.
    public var size: TreeSize { TreeSize(UInt64(leafCount)) }

    private var leafCount: Int { levels.first?.count ?? 0 }

    /// The root over all entries.
    public func root() -> Digest { root(at: size) }

    /// The root it had at an earlier size.
    ///
    /// - Precondition: `size` is not beyond the tree's.
    /// - Complexity: O(log `size`) hashes.
    public func root(at size: TreeSize) -> Digest {
        let count = checked(size)
        return count == 0 ? MerkleHash.empty : hash(of: 0..<count)
    }

    /// The leaf hash of one entry.
    ///
    /// - Precondition: the tree has that entry.
    public func leafHash(at index: LogIndex) -> Digest {
        precondition(index.value < size.value, "the tree has no entry \(index)")
        return levels[0][Int(index.value)]
    }

    /// The hashes that join an entry to the root at a size, the leaf's sibling first.
    ///
    /// Empty for the only entry of a tree.
    ///
    /// - Precondition: the entry lies within `size`, and `size` is not beyond the tree's.
    /// - Complexity: O(log `size`) hashes.
    ///
    /// Source: RFC 9162 §2.1.3.1.
    public func proveInclusion(of index: LogIndex, in size: TreeSize) -> [Digest] {
        var low = 0
        var high = checked(size)
        precondition(index.value < size.value, "entry \(index) is not in a tree of size \(size)")
        let leaf = Int(index.value)
        var proof: [Digest] = []
        while high - low > 1 {
            let middle = low + Self.leftWidth(of: high - low)
            if leaf < middle {
                proof.append(hash(of: middle..<high))
                high = middle
            } else {
                proof.append(hash(of: low..<middle))
                low = middle
            }
        }
        return proof.reversed()
    }

    /// The hashes that show that the tree at `new` begins with all of the tree at `old`.
    ///
    /// Empty where the sizes are equal or `old` is empty: every tree begins with nothing.
    ///
    /// - Precondition: `old` ≤ `new`, and `new` is not beyond the tree's size.
    /// - Complexity: O(log `new`) hashes.
    ///
    /// Source: RFC 9162 §2.1.4.1.
    public func proveConsistency(from old: TreeSize, to new: TreeSize) -> [Digest] {
        precondition(old <= new, "size \(old) is beyond size \(new)")
        var low = 0
        var high = checked(new)
        let end = Int(old.value)
        guard end > 0, end < high else { return [] }
        var proof: [Digest] = []
        // The verifier knows the old root, so it is left out where it is a subtree of the new tree.
        var endsInOldRoot = true
        while end < high {
            let middle = low + Self.leftWidth(of: high - low)
            if end <= middle {
                proof.append(hash(of: middle..<high))
                high = middle
            } else {
                proof.append(hash(of: low..<middle))
                low = middle
                endsInOldRoot = false
            }
        }
        if !endsInOldRoot { proof.append(hash(of: low..<high)) }
        return proof.reversed()
    }

    /// The hashes of a tile, full or partial; nil where the tree does not reach that far, and for
    /// entry bundles, since a tree holds no entries.
    ///
    /// Source: C2SP tlog-tiles, "Merkle Tree".
    public func tile(_ path: TilePath) -> [UInt8]? {
        guard case .hashes(let tileLevel) = path.kind, tileLevel * TilePath.height < levels.count
        else {
            return nil
        }
        let hashes = levels[tileLevel * TilePath.height]
        guard path.index <= UInt64(hashes.count) / UInt64(TilePath.fullWidth) else { return nil }
        let start = Int(path.index) * TilePath.fullWidth
        guard start + path.width <= hashes.count else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(path.width * Digest.byteCount)
        for hash in hashes[start..<start + path.width] {
            hash.withBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// The number of entries at `size`, which the tree must have.
    private func checked(_ size: TreeSize) -> Int {
        precondition(size <= self.size, "the tree has not reached size \(size)")
        return Int(size.value)
    }

    /// The hash of a subtree: `range` starts at a multiple of a power of two not below its length.
    ///
    /// It is made of full subtrees, the largest first, joined from the right.
    private func hash(of range: Range<Int>) -> Digest {
        var end = range.upperBound
        var joined: Digest?
        while end > range.lowerBound {
            let level = (end - range.lowerBound).trailingZeroBitCount
            let full = levels[level][(end >> level) - 1]
            joined = joined.map { MerkleHash.node(full, $0) } ?? full
            end -= 1 << level
        }
        return joined!
    }

    /// The hash of the entries from `index`·2^`level` on, 2^`level` of them, all of which the tree
    /// has.
    func subtree(level: Int, at index: UInt64) -> Digest { levels[level][Int(index)] }

    /// The largest power of two below `width`.
    private static func leftWidth(of width: Int) -> Int {
        1 << (Int.bitWidth - 1 - (width - 1).leadingZeroBitCount)
    }
}
