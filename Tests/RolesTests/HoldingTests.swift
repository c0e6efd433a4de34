// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Testing
import TransparencyLog

@testable import Roles

/// What monitors do with statements that the node does not log; tick and merge delay are 60 s.
struct HoldingTests {
    private let names = RoleScene.names

    /// A pause of its own by the developer, signed as an order.
    private func paused() throws -> World {
        var world = World()
        for submission in RoleScene.selfPause(1) { _ = world.submit(submission) }
        world.advance(by: 2)
        let order = try #require(world.log.newestOrder).order
        #expect(order.measures.map(\.measure) == [.pause])
        return world
    }

    private func resume(_ sequence: Int64) -> Submission {
        RoleScene.submission(
            .selfResume(SelfResume(model: "fiction-1", reason: "")), sequence: sequence)
    }

    private func accepted(_ answer: HandingAnswer?) -> Envelope? {
        if case .accepted(let acceptance)? = answer { acceptance } else { nil }
    }

    /// Orders over the same tick that the monitors have signed last.
    private func newest(_ world: World) throws -> [SignedOrder] {
        try names.map { try #require(world.monitors[$0]?.newestOrder) }
    }

    @Test func `what one monitor is given all hold, and pass on until it is logged`() throws {
        var world = World()
        let statement = RoleScene.hearing(1)
        world.withheld = [statement.envelope.payloadDigest]
        let acceptance = try #require(accepted(world.handIn(statement, to: "monitor-2")))
        let said = try Statement(parsing: acceptance.payload)
        #expect(
            said.predicate
                == .acceptance(
                    Acceptance(
                        party: "developer-a", payload: statement.envelope.payloadDigest,
                        accepted: world.now)))
        for name in names {
            #expect(world.disks[name]?.held.count == 1)
            let held = world.monitors[name]!.unlogged(at: world.now).held
            #expect(held == 1)
        }
        // The acceptances are logged at once, the statement as soon as the node takes it.
        world.advance(by: 10)
        let kinds = try world.logDisk.leaves.enumerated().map {
            try Entry(parsing: $0.element, index: LogIndex(UInt64($0.offset))).statement.kind
        }
        #expect(kinds == [.opening, .acceptance, .acceptance, .acceptance, .acceptance])
        world.withheld = []
        world.advance(by: 62)
        #expect(world.logDisk.leaves.count == 6)
        for name in names {
            #expect(world.disks[name]?.held.isEmpty == true)
            let held = world.monitors[name]!.unlogged(at: world.now).held
            #expect(held == 0)
        }
        let again = world.handIn(statement, to: "monitor-1")
        #expect(again == .logged)
    }

    @Test func `the same again gets the same acceptance, also after a restart`() throws {
        var world = World()
        let statement = RoleScene.hearing(1)
        world.withheld = [statement.envelope.payloadDigest]
        let first = try #require(accepted(world.handIn(statement, to: "monitor-1")))
        world.advance(by: 5)
        let second = accepted(world.handIn(statement, to: "monitor-1"))
        #expect(second == first)
        world.restart("monitor-1")
        world.advance(by: 5)
        let third = accepted(world.handIn(statement, to: "monitor-1"))
        #expect(third == first)
        #expect(world.disks["monitor-1"]?.held.count == 1)
        world.withheld = []
        world.advance(by: 90)
        #expect(world.disks["monitor-1"]?.held.isEmpty == true)
    }

