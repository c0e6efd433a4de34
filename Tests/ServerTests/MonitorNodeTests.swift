// SPDX-License-Identifier: Apache-2.0

import Client
import PauseAgreement
import Roles
import Server
import Storage
import Testing
import TransparencyLog

/// A log and four monitors, all listening.
struct MonitorNodeTests {
    /// Runs a monitor, then the next, and hands all their addresses to `body`.
    private static func withMonitors(
        of node: NodeClient, _ started: [NodeClient] = [],
        _ body: @escaping @Sendable ([NodeClient]) async throws -> Void
    ) async throws {
        guard started.count < ServerScene.names.count else { return try await body(started) }
        let monitor = try await MonitorNode(
            agreement: ServerScene.agreement, key: ServerScene.monitors[started.count],
            store: .memory, node: node,
            peers: started, logger: ServerScene.logger)
        try await ServerScene.running {
            try await monitor.run(on: ListenAddress("127.0.0.1:0")!, onListening: $0)
        } while: { client in
            try await withMonitors(of: node, started + [client], body)
        }
    }

    @Test func `a log and its monitors publish orders that verify`() async throws {
        // The log has to know the monitors' addresses, and they its: its own is found by a first
        // run.
        let port = try await ServerScene.withLog { $0.url.split(separator: ":").last! }
        let address = ListenAddress("127.0.0.1:\(port)")!
        let node = try NodeClient(url: "http://\(address)", retries: 0)
        try await MonitorNodeTests.withMonitors(of: node) { monitors in
            let known = Dictionary(uniqueKeysWithValues: zip(ServerScene.names, monitors))
            let log = try await LogNode(
                agreement: ServerScene.agreement, key: ServerScene.log, store: .memory,
                monitors: known,
                logger: ServerScene.logger)
            try await ServerScene.running {
                try await log.run(on: address, onListening: $0)
            } while: { client in
                try await MonitorNodeTests.check(client, monitors)
            }
        }
    }

    private static func check(_ client: NodeClient, _ monitors: [NodeClient]) async throws {
        try await ServerScene.eventually { try await client.order() != nil }
        let note = try #require(try await client.order())
        let keys = ServerScene.agreement.monitorKeys.map(\.order)
        #expect(try note.verified(by: keys).signers.count >= 3)
        let first = try Order(parsing: note.text)
        #expect(first.state == .openForSignature)
        _ = try await client.submit(ServerScene.hearing(1))
        try await ServerScene.eventually {
            let receipt = try LogProof(parsing: try await client.receipt(LogIndex(1)))
            let leaf = try await client.leaves(from: LogIndex(1), to: TreeSize(2))[0]
            return (try? receipt.verify(leaf: leaf, policy: ServerScene.agreement.policy())) != nil
        }
        try await ServerScene.eventually {
            try Order(parsing: try #require(try await client.order()).text).size == TreeSize(2)
        }
        let orders = try await client.orders()
        #expect(orders.count == 2, "one of the only epoch, and the newest")
        for monitor in monitors {
            #expect(try await monitor.order() != nil)
            #expect(try await monitor.checkpoint().signatures.count == 2)
            #expect(try await monitor.state()["size"]?.integer == 2)
        }
        try await checkEvents(client)
        try await checkRefusals(client, monitors[0])
    }

    /// Every tick comes as an event, at once and in order.
    private static func checkEvents(_ client: NodeClient) async throws {
        var ticks: [Time] = []
        for await news in client.events() {
            guard case .event(let event) = news, case .order(let note) = event.content else {
                continue
            }
            ticks.append(try Order(parsing: note.text).tick)
            #expect(event.id == "2-\(ticks.last!.milliseconds)")
            if ticks.count == 3 { break }
        }
        #expect(ticks == ticks.sorted() && Set(ticks).count == 3)
    }

    private static func checkRefusals(_ client: NodeClient, _ monitor: NodeClient) async throws {
        let newest = try Order(parsing: try #require(try await monitor.order()).text)
        let old = Proposal(
            agreement: newest.agreement, size: newest.size, root: newest.root,
            tick: Time(milliseconds: newest.tick.milliseconds - 1))
        let signature = try NoteSignature.sign(
            text: old.text, as: ServerScene.origin, with: ServerScene.log)
        do throws(ClientFault) {
            _ = try await monitor.propose(
                UnverifiedNote(text: old.text, signatures: [signature]).bytes)
            Issue.record("it signed an older tick")
        } catch { #expect(error.slug == "clock") }
        let garbage = try await monitor.post(
            "/add-checkpoint", Array("old 0\n".utf8), type: "text/plain")
        #expect(garbage.status == 400)
        let checkpoint = try await client.checkpoint()
        let body = Array("old 0\n\n".utf8) + checkpoint.bytes
        guard case .expected(let size) = try await monitor.addCheckpoint(body) else {
            Issue.record("it cosigned twice from nothing")
            return
        }
        #expect(size == TreeSize(2))
    }
}
