// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import Testing
import TransparencyLog

/// A log without monitors and its witnesses, which a test plays.
private struct WitnessedLog {
    static let keys = [
        "witness-1": RoleScene.key(151), "witness-2": RoleScene.key(152),
        "witness-3": RoleScene.key(153),
    ]

    var now = RoleScene.start
    private(set) var log: LogOperator
    /// Requests that were sent and not answered, by witness.
    private(set) var open: [String: AddCheckpoint] = [:]
    /// How often each was asked.
    private(set) var count: [String: Int] = [:]
    private(set) var asked: [String] = []
    private(set) var warnings: [String] = []
    private var number: Int64 = 0
    private var events: [LogOperator.Event] = []

    init(opening: Bool = true) {
        let keys = Self.keys.map { ($0.key, Self.key($0.key)) }
        log = LogOperator(
            agreement: RoleScene.agreement, monitors: [],
            witnesses: Dictionary(uniqueKeysWithValues: keys))
        guard opening else { return }
        give(.started)
        for name in asked { give(.monitorHolds(monitor: name, nil)) }
    }

    static func key(_ name: String) -> NoteKey {
        NoteKey(
            name: "\(name).roles.example", algorithm: .cosignature, key: keys[name]!.publicKey)!
    }

    mutating func give(_ event: LogOperator.Event) {
        events.append(event)
        while !events.isEmpty {
            for action in log.receive(events.removeFirst(), now: now) { perform(action) }
        }
    }

    private mutating func perform(_ action: LogOperator.Action) {
        switch action {
        case .signOpening(let payload):
            let envelope = try! Envelope.sign(
                payload: payload, payloadType: Envelope.inToto, with: [RoleScene.log])
            events.append(.openingSigned(envelope))
        case .append: events.append(.appended)
        case .writeMark(let note): events.append(.marked(note))
        case .sign(let texts):
            events.append(
                .signed(
                    texts.map {
                        .init(text: $0, signature: RoleScene.signed($0).signatures[0])
                    }))
        case .send(let name, .addCheckpoint(let body)):
            open[name] = AddCheckpoint(parsing: body)
            count[name, default: 0] += 1
        case .ask(let name): asked.append(name)
        case .report(.warning(let why)): warnings.append(why)
        default: break
        }
    }

    mutating func wait(_ seconds: Int64) {
        for _ in 0..<seconds {
            now = now + 1
            give(.clock)
        }
    }

    mutating func submit() {
        number += 1
        give(.submitted(Ticket(UInt64(number)), RoleScene.hearing(number)))
    }

    mutating func answer(_ name: String, _ answer: LogOperator.MonitorAnswer) {
        open[name] = nil
        give(.answered(monitor: name, answer))
    }

    /// Answers as a witness should.
    mutating func cosign(_ name: String, at seconds: UInt64 = 1_800_000_000) {
        guard let request = open[name] else { return }
        answer(name, .cosigned([Self.line(request.note.text, by: name, at: seconds)]))
    }

    static func line(_ text: String, by name: String, at seconds: UInt64) -> NoteSignature {
        try! .cosign(
            checkpointText: text, timeSeconds: seconds, as: key(name).name, with: keys[name]!)
    }

    /// Who has cosigned what is served, by name.
    var cosigners: [String] {
        guard let note = log.checkpoint else { return [log.reasonNotReady ?? "ready"] }
        return Self.keys.keys.sorted().filter {
            (try? note.verified(by: [RoleScene.agreement.logKey, Self.key($0)]))?.signers.count == 2
        }
    }
}

/// Witnesses that are no monitors: what they give, and what they cannot spoil.
struct LogOperatorWitnessTests {
    private let all = ["witness-1", "witness-2", "witness-3"]

    @Test func `cosignatures stand on the checkpoint and in receipts`() throws {
        var world = WitnessedLog()
        world.submit()
        world.wait(2)
        for name in all { world.cosign(name) }
        world.wait(2)
        for name in all { world.cosign(name) }
        #expect(world.cosigners == all)
        #expect(world.log.witnessesHeard(at: world.now) == (3, 3))
        #expect(world.log.witnessesHeard(at: world.now + 200) == (0, 3))
        let checkpoint = world.log.checkpoint
        #expect(world.log.receipt(of: LogIndex(1))?.checkpoint == checkpoint)
        #expect(checkpoint?.signatures.count == 4)
    }

    @Test func `a witness is asked from the size that it cosigned, with a proof that holds`() throws
    {
        var world = WitnessedLog()
        world.wait(1)
        #expect(world.open["witness-1"]?.oldSize == .empty)
        world.cosign("witness-1")
        world.submit()
        let request = try #require(world.open["witness-1"])
        #expect(request.oldSize == TreeSize(1))
        let checkpoint = try Checkpoint(parsing: request.note.text)
        #expect(checkpoint.size == TreeSize(2))
        let path = TilePath(kind: .hashes(level: 0), index: 0, width: 1)!
        let first = try #require(world.log.tile(path).flatMap { Digest(bytes: $0) })
        try MerkleProof.verifyConsistency(
            from: TreeSize(1), oldRoot: first, to: checkpoint.size, newRoot: checkpoint.root,
            proof: request.proof)
    }

