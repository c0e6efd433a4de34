// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import TransparencyLog

/// A store in a PostgreSQL database, which several processes may open and one may write.
///
/// Who writes holds the *tenure*: the database gives it to one process at a time, for a few seconds
/// by its own clock, under a number that only grows (``Tenure``). Every write names the number and
/// is one statement that looks at it as it writes. So a process that was stopped for a while and
/// goes on after another has taken its place writes nothing any more; and one that is stopped in
/// the middle holds no lock, since the server has the whole statement or nothing.
public final class PostgresStore: LogStore {
    let address: PostgresAddress
    let database: PostgresDatabase
    /// Who may write.
    public let tenure: Tenure
    /// Renews the tenure, where this process shares the store with nobody.
    private let renewing = Mutex<Task<Void, Never>?>(nil)

    /// Connects, and makes the tables where there are none. It reads, and writes nothing until
    /// ``Tenure/take()`` was given the tenure.
    ///
    /// - Throws: ``StorageFault`` where nobody answers, or the schema holds something else.
    public init(_ address: PostgresAddress) throws(StorageFault) {
        self.address = address
        database = try PostgresDatabase(address)
        tenure = Tenure(database)
    }

    /// Opens a store and keeps its tenure for as long as it is open.
    ///
    /// - Throws: ``StorageFault`` with ``StorageFault/Code/inUse`` where another process has it.
    public static func alone(at address: PostgresAddress) async throws -> PostgresStore {
        let store = try PostgresStore(address)
        let task = try await store.tenure.keep()
        store.renewing.withLock { $0 = task }
        return store
    }

    // MARK: - LogStore

    public func head() async throws -> TreeHead {
        try await database.reading("read the head") { try PostgresStore.head($0) }
    }

    public func append(_ leaves: [NewLeaf], from old: TreeHead, to new: TreeHead) async throws {
        precondition(
            new.size.value == old.size.value + UInt64(leaves.count),
            "a leaf for each step of the size")
        let epoch = try tenure.held("append \(leaves.count) leaves")
        let arguments: [PostgresValue] = [
            .integer(Int64(old.size.value)), .bytes(old.root.bytes),
            .integer(Int64(new.size.value)), .bytes(new.root.bytes), .integer(epoch),
            .byteStrings(leaves.map(\.leaf)), .byteStrings(leaves.map(\.payloadDigest.bytes)),
            .text(address.schema),
        ]
        let attempts = Mutex(0)
        let lost = try await database.writing("append \(leaves.count) leaves at \(old.size)") {
            connection -> StorageFault? in
            let attempt = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            if try connection.run(PostgresStore.appending, arguments).count == 1 { return nil }
            let held = try PostgresStore.head(connection)
            let present = try Tenure.epoch(connection)
            // The connection may have broken after the first attempt had done it.
            if attempt > 1, held == new, present == epoch { return nil }
            return StorageFault(
                .lostRace, "append at \(old) to \(connection.address)",
                cause: present == epoch
                    ? "the store holds \(held)"
                    : "another process writes since: it holds tenure \(present), we held \(epoch)")
        }
        if let lost { throw lost }
    }

    /// One statement: the row of `log` changes only where tenure, size and root are as believed,
    /// and nothing is written where it does not. A row comes back where it did.
    ///
    /// Two of them at once wait for each other at that row, and the second looks at it again.
    private static let appending = """
        WITH moved AS (
          UPDATE log SET size = $3, root = $4 WHERE size = $1 AND root = $2 AND epoch = $5
          RETURNING 1),
        written AS (
          INSERT INTO leaves (position, leaf)
          SELECT $1 + n - 1, leaf FROM moved, unnest($6) WITH ORDINALITY AS new (leaf, n)),
        found AS (
          INSERT INTO payloads (digest, position)
          SELECT digest, $1 + n - 1 FROM moved, unnest($7) WITH ORDINALITY AS new (digest, n)
          ORDER BY n ON CONFLICT DO NOTHING),
        ended AS (
          INSERT INTO heads (size, root) SELECT $3, $4 FROM moved ON CONFLICT DO NOTHING)
        SELECT pg_notify($8, '') IS NULL FROM moved
        """

