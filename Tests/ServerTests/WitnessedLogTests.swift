// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Server
import Storage
import Testing
import TransparencyLog

/// A log node among witnesses that are no monitors: one of ours, and others that are slow, wrong,
/// down or beyond all bounds.
struct WitnessedLogTests {
    private static let names = (1...8).map { "witness-\($0)" }

    private static func key(_ name: String) -> PrivateKey {
        ServerScene.key(UInt8(200 + names.firstIndex(of: name)!))
    }

    /// The agreement of the other tests, with witnesses.
    private static let agreement: Agreement = {
        let parties = names.map { name in
            let key = Base64.encode(key(name).publicKey.spki)
            return "  \(name): {roles: [witness], jurisdiction: Norland, key: \(key)}\n"
        }
        let yaml = ServerScene.yaml.replacing(
            "entry-into-force: {", with: parties.joined() + "entry-into-force: {")
        let reading = Agreement.read(yaml: yaml)
        guard let agreement = reading.agreement else { fatalError("\(reading.problems)") }
        return agreement
    }()

    private static func hearing(_ number: Int64) -> [UInt8] {
        let statement = Statement(
            agreement: agreement.id, terms: agreement.terms, sequence: number,
            predicate: .hearing(Hearing(question: "q1", position: "heard")))
        return ServerScene.envelope(statement.payload)
    }

    /// Who of them has cosigned what the log shows.
    private static func cosigners(of client: NodeClient) async throws -> (TreeSize, [String]) {
        let note = try await client.checkpoint()
        let keys = agreement.witnessKeys
        let found = names.filter { (try? note.verified(by: [keys[$0]!])) != nil }
        return (try Checkpoint(parsing: note.text).size, found)
    }

    @Test func `the policy names witnesses and asks only for monitors`() throws {
        let policy = Self.agreement.policy()
        #expect(policy.witnesses.map(\.name) == ServerScene.names + Self.names)
        #expect(policy.groups.map(\.members) == [ServerScene.names])
        #expect(policy.witnesses.allSatisfy { $0.url?.hasPrefix("https://") == true })
        #expect(!policy.isMet(by: Self.names))
        #expect(policy.isMet(by: Array(ServerScene.names.prefix(3))))
    }

    @Test func `a party that is no witness cannot be named as one`() async throws {
        let client = try NodeClient(url: "http://127.0.0.1:1")
        for name in ["monitor-1", "developer-a", "nobody"] {
            await #expect(throws: StartFault.self) {
                _ = try await LogNode(
                    agreement: Self.agreement, key: ServerScene.log, store: .memory, monitors: [:],
                    witnesses: [name: client], logger: ServerScene.logger)
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `one good witness cosigns whatever the others do, and nobody waits for them`() async throws
    {
        let good = try #require(Self.agreement.witnessKeys["witness-1"])
        let witness = try await WitnessNode(
            name: good.name, key: Self.key("witness-1"), logs: [Self.agreement.logKey],
            store: .memory, logger: ServerScene.logger)
        let other = Checkpoint(
            origin: ServerScene.origin, size: TreeSize(99), root: MerkleHash.empty)
        let forged = try NoteSignature.cosign(
            checkpointText: other.text, timeSeconds: 1_800_000_000,
            as: Self.agreement.witnessKeys["witness-7"]!.name, with: Self.key("witness-7"))
        let faulty = [
            "witness-2": FaultyWitness(answering: nil),
            "witness-3": FaultyWitness(status: 500, Array("bad signature".utf8)),
            "witness-4": FaultyWitness(status: 409, type: "text/x.tlog.size", Array("0\n".utf8)),
            "witness-5": FaultyWitness(status: 200, Array("<!doctype html>\n\u{FFFD}".utf8)),
            "witness-6": FaultyWitness(
                status: 200, [UInt8](repeating: UInt8(ascii: "A"), count: 8 << 20)),
            "witness-7": FaultyWitness(status: 200, Array(forged.line.utf8)),
        ]
        defer { for witness in faulty.values { witness.close() } }
        try await ServerScene.running {
            try await witness.run(on: ListenAddress("127.0.0.1:0")!, onListening: $0)
        } while: { ours in
            var clients = ["witness-1": ours]
            for (name, witness) in faulty {
                clients[name] = try NodeClient(url: witness.url, timeLimit: .seconds(3), retries: 0)
            }
            // Nobody listens there.
            clients["witness-8"] = try NodeClient(
                url: "http://127.0.0.1:9", timeLimit: .seconds(3), retries: 0)
            let log = try await LogNode(
                agreement: Self.agreement, key: ServerScene.log, store: .memory, monitors: [:],
                witnesses: clients, logger: ServerScene.logger)
            try await ServerScene.running {
                try await log.run(on: ListenAddress("127.0.0.1:0")!, onListening: $0)
            } while: { client in
                try await ServerScene.ready(client)
                for number in Int64(1)...5 {
                    let start = ContinuousClock.now
                    _ = try await client.submit(Self.hearing(number))
                    #expect(ContinuousClock.now - start < .seconds(2))
                    try await ServerScene.eventually {
                        try await Self.cosigners(of: client)
                            == (TreeSize(UInt64(number) + 1), ["witness-1"])
                    }
                }
                let receipt = try LogProof(parsing: try await client.receipt(LogIndex(3)))
                #expect(try receipt.checkpoint.verified(by: [good]).signers == [good])
                let told = try #require(try await ours.checkpoint(of: ServerScene.origin))
                #expect(try Checkpoint(parsing: told.text).size == TreeSize(6))
                // Those that fail are left alone for longer and longer.
                for (name, witness) in faulty { #expect(witness.requests < 20, "\(name)") }
            }
        }
    }
}
