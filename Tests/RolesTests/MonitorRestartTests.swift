// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import Testing
import TransparencyLog

/// A monitor that finds an older copy of its disk, or none.
struct MonitorRestartTests {
    private func isReady(_ name: String, _ world: World) -> Bool {
        world.monitors[name]?.isReady == true
    }

    @Test(arguments: [false, true])
    func `a monitor with an older disk recalls what it signed from the others`(isEmpty: Bool) throws
    {
        var world = World()
        let older = world.disks["monitor-1"]!
        for number in 1...3 { _ = world.submit(RoleScene.hearing(Int64(number))) }
        world.advance(by: 130)
        let before = try #require(world.monitors["monitor-1"]?.newestOrder).order
        world.disks["monitor-1"] = isEmpty ? World.MonitorDisk() : older
        world.restart("monitor-1")
        world.settle()
        let order = world.monitors["monitor-1"]?.newestOrder?.order
        #expect(order == before)
        let mark = world.disks["monitor-1"]?.mark
        #expect(mark?.tick == before.tick)
        let ready1 = isReady("monitor-1", world)
        #expect(ready1)
        let size = world.monitors["monitor-1"]?.size
        #expect(
            size == TreeSize(4), "it cosigns nothing that the log's checkpoints do not begin with")
    }

    @Test func `it signs no tick from before its start, whatever the log proposes`() throws {
        var world = World()
        let leaves = world.logDisk.leaves
        world.disks["monitor-1"] = World.MonitorDisk()
        world.present.remove("log")
        world.restart("monitor-1")
        world.advance(by: 7)
        let ready2 = isReady("monitor-1", world)
        #expect(ready2)
        world.present.insert("log")
        let old = RoleScene.proposal(over: leaves, tick: world.now + -8)
        guard case .refused(.clock, _)? = world.propose(old, to: "monitor-1") else {
            Issue.record("signed an old tick")
            return
        }
    }

    @Test func `while nobody answers it waits for the skew before it signs`() throws {
        var world = World()
        let leaves = world.logDisk.leaves
        world.disks["monitor-1"] = World.MonitorDisk()
        world.present = ["monitor-1"]
        world.restart("monitor-1")
        world.settle()
        guard
            case .refused(.starting, _)? = world.propose(
                RoleScene.proposal(over: leaves, tick: world.now + 1), to: "monitor-1")
        else {
            Issue.record("signed before it heard anybody")
            return
        }
        world.advance(by: 4)
        let ready3 = !isReady("monitor-1", world)
        #expect(ready3)
        world.advance(by: 2)
        let ready4 = isReady("monitor-1", world)
        #expect(ready4)
    }

    @Test func `a checkpoint that a peer holds must be extended by what is cosigned next`() throws {
        var world = World()
        for number in 1...3 { _ = world.submit(RoleScene.hearing(Int64(number))) }
        world.advance(by: 5)
        world.disks["monitor-1"] = World.MonitorDisk()
        // The node hides, and peers have cosigned more than they hold entries of.
        world.present.remove("log")
        world.restart("monitor-1")
        world.advance(by: 10)
        let ready5 = !isReady("monitor-1", world)
        #expect(ready5)
        let fork = RoleScene.leaves(2, variant: 5)
        let body = AddCheckpoint(oldSize: .empty, proof: [], note: RoleScene.checkpoint(over: fork))
            .body
        #expect(
            cosigning(body, by: "monitor-1", world)
                == .unable("starting: fetching entries that the log signed over before"))
        world.present.insert("log")
        world.advance(by: 2)
        let ready6 = isReady("monitor-1", world)
        #expect(ready6)
        #expect(cosigning(body, by: "monitor-1", world) == .expected(TreeSize(4)))
    }

    private func cosigning(_ body: [UInt8], by name: String, _ world: World) -> Witness.Cosigning? {
        var monitor = world.monitors[name]!
        let actions = monitor.receive(.witness(.asked(Ticket(5), body)), now: world.now)
        if case .witness(.reply(_, let answer))? = actions.first { return answer }
        return nil
    }

    /// Random restarts from copies of any age, absences and statements. Whatever happens, a
    /// monitor's ticks grow, and it signs one order a tick; as long as its disk is its own, trees
    /// never shrink.
    @Test(arguments: Array(UInt64(1)...6))
    func `no schedule of restarts and absences makes a monitor contradict itself`(seed: UInt64)
        throws
    {
        var schedule = Schedule(seed: seed)
        for _ in 0..<40 { schedule.step() }
        let world = schedule.world
        #expect(world.ordersSigned.count == 4, "seed \(seed): somebody signed nothing at all")
        for (name, orders) in world.ordersSigned {
            for (place, pair) in zip(orders, orders.dropFirst()).enumerated() {
                let (before, after) = pair
                #expect(
                    before.tick < after.tick,
                    "seed \(seed): \(name) signed \(before.tick), then \(after.tick)")
                let isOwnDisk = schedule.setBack[name]?.contains(place + 1) != true
                #expect(
                    !isOwnDisk || before.size <= after.size,
                    "seed \(seed): \(name) went back to \(after.size)")
            }
            for order in orders {
                let leaves = world.logDisk.leaves.prefix(Int(order.size.value))
                let root = MerkleTree(leafHashes: leaves.map { MerkleHash.leaf($0) }).root()
                #expect(order.root == root, "seed \(seed)")
            }
        }
        let distrust = RoleScene.names.compactMap { world.monitors[$0]?.distrust }
        #expect(distrust.isEmpty, "seed \(seed)")
    }
}

/// A random run of one log and its monitors.
struct Schedule {
    private(set) var world = World()
    /// Which of a monitor's orders, by their places, was the first after its disk was set back.
    private(set) var setBack: [String: Set<Int>] = [:]
    private var random: Draw
    private var copies: [String: [World.MonitorDisk]] = [:]
    private var number: Int64 = 1

    init(seed: UInt64) {
        random = Draw(state: seed)
    }

    private mutating func anybody() -> String { RoleScene.names[Int(random.next(4))] }

    mutating func step() {
        for name in RoleScene.names { copies[name, default: []].append(world.disks[name]!) }
        switch random.next(9) {
        case 0, 1:
            _ = world.submit(RoleScene.hearing(number))
            number += 1
        case 2:
            for submission in RoleScene.selfPause(number) { _ = world.submit(submission) }
            number += 2
        case 3, 4:
            let name = anybody()
            world.disks[name] = copies[name]![Int(random.next(UInt64(copies[name]!.count)))]
            setBack[name, default: []].insert(world.ordersSigned[name]?.count ?? 0)
            world.restart(name)
            world.settle()
        case 5: world.present.remove("log")
        case 6: world.present.insert("log")
        case 7: world.present.remove(anybody())
        default: world.present = Set(["log"] + RoleScene.names)
        }
        world.advance(by: Int(random.next(90)) + 1)
    }
}

/// SplitMix64: the same draws for the same seed.
struct Draw {
    var state: UInt64

    /// A number below `limit`.
    mutating func next(_ limit: UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return (z ^ (z >> 31)) % limit
    }
}
