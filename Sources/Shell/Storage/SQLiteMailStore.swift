// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import TransparencyLog

/// A mailbox in an SQLite file of its own, so that mail never waits for the log nor the log for
/// mail.
///
/// What is removed is overwritten: a sealed message shall not outlive its delivery.
public final class SQLiteMailStore: MailStore {
    private let database: DurableDatabase

    private static let kind = DurableDatabase.Kind(
        // "STDM".
        name: "mailbox", applicationID: 0x5354_444D, layout: 1,
        tables: """
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
            """, pragmas: "PRAGMA secure_delete = ON")

    /// Opens the file, making it where there is none.
    ///
    /// - Throws: ``StorageFault`` where it cannot be opened, is in use, or is something else.
    public init(path: String) throws {
        database = try DurableDatabase(path: path, kind: SQLiteMailStore.kind)
    }

    /// Opens the file only to be looked at: nothing in it is changed, and nothing can be written.
    ///
    /// - Throws: ``StorageFault`` where there is none, or it is in use or something else.
    init(inspecting path: String) throws {
        database = try DurableDatabase(inspecting: path, kind: SQLiteMailStore.kind)
    }

    // MARK: - MailStore

    public func keep(_ mail: WaitingMail, within quota: MailQuota) async throws -> MailKeeping {
        try await database.writing("keep a message") { database in
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
        try await database.writing("read a mailbox") { database in
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
        guard let row, let id = row.bytes(0).flatMap({ Digest(bytes: $0) }),
            let sender = row.text(1), let received = row.number(2), let envelope = row.bytes(3)
        else {
            throw StorageFault(.damaged, "read a mailbox", cause: "message \(position) is spoilt")
        }
        return WaitingMail(
            id: id, sender: sender, recipient: recipient, receivedMilliseconds: received,
            envelope: envelope)
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
        try await database.writing("remove \(ids.count) messages") { database in
            let statement = try database.cachedStatement(
                sql: "DELETE FROM mail WHERE recipient = ? AND id = ?")
            for id in ids { try statement.execute(arguments: [recipient, Data(id.bytes)]) }
        }
    }

    public func remove(before milliseconds: Int64) async throws {
        try await database.writing("remove old messages") { database in
            try database.execute(
                sql: "DELETE FROM mail WHERE received < ?", arguments: [milliseconds])
        }
    }

    public func advance(_ recipient: String, to milliseconds: Int64) async throws -> Bool {
        try await database.writing("note a request") { database in
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

    public func close() async throws { try database.close() }
}

// MARK: - Looking through it

extension SQLiteMailStore {
    /// What SQLite itself finds wrong with the file; empty where nothing.
    func complaints() async throws -> [String] { try await database.complaints() }

    /// What waits, whoever it is for, in the order in which it came.
    func mail(
        after position: Int64, limit: Int
    ) async throws -> [(position: Int64, mail: WaitingMail)] {
        try await database.reading("read a mailbox") { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT position, recipient FROM mail WHERE position > ?
                    ORDER BY position LIMIT ?
                    """, arguments: [position, max(0, limit)])
            return try rows.map { row in
                guard let position = row.number(0), let recipient = row.text(1) else {
                    throw StorageFault(.damaged, "read a mailbox", cause: "\(row) is no message")
                }
                return (
                    position, try SQLiteMailStore.mail(at: position, of: recipient, database)
                )
            }
        }
    }
}
