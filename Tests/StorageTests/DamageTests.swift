// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TransparencyLog

@testable import Storage

/// A disk that gives other bytes than were written to it.
struct DamageTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func leaf(_ number: Int) -> NewLeaf {
        let bytes = Array("leaf \(number) with some words behind it".utf8)
        return NewLeaf(leaf: bytes, payloadDigest: Digest.sha256(bytes))
    }

    private static func head(of leaves: [[UInt8]]) -> TreeHead {
        var tree = MerkleFrontier()
        for leaf in leaves { tree.append(MerkleHash.leaf(leaf)) }
        return tree.head
    }

    /// A closed store of 40 leaves in four appends, with a mark.
    private func made() async throws -> String {
        let path = folder.file("log.db")
        let store = try SQLiteStore(path: path)
        var leaves: [[UInt8]] = []
        for batch in 0..<4 {
            let new = (batch * 10..<batch * 10 + 10).map { DamageTests.leaf($0) }
            let old = DamageTests.head(of: leaves)
            leaves += new.map(\.leaf)
            try await store.append(new, from: old, to: DamageTests.head(of: leaves))
        }
        try await store.replace("monitor/mark", with: Array("what was signed last".utf8))
        try await store.close()
        return path
    }

    /// Everything that a store gives, to compare; the words of the fault where it refuses.
    private static func everything(_ store: any LogStore) async -> [String] {
        func words(_ body: () async throws -> String) async -> String {
            do { return try await body() } catch { return "fault: \(error)" }
        }
        return [
            await words { "\(try await store.head())" },
            await words { "\(try await store.heads())" },
            await words { "\(try await store.leaves(from: LogIndex(0), limit: 100))" },
            await words { "\(try await store.value("monitor/mark") ?? [])" },
            await words { "\(try await store.values(prefix: "", after: nil, limit: 10))" },
            await words {
                "\(String(describing: try await store.index(ofPayload: leaf(7).payloadDigest)))"
            },
        ]
    }

    @Test func `whatever byte of a file is changed, nothing crashes and no mark is another`()
        async throws
    {
        let path = try await made()
        let good = try folder.read("log.db")
        let mark = "\(Array("what was signed last".utf8))"
        for place in stride(from: 0, to: good.count, by: 61) {
            var bytes = good
            bytes[place] ^= 1 << UInt8(place % 8)
            try folder.write(bytes, to: "flipped.db")
            for name in ["flipped.db-wal", "flipped.db-shm"] {
                try? FileManager.default.removeItem(atPath: folder.file(name))
            }
            guard let store = try? SQLiteStore(path: folder.file("flipped.db")) else { continue }
            let seen = await DamageTests.everything(store)
            #expect(
                seen[3] == mark || seen[3] == "[]" || seen[3].hasPrefix("fault"),
                "byte \(place): \(seen[3])")
            try? await store.close()
        }
        _ = path
    }

    @Test func `a mark with one bit flipped is a fault, not another mark`() async throws {
        let path = try await made()
        try execute(
            "UPDATE marks SET value = CAST('what was signed lasu' AS BLOB)", in: path)
        let store = try SQLiteStore(path: path)
        await #expect { try await store.value("monitor/mark") } throws: {
            ($0 as? StorageFault)?.code == .damaged
        }
        await #expect { try await store.values(prefix: "mon", after: nil, limit: 5) } throws: {
            ($0 as? StorageFault)?.code == .damaged
        }
        try await store.close()
    }

    @Test func `columns of another type than ours are faults`() async throws {
        let path = try await made()
        try execute(
            """
            UPDATE leaves SET leaf = 7 WHERE position = 3; UPDATE heads SET root = 'x' WHERE size = 10;
            UPDATE payloads SET position = 'nowhere'; UPDATE marks SET value = 1.5
            """, in: path)
        let store = try SQLiteStore(path: path)
        let seen = await DamageTests.everything(store)
        #expect(seen.dropFirst().allSatisfy { $0.hasPrefix("fault") }, "\(seen)")
        try await store.close()
    }

    @Test func `a look through a store changes nothing, not even what a crash has left`()
        async throws
    {
        let path = folder.file("log.db")
        let store = try SQLiteStore(path: path)
        let leaves = (0..<30).map { DamageTests.leaf($0) }
        try await store.append(leaves, from: .empty, to: DamageTests.head(of: leaves.map(\.leaf)))
        // As a crash leaves it: the journal holds what the database does not.
        for name in ["log.db", "log.db-wal"] {
            try folder.write(try folder.read(name), to: "crashed" + name.dropFirst(3))
        }
        let before = try ["crashed.db", "crashed.db-wal"].map { try folder.read($0) }
        let inspection = try await StoreInspection(.sqlite(path: folder.file("crashed.db")))
        #expect(try await inspection.store.head().size == TreeSize(30))
        #expect(try await inspection.complaints().isEmpty)
        #expect(try await inspection.payloadCount() == 30)
        await #expect(throws: StorageFault.self) {
            try await inspection.store.replace("a", with: [1])
        }
        try await inspection.close()
        #expect(try ["crashed.db", "crashed.db-wal"].map { try folder.read($0) } == before)
    }

    @Test func `a broken page is a complaint`() async throws {
        let path = try await made()
        var bytes = try folder.read("log.db")
        for place in 4096 * 2 + 8..<4096 * 2 + 64 { bytes[place] = 0xFF }
        try folder.write(bytes, to: "log.db")
        let inspection = try await StoreInspection(.sqlite(path: path))
        let complaints = try? await inspection.complaints()
        #expect(complaints?.isEmpty != true)
        try await inspection.close()
    }

    @Test func `there is nothing to look through where there is no store`() async {
        await #expect { try await StoreInspection(.sqlite(path: folder.file("none.db"))) } throws: {
            ($0 as? StorageFault)?.code == .cannotOpen
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("none.db")))
    }

    @Test func `a store of layout 1 gets its head, and seals for its marks`() async throws {
        let path = folder.file("old.db")
        let leaves = (0..<5).map { DamageTests.leaf($0).leaf }
        let rows = leaves.enumerated().map { place, leaf in
            "INSERT INTO leaves VALUES (\(place), x'\(Hex.encode(leaf))');"
        }
        try execute(
            """
            PRAGMA journal_mode = WAL;
            CREATE TABLE leaves (position INTEGER PRIMARY KEY, leaf BLOB NOT NULL);
            CREATE TABLE payloads (digest BLOB PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE marks (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
            \(rows.joined(separator: "\n"))
            INSERT INTO marks VALUES ('order/newest', x'0102');
            PRAGMA application_id = 1398031436; PRAGMA user_version = 1;
            """, in: path)
        for _ in 1...2 {
            let store = try SQLiteStore(path: path)
            #expect(try await store.head() == DamageTests.head(of: leaves))
            #expect(try await store.heads().count == 1)
            #expect(try await store.leaves(from: LogIndex(0), limit: 9) == leaves)
            #expect(try await store.value("order/newest") == [1, 2])
            try await store.close()
        }
    }
}
