// SPDX-License-Identifier: Apache-2.0

/// The right edge of a tree cut into tiles: makes every tile as it fills, in O(log n) memory.
///
/// What it holds are the partial tiles of its size, so that it can go on from those in a folder.
///
/// Source: C2SP tlog-tiles, "Merkle Tree".
public struct TileFrontier: Hashable, Sendable {
    /// A tile and its bytes.
    public struct Tile: Hashable, Sendable {
        public let path: TilePath
        public let bytes: [UInt8]
    }

    /// The hashes of the last tile of each level, 0 to 255 of them: a full one is let go.
    private var levels: [[Digest]] = []
    public private(set) var size = TreeSize.empty

    /// A tree without entries.
    public init() {}

    /// The edge of a tree of that size, from its partial tiles; nil where one is not there or has
    /// another length. Compare ``root()`` before believing it.
    public init?(size: TreeSize, tile: (TilePath) throws -> [UInt8]?) rethrows {
        var count = size.value
        while count > 0 {
            levels.append([])
            count >>= UInt64(TilePath.height)
        }
        for path in TilePath.partials(for: size) {
            guard case .hashes(let level) = path.kind else { continue }
            guard let bytes = try tile(path), bytes.count == path.width * Digest.byteCount else {
                return nil
            }
            levels[level] = stride(from: 0, to: bytes.count, by: Digest.byteCount).map {
                Digest(bytes: Array(bytes[$0..<$0 + Digest.byteCount]))!
            }
        }
        self.size = size
    }

    /// Adds an entry by its leaf hash; returns the tiles that it fills, the lowest first.
    public mutating func append(_ leafHash: Digest) -> [Tile] {
        var full: [Tile] = []
        var hash = leafHash
        var place = size.value
        size = TreeSize(place + 1)
        for level in 0... {
            if level == levels.count { levels.append([]) }
            levels[level].append(hash)
            guard levels[level].count == TilePath.fullWidth else { break }
            full.append(tile(level, place / UInt64(TilePath.fullWidth)))
            hash = Self.root(of: levels[level])
            levels[level] = []
            place /= UInt64(TilePath.fullWidth)
        }
        return full
    }

    /// The partial tiles of its size, the lowest first.
    public var partials: [Tile] {
        levels.indices.filter { !levels[$0].isEmpty }.map { level in
            tile(level, size.value >> UInt64(TilePath.height * (level + 1)))
        }
    }

    /// The hashes of the entries in the last, partial tile of level 0.
    public var lastLeafHashes: [Digest] { levels.first ?? [] }

    /// The root over all entries.
    ///
    /// - Complexity: O(log `size`) hashes, and up to 255 for each level of tiles.
    public func root() -> Digest {
        var joined: Digest?
        for hashes in levels {
            var end = hashes.count
            while end > 0 {
                let width = 1 << end.trailingZeroBitCount
                let full = Self.root(of: Array(hashes[end - width..<end]))
                joined = joined.map { MerkleHash.node(full, $0) } ?? full
                end -= width
            }
        }
        return joined ?? MerkleHash.empty
    }

    private func tile(_ level: Int, _ index: UInt64) -> Tile {
        guard
            let path = TilePath(
                kind: .hashes(level: level), index: index, width: levels[level].count)
        else { preconditionFailure("a tree has 64 levels at most") }
        return Tile(path: path, bytes: levels[level].flatMap(\.bytes))
    }

    /// The hash over as many hashes as a power of two.
    private static func root(of hashes: [Digest]) -> Digest {
        var level = hashes
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map {
                MerkleHash.node(level[$0], level[$0 + 1])
            }
        }
        return level[0]
    }
}
