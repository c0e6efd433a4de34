// SPDX-License-Identifier: Apache-2.0
import Testing
import TransparencyLog

/// Witnesses by the names of the specification's example, each with a key of its own.
private let keyNumbers: [(name: String, number: UInt8)] = [
    ("X1", 11), ("X2", 12), ("X3", 13), ("Y1", 21), ("Y2", 22), ("Y3", 23),
]

private func vkey(_ name: String) -> String {
    let number = keyNumbers.first { $0.name == name }!.number
    return NoteKey(
        name: "\(name).example", algorithm: .cosignature, key: testKey(number).publicKey)!.vkey
}

private let logKey = NoteKey(name: "log.example", algorithm: .ed25519, key: testKey(1).publicKey)!
private let checkpoint = Checkpoint(
    origin: "log.example", size: TreeSize(9), root: MerkleHash.empty)

/// The example policy of the specification, with keys filled in.
private let example = """
    log \(logKey.vkey)

    witness X1 \(vkey("X1"))
    witness X2 \(vkey("X2"))
    witness X3 \(vkey("X3"))
    group X-witnesses 2 X1 X2 X3

    witness Y1 \(vkey("Y1"))
    witness Y2 \(vkey("Y2"))
    witness Y3 \(vkey("Y3"))
    group Y-witnesses any Y1 Y2 Y3

    group X-and-Y all X-witnesses Y-witnesses
    quorum X-and-Y

    """

private func line(of name: String, time: UInt64 = 100, over text: String = checkpoint.text) throws
    -> NoteSignature
{
    let number = keyNumbers.first { $0.name == name }!.number
    return try .cosign(
        checkpointText: text, timeSeconds: time, as: "\(name).example", with: testKey(number))
}

private func note(_ names: [String]) throws -> UnverifiedNote {
    let log = try NoteSignature.sign(text: checkpoint.text, as: logKey.name, with: testKey(1))
    return UnverifiedNote(
        text: checkpoint.text, signatures: [log] + (try names.map { try line(of: $0) }))
}

