// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A statement that a process which does not write has taken in for the one that does. The store
/// knows nothing of what it says.
public struct HandedOver: Hashable, Sendable {
    /// Its place in the inbox; later ones have higher numbers.
    public let number: Int64
    /// The envelope as canonical JSON.
    public let envelope: [UInt8]
}

extension PostgresStore {
    /// Statements that may wait in the inbox.
    public static let mostHandedOver: Int64 = 10_000

    /// Puts a statement into the inbox, durably; nothing where the same signer's same payload waits
    /// there already. False, and nothing is kept, where the inbox is full.
    public func handOver(
        _ envelope: [UInt8], signer: String, payload: Digest
    ) async throws -> Bool {
        let arguments: [PostgresValue] = [
            .text(signer), .bytes(payload.bytes), .bytes(envelope),
            .integer(PostgresStore.mostHandedOver), .text(address.schema),
        ]
        return try await database.writing("hand over a statement") { connection in
            try connection.run(
                """
                WITH new AS (
                  INSERT INTO inbox (signer, payload, envelope)
                  SELECT $1, $2, $3 WHERE (SELECT count(*) FROM inbox) < $4
                  ON CONFLICT DO NOTHING RETURNING 1),
                told AS (SELECT pg_notify($5, '') FROM new)
                SELECT 1 FROM told UNION ALL
                SELECT 1 FROM inbox WHERE signer = $1 AND payload = $2
                """, arguments
            ).count > 0
        }
    }

    /// What waits in the inbox behind a number, oldest first.
    public func inbox(after number: Int64, limit: Int) async throws -> [HandedOver] {
        try await database.reading("read the inbox") { connection in
            let rows = try connection.run(
                "SELECT number, envelope FROM inbox WHERE number > $1 ORDER BY number LIMIT $2",
                [.integer(number), .integer(Int64(limit))])
            return (0..<rows.count).map {
                HandedOver(number: rows.integer($0, 0), envelope: rows.bytes($0, 1))
            }
        }
    }

    /// Takes statements out of the inbox, once they are in the log or refused.
    public func clear(_ numbers: [Int64]) async throws {
        guard !numbers.isEmpty else { return }
        try await database.writing("clear the inbox") { [address] connection in
            _ = try connection.run(
                """
                WITH cleared AS (DELETE FROM inbox WHERE number = ANY ($1) RETURNING 1)
                SELECT pg_notify($2, '') IS NULL FROM cleared LIMIT 1
                """, [.integers(numbers), .text(address.schema)])
        }
    }
}
