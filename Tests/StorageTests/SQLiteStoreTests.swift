// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TransparencyLog

@testable import Storage

struct SQLiteStoreTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func leaf(_ number: Int) -> NewLeaf {
        let bytes =
            Array("leaf \(number) ".utf8)
            + [UInt8](repeating: UInt8(number % 251), count: number % 900)
        return NewLeaf(leaf: bytes, payloadDigest: Digest.sha256(bytes))
    }

    private func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `what was written is there when the file is opened again`() async throws {
        let path = folder.file("log.db")
        let first = try SQLiteStore(path: path)
        try await first.append((0..<50).map { leaf($0) }, at: .empty)
        try await first.replace("mark", with: [1, 2, 3])
        try await first.close()
        let second = try SQLiteStore(path: path)
        #expect(
            try await second.leaves(from: LogIndex(0), limit: 100) == (0..<50).map { leaf($0).leaf }
        )
        #expect(try await second.value("mark") == [1, 2, 3])
        #expect(try await second.index(ofPayload: leaf(49).payloadDigest) == LogIndex(49))
    }

    @Test func `a second user of one store is refused`() throws {
        let path = folder.file("log.db")
        let first = try SQLiteStore(path: path)
        #expect(
            message { _ = try SQLiteStore(path: path) }?.contains(
                "another process is using this store") == true)
        withExtendedLifetime(first) {}
    }

    @Test func `a file of another kind or layout is refused and left as it is`() async throws {
        try folder.write(
            Array("not a database, but long enough to be read as a header of one".utf8),
            to: "text.db")
        #expect(
            message { _ = try SQLiteStore(path: folder.file("text.db")) }?.contains(
                "not a database") == true)
        try execute("CREATE TABLE things (id INTEGER)", in: folder.file("other.db"))
        #expect(
            message { _ = try SQLiteStore(path: folder.file("other.db")) }?.contains(
                "another database") == true)
        try execute(
            "CREATE TABLE leaves (position INTEGER); PRAGMA application_id = 1398031436; PRAGMA user_version = 9",
            in: folder.file("newer.db"))
        #expect(
            message { _ = try SQLiteStore(path: folder.file("newer.db")) }?.contains("layout 9")
                == true)
        #expect(try folder.read("text.db").starts(with: Array("not a database".utf8)))
    }

    @Test func `a folder that is not there is a plain fault`() {
        #expect(
            message { _ = try SQLiteStore(path: folder.file("no/log.db")) }?.contains(
                "No such file") == true)
    }

    @Test func `every write waits for the disk, also after others`() async throws {
        let store = try SQLiteStore(path: folder.file("log.db"))
        #expect(try await store.synchronousLevel() == 2)
        try await store.append([leaf(0)], at: .empty)
        try await store.replace("mark", with: [1])
        #expect(try await store.synchronousLevel() == 2)
    }

    /// The write-ahead log may end anywhere after a crash: what opens holds whole appends, in
    /// order, up to the last that is whole.
    @Test func `a store cut off anywhere opens, with whole appends only`() async throws {
        let store = try SQLiteStore(path: folder.file("log.db"))
        var sizes: [Int] = [0]
        var lengths: [Int] = [try folder.read("log.db-wal").count]
        for batch in [1, 7, 40, 1, 100] {
            let start = sizes.last!
            try await store.append(
                (start..<start + batch).map { leaf($0) }, at: TreeSize(UInt64(start)))
            sizes.append(start + batch)
            lengths.append(try folder.read("log.db-wal").count)
        }
        let database = try folder.read("log.db")
        let journal = try folder.read("log.db-wal")
        let step = max(1, (journal.count - lengths[0]) / 40)
        for (number, length) in stride(from: lengths[0], through: journal.count, by: step)
            .enumerated()
        {
            try folder.write(database, to: "cut\(number).db")
            try folder.write(Array(journal.prefix(length)), to: "cut\(number).db-wal")
            let cut = try SQLiteStore(path: folder.file("cut\(number).db"))
            let size = Int(try await cut.head().size.value)
            let whole = zip(sizes, lengths).filter { $0.1 <= length }.last!.0
            #expect(size == whole, "cut at \(length) of \(journal.count)")
            #expect(
                try await cut.leaves(from: LogIndex(0), limit: 1000)
                    == (0..<size).map { leaf($0).leaf })
            try await cut.append([leaf(size)], at: TreeSize(UInt64(size)))
            try await cut.close()
        }
    }

    @Test func `a missing leaf is found when it is read`() async throws {
        let store = try SQLiteStore(path: folder.file("log.db"))
        try await store.append((0..<5).map { leaf($0) }, at: .empty)
        try await store.close()
        try execute("DELETE FROM leaves WHERE position = 2", in: folder.file("log.db"))
        let other = try SQLiteStoreTests.reopened(folder.file("log.db"), of: store)
        await #expect(throws: StorageFault.self) {
            try await other.leaves(from: LogIndex(0), limit: 10)
        }
    }

    /// The same file under another lock, as the first store still lives.
    private static func reopened(_ path: String, of store: SQLiteStore) throws -> SQLiteStore {
        try FileManager.default.copyItem(atPath: path, toPath: path + ".copy")
        return try SQLiteStore(path: path + ".copy")
    }
}
