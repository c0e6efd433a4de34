// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// An SQLite file of ours, for one process, in which a write is durable when it returns.
///
/// `synchronous` is FULL and is looked at again once the file is open, since the pool lowers it
/// when it enters WAL mode.
struct DurableDatabase: Sendable {
    /// What a file holds, and how it says that it is one of ours.
    struct Kind: Sendable {
        /// What it is called, such as `store`.
        let name: String
        let applicationID: Int
        /// The layout of the tables; another one is refused, never guessed at.
        let layout: Int
        let tables: String
        /// What is set besides, on the connection that writes.
        var pragmas = ""
    }

    private let path: String
    private let kind: Kind
    private let pool: DatabasePool
    /// Held as long as the database lives.
    private let lock: StoreLock

    /// Opens the file, making it where there is none.
    ///
    /// - Throws: ``StorageFault`` where it cannot be opened, is in use, or is something else.
    init(path: String, kind: Kind) throws {
        self.path = path
        self.kind = kind
        lock = try StoreLock(path: path + ".lock")
        var configuration = Configuration()
        configuration.label = kind.name
        configuration.busyMode = .timeout(5)
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL; \(kind.pragmas)")
                let level = try Int.fetchOne(database, sql: "PRAGMA synchronous")
                precondition(level == 2, "a write is durable when it returns: synchronous is FULL")
            }
            try pool.write { try kind.prepare($0, path: path) }
            try PlainFile.synchronize(folderOf: path)
        } catch let error as DatabaseError {
            let code: StorageFault.Code =
                error.resultCode == .SQLITE_NOTADB ? .notAStore : .cannotOpen
            throw StorageFault(
                code, "open \(kind.name) \(path)", cause: error.message ?? error.description)
        }
    }

    func reading<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.read(body)
        } catch let error as DatabaseError {
            throw fault(operation, error)
        }
    }

    func writing<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.write(body)
        } catch let error as DatabaseError {
            throw fault(operation, error)
        }
    }

    func close() throws {
        do {
            try pool.close()
            lock.release()
        } catch let error as DatabaseError {
            throw StorageFault(
                .failed, "close \(kind.name) \(path)", cause: error.message ?? error.description)
        }
    }

    /// 2 where every write waits for the disk.
    func synchronousLevel() async throws -> Int? {
        try await pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }

    private func fault(_ operation: String, _ error: DatabaseError) -> StorageFault {
        let code: StorageFault.Code = error.resultCode == .SQLITE_MISUSE ? .closed : .failed
        return StorageFault(
            code, "\(operation) in \(path)",
            cause: "\(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))")
    }
}

extension DurableDatabase.Kind {
    /// Makes the tables in an empty file; refuses a file of another kind or layout.
    fileprivate func prepare(_ database: Database, path: String) throws {
        let id = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let held = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        if id == 0, held == 0, count == 0 {
            try database.execute(
                sql: """
                    \(tables)
                    PRAGMA application_id = \(applicationID);
                    PRAGMA user_version = \(layout);
                    """)
            return
        }
        guard id == applicationID else {
            throw StorageFault(
                .notAStore, "open \(name) \(path)", cause: "the file is another database")
        }
        guard held == layout else {
            throw StorageFault(
                .notAStore, "open \(name) \(path)",
                cause: "the file has layout \(held), this program reads layout \(layout)")
        }
    }
}
