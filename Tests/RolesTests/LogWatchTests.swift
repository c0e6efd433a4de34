// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import Testing
import TransparencyLog

/// One who looks on: what it sees, and what it must not be shown.
@Suite struct LogWatchTests {
    private typealias Scene = BundleScene

    /// A watch that was shown the first `size` entries, cosigned by two.
    private func watch(_ size: Int = 4) -> LogWatch {
        var watch = LogWatch(
            agreement: Scene.agreement, policy: Scene.agreement.policy(), patience: 3)
        _ = show(size, to: &watch)
        return watch
    }

    @discardableResult
    private func show(_ size: Int, to watch: inout LogWatch) -> [LogWatch.Sighting] {
        let sightings = watch.receive(
            checkpoint: note(Scene.checkpoint(over: size)), from: .node)
        guard let wanted = watch.wanted else { return sightings }
        let leaves = Array(Scene.leaves[Int(wanted.from.value)..<Int(wanted.to.value)])
        return sightings + watch.receive(leaves: leaves)
    }

    private func note(_ text: String) -> UnverifiedNote {
        try! UnverifiedNote(parsing: Array(text.utf8))
    }

    private func order(_ order: Order, by signers: [Int] = [0, 1]) -> UnverifiedNote {
        note(Scene.note(order, by: signers))
    }

    /// The same order with another state: a lie.
    private func lie(_ order: Order) -> Order {
        Order(
            agreement: order.agreement, terms: order.terms, rules: order.rules, epoch: order.epoch,
            state: .paused, measures: order.measures, causes: order.causes, models: order.models,
            expiry: order.expiry, silentSince: order.silentSince, size: order.size,
            root: order.root, tick: order.tick)
    }

    /// The only thing seen is this alarm, with these words and so many notes that prove it.
    private func check(
        _ sightings: [LogWatch.Sighting], raise kind: WatchAlarm.Kind, _ words: String,
        evidence count: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard sightings.count == 1, case .alarm(let alarm) = sightings[0] else {
            Issue.record("\(sightings)", sourceLocation: sourceLocation)
            return
        }
        #expect(alarm.kind == kind, "\(alarm)", sourceLocation: sourceLocation)
        #expect(alarm.sentence.contains(words), "\(alarm)", sourceLocation: sourceLocation)
        #expect(alarm.evidence.count == count, sourceLocation: sourceLocation)
    }

    // MARK: - What holds

    @Test func `it sees each entry once, then the checkpoint, and each order`() {
        var watch = watch(2)
        #expect(watch.vouched == TreeSize(2))
        let seen = show(4, to: &watch)
        let indices = seen.compactMap { sighting -> UInt64? in
            if case .entry(let summary) = sighting { summary.index.value } else { nil }
        }
        #expect(indices == [2, 3])
        guard case .checkpoint(let checkpoint, let cosigners)? = seen.last else {
            Issue.record("\(seen)")
            return
        }
        #expect(checkpoint.size == TreeSize(4))
        #expect(cosigners == ["monitor-1", "monitor-2"])
        let note = order(Scene.orders[1])
        let sightings = watch.receive(order: note, from: .node)
        #expect(sightings == [.order(Scene.orders[1], monitors: ["monitor-1", "monitor-2"])])
        #expect(watch.receive(order: note, from: .record) == [])
        #expect(watch.vouchedAt == max(Scene.tick, Scene.received(4)))
        #expect(show(4, to: &watch) == [])
    }

    @Test func `an order over entries that are still to come waits for them`() {
        var watch = watch(2)
        #expect(watch.receive(order: order(Scene.orders[1]), from: .record) == [])
        let seen = show(4, to: &watch)
        #expect(seen.last == .order(Scene.orders[1], monitors: ["monitor-1", "monitor-2"]))
        #expect(watch.unfounded() == nil)
    }

    @Test func `what a monitor was shown may be older or newer, if it is of one history`() {
        var watch = watch(2)
        let older = note(Scene.checkpoint(over: 1, cosigners: [2]))
        #expect(watch.receive(checkpoint: older, from: .monitor("http://m")) == [])
        let newer = note(Scene.checkpoint(over: 4, cosigners: [2]))
        #expect(watch.receive(checkpoint: newer, from: .monitor("http://m")) == [])
        #expect(show(4, to: &watch).count == 3)
    }

