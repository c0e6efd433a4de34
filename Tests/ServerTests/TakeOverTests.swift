// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Testing
import TransparencyLog

/// Several log nodes over one database, as processes of their own.
@Suite(
    .enabled(if: NodeProcess.canRun, "standstill-node is not built beside these tests"),
    .enabled(if: PrivatePostgres.canRun, "no PostgreSQL server is installed"))
struct TakeOverTests {
    /// What clients were told, in whatever order.
    private actor Witnessed {
        private(set) var submitted: [Int64: Submitted] = [:]
        private(set) var checkpoints: Set<String> = []

        func add(_ number: Int64, _ answer: Submitted) throws {
            submitted[number] = answer
            checkpoints.insert(try LogProof(parsing: answer.receipt).checkpoint.text)
        }

        func add(_ note: UnverifiedNote) { checkpoints.insert(note.text) }
    }

    /// Several nodes and what they were seen to say.
    private final class House {
        let folder: URL
        let nodes: [NodeProcess]
        let witnessed = Witnessed()
        private let load: Task<Void, Never>

        init(_ count: Int) async throws {
            let store = try PrivatePostgres.newStore()
            folder = try NodeProcess.folder()
            var nodes: [NodeProcess] = []
            for number in 0..<count {
                nodes.append(
                    try await NodeProcess(
                        in: folder, store: store, more: ["--mark", "mark-\(number)"]))
            }
            self.nodes = nodes
            load = Task { [witnessed, clients = nodes.map(\.client)] in
                await House.load(clients, witnessed)
            }
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        /// Hands in statements at every node, each again at the next node until it is logged, and
        /// looks at everybody's checkpoint.
        private static func load(_ clients: [NodeClient], _ witnessed: Witnessed) async {
            await withTaskGroup(of: Void.self) { group in
                for sender in 0..<6 {
                    group.addTask {
                        var attempt = sender
                        var number = Int64(sender) * 1_000_000 + 1
                        while !Task.isCancelled {
                            do {
                                let client = clients[attempt % clients.count]
                                let answer = try await client.submit(ServerScene.hearing(number))
                                try await witnessed.add(number, answer)
                                number += 1
                            } catch {
                                attempt += 1
                                try? await Task.sleep(for: .milliseconds(20))
                            }
                        }
                    }
                }
                for client in clients {
                    group.addTask {
                        while !Task.isCancelled {
                            if let note = try? await client.checkpoint() {
                                await witnessed.add(note)
                            }
                            try? await Task.sleep(for: .milliseconds(50))
                        }
                    }
                }
            }
        }

        func stopLoad() async {
            load.cancel()
            await load.value
        }

        /// Which node sequences; nil while none does.
        func sequencer(without gone: Int? = nil) async -> Int? {
            for (number, node) in nodes.enumerated() where number != gone {
                if (try? await TakeOverTests.isSequencing(node.client)) == true { return number }
            }
            return nil
        }

        /// Waits until a node sequences, other than one.
        func waitForSequencer(without gone: Int? = nil) async throws -> Int {
            var found: Int?
            try await ServerScene.eventually {
                found = await sequencer(without: gone)
                return found != nil
            }
            return found!
        }

        /// Lets the load go on until so many more statements are logged.
        func waitForMore(_ count: Int = 20) async throws {
            let before = await witnessed.submitted.count
            try await ServerScene.eventually {
                await witnessed.submitted.count >= before + count
            }
        }
    }

    private static func isSequencing(_ client: NodeClient) async throws -> Bool {
        let bytes = try await client.get("/metrics").body
        return String(decoding: bytes, as: UTF8.self).contains("standstill_sequencing 1\n")
    }

