// SPDX-License-Identifier: Apache-2.0
import Testing
import TransparencyLog

/// The definitions of RFC 6962 §2.1, word for word: slow and obvious.
private enum Oracle {
    static func leaf(_ number: Int) -> [UInt8] { "entry \(number)".bytes }

    static func node(_ left: Digest, _ right: Digest) -> Digest {
        Digest.sha256([1] + left.bytes + right.bytes)
    }

    /// MTH(D[n])
    static func root(_ leaves: ArraySlice<Digest>) -> Digest {
        if leaves.isEmpty { return Digest.sha256([]) }
        if leaves.count == 1 { return leaves.first! }
        let middle = leaves.startIndex + split(leaves.count)
        return node(root(leaves[..<middle]), root(leaves[middle...]))
    }

    /// PATH(m, D[n])
    static func path(_ index: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        if leaves.count == 1 { return [] }
        let k = split(leaves.count)
        let middle = leaves.startIndex + k
        return index < k
            ? path(index, leaves[..<middle]) + [root(leaves[middle...])]
            : path(index - k, leaves[middle...]) + [root(leaves[..<middle])]
    }

    /// SUBPROOF(m, D[n], b)
    static func subproof(_ old: Int, _ leaves: ArraySlice<Digest>, _ isComplete: Bool) -> [Digest] {
        if old == leaves.count { return isComplete ? [] : [root(leaves)] }
        let k = split(leaves.count)
        let middle = leaves.startIndex + k
        return old <= k
            ? subproof(old, leaves[..<middle], isComplete) + [root(leaves[middle...])]
            : subproof(old - k, leaves[middle...], false) + [root(leaves[..<middle])]
    }

    /// The largest power of two below n.
    private static func split(_ n: Int) -> Int {
        var k = 1
        while k * 2 < n { k *= 2 }
        return k
    }
}

private let leaves = (0..<100).map { MerkleHash.leaf(Oracle.leaf($0)) }
private let tree = MerkleTree(leafHashes: leaves)
/// Every size of tree the laws are checked for.
private let sizes = 0...100
/// Up to this size every single bit is turned over; beyond, one in each hash.
private let everyBit = 16

extension Digest {
    func flipped(_ bit: Int) -> Digest {
        var bytes = bytes
        bytes[bit / 8] ^= 1 << (bit % 8)
        return Digest(bytes: bytes)!
    }
}

/// The proof with one bit turned over; all bits of all hashes, or one bit a hash.
private func corruptions(of proof: [Digest], all: Bool) -> [[Digest]] {
    proof.indices.flatMap { place in
        (all ? Array(0..<256) : [place * 7 % 256]).map { bit in
            var changed = proof
            changed[place] = changed[place].flipped(bit)
            return changed
        }
    }
}

/// Proofs of another length: shorter at either end, longer at either end.
private func resized(_ proof: [Digest]) -> [[Digest]] {
    let shorter = proof.isEmpty ? [] : [Array(proof.dropFirst()), Array(proof.dropLast())]
    return shorter + [proof + [leaves[0]], [leaves[0]] + proof]
}

private func holds(_ body: () throws -> Void) -> Bool {
    do {
        try body()
        return true
    } catch { return false }
}

private func included(_ leaf: Digest, _ index: Int, _ size: Int, _ proof: [Digest], _ root: Digest)
    -> Bool
{
    holds {
        try MerkleProof.verifyInclusion(
            leaf: leaf, index: LogIndex(UInt64(index)), size: TreeSize(UInt64(size)), proof: proof,
            root: root)
    }
}

private func extends(
    _ old: Int, _ oldRoot: Digest, _ new: Int, _ newRoot: Digest, _ proof: [Digest]
) -> Bool {
    holds {
        try MerkleProof.verifyConsistency(
            from: TreeSize(UInt64(old)), oldRoot: oldRoot, to: TreeSize(UInt64(new)),
            newRoot: newRoot,
            proof: proof)
    }
}

