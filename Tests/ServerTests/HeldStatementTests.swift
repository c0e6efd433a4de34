// SPDX-License-Identifier: Apache-2.0

import Client
import PauseAgreement
import Server
import Storage
import Testing
import TransparencyLog

/// Statements handed to monitors while the node is not there.
struct HeldStatementTests {
    private static func monitor(
        _ number: Int, node: NodeClient, peers: [NodeClient], store: StoreLocation = .memory
    ) async throws -> MonitorNode {
        try await MonitorNode(
            agreement: ServerScene.agreement, key: ServerScene.monitors[number], store: store,
            node: node, peers: peers, logger: ServerScene.logger)
    }

    private static func gauge(_ name: String, of client: NodeClient) async throws -> Int? {
        let answer = try await client.get("/metrics", accept: "text/plain", largest: 1 << 20)
        return String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("\(name) ") }.flatMap { Int($0.split(separator: " ")[1]) }
    }

    private static func check(_ acceptance: Envelope, of envelope: Envelope) throws {
        let statement = try Statement(parsing: acceptance.payload)
        guard case .acceptance(let said) = statement.predicate else {
            Issue.record("it is no acceptance")
            return
        }
        #expect(said.party == "developer-a" && said.payload == envelope.payloadDigest)
        let message = Envelope.pae(
            payloadType: acceptance.payloadType, payload: acceptance.payload)
        let keys = ServerScene.agreement.monitorKeys.map(\.order.key)
        let signature = try #require(acceptance.signatures.first)
        #expect(keys.contains { $0.verifies(signature.signature, over: message) })
    }

    @Test func `what the node does not take is held, shared, and logged once it is there`()
        async throws
    {
        // An address where nobody listens yet.
        let port = try await ServerScene.withLog { $0.url.split(separator: ":").last! }
        let address = ListenAddress("127.0.0.1:\(port)")!
        let node = try NodeClient(url: "http://\(address)", retries: 0)
        let bytes = ServerScene.hearing(1)
        let envelope = try Envelope(json: try JSON.parse(bytes))
        let first = try await Self.monitor(0, node: node, peers: [])
        try await ServerScene.running {
            try await first.run(on: ListenAddress("127.0.0.1:0")!, onListening: $0)
        } while: { one in
            let second = try await Self.monitor(1, node: node, peers: [one])
            try await ServerScene.running {
                try await second.run(on: ListenAddress("127.0.0.1:0")!, onListening: $0)
            } while: { other in
                guard case .held(let acceptance) = try await other.handIn(bytes) else {
                    Issue.record("it is not held")
                    return
                }
                try Self.check(acceptance, of: envelope)
                #expect(try await other.handIn(bytes) == .held(acceptance: acceptance))
                try await ServerScene.eventually {
                    try await Self.gauge("standstill_held_statements", of: one) == 1
                }
                try await Self.checkRefusals(other)
                try await Self.checkLogging(bytes, by: [one, other], at: address)
            }
        }
    }

    private static func checkRefusals(_ monitor: NodeClient) async throws {
        let garbage = try await monitor.post(
            "/api/v1/statements", Array("{}".utf8), type: "application/json")
        #expect(garbage.status == 400)
        do throws(ClientFault) {
            _ = try await monitor.handIn(
                ServerScene.envelope(
                    Statement(
                        agreement: ServerScene.agreement.id, terms: ServerScene.agreement.terms,
                        sequence: 5,
                        predicate: .hearing(Hearing(question: "q1", position: "heard"))
                    ).payload, by: [ServerScene.key(99)]))
            Issue.record("a stranger's statement was taken")
        } catch { #expect(error.slug == "unknown-key") }
    }

    /// The node comes; what was held is logged with its acceptances, and let go.
    private static func checkLogging(
        _ bytes: [UInt8], by monitors: [NodeClient], at address: ListenAddress
    ) async throws {
        let log = try await LogNode(
            agreement: ServerScene.agreement, key: ServerScene.log, store: .memory,
            monitors: Dictionary(uniqueKeysWithValues: zip(ServerScene.names, monitors)),
            logger: ServerScene.logger)
        try await ServerScene.running {
            try await log.run(on: address, onListening: $0)
        } while: { client in
            for monitor in monitors {
                try await ServerScene.eventually {
                    try await gauge("standstill_held_statements", of: monitor) == 0
                }
                #expect(try await gauge("standstill_held_overdue", of: monitor) == 0)
                #expect(try await monitor.handIn(bytes) == .logged)
            }
            let again = try await client.submit(bytes)
            #expect(!again.isNew)
        }
    }
}
