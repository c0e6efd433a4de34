// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Storage
import Testing
import TransparencyLog

struct LogNodeTests {
    private static let policy = try! WitnessPolicy(
        logs: ServerScene.agreement.policy().logs, witnesses: [], groups: [],
        quorum: WitnessPolicy.noQuorum)

    /// The root over these leaves.
    private static func root(_ leaves: [[UInt8]]) -> Digest {
        MerkleTree(leafHashes: leaves.map { MerkleHash.leaf($0) }).root()
    }

    @Test func `a statement gets a receipt that verifies, and gets it again`() async throws {
        try await ServerScene.withLog { client in
            let first = try await client.submit(ServerScene.hearing(1))
            #expect(first.isNew)
            #expect(first.index == LogIndex(1))
            let again = try await client.submit(ServerScene.hearing(1))
            #expect(!again.isNew)
            #expect(again.receipt == first.receipt && again.index == first.index)
            #expect(again.receivedMilliseconds == first.receivedMilliseconds)
            let leaves = try await client.leaves(from: LogIndex(0), to: TreeSize(2))
            let proof = try LogProof(parsing: first.receipt)
            _ = try proof.verify(leaf: leaves[1], policy: LogNodeTests.policy)
            #expect(proof.extra == Array(String(first.receivedMilliseconds).utf8))
            let envelope = try Envelope(parsing: ServerScene.hearing(1))
            let stamp = Time(milliseconds: first.receivedMilliseconds)
            #expect(Entry.leaf(received: stamp, envelope: envelope) == leaves[1])
        }
    }

    @Test func `many at once all get their own place, and the tiles have the checkpoint's root`()
        async throws
    {
        try await ServerScene.withLog { client in
            let indices = try await withThrowingTaskGroup(of: UInt64.self) { group in
                for number in 1...300 {
                    group.addTask {
                        let body = ServerScene.hearing(
                            Int64(number), position: String(repeating: "x", count: number % 3000))
                        return try await client.submit(body).index.value
                    }
                }
                return try await group.reduce(into: Set<UInt64>()) { $0.insert($1) }
            }
            #expect(indices == Set(1...300))
            let checkpoint = try Checkpoint(parsing: try await client.checkpoint().text)
            #expect(checkpoint.size == TreeSize(301))
            let leaves = try await client.leaves(from: LogIndex(0), to: checkpoint.size)
            #expect(LogNodeTests.root(leaves) == checkpoint.root)
            let tree = MerkleTree(leafHashes: leaves.map { MerkleHash.leaf($0) })
            for path in TilePath.all(for: checkpoint.size) {
                guard case .hashes = path.kind else { continue }
                #expect(try await client.tile(path) == tree.tile(path), "\(path)")
            }
            for size in [1, 7, 255, 256, 257, 300] {
                for path in TilePath.partials(for: TreeSize(UInt64(size))) {
                    #expect(try await client.tile(path) != nil, "\(path) of an earlier size")
                }
            }
            #expect(try await client.tile(TilePath(kind: .entries, index: 1, width: 46)!) == nil)
        }
    }

    @Test func `entries are listed, narrowed down and found by payload`() async throws {
        try await ServerScene.withLog { client in
            for number in 1...5 { _ = try await client.submit(ServerScene.hearing(Int64(number))) }
            let all = try await client.statements()
            #expect(all["statements"]?.array?.count == 6)
            #expect(all["next"] == .null)
            let page = try await client.statements(
                signer: "developer-a", kind: "hearing", after: LogIndex(1), limit: 2)
            #expect(page["statements"]?.array?.map { $0["index"]?.integer } == [2, 3])
            #expect(page["next"]?.integer == 3)
            #expect(try await client.statements(signer: "developer-b")["statements"]?.array == [])
            let envelope = try Envelope(parsing: ServerScene.hearing(4))
            let found = try await client.statements(payload: envelope.payloadDigest)
            #expect(found["statements"]?.array?.map { $0["index"]?.integer } == [4])
            let one = try await client.statement(LogIndex(4))
            #expect(one["envelope"] == envelope.json)
            #expect(one["statement"]?["predicate"]?["question"]?.string == "q1")
            #expect(one["effect"]?.string?.isEmpty == false, "there is no such question")
            #expect(try await client.statement(LogIndex(0))["kind"]?.string == "opening")
        }
    }

