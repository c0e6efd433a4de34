// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

/// Both roots of two sizes, from nothing but tiles.
@Suite struct TileGrowthTests {
    private static let tree = tree(of: 66_000)

    private static func tree(of size: Int, salt: UInt8 = 0) -> MerkleTree {
        MerkleTree(
            leafHashes: (0..<size).map { number in
                MerkleHash.leaf([
                    salt, UInt8(number & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number >> 16),
                ])
            })
    }

    private func tiles(_ growth: TileGrowth, of tree: MerkleTree) -> [TilePath: [UInt8]] {
        Dictionary(uniqueKeysWithValues: growth.paths.map { ($0, tree.tile($0)!) })
    }

    private func check(
        _ old: UInt64, _ new: UInt64, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let growth = TileGrowth(from: TreeSize(old), to: TreeSize(new))
        let roots = growth.roots(tiles(growth, of: Self.tree))
        #expect(
            roots?.old == Self.tree.root(at: TreeSize(old)), "from \(old) to \(new)",
            sourceLocation: sourceLocation)
        #expect(
            roots?.new == Self.tree.root(at: TreeSize(new)), "from \(old) to \(new)",
            sourceLocation: sourceLocation)
    }

    @Test func `every pair of small sizes gives both roots`() {
        for new in UInt64(0)...70 { for old in 0...new { check(old, new) } }
    }

    @Test func `sizes around full tiles give both roots`() {
        let sizes: [UInt64] = [
            0, 1, 2, 255, 256, 257, 300, 511, 512, 513, 1023, 65_535, 65_536, 65_537, 65_792,
            66_000,
        ]
        for new in sizes { for old in sizes where old <= new { check(old, new) } }
    }

    @Test func `no more tiles are asked for than lie on both edges`() {
        let growth = TileGrowth(from: TreeSize(65_537), to: TreeSize(66_000))
        #expect(growth.paths.count <= 6)
        #expect(TileGrowth(from: .empty, to: .empty).paths.isEmpty)
    }

    @Test func `a missing or short tile gives no roots`() {
        let growth = TileGrowth(from: TreeSize(300), to: TreeSize(700))
        let tiles = tiles(growth, of: Self.tree)
        for path in growth.paths {
            var missing = tiles
            missing[path] = nil
            #expect(growth.roots(missing) == nil)
            missing[path] = Array(tiles[path]!.prefix(31))
            #expect(growth.roots(missing) == nil)
        }
    }

    @Test func `any flipped bit in a hash that counts changes the newer root`() {
        let growth = TileGrowth(from: TreeSize(5), to: TreeSize(13))
        let path = growth.paths[0]
        let right = tiles(growth, of: Self.tree)
        for place in 0..<13 * 32 {
            var wrong = right
            wrong[path]![place] ^= 1 << (place % 8)
            #expect(growth.roots(wrong)?.new != Self.tree.root(at: TreeSize(13)))
        }
    }

    @Test func `tiles of another history give its newer root and its own older one`() {
        let other = Self.tree(of: 600, salt: 1)
        let growth = TileGrowth(from: TreeSize(256), to: TreeSize(600))
        let roots = growth.roots(tiles(growth, of: other))
        #expect(roots?.new == other.root())
        #expect(roots?.old == other.root(at: TreeSize(256)))
        #expect(roots?.old != Self.tree.root(at: TreeSize(256)))
    }
}
