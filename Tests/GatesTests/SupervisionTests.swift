// SPDX-License-Identifier: Apache-2.0

import Enforcement
import Foundation
import Gates
import PauseAgreement
import Storage
import Testing
import TransparencyLog

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A real job under a gate, with orders and a clock that the test sets.
@Suite(.enabled(if: Child.canBeSeen, "skipped: there is no /proc here"), .timeLimit(.minutes(5)))
struct SupervisionTests {
    private let folder = Folder()
    private let gateFolder = Folder()
    private let clock = Clock()
    private let heard = Heard<Supervision.News>()

    /// Starts the job and looks after it from an order on.
    private func supervise(
        _ order: Order?, saveSignal: Int32? = SIGUSR1, store: OrderStore? = nil
    ) async throws -> (Supervision, SupervisedJob, Task<JobEnd, Never>) {
        let child = try SupervisedJob.start(Child.saving(in: folder))
        await eventually("the job is ready") { folder.read("ready") != nil }
        let supervision = Supervision(
            of: Scene.training, child: child, gate: Scene.gate, order: order.map(Scene.believed),
            store: try store ?? OrderStore(writing: gateFolder.path), saveSignal: saveSignal,
            now: { [clock] in clock.now }, tell: { [heard] in heard.append($0) })
        return (supervision, child, Task { await supervision.run() })
    }

    private var turns: [Supervision.Conduct] {
        heard.all.compactMap { if case .turn(let conduct, _) = $0 { conduct } else { nil } }
    }

    private func isHeld(_ child: SupervisedJob) -> Bool {
        Child.isHeld(group: child.processID)
    }

    private var lease: Time? {
        OrderStore(reading: gateFolder.path).recallLease(of: Scene.training).allowedUntil
    }

    @Test func `a pause saves the job, the end of its lease holds it, an all-clear resumes it`()
        async throws
    {
        let (supervision, child, running) = try await supervise(Scene.order())
        await eventually("it runs under a lease") {
            turns == [.running] && lease == Scene.after(10_000)
        }

        clock.set(Scene.after(2000))
        let paused = Scene.order(epoch: 2, tick: Scene.after(2000), pausedFrom: Scene.after(2000))
        await supervision.receive(Scene.believed(paused))
        await eventually("it was told to save") { folder.read("saved") != nil }
        #expect(turns == [.running, .saving])
        #expect(!isHeld(child))
        #expect(lease == Scene.after(10_000))

        clock.set(Scene.after(10_000))
        await eventually("it is held") { isHeld(child) }
        #expect(turns == [.running, .saving, .held])
        let beats = folder.read("beats")

        // Somebody wakes it; the gate stops it again.
        kill(-child.processID, SIGCONT)
        await eventually("it is held again") { isHeld(child) }
        #expect(turns == [.running, .saving, .held])

        clock.set(Scene.after(60_000))
        let clear = Scene.order(epoch: 3, tick: Scene.after(60_000))
        await supervision.receive(Scene.believed(clear))
        await eventually("it goes on") {
            (folder.read("beats")?.count ?? 0) > (beats?.count ?? 0) + 5
        }
        #expect(turns == [.running, .saving, .held, .running])
        #expect(lease == Scene.after(70_000))
        // It was asked to save once, not at every look.
        #expect(folder.read("saved") == Array("saved\n".utf8))

        child.stop(with: SIGTERM)
        #expect(await running.value == .code(7))
    }

    @Test func `when no order comes, it is told to save, and held at the end of its lease`()
        async throws
    {
        let (supervision, child, running) = try await supervise(Scene.order())
        await eventually("it runs") { turns == [.running] }
        // Ticks of 2 s and 1 s of skew: after 3 s the next is late.
        clock.set(Scene.after(3000))
        await eventually("it was told to save") { folder.read("saved") != nil }
        clock.set(Scene.after(10_001))
        await eventually("it is held") { isHeld(child) }
        await supervision.receive(Scene.believed(Scene.order(tick: Scene.after(10_000))))
        await eventually("it goes on") { !isHeld(child) }
        #expect(turns == [.running, .saving, .held, .running])
        child.stop(with: SIGKILL)
        #expect(await running.value == .signal(SIGKILL))
    }

    @Test func `a gate that starts again holds the job where the lease that it wrote down ends`()
        async throws
    {
        let store = try OrderStore(writing: gateFolder.path)
        try store.keepLease(of: Scene.training, allowedUntil: Scene.after(1500))
        let paused = Scene.order(epoch: 2, pausedFrom: Scene.start)
        let (_, child, running) = try await supervise(paused, store: store)
        await eventually("it was told to save") { folder.read("saved") != nil }
        #expect(!isHeld(child))
        clock.set(Scene.after(1500))
        await eventually("it is held") { isHeld(child) }
        child.stop(with: SIGKILL)
        _ = await running.value
    }

    @Test func `a damaged lease is an alarm, and the job is held at once`() async throws {
        let store = try OrderStore(writing: gateFolder.path)
        try store.keepLease(of: Scene.training, allowedUntil: Scene.after(1500))
        gateFolder.write(
            [1], to: "lease-\(Digest.sha256(Array("run-17".utf8)).hex.prefix(16)).json")
        let paused = Scene.order(epoch: 2, pausedFrom: Scene.start)
        let (_, child, running) = try await supervise(paused, store: store)
        await eventually("it is held") { isHeld(child) }
        guard case .alarm(.damagedFile) = heard.all.first else {
            Issue.record("no alarm: \(heard.all)")
            return
        }
        child.stop(with: SIGKILL)
        _ = await running.value
    }

    @Test func `a job that does not want to be told is only held`() async throws {
        let paused = Scene.order(epoch: 2, pausedFrom: Scene.after(1000))
        let (_, child, running) = try await supervise(paused, saveSignal: nil)
        await eventually("it is saving") { turns == [.saving] }
        clock.set(Scene.after(1000))
        await eventually("it is held") { isHeld(child) }
        #expect(folder.read("saved") == nil)
        child.stop(with: SIGKILL)
        _ = await running.value
    }

    @Test func `a held job that is told to end is woken, and ends`() async throws {
        let (supervision, child, running) = try await supervise(
            Scene.order(epoch: 2, pausedFrom: Scene.start))
        await eventually("it is held") { isHeld(child) }
        let stopping = Task { await supervision.stop(with: SIGTERM, grace: .seconds(50)) }
        #expect(await running.value == .code(7))
        #expect(folder.read("ended") != nil)
        stopping.cancel()
    }

    @Test func `a job that does not end in the grace is killed`() async throws {
        let child = try SupervisedJob.start([
            "sh", "-c", "trap '' TERM; while :; do sleep 0.02; done",
        ])
        let supervision = Supervision(
            of: Scene.training, child: child, gate: Scene.gate,
            order: Scene.believed(Scene.order()),
            store: try OrderStore(writing: gateFolder.path), saveSignal: nil,
            now: { [clock] in clock.now }, tell: { [heard] in heard.append($0) })
        let running = Task { await supervision.run() }
        await eventually("it runs") { turns == [.running] }
        await supervision.stop(with: SIGTERM, grace: .milliseconds(50))
        #expect(await running.value == .signal(SIGKILL))
    }
}