    // MARK: - Checkpoints that do not hold

    @Test func `a checkpoint that nobody known signed is an alarm`() {
        var watch = watch(2)
        let text = Checkpoint(
            origin: Scene.origin, size: TreeSize(3), root: Scene.root(over: 3)
        ).text
        let forged = UnverifiedNote(
            text: text,
            signatures: [try! NoteSignature.sign(text: text, as: Scene.origin, with: Scene.key(99))]
        )
        check(
            watch.receive(checkpoint: forged, from: .node), raise: .invalidCheckpoint,
            "does not hold", evidence: 1)
    }

    @Test func `fewer entries than before are an alarm`() {
        var watch = watch(4)
        check(
            watch.receive(checkpoint: note(Scene.checkpoint(over: 2)), from: .node),
            raise: .rollback, "showed 4 entries and now shows 2", evidence: 2)
    }

    /// A checkpoint that the log signed over something else.
    private func other(size: Int) -> UnverifiedNote {
        let text = Checkpoint(
            origin: Scene.origin, size: TreeSize(UInt64(size)), root: Digest.sha256([7])
        ).text
        return UnverifiedNote(
            text: text,
            signatures: [try! NoteSignature.sign(text: text, as: Scene.origin, with: Scene.log)])
    }

    @Test func `another root for as many entries is a fork, whoever was shown it`() {
        var watch = watch(2)
        check(
            watch.receive(checkpoint: other(size: 2), from: .node), raise: .fork,
            "two histories", evidence: 2)
        check(
            watch.receive(checkpoint: other(size: 1), from: .monitor("http://m")), raise: .fork,
            "as http://m was shown it", evidence: 2)
        // One that is ahead of us is compared as soon as we get there.
        #expect(watch.receive(checkpoint: other(size: 4), from: .monitor("http://m")) == [])
        let alarms = show(4, to: &watch).filter { if case .alarm = $0 { true } else { false } }
        check(alarms, raise: .fork, "as http://m was shown it", evidence: 2)
    }

    @Test func `entries that do not lead to the root signed are a fork`() {
        var watch = watch(2)
        #expect(watch.receive(checkpoint: other(size: 4), from: .node) == [])
        check(
            watch.receive(leaves: Array(Scene.leaves[2...])), raise: .fork, "two histories",
            evidence: 2)
        var fresh = LogWatch(
            agreement: Scene.agreement, policy: Scene.agreement.policy(), patience: 3)
        #expect(fresh.receive(checkpoint: other(size: 4), from: .node) == [])
        check(
            fresh.receive(leaves: Scene.leaves), raise: .fork,
            "not those that its checkpoint signs", evidence: 1)
    }