@Suite struct WitnessPolicyTests {
    @Test func `the example of the specification is read`() throws {
        let policy = try WitnessPolicy(parsing: example)
        #expect(policy.logs.map(\.key) == [logKey])
        #expect(policy.witnesses.map(\.name) == keyNumbers.map(\.name))
        #expect(
            policy.groups == [
                WitnessPolicy.Group(
                    name: "X-witnesses", threshold: 2, members: ["X1", "X2", "X3"]),
                WitnessPolicy.Group(
                    name: "Y-witnesses", threshold: 1, members: ["Y1", "Y2", "Y3"]),
                WitnessPolicy.Group(
                    name: "X-and-Y", threshold: 2, members: ["X-witnesses", "Y-witnesses"]),
            ])
        #expect(policy.quorum == "X-and-Y")
        #expect(try WitnessPolicy(parsing: policy.text) == policy)
    }

    @Test func `of all sets of witnesses exactly those with two X and one Y meet the quorum`()
        throws
    {
        let policy = try WitnessPolicy(parsing: example)
        for set in 0..<64 {
            let names = keyNumbers.indices.filter { set >> $0 & 1 == 1 }.map { keyNumbers[$0].name }
            let isEnough = (set & 0b111).nonzeroBitCount >= 2 && set >> 3 != 0
            #expect(policy.isMet(by: names) == isEnough, "\(names)")
            let note = try note(names)
            if isEnough {
                let (found, verified) = try policy.verify(note)
                #expect(found == checkpoint)
                #expect(
                    verified.signers.map(\.name) == ["log.example"] + names.map { "\($0).example" })
                #expect(verified.times.count == names.count)
            } else {
                #expect(throws: PolicyFailure.quorumNotMet(quorum: "X-and-Y", cosigned: names)) {
                    try policy.verify(note)
                }
            }
        }
    }

    @Test func `a bad line of a witness does not count and does no harm`() throws {
        let policy = try WitnessPolicy(parsing: example)
        let other = Checkpoint(origin: "log.example", size: TreeSize(8), root: MerkleHash.empty)
            .text
        var note = try note(["X1", "X2", "Y1"])
        note.add(try line(of: "X3", over: other))
        #expect(try policy.verify(note).1.signers.count == 4)
        note.add(try line(of: "X2", over: other))
        #expect(throws: PolicyFailure.quorumNotMet(quorum: "X-and-Y", cosigned: ["X1", "Y1"])) {
            try policy.verify(note)
        }
    }

    @Test func `of two cosignatures of one witness the later counts, once`() throws {
        let policy = try WitnessPolicy(parsing: example)
        let base = try note(["X1", "Y1"])
        let twice = UnverifiedNote(
            text: base.text,
            signatures: base.signatures + [
                try line(of: "X1", time: 300), try line(of: "X1", time: 200),
            ])
        #expect(throws: PolicyFailure.quorumNotMet(quorum: "X-and-Y", cosigned: ["X1", "Y1"])) {
            try policy.verify(twice)
        }
        let enough = UnverifiedNote(
            text: base.text, signatures: twice.signatures + [try line(of: "X2")])
        let (_, verified) = try policy.verify(enough)
        #expect(verified.times[try NoteKey(vkey: vkey("X1"))] == 300)
    }

    @Test func `only a listed log under its own name is believed`() throws {
        let policy = try WitnessPolicy(parsing: example)
        let unsigned = UnverifiedNote(
            text: checkpoint.text,
            signatures: Array(try note(["X1", "X2", "Y1"]).signatures.dropFirst()))
        #expect(throws: PolicyFailure.log(.noKnownSigner)) { try policy.verify(unsigned) }

        let foreign = Checkpoint(origin: "other.example", size: TreeSize(9), root: MerkleHash.empty)
        let line = try NoteSignature.sign(text: foreign.text, as: logKey.name, with: testKey(1))
        #expect(throws: PolicyFailure.unknownLog(origin: "other.example")) {
            try policy.verify(UnverifiedNote(text: foreign.text, signatures: [line]))
        }
        var forged = try note(["X1", "X2", "Y1"])
        let bad = try NoteSignature.sign(text: foreign.text, as: logKey.name, with: testKey(1))
        forged.add(bad)
        #expect(throws: PolicyFailure.log(.invalidSignature(name: "log.example"))) {
            try policy.verify(forged)
        }
        #expect(throws: PolicyFailure.self) {
            try policy.verify(UnverifiedNote(text: "no checkpoint\n", signatures: [bad]))
        }
    }

    @Test func `each of several logs is accepted under its own name`() throws {
        let second = NoteKey(
            name: "second.example", algorithm: .ed25519, key: testKey(2).publicKey)!
        let policy = try WitnessPolicy(
            logs: [.init(key: logKey), .init(key: second, url: "https://second.example/")],
            witnesses: [],
            groups: [], quorum: WitnessPolicy.noQuorum)
        let text = Checkpoint(origin: "second.example", size: .empty, root: MerkleHash.empty).text
        let line = try NoteSignature.sign(text: text, as: "second.example", with: testKey(2))
        #expect(
            try policy.verify(UnverifiedNote(text: text, signatures: [line])).1.signers == [second])
        #expect(throws: PolicyFailure.unknownLog(origin: "third.example")) {
            let text = Checkpoint(origin: "third.example", size: .empty, root: MerkleHash.empty)
                .text
            _ = try policy.verify(UnverifiedNote(text: text, signatures: [line]))
        }
    }

    @Test func `a policy of parts is checked like one in text`() throws {
        let one = WitnessPolicy.WitnessLine(
            name: "one", key: try NoteKey(vkey: vkey("X1")), url: "https://x1.example/")
        let policy = try WitnessPolicy(
            logs: [.init(key: logKey, url: "https://log.example/")], witnesses: [one],
            groups: [.init(name: "g", threshold: 1, members: ["one"])], quorum: "g")
        #expect(
            policy.text == """
                log \(logKey.vkey) https://log.example/
                witness one \(vkey("X1")) https://x1.example/
                group g 1 one
                quorum g

                """)
        #expect(try WitnessPolicy(parsing: policy.text) == policy)
        #expect(
            throws: MalformedPolicy(line: 2, reason: "expected all, any or a number from 1 to 1")
        ) {
            try WitnessPolicy(
                logs: [], witnesses: [one],
                groups: [.init(name: "g", threshold: 2, members: ["one"])], quorum: "g")
        }
        #expect(throws: MalformedPolicy.self) {
            try WitnessPolicy(logs: [], witnesses: [one], groups: [], quorum: "one\nquorum none")
        }
    }

    @Test func `a line break in a name or URL brings in no line of its own`() throws {
        let one = WitnessPolicy.WitnessLine(
            name: "one", key: try NoteKey(vkey: vkey("X1")),
            url: "https://a.example/\nwitness two \(vkey("X2"))")
        #expect(throws: MalformedPolicy(line: 1, reason: "names and URLs have no white space")) {
            try WitnessPolicy(logs: [], witnesses: [one], groups: [], quorum: "one")
        }
    }

    @Test func `comments, tabs, blanks and a missing last newline are read`() throws {
        let policy = try WitnessPolicy(
            parsing: "# comment\n\n  \t\n\t#another\nwitness\tone \t \(vkey("X1"))\t\n quorum\tone "
        )
        #expect(policy.quorum == "one" && policy.witnesses.count == 1 && policy.logs.isEmpty)
    }

    @Test func `names are bytes, so K and the Kelvin sign are two`() throws {
        let text =
            "witness K \(vkey("X1"))\nwitness \u{212A} \(vkey("X2"))\ngroup g all K \u{212A}\nquorum g\n"
        let policy = try WitnessPolicy(parsing: text)
        #expect(!policy.isMet(by: ["K"]))
        #expect(policy.isMet(by: ["K", "\u{212A}"]))
        let kelvin = try WitnessPolicy(parsing: text.replacing("quorum g", with: "quorum \u{212A}"))
        let letter = try WitnessPolicy(parsing: text.replacing("quorum g", with: "quorum K"))
        #expect(kelvin != letter)
    }

    @Test func `a policy of hundreds of witnesses and groups in a chain is read and evaluated`()
        throws
    {
        var text = ""
        for number in 0..<100 {
            let key = NoteKey(
                name: "w\(number)", algorithm: .cosignature, key: testKey(UInt8(number)).publicKey)!
            text += "witness w\(number) \(key.vkey)\n"
            text += "group g\(number) all w\(number)\(number > 0 ? " g\(number - 1)" : "")\n"
        }
        let policy = try WitnessPolicy(parsing: text + "quorum g99\n")
        let all = (0..<100).map { "w\($0)" }
        #expect(policy.isMet(by: all))
        #expect(!policy.isMet(by: Array(all.dropFirst())))
        #expect(!policy.isMet(by: all.map { $0.replacing("w", with: "g") }))
    }
}
