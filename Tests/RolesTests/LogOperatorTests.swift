// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import Testing
import TransparencyLog

struct LogOperatorTests {
    /// The answer to a statement that must have been logged.
    private func logged(_ ticket: Ticket, _ world: World) throws -> (LoggedStatement, isNew: Bool) {
        guard case .logged(let statement, let isNew)? = world.answers[ticket] else {
            throw NotLogged(answer: "\(String(describing: world.answers[ticket]))")
        }
        return (statement, isNew)
    }

    struct NotLogged: Error {
        let answer: String
    }

    @Test func `the first entry of an empty log is its opening`() throws {
        let world = World()
        let entry = try Entry(parsing: world.logDisk.leaves[0], index: LogIndex(0))
        #expect(world.logDisk.leaves.count == 1)
        #expect(entry.statement.kind == .opening)
        #expect(entry.received >= RoleScene.start)
    }

    @Test func `a statement is answered only once it is durable, with a receipt that verifies`()
        throws
    {
        var world = World()
        world.diskIsBusy = true
        let ticket = world.submit(RoleScene.hearing(1))
        #expect(world.answers[ticket] == nil)
        world.acknowledgeDisk()
        let (statement, isNew) = try logged(ticket, world)
        #expect(isNew)
        #expect(statement.index == LogIndex(1))
        let policy = try WitnessPolicy(
            logs: RoleScene.agreement.policy().logs, witnesses: [], groups: [],
            quorum: WitnessPolicy.noQuorum)
        let checkpoint = try statement.receipt.verify(leaf: world.logDisk.leaves[1], policy: policy)
        #expect(checkpoint.size == TreeSize(2))
        #expect(statement.receipt.extra == Array(String(statement.received.milliseconds).utf8))
    }

    @Test func `statements that come while the disk is busy go together, in their order`() throws {
        var world = World()
        world.diskIsBusy = true
        let tickets = (1...20).map { world.submit(RoleScene.hearing($0)) }
        #expect(world.logDisk.leaves.count == 2, "the first went alone")
        world.acknowledgeDisk()
        #expect(world.logDisk.leaves.count == 21)
        for (number, ticket) in tickets.enumerated() {
            #expect(try logged(ticket, world).0.index == LogIndex(UInt64(number + 1)))
        }
    }

    @Test func `the same payload again brings the first receipt, before and after a restart`()
        throws
    {
        var world = World()
        let first = world.submit(RoleScene.hearing(1))
        for number in 2...5 { _ = world.submit(RoleScene.hearing(Int64(number))) }
        let again = world.submit(RoleScene.hearing(1))
        #expect(try logged(again, world).0 == logged(first, world).0)
        #expect(try !logged(again, world).isNew)
        world.restartLog()
        world.advance(by: 5)
        let later = world.submit(RoleScene.hearing(1))
        #expect(try logged(later, world).0 == logged(first, world).0)
        #expect(world.logDisk.leaves.count == 6)
    }

