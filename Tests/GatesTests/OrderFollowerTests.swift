// SPDX-License-Identifier: Apache-2.0

import Client
import Enforcement
import Gates
import PauseAgreement
import Storage
import Testing
import TransparencyLog

/// Which orders a gate takes from a node and from monitors, some of whom lie.
@Suite(.timeLimit(.minutes(5))) struct OrderFollowerTests {
    private let folder = Folder()
    private let clock = Clock()
    private let heard = Heard<OrderFollower.News>()

    private func follower(
        node: String? = nil, monitors: [String] = [], store: OrderStore? = nil,
        from: BelievedOrder? = nil
    ) throws -> OrderFollower {
        // The client tries a closed door until its time is up; a busy machine needs time for open
        // ones.
        func client(_ url: String) throws -> NodeClient {
            let limit = Duration.milliseconds(url.hasSuffix("/nobody") ? 200 : 20_000)
            return try NodeClient(url: url, timeLimit: limit, retries: 0)
        }
        return OrderFollower(
            agreement: Scene.agreement, believed: from, node: try node.map(client),
            monitors: try monitors.map(client), store: store, now: { [clock] in clock.now },
            tell: { [heard] in heard.append($0) })
    }

    private var alarms: [String] {
        heard.all.compactMap { if case .alarm(let alarm) = $0 { alarm.word } else { nil } }
    }

    private var epochs: [Int64] {
        heard.all.compactMap { if case .order(let order, _) = $0 { order.rank.epoch } else { nil } }
    }

    // MARK: - Notes that are offered

    @Test func `higher orders are taken, told and kept`() async throws {
        let store = try OrderStore(writing: folder.path)
        let follower = try follower(store: store)
        for epoch in [1, 2, 5] as [Int64] {
            let order = Scene.order(epoch: epoch)
            await follower.offer(Scene.note(order), from: "node")
            #expect(await follower.believed?.order == order)
            #expect(store.recall(under: Scene.agreement).order?.order == order)
        }
        #expect(epochs == [1, 2, 5] && alarms.isEmpty)
    }

    @Test func `a lying node is ignored, with an alarm that says why`() async throws {
        let held = Scene.believed(Scene.order(epoch: 5, pausedFrom: Scene.start))
        let follower = try follower(from: held)
        let stranger = Scene.order(epoch: 9, agreement: Scene.agreement(named: "another-pause"))
        let lies: [(UnverifiedNote, String)] = [
            (Scene.note(Scene.order(epoch: 6), by: [1, 2]), "too-few-signatures"),
            (Scene.note(stranger), "other-agreement"),
            (Scene.note(Scene.order(epoch: 4, tick: Scene.after(9000))), "older-order"),
            (Scene.note(Scene.order(epoch: 5, tick: Scene.after(-1))), "older-order"),
            (
                UnverifiedNote(text: "all clear\n", signatures: Scene.note(held.order).signatures),
                "malformed"
            ),
        ]
        for (position, (note, word)) in lies.enumerated() {
            await follower.offer(note, from: "node-\(position)")
            #expect(alarms.last == word)
            #expect(await follower.believed == held)
        }
        #expect(alarms.count == lies.count && epochs.isEmpty)
    }

    @Test func `a lasting alarm is told once, and again after a good word`() async throws {
        let follower = try follower()
        let weak = Scene.note(Scene.order(epoch: 6), by: [1])
        for _ in 0..<5 { await follower.offer(weak, from: "node") }
        #expect(alarms == ["too-few-signatures"])
        await follower.offer(Scene.note(Scene.order(epoch: 2)), from: "node")
        await follower.offer(weak, from: "node")
        #expect(alarms == ["too-few-signatures", "too-few-signatures"])
    }

    @Test
    func `two texts of one rank close the gate, over restarts, until the evidence is removed`()
        async throws
    {
        let running = Scene.order(epoch: 5)
        let paused = Scene.order(epoch: 5, pausedFrom: Scene.start)
        do {
            let store = try OrderStore(writing: folder.path)
            let follower = try follower(store: store)
            await follower.offer(Scene.note(running), from: "node")
            await follower.offer(Scene.note(paused), from: "monitor")
            await follower.offer(Scene.note(paused), from: "monitor")
            #expect(alarms == ["contradiction"])
            #expect(folder.read("contradiction-1.note") == Scene.note(running).bytes)
            #expect(folder.read("contradiction-2.note") == Scene.note(paused).bytes)
            #expect(await follower.believed?.order == running)
        }
        func verdict() -> String {
            let order = OrderStore(reading: folder.path).recall(under: Scene.agreement).order
            return Scene.gate.decide(
                Scene.training, order: order, allowedUntil: nil, now: Scene.start
            ).sentence
        }
        #expect(verdict().contains("refused: two orders of one rank"))
        do {
            // A newer order does not make them unsaid.
            let store = try OrderStore(writing: folder.path)
            let follower = try follower(
                store: store, from: store.recall(under: Scene.agreement).order)
            await follower.offer(Scene.note(Scene.order(epoch: 6)), from: "node")
            #expect(await follower.believed?.isContradicted == true)
        }
        #expect(verdict().contains("refused: two orders of one rank"))
        folder.remove("contradiction-2.note")
        #expect(verdict().contains("admitted"))
    }

    @Test func `an order that the disk does not take is obeyed, with an alarm`() async throws {
        let store = try OrderStore(writing: folder.path)
        folder.removeItself()
        let follower = try follower(store: store)
        await follower.offer(
            Scene.note(Scene.order(epoch: 5, pausedFrom: Scene.start)), from: "node")
        #expect(await follower.believed?.rank.epoch == 5)
        #expect(alarms == ["cannot-keep"])
    }

    // MARK: - Over the network

    @Test func `a fresh order of the node needs no monitor`() async throws {
        let node = PlainServer(saying: Scene.note(Scene.order(epoch: 3)))
        let follower = try follower(node: node.url, monitors: [PlainServer.nobody()])
        await follower.ask()
        #expect(epochs == [3] && alarms.isEmpty)
    }

    @Test func `without the node, signatures of the monitors are put together`() async throws {
        let order = Scene.order(epoch: 4)
        let monitors = (1...3).map { PlainServer(saying: Scene.note(order, by: [$0])) }
        let urls = monitors.map(\.url) + [PlainServer.nobody()]
        let follower = try follower(node: PlainServer.nobody(), monitors: urls)
        await follower.ask()
        #expect(await follower.believed?.order == order)
        #expect(await follower.believed?.monitors == ["monitor-1", "monitor-2", "monitor-3"])
        #expect(alarms == ["unreachable", "unreachable"])
    }

    @Test func `two monitors are not enough`() async throws {
        let order = Scene.order(epoch: 4)
        let monitors = [
            PlainServer(saying: Scene.note(order, by: [1])),
            PlainServer(saying: Scene.note(order, by: [2])),
        ]
        let follower = try follower(monitors: monitors.map(\.url))
        await follower.ask()
        #expect(await follower.believed == nil)
        #expect(alarms == ["too-few-signatures"])
    }

    @Test func `a monitor that puts false lines into the others' mouths spoils nothing`()
        async throws
    {
        let order = Scene.order(epoch: 4)
        let other = Scene.order(epoch: 99)
        let forged = (2...4).map { Scene.signature(of: other, by: $0) }
        let liar = PlainServer(saying: UnverifiedNote(text: order.text, signatures: forged))
        let honest = (2...4).map { PlainServer(saying: Scene.note(order, by: [$0])) }
        let follower = try follower(monitors: [liar.url] + honest.map(\.url))
        await follower.ask()
        #expect(await follower.believed?.monitors == ["monitor-2", "monitor-3", "monitor-4"])
    }

    @Test func `a monitor that lags behind or ahead of three others does not matter`() async throws
    {
        let order = Scene.order(epoch: 4)
        for odd in [Scene.order(epoch: 3), Scene.order(epoch: 4, tick: Scene.after(2000))] {
            let servers =
                [PlainServer(saying: Scene.note(odd, by: [1]))]
                + (2...4).map { PlainServer(saying: Scene.note(order, by: [$0])) }
            let follower = try follower(monitors: servers.map(\.url))
            await follower.ask()
            #expect(await follower.believed?.order == order)
        }
        #expect(alarms.isEmpty)
    }

    @Test func `a node that repeats an old order is asked round`() async throws {
        clock.set(Scene.after(60_000))
        let old = Scene.order(epoch: 4)
        let new = Scene.order(epoch: 4, tick: Scene.after(60_000))
        let node = PlainServer(saying: Scene.note(old))
        let monitors = (1...3).map { PlainServer(saying: Scene.note(new, by: [$0])) }
        let follower = try follower(node: node.url, monitors: monitors.map(\.url))
        await follower.ask()
        #expect(await follower.believed?.order == new)
    }

    @Test func `answers that are no note are named`() async throws {
        let node = PlainServer()
        node.say(bytes: [0xFF, 0x00, 0x0A])
        let follower = try follower(node: node.url)
        await follower.ask()
        #expect(alarms == ["malformed"])
        #expect(await follower.believed == nil)
    }

    @Test func `a node without an order yet is no alarm`() async throws {
        let node = PlainServer()
        let follower = try follower(node: node.url)
        await follower.ask()
        #expect(heard.all.isEmpty)
    }

    @Test func `orders come by the event stream, and from the monitors once the node is gone`()
        async throws
    {
        let node = PlainServer(saying: Scene.note(Scene.order(epoch: 1)))
        let monitors = (1...3).map { _ in PlainServer() }
        let follower = try follower(node: node.url, monitors: monitors.map(\.url))
        let following = Task { await follower.follow() }
        defer { following.cancel() }
        await eventually("the node's first order") { epochs == [1] }
        await eventually("a stream") { node.listeners > 0 }
        node.tell(Scene.note(Scene.order(epoch: 2)))
        await eventually("the order of the stream") { epochs == [1, 2] }
        // A weak order in the stream is named, and the stream goes on.
        node.tell(Scene.note(Scene.order(epoch: 3), by: [4]))
        node.tell(Scene.note(Scene.order(epoch: 4)))
        await eventually("the order behind it") { epochs == [1, 2, 4] }
        #expect(alarms == ["too-few-signatures"])

        let silent = Scene.order(epoch: 4, tick: Scene.after(30_000))
        for (position, monitor) in monitors.enumerated() {
            monitor.say(Scene.note(silent, by: [position + 1]))
        }
        node.close()
        await eventually("the monitors' order") { await follower.believed?.order == silent }
        #expect(alarms.contains("unreachable"))
    }

    @Test func `a gate that starts again goes on from its disk`() async throws {
        let order = Scene.order(epoch: 5, pausedFrom: Scene.start)
        do {
            let follower = try follower(store: OrderStore(writing: folder.path))
            await follower.offer(Scene.note(order), from: "node")
        }
        let store = try OrderStore(writing: folder.path)
        let recalled = store.recall(under: Scene.agreement).order
        let rollback = PlainServer(saying: Scene.note(Scene.order(epoch: 4)))
        let follower = try follower(node: rollback.url, store: store, from: recalled)
        await follower.ask()
        #expect(await follower.believed?.order == order)
        #expect(alarms == ["older-order"])
    }
}
