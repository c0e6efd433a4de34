// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Testing
import TransparencyLog

@testable import Roles

/// The monitors change while the log goes on: monitor-5, whom the agreement does not name, comes
/// for monitor-4.
@Suite struct RotationTests {
    private static let names = RoleScene.names + ["monitor-5"]

    private static func set(
        _ numbers: [Int], after set: MonitorSet = RoleScene.agreement.monitors,
        signatures: Int = 3, liars: Int = 1
    ) throws -> MonitorSet {
        try RoleScene.agreement.monitors(
            after: set, terms: MonitorTerms(signatures: signatures, liars: liars),
            members: numbers.map {
                ("monitor-\($0)", RoleScene.monitor("monitor-\($0)").publicKey)
            })
    }

    private static func note(_ set: MonitorSet, by signers: [Int]) -> UnverifiedNote {
        var note = UnverifiedNote(text: set.text, signatures: [])
        for number in signers {
            let name = "monitor-\(number)"
            note.add(
                RoleScene.signed(set.text, by: RoleScene.monitor(name), as: "\(name).roles.example")
                    .signatures[0])
        }
        return note
    }

    private static func rotation(
        _ set: MonitorSet, by signers: [Int] = [1, 2, 3], sequence: Int64 = 1
    ) -> Submission {
        RoleScene.submission(
            .monitors(MonitorRotation(note: note(set, by: signers))), sequence: sequence,
            by: RoleScene.monitor("monitor-1"))
    }

    @Test func `the order over the entry that names them is signed by the new monitors`() throws {
        var world = World(names: Self.names)
        let before = try #require(world.log.newestOrder)
        #expect(before.monitors == RoleScene.names)
        #expect(before.order.monitors == nil)
        // Whom nobody has named signs nothing, though it is asked nicely.
        #expect(world.ordersSigned["monitor-5"] == nil)

        let set = try Self.set([1, 2, 3, 5])
        _ = world.submit(Self.rotation(set))
        world.advance(by: 2)
        let after = try #require(world.log.newestOrder)
        #expect(after.order.size > before.order.size)
        #expect(after.order.epoch == before.order.epoch)
        #expect(after.order.monitors == set.name)
        #expect(after.monitors == ["monitor-1", "monitor-2", "monitor-3", "monitor-5"])
        #expect(world.log.monitorChain.current == set)
        #expect(world.monitors["monitor-5"]!.size == world.log.size)
        // The old one is not asked any more, and refuses where somebody asks it.
        #expect(world.ordersSigned["monitor-4"]?.last == before.order)
        #expect(!world.reports.contains { "\($0)".contains("alarm") })
    }

    @Test func `whoever does not count over a tree refuses to sign over it`() throws {
        var world = World(names: Self.names)
        let early = RoleScene.proposal(over: world.logDisk.leaves, tick: world.now + 1)
        guard case .refused(let refusal, _) = world.propose(early, to: "monitor-5") else {
            Issue.record("monitor-5 signed before it counted")
            return
        }
        #expect(refusal == .notCounted)
        _ = world.submit(Self.rotation(try Self.set([1, 2, 3, 5])))
        world.advance(by: 3)
        let late = RoleScene.proposal(over: world.logDisk.leaves, tick: world.now + 1)
        guard case .refused(.notCounted, let why) = world.propose(late, to: "monitor-4") else {
            Issue.record("monitor-4 signed although it does not count any more")
            return
        }
        #expect(why.contains("over \(world.log.size) entries"))
        guard case .signed = world.propose(late, to: "monitor-5") else {
            Issue.record("monitor-5 did not sign")
            return
        }
    }

