// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import Logging
import PauseAgreement
import Server
import Storage
import TransparencyLog

/// A small agreement, and nodes of it that really listen, in this process.
enum ServerScene {
    static let log = key(31)
    static let developer = key(32)
    static let councillor = key(34)
    static let monitors = (1...4).map { key(UInt8(40 + $0)) }
    static let names = (1...4).map { "monitor-\($0)" }
    static let origin = "server.example/log"

    static func key(_ number: UInt8) -> PrivateKey {
        try! PrivateKey(seed: [UInt8](repeating: number, count: 32))
    }

    static let agreement: Agreement = {
        let reading = Agreement.read(yaml: yaml)
        guard let agreement = reading.agreement else { fatalError("\(reading.problems)") }
        return agreement
    }()

    private static func spki(_ key: PrivateKey) -> String { Base64.encode(key.publicKey.spki) }

    static let yaml = """
        agreement: server-pause
        title: A pause to be served & <escaped>
        rules: 1
        prose: {file: agreement.md, sha256: \(Digest.sha256([]).hex)}
        log: {origin: \(origin), key: \(spki(log)), tick: 1 s, merge-delay: 1 s, skew: 1 s}
        monitoring: {signatures: 3, liars: 1}
        parties:
          developer-a: {roles: [developer], jurisdiction: Norland, share: 50 %, key: \(spki(developer)), sealing-key: MCowBQYDK2VuAyEABkU/zZzvWh9TrMT5QhBMDI6eJ9XHs39VB83NFigQWWM=}
          auditor-1: {roles: [auditor], jurisdiction: Sudland, key: \(spki(key(37))), sealing-key: MCowBQYDK2VuAyEANDDgAU3VC2En5L607sxBFZHgYe+XkqMXw2BWGRACty8=}
          evaluator-1: {roles: [evaluator], jurisdiction: Norland, key: \(spki(key(33)))}
          councillor-1: {roles: [authority], jurisdiction: Norland, key: \(spki(councillor)), sealing-key: MCowBQYDK2VuAyEAD6poTtKIZ7l/Smot7l34zpdOdrcBjj8iocTPJnhXDyA=}
          councillor-2: {roles: [authority], jurisdiction: Sudland, key: \(spki(key(35)))}
          councillor-3: {roles: [authority], jurisdiction: Westland, key: \(spki(key(36)))}
          monitor-1: {roles: [monitor], jurisdiction: Norland, key: \(spki(monitors[0]))}
          monitor-2: {roles: [monitor], jurisdiction: Sudland, key: \(spki(monitors[1]))}
          monitor-3: {roles: [monitor], jurisdiction: Westland, key: \(spki(monitors[2]))}
          monitor-4: {roles: [monitor], jurisdiction: Ostland, key: \(spki(monitors[3]))}
        entry-into-force: {at-least: 1, states: 0, developers: 1, least-share: 50 %, article: "2"}
        legal-basis: [none, as this is a test]
        indicators:
          score: {unit: share, subject: model, method: any, valid: {least: 0 %, most: 100 %}, stale-after: 90 d, article: "4.1"}
        claims:
          substitution: {subject: frontier, text: Models can replace all researchers, stale-after: 90 d, article: "4.1"}
        triggers:
          high-score:
            subject: model
            when: {indicator: score, at-least: 50 %, bound: lower, confidence: 95 %}
            evidence: {evaluators: 1, assurance: third-party, pool: k-of-n}
            on-unknown: hold
            measure: pause
            article: "4.2"
        decisions:
          council: [councillor-1, councillor-2, councillor-3]
          determination: {quorum: 2, jurisdictions: 1, recusal: [], deadline: 14 d, on-timeout: reject, article: "5.1"}
          confirmation: {quorum: 3, jurisdictions: 1, recusal: [], deadline: 14 d, on-timeout: lapse, article: "5.2"}
          resume: {quorum: 3, jurisdictions: 1, recusal: [], deadline: 14 d, on-timeout: reject, article: "5.3"}
          non-compliance: {quorum: 2, jurisdictions: 1, recusal: [], deadline: 14 d, on-timeout: reject, article: "5.4"}
        measures:
          notify: {grace: 0 s, activities: [pre-training], threshold: 1e23 FLOP, article: "6.1"}
          cap: {grace: 0 s, activities: [pre-training], threshold: 1e23 FLOP, article: "6.2"}
          slow: {grace: 0 s, activities: [pre-training], threshold: 1e23 FLOP, article: "6.3"}
          pause: {grace: 72 h, activities: [pre-training], threshold: 1e23 FLOP, article: "6.4"}
        provisional: {lapses-after: 30 d, to: notify}
        scope: {lineage: covered, exemptions: [], article: "3"}
        verification: {stop-evidence-within: 48 h, telemetry-every: 1 h, telemetry-late-after: 15 min, answer-within: 12 h, inspection-every: 7 d, article: "7"}
        resume: {requires-clear-trigger: required, requires-elicitation: not-required, requires-mitigations: 0, opens-after: 24 h, stages: [], article: "8"}
        incentives: {bond: none, catch-up-hold: 60 d, article: "9"}
        disclosure: {audience: declared, article: "10"}
        clocks: {lease: 2 h}
        on-silence: {measure: cap, grace: 24 h, article: "11"}
        on-expiry: {sunset: 2031-01-01, lapses-to: notify, article: "12"}
        exit: {notice: 90 d, article: "13"}
        """

