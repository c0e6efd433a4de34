// SPDX-License-Identifier: Apache-2.0
import Testing
import TransparencyLog

/// What reading and then verifying the bytes of one file came to.
private enum Outcome: Equatable {
    case holds
    case unreadable(line: Int)
    case doesNotHold
}

private let noteKey = NoteKey(name: "a.example/k", algorithm: .ed25519, key: testKey(5).publicKey)!
private let logKey = NoteKey(
    name: "log.example/pause", algorithm: .ed25519, key: testKey(1).publicKey)!
private let signers = [testKey(6).publicKey, testKey(7).publicKey]

private func policy() throws -> WitnessPolicy {
    try WitnessPolicy(parsing: Reference.vector("good/policy-two-of-three.txt"))
}

/// Reads a file by the format its name begins with; throws what the format throws.
private func check(_ name: String, _ bytes: [UInt8]) throws {
    switch name.prefix(while: { $0 != "-" }) {
    case "note":
        let note = try UnverifiedNote(parsing: bytes)
        #expect(note.bytes == bytes)
        _ = try note.verified(by: [noteKey])
    case "checkpoint":
        let note = try UnverifiedNote(parsing: bytes).verified(by: [logKey])
        #expect(try Checkpoint(parsing: note.text).text == note.text)
    case "cosigned": _ = try policy().verify(UnverifiedNote(parsing: bytes))
    case "policy":
        let policy = try WitnessPolicy(parsing: bytes)
        #expect(try WitnessPolicy(parsing: policy.bytes) == policy)
    case "proof":
        let proof = try LogProof(parsing: bytes)
        #expect(proof.bytes == bytes)
        _ = try proof.verify(leaf: "entry 3".bytes, policy: policy())
    case "envelope":
        let envelope = try Envelope(parsing: bytes)
        #expect(try Envelope(parsing: envelope.json.canonicalBytes) == envelope)
        if envelope.signers(among: signers).isEmpty { throw NoteFailure.noKnownSigner }
    case "json": _ = try JSON.parse(bytes)
    default: Issue.record("\(name) is of no known format")
    }
}

private func outcome(_ name: String, _ bytes: [UInt8]) -> Outcome {
    do {
        try check(name, bytes)
        return .holds
    } catch let fault as MalformedNote {
        return .unreadable(line: fault.line)
    } catch let fault as MalformedCheckpoint {
        return .unreadable(line: fault.line)
    } catch let fault as MalformedPolicy {
        return .unreadable(line: fault.line)
    } catch let fault as MalformedLogProof {
        return .unreadable(line: fault.line)
    } catch let fault as MalformedJSON {
        return .unreadable(line: fault.line)
    } catch is MalformedEnvelope {
        return .unreadable(line: 1)
    } catch { return .doesNotHold }
}

@Suite struct VectorTests {
    @Test func `the good vectors read and hold`() throws {
        let names = try Reference.vectors("good").filter {
            !$0.hasSuffix(".canonical") && !$0.hasPrefix("proof-entry") && $0 != "note-vkey.txt"
        }
        #expect(names.count > 25)
        for name in names { try check(name, Reference.vector("good/\(name)")) }
    }

    @Test func `the bad vectors stop at the line their table says, or do not hold`() throws {
        let table = try #require(
            String(validating: Reference.vector("bad/lines.tsv"), as: UTF8.self))
        let rows = table.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(
            rows.map(\.[0]) + ["lines.tsv"] == (try Reference.vectors("bad")).filter {
                $0 != "lines.tsv"
            } + ["lines.tsv"])
        #expect(rows.count > 150)
        for row in rows {
            let line = try #require(Int(row[1]))
            let expected: Outcome = line == 0 ? .doesNotHold : .unreadable(line: line)
            #expect(try outcome(row[0], Reference.vector("bad/\(row[0])")) == expected, "\(row[0])")
        }
    }

    @Test func `the verifier key and the witnesses' times are those of the other implementation`()
        throws
    {
        #expect(try Reference.vector("good/note-vkey.txt") == "\(noteKey.vkey)\n".bytes)
        let note = try UnverifiedNote(
            parsing: Reference.vector("good/cosigned-one-bad-of-three.txt"))
        let (checkpoint, verified) = try policy().verify(note)
        #expect(checkpoint.size == TreeSize(7))
        #expect(verified.times.values.sorted() == [1_800_000_002, 1_800_000_004])
        let tree = MerkleTree(leafHashes: (0..<7).map { MerkleHash.leaf("entry \($0)".bytes) })
        #expect(checkpoint.root == tree.root())
    }

    @Test func `the proofs of all seven entries are those of our tree and hold`() throws {
        let tree = MerkleTree(leafHashes: (0..<7).map { MerkleHash.leaf("entry \($0)".bytes) })
        for index in UInt64(0)..<7 {
            let proof = try LogProof(
                parsing: Reference.vector("good/proof-entry-\(index).tlog-proof"))
            #expect(proof.index == LogIndex(index) && proof.extra == nil)
            #expect(proof.path == tree.proveInclusion(of: LogIndex(index), in: TreeSize(7)))
            #expect(
                try proof.verify(leaf: "entry \(index)".bytes, policy: policy()).size == TreeSize(7)
            )
        }
        let extra = try LogProof(parsing: Reference.vector("good/proof-entry-3-extra.tlog-proof"))
        #expect(extra.extra == "1800000000000".bytes)
        #expect(try extra.bytes == Reference.vector("good/proof-entry-3-extra.tlog-proof"))
    }

    @Test func `our signatures are those of the other implementation`() throws {
        let bytes = try Reference.vector("good/cosigned-two.txt")
        let text = try UnverifiedNote(parsing: bytes).text
        var note = UnverifiedNote(text: text, signatures: [])
        note.add(try .sign(text: text, as: logKey.name, with: testKey(1)))
        note.add(
            try .cosign(
                checkpointText: text, timeSeconds: 1_800_000_002, as: "one.example/w",
                with: testKey(2)))
        note.add(
            try .cosign(
                checkpointText: text, timeSeconds: 1_800_000_004, as: "three.example/w",
                with: testKey(4)))
        #expect(note.bytes == bytes)
        let envelope = try Envelope(parsing: Reference.vector("good/envelope-two.json"))
        let again = try Envelope.sign(
            payload: envelope.payload, payloadType: Envelope.inToto, with: [testKey(6), testKey(7)])
        #expect(again.json.canonicalBytes == (try Reference.vector("good/envelope-two.json")))
        #expect(envelope.signers(among: signers) == signers)
    }

    @Test func `canonical JSON is that of the other implementation`() throws {
        let value = try JSON.parse(Reference.vector("good/json-keys.json"))
        #expect(value.canonicalBytes == (try Reference.vector("good/json-keys.canonical")))
    }

    @Test func `no vector cut short anywhere crashes, nor does one with a byte changed`() throws {
        var random = SplitMix(state: 11)
        for name in try Reference.vectors("good")
        where !name.hasSuffix(".canonical") && !name.hasPrefix("note-vkey") {
            let bytes = try Reference.vector("good/\(name)")
            for _ in 0..<60 {
                var changed = Array(bytes.prefix(.random(in: 0...bytes.count, using: &random)))
                if !changed.isEmpty {
                    changed[.random(in: 0..<changed.count, using: &random)] = .random(
                        in: 0...255, using: &random)
                }
                _ = outcome(name, changed)
            }
        }
    }
}
