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
        /// Brings a file of an older layout to this one; false where it cannot.
        var upgrade: @Sendable (_ database: Database, _ layout: Int) throws -> Bool = { _, _ in
            false
        }
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
        // Of a statement of 1.1 KiB three fit into 4 KiB, a fifth is wasted; into 8 KiB seven do.
        // Counts only while the file is made.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA page_size = 8192") }
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
            throw kind.cannotOpen(path, error)
        }
    }

    /// Opens the file only to be looked at: nothing in it is changed.
    ///
    /// - Throws: ``StorageFault`` where there is none, or it is in use or something else.
    init(inspecting path: String, kind: Kind) throws {
        self.path = path
        self.kind = kind
        guard try PlainFile.exists(path) else {
            throw StorageFault(
                .cannotOpen, "open \(kind.name) \(path)", cause: "No such file or directory")
        }
        lock = try StoreLock(path: path + ".lock")
        var configuration = Configuration()
        configuration.label = kind.name
        configuration.readonly = true
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.read { try kind.check($0, path: path) }
        } catch let error as DatabaseError {
            throw kind.cannotOpen(path, error)
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

    /// What SQLite itself finds wrong with the file; empty where nothing.
    func complaints() async throws -> [String] {
        try await reading("check") { database in
            try Row.fetchAll(database, sql: "PRAGMA integrity_check(100)").compactMap {
                $0.text(0)
            }.filter { $0 != "ok" }
        }
    }

    /// 2 where every write waits for the disk.
    func synchronousLevel() async throws -> Int? {
        try await pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }

    private func fault(_ operation: String, _ error: DatabaseError) -> StorageFault {
        let code: StorageFault.Code =
            switch error.resultCode {
            case .SQLITE_MISUSE: .closed
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged
            default: .failed
            }
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
        if id == applicationID, held < layout, try upgrade(database, held) {
            try database.execute(sql: "PRAGMA user_version = \(layout)")
        }
        try check(database, path: path)
    }

    /// Refuses a file of another kind or layout.
    fileprivate func check(_ database: Database, path: String) throws {
        let id = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let held = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard id == applicationID else {
            throw StorageFault(
                .notAStore, "open \(name) \(path)",
                cause: id == 0 && count == 0
                    ? "nothing was ever written to it" : "the file is another database")
        }
        guard held == layout else {
            throw StorageFault(
                .notAStore, "open \(name) \(path)",
                cause: "the file has layout \(held), this program reads layout \(layout)")
        }
    }

    fileprivate func cannotOpen(_ path: String, _ error: DatabaseError) -> StorageFault {
        let code: StorageFault.Code =
            switch error.resultCode {
            case .SQLITE_NOTADB: .notAStore
            case .SQLITE_CORRUPT: .damaged
            default: .cannotOpen
            }
        return StorageFault(
            code, "open \(name) \(path)", cause: error.message ?? error.description)
    }
}

extension Row {
    /// A column's bytes; nil where it holds something else, as a damaged file may.
    func bytes(_ column: Int) -> [UInt8]? {
        guard case .blob(let bytes) = (self[column] as DatabaseValue).storage else { return nil }
        return Array(bytes)
    }

    /// A column's number; nil where it holds something else.
    func number(_ column: Int) -> Int64? {
        guard case .int64(let number) = (self[column] as DatabaseValue).storage else { return nil }
        return number
    }

    /// A column's text; nil where it holds something else.
    func text(_ column: Int) -> String? {
        guard case .string(let text) = (self[column] as DatabaseValue).storage else { return nil }
        return text
    }
}