    @Test func `the page, the agreement and the figures are served`() async throws {
        try await ServerScene.withLog { client in
            let page = try await client.get("/")
            let html = String(decoding: page.body, as: UTF8.self)
            #expect(page.mediaType == "text/html")
            #expect(html.contains("A pause to be served &amp; &lt;escaped&gt;"))
            // Scripts and pictures come from the node itself, and none stands in the page.
            #expect(!html.contains("<script>") && !html.contains("src=\"http"))
            #expect(Digest.sha256(try await client.agreement()) == ServerScene.agreement.id)
            let state = try await client.state()
            #expect(state["brake"]?["state"]?.string == "open-for-signature")
            #expect(state["order"]?["epoch"]?.integer != nil)
            let metrics = String(decoding: try await client.get("/metrics").body, as: UTF8.self)
            #expect(metrics.contains("standstill_log_size 1\n"))
        }
    }

    @Test func `the state at an instant is that of the entries received up to it`() async throws {
        try await ServerScene.withLog { client in
            var stamps: [Int64] = []
            for number in Int64(1)...3 {
                stamps.append(
                    try await client.submit(ServerScene.hearing(number)).receivedMilliseconds)
                // An instant is over once the clock has gone on.
                try await Task.sleep(for: .milliseconds(5))
            }
            for (place, stamp) in stamps.enumerated() {
                let answer = try await client.get("/api/v1/state?at=\(stamp)")
                let state = try JSON.parse(answer.body)
                #expect(state["size"]?.integer == Int64(place + 2))
                #expect(state["at"]?.integer == stamp)
                let text = Time(milliseconds: stamp).description
                let again = try await client.get("/api/v1/state?at=\(text)")
                #expect(again.body == answer.body, "in words and as a number, now and later")
            }
            for (at, status, slug) in [
                ("9999-01-01", 400, "future"), ("0", 404, "not-found"),
                ("yesterday", 400, "malformed-query"), ("-5", 400, "malformed-query"),
            ] {
                let answer = try await client.get("/api/v1/state?at=\(at)")
                #expect(answer.status == status)
                #expect(String(decoding: answer.body, as: UTF8.self).contains("/\(slug)\""))
            }
        }
    }

    @Test func `a store serves the same log after a restart`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "server-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = StoreLocation.sqlite(path: folder.appending(path: "log.db").path)
        let first = try await ServerScene.withLog(store: store) { client in
            for number in 2...4 { _ = try await client.submit(ServerScene.hearing(Int64(number))) }
            return try await client.submit(ServerScene.hearing(1))
        }
        try await ServerScene.withLog(store: store) { client in
            let again = try await client.submit(ServerScene.hearing(1))
            #expect(!again.isNew)
            #expect(again.receipt == first.receipt)
            #expect(try await client.submit(ServerScene.hearing(9)).index == LogIndex(5))
        }
    }

    @Test func `listeners hear entries as they come, and go on where they left off`() async throws {
        try await ServerScene.withLog { client in
            var seen: [UInt64] = []
            var last = ""
            var next: Int64 = 1
            for await news in client.events() {
                if case .connected = news {
                    // Whoever listens is told what is new from here on.
                    _ = try await client.submit(ServerScene.hearing(next))
                }
                guard case .event(let event) = news,
                    case .entry(let index, _, let signer, _) = event.content
                else {
                    continue
                }
                #expect(signer == "developer-a")
                seen.append(index.value)
                last = event.id
                next += 1
                if seen.count == 3 { break }
                _ = try await client.submit(ServerScene.hearing(next))
            }
            #expect(seen == [1, 2, 3])
            #expect(last.hasPrefix("4-"))
            for number in 10...12 {
                _ = try await client.submit(ServerScene.hearing(Int64(number)))
            }
            var missed: [UInt64] = []
            for await news in client.events(after: last) {
                guard case .event(let event) = news, case .entry(let index, _, _, _) = event.content
                else {
                    continue
                }
                missed.append(index.value)
                if missed.count == 3 { break }
            }
            #expect(missed == [4, 5, 6])
        }
    }
}
