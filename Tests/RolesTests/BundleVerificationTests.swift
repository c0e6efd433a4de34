// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import Testing
import TransparencyLog

/// What verifying these bytes comes to: nil where they hold.
private func verify(
    _ bytes: [UInt8], agreementID: Digest? = BundleScene.agreement.id, piece: Int = 1 << 16
) throws(BundleFailure) -> BundleReport {
    var verification = BundleVerification(agreementID: agreementID)
    for start in stride(from: 0, to: bytes.count, by: piece) {
        try verification.receive(Array(bytes[start..<min(start + piece, bytes.count)]))
    }
    return try verification.finish()
}

/// The lines are refused at this line, with these words in the reason.
private func check(
    _ lines: [Bundle.Line], isRefusedAt line: Int, _ words: String, entry: UInt64? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let failure = #expect(throws: BundleFailure.self, sourceLocation: sourceLocation) {
        try verify(BundleScene.bytes(lines))
    }
    guard let failure else { return }
    #expect(failure.line == line, "\(failure)", sourceLocation: sourceLocation)
    #expect(
        failure.entry == entry.map { LogIndex($0) }, "\(failure)", sourceLocation: sourceLocation)
    #expect(failure.reason.contains(words), "\(failure)", sourceLocation: sourceLocation)
}

@Suite struct `A bundle` {
    @Test func `holds when everything in it follows from its log`() throws {
        let report = try verify(BundleScene.bytes(BundleScene.lines()))
        #expect(report.isTrusted)
        #expect(report.checkpoint.size == TreeSize(4))
        #expect(report.cosigners == ["monitor-1", "monitor-2"])
        #expect(report.orders == 2)
        #expect(report.vouched == TreeSize(4))
        #expect(report.tick == BundleScene.tick)
        #expect(report.state["order"]?["causes"]?.array?.count == 1)
    }

    @Test func `is only self-consistent where the reader names no agreement`() throws {
        let report = try verify(BundleScene.bytes(BundleScene.lines()), agreementID: nil)
        #expect(!report.isTrusted)
    }

    @Test(arguments: [1, 7, 4096]) func `may come in pieces of any length`(piece: Int) throws {
        #expect(
            try verify(BundleScene.bytes(BundleScene.lines()), piece: piece).vouched == TreeSize(4))
    }

    @Test func `of another agreement is refused`() {
        let failure = #expect(throws: BundleFailure.self) {
            try verify(BundleScene.bytes(BundleScene.lines()), agreementID: Digest.sha256([]))
        }
        #expect(failure?.line == 2)
    }

    @Test func `says how many entries enough monitors vouch for`() throws {
        let uncosigned = BundleScene.checkpoint(cosigners: [0])
        let early = BundleScene.note(BundleScene.orders[0])
        let lines = BundleScene.lines(checkpoint: uncosigned, orders: [early])
        #expect(try verify(BundleScene.bytes(lines)).vouched == TreeSize(2))
        let none = BundleScene.lines(checkpoint: uncosigned, orders: [])
        #expect(try verify(BundleScene.bytes(none)).vouched == .empty)
    }

    @Test func `knows the state that its last line must hold`() throws {
        let lines = BundleScene.lines()
        var verification = BundleVerification()
        #expect(verification.derivedState == nil)
        try verification.receive(BundleScene.bytes(lines.dropLast()))
        #expect(verification.derivedState.map { Bundle.Line.state($0) } == lines.last)
    }

    @Test func `of an empty log holds, too`() throws {
        let lines = BundleScene.lines(
            size: 0, checkpoint: BundleScene.checkpoint(over: 0), leaves: [], orders: [])
        #expect(try verify(BundleScene.bytes(lines)).checkpoint.size == .empty)
    }
}

/// The same in memory that does not grow with the log, with the entries' lines read elsewhere.
private func verifyFlat(
    _ bytes: [UInt8], piece: Int = 1 << 16, knowing orders: [Order]? = nil
) throws -> BundleReport {
    var tail = BundleOrders()
    for start in stride(from: 0, to: bytes.count, by: piece) {
        tail.receive(Array(bytes[start..<min(start + piece, bytes.count)]))
    }
    var verification = BundleVerification(
        agreementID: BundleScene.agreement.id, keeping: .nothing(orders: orders ?? tail.orders))
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        if let (index, _) = verification.awaitedEntries, let law = verification.law {
            try verification.receive(CheckedEntryLine(Array(line), index: index, law: law))
        } else if !line.isEmpty {
            try verification.receive(Array(line) + [UInt8(ascii: "\n")])
        }
    }
    return try verification.finish()
}