    public func heads(after size: TreeSize, limit: Int) async throws -> [TreeHead] {
        guard size.value <= UInt64(Int64.max), limit > 0 else { return [] }
        return try await database.reading("read heads") { connection in
            let rows = try connection.run(
                "SELECT size, root FROM heads WHERE size > $1 ORDER BY size LIMIT $2",
                [.integer(Int64(size.value)), .integer(Int64(limit))])
            return try (0..<rows.count).map { try PostgresStore.head(rows, $0, connection) }
        }
    }

    public func leaves(from index: LogIndex, limit: Int) async throws -> [[UInt8]] {
        guard index.value <= UInt64(Int64.max), limit > 0 else { return [] }
        return try await database.reading("read leaves from \(index)") { connection in
            let rows = try connection.run(
                "SELECT position, leaf FROM leaves WHERE position >= $1 ORDER BY position LIMIT $2",
                [.integer(Int64(index.value)), .integer(Int64(limit))])
            return try (0..<rows.count).map { row in
                let expected = Int64(index.value) + Int64(row)
                guard rows.integer(row, 0) == expected else {
                    throw StorageFault(
                        .notAStore, "read leaves of \(connection.address)",
                        cause: "leaf \(expected) is missing")
                }
                return rows.bytes(row, 1)
            }
        }
    }

    public func index(ofPayload digest: Digest) async throws -> LogIndex? {
        try await database.reading("look up a payload") { connection in
            let rows = try connection.run(
                "SELECT position FROM payloads WHERE digest = $1", [.bytes(digest.bytes)])
            return rows.count == 0 ? nil : LogIndex(UInt64(rows.integer(0, 0)))
        }
    }

    public func value(_ key: String) async throws -> [UInt8]? {
        try await database.reading("read mark \(key)") { connection in
            let rows = try connection.run("SELECT value FROM marks WHERE key = $1", [.text(key)])
            return rows.count == 0 ? nil : rows.bytes(0, 0)
        }
    }

    public func replace(_ key: String, with value: [UInt8]) async throws {
        let epoch = try tenure.held("write mark \(key)")
        let isWritten = try await database.writing("write mark \(key)") { connection in
            // FOR SHARE holds off whoever would take the tenure until the mark is written.
            let rows = try connection.run(
                """
                WITH held AS (SELECT 1 FROM log WHERE epoch = $3 FOR SHARE)
                INSERT INTO marks (key, value) SELECT $1, $2 FROM held
                ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value RETURNING 1
                """, [.text(key), .bytes(value), .integer(epoch)])
            return rows.count == 1
        }
        guard isWritten else { throw tenure.lost("write mark \(key)") }
    }

    public func values(
        prefix: String, after: String?, limit: Int
    ) async throws -> [(key: String, value: [UInt8])] {
        try await database.reading("read marks \(prefix)") { connection in
            // Names compare by their bytes, so that those with a prefix stand together.
            let rows = try connection.run(
                """
                SELECT key, value FROM marks
                WHERE key >= $1 AND key < $2 AND key > $3 ORDER BY key LIMIT $4
                """,
                [
                    .text(prefix), .text(prefix + "\u{10FFFF}"), .text(after ?? ""),
                    .integer(Int64(max(0, limit))),
                ])
            return (0..<rows.count).map { (key: rows.text($0, 0), value: rows.bytes($0, 1)) }
        }
    }

    /// Gives the tenure back, where it is held, and lets go of the database.
    public func close() async throws {
        renewing.withLock { $0 }?.cancel()
        try? await tenure.close()
        await database.close()
    }

    // MARK: - Rows

    private static func head(_ connection: PostgresConnection) throws -> TreeHead {
        try head(connection.run("SELECT size, root FROM log"), 0, connection)
    }

    private static func head(
        _ rows: PostgresRows, _ row: Int, _ connection: PostgresConnection
    ) throws -> TreeHead {
        guard row < rows.count, let root = Digest(bytes: rows.bytes(row, 1)) else {
            throw StorageFault(
                .notAStore, "read heads of \(connection.address)", cause: "a head is spoilt")
        }
        return TreeHead(size: TreeSize(UInt64(rows.integer(row, 0))), root: root)
    }
}
