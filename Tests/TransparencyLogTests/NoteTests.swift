// SPDX-License-Identifier: Apache-2.0
import Testing
import TransparencyLog

private func noteKey(
    _ name: String, _ number: UInt8, _ algorithm: NoteKey.Algorithm = .ed25519
) -> NoteKey {
    NoteKey(name: name, algorithm: algorithm, key: testKey(number).publicKey)!
}

private let log = noteKey("log.example", 1)
private let witness = noteKey("w.example", 2, .cosignature)
private let text = Checkpoint(origin: "log.example", size: TreeSize(7), root: MerkleHash.empty).text

private func logLine() throws -> NoteSignature {
    try .sign(text: text, as: log.name, with: testKey(1))
}

private func witnessLine(_ time: UInt64 = 5) throws -> NoteSignature {
    try .cosign(checkpointText: text, timeSeconds: time, as: witness.name, with: testKey(2))
}

@Suite struct NoteTests {
    @Test func `the verifier key and note of the specification agree`() throws {
        let vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
        let bytes = """
            This is an example message.

            — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

            """.bytes
        let key = try NoteKey(vkey: vkey)
        #expect(key.vkey == vkey && key.name == "example.com/foo" && key.algorithm == .ed25519)
        let unverified = try UnverifiedNote(parsing: bytes)
        #expect(unverified.bytes == bytes)
        let note = try unverified.verified(by: [key])
        #expect(note.text == "This is an example message.\n")
        #expect(note.signers == [key] && note.times.isEmpty)
        #expect(note.unverified == unverified)
    }

    /// The note at the head of the specification: its text has an empty line of its own.
    @Test func `the text of a note ends at the last empty line`() throws {
        let bytes = """
            Ognuno sta solo sul cuor della terra
            trafitto da un raggio di sole:

            ed è subito sera.

            — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=

            """.bytes
        let note = try UnverifiedNote(parsing: bytes)
        #expect(note.text.hasSuffix("sole:\n\ned è subito sera.\n"))
        #expect(note.signatures.map(\.name) == ["quasimodo.example/salvatore"])
        #expect(note.signatures[0].keyID == [0x36, 0x7B, 0xA0, 0x4B])
        #expect(note.bytes == bytes)
    }

    @Test func `a signed note is verified with the signers in the order of the keys`() throws {
        let other = noteKey("other.example", 3)
        var note = UnverifiedNote(text: text, signatures: [])
        note.add(try witnessLine(1_800_000_000))
        note.add(try logLine())
        let verified = try note.verified(by: [other, log, witness])
        #expect(verified.signers == [log, witness])
        #expect(verified.times == [witness: 1_800_000_000])
        #expect(try UnverifiedNote(parsing: note.bytes) == note)
    }

    @Test func `adding replaces the line of the same name and key`() throws {
        var note = UnverifiedNote(text: text, signatures: [try logLine(), try witnessLine(5)])
        note.add(try witnessLine(6))
        #expect(note.signatures == [try logLine(), try witnessLine(6)])
        note.add(try .sign(text: text, as: witness.name, with: testKey(2)))
        #expect(note.signatures.count == 3)
    }