    @Test func `nobody swallows another's statement by saying the same words first`() throws {
        var world = World()
        world.diskIsBusy = true
        let first = world.submit(RoleScene.hearing(1, by: RoleScene.council[0]))
        let second = world.submit(RoleScene.hearing(1, by: RoleScene.council[1]))
        world.acknowledgeDisk()
        let third = world.submit(RoleScene.hearing(1, by: RoleScene.council[2]))
        world.acknowledgeDisk()
        #expect(
            try [first, second, third].map { try logged($0, world).isNew } == [true, true, true])
        world.restartLog()
        world.diskIsBusy = false
        world.advance(by: 5)
        let again = world.submit(RoleScene.hearing(1, by: RoleScene.council[1]))
        #expect(try logged(again, world).0 == logged(second, world).0)
    }

    @Test func `two senders of one payload get one entry, of which one is new`() throws {
        var world = World()
        world.diskIsBusy = true
        let tickets = [1, 2, 2, 1].map { world.submit(RoleScene.hearing($0)) }
        world.acknowledgeDisk()
        #expect(world.logDisk.leaves.count == 3)
        #expect(try tickets.map { try logged($0, world).0.index.value } == [1, 2, 2, 1])
        #expect(try tickets.map { try logged($0, world).isNew } == [true, true, false, false])
    }

    @Test func `stamps never go back, though the clock does`() throws {
        var world = World()
        world.advance(by: 20)
        let before = try logged(world.submit(RoleScene.hearing(1)), world).0.received
        let tick = try #require(world.log.newestOrder).order.tick
        #expect(tick < before)
        world.now = world.now + -10
        let after = try logged(world.submit(RoleScene.hearing(2)), world).0.received
        #expect(after == before, "not before the statement in front of it")
    }

    @Test func `no statement is stamped before a tick that was signed`() throws {
        var world = World()
        world.advance(by: 70)
        let tick = try #require(world.log.newestOrder).order.tick
        world.now = world.now + -40
        let received = try logged(world.submit(RoleScene.hearing(1)), world).0.received
        #expect(received == tick)
        world.now = world.now + 40
        world.restartLog()
        world.now = world.now + -40
        world.settle()
        let later = try logged(world.submit(RoleScene.hearing(2)), world).0.received
        #expect(later >= tick, "also after a restart")
    }

    @Test func `a disk that fails stops the log, and whoever waits is told`() throws {
        var world = World()
        world.diskIsBusy = true
        let first = world.submit(RoleScene.hearing(1))
        let second = world.submit(RoleScene.hearing(2))
        var log = world.log
        let actions = log.receive(.appendFailed("disk full"), now: world.now)
        let told = actions.compactMap { action -> Ticket? in
            if case .reply(let ticket, .unable) = action { ticket } else { nil }
        }
        #expect(Set(told) == [first, second])
        #expect(log.reasonHalted?.contains("disk full") == true)
        let more = log.receive(.submitted(Ticket(99), RoleScene.hearing(3)), now: world.now)
        guard case .reply(Ticket(99), .unable)? = more.first, more.count == 1 else {
            Issue.record("took a statement: \(more)")
            return
        }
    }

    @Test func `an opening from outside is refused`() throws {
        var world = World()
        let opening = RoleScene.opening()
        guard
            case .admitted(let submission) = Brake(agreement: RoleScene.agreement).admit(
                opening, bytes: 1000)
        else {
            Issue.record("not admitted")
            return
        }
        let ticket = world.submit(submission)
        guard case .refused(.openingNotFirst)? = world.answers[ticket] else {
            Issue.record("\(String(describing: world.answers[ticket]))")
            return
        }
    }

    // MARK: - What was signed before

    @Test func `a store that is older than the mark is refused`() {
        var world = World()
        for number in 1...3 { _ = world.submit(RoleScene.hearing(Int64(number))) }
        var log = LogOperator(agreement: RoleScene.agreement, monitors: RoleScene.names)
        for leaf in world.logDisk.leaves.dropLast() { try! log.restore(leaf: leaf) }
        #expect(throws: LogFailure.self) {
            try log.restore(mark: world.logDisk.mark, newestOrder: nil)
        }
    }

    @Test func `a store with other entries than those signed is refused`() {
        let mark = RoleScene.checkpoint(over: RoleScene.leaves(2))
        var log = LogOperator(agreement: RoleScene.agreement, monitors: RoleScene.names)
        for leaf in RoleScene.leaves(2, variant: 1) { try! log.restore(leaf: leaf) }
        #expect(throws: LogFailure.self) { try log.restore(mark: mark, newestOrder: nil) }
    }

    @Test
    func `a monitor that holds a larger checkpoint stops a log whose disks were both set back`() {
        var world = World()
        let older = world.logDisk
        for number in 1...3 { _ = world.submit(RoleScene.hearing(Int64(number))) }
        world.advance(by: 5)
        world.logDisk = older
        world.restartLog()
        world.advance(by: 5)
        #expect(world.log.reasonHalted?.contains("older than what was signed") == true)
        let ticket = world.submit(RoleScene.hearing(9))
        guard case .unable? = world.answers[ticket] else {
            Issue.record("logged over lost entries")
            return
        }
    }

    @Test func `a checkpoint that the log has not signed stops nothing`() {
        var world = World()
        var log = world.log
        let forged = RoleScene.signed(
            Checkpoint(origin: RoleScene.origin, size: TreeSize(99), root: Digest.sha256([])).text,
            by: RoleScene.developer)
        _ = log.receive(.monitorHolds(monitor: "monitor-1", forged), now: world.now)
        #expect(log.reasonHalted == nil)
        world.advance(by: 1)
    }

    // MARK: - Orders

    @Test func `four monitors sign the first order at once`() throws {
        let world = World()
        let newest = try #require(world.log.newestOrder)
        #expect(newest.monitors == RoleScene.names)
        #expect(newest.order.size == TreeSize(1))
        let cosigned = try #require(world.log.checkpoint)
        #expect(cosigned.signatures.count == 5)
    }

    @Test func `three of four are enough, two are not, and the rest is asked again`() throws {
        var world = World()
        world.present.remove("monitor-4")
        world.advance(by: 60)
        #expect(
            try #require(world.log.newestOrder).monitors == ["monitor-1", "monitor-2", "monitor-3"])
        let before = try #require(world.log.newestOrder).order.tick
        world.present.remove("monitor-3")
        world.advance(by: 120)
        #expect(try #require(world.log.newestOrder).order.tick == before)
        world.present.formUnion(["monitor-3", "monitor-4"])
        world.advance(by: 31)
        #expect(try #require(world.log.newestOrder).order.tick > before)
    }

    @Test
    func `a statement that changes the order is signed for at once, another at the next tick`()
        throws
    {
        var world = World()
        let epoch = try #require(world.log.newestOrder).order.epoch
        _ = world.submit(RoleScene.hearing(1))
        #expect(try #require(world.log.newestOrder).order.size == TreeSize(1))
        for submission in RoleScene.selfPause(2) { _ = world.submit(submission) }
        let newest = try #require(world.log.newestOrder).order
        #expect(newest.epoch > epoch)
        #expect(newest.size == TreeSize(4))
        #expect(newest.causes.map(\.kind) == [.selfPause])
        #expect(world.logDisk.epochs.keys.sorted().last == newest.epoch)
        _ = world.submit(RoleScene.hearing(5))
        world.advance(by: 61)
        #expect(try #require(world.log.newestOrder).order.size == TreeSize(5))
    }

    @Test func `a log that is never idle still has its orders signed`() throws {
        var world = World()
        world.diskIsBusy = true
        for submission in RoleScene.selfPause(1) { _ = world.submit(submission) }
        for number in 3...700 { _ = world.submit(RoleScene.hearing(Int64(number))) }
        world.acknowledgeDisk()
        #expect(world.logDisk.leaves.count == 701)
        let sizes = try #require(world.ordersSigned["monitor-1"]).map(\.size.value)
        // The model changed the order, and more was waiting behind it.
        #expect(sizes.contains(2), "orders over \(sizes)")
    }

    @Test func `a monitor that derives another order is reported and not counted`() throws {
        var world = World()
        world.present.remove("monitor-4")
        world.now = world.now + 60
        var log = world.log
        var actions = log.receive(.clock, now: world.now)
        let text = actions.compactMap {
            if case .sign(let texts) = $0 { texts.first } else { nil }
        }[0]
        let signature = RoleScene.signed(text).signatures[0]
        actions += log.receive(
            .signed([.init(text: text, signature: signature)]), now: world.now)
        #expect(
            actions.contains { if case .send("monitor-4", .propose) = $0 { true } else { false } })
        let other = try #require(world.log.newestOrder).order
        let lie = RoleScene.signed(
            other.text, by: RoleScene.monitors[3], as: RoleScene.agreement.monitorKeys[3].order.name
        )
        let answer = log.receive(.answered(monitor: "monitor-4", .order(lie)), now: world.now)
        #expect(
            answer.contains {
                if case .report(.warning(let why)) = $0 {
                    why.contains("another order")
                } else {
                    false
                }
            })
        #expect(log.newestOrder?.order == other)
    }

    @Test func `receipts asked for again carry the cosignatures that came meanwhile`() throws {
        var world = World()
        _ = world.submit(RoleScene.hearing(1))
        world.advance(by: 3)
        let receipt = try #require(world.log.receipt(of: LogIndex(1)))
        _ = try receipt.verify(leaf: world.logDisk.leaves[1], policy: RoleScene.agreement.policy())
    }

    @Test func `listeners are told entries and orders from where they left off`() throws {
        var world = World()
        for number in 1...3 { _ = world.submit(RoleScene.hearing(Int64(number))) }
        let all = world.log.happenings(
            after: .init(size: .empty, tick: Time(milliseconds: 0)), limit: 100)
        #expect(all.count == 5, "four entries and the newest order")
        let some = world.log.happenings(
            after: .init(size: TreeSize(3), tick: try #require(world.log.newestOrder).order.tick),
            limit: 100)
        #expect(some.count == 1)
        #expect(LogOperator.Cursor("12-34")?.description == "12-34")
        #expect(LogOperator.Cursor("12") == nil)
        #expect(LogOperator.Cursor("-1-2") == nil)
    }
}
