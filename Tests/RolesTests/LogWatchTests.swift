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
        return sightings + serve(&watch)
    }

    /// Whatever the watch wants, from these leaves, until it wants no more or raises an alarm.
    @discardableResult
    private func serve(
        _ watch: inout LogWatch, from leaves: [[UInt8]] = Scene.leaves
    ) -> [LogWatch.Sighting] {
        let tree = MerkleTree(leafHashes: leaves.map { MerkleHash.leaf($0) })
        var sightings: [LogWatch.Sighting] = []
        while let wanted = watch.wanted, !sightings.contains(where: \.isAlarm) {
            switch wanted {
            case .tiles(let from, let to):
                let paths = TileGrowth(from: from, to: to).paths
                let tiles = paths.compactMap { path in tree.tile(path).map { (path, $0) } }
                sightings += watch.receive(tiles: Dictionary(uniqueKeysWithValues: tiles))
            case .leaves(let from, let to):
                sightings += watch.receive(
                    leaves: Array(leaves[Int(from.value)..<Int(to.value)]))
            }
        }
        return sightings
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
        #expect(watch.receive(checkpoint: other(size: 1), from: .monitor("http://m")) == [])
        #expect(watch.wanted == .tiles(from: TreeSize(1), to: TreeSize(2)))
        check(serve(&watch), raise: .fork, "as http://m was shown it", evidence: 2)
        // One that is ahead of us is compared as soon as we get there.
        #expect(watch.receive(checkpoint: other(size: 4), from: .monitor("http://m")) == [])
        let alarms = show(4, to: &watch).filter(\.isAlarm)
        check(alarms, raise: .fork, "as http://m was shown it", evidence: 2)
    }

    /// Leaves that the log signs in the place of ours, as it signs them.
    private func second(_ leaves: [[UInt8]]) -> UnverifiedNote {
        let root = MerkleTree(leafHashes: leaves.map { MerkleHash.leaf($0) }).root()
        let size = TreeSize(UInt64(leaves.count))
        let text = Checkpoint(origin: Scene.origin, size: size, root: root).text
        return UnverifiedNote(
            text: text,
            signatures: [try! NoteSignature.sign(text: text, as: Scene.origin, with: Scene.log)])
    }

    /// The same statements an hour earlier.
    private var earlier: [[UInt8]] {
        Scene.statements.enumerated().map { index, envelope in
            Entry.leaf(received: Scene.received(index) - TimeSpan("1 h")!, envelope: envelope)
        }
    }

    private var unshown: LogWatch {
        LogWatch(agreement: Scene.agreement, policy: Scene.agreement.policy(), patience: 3)
    }

    @Test(arguments: 1...3)
    func `a second history is a fork before any entry of it is read`(size: Int) {
        var watch = watch(size)
        #expect(watch.receive(checkpoint: second(earlier), from: .node) == [])
        #expect(watch.wanted == .tiles(from: TreeSize(UInt64(size)), to: TreeSize(4)))
        check(serve(&watch, from: earlier), raise: .fork, "two histories", evidence: 2)
        #expect(watch.size == TreeSize(UInt64(size)))
    }

    @Test func `tiles that do not lead to the root signed are asked for twice, then an alarm`() {
        var watch = watch(2)
        #expect(watch.receive(checkpoint: other(size: 4), from: .node) == [])
        #expect(watch.receive(tiles: [:]) == [])
        #expect(watch.wanted == .tiles(from: TreeSize(2), to: TreeSize(4)))
        check(serve(&watch), raise: .unproven, "asked twice", evidence: 2)
        // Wrong once and right the second time is no alarm.
        var other = self.watch(2)
        _ = other.receive(checkpoint: note(Scene.checkpoint(over: 4)), from: .node)
        #expect(other.receive(tiles: [:]) == [])
        let seen = serve(&other)
        #expect(seen.filter(\.isAlarm) == [])
        #expect(other.size == TreeSize(4))
    }

    @Test func `entries that do not lead to the root signed are a fork`() {
        var watch = unshown
        #expect(watch.receive(checkpoint: other(size: 4), from: .node) == [])
        let alarms = serve(&watch).filter(\.isAlarm)
        check(alarms, raise: .fork, "not those that its checkpoint signs", evidence: 1)
    }

    @Test func `an entry that the law does not admit is an alarm where the log signs it`() {
        let stranger = Scene.envelope(
            .withdrawal(Withdrawal(reason: "")), sequence: 9, by: Scene.key(99))
        let leaf = Entry.leaf(received: Scene.received(2), envelope: stranger)
        let leaves = Scene.leaves[..<2] + [leaf, Scene.leaves[3]]
        var watch = watch(2)
        #expect(watch.receive(checkpoint: second(Array(leaves)), from: .node) == [])
        check(
            serve(&watch, from: Array(leaves)), raise: .invalidEntry,
            "entry 2: the law does not admit", evidence: 1)
        // What is no leaf at all, and more behind it.
        let garbage = [[0x7B], Scene.leaves[1]]
        var fresh = unshown
        _ = fresh.receive(checkpoint: second(garbage), from: .node)
        check(serve(&fresh, from: garbage), raise: .invalidEntry, "entry 0: ", evidence: 1)
        // Only served, not signed: the node lies about its own log.
        var deceived = unshown
        _ = deceived.receive(checkpoint: note(Scene.checkpoint(over: 4)), from: .node)
        check(
            serve(&deceived, from: Array(leaves)).filter(\.isAlarm), raise: .fork,
            "not those that its checkpoint signs", evidence: 1)
    }

    // MARK: - Restarting

    @Test func `a watch that goes on from its mark tells nothing twice`() throws {
        var before = unshown
        #expect(before.receive(order: order(Scene.orders[0]), from: .node) == [])
        show(3, to: &before)
        let mark = try #require(before.mark)
        #expect(mark.seen.count == 1)
        #expect(try WatchMark(parsing: mark.bytes) == mark)
        var after = try LogWatch(
            agreement: Scene.agreement, policy: Scene.agreement.policy(), patience: 3, mark: mark)
        // The same checkpoint again says nothing new, before and after its entries were read.
        var same = after
        #expect(same.receive(checkpoint: mark.checkpoint, from: .node) == [])
        #expect(same.wanted == .leaves(from: .empty, to: TreeSize(3)))
        #expect(serve(&same).map(\.isAlarm) == [false])
        #expect(same.receive(checkpoint: mark.checkpoint, from: .node) == [])
        #expect(after.vouched == before.vouched)
        #expect(after.vouchedAt == before.vouchedAt)
        #expect(after.wanted == .leaves(from: .empty, to: TreeSize(3)))
        let seen = show(4, to: &after)
        let told = seen.compactMap { sighting -> UInt64? in
            if case .entry(let summary) = sighting { summary.index.value } else { nil }
        }
        #expect(told == [3])
        #expect(after.receive(order: order(Scene.orders[0]), from: .node) == [])
        #expect(after.mark?.head?.size == TreeSize(4))
    }

    @Test func `what happens between two looks is found after a restart`() throws {
        var before = watch(3)
        #expect(before.receive(order: order(Scene.orders[1]), from: .node) == [])
        show(4, to: &before)
        let mark = try #require(before.mark)
        func again() throws -> LogWatch {
            try LogWatch(
                agreement: Scene.agreement, policy: Scene.agreement.policy(), patience: 3,
                mark: mark)
        }
        var shorter = try again()
        check(
            shorter.receive(checkpoint: note(Scene.checkpoint(over: 3)), from: .node),
            raise: .rollback, "showed 4 entries and now shows 3", evidence: 2)
        var forked = try again()
        check(
            forked.receive(checkpoint: second(earlier), from: .node), raise: .fork,
            "two histories", evidence: 2)
        var served = try again()
        check(
            serve(&served, from: earlier).filter(\.isAlarm), raise: .fork,
            "not those that its checkpoint signs", evidence: 1)
        var longer = try again()
        let more =
            earlier + [Entry.leaf(received: Scene.received(9), envelope: Scene.statements[1])]
        #expect(longer.receive(checkpoint: second(more), from: .node) == [])
        check(serve(&longer, from: more), raise: .fork, "two histories", evidence: 2)
        var lying = try again()
        serve(&lying)
        check(
            lying.receive(order: order(lie(Scene.orders[1])), from: .node), raise: .twoOrders,
            "two orders", evidence: 2)
        var older = try again()
        serve(&older)
        check(
            older.receive(order: order(Scene.orders[0]), from: .node), raise: .rollback,
            "now it shows one of tick", evidence: 2)
    }

    @Test func `a mark of another log or agreement is refused`() throws {
        let mark = try #require(watch(4).mark)
        let policy = Scene.agreement.policy()
        let elsewhere = WatchMark(
            agreement: Digest.sha256([]), policy: policy, checkpoint: mark.checkpoint,
            vouched: .empty, vouchedAt: nil)
        let forged = WatchMark(
            agreement: Scene.agreement.id, policy: policy,
            checkpoint: UnverifiedNote(
                text: mark.checkpoint.text,
                signatures: [
                    try NoteSignature.sign(
                        text: mark.checkpoint.text, as: Scene.origin, with: Scene.key(99))
                ]), vouched: .empty, vouchedAt: nil)
        let stricter = WatchMark(
            agreement: Scene.agreement.id, policy: policy.withoutQuorum,
            checkpoint: mark.checkpoint, vouched: TreeSize(4), vouchedAt: nil)
        for mark in [elsewhere, forged, stricter] {
            #expect(throws: MalformedStatement.self) {
                try LogWatch(
                    agreement: Scene.agreement, policy: policy, patience: 3, mark: mark)
            }
        }
        #expect(throws: MalformedStatement.self) { try WatchMark(parsing: Array("{}".utf8)) }
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
        var watch = unshown
        #expect(watch.receive(order: order(Scene.orders[0]), from: .record) == [])
        show(4, to: &watch)
        #expect(watch.receive(order: order(Scene.orders[1]), from: .node).count == 1)
        #expect(watch.receive(order: order(Scene.orders[0]), from: .record) == [])
        check(
            watch.receive(order: order(Scene.orders[0]), from: .node), raise: .rollback,
            "now it shows one of tick", evidence: 2)
    }

    @Test func `an order over fewer entries is derived from the last ones, or not at all`() {
        var watch = watch(2)
        show(3, to: &watch)
        show(4, to: &watch)
        let between = Scene.order(over: 3, tick: Scene.received(3))
        #expect(watch.receive(order: order(between), from: .record).count == 1)
        check(
            watch.receive(
                order: order(lie(Scene.order(over: 3, tick: Scene.received(4)))), from: .record),
            raise: .underivedOrder, "does not follow", evidence: 1)
        // Before the watch began to look, nobody asked in time.
        var late = self.watch(4)
        let old = Scene.order(over: 1, tick: Scene.received(1))
        #expect(late.receive(order: order(old), from: .record) == [.tooOld(old)])
    }

    @Test func `a single witness cannot make an old checkpoint look fresh`() {
        let text = Checkpoint(
            origin: Scene.origin, size: TreeSize(4), root: Scene.root(over: 4)
        ).text
        let times: [Int64] = [10, 20, 4000]
        let lines = Scene.monitors.enumerated().map { place, monitor in
            let seconds = Scene.start.milliseconds / 1000 + times[place]
            return try! NoteSignature.cosign(
                checkpointText: text, timeSeconds: UInt64(seconds),
                as: "\(monitor.0).\(Scene.host)", with: monitor.1)
        }
        let own = try! NoteSignature.sign(text: text, as: Scene.origin, with: Scene.log)
        var watch = unshown
        _ = watch.receive(
            checkpoint: UnverifiedNote(text: text, signatures: [own] + lines), from: .node)
        // Two of three are asked for: the second newest counts.
        #expect(watch.vouchedAt == Scene.start + TimeSpan(milliseconds: 20_000))
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

extension LogWatch.Sighting {
    fileprivate var isAlarm: Bool { if case .alarm = self { true } else { false } }
}
