// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import Testing
import TransparencyLog

struct MonitorTests {
    /// A world in which the log is a puppet: it serves these leaves and proposes what a test says.
    private func world(_ leaves: [[UInt8]] = RoleScene.leaves(3)) -> World {
        var world = World(starting: false)
        world.logDisk.leaves = leaves
        for name in RoleScene.names { world.restart(name) }
        world.settle()
        world.advance(by: 10)
        return world
    }

    private func refusal(_ answer: ProposalAnswer?) -> ProposalRefusal? {
        if case .refused(let refusal, _)? = answer { refusal } else { nil }
    }

    private func note(_ answer: ProposalAnswer?) -> UnverifiedNote? {
        if case .signed(let note)? = answer { note } else { nil }
    }

    private func tick(_ world: World) -> Time { world.now }

    private func isReady(_ world: World) -> Bool { world.monitors["monitor-1"]?.isReady == true }

    // MARK: - Signing

    @Test func `it signs the order that it derives itself`() throws {
        var world = world()
        let answer = world.propose(
            RoleScene.proposal(over: world.logDisk.leaves, tick: tick(world)), to: "monitor-1")
        let signed = try #require(note(answer))
        let key = RoleScene.agreement.monitorKeys[0].order
        let order = try Order(parsing: try signed.verified(by: [key]).text)
        #expect(order.size == TreeSize(4))
        #expect(order.tick == tick(world))
        var replay = LogReplay(agreement: RoleScene.agreement)
        for leaf in world.logDisk.leaves { try replay.append(leaf) }
        #expect(order == replay.order(at: order.tick, size: order.size, silentSince: nil))
        let isStored = world.disks["monitor-1"]?.leaves == world.logDisk.leaves
        #expect(isStored)
    }

    @Test func `the same proposal again brings the same note`() throws {
        var world = world()
        let proposal = RoleScene.proposal(over: world.logDisk.leaves, tick: tick(world))
        let first = world.propose(proposal, to: "monitor-1")
        #expect(note(first) != nil)
        #expect(world.propose(proposal, to: "monitor-1") == first)
        #expect(world.ordersSigned["monitor-1"]?.count == 1)
    }

    @Test func `its mark is on the disk before it signs, and without the disk it signs nothing`()
        throws
    {
        var world = world()
        let proposal = RoleScene.proposal(over: world.logDisk.leaves, tick: tick(world))
        var monitor = world.monitors["monitor-1"]!
        _ = monitor.receive(.proposed(Ticket(900), proposal.bytes), now: world.now)
        let actions = monitor.receive(.fetched(world.logDisk.leaves), now: world.now)
        let kinds = actions.map { action -> String in
            switch action {
            case .append: "append"
            case .keep: "keep"
            case .keepProposal: "keep proposal"
            case .signOrder: "sign"
            default: "other"
            }
        }
        #expect(kinds == ["append", "keep", "keep proposal", "sign"])
        _ = monitor.receive(.faulted("disk full"), now: world.now)
        let later = RoleScene.proposal(over: world.logDisk.leaves, tick: tick(world) + 1)
        guard
            case .reply(_, .refused(.stopped, let why))? = monitor.receive(
                .proposed(Ticket(901), later.bytes), now: world.now + 1
            ).first
        else {
            Issue.record("it went on")
            return
        }
        #expect(why.contains("disk full"))
        world.advance(by: 1)
    }

    @Test func `ticks only grow, and stay near its clock`() {
        var world = world()
        let leaves = world.logDisk.leaves
        let now = tick(world)
        func propose(_ tick: Time) -> ProposalRefusal? {
            refusal(world.propose(RoleScene.proposal(over: leaves, tick: tick), to: "monitor-1"))
        }
        #expect(propose(now + 6) == .clock, "ahead by more than the skew")
        #expect(propose(now + 5) == nil)
        #expect(propose(now + 4) == .clock, "older than one that it signed")
        #expect(propose(now + 5) == nil, "the same again")
        #expect(propose(RoleScene.start) == .clock, "before it was started")
        world.now = world.now + 10
        #expect(propose(now + 10) == nil)
    }

