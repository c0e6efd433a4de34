// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import Testing
import TransparencyLog

/// What monitors do without the node; a tick is 60 s and the skew 5 s, so it counts as silent after
/// 65 s.
struct MonitorSilenceTests {
    @Test func `monitors sign the same orders without the node, and gather enough signatures`()
        throws
    {
        var world = World()
        let last = try #require(world.log.newestOrder).order
        world.present.remove("log")
        world.advance(by: 110)
        for name in RoleScene.names {
            let since = world.monitors[name]?.newestOrder?.order.silentSince
            #expect(since == nil, "it is not silence yet")
        }
        world.advance(by: 60)
        let orders = try RoleScene.names.map { try #require(world.monitors[$0]?.newestOrder) }
        #expect(Set(orders.map(\.order.text)).count == 1)
        let order = orders[0].order
        #expect(order.silentSince == last.tick)
        #expect(order.tick.milliseconds % 60_000 == 0)
        #expect(order.size == last.size && order.root == last.root && order.epoch == last.epoch)
        for signed in orders {
            let isEnough = signed.isEnough
            #expect(isEnough)
        }
        let since = world.monitors["monitor-1"]?.silentSince
        #expect(since == last.tick)
    }

    @Test func `the measure for silence follows after its grace, and the node ends it`() throws {
        var world = World()
        _ = world.submit(RoleScene.accession(1))
        world.present.remove("log")
        world.advance(by: 300)
        let graced = try #require(world.monitors["monitor-1"]?.newestOrder).order
        #expect(graced.silentSince != nil && graced.measures.isEmpty)
        world.advance(by: 600)
        let silent = try #require(world.monitors["monitor-1"]?.newestOrder).order
        #expect(silent.causes.map(\.id) == ["silence"])
        #expect(silent.measures.first?.measure == .cap)
        world.present.insert("log")
        world.advance(by: 40)
        let order = try #require(world.log.newestOrder).order
        #expect(order.tick > silent.tick)
        #expect(order.causes.isEmpty && order.silentSince == nil)
        let since = world.monitors["monitor-1"]?.silentSince
        #expect(since == nil)
    }

    @Test func `a monitor that missed the last proposal adopts it from its peers before it signs`()
        throws
    {
        var world = World()
        world.present.remove("monitor-4")
        for submission in RoleScene.selfPause(1) { _ = world.submit(submission) }
        world.advance(by: 1)
        let last = try #require(world.log.newestOrder).order
        let known = world.monitors["monitor-4"]?.newestProposal?.proposal.tick
        #expect(try #require(known) < last.tick)
        world.present.insert("monitor-4")
        world.present.remove("log")
        world.advance(by: 260)
        let order = try #require(world.monitors["monitor-4"]?.newestOrder).order
        #expect(order.silentSince == last.tick)
        #expect(order.size == last.size && order.causes.map(\.kind) == [.selfPause])
        #expect(world.disks["monitor-4"]?.leaves == world.logDisk.leaves)
    }

    @Test func `a monitor that was restarted signs nothing in silence before it heard two peers`()
        throws
    {
        var world = World()
        world.advance(by: 1)
        world.present = ["monitor-1", "monitor-2"]
        world.restart("monitor-1")
        let before = world.ordersSigned["monitor-1"]?.count
        world.advance(by: 200)
        #expect(world.ordersSigned["monitor-1"]?.count == before)
        world.present.insert("monitor-3")
        world.advance(by: 60)
        let order = try #require(world.monitors["monitor-1"]?.newestOrder)
        #expect(order.order.silentSince != nil)
        #expect(order.monitors == ["monitor-1", "monitor-2", "monitor-3"])
    }

    @Test func `three of four can go on without the node, two cannot`() throws {
        var world = World()
        world.present = ["monitor-1", "monitor-2", "monitor-3"]
        world.advance(by: 130)
        let three = try #require(world.monitors["monitor-1"]?.newestOrder)
        #expect(three.monitors == ["monitor-1", "monitor-2", "monitor-3"])
        world.present.remove("monitor-3")
        world.advance(by: 120)
        let two = try #require(world.monitors["monitor-1"]?.newestOrder)
        #expect(two.order.tick > three.order.tick)
        #expect(two.monitors == ["monitor-1", "monitor-2"])
        let isEnough = two.isEnough
        #expect(!isEnough)
    }
}
