// SPDX-License-Identifier: Apache-2.0
import Testing
import TransparencyLog

/// Whole tables written by the other implementation: every tree, tile, key and quorum in them has
/// to come out here, too.
@Suite struct TableTests {
    private static let tree = MerkleTree(
        leafHashes: (0..<70_000).map { MerkleHash.leaf("entry \($0)".bytes) })
    private var tree: MerkleTree { Self.tree }

    /// Up to this size every index and every older size counts; beyond, those at edges of tiles.
    private static let large = 513

    private func indices(_ size: Int) -> [Int] {
        if size <= Self.large { return Array(0..<size) }
        let edges = [
            0, 1, 2, 255, 256, size / 2, 65_534, 65_535, 65_536, size - 2, size - 1,
        ]
        return Set(edges).filter { $0 < size }.sorted()
    }

    private func oldSizes(_ size: Int) -> [Int] {
        if size == 0 { return [] }
        if size <= Self.large { return Array(1...size) }
        let edges = [
            1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, size - 1, size,
        ]
        return Set(edges).filter { $0 <= size }.sorted()
    }

    @Test func `roots and proofs are those of the other implementation, and hold`() throws {
        let rows = try Reference.table("trees/proofs.tsv")
        #expect(rows.count == 308)
        for row in rows {
            let number = try #require(Int(row[0]))
            let size = TreeSize(UInt64(number))
            let root = tree.root(at: size)
            #expect(root.hex == row[1], "root of \(size)")
            var frontier = MerkleFrontier()
            if number <= Self.large {
                for index in 0..<number {
                    frontier.append(tree.leafHash(at: LogIndex(UInt64(index))))
                }
                #expect(frontier.root() == root)
            }
            var bytes: [UInt8] = []
            for index in indices(number) {
                let index = LogIndex(UInt64(index))
                let proof = tree.proveInclusion(of: index, in: size)
                try MerkleProof.verifyInclusion(
                    leaf: tree.leafHash(at: index), index: index, size: size, proof: proof,
                    root: root)
                bytes += proof.flatMap(\.bytes)
            }
            #expect(Digest.sha256(bytes).hex == row[2], "inclusion in \(size)")
            bytes = []
            for old in oldSizes(number) {
                let old = TreeSize(UInt64(old))
                let proof = tree.proveConsistency(from: old, to: size)
                try MerkleProof.verifyConsistency(
                    from: old, oldRoot: tree.root(at: old), to: size, newRoot: root, proof: proof)
                bytes += proof.flatMap(\.bytes)
            }
            #expect(Digest.sha256(bytes).hex == row[3], "consistency to \(size)")
        }
    }

    /// Every bit of every hash of the proofs at the edges of tiles, and of the longest.
    @Test(arguments: [255, 256, 257, 300, 511, 512, 513, 65_535, 65_536, 65_537, 70_000])
    func `no proof with a bit turned over holds`(number: Int) throws {
        let size = TreeSize(UInt64(number))
        let root = tree.root(at: size)
        let edges = Set([0, 255, 256, number / 2, number - 1]).filter { $0 < number }.sorted()
        var tried = 0
        var held: [String] = []
        for index in edges.map({ LogIndex(UInt64($0)) }) {
            let proof = tree.proveInclusion(of: index, in: size)
            let leaf = tree.leafHash(at: index)
            for wrong in mutations(of: proof) {
                tried += 1
                let isHeld = holds {
                    try MerkleProof.verifyInclusion(
                        leaf: leaf, index: index, size: size, proof: wrong, root: root)
                }
                if isHeld { held.append("inclusion of \(index)") }
            }
        }
        for old in edges.dropFirst().map({ TreeSize(UInt64($0)) }) {
            let proof = tree.proveConsistency(from: old, to: size)
            let oldRoot = tree.root(at: old)
            for wrong in mutations(of: proof) {
                tried += 1
                let isHeld = holds {
                    try MerkleProof.verifyConsistency(
                        from: old, oldRoot: oldRoot, to: size, newRoot: root, proof: wrong)
                }
                if isHeld { held.append("consistency from \(old)") }
            }
        }
        #expect(held.isEmpty)
        #expect(tried > 8_000)
    }

