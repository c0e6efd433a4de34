// SPDX-License-Identifier: Apache-2.0

import Enforcement
import PauseAgreement
import Testing
import TransparencyLog

/// Which notes a gate believes, and which order comes after which.
@Suite struct BelievedOrderTests {
    /// Expects the note to be refused with these words.
    private func check(
        _ note: UnverifiedNote, under agreement: Agreement = Scene.agreement, refused words: String,
        location: SourceLocation = #_sourceLocation
    ) {
        do throws(Disbelief) {
            _ = try BelievedOrder(verifying: note, under: agreement)
            Issue.record("was believed", sourceLocation: location)
        } catch {
            #expect(error.description.contains(words), "\(error)", sourceLocation: location)
        }
    }

    @Test func `three of four monitors are believed, whichever they are`() throws {
        for signers in [[1, 2, 3], [2, 3, 4], [4, 3, 1], [1, 2, 3, 4]] {
            let order = try BelievedOrder(
                verifying: Scene.note(Scene.paused, by: signers), under: Scene.agreement)
            #expect(order.order == Scene.paused)
            #expect(order.monitors == signers.sorted().map { "monitor-\($0)" })
            #expect(order.note.signatures.count == signers.count)
        }
    }

    @Test func `two of four are not, nor is one three times`() {
        check(Scene.note(Scene.paused, by: []), refused: "0 of 3 monitors' signatures")
        check(
            Scene.note(Scene.paused, by: [1, 2]),
            refused: "2 of 3 monitors' signatures (monitor-1, monitor-2)")
        check(Scene.note(Scene.paused, by: [1, 1, 1]), refused: "1 of 3")
        check(Scene.note(Scene.paused, by: [1, 2, 2, 1]), refused: "2 of 3")
    }