    @Test func `one that never answers keeps nobody waiting, and is asked again`() {
        var world = WitnessedLog()
        world.wait(1)
        for round in 0..<5 {
            world.submit()
            // What it was asked before, then the newest.
            world.cosign("witness-2")
            world.wait(1)
            world.cosign("witness-2")
            #expect(world.cosigners == ["witness-2"], "round \(round)")
        }
        #expect(world.count["witness-1"] == 1)
        world.wait(31)
        #expect(world.count["witness-1"] == 2)
    }

    @Test func `one that fails is left alone for longer and longer, and reported once`() {
        var world = WitnessedLog()
        for _ in 0..<300 {
            world.wait(1)
            if world.open["witness-1"] != nil {
                world.answer("witness-1", .refused("status 500: internal error"))
            }
        }
        #expect((6...12).contains(world.count["witness-1"] ?? 0), "\(world.count)")
        #expect(world.warnings == ["witness-1: status 500: internal error"])
        world.wait(70)
        world.cosign("witness-1")
        #expect(world.cosigners == ["witness-1"])
    }

    @Test(arguments: ["another text", "another key", "no time", "nothing", "plain"])
    func `what is no cosignature of it does not stand on the checkpoint`(what: String) throws {
        var world = WitnessedLog()
        world.wait(1)
        let text = try #require(world.open["witness-1"]).note.text
        let other = Checkpoint(origin: RoleScene.origin, size: TreeSize(9), root: MerkleHash.empty)
        let lines: [NoteSignature] =
            switch what {
            case "another text": [WitnessedLog.line(other.text, by: "witness-1", at: 5)]
            case "another key": [WitnessedLog.line(text, by: "witness-2", at: 5)]
            case "no time": [WitnessedLog.line(text, by: "witness-1", at: 0)]
            case "plain":
                try [
                    .sign(
                        text: text, as: WitnessedLog.key("witness-1").name,
                        with: RoleScene.key(151))
                ]
            default: []
            }
        world.answer("witness-1", .cosigned(lines))
        #expect(world.cosigners.isEmpty)
        #expect(world.warnings == ["witness-1: its cosignature does not hold"])
        let served = try #require(world.log.checkpoint)
        #expect(served.signatures.count == 1)
    }

    @Test func `a stranger's line beside the witness's own is left out`() throws {
        var world = WitnessedLog()
        world.wait(1)
        let text = try #require(world.open["witness-1"]).note.text
        world.answer(
            "witness-1",
            .cosigned([
                WitnessedLog.line(text, by: "witness-2", at: 5),
                WitnessedLog.line(text, by: "witness-1", at: 5),
            ]))
        #expect(world.cosigners == ["witness-1"])
    }

    @Test func `the size that a witness names is where the next proof starts`() {
        var world = WitnessedLog()
        for _ in 0..<5 { world.submit() }
        world.wait(2)
        world.answer("witness-1", .expected(TreeSize(4)))
        #expect(world.open["witness-1"]?.oldSize == TreeSize(4))
        world.cosign("witness-1")
        #expect(world.cosigners == ["witness-1"])
    }

    /// Some answer 409 where another root is meant, and so the size that was asked from.
    @Test func `one that answers its size again and again is not asked for ever at once`() {
        var world = WitnessedLog()
        world.wait(1)
        for _ in 0..<10 where world.open["witness-1"] != nil {
            world.answer("witness-1", .expected(.empty))
        }
        #expect((world.count["witness-1"] ?? 0) <= 4)
        #expect(world.warnings == ["witness-1: has cosigned size 0"])
        #expect(world.asked.filter { $0 == "witness-1" }.count == 2)
        #expect(world.log.reasonHalted == nil)
    }

    @Test func `one that holds more than we have stops us once it shows our signature`() {
        var world = WitnessedLog()
        world.wait(1)
        world.answer("witness-1", .expected(TreeSize(7)))
        #expect(world.warnings == ["witness-1: has cosigned size 7"])
        let more = RoleScene.checkpoint(over: RoleScene.leaves(6))
        let forged = RoleScene.signed(more.text, by: RoleScene.developer)
        world.give(.monitorHolds(monitor: "witness-1", forged))
        #expect(world.log.reasonHalted == nil)
        world.give(.monitorHolds(monitor: "witness-1", more))
        #expect(world.log.reasonHalted?.contains("witness-1") == true)
    }

    @Test func `at the start witnesses are asked, too, and one that knows more keeps it shut`() {
        var world = WitnessedLog(opening: false)
        world.give(.started)
        #expect(world.asked == all)
        world.give(
            .monitorHolds(
                monitor: "witness-2", RoleScene.checkpoint(over: RoleScene.leaves(3))))
        for name in ["witness-1", "witness-3"] { world.give(.monitorHolds(monitor: name, nil)) }
        #expect(world.log.reasonHalted?.contains("older than what was signed") == true)
    }

    @Test func `while nothing happens cosignatures are renewed`() {
        var world = WitnessedLog()
        world.wait(1)
        for name in all { world.cosign(name, at: 100) }
        #expect(world.cosigners == all)
        world.wait(30)
        #expect(world.open.isEmpty)
        world.wait(31)
        #expect(world.open["witness-1"]?.oldSize == TreeSize(1))
        world.cosign("witness-1", at: 160)
        let keys = [RoleScene.agreement.logKey, WitnessedLog.key("witness-1")]
        let times = try? world.log.checkpoint?.verified(by: keys).times
        #expect(times?.values.max() == 160)
    }
}
