// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import TransparencyLog

/// A store in one SQLite file, for one process; every write waits for the disk.
public final class SQLiteStore: LogStore {
    private let path: String
    private let database: DurableDatabase

    private static let kind = DurableDatabase.Kind(
        // "STDL".
        name: "store", applicationID: 0x5354_444C, layout: 1,
        tables: """
            CREATE TABLE leaves (position INTEGER PRIMARY KEY, leaf BLOB NOT NULL);
            CREATE TABLE payloads (digest BLOB PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE marks (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
            """)

    /// Opens the file, making it where there is none.
    ///
    /// - Throws: ``StorageFault`` where it cannot be opened, is in use, or is something else.
    public init(path: String) throws {
        self.path = path
        database = try DurableDatabase(path: path, kind: SQLiteStore.kind)
    }

    // MARK: - LogStore

    public func size() async throws -> TreeSize {
        try await database.reading("count leaves") { try SQLiteStore.size($0) }
    }

    public func append(_ leaves: [NewLeaf], at size: TreeSize) async throws {
        try await database.writing("append \(leaves.count) leaves at \(size)") { [path] database in
            let held = try SQLiteStore.size(database)
            guard held == size else {
                throw StorageFault(
                    .lostRace, "append at \(size) to \(path)",
                    cause: "the store holds \(held) leaves")
            }
            let leaf = try database.cachedStatement(
                sql: "INSERT INTO leaves (position, leaf) VALUES (?, ?)")
            let payload = try database.cachedStatement(
                sql: "INSERT OR IGNORE INTO payloads (digest, position) VALUES (?, ?)")
            for (offset, new) in leaves.enumerated() {
                let position = Int64(size.value) + Int64(offset)
                try leaf.execute(arguments: [position, Data(new.leaf)])
                try payload.execute(arguments: [Data(new.payloadDigest.bytes), position])
            }
        }
    }

    public func leaves(from index: LogIndex, limit: Int) async throws -> [[UInt8]] {
        guard index.value <= UInt64(Int64.max), limit > 0 else { return [] }
        return try await database.reading("read leaves from \(index)") { [path] database in
            let rows = try Row.fetchCursor(
                database,
                sql:
                    "SELECT position, leaf FROM leaves WHERE position >= ? ORDER BY position LIMIT ?",
                arguments: [Int64(index.value), limit])
            var leaves: [[UInt8]] = []
            while let row = try rows.next() {
                let expected = Int64(index.value) + Int64(leaves.count)
                guard row[0] as Int64 == expected else {
                    throw StorageFault(
                        .notAStore, "read leaves of \(path)", cause: "leaf \(expected) is missing")
                }
                leaves.append(Array(row[1] as Data))
            }
            return leaves
        }
    }

    public func index(ofPayload digest: Digest) async throws -> LogIndex? {
        try await database.reading("look up a payload") { database in
            try Int64.fetchOne(
                database, sql: "SELECT position FROM payloads WHERE digest = ?",
                arguments: [Data(digest.bytes)]
            ).map { LogIndex(UInt64($0)) }
        }
    }

    public func value(_ key: String) async throws -> [UInt8]? {
        try await database.reading("read mark \(key)") { database in
            try Data.fetchOne(
                database, sql: "SELECT value FROM marks WHERE key = ?", arguments: [key]
            )
            .map { Array($0) }
        }
    }

    public func replace(_ key: String, with value: [UInt8]) async throws {
        try await database.writing("write mark \(key)") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO marks (key, value) VALUES (?, ?)",
                arguments: [key, Data(value)])
        }
    }

    public func values(
        prefix: String, after: String?, limit: Int
    ) async throws -> [(key: String, value: [UInt8])] {
        try await database.reading("read marks \(prefix)") { database in
            // Names compare by their bytes, so that those with a prefix stand together.
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT key, value FROM marks
                    WHERE key >= ? AND key < ? AND key > ? ORDER BY key LIMIT ?
                    """,
                arguments: [prefix, prefix + "\u{10FFFF}", after ?? "", max(0, limit)])
            return rows.map { (key: $0[0] as String, value: Array($0[1] as Data)) }
        }
    }

    public func close() async throws { try database.close() }

    /// 2 where every write waits for the disk.
    func synchronousLevel() async throws -> Int? { try await database.synchronousLevel() }

    private static func size(_ database: Database) throws -> TreeSize {
        let last = try Int64.fetchOne(database, sql: "SELECT max(position) FROM leaves")
        return TreeSize(last.map { UInt64($0) + 1 } ?? 0)
    }
}
