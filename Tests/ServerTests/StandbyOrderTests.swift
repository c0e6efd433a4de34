// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Server
import Storage
import Testing
import TransparencyLog

/// Two log nodes over one database and four monitors, all listening in this process.
@Suite(.enabled(if: PrivatePostgres.canRun, "no PostgreSQL server is installed"))
struct StandbyOrderTests {
    /// Runs a monitor, then the next, and hands all their addresses to `body`.
    private static func withMonitors(
        of node: NodeClient, _ started: [NodeClient] = [],
        _ body: @escaping @Sendable ([NodeClient]) async throws -> Void
    ) async throws {
        guard started.count < ServerScene.names.count else { return try await body(started) }
        let monitor = try await MonitorNode(
            agreement: ServerScene.agreement, key: ServerScene.monitors[started.count],
            store: .memory, node: node, peers: started, logger: ServerScene.logger)
        try await ServerScene.running {
            try await monitor.run(on: ListenAddress("127.0.0.1:0")!, onListening: $0)
        } while: { client in
            try await withMonitors(of: node, started + [client], body)
        }
    }

    /// Runs a log node over the database for as long as `body` lasts.
    private static func withNode(
        _ store: String, mark: String, _ monitors: [NodeClient],
        on address: ListenAddress = ListenAddress("127.0.0.1:0")!,
        _ body: @escaping @Sendable (NodeClient) async throws -> Void
    ) async throws {
        let known = Dictionary(uniqueKeysWithValues: zip(ServerScene.names, monitors))
        let node = try await LogNode(
            agreement: ServerScene.agreement, key: ServerScene.log,
            store: try StoreLocation(store), mark: mark, monitors: known,
            logger: ServerScene.logger)
        try await ServerScene.running {
            try await node.run(on: address, onListening: $0)
        } while: { client in
            try await ServerScene.ready(client)
            try await body(client)
        }
    }

    /// The newest order of a node, believed by enough monitors; nil while there is none.
    private static func order(_ client: NodeClient) async throws -> Order? {
        guard let note = try await client.order() else { return nil }
        let keys = ServerScene.agreement.monitorKeys.map(\.order)
        #expect(try note.verified(by: keys).signers.count >= 3)
        return try Order(parsing: note.text)
    }

    private static func isCosigned(_ index: LogIndex, at client: NodeClient) async throws -> Bool {
        let receipt = try LogProof(parsing: try await client.receipt(index))
        let end = TreeSize(index.value + 1)
        let leaf = try await client.leaves(from: index, to: end)[0]
        return (try? receipt.verify(leaf: leaf, policy: ServerScene.agreement.policy())) != nil
    }

    @Test func `orders and cosignatures go on over a take-over, and stand at both nodes`()
        async throws
    {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try PrivatePostgres.newStore()
        // Monitors ask the node that survives; its address is found by a first run.
        let port = try await ServerScene.withLog { $0.url.split(separator: ":").last! }
        let address = ListenAddress("127.0.0.1:\(port)")!
        let marks = ["a", "b"].map { folder.appending(path: "mark-\($0)").path }
        let survivor = try NodeClient(url: "http://\(address)", retries: 0)
        try await StandbyOrderTests.withMonitors(of: survivor) { monitors in
            let (told, tell) = AsyncStream<Order>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // It sequences first, and ends once the other has the same order.
                    try await StandbyOrderTests.withNode(store, mark: marks[0], monitors) { first in
                        try await StandbyOrderTests.first(first, survivor, tell)
                    }
                }
                group.addTask {
                    try await ServerScene.eventually {
                        FileManager.default.fileExists(atPath: marks[0])
                    }
                    try await StandbyOrderTests.withNode(
                        store, mark: marks[1], monitors, on: address
                    ) { second in
                        for await order in told {
                            return try await StandbyOrderTests.second(second, after: order)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    private static func first(
        _ first: NodeClient, _ second: NodeClient, _ tell: AsyncStream<Order>.Continuation
    ) async throws {
        try await ServerScene.eventually { (try? await second.get("/readyz").status) == 200 }
        let submitted = try await second.submit(ServerScene.hearing(1))
        #expect(submitted.isNew && submitted.index == LogIndex(1))
        try await ServerScene.eventually { try await order(first)?.size == TreeSize(2) }
        try await ServerScene.eventually { try await order(second)?.size == TreeSize(2) }
        // Cosignatures reach the one that stands by through the database.
        try await ServerScene.eventually { try await isCosigned(LogIndex(1), at: second) }
        let last = try #require(try await order(first))
        tell.yield(last)
    }

    private static func second(_ second: NodeClient, after last: Order) async throws {
        var submitted: Submitted?
        try await ServerScene.eventually {
            submitted = try? await second.submit(ServerScene.hearing(2))
            return submitted != nil
        }
        #expect(submitted?.index == LogIndex(2))
        try await ServerScene.eventually { try await order(second)?.size == TreeSize(3) }
        let newest = try #require(try await order(second))
        #expect(newest.tick > last.tick && newest.epoch == last.epoch)
        try await ServerScene.eventually { try await isCosigned(LogIndex(2), at: second) }
        let metrics = String(
            decoding: try await second.get("/metrics").body, as: UTF8.self)
        #expect(metrics.contains("standstill_sequencing 1\n"))
    }
}