    // MARK: - Statements

    static func statement(
        _ predicate: PauseAgreement.Predicate, sequence: Int64, agreement id: Digest? = nil,
        terms: Digest? = nil
    ) -> Statement {
        Statement(
            agreement: id ?? agreement.id, terms: terms ?? agreement.terms, sequence: sequence,
            predicate: predicate)
    }

    static func envelope(_ payload: [UInt8], by signers: [PrivateKey] = [developer]) -> [UInt8] {
        try! Envelope.sign(payload: payload, payloadType: Envelope.inToto, with: signers).json
            .canonicalBytes
    }

    /// A statement that is admitted and changes nothing: there is no such question.
    static func hearing(_ number: Int64, position: String = "heard") -> [UInt8] {
        envelope(
            statement(.hearing(Hearing(question: "q1", position: position)), sequence: number)
                .payload)
    }

    // MARK: - Nodes

    static let logger: Logger = {
        var logger = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .critical
        return logger
    }()

    /// Runs a log node for as long as `body` lasts.
    static func withLog<Value: Sendable>(
        store: StoreLocation = .memory, monitors: [String: NodeClient] = [:],
        _ body: @escaping @Sendable (NodeClient) async throws -> Value
    ) async throws -> Value {
        let node = try await LogNode(
            agreement: agreement, key: log, store: store, monitors: monitors, logger: logger)
        return try await running {
            try await node.run(on: ListenAddress("127.0.0.1:0")!, onListening: $0)
        } while: { client in
            try await ready(client)
            return try await body(client)
        }
    }

    /// Runs a node until `body` has ended; gives it the address.
    static func running<Value: Sendable>(
        _ run:
            @escaping @Sendable (@escaping @Sendable (String) async -> Void) async throws -> Void,
        while body: @escaping @Sendable (NodeClient) async throws -> Value
    ) async throws -> Value {
        let (addresses, told) = AsyncStream<String>.makeStream()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                defer { told.finish() }
                try await run { told.yield($0) }
                return nil
            }
            group.addTask {
                for await address in addresses {
                    return try await body(try NodeClient(url: address, retries: 0))
                }
                return nil
            }
            var value: Value?
            while value == nil, let next = try await group.next() { value = next }
            group.cancelAll()
            while !group.isEmpty { _ = try? await group.next() }
            return value!
        }
    }

    static func ready(_ client: NodeClient) async throws {
        try await eventually { try await client.get("/readyz").status == 200 }
    }

    struct NeverHappened: Error {}

    /// Waits until something holds, ten seconds at most.
    static func eventually(_ holds: () async throws -> Bool) async throws {
        for _ in 0..<500 {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NeverHappened()
    }
}