    @Test func `an order is believed under the set of monitors that it names, and under no other`()
        throws
    {
        let old = Scene.agreement.monitors
        let set = try Scene.agreement.monitors(
            after: old, terms: old.terms,
            members: [1, 2, 3].map { ("monitor-\($0)", Scene.monitors[$0 - 1].1.publicKey) }
                + [("monitor-5", Scene.key(99).publicKey)])
        let plain = Scene.paused
        let order = Order(
            agreement: plain.agreement, terms: plain.terms, rules: plain.rules, epoch: plain.epoch,
            state: plain.state, measures: plain.measures, causes: plain.causes,
            models: plain.models, expiry: plain.expiry, silentSince: nil, size: plain.size,
            root: plain.root, tick: plain.tick, monitors: set.name)
        var note = Scene.note(order, by: [1, 2])
        note.add(
            try NoteSignature.sign(
                text: order.text, as: "monitor-5.two-lab-pause.example", with: Scene.key(99)))
        let believed = try BelievedOrder(verifying: note, under: Scene.agreement, monitors: set)
        #expect(believed.monitors == ["monitor-1", "monitor-2", "monitor-5"])
        check(note, refused: "stands under version 2 of the monitors, and version 1 counts here")
        #expect(throws: Disbelief.self) {
            try BelievedOrder(
                verifying: Scene.note(plain, by: [1, 2, 3, 4]), under: Scene.agreement,
                monitors: set)
        }
        // Enough of the old ones are not enough of the new ones.
        #expect(throws: Disbelief.tooFewSignatures(valid: ["monitor-1", "monitor-2"], needed: 3)) {
            try BelievedOrder(
                verifying: Scene.note(order, by: [1, 2, 4]), under: Scene.agreement, monitors: set)
        }
    }

    @Test func `one key under two monitors' names counts once`() {
        let agreement = Scene.agreement
        let twin = Party(
            name: "monitor-5", roles: [.monitor], jurisdiction: "Norland",
            keys: agreement.party("monitor-1")!.keys, threshold: 1, share: .zero, nominatedBy: nil)
        let doubled = agreement.with(parties: agreement.parties + [twin])
        var note = Scene.note(Scene.paused, by: [1, 2])
        let line = try! NoteSignature.sign(
            text: note.text, as: "monitor-5.two-lab-pause.example", with: Scene.monitors[0].1)
        note.add(line)
        check(note, under: doubled, refused: "2 of 3")
    }

    @Test func `strangers, other names and other texts do not count`() throws {
        let text = Scene.paused.text
        var note = Scene.note(Scene.paused, by: [1, 2])
        note.add(
            try NoteSignature.sign(
                text: text, as: "monitor-9.two-lab-pause.example", with: Scene.key(99)))
        note.add(
            try NoteSignature.sign(
                text: text, as: "monitor-3.two-lab-pause.example", with: Scene.key(99)))
        note.add(
            try NoteSignature.sign(
                text: text, as: "monitor-3.other.example", with: Scene.monitors[2].1))
        let elsewhere = try NoteSignature.sign(
            text: Scene.running.text, as: "monitor-4.two-lab-pause.example",
            with: Scene.monitors[3].1)
        note.add(elsewhere)
        check(note, refused: "2 of 3 monitors' signatures (monitor-1, monitor-2)")
    }

    @Test func `a bad line does not spoil a good order`() throws {
        var note = Scene.note(Scene.paused, by: [1, 2, 3])
        note.add(
            try NoteSignature.sign(
                text: Scene.running.text, as: "monitor-4.two-lab-pause.example",
                with: Scene.monitors[3].1))
        let order = try BelievedOrder(verifying: note, under: Scene.agreement)
        #expect(order.monitors == ["monitor-1", "monitor-2", "monitor-3"])
        #expect(order.note.signatures.count == 3)
        // And a bad line before the good one of the same monitor hides nothing.
        let bad = try NoteSignature.sign(
            text: Scene.running.text, as: "monitor-1.two-lab-pause.example",
            with: Scene.monitors[0].1)
        let shadowed = UnverifiedNote(
            text: note.text, signatures: [bad] + Scene.note(Scene.paused).signatures)
        #expect(try BelievedOrder(verifying: shadowed, under: Scene.agreement).monitors.count == 3)
    }

    @Test func `a cosignature of a monitor is no signature of an order`() throws {
        var note = Scene.note(Scene.paused, by: [1, 2])
        let key = NoteKey(
            name: "monitor-3.two-lab-pause.example", algorithm: .cosignature,
            key: Scene.monitors[2].1.publicKey)!
        let raw = try Scene.monitors[2].1.sign(Array(note.text.utf8))
        note.add(
            NoteSignature(
                name: key.name, keyID: key.id, signature: [0, 0, 0, 0, 0, 0, 0, 0] + raw)!)
        check(note, refused: "2 of 3")
    }

    @Test func `orders of another agreement, other terms or other rules are refused`() {
        let stranger = Digest.sha256([1])
        let order = Scene.running
        check(
            Scene.note(order.with(agreement: stranger)),
            refused: "another agreement (\(stranger.hex))")
        check(Scene.note(order.with(terms: stranger)), refused: "other terms (\(stranger.hex))")
        check(Scene.note(order.with(rules: 2)), refused: "version 2 of the rules")
    }

    @Test func `texts that are no order are refused, whoever signed them`() {
        let text = Scene.running.text
        let spellings = [
            "something else\n", "\(Order.header)\n", "\(Order.header)\n{}\n", text + "\n",
            text + text,
            text.replacing("{\"agreement\"", with: "{ \"agreement\""),
            text.replacing("\"epoch\":7", with: "\"epoch\":-7"),
            text.replacing("\"epoch\":7", with: "\"epoch\":7,\"extra\":1"),
            text.replacing("\"running\"", with: "\"sprinting\""),
            text.replacing("order/v1", with: "order/v2"),
        ]
        for spelling in spellings {
            #expect(spelling != text)
            check(Scene.note(spelling), refused: "the order is malformed")
        }
    }

    @Test func `every single changed byte of a signed order is noticed`() throws {
        let bytes = Scene.note(Scene.paused).bytes
        for place in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[place] ^= 1
            guard let note = try? UnverifiedNote(parsing: changed) else { continue }
            #expect(throws: Disbelief.self, "byte \(place)") {
                try BelievedOrder(verifying: note, under: Scene.agreement)
            }
        }
    }

    @Test func `an agreement that asks for no signature is believed by nobody`() {
        let careless = Scene.agreement(signatures: 0)
        check(Scene.note(Scene.running, by: []), under: careless, refused: "0 of 1")
    }

    @Test func `epoch counts before tick, and tick before size`() {
        let hour = TimeSpan("1 h")!
        let sequence = [
            Scene.order(epoch: 6, size: 99, tick: Scene.now + hour),
            Scene.order(epoch: 7, size: 40),
            Scene.order(epoch: 7, size: 41),
            Scene.order(epoch: 7, size: 39, tick: Scene.now + hour),
            Scene.order(epoch: 8, size: 1, tick: Scene.now - hour),
        ].map { Scene.believed($0) }
        for (i, earlier) in sequence.enumerated() {
            for (j, later) in sequence.enumerated() {
                let expected: BelievedOrder.Succession = i == j ? .same : i < j ? .newer : .older
                #expect(earlier.succession(of: later) == expected, "\(i), \(j)")
            }
        }
    }

    @Test func `two texts of one rank contradict each other, two sets of signatures do not`() throws
    {
        let first = Scene.believed(Scene.running)
        let second = Scene.believed(Scene.order(.paused, [Scene.measure(.pause)]))
        #expect(first.rank == second.rank)
        #expect(first.succession(of: second) == .contradiction)
        let others = try BelievedOrder(
            verifying: Scene.note(Scene.running, by: [2, 3, 4]), under: Scene.agreement)
        #expect(first.succession(of: others) == .same)
        #expect(!first.isContradicted)
        #expect(first.contradicted().isContradicted)
    }
}

extension Order {
    fileprivate func with(
        agreement: Digest? = nil, terms: Digest? = nil, rules: Int64? = nil
    ) -> Order {
        Order(
            agreement: agreement ?? self.agreement, terms: terms ?? self.terms,
            rules: rules ?? self.rules,
            epoch: epoch, state: state, measures: measures, causes: causes, models: models,
            expiry: expiry,
            silentSince: silentSince, size: size, root: root, tick: tick)
    }
}

extension Agreement {
    fileprivate func with(parties: [Party]) -> Agreement {
        Agreement(
            id: id, terms: terms, text: text, name: name, title: title, rules: rules, log: log,
            monitoring: monitoring, parties: parties, entryIntoForce: entryIntoForce,
            legalBasis: legalBasis,
            indicators: indicators, triggers: triggers, decisions: decisions, measures: measures,
            scope: scope,
            verification: verification, resume: resume, incentives: incentives,
            disclosure: disclosure,
            clocks: clocks, onSilence: onSilence, onExpiry: onExpiry, exit: exit)
    }
}