    @Test(arguments: [false, true])
    func `no order steps down while a statement is overdue, and leases go on`(
        acceptancesOnly: Bool
    ) throws {
        var world = try paused()
        let statement = RoleScene.hearing(10)
        if acceptancesOnly {
            world.withholdsAcceptances = true
        } else {
            world.withheld = [statement.envelope.payloadDigest]
        }
        _ = world.handIn(statement, to: "monitor-3")
        world.advance(by: 61)
        let last = try #require(world.log.newestOrder).order
        #expect(last.silentSince == nil && last.measures.map(\.measure) == [.pause])
        #expect(world.reports.contains { if case .alarm = $0 { true } else { false } })

        // The developer goes on; whoever holds what the log withholds does not sign that.
        _ = world.submit(resume(11))
        world.advance(by: 5)
        #expect(world.log.newestOrder?.order.measures.map(\.measure) == [.pause])
        // As in any silence, the first order comes once a tick and the skew have passed in vain.
        world.advance(by: 65)
        for tick in 1...4 {
            world.advance(by: 60)
            let orders = try newest(world)
            #expect(Set(orders.map(\.order.text)).count == 1)
            #expect(orders.allSatisfy { $0.isEnough && $0.order.silentSince != nil })
            #expect(orders[0].order.measures.map(\.measure) == [.pause], "tick \(tick)")
            #expect(world.now.milliseconds - orders[0].order.tick.milliseconds <= 61_000)
            #expect(world.log.newestOrder?.order.measures.map(\.measure) == [.pause])
        }

        // Once all is logged, the next order stands over everything, and steps down.
        world.withheld = []
        world.withholdsAcceptances = false
        world.advance(by: 70)
        let order = try #require(world.log.newestOrder).order
        #expect(order.measures.isEmpty && order.silentSince == nil)
        for name in names { #expect(world.disks[name]?.held.isEmpty == true) }
    }

    @Test func `steps up and orders that stay are signed whatever is overdue`() throws {
        var world = World()
        let statement = RoleScene.hearing(20)
        world.withheld = [statement.envelope.payloadDigest]
        _ = world.handIn(statement, to: "monitor-1")
        world.advance(by: 180)
        let overdue = world.monitors["monitor-1"]!.unlogged(at: world.now).overdue
        #expect(overdue == 1)
        let order = try #require(world.log.newestOrder).order
        #expect(world.now.milliseconds - order.tick.milliseconds <= 60_000)
        #expect(order.silentSince == nil)
        for submission in RoleScene.selfPause(21) { _ = world.submit(submission) }
        world.advance(by: 2)
        #expect(world.log.newestOrder?.order.measures.map(\.measure) == [.pause])
    }

    @Test func `a step down within the merge delay is signed`() throws {
        var world = try paused()
        let statement = RoleScene.hearing(10)
        world.withheld = [statement.envelope.payloadDigest]
        _ = world.handIn(statement, to: "monitor-1")
        world.advance(by: 10)
        _ = world.submit(resume(11))
        world.advance(by: 2)
        #expect(world.log.newestOrder?.order.measures.isEmpty == true)
    }

    @Test func `a proposal that steps down is not adopted from others, either`() throws {
        var world = try paused()
        let statement = RoleScene.hearing(10)
        world.withheld = [statement.envelope.payloadDigest]
        // Three are there; the fourth, which has heard of nothing, signs what the node proposes.
        world.present.remove("monitor-4")
        _ = world.handIn(statement, to: "monitor-1")
        world.advance(by: 61)
        _ = world.submit(resume(11))
        world.advance(by: 2)
        world.disks["monitor-4"]?.held = [:]
        world.restart("monitor-4")
        world.advance(by: 130)
        let orders = try ["monitor-1", "monitor-2", "monitor-3"].map {
            try #require(world.monitors[$0]?.newestOrder)
        }
        #expect(Set(orders.map(\.order.text)).count == 1)
        #expect(orders.allSatisfy { $0.isEnough })
        #expect(orders[0].order.measures.map(\.measure) == [.pause])
        #expect(world.log.newestOrder?.order.measures.map(\.measure) == [.pause])
    }

    @Test func `a monitor holds so many of one party's statements, and no acceptances`() throws {
        var world = World()
        world.withheld = Set((1...80).map { RoleScene.hearing($0).envelope.payloadDigest })
        for number in 1...64 {
            let taken = accepted(world.handIn(RoleScene.hearing(Int64(number)), to: "monitor-1"))
            #expect(taken != nil)
        }
        let refused = world.handIn(RoleScene.hearing(65), to: "monitor-1")
        #expect(refused == .busy)
        let acceptance = try #require(
            accepted(world.handIn(RoleScene.hearing(1), to: "monitor-1")))
        guard
            case .admitted(let submission) = Brake(agreement: RoleScene.agreement).admit(
                acceptance, bytes: acceptance.json.canonicalBytes.count)
        else {
            Issue.record("an acceptance is admitted")
            return
        }
        guard case .notHeld? = world.handIn(submission, to: "monitor-2") else {
            Issue.record("an acceptance is not held")
            return
        }
        world.withheld = []
        world.advance(by: 120)
        #expect(world.disks["monitor-1"]?.held.isEmpty == true)
        let taken = accepted(world.handIn(RoleScene.hearing(65), to: "monitor-1"))
        #expect(taken != nil)
    }

    @Test func `a held statement that is not what was accepted stops the start`() throws {
        var world = World()
        let statement = RoleScene.hearing(1)
        world.withheld = [statement.envelope.payloadDigest]
        _ = world.handIn(statement, to: "monitor-1")
        let kept = try #require(world.disks["monitor-1"]?.held[0])
        var monitor = Monitor(agreement: RoleScene.agreement, party: "monitor-1", peers: [])!
        try monitor.restore(held: kept, slot: 0)
        let other = HeldStatement(
            statement: RoleScene.hearing(2).envelope, acceptance: kept.acceptance)
        #expect(throws: LogFailure.self) { try monitor.restore(held: other, slot: 1) }
        var another = Monitor(agreement: RoleScene.agreement, party: "monitor-2", peers: [])!
        #expect(throws: LogFailure.self) { try another.restore(held: kept, slot: 0) }
    }
}