@Suite struct `A bundle checked without holding it` {
    @Test(arguments: [1, 13, 1 << 16]) func `comes to the same`(piece: Int) throws {
        let bytes = BundleScene.bytes(BundleScene.lines())
        let held = try verify(bytes)
        let flat = try verifyFlat(bytes, piece: piece)
        #expect(flat.replay == nil)
        #expect(held.replay?.size == flat.checkpoint.size)
        #expect(flat.orders == held.orders)
        #expect(flat.vouched == held.vouched)
        #expect(flat.state == held.state)
        #expect(flat.cosigners == held.cosigners)
    }

    @Test func `refuses the same lines with the same words`() throws {
        let stranger = Entry.leaf(
            received: BundleScene.received(1),
            envelope: BundleScene.envelope(
                .selfPause(SelfPause(model: "fiction-1", reason: "")), sequence: 9,
                by: BundleScene.key(99)))
        let early = Entry.leaf(
            received: BundleScene.start - TimeSpan(milliseconds: 1),
            envelope: BundleScene.statements[1])
        let leaves = BundleScene.leaves
        let lines = BundleScene.lines()
        let cases: [[Bundle.Line]] = [
            BundleScene.lines(leaves: [leaves[0], stranger] + leaves[2...]),
            BundleScene.lines(leaves: [leaves[0], early] + leaves[2...]),
            BundleScene.lines(leaves: leaves.dropLast() + [leaves[2]]),
            Array(lines[...5]) + lines[7...],
            Array(lines[..<4]) + [.entry(leaf: ["a": 1], hash: MerkleHash.empty)] + lines[5...],
            BundleScene.lines(orders: BundleScene.orders.reversed().map { BundleScene.note($0) }),
        ]
        for lines in cases {
            let bytes = BundleScene.bytes(lines)
            let held = #expect(throws: BundleFailure.self) { try verify(bytes) }
            let flat = #expect(throws: BundleFailure.self) { try verifyFlat(bytes) }
            #expect(flat == held)
        }
    }

    @Test func `does not believe an order that it could not ask the law about`() throws {
        let bytes = BundleScene.bytes(BundleScene.lines())
        let failure = #expect(throws: BundleFailure.self) {
            try verifyFlat(bytes, knowing: [BundleScene.orders[0]])
        }
        #expect(failure?.line == 9)
        #expect(failure?.reason.contains("first looked through") == true)
    }

    @Test func `reads an entry's line no more laxly than the parser does`() throws {
        let line = Bundle.Line.entry(
            leaf: try JSON.parse(BundleScene.leaves[1]),
            hash: MerkleHash.leaf(BundleScene.leaves[1]))
        #expect(CheckedEntryLine.line(of: BundleScene.leaves[1]) == line.bytes)
        let law = BundleScene.brake(over: 1)
        // A space where none may be, a second member, an escaped character.
        let text = String(decoding: line.bytes, as: UTF8.self)
        let spellings = [
            text.replacing("\"entry\":", with: "\"entry\": "), "{\"a\":1," + text.dropFirst(),
            text.replacing(",\"leaf\"", with: ",\"leaf\":\"\",\"leaf\""),
            text.replacing("\"received\"", with: "\"\\u0072eceived\""), text + " ",
        ]
        for spelling in spellings {
            var verification = BundleVerification(agreementID: BundleScene.agreement.id)
            let bytes = BundleScene.bytes(BundleScene.lines())
            let head = bytes.split(separator: UInt8(ascii: "\n"))[..<4]
            try verification.receive(head.flatMap { $0 + [UInt8(ascii: "\n")] })
            let read = CheckedEntryLine(Array(spelling.utf8), index: LogIndex(1), law: law)
            #expect(throws: BundleFailure.self, "\(spelling)") { try verification.receive(read) }
        }
    }
}

