// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import TransparencyLog

/// A mailbox in an SQLite file of its own, so that mail never waits for the log nor the log for
/// mail.
///
/// What is removed is overwritten: a sealed message shall not outlive its delivery.
public final class SQLiteMailStore: MailStore {
    private let path: String
    private let pool: DatabasePool
    /// Held as long as the store lives.
    private let lock: StoreLock

    /// "STDM": how a file says that it is one of ours.
    private static let applicationID = 0x5354_444D
    /// The layout of the tables; another one is refused, never guessed at.
    private static let layout = 1

    /// Opens the file, making it where there is none.
    ///
    /// - Throws: ``StorageFault`` where it cannot be opened, is in use, or is something else.
    public init(path: String) throws {
        self.path = path
        lock = try StoreLock(path: path + ".lock")
        var configuration = Configuration()
        configuration.label = "mail"
        configuration.busyMode = .timeout(5)
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // Only now: the pool lowers it when it enters WAL mode.
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
                let level = try Int.fetchOne(database, sql: "PRAGMA synchronous")
                precondition(level == 2, "a write is durable when it returns: synchronous is FULL")
            }
            try pool.write { try SQLiteMailStore.prepare($0, path: path) }
            try PlainFile.synchronize(folderOf: path)
        } catch let error as DatabaseError {
            let code: StorageFault.Code =
                error.resultCode == .SQLITE_NOTADB ? .notAStore : .cannotOpen
            throw StorageFault(
                code, "open mailbox \(path)", cause: error.message ?? error.description)
        }
    }

    /// Makes the tables in an empty file; refuses a file of another kind or layout.
    private static func prepare(_ database: Database, path: String) throws {
        let id = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let layout = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        if id == 0, layout == 0, tables == 0 {
            try database.execute(
                sql: """
                    CREATE TABLE mail (
                      position INTEGER PRIMARY KEY AUTOINCREMENT, recipient TEXT NOT NULL,
                      sender TEXT NOT NULL, id BLOB NOT NULL, received INTEGER NOT NULL,
                      bytes INTEGER NOT NULL, envelope BLOB NOT NULL);
                    CREATE UNIQUE INDEX mail_once ON mail (recipient, sender, id);
                    CREATE INDEX mail_order ON mail (recipient, sender, position, bytes);
                    CREATE INDEX mail_age ON mail (received);
                    CREATE TABLE turns (
                      recipient TEXT NOT NULL, sender TEXT NOT NULL, turn INTEGER NOT NULL,
                      PRIMARY KEY (recipient, sender)) WITHOUT ROWID;
                    CREATE TABLE requests (recipient TEXT PRIMARY KEY, time INTEGER NOT NULL)
                      WITHOUT ROWID;
                    PRAGMA application_id = \(applicationID);
                    PRAGMA user_version = \(SQLiteMailStore.layout);
                    """)
            return
        }
        guard id == applicationID, layout == SQLiteMailStore.layout else {
            throw StorageFault(
                .notAStore, "open mailbox \(path)",
                cause: "the file is another database, or of another version of this program")
        }
    }

    // MARK: - MailStore

    public func keep(_ mail: WaitingMail, within quota: MailQuota) async throws -> MailKeeping {
        try await writing("keep a message") { database in
            let pair: StatementArguments = [mail.recipient, mail.sender]
            let isKnown = try Bool.fetchOne(
                database,
                sql: "SELECT 1 FROM mail WHERE recipient = ? AND sender = ? AND id = ?",
                arguments: pair + [Data(mail.id.bytes)])
            if isKnown == true { return .known }
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*), coalesce(sum(bytes), 0) FROM mail
                    WHERE recipient = ? AND sender = ?
                    """, arguments: pair)
            let (count, bytes) = (row?[0] as Int? ?? 0, row?[1] as Int? ?? 0)
            guard count < quota.messages, bytes + mail.envelope.count <= quota.bytes else {
                return .full
            }
            try database.execute(
                sql: """
                    INSERT INTO mail (recipient, sender, id, received, bytes, envelope)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: pair + [
                    Data(mail.id.bytes), mail.receivedMilliseconds, mail.envelope.count,
                    Data(mail.envelope),
                ])
            return .kept
        }
    }

    public func page(for recipient: String, limit: Int, bytes: Int) async throws -> MailPage {
        try await writing("read a mailbox") { database in
            let order = try Row.fetchAll(
                database,
                sql: """
                    SELECT mail.position, mail.bytes, count(*) OVER ()
                    FROM mail LEFT JOIN turns USING (recipient, sender)
                    WHERE recipient = ?
                    ORDER BY row_number() OVER (PARTITION BY sender ORDER BY position),
                      coalesce(turn, 0), sender
                    LIMIT ?
                    """, arguments: [recipient, max(1, limit)])
            let waiting = order.first.map { $0[2] as Int } ?? 0
            var page: [WaitingMail] = []
            var left = bytes
            for row in order.prefix(max(0, limit)) {
                left -= row[1] as Int
                if left < 0, !page.isEmpty { break }
                page.append(try SQLiteMailStore.mail(at: row[0], of: recipient, database))
            }
            try SQLiteMailStore.serve(Set(page.map(\.sender)), recipient, database)
            return MailPage(mail: page, hasMore: waiting > page.count)
        }
    }

    private static func mail(
        at position: Int64, of recipient: String, _ database: Database
    ) throws -> WaitingMail {
        let row = try Row.fetchOne(
            database, sql: "SELECT id, sender, received, envelope FROM mail WHERE position = ?",
            arguments: [position])
        guard let row, let id = Digest(bytes: Array(row[0] as Data)) else {
            throw StorageFault(.notAStore, "read a mailbox", cause: "message \(position) is spoilt")
        }
        return WaitingMail(
            id: id, sender: row[1], recipient: recipient, receivedMilliseconds: row[2],
            envelope: Array(row[3] as Data))
    }

    private static func serve(
        _ senders: Set<String>, _ recipient: String, _ database: Database
    ) throws {
        guard !senders.isEmpty else { return }
        let last = try Int.fetchOne(
            database, sql: "SELECT max(turn) FROM turns WHERE recipient = ?",
            arguments: [recipient])
        for sender in senders {
            try database.execute(
                sql: "INSERT OR REPLACE INTO turns (recipient, sender, turn) VALUES (?, ?, ?)",
                arguments: [recipient, sender, (last ?? 0) + 1])
        }
    }

    public func remove(_ ids: [Digest], of recipient: String) async throws {
        guard !ids.isEmpty else { return }
        try await writing("remove \(ids.count) messages") { database in
            let statement = try database.cachedStatement(
                sql: "DELETE FROM mail WHERE recipient = ? AND id = ?")
            for id in ids { try statement.execute(arguments: [recipient, Data(id.bytes)]) }
        }
    }

    public func remove(before milliseconds: Int64) async throws {
        try await writing("remove old messages") { database in
            try database.execute(
                sql: "DELETE FROM mail WHERE received < ?", arguments: [milliseconds])
        }
    }

    public func advance(_ recipient: String, to milliseconds: Int64) async throws -> Bool {
        try await writing("note a request") { database in
            let last = try Int64.fetchOne(
                database, sql: "SELECT time FROM requests WHERE recipient = ?",
                arguments: [recipient])
            if let last, milliseconds <= last { return false }
            try database.execute(
                sql: "INSERT OR REPLACE INTO requests (recipient, time) VALUES (?, ?)",
                arguments: [recipient, milliseconds])
            return true
        }
    }

    public func close() async throws {
        do {
            try pool.close()
            lock.release()
        } catch let error as DatabaseError {
            throw fault("close", error)
        }
    }

    private func writing<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.write(body)
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
