// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@Suite(.enabled(if: NodeProcess.canRun, "standstill-node is not built beside these tests"))
struct NodeProcessTests {
    /// Statements that were acknowledged, by their numbers.
    private actor Acknowledged {
        private(set) var all: [Int64: Submitted] = [:]

        func add(_ number: Int64, _ submitted: Submitted) { all[number] = submitted }
    }

    /// Hands in statements from several senders at once until the node is gone.
    private static func load(_ client: NodeClient, from first: Int64, _ acknowledged: Acknowledged)
        async
    {
        await withTaskGroup(of: Void.self) { group in
            for sender in 0..<Int64(8) {
                group.addTask {
                    for step in Int64(0)... {
                        let number = first + sender * 10_000 + step
                        guard let submitted = try? await client.submit(ServerScene.hearing(number))
                        else { return }
                        await acknowledged.add(number, submitted)
                    }
                }
            }
        }
    }

    @Test
    func `whatever was acknowledged is there after a kill at any moment, with the same receipt`()
        async throws
    {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let acknowledged = Acknowledged()
        for round in 1...4 {
            let node = try await NodeProcess(in: folder)
            let client = node.client
            let load = Task {
                await NodeProcessTests.load(client, from: Int64(round) * 1_000_000, acknowledged)
            }
            try await Task.sleep(for: .milliseconds(150 + 130 * round))
            node.kill()
            await load.value
        }
        let all = await acknowledged.all
        #expect(all.count > 40)
        let node = try await NodeProcess(in: folder)
        let checkpoint = try Checkpoint(parsing: try await node.client.checkpoint().text)
        let leaves = try await node.client.leaves(from: LogIndex(0), to: checkpoint.size)
        #expect(Set(leaves).count == leaves.count, "nothing is logged twice")
        let policy = try WitnessPolicy(
            logs: ServerScene.agreement.policy().logs, witnesses: [], groups: [],
            quorum: WitnessPolicy.noQuorum)
        for (number, submitted) in all {
            let envelope = try Envelope(parsing: ServerScene.hearing(number))
            let stamp = Time(milliseconds: submitted.receivedMilliseconds)
            let leaf = Entry.leaf(received: stamp, envelope: envelope)
            #expect(leaves[Int(submitted.index.value)] == leaf, "statement \(number)")
            _ = try LogProof(parsing: submitted.receipt).verify(leaf: leaf, policy: policy)
        }
        for (number, submitted) in all.prefix(20) {
            let again = try await node.client.submit(ServerScene.hearing(number))
            #expect(
                !again.isNew && again.receipt == submitted.receipt && again.index == submitted.index
            )
        }
    }

    @Test func `it says where it listens, and ends within a second though somebody listens to it`()
        async throws
    {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let node = try await NodeProcess(in: folder)
        #expect(
            node.firstLine.wholeMatch(of: /listening on http:\/\/127\.0\.0\.1:[1-9][0-9]*\n/) != nil
        )
        let client = node.client
        let (heard, told) = AsyncStream<Void>.makeStream()
        let listener = Task {
            for await news in client.events() where news == .connected { told.yield() }
        }
        for await _ in heard { break }
        let time = node.stop()
        listener.cancel()
        #expect(time < .seconds(1), "\(time)")
        #expect(node.process.terminationStatus == 0)
    }
}
