// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Server
import Storage
import Testing
import TransparencyLog

/// A store that is not what was signed is not started on, and `fsck` says what is wrong with it.
@Suite(.enabled(if: NodeProcess.canRun, "standstill-node is not built beside these tests"))
struct StoreRefusalTests {
    /// A folder with a log of six entries whose node has been stopped.
    private static func folder() async throws -> URL {
        let folder = try NodeProcess.folder()
        let node = try await NodeProcess(in: folder)
        for number in 1...5 { _ = try await node.client.submit(ServerScene.hearing(Int64(number))) }
        _ = node.stop()
        return folder
    }

    /// Why the node does not start; nil where it does.
    private static func refusal(_ folder: URL, _ more: [String] = []) async throws -> String? {
        do {
            let node = try await NodeProcess(in: folder, more: more)
            _ = node.stop()
            return nil
        } catch let ended as NodeProcess.Ended {
            return ended.words
        }
    }

    /// Changes a stopped log's files, and checks that neither the node nor fsck lets it pass.
    private func check(
        node: String, fsck: String, _ change: (URL) throws -> Void
    ) async throws {
        let folder = try await StoreRefusalTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try change(folder)
        let looked = try NodeProcess.fsck(in: folder)
        #expect(looked.code == 1 && looked.text.contains(fsck), "\(looked)")
        let refusal = try await StoreRefusalTests.refusal(folder)
        #expect(refusal?.contains(node) == true, "\(refusal ?? "it started")")
    }

    /// Changes one bit of a file, as a disk might.
    private static func flip(_ name: String, in folder: URL, at find: String) throws {
        let file = folder.appending(path: name)
        var bytes = try Data(contentsOf: file)
        let place = try #require(bytes.firstRange(of: Data(find.utf8)))
        bytes[place.upperBound - 1] ^= 1
        try bytes.write(to: file)
    }

    @Test func `a store that is whole checks out, as lines and as one document`() async throws {
        let folder = try await StoreRefusalTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let lines = try NodeProcess.fsck(in: folder)
        #expect(lines.code == 0)
        #expect(lines.text.hasPrefix("ok: a log's store, 6 entries with root "), "\(lines.text)")
        let document = try JSON.parse(Array(try NodeProcess.fsck(in: folder, ["--json"]).text.utf8))
        #expect(document["ok"] == .bool(true))
        #expect(document["size"]?.integer == 6)
        #expect(document["role"]?.string == "log")
        #expect(document["findings"]?.array?.isEmpty == true)
    }

    @Test func `an entry that was changed is found before anything is signed over it`() async throws
    {
        try await check(node: "are not what was stored", fsck: "entry 5: ") {
            try changeLeaf(5, in: $0.appending(path: "log.db").path)
        }
    }

    @Test func `a bit flipped in the mark is found`() async throws {
        try await check(
            node: "is not a checkpoint that this log has signed", fsck: "signature under"
        ) { try StoreRefusalTests.flip("log.db.mark", in: $0, at: "\(ServerScene.origin)\n6") }
    }

    @Test func `a mark that is gone is not taken for a first start`() async throws {
        try await check(node: "log.db.mark is missing", fsck: "log.db.mark: it is missing") {
            try FileManager.default.removeItem(at: $0.appending(path: "log.db.mark"))
        }
    }

    @Test func `whoever vouches for the store goes on without a mark, once`() async throws {
        let folder = try await StoreRefusalTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.removeItem(at: folder.appending(path: "log.db.mark"))
        #expect(try await StoreRefusalTests.refusal(folder, ["--vouch"]) == nil)
        #expect(try await StoreRefusalTests.refusal(folder) == nil)
    }

    @Test func `an older store beside a newer mark is refused, wherever the mark is`() async throws
    {
        let folder = try await StoreRefusalTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["log.db", "log.db-wal"].map { folder.appending(path: $0) }
        let old = files.map { try? Data(contentsOf: $0) }
        let mark = folder.appending(path: "elsewhere.mark")
        try FileManager.default.moveItem(at: folder.appending(path: "log.db.mark"), to: mark)
        let elsewhere = ["--mark", mark.path]
        let node = try await NodeProcess(in: folder, more: elsewhere)
        _ = try await node.client.submit(ServerScene.hearing(6))
        _ = node.stop()
        #expect(try NodeProcess.fsck(in: folder, elsewhere).code == 0)
        try? FileManager.default.removeItem(at: folder.appending(path: "log.db-shm"))
        for (file, bytes) in zip(files, old) {
            try? FileManager.default.removeItem(at: file)
            try bytes?.write(to: file)
        }
        let refusal = try await StoreRefusalTests.refusal(folder, elsewhere)
        #expect(refusal?.contains("holds 6 entries, but a checkpoint of 7") == true)
        let looked = try NodeProcess.fsck(in: folder, elsewhere)
        #expect(looked.code == 1 && looked.text.contains("older than what was signed"))
    }

    @Test func `two nodes on one directory, or with one mark: the second is refused`() async throws
    {
        let folder = try await StoreRefusalTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try await NodeProcess(in: folder)
        let refusal = try await StoreRefusalTests.refusal(folder)
        #expect(refusal?.contains("another process is using this store") == true)
        #expect(try NodeProcess.fsck(in: folder).code == 74)
        let other = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: other) }
        let mark = folder.appending(path: "log.db.mark").path
        let same = try await StoreRefusalTests.refusal(other, ["--mark", mark])
        #expect(same?.contains("another process is using this store") == true)
        _ = first.stop()
    }

    @Test func `an entry that changes on the disk of a running node is not served`()
        async throws
    {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "log.db").path
        try await ServerScene.withLog(store: .sqlite(path: path)) { client in
            for number in 1...3 { _ = try await client.submit(ServerScene.hearing(Int64(number))) }
            #expect(try await client.get("/api/v1/statements/2").status == 200)
            try changeLeaf(2, in: path)
            #expect(try await client.get("/api/v1/statements/1").status == 200)
            #expect(try await client.get("/api/v1/statements/2").status >= 500)
            let readiness = try await client.get("/readyz")
            #expect(readiness.status == 503)
            #expect(String(decoding: readiness.body, as: UTF8.self).contains("read entry 2"))
            await #expect(throws: ClientFault.self) {
                _ = try await client.submit(ServerScene.hearing(4))
            }
        }
    }

    @Test func `a store without anything in it is no store`() throws {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try NodeProcess.fsck(in: folder).code == 74)
        try Data().write(to: folder.appending(path: "log.db"))
        let looked = try NodeProcess.fsck(in: folder)
        #expect(looked.code == 74 && looked.text.contains("nothing was ever written"), "\(looked)")
    }
}
