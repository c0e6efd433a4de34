// SPDX-License-Identifier: Apache-2.0

import Client
import Enforcement
import Gates
import PauseAgreement
import Storage
import Testing
import TransparencyLog

/// A gate when the monitors change: monitor-5 and monitor-6, whom the agreement does not name, come
/// for monitor-3 and monitor-4.
@Suite(.timeLimit(.minutes(5))) struct RotationTests {
    private let folder = Folder()
    private let heard = Heard<OrderFollower.News>()

    private static func key(_ monitor: Int) -> PrivateKey { Scene.key(UInt8(10 + monitor)) }

    private static func line(_ text: String, by monitor: Int) -> NoteSignature {
        try! NoteSignature.sign(
            text: text, as: "monitor-\(monitor).two-lab-pause.example", with: key(monitor))
    }

    private static func set(_ monitors: [Int], after set: MonitorSet) -> MonitorSet {
        try! Scene.agreement.monitors(
            after: set, terms: set.terms,
            members: monitors.map { ("monitor-\($0)", key($0).publicKey) })
    }

    /// Version 2, signed by three of the old monitors.
    private static let chain: MonitorChain = {
        var chain = MonitorChain(Scene.agreement)
        extend(&chain, set([1, 2, 5, 6], after: chain.current), by: [2, 3, 4])
        return chain
    }()

    private static func extend(_ chain: inout MonitorChain, _ set: MonitorSet, by signers: [Int]) {
        let note = UnverifiedNote(
            text: set.text, signatures: signers.map { line(set.text, by: $0) })
        try! chain.extend(with: note, under: Scene.agreement)
    }

    private static func note(
        epoch: Int64, tick: Time = Scene.start, under set: MonitorSet?, by signers: [Int]
    ) -> UnverifiedNote {
        let plain = Scene.order(epoch: epoch, tick: tick)
        let order = Order(
            agreement: plain.agreement, terms: plain.terms, rules: plain.rules, epoch: epoch,
            state: plain.state, measures: plain.measures, causes: plain.causes,
            models: plain.models, expiry: nil, silentSince: nil, size: plain.size,
            root: plain.root, tick: tick, monitors: set?.name)
        return UnverifiedNote(
            text: order.text, signatures: signers.map { line(order.text, by: $0) })
    }

    private func follower(
        node: PlainServer? = nil, monitors: [PlainServer] = [], kept: OrderStore.Recalled? = nil,
        store: OrderStore? = nil
    ) throws -> OrderFollower {
        func client(_ server: PlainServer) throws -> NodeClient {
            try NodeClient(url: server.url, timeLimit: .seconds(20), retries: 0)
        }
        return OrderFollower(
            agreement: Scene.agreement, believed: kept?.order, chain: kept?.monitors,
            node: try node.map(client), monitors: try monitors.map(client), store: store,
            now: { Scene.start }, tell: { [heard] in heard.append($0) })
    }

    private var alarms: [String] {
        heard.all.compactMap { if case .alarm(let alarm) = $0 { alarm.word } else { nil } }
    }

    @Test func `a gate asks how the monitors changed, and then believes the new ones`() async throws
    {
        let set = Self.chain.current
        let node = PlainServer(saying: Self.note(epoch: 1, under: nil, by: [1, 2, 3]))
        defer { node.close() }
        node.show(Self.chain)
        let follower = try follower(node: node, store: try OrderStore(writing: folder.path))
        await follower.ask()
        // The old set counts as long as no order of a later one was seen, whatever notes there are.
        #expect(await follower.believed?.order.epoch == 1)
        #expect(folder.read("monitors.json") == nil)

        node.say(Self.note(epoch: 2, under: set, by: [1, 5, 6]))
        await follower.ask()
        #expect(await follower.believed?.monitors == ["monitor-1", "monitor-5", "monitor-6"])
        #expect(folder.read("monitors.json") == Self.chain.json.canonicalBytes)
        #expect(alarms.isEmpty)
    }

    @Test func `from then on the old set signs for nothing, also after a restart`() async throws {
        let set = Self.chain.current
        let new = Self.note(epoch: 2, under: set, by: [1, 5, 6])
        // Keys that left sign a later tick and a higher epoch: under the old set, and under theirs.
        let lies = [
            Self.note(epoch: 9, tick: Scene.after(9000), under: nil, by: [1, 2, 3, 4]),
            Self.note(epoch: 9, tick: Scene.after(9000), under: set, by: [1, 2, 3, 4]),
        ]
        for restarted in [false, true] {
            let store = try OrderStore(writing: folder.path)
            let kept = store.recall(under: Scene.agreement)
            #expect(kept.alarms == [])
            #expect((kept.order?.order.epoch == 2) == restarted)
            #expect(kept.monitors.current.version == (restarted ? 2 : 1))
            let follower = try follower(kept: kept, store: store)
            await follower.offer(new, from: "node", monitors: Self.chain)
            for lie in lies {
                await follower.offer(lie, from: "lie", monitors: Self.chain)
                #expect(await follower.believed?.order.epoch == 2)
            }
        }
        #expect(
            alarms == [
                "other-monitors", "too-few-signatures", "other-monitors", "too-few-signatures",
            ])
    }

    @Test func `a set that too few have signed is not believed, nor an order without its set`()
        async throws
    {
        let set = Self.chain.current
        let order = Self.note(epoch: 2, under: set, by: [1, 2, 5, 6])
        let node = PlainServer(saying: order)
        defer { node.close() }
        let forged = UnverifiedNote(
            text: set.text, signatures: [1, 2].map { Self.line(set.text, by: $0) })
        node.show(
            bytes: JSON.object([
                "notes": .array([.string(String(decoding: forged.bytes, as: UTF8.self))])
            ]).canonicalBytes)
        let follower = try follower(node: node)
        await follower.ask()
        #expect(await follower.believed == nil)
        #expect(alarms.contains("other-monitors"))
        node.show(bytes: Array("{}".utf8))
        await follower.ask()
        #expect(await follower.believed == nil)
        node.show(Self.chain)
        await follower.ask()
        #expect(await follower.believed?.order.monitors == set.name)
    }

    @Test func `where the node is silent, the monitors tell how they changed`() async throws {
        var chain = Self.chain
        Self.extend(&chain, Self.set([1, 5, 6, 7], after: chain.current), by: [1, 5, 6])
        let servers = [1, 5, 6].map { monitor in
            let server = PlainServer(
                saying: Self.note(epoch: 3, under: chain.current, by: [monitor]))
            server.show(chain)
            return server
        }
        defer { servers.forEach { $0.close() } }
        let follower = try follower(monitors: servers, store: try OrderStore(writing: folder.path))
        await follower.ask()
        #expect(await follower.believed?.order.epoch == 3)
        let kept = OrderStore(reading: folder.path).recall(under: Scene.agreement)
        #expect(kept.monitors == chain)
        #expect(kept.order?.monitors == ["monitor-1", "monitor-5", "monitor-6"])
    }

    @Test
    func
        `the set is on the disk before its first order, so that a crash between them does no harm`()
        async throws
    {
        let store = try OrderStore(writing: folder.path)
        try store.keep(Scene.believed(Scene.order(epoch: 1)))
        try store.keep(Self.chain)
        let kept = store.recall(under: Scene.agreement)
        #expect(kept.alarms == [])
        #expect(kept.order?.order.epoch == 1)
        #expect(kept.monitors == Self.chain)
        let follower = try follower(kept: kept, store: store)
        await follower.offer(
            Self.note(epoch: 2, under: nil, by: [1, 2, 3, 4]), from: "node", monitors: nil)
        #expect(await follower.believed?.order.epoch == 1)
        #expect(alarms == ["other-monitors"])
    }

    @Test func `notes that somebody wrote into the folder are believed no more than others`() throws
    {
        folder.write(Array(#"{"notes":["nonsense"]}"#.utf8), to: "monitors.json")
        let kept = OrderStore(reading: folder.path).recall(under: Scene.agreement)
        #expect(kept.alarms.map(\.word) == ["damaged-file"])
        #expect(kept.monitors == MonitorChain(Scene.agreement))
    }
}
