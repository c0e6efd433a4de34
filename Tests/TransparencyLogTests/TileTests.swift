// SPDX-License-Identifier: Apache-2.0
import Testing
import TransparencyLog

@Suite struct TileTests {
    @Test(arguments: [
        "tile/0/000", "tile/0/067", "tile/63/x001/x234/067", "tile/0/x001/234.p/5",
        "tile/entries/000.p/255",
        "tile/entries/x001/000", "tile/2/000.p/1", "tile/0/x018/x446/x744/x073/x709/x551/615",
    ])
    func `a well-formed path is read and written back`(path: String) {
        #expect(TilePath(path: path)?.path == path)
    }

    @Test(arguments: [
        "", "tile", "tile/0", "tile/0/", "/tile/0/000", "tile/0/000/", "tile/00/000", "tile/64/000",
        "tile/-1/000", "tile/+1/000", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/x000/067",
        "tile/0/001/234",
        "tile/0/x001/x234", "tile/0/x001", "tile/0/+12", "tile/0/ 12", "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/5/",
        "tile/0/000.p/5.p/5",
        "tile/0/x000.p/5/000", "tile/entry/000", "tile/entries", "tile/data/000", "Tile/0/000",
        "tile/0/000 ",
        "tile/0/../000", "tile/0/٠٠٠", "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
    ])
    func `any other path is refused`(path: String) {
        #expect(TilePath(path: path) == nil)
    }

    @Test func `index 1234067 is written as the specification says`() {
        let path = TilePath(kind: .hashes(level: 0), index: 1_234_067, width: 256)
        #expect(path?.path == "tile/0/x001/x234/067")
        #expect(TilePath(path: "tile/0/x001/x234/067") == path)
        #expect(TilePath(kind: .hashes(level: 64), index: 0) == nil)
        #expect(TilePath(kind: .entries, index: 0, width: 0) == nil)
        #expect(TilePath(kind: .entries, index: 0, width: 257) == nil)
    }

    @Test func `a tree of 70,000 has the tiles of the specification's example`() {
        let all = TilePath.all(for: TreeSize(70_000))
        func count(_ kind: TilePath.Kind, full: Bool) -> Int {
            all.count { $0.kind == kind && ($0.width == 256) == full }
        }
        #expect(count(.hashes(level: 0), full: true) == 273)
        #expect(count(.entries, full: true) == 273)
        #expect(count(.hashes(level: 1), full: true) == 1)
        #expect(count(.hashes(level: 2), full: true) == 0)
        #expect(
            TilePath.partials(for: TreeSize(70_000)).map(\.path) == [
                "tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1",
            ])
        #expect(all.count == 273 * 2 + 1 + 4)
    }

    @Test func `a tree of 256 has a full tile and a partial one above, an empty tree none`() {
        #expect(
            TilePath.all(for: TreeSize(256)).map(\.path) == [
                "tile/entries/000", "tile/0/000", "tile/1/000.p/1",
            ])
        #expect(TilePath.all(for: .empty).isEmpty)
        #expect(TilePath.partials(for: .empty).isEmpty)
    }

    @Test func `tiles of a tree are the hashes of the specification's formula`() throws {
        let leaves = (0..<70_000).map { MerkleHash.leaf("\($0)".bytes) }
        let tree = MerkleTree(leafHashes: leaves)
        func hashes(_ path: String) throws -> [UInt8] {
            let tile = try #require(TilePath(path: path))
            return try #require(tree.tile(tile))
        }
        #expect(try hashes("tile/0/001") == leaves[256..<512].flatMap(\.bytes))
        #expect(try hashes("tile/0/273.p/112") == leaves[69_888...].flatMap(\.bytes))
        let upper = try hashes("tile/1/001.p/17")
        #expect(upper.count == 17 * 32)
        // MTH(D[(1 · 256 + 16) · 256 : (1 · 256 + 17) · 256])
        let last = MerkleTree(leafHashes: Array(leaves[272 * 256..<273 * 256])).root()
        #expect(Array(upper.suffix(32)) == last.bytes)
        let top = MerkleTree(leafHashes: Array(leaves[..<65_536])).root()
        #expect(try hashes("tile/2/000.p/1") == top.bytes)
        for path in TilePath.all(for: tree.size) where path.kind != .entries {
            #expect(tree.tile(path)?.count == path.width * 32)
        }
    }

    @Test(arguments: [
        "tile/0/273", "tile/0/273.p/113", "tile/0/274.p/1", "tile/2/000.p/2", "tile/3/000.p/1",
        "tile/63/000", "tile/entries/000", "tile/0/x018/x446/x744/x073/x709/x551/615",
    ])
    func `a tile that the tree does not reach is nil`(path: String) throws {
        let tree = MerkleTree(leafHashes: [Digest](repeating: MerkleHash.empty, count: 70_000))
        let tile = try #require(TilePath(path: path))
        #expect(tree.tile(tile) == nil)
    }

    @Test func `an entry bundle is read back`() throws {
        let entries = [[], [1], [UInt8](repeating: 7, count: 65_535)]
        let bytes = EntryBundle.encode(entries)
        #expect(Array(bytes.prefix(5)) == [0, 0, 0, 1, 1])
        #expect(try EntryBundle.parse(bytes) == entries)
        let full = [[UInt8]](repeating: [9, 9], count: 256)
        #expect(try EntryBundle.parse(EntryBundle.encode(full)) == full)
    }

    @Test(
        arguments: [
            ([], 0, "expected at least one entry"), ([0], 0, "expected a length of two bytes"),
            ([0, 1, 5, 0], 3, "expected a length of two bytes"),
            ([0, 2, 5], 0, "expected an entry of 2 bytes"),
            ([UInt8](repeating: 0, count: 514), 512, "a bundle has at most 256 entries"),
        ] as [([UInt8], Int, String)])
    func `a bundle whose lengths do not fit is refused`(bytes: [UInt8], offset: Int, reason: String)
    {
        let fault = #expect(throws: MalformedBundle.self) { try EntryBundle.parse(bytes) }
        #expect(fault?.offset == offset && fault?.reason == reason)
    }
}