    @Test func `unknown keys are ignored, even of the same name or the same ID`() throws {
        let sameName = try #require(
            NoteSignature(name: log.name, keyID: [1, 2, 3, 4], signature: [1]))
        let sameID = try #require(NoteSignature(name: "x.example", keyID: log.id, signature: [1]))
        let note = UnverifiedNote(text: text, signatures: [sameName, sameID, try logLine()])
        #expect(try note.verified(by: [log]).signers == [log])
        #expect(throws: NoteFailure.noKnownSigner) {
            try UnverifiedNote(text: text, signatures: [sameName, sameID]).verified(by: [log])
        }
        #expect(throws: NoteFailure.noKnownSigner) { try note.verified(by: []) }
    }

    @Test func `one bad signature of a known key condemns the note`() throws {
        let bad = try #require(
            NoteSignature(
                name: log.name, keyID: log.id, signature: [UInt8](repeating: 0, count: 64)))
        let note = UnverifiedNote(text: text, signatures: [try witnessLine(), bad])
        #expect(throws: NoteFailure.invalidSignature(name: "log.example")) {
            try note.verified(by: [witness, log])
        }
        #expect(try note.verified(by: [witness]).signers == [witness])
        let changed = UnverifiedNote(text: text + "x\n", signatures: [try logLine()])
        #expect(throws: NoteFailure.invalidSignature(name: "log.example")) {
            try changed.verified(by: [log])
        }
    }

    @Test func `a known key counts once however often it signs, and every time must hold`() throws {
        let twice = UnverifiedNote(text: text, signatures: [try logLine(), try logLine()])
        #expect(try twice.verified(by: [log]).signers == [log])
        let bad = try #require(
            NoteSignature(
                name: log.name, keyID: log.id, signature: [UInt8](repeating: 0, count: 64)))
        for lines in [[try logLine(), bad], [bad, try logLine()]] {
            #expect(throws: NoteFailure.invalidSignature(name: "log.example")) {
                try UnverifiedNote(text: text, signatures: lines).verified(by: [log])
            }
        }
        let once = UnverifiedNote(text: text, signatures: [try logLine()])
        #expect(try once.verified(by: [log, log]).signers == [log])
    }

    @Test func `names that look alike are different keys`() throws {
        let composed = noteKey("caf\u{E9}.example", 1)
        let decomposed = noteKey("cafe\u{301}.example", 1)
        #expect(composed != decomposed)
        let line = try NoteSignature.sign(text: text, as: composed.name, with: testKey(1))
        let note = UnverifiedNote(text: text, signatures: [line])
        #expect(throws: NoteFailure.noKnownSigner) { try note.verified(by: [decomposed]) }
        #expect(
            UnverifiedNote(text: "\u{E9}\n", signatures: [])
                != UnverifiedNote(text: "e\u{301}\n", signatures: []))
    }

    @Test func `a signature is not a cosignature, nor the other way round`() throws {
        let plain = try NoteSignature.sign(text: text, as: witness.name, with: testKey(2))
        let disguised = try #require(
            NoteSignature(name: witness.name, keyID: witness.id, signature: plain.signature))
        #expect(throws: NoteFailure.invalidSignature(name: witness.name)) {
            try UnverifiedNote(text: text, signatures: [disguised]).verified(by: [witness])
        }
        let asLog = noteKey(witness.name, 2)
        let cosigned = try #require(
            NoteSignature(
                name: witness.name, keyID: asLog.id, signature: try witnessLine().signature))
        #expect(throws: NoteFailure.invalidSignature(name: witness.name)) {
            try UnverifiedNote(text: text, signatures: [cosigned]).verified(by: [asLog])
        }
    }

    @Test func `the time of a cosignature is signed and is at most 2^63 − 1`() throws {
        for time in [0, 1, 1_700_000_000, UInt64(Int64.max)] {
            let note = UnverifiedNote(text: text, signatures: [try witnessLine(time)])
            #expect(try note.verified(by: [witness]).times[witness] == time)
        }
        let line = try witnessLine()
        for bit in 0..<64 {
            var changed = line.signature
            changed[bit / 8] ^= 1 << (bit % 8)
            let signature = try #require(
                NoteSignature(name: line.name, keyID: line.keyID, signature: changed))
            #expect(throws: NoteFailure.invalidSignature(name: witness.name)) {
                try UnverifiedNote(text: text, signatures: [signature]).verified(by: [witness])
            }
        }
    }

    @Test func `the message a witness signs is that of the specification`() throws {
        let text =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        let line = try NoteSignature.cosign(
            checkpointText: text, timeSeconds: 1_679_315_147, as: "w", with: testKey(2))
        #expect(Array(line.signature.prefix(8)) == [0, 0, 0, 0, 0x64, 0x18, 0x50, 0xCB])
        #expect(
            testKey(2).publicKey.verifies(
                Array(line.signature.dropFirst(8)),
                over: "cosignature/v1\ntime 1679315147\n\(text)".bytes))
    }

    @Test func `what no note can hold is not signed`() {
        for text in ["", "no newline", "tab\t\n", "return\r\n", "null\0\n"] {
            #expect(throws: MalformedNote.self) {
                try NoteSignature.sign(text: text, as: "a", with: testKey(1))
            }
        }
        for name in ["", "a b", "a+b", "a\u{A0}b", "a\nb", "a\u{3000}", "a\u{1}"] {
            #expect(throws: MalformedNote.self) {
                try NoteSignature.sign(text: "t\n", as: name, with: testKey(1))
            }
            #expect(NoteKey(name: name, algorithm: .ed25519, key: testKey(1).publicKey) == nil)
            #expect(NoteSignature(name: name, keyID: [0, 0, 0, 0], signature: [1]) == nil)
        }
        #expect(throws: MalformedCheckpoint.self) {
            try NoteSignature.cosign(
                checkpointText: "t\n", timeSeconds: 1, as: "a", with: testKey(1))
        }
        let empty = MalformedCheckpoint(
            line: 4, reason: "expected an extension line that is not empty")
        #expect(throws: empty) {
            try NoteSignature.cosign(
                checkpointText: text + "\nx\n", timeSeconds: 1, as: "a", with: testKey(1))
        }
    }

    @Test func `a signature line is read with or without its newline`() throws {
        let line = try logLine()
        #expect(line.line.hasPrefix("— log.example "))
        #expect(try NoteSignature.parse(line.line) == line)
        #expect(try NoteSignature.parse(String(line.line.dropLast())) == line)
        for wrong in [
            "", "\n", "— ", "—", line.line + "\n", line.line + line.line, " " + line.line,
            "-" + line.line,
        ] {
            #expect(throws: MalformedNote.self, "\(wrong)") { try NoteSignature.parse(wrong) }
        }
    }

    @Test(arguments: [
        ("", "name+id+key"), ("a+b", "name+id+key"), ("a+530d903a", "name+id+key"),
        ("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "lower-case"),
        ("example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "eight"),
        ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2", "base64"),
        ("example.com/foo+530d903a+", "base64"),
        ("example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "not that"),
        ("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "not that"),
        ("example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "not that"),
        ("example.com/foo+530d903a+BukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "type 6"),
        ("example.com/foo+530d903a+AQ==", "32 bytes"),
        ("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "a name has"),
        ("a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "a name has"),
        ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k ", "base64"),
        ("example.com/foo+530d903a+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "low order"),
    ])
    func `a verifier key that is not its own is refused`(vkey: String, words: String) {
        let fault = #expect(throws: MalformedVerifierKey.self) { try NoteKey(vkey: vkey) }
        #expect(fault?.reason.contains(words) == true, "\(String(describing: fault))")
    }

    @Test func `extension lines are kept and signed, and make another checkpoint`() throws {
        let plain = try Checkpoint(parsing: text)
        let extended = try Checkpoint(parsing: text + "one\n\u{2028}two\n")
        #expect(extended.extensionLines == ["one", "\u{2028}two"])
        #expect(extended.text == text + "one\n\u{2028}two\n")
        #expect(extended != plain && extended.root == plain.root && extended.size == plain.size)
        let line = try NoteSignature.cosign(
            checkpointText: extended.text, timeSeconds: 7, as: witness.name, with: testKey(2))
        let over = { UnverifiedNote(text: $0, signatures: [line]) }
        #expect(try over(extended.text).verified(by: [witness]).times == [witness: 7])
        #expect(throws: NoteFailure.self) { try over(plain.text).verified(by: [witness]) }
    }

    @Test func `a checkpoint is read and written back`() throws {
        for size in [0, 1, 20_852_163, UInt64.max] {
            let checkpoint = Checkpoint(
                origin: "a log, with spaces + plus", size: TreeSize(size), root: MerkleHash.empty)
            #expect(try Checkpoint(parsing: checkpoint.text) == checkpoint)
        }
        #expect(
            try Checkpoint(parsing: "o\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n").root
                .base64
                == "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
        #expect(throws: MalformedCheckpoint(line: 1, reason: "expected a newline at the end")) {
            try Checkpoint(parsing: "o\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
        }
        #expect(throws: MalformedCheckpoint.self) { try Checkpoint(parsing: "") }
    }
}