@Suite struct `A bundle is refused` {
    @Test func `with lines missing, doubled or out of order`() {
        let lines = BundleScene.lines()
        check(Array(lines.dropLast()), isRefusedAt: 10, "ends before an order or the state")
        check(lines + lines.suffix(1), isRefusedAt: 11, "nothing may follow the state")
        check(Array(lines.dropFirst()), isRefusedAt: 1, "expected the header")
        check([lines[0]] + lines[2...], isRefusedAt: 2, "expected the agreement")
        check(Array(lines[...3]) + lines[3...], isRefusedAt: 5, "opening", entry: 1)
        check(Array(lines[...5]) + lines[7...], isRefusedAt: 7, "expected entry 3 of 4")
        check([], isRefusedAt: 1, "ends before the header")
    }

    @Test func `with a line that does not end`() {
        let bytes = Array(BundleScene.bytes(BundleScene.lines()).dropLast())
        let failure = #expect(throws: BundleFailure.self) { try verify(bytes) }
        #expect(failure?.line == 10)
    }

    @Test func `with JSON that is not canonical`() {
        let spaced = Array("{\"format\": \"standstill-bundle/v1\",\"size\":4,\"tick\":1}\n".utf8)
        let failure = #expect(throws: BundleFailure.self) { try verify(spaced) }
        #expect(failure?.reason.contains("canonical") == true)
    }

    @Test func `with a checkpoint that its log or its monitors did not sign`() {
        let text = Checkpoint(
            origin: BundleScene.origin, size: TreeSize(4), root: BundleScene.root(over: 4)
        ).text
        let stranger = try! NoteSignature.sign(
            text: text, as: BundleScene.origin, with: BundleScene.key(99))
        let ours = try! NoteSignature.sign(
            text: text, as: BundleScene.origin, with: BundleScene.log)
        let elsewhere = try! NoteSignature.sign(
            text: text, as: "elsewhere.example", with: BundleScene.key(99))
        let cases: [([NoteSignature], String)] = [
            ([stranger], "No known key"), ([elsewhere], "No known key"),
            ([ours, elsewhere], "does not name"),
        ]
        for (signatures, words) in cases {
            let note = BundleScene.note(text, signatures)
            check(BundleScene.lines(checkpoint: note), isRefusedAt: 3, words)
        }
        check(
            BundleScene.lines(checkpoint: BundleScene.checkpoint(over: 3)), isRefusedAt: 3,
            "3 entries")
    }

    @Test func `with an entry that the law does not admit`() {
        let opening = BundleScene.leaves[0]
        let envelope = BundleScene.envelope(
            .selfPause(SelfPause(model: "fiction-1", reason: "")), sequence: 9,
            by: BundleScene.key(99))
        let stranger = Entry.leaf(received: BundleScene.received(1), envelope: envelope)
        check(
            BundleScene.lines(leaves: [opening, stranger] + BundleScene.leaves[2...]),
            isRefusedAt: 5, "does not admit", entry: 1)
    }

    @Test func `with a stamp before that of the entry in front`() {
        let early = Entry.leaf(
            received: BundleScene.start - TimeSpan(milliseconds: 1),
            envelope: BundleScene.statements[1])
        check(
            BundleScene.lines(leaves: [BundleScene.leaves[0], early] + BundleScene.leaves[2...]),
            isRefusedAt: 5, "before the entry in front", entry: 1)
    }

    @Test func `with entries that the checkpoint does not sign`() {
        let later = Entry.leaf(
            received: BundleScene.received(4), envelope: BundleScene.statements[3])
        check(
            BundleScene.lines(leaves: BundleScene.leaves.dropLast() + [later]), isRefusedAt: 7,
            "the root")
    }

    @Test func `with an order that does not follow, or that too few have signed`() {
        let order = BundleScene.orders[1]
        let other = Order(
            agreement: order.agreement, terms: order.terms, rules: order.rules,
            epoch: order.epoch + 1,
            state: order.state, measures: order.measures, causes: order.causes,
            models: order.models,
            expiry: order.expiry, silentSince: nil, size: order.size, root: order.root,
            tick: order.tick)
        check(
            BundleScene.lines(orders: [BundleScene.note(other)]), isRefusedAt: 8, "at /epoch")
        check(
            BundleScene.lines(orders: [BundleScene.note(order, by: [1])]), isRefusedAt: 8,
            "2 are needed")
        check(
            BundleScene.lines(orders: BundleScene.orders.reversed().map { BundleScene.note($0) }),
            isRefusedAt: 9, "after an earlier one")
        check(
            BundleScene.lines(tick: BundleScene.received(4), orders: [BundleScene.note(order)]),
            isRefusedAt: 8, "later tick")
    }

