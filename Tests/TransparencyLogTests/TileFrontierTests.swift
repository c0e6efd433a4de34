// SPDX-License-Identifier: Apache-2.0
import Testing
import TransparencyLog

/// Tiles made while a tree grows, against those cut out of the whole tree.
@Suite struct TileFrontierTests {
    private static let leaves = (0..<70_000).map { MerkleHash.leaf("entry \($0)".bytes) }
    private static let tree = MerkleTree(leafHashes: leaves)

    /// All tiles of hashes that a tree of that size has, by path.
    private func grown(_ size: Int) -> (edge: TileFrontier, tiles: [String: [UInt8]]) {
        var edge = TileFrontier()
        var tiles: [String: [UInt8]] = [:]
        for leaf in Self.leaves[..<size] {
            for tile in edge.append(leaf) { tiles[tile.path.path] = tile.bytes }
        }
        for tile in edge.partials { tiles[tile.path.path] = tile.bytes }
        return (edge, tiles)
    }

    @Test(arguments: [0, 1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000])
    func `the tiles and the root are those of the whole tree`(number: Int) throws {
        let size = TreeSize(UInt64(number))
        let (edge, tiles) = grown(number)
        #expect(edge.size == size && edge.root() == Self.tree.root(at: size))
        let paths = TilePath.all(for: size).filter { $0.kind != .entries }
        #expect(tiles.keys.sorted() == paths.map(\.path).sorted())
        for path in paths { #expect(tiles[path.path] == Self.tree.tile(path), "\(path)") }
        #expect(edge.lastLeafHashes == Array(Self.leaves[(number - number % 256)..<number]))
    }

    @Test(arguments: [0, 1, 255, 256, 257, 512, 65_535, 65_536, 65_537, 69_999])
    func `it goes on from the partial tiles of any size`(number: Int) throws {
        let size = TreeSize(UInt64(number))
        var edge = try #require(TileFrontier(size: size) { Self.tree.tile($0) })
        #expect(edge.root() == Self.tree.root(at: size))
        #expect(edge == grown(number).edge)
        _ = edge.append(Self.leaves[number])
        #expect(edge.root() == Self.tree.root(at: TreeSize(UInt64(number + 1))))
    }

    @Test func `a partial tile that is missing or too short is not made up`() {
        let size = TreeSize(70_000)
        #expect(TileFrontier(size: size) { _ in nil } == nil)
        for path in TilePath.partials(for: size) where path.kind != .entries {
            let edge = TileFrontier(size: size) {
                $0 == path ? Self.tree.tile($0).map { Array($0.dropLast()) } : Self.tree.tile($0)
            }
            #expect(edge == nil, "\(path)")
        }
    }
}