    @Test func `an entry that the law does not admit is an alarm with its index`() {
        var watch = watch(2)
        #expect(
            watch.receive(checkpoint: note(Scene.checkpoint(over: 4)), from: .node) == [])
        let stranger = Scene.envelope(
            .withdrawal(Withdrawal(reason: "")), sequence: 9, by: Scene.key(99))
        let leaf = Entry.leaf(received: Scene.received(2), envelope: stranger)
        // It is read again from the beginning, since a second history could look like that.
        #expect(watch.receive(leaves: [leaf]) == [])
        #expect(watch.wanted?.from == .empty)
        check(
            watch.receive(leaves: Scene.leaves[..<2] + [leaf]), raise: .invalidEntry,
            "entry 2: the law does not admit", evidence: 2)
        var fresh = LogWatch(
            agreement: Scene.agreement, policy: Scene.agreement.policy(), patience: 3)
        _ = fresh.receive(checkpoint: note(Scene.checkpoint(over: 4)), from: .node)
        check(
            fresh.receive(leaves: [leaf]), raise: .invalidEntry, "entry 0: ", evidence: 1)
    }

    @Test func `a second history that does not fit at all is a fork, with both checkpoints`() {
        var watch = watch(3)
        // The same statements an hour earlier, longer than what was shown.
        let leaves = Scene.statements.enumerated().map { index, envelope in
            Entry.leaf(
                received: Scene.received(index) - TimeSpan("1 h")!, envelope: envelope)
        }
        let root = MerkleTree(leafHashes: leaves.map { MerkleHash.leaf($0) }).root()
        let text = Checkpoint(origin: Scene.origin, size: TreeSize(4), root: root).text
        let signed = UnverifiedNote(
            text: text,
            signatures: [try! NoteSignature.sign(text: text, as: Scene.origin, with: Scene.log)])
        #expect(watch.receive(checkpoint: signed, from: .node) == [])
        #expect(watch.receive(leaves: [leaves[3]]) == [])
        #expect(watch.receive(leaves: Array(leaves[..<2])) == [])
        #expect(watch.wanted?.from == TreeSize(2))
        check(
            watch.receive(leaves: Array(leaves[2...])), raise: .fork, "two histories", evidence: 2)
    }

    // MARK: - Orders that do not hold

    @Test func `an order with too few signatures is an alarm from the node, not from a monitor`() {
        var watch = watch(4)
        let alone = order(Scene.orders[1], by: [0])
        #expect(watch.receive(order: alone, from: .monitor("http://m")) == [])
        check(
            watch.receive(order: alone, from: .node), raise: .unsignedOrder, "1 of 2 signatures",
            evidence: 1)
        // Once enough signed it, it is told, though it was seen before.
        #expect(watch.receive(order: order(Scene.orders[1]), from: .node).count == 1)
    }

    @Test func `an order that the law does not derive is an alarm that names who signed it`() {
        var watch = watch(4)
        let lie = order(lie(Scene.orders[1]))
        check(
            watch.receive(order: lie, from: .node), raise: .underivedOrder,
            "signed by monitor-1, monitor-2, does not follow from the log, at /state", evidence: 1)
        var other = self.watch(4)
        check(
            other.receive(
                order: order(self.lie(Scene.orders[1]), by: [2]), from: .monitor("http://m")),
            raise: .underivedOrder, "signed by monitor-3", evidence: 1)
    }

    @Test func `two texts for one moment are an alarm with both of them`() {
        var watch = watch(4)
        #expect(watch.receive(order: order(Scene.orders[1]), from: .node).count == 1)
        check(
            watch.receive(order: order(lie(Scene.orders[1])), from: .record), raise: .twoOrders,
            "signed by monitor-1, monitor-2 and by monitor-1, monitor-2", evidence: 2)
        // One monitor that signed both has lied, however few signed the second.
        check(
            watch.receive(
                order: order(lie(Scene.orders[1]), by: [1]), from: .monitor("http://m")),
            raise: .twoOrders, "and by monitor-2", evidence: 2)
    }

    @Test func `a node whose newest order goes back is an alarm, an old order is none`() {
        var watch = watch(4)
        #expect(watch.receive(order: order(Scene.orders[1]), from: .node).count == 1)
        #expect(watch.receive(order: order(Scene.orders[0]), from: .record).count == 1)
        check(
            watch.receive(order: order(Scene.orders[0]), from: .node), raise: .rollback,
            "now it shows one of tick", evidence: 1)
    }

    @Test func `an order over more entries than the newest checkpoint has is an alarm`() {
        var watch = watch(2)
        #expect(watch.receive(order: order(Scene.orders[1]), from: .node) == [])
        #expect(show(2, to: &watch) == [])
        #expect(watch.unfounded()?.kind == .rollback)
        #expect(watch.unfounded()?.evidence.count == 2)
    }

    // MARK: - Silence

    @Test func `a log that nobody vouches for any longer is stale after the patience`() {
        let watch = watch(4)
        // Half an hour a tick, five minutes of skew, three ticks of patience.
        let last = Scene.received(4)
        let limit = last + TimeSpan("95 min")!
        #expect(watch.staleness(at: limit, since: last) == nil)
        let alarm = watch.staleness(at: limit + TimeSpan(milliseconds: 1), since: last)
        #expect(alarm?.kind == .stale)
        #expect(alarm?.sentence.contains("newest word is of \(last)") == true)
        let fresh = LogWatch(
            agreement: Scene.agreement, policy: Scene.agreement.policy(), patience: 3)
        #expect(fresh.staleness(at: limit, since: last) == nil)
        #expect(fresh.staleness(at: limit + TimeSpan(milliseconds: 1), since: last) != nil)
    }
}
