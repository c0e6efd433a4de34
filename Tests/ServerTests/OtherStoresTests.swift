// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Server
import Storage
import Testing
import TransparencyLog

/// What monitors and witnesses keep can be looked through like a log's store.
@Suite(.enabled(if: NodeProcess.canRun, "standstill-node is not built beside these tests"))
struct OtherStoresTests {
    /// Runs three monitors of a log, each on a store in the folder.
    private static func withMonitors(
        of node: NodeClient, in folder: URL, _ started: [NodeClient] = [],
        _ body: @escaping @Sendable ([NodeClient]) async throws -> Void
    ) async throws {
        guard started.count < 3 else { return try await body(started) }
        let name = ServerScene.names[started.count]
        let monitor = try await MonitorNode(
            agreement: ServerScene.agreement, key: ServerScene.monitors[started.count],
            store: .sqlite(path: folder.appending(path: "\(name).db").path), node: node,
            peers: started, logger: ServerScene.logger)
        try await ServerScene.running {
            try await monitor.run(on: ListenAddress("127.0.0.1:0")!, onListening: $0)
        } while: { client in
            try await withMonitors(of: node, in: folder, started + [client], body)
        }
    }

    /// A log and three monitors that have signed an order over two entries.
    private static func played(in folder: URL) async throws {
        let port = try await ServerScene.withLog { $0.url.split(separator: ":").last! }
        let address = ListenAddress("127.0.0.1:\(port)")!
        let node = try NodeClient(url: "http://\(address)", retries: 0)
        try await withMonitors(of: node, in: folder) { monitors in
            let log = try await LogNode(
                agreement: ServerScene.agreement, key: ServerScene.log,
                store: .sqlite(path: folder.appending(path: "log.db").path),
                monitors: Dictionary(uniqueKeysWithValues: zip(ServerScene.names, monitors)),
                logger: ServerScene.logger)
            try await ServerScene.running {
                try await log.run(on: address, onListening: $0)
            } while: { client in
                _ = try await client.submit(ServerScene.hearing(1))
                try await ServerScene.eventually {
                    guard let order = try await client.order() else { return false }
                    return try Order(parsing: order.text).size == TreeSize(2)
                }
            }
        }
    }

    @Test func `a log's and a monitor's store check out after they have signed orders`()
        async throws
    {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try await OtherStoresTests.played(in: folder)
        let log = try NodeProcess.fsck(in: folder)
        #expect(log.code == 0 && log.text.hasPrefix("ok: a log's store, 2 entries"), "\(log)")
        let monitor = try NodeProcess.fsck(in: folder, store: "monitor-1.db")
        #expect(
            monitor.code == 0 && monitor.text.hasPrefix("ok: a monitor's store, 2 entries"),
            "\(monitor)")
        try changeLeaf(1, in: folder.appending(path: "monitor-1.db").path)
        let changed = try NodeProcess.fsck(in: folder, store: "monitor-1.db")
        #expect(changed.code == 1 && changed.text.contains(" 1: one of them"), "\(changed)")
        #expect(changed.text.contains("mark monitor/mark: it was signed over root"))
    }

    @Test func `a witness's store checks out, and a log that it should not know is named`()
        async throws
    {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let stranger = ServerScene.key(99)
        let key = NoteKey(name: "other.example/log", algorithm: .ed25519, key: stranger.publicKey)!
        let witness = try await WitnessNode(
            name: "witness.example/w", key: ServerScene.key(98),
            logs: [ServerScene.agreement.logKey, key],
            store: .sqlite(path: folder.appending(path: "witness.db").path),
            logger: ServerScene.logger)
        try await ServerScene.running {
            try await witness.run(on: ListenAddress("127.0.0.1:0")!, onListening: $0)
        } while: { client in
            for (origin, signer) in [
                (ServerScene.origin, ServerScene.log), (key.name, stranger),
            ] {
                let text = Checkpoint(origin: origin, size: TreeSize(1), root: .sha256([])).text
                let line = try NoteSignature.sign(text: text, as: origin, with: signer)
                let note = UnverifiedNote(text: text, signatures: [line])
                let answer = try await client.addCheckpoint(
                    Array("old 0\n\n".utf8) + note.bytes)
                guard case .cosigned = answer else {
                    Issue.record("it did not cosign \(origin): \(answer)")
                    continue
                }
            }
        }
        let known = try NodeProcess.fsck(in: folder, store: "witness.db", ["--log", key.vkey])
        #expect(
            known.code == 0 && known.text.hasPrefix("ok: a witness's store, 2 marks"), "\(known)")
        let unknown = try NodeProcess.fsck(in: folder, store: "witness.db")
        #expect(unknown.code == 1 && unknown.text.contains("other.example/log, whose key is not"))
    }
}
