// SPDX-License-Identifier: Apache-2.0
import Testing
import TransparencyLog

private let entries = (0..<13).map { "entry \($0)".bytes }
private let tree = MerkleTree(leafHashes: entries.map(MerkleHash.leaf))
private let log = NoteKey(name: "log.example", algorithm: .ed25519, key: testKey(1).publicKey)!
private let policy = try! WitnessPolicy(
    logs: [.init(key: log)], witnesses: [], groups: [], quorum: "none")

private func proof(_ index: UInt64, size: UInt64 = 13, extra: [UInt8]? = nil) throws -> LogProof {
    let size = TreeSize(size)
    let text = Checkpoint(origin: log.name, size: size, root: tree.root(at: size)).text
    return LogProof(
        extra: extra, index: LogIndex(index),
        path: tree.proveInclusion(of: LogIndex(index), in: size),
        checkpoint: UnverifiedNote(
            text: text, signatures: [try .sign(text: text, as: log.name, with: testKey(1))]))
}

@Suite struct LogProofTests {
    @Test func `every entry's proof is read back and holds for that entry only`() throws {
        for index in 0..<13 {
            let proof = try proof(UInt64(index), extra: index % 2 == 0 ? nil : [UInt8(index)])
            let read = try LogProof(parsing: proof.bytes)
            #expect(read == proof && read.bytes == proof.bytes)
            for (other, entry) in entries.enumerated() {
                if other == index {
                    #expect(try read.verify(leaf: entry, policy: policy).size == TreeSize(13))
                } else {
                    #expect(throws: LogProofFailure.inclusion(.rootMismatch)) {
                        try read.verify(leaf: entry, policy: policy)
                    }
                }
            }
        }
    }

    @Test func `the only entry of a log has a proof without hashes`() throws {
        let alone = try proof(0, size: 1)
        #expect(alone.path.isEmpty)
        #expect(
            String(decoding: alone.bytes, as: UTF8.self).hasPrefix(
                "c2sp.org/tlog-proof@v1\nindex 0\n\nlog.example\n1\n"))
        #expect(
            try LogProof(parsing: alone.bytes).verify(leaf: entries[0], policy: policy).size
                == TreeSize(1))
    }

    @Test func `empty extra bytes count as none`() throws {
        #expect(try proof(1, extra: []) == proof(1))
        #expect(try LogProof(parsing: proof(1, extra: [0]).bytes).extra == [0])
    }

    @Test func `a proof whose checkpoint the policy does not accept is refused`() throws {
        let other = NoteKey(name: "other.example", algorithm: .ed25519, key: testKey(2).publicKey)!
        let otherPolicy = try WitnessPolicy(
            logs: [.init(key: other)], witnesses: [], groups: [], quorum: "none")
        #expect(throws: LogProofFailure.checkpoint(.unknownLog(origin: "log.example"))) {
            try proof(1).verify(leaf: entries[1], policy: otherPolicy)
        }
    }

    @Test func `a checkpoint with the wrong number of hashes before it is refused`() throws {
        let right = try proof(4)
        let wrong = LogProof(
            index: right.index, path: Array(right.path.dropLast()), checkpoint: right.checkpoint)
        #expect(throws: LogProofFailure.inclusion(.wrongLength(expected: 4, found: 3))) {
            try wrong.verify(leaf: entries[4], policy: policy)
        }
    }
}