    /// Everything that anybody was ever told holds of the log as it is now.
    private func check(_ house: House, at client: NodeClient) async throws {
        let size = try Checkpoint(parsing: try await client.checkpoint().text).size
        let leaves = try await client.leaves(from: LogIndex(0), to: size)
        var tree = MerkleTree()
        for leaf in leaves { tree.append(MerkleHash.leaf(leaf)) }
        #expect(Set(leaves).count == leaves.count, "nothing is logged twice")
        for text in await house.witnessed.checkpoints {
            let checkpoint = try Checkpoint(parsing: text)
            #expect(tree.root(at: checkpoint.size) == checkpoint.root, "size \(checkpoint.size)")
        }
        let all = await house.witnessed.submitted
        #expect(all.count > 40)
        for (number, submitted) in all {
            let envelope = try Envelope(parsing: ServerScene.hearing(number))
            let stamp = Time(milliseconds: submitted.receivedMilliseconds)
            let leaf = Entry.leaf(received: stamp, envelope: envelope)
            #expect(leaves[Int(submitted.index.value)] == leaf, "statement \(number)")
        }
    }

    /// Nodes that live say the same, byte for byte.
    private func checkAgreement(of clients: [NodeClient], _ house: House) async throws {
        for (number, first) in await house.witnessed.submitted.prefix(10) {
            for client in clients {
                let again = try await client.submit(ServerScene.hearing(number))
                #expect(!again.isNew && again.receipt == first.receipt)
            }
        }
        try await ServerScene.eventually {
            var texts: Set<String> = []
            for client in clients { texts.insert(try await client.checkpoint().text) }
            return texts.count == 1
        }
    }

    @Test func `killing the node that sequences loses nothing, and another goes on within 10 s`()
        async throws
    {
        let house = try await House(3)
        let first = try await house.waitForSequencer()
        try await house.waitForMore()
        let start = ContinuousClock.now
        house.nodes[first].kill()
        _ = try await house.waitForSequencer(without: first)
        try await house.waitForMore()
        let took = ContinuousClock.now - start
        print("take-over after kill -9, and 20 statements more: \(took)")
        #expect(took < .seconds(10))
        await house.stopLoad()
        let living = house.nodes.indices.filter { $0 != first }.map { house.nodes[$0].client }
        try await checkAgreement(of: living, house)
        try await check(house, at: living[0])
    }

    @Test func `a node that was stopped and wakes after another took its place forks nothing`()
        async throws
    {
        let house = try await House(2)
        let first = try await house.waitForSequencer()
        try await house.waitForMore()
        let pid = house.nodes[first].process.processIdentifier
        kill(pid, SIGSTOP)
        defer { kill(pid, SIGCONT) }
        _ = try await house.waitForSequencer(without: first)
        let atOther = house.nodes[1 - first].client
        for number in Int64(1)...30 {
            _ = try await atOther.submit(ServerScene.hearing(100_000_000 + number))
        }
        // It goes on in the middle of whatever it was doing, and believes for a moment that it
        // still sequences.
        kill(pid, SIGCONT)
        try await house.waitForMore()
        try await ServerScene.eventually {
            try await !TakeOverTests.isSequencing(house.nodes[first].client)
        }
        try await house.waitForMore()
        await house.stopLoad()
        try await checkAgreement(of: house.nodes.map(\.client), house)
        try await check(house, at: house.nodes[first].client)
        try await check(house, at: atOther)
    }

    @Test func `a node that is told to stop hands over at once`() async throws {
        let house = try await House(2)
        let first = try await house.waitForSequencer()
        try await house.waitForMore()
        let start = ContinuousClock.now
        _ = house.nodes[first].stop()
        #expect(house.nodes[first].process.terminationStatus == 0)
        _ = try await house.waitForSequencer(without: first)
        let took = ContinuousClock.now - start
        print("hand-over after SIGTERM: \(took)")
        #expect(took < .seconds(3))
        try await house.waitForMore()
        await house.stopLoad()
        try await check(house, at: house.nodes[1 - first].client)
    }

    @Test func `without a second place for its mark a node over a database does not start`()
        async throws
    {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        await #expect {
            _ = try await NodeProcess(in: folder, store: try PrivatePostgres.newStore())
        } throws: {
            ($0 as? NodeProcess.Ended)?.words.contains("--mark FILE") == true
        }
    }
}
