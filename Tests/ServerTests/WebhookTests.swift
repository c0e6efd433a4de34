// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Storage
import Testing
import TransparencyLog

@testable import Server

/// Whoever is told what happens: each message once taken, in order, and none lost.
struct WebhookTests {
    /// The secret of the specification's own example.
    private static let secretText = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let secret = WebhookSecret(secretText)!

    /// Source: Standard Webhooks 1.0, the example of its reference libraries.
    @Test func `a signature is that of the specification`() {
        let signature = WebhookTests.secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330,
            body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect("\(WebhookTests.secret)" == "a webhook's secret")
        for text in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            #expect(WebhookSecret(text) == nil)
        }
    }

    private static func hook(_ receiver: WebhookReceiver, _ words: String...) -> Webhook {
        Webhook(
            name: "ops", endpoint: WebhookEndpoint(url: receiver.url, secret: secret),
            subscriptions: Set(words.compactMap { Webhook.Subscription($0) }))
    }

    private static func withLog<Value: Sendable>(
        _ hooks: [Webhook], store: StoreLocation = .memory,
        _ body: @escaping @Sendable (NodeClient) async throws -> Value
    ) async throws -> Value {
        let node = try await LogNode(
            agreement: ServerScene.agreement, key: ServerScene.log, store: store, monitors: [:],
            webhooks: hooks, logger: ServerScene.logger)
        return try await ServerScene.running {
            try await node.run(on: ListenAddress("127.0.0.1:0")!, onListening: $0)
        } while: { client in
            try await ServerScene.ready(client)
            // What is new is told from where each hook begins.
            for hook in hooks {
                let line = "standstill_webhook_starts_total{hook=\"\(hook.name)\"} 1"
                try await ServerScene.eventually {
                    let figures = try await client.get("/metrics").body
                    return String(decoding: figures, as: UTF8.self).contains(line)
                }
            }
            return try await body(client)
        }
    }

    private static func isSigned(_ received: WebhookReceiver.Received) -> Bool {
        guard let id = received.headers["webhook-id"],
            let seconds = received.headers["webhook-timestamp"].flatMap({ Int64($0) })
        else { return false }
        let expected = secret.signature(id: id, seconds: seconds, body: Array(received.body.utf8))
        let age = Int64(Date().timeIntervalSince1970) - seconds
        return received.headers["webhook-signature"] == expected && (0...30).contains(age)
    }

    private static func ids(_ received: [WebhookReceiver.Received]) -> [String] {
        received.map { $0.headers["webhook-id"] ?? "?" }
    }

    private static func submit(_ numbers: ClosedRange<Int64>, _ client: NodeClient) async throws {
        for number in numbers { _ = try await client.submit(ServerScene.hearing(number)) }
    }

    @Test func `a receiver that fails twice gets the message again, and then the next one`()
        async throws
    {
        let receiver = WebhookReceiver(answering: [500, 302])
        defer { receiver.close() }
        let hooks = [WebhookTests.hook(receiver, "entry:hearing")]
        try await WebhookTests.withLog(hooks) { client in
            try await WebhookTests.submit(1...3, client)
            let received = try await receiver.received(5)
            #expect(
                WebhookTests.ids(received) == [
                    "entry-1", "entry-1", "entry-1", "entry-2", "entry-3",
                ])
            #expect(received.allSatisfy(WebhookTests.isSigned))
            let json = try JSON.parse(Array(received[0].body.utf8))
            #expect(json["type"] == "entry.hearing" && json["data"]?["index"] == 1)
            #expect(json["timestamp"]?.string.flatMap { Time($0) } != nil)
            #expect(received[0].headers["content-type"] == "application/json")
        }
    }

    @Test func `a receiver that hangs holds up neither the log nor another receiver`() async throws
    {
        let silent = WebhookReceiver(answering: Array(repeating: 503, count: 1000))
        let other = WebhookReceiver()
        defer {
            silent.close()
            other.close()
        }
        var second = WebhookTests.hook(other, "entry")
        second = Webhook(
            name: "other", endpoint: second.endpoint, subscriptions: second.subscriptions)
        try await WebhookTests.withLog([WebhookTests.hook(silent, "entry"), second]) { client in
            try await WebhookTests.submit(1...20, client)
            let received = try await other.received(20)
            #expect(WebhookTests.ids(received) == (1...20).map { "entry-\($0)" })
            #expect(Set(WebhookTests.ids(silent.received)) == ["entry-1"])
        }
    }

    @Test func `what was not taken before a restart comes after it`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "hooks-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = StoreLocation.sqlite(path: folder.appending(path: "log.db").path)
        let first = WebhookReceiver(answering: [200] + Array(repeating: 503, count: 100))
        try await WebhookTests.withLog([WebhookTests.hook(first, "entry")], store: store) {
            client in
            try await WebhookTests.submit(1...3, client)
            _ = try await first.received(2)
        }
        first.close()
        #expect(WebhookTests.ids(first.received).first == "entry-1")
        try await WebhookTests.withLog([], store: store) { client in
            // The hook is not even configured while this is logged.
            try await WebhookTests.submit(4...4, client)
        }
        let second = WebhookReceiver()
        defer { second.close() }
        try await WebhookTests.withLog([WebhookTests.hook(second, "entry")], store: store) { _ in
            let received = try await second.received(3)
            #expect(WebhookTests.ids(received) == ["entry-2", "entry-3", "entry-4"])
        }
    }

    @Test func `a cause is told as it begins and as it ends`() async throws {
        let receiver = WebhookReceiver()
        defer { receiver.close() }
        let hooks = [WebhookTests.hook(receiver, "cause", "entry:self-pause")]
        try await WebhookTests.withLog(hooks) { client in
            let commitment = Commitment(
                atLeast: 0, of: nil, leastShare: nil, leastJurisdictions: nil)
            let said: [PauseAgreement.Predicate] = [
                .accession(Accession(commitment: commitment)),
                .model(
                    ModelRegistration(
                        model: "fiction-1", digest: Digest.sha256([1]), parents: [],
                        released: false)),
                .selfPause(SelfPause(model: "fiction-1", reason: "too good")),
                .selfResume(SelfResume(model: "fiction-1", reason: "looked again")),
            ]
            for (place, predicate) in said.enumerated() {
                let statement = ServerScene.statement(predicate, sequence: Int64(place + 1))
                _ = try await client.submit(ServerScene.envelope(statement.payload))
                if case .selfPause = predicate { _ = try await receiver.received(2) }
            }
            let received = try await receiver.received(3)
            let types = try received.map { try JSON.parse(Array($0.body.utf8))["type"]?.string }
            #expect(types == ["entry.self-pause", "cause.begun", "cause.ended"])
        }
    }

    @Test func `the first order of each later epoch is told, and a place is read back as written`()
        throws
    {
        let receiver = WebhookReceiver()
        defer { receiver.close() }
        let hook = WebhookTests.hook(receiver, "order")
        let agreement = ServerScene.agreement
        func note(_ epoch: Int64) -> UnverifiedNote {
            let order = Order(
                agreement: agreement.id, terms: agreement.terms, rules: 1, epoch: epoch,
                state: .running, measures: [], causes: [], models: [], expiry: nil,
                silentSince: nil, size: TreeSize(5), root: Digest.sha256([]),
                tick: Time("2026-11-22T00:00:00Z")!)
            return UnverifiedNote(text: order.text, signatures: [])
        }
        let text = #"{"causes":{"c1":"own"},"epoch":3,"questions":{},"serial":7,"size":5}"#
        let place = try #require(WebhookPlace(Array(text.utf8)))
        #expect(String(decoding: place.bytes, as: UTF8.self) == text)
        #expect(hook.step(note(3), from: place) == nil)
        let step = try #require(hook.step(note(4), from: place))
        #expect(step.after.epoch == 4 && step.after.size == place.size)
        #expect(step.message.id == "order-4" && step.message.type == "order.epoch")
        #expect(step.message.content["state"] == "running")
        #expect(step.message.timestamp == "2026-11-22T00:00:00Z")
        #expect(WebhookPlace(Array("{}".utf8)) == nil)
    }

    @Test func `pauses grow, and not without end`() {
        #expect(WebhookWorker.pause(after: 0) == 500)
        #expect(WebhookWorker.pause(after: 3) == 4000)
        #expect(WebhookWorker.pause(after: 100) == 600_000)
    }

    // MARK: - The file

    private static func read(_ lines: String, mode: Int = 0o600) throws -> [Webhook] {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "hookfile-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "s")
        try Data((secretText + "\n").utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        let hooks = folder.appending(path: "hooks")
        try Data(lines.utf8).write(to: hooks)
        return try Webhook.read(hooks.path)
    }

    @Test func `a file of webhooks is read line by line`() throws {
        let hooks = try WebhookTests.read(
            """
            # who is told

            {"name":"a","url":"https://example.org/x","secret":"s","events":["order","entry:vote"]}
            {"name":"b","url":"http://127.0.0.1:9/","secret":"s","events":["question","cause"],"allow":["http","loopback"]}
            """)
        #expect(hooks.map(\.name) == ["a", "b"])
        #expect(hooks[0].subscriptions == [.order, .entry(.vote)])
        #expect(hooks[0].wants(.vote) && !hooks[0].wants(.model))
    }

    @Test(arguments: [
        #"{"name":"a","url":"http://example.org/","secret":"s","events":["order"]}"#,
        #"{"name":"a","url":"https://127.0.0.1/","secret":"s","events":["order"]}"#,
        #"{"name":"a","url":"https://LOCALHOST:8/","secret":"s","events":["order"]}"#,
        #"{"name":"a","url":"https://[::1]/","secret":"s","events":["order"]}"#,
        #"{"name":"a","url":"https://me@example.org/","secret":"s","events":["order"]}"#,
        #"{"name":"a","url":"ftp://example.org/","secret":"s","events":["order"]}"#,
        #"{"name":"a","url":"https://example.org/","secret":"s","events":["orders"]}"#,
        #"{"name":"a","url":"https://example.org/","secret":"s","events":["entry:none"]}"#,
        #"{"name":"a","url":"https://example.org/","secret":"s","events":[]}"#,
        #"{"name":"A","url":"https://example.org/","secret":"s","events":["order"]}"#,
        #"{"name":"a","url":"https://example.org/","events":["order"]}"#,
        #"{"name":"a","url":"https://example.org/","secret":"s","events":["order"],"x":1}"#,
        "hello",
    ])
    func `a line that is wrong is refused with its number`(line: String) {
        #expect {
            _ = try WebhookTests.read("\n" + line)
        } throws: { error in
            (error as? MalformedWebhooks)?.line == 2
        }
    }

    @Test func `a secret that others may read is refused`() {
        let line =
            #"{"name":"a","url":"https://example.org/","secret":"s","events":["order"]}"#
        #expect(throws: UnreadableKey.self) { try WebhookTests.read(line, mode: 0o644) }
    }
}