    @Test func `a stamp that is ahead of its clock or of the tick is not signed over`() {
        var world = world(RoleScene.leaves(3, from: RoleScene.start + 60))
        let leaves = world.logDisk.leaves
        #expect(
            refusal(
                world.propose(RoleScene.proposal(over: leaves, tick: tick(world)), to: "monitor-1"))
                == .clock)
        world.now = RoleScene.start + 62
        let early = RoleScene.proposal(over: leaves, tick: tick(world))
        #expect(
            refusal(world.propose(early, to: "monitor-1")) == .clock,
            "the last entry is stamped after the tick")
        let late = RoleScene.proposal(over: leaves, tick: tick(world) + 1)
        #expect(refusal(world.propose(late, to: "monitor-1")) == nil)
    }

    // MARK: - A lying log

    @Test func `what is not a proposal of this log and agreement is refused`() {
        var world = world()
        let leaves = world.logDisk.leaves
        let good = RoleScene.proposal(over: leaves, tick: tick(world))
        let forged = RoleScene.signed(good.text, by: RoleScene.developer)
        #expect(refusal(world.propose(forged, to: "monitor-1")) == .notSigned)
        let other = RoleScene.proposal(
            over: leaves, tick: tick(world), agreement: Digest.sha256([9]))
        #expect(refusal(world.propose(other, to: "monitor-1")) == .wrongAgreement)
        let checkpoint = RoleScene.checkpoint(over: leaves)
        #expect(refusal(world.propose(checkpoint, to: "monitor-1")) == .malformed)
        #expect(note(world.propose(good, to: "monitor-1")) != nil)
    }

    @Test func `a smaller tree is a rollback`() {
        var world = world()
        let leaves = world.logDisk.leaves
        _ = world.propose(RoleScene.proposal(over: leaves, tick: tick(world)), to: "monitor-1")
        let smaller = RoleScene.proposal(over: Array(leaves.dropLast()), tick: tick(world) + 1)
        #expect(refusal(world.propose(smaller, to: "monitor-1")) == .rollback)
        let ready = isReady(world)
        #expect(ready)
    }

    @Test func `another root at a size that it signed is a fork`() {
        var world = world()
        let leaves = world.logDisk.leaves
        _ = world.propose(RoleScene.proposal(over: leaves, tick: tick(world)), to: "monitor-1")
        let fork = RoleScene.proposal(
            over: RoleScene.leaves(3, variant: 1), tick: tick(world) + 1)
        #expect(refusal(world.propose(fork, to: "monitor-1")) == .fork)
        let honest = RoleScene.proposal(over: leaves, tick: tick(world) + 2)
        #expect(refusal(world.propose(honest, to: "monitor-1")) == .stopped)
    }

    @Test func `a longer log that does not begin with what it holds is a fork`() {
        var world = world()
        let leaves = world.logDisk.leaves
        _ = world.propose(RoleScene.proposal(over: leaves, tick: tick(world)), to: "monitor-1")
        let other = RoleScene.leaves(7, variant: 1)
        world.served = other
        let fork = RoleScene.proposal(over: other, tick: tick(world) + 1)
        #expect(refusal(world.propose(fork, to: "monitor-1")) == .fork)
        let distrust = world.monitors["monitor-1"]?.distrust
        #expect(distrust?.contains("two histories") == true)
        let isKept = world.disks["monitor-1"]?.leaves == leaves
        #expect(isKept, "nothing of the other history is stored")
    }

    @Test func `a log that shows two histories is never signed for again`() throws {
        var world = world(RoleScene.leaves(5))
        let leaves = world.logDisk.leaves
        _ = world.propose(
            RoleScene.proposal(over: Array(leaves.prefix(3)), tick: tick(world)), to: "monitor-1")
        // The larger tree does not begin with the one that was signed over.
        world.served = Array(leaves.prefix(3)) + RoleScene.leaves(6, variant: 2).suffix(3)
        let lie = RoleScene.proposal(over: RoleScene.leaves(5, variant: 2), tick: tick(world) + 1)
        let answer = world.propose(lie, to: "monitor-1")
        #expect(refusal(answer) == .behind, "the entries do not have that root")
        let ready1 = isReady(world)
        #expect(ready1, "the source may have lied, and not the log")
        // A root at a size that it holds is the log's own contradiction.
        world.served = nil
        world.now = world.now + 2
        _ = world.propose(RoleScene.proposal(over: leaves, tick: tick(world)), to: "monitor-1")
        let fork = RoleScene.checkpoint(over: RoleScene.leaves(4, variant: 3))
        var monitor = world.monitors["monitor-1"]!
        let told = Monitor.Told(
            order: nil,
            proposal: RoleScene.proposal(
                over: RoleScene.leaves(4, variant: 3), tick: tick(world) + 1),
            checkpoint: fork)
        _ = monitor.receive(.told(.peer("monitor-2"), told), now: world.now)
        let distrust = monitor.distrust
        #expect(try #require(distrust).contains("two histories"))
    }

    @Test
    func `entries without the signed root are the source's fault, and others may still be fetched`()
    {
        var world = world()
        let leaves = world.logDisk.leaves
        world.served = RoleScene.leaves(3, variant: 1)
        let proposal = RoleScene.proposal(over: leaves, tick: tick(world))
        #expect(refusal(world.propose(proposal, to: "monitor-1")) == .behind)
        world.served = nil
        #expect(note(world.propose(proposal, to: "monitor-1")) != nil)
        world.present.remove("log")
        let more = RoleScene.leaves(4)
        #expect(
            refusal(
                world.propose(
                    RoleScene.proposal(over: more, tick: tick(world) + 1), to: "monitor-1"))
                == .behind)
    }

    @Test func `a signed root over an entry that nobody signed ends all trust`() {
        let envelope = RoleScene.hearing(7).envelope
        var json = envelope.json
        guard case .object(var members) = json,
            case .array(var signatures)? = members["signatures"],
            case .object(var first) = signatures[0]
        else { return }
        first["sig"] = .string(Base64.encode([UInt8](repeating: 7, count: 64)))
        signatures[0] = .object(first)
        members["signatures"] = .array(signatures)
        json = .object(members)
        let forged = Entry.leaf(received: RoleScene.start + 9, envelope: try! Envelope(json: json))
        var world = world(RoleScene.leaves(3) + [forged])
        let proposal = RoleScene.proposal(over: world.logDisk.leaves, tick: tick(world))
        #expect(refusal(world.propose(proposal, to: "monitor-1")) == .fork)
        let distrust = world.monitors["monitor-1"]?.distrust
        #expect(distrust?.contains("entry 4") == true)
        let honest = RoleScene.proposal(over: RoleScene.leaves(3), tick: tick(world) + 1)
        #expect(refusal(world.propose(honest, to: "monitor-1")) == .stopped)
    }

    @Test func `a signed root over stamps that go back, or a second opening, ends all trust`() {
        let early = Entry.leaf(
            received: RoleScene.start + 1, envelope: RoleScene.hearing(8).envelope)
        let opening = Entry.leaf(received: RoleScene.start + 9, envelope: RoleScene.opening())
        for (leaf, word) in [(early, "before the entry"), (opening, "opening")] {
            var world = world(RoleScene.leaves(3) + [leaf])
            let proposal = RoleScene.proposal(over: world.logDisk.leaves, tick: tick(world))
            #expect(refusal(world.propose(proposal, to: "monitor-1")) == .fork)
            let distrust = world.monitors["monitor-1"]?.distrust
            #expect(distrust?.contains(word) == true)
        }
    }

    @Test func `proposals that come while entries are fetched are each answered`() {
        var world = world(RoleScene.leaves(5))
        let leaves = world.logDisk.leaves
        var monitor = world.monitors["monitor-1"]!
        let first = RoleScene.proposal(over: Array(leaves.prefix(3)), tick: world.now)
        let second = RoleScene.proposal(over: leaves, tick: world.now + 1)
        let asked = monitor.receive(.proposed(Ticket(1), first.bytes), now: world.now)
        #expect(monitor.receive(.proposed(Ticket(2), second.bytes), now: world.now).isEmpty)
        guard case .fetch(.node, LogIndex(0), TreeSize(3))? = asked.first else {
            Issue.record("\(asked)")
            return
        }
        let actions = monitor.receive(.fetched(Array(leaves.prefix(3))), now: world.now)
        #expect(actions.contains { if case .signOrder = $0 { true } else { false } })
        #expect(
            actions.contains {
                if case .fetch(_, LogIndex(3), TreeSize(6)) = $0 { true } else { false }
            })
        world.advance(by: 1)
    }
}
