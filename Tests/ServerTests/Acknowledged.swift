// SPDX-License-Identifier: Apache-2.0

import Client
import PauseAgreement
import Testing
import TransparencyLog

/// Statements that a node has acknowledged, by their numbers: what it may never lose.
actor Acknowledged {
    private(set) var all: [Int64: Submitted] = [:]
    private let position: String

    /// - Parameter position: what every statement says; a long one fills the disk sooner.
    init(saying position: String = "heard") { self.position = position }

    private func add(_ number: Int64, _ submitted: Submitted) { all[number] = submitted }

    /// Hands in statements from several senders at once, until each was refused one or has handed
    /// in `most`.
    nonisolated func load(_ client: NodeClient, from first: Int64, senders: Int64 = 8, most: Int64)
        async
    {
        await withTaskGroup(of: Void.self) { group in
            for sender in 0..<senders {
                group.addTask {
                    for step in 0..<most {
                        let number = first + sender * 10_000 + step
                        let statement = ServerScene.hearing(number, position: self.position)
                        guard let submitted = try? await client.submit(statement) else { return }
                        await self.add(number, submitted)
                    }
                }
            }
        }
    }

    /// Whether a node holds all of it under the same numbers and times, nothing twice, and gives
    /// the same receipts again.
    func check(_ client: NodeClient) async throws {
        let checkpoint = try Checkpoint(parsing: try await client.checkpoint().text)
        let leaves = try await client.leaves(from: LogIndex(0), to: checkpoint.size)
        #expect(Set(leaves).count == leaves.count, "nothing is logged twice")
        let policy = try WitnessPolicy(
            logs: ServerScene.agreement.policy().logs, witnesses: [], groups: [],
            quorum: WitnessPolicy.noQuorum)
        for (number, submitted) in all {
            let statement = ServerScene.hearing(number, position: position)
            let stamp = Time(milliseconds: submitted.receivedMilliseconds)
            let leaf = Entry.leaf(received: stamp, envelope: try Envelope(parsing: statement))
            let place = Int(submitted.index.value)
            #expect(
                place < leaves.count && leaves[place] == leaf,
                "statement \(number), acknowledged as entry \(place) of \(leaves.count)")
            _ = try LogProof(parsing: submitted.receipt).verify(leaf: leaf, policy: policy)
        }
        for (number, submitted) in all.sorted(by: { $0.key < $1.key }).prefix(20) {
            let again = try await client.submit(ServerScene.hearing(number, position: position))
            #expect(
                !again.isNew && again.receipt == submitted.receipt && again.index == submitted.index
            )
        }
    }
}
