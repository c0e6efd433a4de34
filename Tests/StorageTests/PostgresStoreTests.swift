// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TransparencyLog

@testable import Storage

@Suite(.enabled(if: PrivatePostgres.canRun, "no PostgreSQL server is installed"))
struct PostgresStoreTests {
    private let address: PostgresAddress

    init() throws { address = try PrivatePostgres.newAddress() }

    private func leaf(_ number: Int) -> NewLeaf {
        let bytes = Array("leaf \(number)".utf8)
        return NewLeaf(leaf: bytes, payloadDigest: Digest.sha256(bytes))
    }

    private func head(_ size: Int, _ root: UInt8 = 0) -> TreeHead {
        size == 0
            ? .empty
            : TreeHead(
                size: TreeSize(UInt64(size)), root: Digest.sha256(Array("\(size)/\(root)".utf8)))
    }

    /// The code of the fault that `body` throws; nil where it throws none.
    private func fault(_ body: () async throws -> Void) async -> StorageFault.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? StorageFault)?.code
        }
    }

    /// Says something to the server behind a store's back.
    private func tell(_ sql: String) throws {
        try PostgresConnection(address).script(sql)
    }

    /// As if its holder had not been heard of for long.
    private func endTenure() throws {
        try tell("UPDATE log SET until = clock_timestamp() - interval '1 ms'")
    }

    // MARK: - Tenure

    @Test func `one of several has the tenure, until it ends or is given back`() async throws {
        let (first, second) = (try PostgresStore(address), try PostgresStore(address))
        #expect(try await first.tenure.take() == 1)
        #expect(try await second.tenure.take() == nil)
        #expect(try await first.tenure.renew())
        try await first.tenure.release()
        #expect(try await second.tenure.take() == 2)
        #expect(try await first.tenure.take() == nil)
        try endTenure()
        #expect(try await first.tenure.take() == 3)
        #expect(try await !second.tenure.renew())
        #expect(second.tenure.heldEpoch == nil)
    }

    @Test func `of many that ask at once one is given the tenure`() async throws {
        let stores = try (0..<8).map { _ in try PostgresStore(address) }
        let epochs = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for store in stores { group.addTask { try await store.tenure.take() } }
            return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
        }
        #expect(epochs == [1])
    }

    @Test func `a tenure that ended is still held while nobody else has taken it`() async throws {
        let store = try PostgresStore(address)
        _ = try await store.tenure.take()
        try endTenure()
        try await store.append([leaf(0)], from: .empty, to: head(1))
        #expect(try await store.tenure.renew())
    }

    @Test func `who has lost the tenure writes nothing, though size and root are as it believes`()
        async throws
    {
        let (old, new) = (try PostgresStore(address), try PostgresStore(address))
        _ = try await old.tenure.take()
        try await old.append([leaf(0)], from: .empty, to: head(1))
        try await old.replace("mark", with: [1])
        try endTenure()
        _ = try await new.tenure.take()
        // It was not told: it believes that it holds epoch 1.
        #expect(old.tenure.heldEpoch == 1)
        let append = await fault { try await old.append([leaf(1)], from: head(1), to: head(2)) }
        #expect(append == .lostRace)
        #expect(await fault { try await old.replace("mark", with: [2]) } == .lostRace)
        #expect(await fault { try await old.replace("other", with: [2]) } == .lostRace)
        #expect(try await old.head() == head(1))
        #expect(try await old.leaves(from: LogIndex(0), limit: 9).count == 1)
        #expect(try await old.index(ofPayload: leaf(1).payloadDigest) == nil)
        #expect(try await old.value("mark") == [1])
        #expect(try await old.value("other") == nil)
        try await new.append([leaf(2)], from: head(1), to: head(2, 9))
        #expect(try await old.head() == head(2, 9))
    }

    @Test func `who was never given the tenure reads, and writes nothing`() async throws {
        let writer = try await PostgresStore.alone(at: address)
        try await writer.append([leaf(0)], from: .empty, to: head(1))
        let reader = try PostgresStore(address)
        #expect(try await reader.leaves(from: LogIndex(0), limit: 9) == [leaf(0).leaf])
        let code = await fault { try await reader.append([leaf(1)], from: head(1), to: head(2)) }
        #expect(code == .lostRace)
        #expect(await fault { _ = try await PostgresStore.alone(at: address) } == .inUse)
        try await writer.close()
        let next = try await PostgresStore.alone(at: address)
        try await next.append([leaf(1)], from: head(1), to: head(2))
    }

    /// A process that is stopped while it writes: its statement is in part on its way. It holds no
    /// lock, since the server begins once it has the whole.
    @Test func `whoever waits in the middle of an append holds up nobody`() async throws {
        let store = try PostgresStore(address)
        let other = try PostgresConnection(address)
        _ = try await store.tenure.take()
        // The longest that anything of ours may hold a lock between two statements.
        let limit = try other.run("SHOW idle_in_transaction_session_timeout").text(0, 0)
        #expect(limit == "5s")
        try await store.append([leaf(0)], from: .empty, to: head(1))
        let open = try other.run(
            "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
        #expect(open.integer(0, 0) == 0)
    }

    // MARK: - The server

    @Test func `a connection that broke is made anew, and nothing is written twice`() async throws {
        let store = try await PostgresStore.alone(at: address)
        for size in 0..<5 {
            try await store.append([leaf(size)], from: head(size), to: head(size + 1))
            try tell(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE pid <> pg_backend_pid() AND query LIKE '%\(address.schema)%'
                """)
        }
        #expect(try await store.head() == head(5))
        #expect(
            try await store.leaves(from: LogIndex(0), limit: 9) == (0..<5).map { leaf($0).leaf })
        #expect(try await store.heads().count == 5)
    }

    @Test func `a server that was killed in the middle of writing holds whole appends`()
        async throws
    {
        let server = try PrivatePostgres()
        defer { server.stop() }
        let store = try await PostgresStore.alone(at: PostgresAddress(server.url))
        let load = Task { () -> Int in
            var done = 0
            while !Task.isCancelled {
                let leaves = [leaf(2 * done), leaf(2 * done + 1)]
                do {
                    try await store.append(leaves, from: head(2 * done), to: head(2 * done + 2))
                    done += 1
                } catch {
                    break
                }
            }
            return done
        }
        try await Task.sleep(for: .milliseconds(300))
        // One of its children: the server ends all others, recovers from its journal and goes on.
        let connection = try PostgresConnection(PostgresAddress(server.url))
        let victim = try connection.run("SELECT pg_backend_pid()::bigint").integer(0, 0)
        kill(pid_t(victim), SIGKILL)
        try await Task.sleep(for: .milliseconds(1500))
        load.cancel()
        let acknowledged = await load.value
        #expect(acknowledged > 0)
        var recovered: PostgresStore?
        for _ in 0..<100 where recovered == nil {
            recovered = try? PostgresStore(PostgresAddress(server.url))
            if recovered == nil { try await Task.sleep(for: .milliseconds(100)) }
        }
        let after = try #require(recovered)
        let size = Int(try await after.head().size.value)
        #expect(size % 2 == 0 && size >= 2 * acknowledged)
        let leaves = try await after.leaves(from: LogIndex(0), limit: 1_000_000)
        #expect(leaves == (0..<size).map { leaf($0).leaf })
        #expect(try await after.heads().map(\.size.value) == (1...size / 2).map { UInt64(2 * $0) })
    }

    @Test(arguments: ["fsync=off", "full_page_writes=off"])
    func `a server that could lose what it commits is refused`(setting: String) throws {
        let server = try PrivatePostgres(settings: [setting])
        defer { server.stop() }
        #expect {
            try PostgresStore(PostgresAddress(server.url))
        } throws: {
            "\($0)".contains("what it commits could be lost")
        }
    }

    @Test func `commits wait for the disk whatever the server's default is`() throws {
        let server = try PrivatePostgres(settings: ["synchronous_commit=off"])
        defer { server.stop() }
        let connection = try PostgresConnection(PostgresAddress(server.url))
        #expect(try connection.run("SHOW synchronous_commit").text(0, 0) == "on")
    }

    @Test func `a server that does not answer is a plain fault`() async throws {
        let nowhere = try PostgresAddress("postgres://nobody@/none?host=/nonexistent")
        let words = await fault { _ = try PostgresStore(nowhere) }
        #expect(words == .cannotOpen)
    }

    // MARK: - The schema

    @Test func `a schema of another kind or layout is refused and left as it is`() async throws {
        let other = try PrivatePostgres.newAddress()
        let connection = try PostgresConnection(other)
        try connection.script("CREATE SCHEMA \(other.schema); CREATE TABLE \(other.schema).a ()")
        #expect(await fault { _ = try PostgresStore(other) } == .notAStore)
        _ = try PostgresStore(address)
        try tell("UPDATE layout SET version = 7")
        #expect(await fault { _ = try PostgresStore(address) } == .notAStore)
    }

    @Test func `many processes may start on an empty database at once`() async throws {
        let address = address
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { _ = try PostgresStore(address) } }
            try await group.waitForAll()
        }
    }

    @Test func `a missing leaf is found when it is read`() async throws {
        let store = try await PostgresStore.alone(at: address)
        try await store.append((0..<5).map { leaf($0) }, from: .empty, to: head(5))
        try tell("DELETE FROM leaves WHERE position = 2")
        let code = await fault { _ = try await store.leaves(from: LogIndex(0), limit: 9) }
        #expect(code == .notAStore)
    }

    @Test func `a refusal of the server names its SQLSTATE`() throws {
        let connection = try PostgresConnection(address)
        #expect {
            try connection.run("SELECT 1 / $1", [.integer(0)])
        } throws: {
            "\($0)".contains("division by zero (SQLSTATE 22012)")
        }
    }

    // MARK: - The inbox

    @Test func `what is handed over waits once, in order, until it is cleared`() async throws {
        let store = try PostgresStore(address)
        func handOver(_ text: String, by signer: String) async throws -> Bool {
            try await store.handOver(
                Array(text.utf8), signer: signer, payload: Digest.sha256(Array(text.utf8)))
        }
        #expect(try await handOver("a", by: "x"))
        #expect(try await handOver("b", by: "x"))
        #expect(try await handOver("a", by: "x"))
        // The same words by another signer are another statement.
        #expect(try await handOver("a", by: "y"))
        let waiting = try await store.inbox(after: 0, limit: 10)
        #expect(waiting.map(\.envelope) == ["a", "b", "a"].map { Array($0.utf8) })
        #expect(try await store.inbox(after: waiting[0].number, limit: 1) == [waiting[1]])
        try await store.clear([waiting[0].number, waiting[2].number, 999])
        #expect(try await store.inbox(after: 0, limit: 10) == [waiting[1]])
    }

    @Test func `a full inbox takes nothing more`() async throws {
        let store = try PostgresStore(address)
        try tell(
            """
            INSERT INTO inbox (signer, payload, envelope)
            SELECT 'x', decode(md5(n::text), 'hex'), '' FROM generate_series(1, 10000) AS n
            """)
        #expect(try await !store.handOver([1], signer: "x", payload: Digest.sha256([1])))
    }

    @Test func `whoever listens is woken by an append, a statement handed over and a release`()
        async throws
    {
        let (reader, writer) = (try PostgresStore(address), try PostgresStore(address))
        _ = try await writer.tenure.take()
        var news = reader.news().makeAsyncIterator()
        await news.next()
        func wakes(_ body: () async throws -> Void) async throws -> Bool {
            let start = ContinuousClock.now
            try await body()
            await news.next()
            return ContinuousClock.now - start < .seconds(2)
        }
        #expect(
            try await wakes { try await writer.append([leaf(0)], from: .empty, to: head(1)) })
        #expect(
            try await wakes {
                _ = try await writer.handOver([1], signer: "x", payload: Digest.sha256([1]))
            })
        #expect(try await wakes { try await writer.tenure.release() })
    }
}