@Suite struct MerkleTreeTests {
    @Test func `leaf and node hashes are those of RFC 6962`() {
        #expect(
            MerkleHash.empty.hex
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(MerkleHash.leaf([]) == Digest.sha256([0]))
        #expect(MerkleHash.leaf([1, 2, 3]) == Digest.sha256([0, 1, 2, 3]))
        #expect(MerkleHash.node(leaves[0], leaves[1]) == Oracle.node(leaves[0], leaves[1]))
    }

    /// Roots of the eight test entries of Certificate Transparency's reference implementation.
    @Test func `the known roots of the reference implementation come out`() {
        let entries = [
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ]
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        var tree = MerkleTree()
        for (entry, root) in zip(entries, roots) {
            tree.append(MerkleHash.leaf(Hex.decode(entry)!))
            #expect(tree.root().hex == root)
        }
    }

    @Test func `appending and building at once give the same tree`() {
        var grown = MerkleTree()
        for size in sizes {
            let built = MerkleTree(leafHashes: Array(leaves[..<size]))
            #expect(grown.size == TreeSize(UInt64(size)) && built.size == grown.size)
            #expect(grown.root() == Oracle.root(leaves[..<size]))
            #expect(built.root() == grown.root())
            #expect(tree.root(at: grown.size) == grown.root())
            if size < 100 { grown.append(leaves[size]) }
        }
        #expect(grown.leafHash(at: LogIndex(57)) == leaves[57])
    }

