// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A mailbox in the schema of a ``PostgresStore``; every process that has the log open may use it.
///
/// What is removed is gone for readers at once; its bytes go when the server clears up after
/// itself.
public final class PostgresMailStore: MailStore {
    private let database: PostgresDatabase

    /// Connects, and makes the tables where there are none.
    ///
    /// - Throws: ``StorageFault`` where nobody answers, or the schema holds something else.
    public init(_ address: PostgresAddress) throws(StorageFault) {
        database = try PostgresDatabase(address)
    }

    // MARK: - MailStore

    public func keep(_ mail: WaitingMail, within quota: MailQuota) async throws -> MailKeeping {
        try await database.writing("keep a message") { connection in
            try connection.transaction {
                try PostgresMailStore.keep(mail, within: quota, connection)
            }
        }
    }

    private static func keep(
        _ mail: WaitingMail, within quota: MailQuota, _ connection: PostgresConnection
    ) throws -> MailKeeping {
        let pair: [PostgresValue] = [.text(mail.recipient), .text(mail.sender)]
        // Two processes that keep mail of one sender for one reader count one after another.
        try connection.run(
            "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))", pair)
        let known = try connection.run(
            "SELECT 1 FROM mail WHERE recipient = $1 AND sender = $2 AND id = $3",
            pair + [.bytes(mail.id.bytes)])
        guard known.count == 0 else { return .known }
        let held = try connection.run(
            """
            SELECT count(*), coalesce(sum(bytes), 0)::bigint FROM mail
            WHERE recipient = $1 AND sender = $2
            """, pair)
        guard held.integer(0, 0) < Int64(quota.messages),
            held.integer(0, 1) + Int64(mail.envelope.count) <= Int64(quota.bytes)
        else { return .full }
        try connection.run(
            """
            INSERT INTO mail (recipient, sender, id, received, bytes, envelope)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            pair + [
                .bytes(mail.id.bytes), .integer(mail.receivedMilliseconds),
                .integer(Int64(mail.envelope.count)), .bytes(mail.envelope),
            ])
        return .kept
    }

    public func page(for recipient: String, limit: Int, bytes: Int) async throws -> MailPage {
        try await database.writing("read a mailbox") { connection in
            try connection.transaction {
                try PostgresMailStore.page(for: recipient, limit: limit, bytes: bytes, connection)
            }
        }
    }

    private static func page(
        for recipient: String, limit: Int, bytes: Int, _ connection: PostgresConnection
    ) throws -> MailPage {
        let order = try connection.run(
            """
            SELECT mail.position, mail.bytes, count(*) OVER ()
            FROM mail LEFT JOIN turns USING (recipient, sender)
            WHERE recipient = $1
            ORDER BY row_number() OVER (PARTITION BY sender ORDER BY position),
              coalesce(turn, 0), sender
            LIMIT $2
            """, [.text(recipient), .integer(Int64(max(1, limit)))])
        let waiting = order.count == 0 ? 0 : Int(order.integer(0, 2))
        var page: [WaitingMail] = []
        var left = Int64(bytes)
        for row in 0..<min(order.count, max(0, limit)) {
            left -= order.integer(row, 1)
            if left < 0, !page.isEmpty { break }
            page.append(try mail(at: order.integer(row, 0), of: recipient, connection))
        }
        for sender in Set(page.map(\.sender)).sorted() {
            try serve(sender, to: recipient, connection)
        }
        return MailPage(mail: page, hasMore: waiting > page.count)
    }

    private static func mail(
        at position: Int64, of recipient: String, _ connection: PostgresConnection
    ) throws -> WaitingMail {
        let rows = try connection.run(
            "SELECT id, sender, received, envelope FROM mail WHERE position = $1",
            [.integer(position)])
        guard rows.count == 1, let id = Digest(bytes: rows.bytes(0, 0)) else {
            throw StorageFault(.notAStore, "read a mailbox", cause: "message \(position) is spoilt")
        }
        return WaitingMail(
            id: id, sender: rows.text(0, 1), recipient: recipient,
            receivedMilliseconds: rows.integer(0, 2), envelope: rows.bytes(0, 3))
    }

    /// Puts a sender behind all who were served before.
    private static func serve(
        _ sender: String, to recipient: String, _ connection: PostgresConnection
    ) throws {
        try connection.run(
            """
            INSERT INTO turns (recipient, sender, turn)
            SELECT $1, $2, coalesce(max(turn), 0) + 1 FROM turns WHERE recipient = $1
            ON CONFLICT (recipient, sender) DO UPDATE SET turn = EXCLUDED.turn
            """, [.text(recipient), .text(sender)])
    }

    public func remove(_ ids: [Digest], of recipient: String) async throws {
        guard !ids.isEmpty else { return }
        try await database.writing("remove \(ids.count) messages") { connection in
            _ = try connection.run(
                "DELETE FROM mail WHERE recipient = $1 AND id = ANY ($2)",
                [.text(recipient), .byteStrings(ids.map(\.bytes))])
        }
    }

    public func remove(before milliseconds: Int64) async throws {
        try await database.writing("remove old messages") { connection in
            _ = try connection.run(
                "DELETE FROM mail WHERE received < $1", [.integer(milliseconds)])
        }
    }

    public func advance(_ recipient: String, to milliseconds: Int64) async throws -> Bool {
        try await database.writing("note a request") { connection in
            try connection.run(
                """
                INSERT INTO requests (recipient, time) VALUES ($1, $2)
                ON CONFLICT (recipient) DO UPDATE SET time = EXCLUDED.time
                WHERE requests.time < EXCLUDED.time RETURNING 1
                """, [.text(recipient), .integer(milliseconds)]
            ).count == 1
        }
    }

    public func close() async throws { await database.close() }
}