    @Test func `only two of four are left of the old ones: the new ones carry the order`() throws {
        var world = World(names: Self.names + ["monitor-6"])
        let set = try Self.set([1, 2, 5, 6])
        _ = world.submit(Self.rotation(set, by: [2, 3, 4]))
        world.advance(by: 2)
        #expect(world.log.newestOrder?.order.monitors == set.name)
        world.present.remove("monitor-3")
        world.present.remove("monitor-4")
        world.present.remove("monitor-1")
        world.advance(by: 130)
        let order = try #require(world.log.newestOrder)
        #expect(order.isEnough)
        #expect(order.monitors == ["monitor-2", "monitor-5", "monitor-6"])
        #expect(world.now < order.order.tick + 61)
    }

    @Test func `after a restart everybody still knows who counts`() throws {
        var world = World(names: Self.names)
        let set = try Self.set([1, 2, 3, 5])
        _ = world.submit(Self.rotation(set))
        world.advance(by: 2)
        let order = try #require(world.log.newestOrder)
        world.restartLog()
        for name in Self.names { world.restart(name) }
        world.advance(by: 70)
        let next = try #require(world.log.newestOrder)
        #expect(next.order.tick > order.order.tick)
        #expect(next.monitors == ["monitor-1", "monitor-2", "monitor-3", "monitor-5"])
        #expect(world.log.monitorChain.sets == [RoleScene.agreement.monitors, set])
    }

    @Test func `in silence the new monitors sign, and the old one does not`() throws {
        var world = World(names: Self.names)
        _ = world.submit(Self.rotation(try Self.set([1, 2, 3, 5])))
        world.advance(by: 2)
        let old = world.ordersSigned["monitor-4"]?.count
        world.present.remove("log")
        world.advance(by: 200)
        let silent = try #require(world.monitors["monitor-5"]!.newestOrder)
        #expect(silent.order.silentSince != nil)
        #expect(silent.isEnough)
        #expect(silent.monitors == ["monitor-1", "monitor-2", "monitor-3", "monitor-5"])
        #expect(world.ordersSigned["monitor-4"]?.count == old)
    }

    @Test func `a set that too few have signed changes nothing`() throws {
        var world = World(names: Self.names)
        _ = world.submit(Self.rotation(try Self.set([1, 2, 3, 5]), by: [1, 5]))
        world.advance(by: 70)
        let order = try #require(world.log.newestOrder)
        #expect(order.order.monitors == nil)
        #expect(order.monitors == RoleScene.names)
        #expect(world.log.monitorChain.notes == [])
    }

    @Test func `cosignatures of the new monitors make a checkpoint cosigned`() throws {
        var world = World(names: Self.names)
        let set = try Self.set([1, 2, 3, 5])
        _ = world.submit(Self.rotation(set))
        world.advance(by: 2)
        _ = world.submit(RoleScene.hearing(1))
        world.advance(by: 5)
        let receipt = try #require(world.log.receipt(of: LogIndex(2)))
        let policy = RoleScene.agreement.policy(monitors: set)
        let leaf = world.logDisk.leaves[2]
        #expect(try receipt.verify(leaf: leaf, policy: policy).size == world.log.size)
        let own = RoleScene.agreement.policy()
        #expect(RoleScene.agreement.policy(own, following: world.log.monitorChain) == policy)
        #expect(
            RoleScene.agreement.policy(own, following: MonitorChain(RoleScene.agreement)) == own)
    }

    @Test
    func
        `a monitor whose disk was lost recalls what it signed under a set it does not know yet`()
        throws
    {
        var world = World(names: Self.names)
        _ = world.submit(Self.rotation(try Self.set([1, 2, 3, 5])))
        world.advance(by: 2)
        let signed = try #require(world.ordersSigned["monitor-5"]?.last)
        world.disks["monitor-5"] = World.MonitorDisk()
        world.restart("monitor-5")
        world.advance(by: 1)
        #expect(world.disks["monitor-5"]!.mark?.tick == signed.tick)
        world.advance(by: 70)
        let ticks = world.ordersSigned["monitor-5"]!.map(\.tick)
        #expect(ticks == ticks.sorted())
        #expect(Set(ticks).count == ticks.count)
        #expect(world.log.newestOrder?.monitors.contains("monitor-5") == true)
    }
}