    @Test func `every inclusion proof to 100 leaves is the oracle's and holds`() {
        for size in 1...100 {
            let root = Oracle.root(leaves[..<size])
            for index in 0..<size {
                let proof = tree.proveInclusion(
                    of: LogIndex(UInt64(index)), in: TreeSize(UInt64(size)))
                #expect(proof == Oracle.path(index, leaves[..<size]), "entry \(index) of \(size)")
                #expect(
                    included(leaves[index], index, size, proof, root), "entry \(index) of \(size)")
            }
        }
    }

    @Test func `no corrupted inclusion proof holds`() {
        var tried = 0
        for size in 1...100 {
            let root = tree.root(at: TreeSize(UInt64(size)))
            let all = size <= everyBit
            for index in 0..<size {
                let proof = tree.proveInclusion(
                    of: LogIndex(UInt64(index)), in: TreeSize(UInt64(size)))
                let leaf = leaves[index]
                for wrong in corruptions(of: proof, all: all) + resized(proof) {
                    #expect(!included(leaf, index, size, wrong, root), "entry \(index) of \(size)")
                    tried += 1
                }
                for bit in all ? Array(0..<256) : [index % 256] {
                    #expect(!included(leaf.flipped(bit), index, size, proof, root))
                    #expect(!included(leaf, index, size, proof, root.flipped(bit)))
                    tried += 2
                }
                for other in 0..<min(size + 2, 20) where other != index {
                    #expect(
                        !included(leaf, other, size, proof, root), "\(index) as \(other) of \(size)"
                    )
                    tried += 1
                }
            }
        }
        #expect(tried > 200_000)
    }

    @Test func `every consistency proof to 100 leaves is the oracle's and holds`() {
        for new in sizes {
            for old in 0...new {
                let proof = tree.proveConsistency(
                    from: TreeSize(UInt64(old)), to: TreeSize(UInt64(new)))
                let expected = old == 0 ? [] : Oracle.subproof(old, leaves[..<new], true)
                #expect(proof == expected, "\(old) to \(new)")
                let (oldRoot, newRoot) = (Oracle.root(leaves[..<old]), Oracle.root(leaves[..<new]))
                #expect(extends(old, oldRoot, new, newRoot, proof), "\(old) to \(new)")
            }
        }
    }

    @Test func `no corrupted consistency proof holds`() {
        var tried = 0
        for new in 1...100 {
            let newRoot = tree.root(at: TreeSize(UInt64(new)))
            let all = new <= everyBit
            for old in 1...new {
                let oldRoot = tree.root(at: TreeSize(UInt64(old)))
                let proof = tree.proveConsistency(
                    from: TreeSize(UInt64(old)), to: TreeSize(UInt64(new)))
                for wrong in corruptions(of: proof, all: all) + resized(proof) {
                    #expect(!extends(old, oldRoot, new, newRoot, wrong), "\(old) to \(new)")
                    tried += 1
                }
                for bit in all ? Array(0..<256) : [old % 256] {
                    #expect(!extends(old, oldRoot.flipped(bit), new, newRoot, proof))
                    #expect(!extends(old, oldRoot, new, newRoot.flipped(bit), proof))
                    tried += 2
                }
                if old < new {
                    #expect(!extends(new, newRoot, old, oldRoot, proof), "\(new) back to \(old)")
                }
            }
        }
        #expect(tried > 200_000)
    }

    @Test func `a proof that does not hold says what does not fit`() {
        func inclusion(_ index: UInt64, _ proof: [Digest]) throws {
            try MerkleProof.verifyInclusion(
                leaf: leaves[2], index: LogIndex(index), size: TreeSize(5), proof: proof,
                root: tree.root(at: TreeSize(5)))
        }
        let proof = tree.proveInclusion(of: LogIndex(2), in: TreeSize(5))
        #expect(throws: Never.self) { try inclusion(2, proof) }
        #expect(throws: ProofFailure.indexBeyondSize(index: LogIndex(5), size: TreeSize(5))) {
            try inclusion(5, proof)
        }
        #expect(throws: ProofFailure.wrongLength(expected: 3, found: 2)) {
            try inclusion(2, proof.dropLast())
        }
        #expect(throws: ProofFailure.rootMismatch) { try inclusion(3, proof) }
    }

    @Test func `consistency at the edges needs empty proofs and the right roots`() {
        let five = tree.root(at: TreeSize(5))
        #expect(extends(0, MerkleHash.empty, 5, five, []))
        #expect(extends(0, MerkleHash.empty, 0, MerkleHash.empty, []))
        #expect(extends(5, five, 5, five, []))
        #expect(!extends(0, five, 5, five, []))
        #expect(!extends(0, MerkleHash.empty, 5, five, [five]))
        #expect(!extends(0, MerkleHash.empty, 0, five, []))
        #expect(!extends(5, five, 5, leaves[0], []))
        #expect(!extends(5, five, 5, five, [five]))
        #expect(!extends(6, five, 5, five, []))
    }

    @Test func `sizes near 2^64 are refused without overflow`() {
        let huge = UInt64.max
        for proof in [[], [leaves[0]], Array(leaves[..<64])] {
            #expect(throws: ProofFailure.self) {
                try MerkleProof.verifyInclusion(
                    leaf: leaves[0], index: LogIndex(huge - 1), size: TreeSize(huge), proof: proof,
                    root: leaves[1])
            }
            #expect(throws: ProofFailure.self) {
                try MerkleProof.verifyConsistency(
                    from: TreeSize(huge - 1), oldRoot: leaves[0], to: TreeSize(huge),
                    newRoot: leaves[1],
                    proof: proof)
            }
            #expect(throws: ProofFailure.self) {
                try MerkleProof.verifyConsistency(
                    from: TreeSize(1 << 63), oldRoot: leaves[0], to: TreeSize(huge),
                    newRoot: leaves[1],
                    proof: proof)
            }
        }
    }

    @Test func `proofs that a larger tree makes for all its sizes hold`() {
        var random = SplitMix(state: 7)
        let hashes = (0..<5_000).map { MerkleHash.leaf(Oracle.leaf($0)) }
        let tree = MerkleTree(leafHashes: hashes)
        for _ in 0..<300 {
            let new = Int.random(in: 1...5_000, using: &random)
            let old = Int.random(in: 1...new, using: &random)
            let index = Int.random(in: 0..<new, using: &random)
            let root = tree.root(at: TreeSize(UInt64(new)))
            let path = tree.proveInclusion(of: LogIndex(UInt64(index)), in: TreeSize(UInt64(new)))
            #expect(included(hashes[index], index, new, path, root), "entry \(index) of \(new)")
            let proof = tree.proveConsistency(
                from: TreeSize(UInt64(old)), to: TreeSize(UInt64(new)))
            let oldRoot = tree.root(at: TreeSize(UInt64(old)))
            #expect(extends(old, oldRoot, new, root, proof), "\(old) to \(new)")
        }
    }
}
