// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Who may write a store that several processes have open.
///
/// The database gives the tenure to one process for ``spanMilliseconds`` by its own clock; the
/// holder renews it. Its number, the *epoch*, grows with each taking and is named by every write,
/// so that whoever has lost the tenure without knowing writes nothing.
public final class Tenure: Sendable {
    private let database: PostgresDatabase
    /// What the database knows this process by.
    private let holder: String
    private let epoch = Mutex<Int64?>(nil)
    private let isClosed = Mutex(false)

    /// How long the tenure lasts without being renewed.
    public static let spanMilliseconds: Int64 = 4000
    /// How often its holder renews it, and others try to take it.
    public static let paceMilliseconds: Int64 = 800

    /// What those who listen are told when the tenure is given back.
    static let releaseNotice = "released"

    init(_ database: PostgresDatabase) {
        self.database = database
        holder = UUID().uuidString
    }

    /// The epoch that we hold, as far as we know.
    public var heldEpoch: Int64? { epoch.withLock { $0 } }

    /// Takes the tenure where nobody holds it any more; returns its epoch, nil where somebody does.
    public func take() async throws -> Int64? {
        let taken = try await database.writing("take the tenure") { [holder] connection in
            let rows = try connection.run(
                """
                UPDATE log SET epoch = epoch + 1, holder = $1,
                  until = clock_timestamp() + $2 * interval '1 ms'
                WHERE until < clock_timestamp() RETURNING epoch
                """, [.text(holder), .integer(Tenure.spanMilliseconds)])
            if rows.count == 1 { return rows.integer(0, 0) as Int64? }
            // The connection may have broken after an earlier attempt had taken it.
            let own = try connection.run(
                "SELECT epoch FROM log WHERE holder = $1 AND until >= clock_timestamp()",
                [.text(holder)])
            return own.count == 1 ? own.integer(0, 0) : nil
        }
        epoch.withLock { $0 = taken }
        return taken
    }

    /// Holds the tenure for as long again; false where another has taken it.
    public func renew() async throws -> Bool {
        let held = try held("renew the tenure")
        let isHeld = try await database.writing("renew the tenure") { connection in
            try connection.run(
                """
                UPDATE log SET until = clock_timestamp() + $2 * interval '1 ms'
                WHERE epoch = $1 RETURNING 1
                """, [.integer(held), .integer(Tenure.spanMilliseconds)]
            ).count == 1
        }
        if !isHeld { epoch.withLock { $0 = nil } }
        return isHeld
    }

    /// Gives the tenure back, so that another need not wait for its end; nothing where none is
    /// held.
    public func release() async throws {
        let held = epoch.withLock { epoch in
            defer { epoch = nil }
            return epoch
        }
        guard let held else { return }
        try await database.writing("release the tenure") { connection in
            _ = try connection.run(
                """
                WITH released AS (
                  UPDATE log SET until = '-infinity' WHERE epoch = $1 RETURNING 1)
                SELECT pg_notify($2, $3) IS NULL FROM released
                """,
                [
                    .integer(held), .text(connection.address.schema),
                    .text(Tenure.releaseNotice),
                ])
        }
    }

    /// The epoch that a write is to name.
    ///
    /// - Throws: ``StorageFault`` with ``StorageFault/Code/lostRace`` where none is held.
    func held(_ operation: String) throws(StorageFault) -> Int64 {
        guard let held = heldEpoch else { throw lost(operation) }
        return held
    }

    /// Gives it back for good.
    func close() async throws {
        isClosed.withLock { $0 = true }
        try await release()
    }

    func lost(_ operation: String) -> StorageFault {
        if isClosed.withLock({ $0 }) {
            return StorageFault(
                .closed, "\(operation) in \(database.address)", cause: "it was closed")
        }
        return StorageFault(
            .lostRace, "\(operation) in \(database.address)",
            cause: "this process does not hold the tenure: another one writes")
    }

    static func epoch(_ connection: PostgresConnection) throws -> Int64 {
        try connection.run("SELECT epoch FROM log").integer(0, 0)
    }
}

extension Tenure {
    /// Takes the tenure and renews it for as long as the store is used: for a process that shares
    /// its store with nobody. One that was killed leaves its tenure behind, so its end is waited
    /// for.
    ///
    /// - Throws: ``StorageFault`` with ``StorageFault/Code/inUse`` where another process goes on
    ///   renewing it.
    func keep() async throws -> Task<Void, Never> {
        let end = ContinuousClock.now + .milliseconds(Tenure.spanMilliseconds) + .seconds(2)
        while try await take() == nil {
            guard ContinuousClock.now < end else {
                throw StorageFault(
                    .inUse, "open \(database.address)",
                    cause: "another process is using this store")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        return Task { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(Tenure.paceMilliseconds))
                // Lost is lost: every later write says so. A server that is away may come back.
                guard let self, self.heldEpoch != nil else { return }
                _ = try? await self.renew()
            }
        }
    }
}
