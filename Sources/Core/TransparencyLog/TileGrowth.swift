// SPDX-License-Identifier: Apache-2.0

/// What a log's tiles say about two sizes of its tree: hashes enough for both roots.
///
/// Where the tiles give the newer root that was signed, they are the tree's own; the older root
/// that they give then shows whether the tree began with that history. Unlike the shortest proof,
/// this tells a second history from tiles that are merely wrong.
///
/// Source: C2SP tlog-tiles, "Merkle Tree"; RFC 9162 §2.1.4.
public struct TileGrowth: Hashable, Sendable {
    public let old: TreeSize
    public let new: TreeSize
    /// Full subtrees that make up the older tree, then what was added, from left to right.
    private let subtrees: [Subtree]
    private let oldCount: Int

    private struct Subtree: Hashable, Sendable {
        let level: Int
        let index: UInt64

        /// The lowest hashes in a tile that it is made of: 2^`below` of them.
        var below: Int { level % TilePath.height }
        var tileLevel: Int { level / TilePath.height }
        /// The place of the first of them in its tile level.
        var first: UInt64 { index << UInt64(below) }
    }

    /// - Precondition: `old` ≤ `new`.
    public init(from old: TreeSize, to new: TreeSize) {
        precondition(old <= new, "size \(old) is beyond size \(new)")
        self.old = old
        self.new = new
        let before = TileGrowth.subtrees(of: 0..<old.value)
        subtrees = before + TileGrowth.subtrees(of: old.value..<new.value)
        oldCount = before.count
    }

    /// The largest full subtrees that a range is made of.
    private static func subtrees(of range: Range<UInt64>) -> [Subtree] {
        var subtrees: [Subtree] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let fits = UInt64.bitWidth - 1 - (range.upperBound - start).leadingZeroBitCount
            let level = min(start.trailingZeroBitCount, fits)
            subtrees.append(Subtree(level: level, index: start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        return subtrees
    }

    /// The tiles that hold these hashes, each once, as wide as they are at the newer size.
    public var paths: [TilePath] {
        var seen: Set<TilePath> = []
        return subtrees.map { path(of: $0) }.filter { seen.insert($0).inserted }
    }

    private func path(of subtree: Subtree) -> TilePath {
        let width = UInt64(TilePath.fullWidth)
        let held = new.value >> UInt64(subtree.tileLevel * TilePath.height)
        let index = subtree.first / width
        return TilePath(
            kind: .hashes(level: subtree.tileLevel), index: index,
            width: Int(min(width, held - index * width)))!
    }

    /// Both roots, as the tiles give them; nil where a tile is missing or too short.
    ///
    /// - Parameter tiles: the bytes of ``paths``; longer ones are fine.
    /// - Complexity: O(log `new`) tiles, each hashed at most once.
    public func roots(_ tiles: [TilePath: [UInt8]]) -> (old: Digest, new: Digest)? {
        var edge: [(level: Int, hash: Digest)] = []
        var oldRoot = MerkleHash.empty
        for (place, subtree) in subtrees.enumerated() {
            guard let bytes = tiles[path(of: subtree)], let hash = hash(of: subtree, in: bytes)
            else { return nil }
            edge.append((subtree.level, hash))
            while edge.count > 1, edge[edge.count - 2].level == edge[edge.count - 1].level {
                let right = edge.removeLast()
                let left = edge.removeLast()
                edge.append((left.level + 1, MerkleHash.node(left.hash, right.hash)))
            }
            if place + 1 == oldCount { oldRoot = TileGrowth.root(edge.map(\.hash)) }
        }
        return (oldRoot, TileGrowth.root(edge.map(\.hash)))
    }

    private static func root(_ edge: [Digest]) -> Digest {
        guard var joined = edge.last else { return MerkleHash.empty }
        for hash in edge.dropLast().reversed() { joined = MerkleHash.node(hash, joined) }
        return joined
    }

    /// The subtree's hash from the hashes of a tile; nil where the tile does not reach that far.
    private func hash(of subtree: Subtree, in tile: [UInt8]) -> Digest? {
        let start = Int(subtree.first % UInt64(TilePath.fullWidth)) * Digest.byteCount
        let length = (1 << subtree.below) * Digest.byteCount
        guard start + length <= tile.count else { return nil }
        var hashes = stride(from: start, to: start + length, by: Digest.byteCount).map {
            Digest(bytes: Array(tile[$0..<($0 + Digest.byteCount)]))!
        }
        while hashes.count > 1 {
            hashes = (0..<hashes.count / 2).map {
                MerkleHash.node(hashes[2 * $0], hashes[2 * $0 + 1])
            }
        }
        return hashes[0]
    }
}
