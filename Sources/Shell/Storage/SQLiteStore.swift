// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import TransparencyLog

/// A store in one SQLite file, for one process.
///
/// Every write waits for the disk: `synchronous` is FULL and is looked at again once the file is
/// open, since the pool lowers it when it enters WAL mode.
public final class SQLiteStore: LogStore {
    private let path: String
    private let pool: DatabasePool
    /// Held as long as the store lives.
    private let lock: StoreLock

    /// "STDL": how a file says that it is one of ours.
    private static let applicationID = 0x5354_444C
    /// The layout of the tables; another one is refused, never guessed at.
    private static let layout = 1

    /// Opens the file, making it where there is none.
    ///
    /// - Throws: ``StorageFault`` where it cannot be opened, is in use, or is something else.
    public init(path: String) throws {
        self.path = path
        lock = try StoreLock(path: path + ".lock")
        do {
            pool = try DatabasePool(path: path, configuration: SQLiteStore.configuration)
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                let level = try Int.fetchOne(database, sql: "PRAGMA synchronous")
                precondition(level == 2, "a write is durable when it returns: synchronous is FULL")
            }
            try pool.write { try SQLiteStore.prepare($0, path: path) }
            try PlainFile.synchronize(folderOf: path)
        } catch let error as DatabaseError {
            let code: StorageFault.Code =
                error.resultCode == .SQLITE_NOTADB ? .notAStore : .cannotOpen
            throw StorageFault(
                code, "open store \(path)", cause: error.message ?? error.description)
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "store"
        configuration.busyMode = .timeout(5)
        return configuration
    }

    /// Makes the tables in an empty file; refuses a file of another kind or layout.
    private static func prepare(_ database: Database, path: String) throws {
        let id = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let layout = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        if id == 0, layout == 0, tables == 0 {
            try database.execute(
                sql: """
                    CREATE TABLE leaves (position INTEGER PRIMARY KEY, leaf BLOB NOT NULL);
                    CREATE TABLE payloads (digest BLOB PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE TABLE marks (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
                    PRAGMA application_id = \(applicationID);
                    PRAGMA user_version = \(SQLiteStore.layout);
                    """)
            return
        }
        guard id == applicationID else {
            throw StorageFault(
                .notAStore, "open store \(path)", cause: "the file is another database")
        }
        guard layout == SQLiteStore.layout else {
            throw StorageFault(
                .notAStore, "open store \(path)",
                cause:
                    "the file has layout \(layout), this program reads layout \(SQLiteStore.layout)"
            )
        }
    }

    // MARK: - LogStore

    public func size() async throws -> TreeSize {
        try await reading("count leaves") { try SQLiteStore.size($0) }
    }

    public func append(_ leaves: [NewLeaf], at size: TreeSize) async throws {
        try await writing("append \(leaves.count) leaves at \(size)") { [path] database in
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
        return try await reading("read leaves from \(index)") { [path] database in
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
        try await reading("look up a payload") { database in
            try Int64.fetchOne(
                database, sql: "SELECT position FROM payloads WHERE digest = ?",
                arguments: [Data(digest.bytes)]
            ).map { LogIndex(UInt64($0)) }
        }
    }

    public func value(_ key: String) async throws -> [UInt8]? {
        try await reading("read mark \(key)") { database in
            try Data.fetchOne(
                database, sql: "SELECT value FROM marks WHERE key = ?", arguments: [key]
            )
            .map { Array($0) }
        }
    }

    public func replace(_ key: String, with value: [UInt8]) async throws {
        try await writing("write mark \(key)") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO marks (key, value) VALUES (?, ?)",
                arguments: [key, Data(value)])
        }
    }

    public func values(
        prefix: String, after: String?, limit: Int
    ) async throws -> [(key: String, value: [UInt8])] {
        try await reading("read marks \(prefix)") { database in
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

    public func close() async throws {
        do {
            try pool.close()
            lock.release()
        } catch let error as DatabaseError {
            throw StorageFault(
                .failed, "close store \(path)", cause: error.message ?? error.description)
        }
    }

    /// 2 where every write waits for the disk.
    func synchronousLevel() async throws -> Int? {
        try await pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }

    // MARK: - Faults

    private static func size(_ database: Database) throws -> TreeSize {
        let last = try Int64.fetchOne(database, sql: "SELECT max(position) FROM leaves")
        return TreeSize(last.map { UInt64($0) + 1 } ?? 0)
    }

    private func reading<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.read(body)
        } catch let error as DatabaseError {
            throw fault(operation, error)
        }
    }

    private func writing(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Void
    ) async throws {
        do {
            try await pool.write(body)
        } catch let error as DatabaseError {
            throw fault(operation, error)
        }
    }

    private func fault(_ operation: String, _ error: DatabaseError) -> StorageFault {
        let code: StorageFault.Code = error.resultCode == .SQLITE_MISUSE ? .closed : .failed
        return StorageFault(
            code, "\(operation) in \(path)",
            cause: "\(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))")
    }
}
