// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import Testing
import TransparencyLog

/// What a log does before its first signature: it asks who may have seen what it has lost.
struct LogStartTests {
    /// Whether a statement is logged now; the reason why not, otherwise.
    private func refusal(_ number: Int64, _ world: inout World) -> String? {
        let ticket = world.submit(RoleScene.hearing(number))
        world.advance(by: 2)
        switch world.answers[ticket] {
        case .logged: return nil
        case .unable(let why): return why
        case let other: return "\(String(describing: other))"
        }
    }

    /// A log that ran with four monitors, started again while only some of them are there.
    private func restarted(with present: [String], vouching: Bool = false) -> World {
        var world = World()
        _ = world.submit(RoleScene.hearing(1))
        world.advance(by: 5)
        world.present = Set(present)
        world.restartLog(vouching: vouching)
        world.advance(by: 11)
        return world
    }

    @Test(arguments: [
        (0, false), (1, false), (2, false), (3, true), (4, true),
    ])
    func `it signs once three of four monitors have said what was signed`(
        heard: Int, isReady: Bool
    ) {
        var world = restarted(with: Array(RoleScene.names.prefix(heard)))
        #expect(world.log.isReady == isReady)
        let why = refusal(2, &world)
        #expect((why == nil) == isReady)
        if !isReady {
            #expect(why?.contains("3 monitors have to say what was signed before") == true)
            #expect(why?.contains("monitor-4 does not answer") == true)
        }
    }

    @Test func `it asks on, and takes statements as soon as enough have answered`() {
        var world = restarted(with: [])
        #expect(refusal(2, &world) != nil)
        world.present = ["log", "monitor-1", "monitor-3", "monitor-4"]
        world.advance(by: 2)
        #expect(refusal(3, &world) == nil)
    }

    @Test func `who waits for it is not kept waiting for more than ten seconds`() {
        var world = restarted(with: [])
        world.restartLog()
        let ticket = world.submit(RoleScene.hearing(2))
        world.advance(by: 5)
        #expect(world.answers[ticket] == nil)
        world.advance(by: 6)
        guard case .unable? = world.answers[ticket] else {
            Issue.record("\(String(describing: world.answers[ticket]))")
            return
        }
    }

    @Test func `an empty store is asked about like any other`() {
        var world = World()
        world.logDisk = World.LogDisk()
        world.present = []
        world.restartLog()
        world.advance(by: 10)
        #expect(world.logDisk.leaves.isEmpty, "a second opening would be a fork")
        world.present = Set(["log"] + RoleScene.names)
        world.advance(by: 2)
        #expect(world.log.reasonHalted?.contains("older than what was signed") == true)
    }

    @Test func `its operator may vouch for a store, and is contradicted by what turns up`() {
        var world = restarted(with: [], vouching: true)
        #expect(refusal(2, &world) == nil)
        var other = World()
        let older = other.logDisk
        _ = other.submit(RoleScene.hearing(1))
        other.advance(by: 5)
        other.logDisk = older
        other.restartLog(vouching: true)
        other.advance(by: 5)
        #expect(other.log.reasonHalted?.contains("older than what was signed") == true)
    }

    @Test func `it says who holds which size when it refuses`() throws {
        var world = World()
        let older = world.logDisk
        world.present.remove("monitor-4")
        for number in 1...3 { _ = world.submit(RoleScene.hearing(Int64(number))) }
        world.advance(by: 5)
        world.present.remove("monitor-2")
        world.logDisk = older
        world.restartLog()
        world.advance(by: 5)
        let why = try #require(world.log.reasonHalted)
        #expect(why.contains("monitor-1 holds a checkpoint of 4"))
        #expect(why.contains("monitor-2 does not answer"))
        #expect(why.contains("monitor-3 holds a checkpoint of 4"))
        #expect(why.contains("the store holds 1 entries"))
    }

    @Test func `two logs with one key on copies of one store: the second is found and stops`() {
        var world = World()
        _ = world.submit(RoleScene.hearing(1))
        world.advance(by: 5)
        let copy = world.logDisk
        // One of them goes on in sight of the monitors.
        _ = world.submit(RoleScene.hearing(2))
        world.advance(by: 5)
        // The other one is started out of their sight, on the word of its operator, and logs
        // something else. So far nobody can know.
        world.logDisk = copy
        world.present = []
        world.restartLog(vouching: true)
        world.advance(by: 5)
        #expect(refusal(3, &world) == nil)
        world.present = Set(["log"] + RoleScene.names)
        world.advance(by: 60)
        #expect(
            world.log.reasonHalted?.contains("other entries than those that were signed") == true)
        #expect(refusal(4, &world) != nil)
    }
}