    @Test func `with a state that does not follow`() {
        let later = BundleScene.brake(over: 4).state(at: BundleScene.received(6)).json
        check(BundleScene.lines(state: later), isRefusedAt: 10, "at /at")
        check(
            BundleScene.lines(state: ["brake": "paused"]), isRefusedAt: 10,
            "the state is not what follows")
    }
}

@Suite struct `One flipped bit` {
    /// Each line with the verification as it stood before it, so that only what follows is done
    /// again.
    private static let prefixes: [(BundleVerification, line: [UInt8], rest: [UInt8])] = {
        let lines = BundleScene.lines()
        var verification = BundleVerification(agreementID: BundleScene.agreement.id)
        return lines.indices.map { index in
            let before = verification
            let line = BundleScene.bytes([lines[index]])
            try! verification.receive(line)
            return (before, line, BundleScene.bytes(Array(lines[(index + 1)...])))
        }
    }()

    @Test(arguments: 0..<10) func `is found, and its line named`(line number: Int) {
        let (before, line, rest) = Self.prefixes[number]
        for place in line.indices {
            for bit in 0..<8 {
                var flipped = line
                flipped[place] ^= 1 << bit
                let failure = Self.failure(of: flipped, rest, after: before)
                guard let failure else {
                    Issue.record("bit \(bit) of byte \(place) of line \(number + 1) was not found")
                    continue
                }
                // What the header says shows only where it is contradicted; a lost newline joins
                // two lines.
                let isNamed = number == 0 ? failure.line >= 1 : failure.line == number + 1
                guard !isNamed else { continue }
                Issue.record(
                    "bit \(bit) of byte \(place) of line \(number + 1) was taken for \(failure)")
            }
        }
    }

    @Test func `of the agreement is found without knowing its id, too`() {
        let line = Self.prefixes[1].line
        var before = BundleVerification()
        try! before.receive(Self.prefixes[0].line)
        // One bit a byte: reading an agreement that often takes its time.
        for place in line.indices {
            var flipped = line
            flipped[place] ^= 1 << (place % 7)
            if Self.failure(of: flipped, Self.prefixes[1].rest, after: before) == nil {
                Issue.record("bit \(place % 7) of byte \(place) was not found")
            }
        }
    }

    private static func failure(
        of line: [UInt8], _ rest: [UInt8], after before: BundleVerification
    ) -> BundleFailure? {
        var verification = before
        do throws(BundleFailure) {
            try verification.receive(line)
            try verification.receive(rest)
            _ = try verification.finish()
            return nil
        } catch {
            return error
        }
    }
}

@Suite struct `A note in a bundle` {
    @Test func `keeps only signatures that hold`() throws {
        let note = try UnverifiedNote(
            parsing: Array(BundleScene.checkpoint(cosigners: [0, 1, 2]).utf8))
        let monitor = BundleScene.agreement.monitorKeys[1]
        let kept = note.pruned(to: [BundleScene.agreement.logKey, monitor.cosigning])
        #expect(kept.signatures.count == 2)
        #expect(kept.text == note.text)
        // The same key under its other hat has not signed this.
        #expect(note.pruned(to: [monitor.order]).signatures.isEmpty)
    }
}

@Suite struct `The first difference of two values` {
    private func check(_ one: JSON, _ other: JSON, _ pointer: String?) {
        #expect(JSONDifference.first(one, other)?.pointer == pointer)
    }

    @Test func `is named by its pointer`() {
        check(["a": 1], ["a": 1], nil)
        check(["a": 1], ["a": 2], "/a")
        check(["a": ["b", "c"]], ["a": ["b", "d"]], "/a/1")
        check(["a": ["b"]], ["a": ["b", "d"]], "/a/1")
        check(["a": 1], ["a": 1, "b": 2], "/b")
        check(["a": 1, "b": 2], ["a": 1], "/b")
        check(["a~/b": 1], ["a~/b": 2], "/a~0~1b")
        check(1, "1", "")
    }
}