    private func holds(_ verify: () throws -> Void) -> Bool {
        do {
            try verify()
            return true
        } catch {
            return false
        }
    }

    private func mutations(of proof: [Digest]) -> [[Digest]] {
        proof.indices.flatMap { place in
            (0..<256).map { bit in
                var changed = proof
                changed[place] = changed[place].flipped(bit)
                return changed
            }
        }
    }

    @Test func `tile paths are read as the table says`() throws {
        let rows = try Reference.table("tiles/paths.tsv")
        #expect(rows.count > 40)
        for row in rows {
            guard row[1] != "bad" else {
                #expect(TilePath(path: row[0]) == nil, "\(row[0])")
                continue
            }
            let kind: TilePath.Kind =
                row[1] == "entries" ? .entries : .hashes(level: try #require(Int(row[1])))
            let index = try #require(UInt64(row[2]))
            let width = try #require(Int(row[3]))
            let tile = try #require(TilePath(kind: kind, index: index, width: width))
            #expect(tile.path == row[0])
            #expect(TilePath(path: row[0]) == tile)
        }
    }

    @Test func `trees end in the partial tiles of the table`() throws {
        for row in try Reference.table("tiles/partial.tsv") {
            let size = TreeSize(try #require(UInt64(row[0])))
            let paths = TilePath.partials(for: size).map(\.path)
            #expect(
                paths == (row[1] == "none" ? [] : row[1].split(separator: " ").map(String.init)))
        }
    }

    @Test func `tiles have the hashes of the table`() throws {
        for row in try Reference.table("tiles/hashes.tsv") {
            let path = try #require(TilePath(path: row[0]))
            let bytes = try #require(tree.tile(path))
            #expect(bytes.count == path.width * 32 && Digest.sha256(bytes).hex == row[1])
        }
    }

    @Test func `entry bundles are read as the table says`() throws {
        for row in try Reference.table("tiles/bundles.tsv") {
            let bytes = try #require(Hex.decode(row[1]))
            do {
                let entries = try EntryBundle.parse(bytes)
                #expect("\(entries.count)" == row[2], "\(row[0])")
                #expect(EntryBundle.encode(entries) == bytes)
            } catch {
                #expect("bad \(error.offset)" == row[2], "\(row[0])")
            }
        }
    }

    @Test func `quorums are met by exactly the witnesses of the table`() throws {
        for row in try Reference.table("policies/quorums.tsv") {
            let policy = try WitnessPolicy(parsing: Reference.vector("good/\(row[0])"))
            let names = row[1] == "-" ? [] : row[1].split(separator: " ").map(String.init)
            #expect(policy.isMet(by: names) == (row[2] == "met"), "\(row)")
        }
    }

    @Test func `names that are not UTF-8 are their bytes, and no two become one`() throws {
        let bytes = try Reference.vector("good/policy-not-utf8.txt")
        let policy = try WitnessPolicy(parsing: bytes)
        let names = policy.witnesses.map(\.name)
        #expect(Set(names).count == 3)
        #expect(policy.isMet(by: Array(names.dropFirst())) && !policy.isMet(by: [names[0]]))
        #expect(try WitnessPolicy(parsing: policy.bytes) == policy)
        #expect(
            policy.bytes.split(separator: 0x0A).allSatisfy(bytes.split(separator: 0x0A).contains))
        // The private-use character that stands for 0xE9 is not the byte.
        #expect(!names.contains("\u{F7E9}") || names[0] == "\u{F7E9}")
    }

    @Test func `public keys are taken or refused as the table says`() throws {
        let rows = try Reference.table("keys/public-keys.tsv")
        #expect(rows.count > 200)
        for row in rows {
            let raw = try #require(Hex.decode(row[0]))
            let found: String
            do throws(UnusableKey) {
                _ = try PublicKey(raw: raw)
                found = "usable"
            } catch {
                found =
                    switch error {
                    case .lowOrder: "low order"
                    case .notCanonical: "not canonical"
                    case .notOnCurve: "not on the curve"
                    case .wrongLength: "length"
                    case .malformed: "malformed"
                    }
            }
            #expect(found == row[1], "\(row[0])")
        }
    }
}
