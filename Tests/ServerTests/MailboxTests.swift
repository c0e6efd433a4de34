// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Roles
import Storage
import Testing
import TransparencyLog

/// Sealed messages through a node that really listens.
struct MailboxTests {
    private static let evaluator = ServerScene.key(33)

    /// A hearing with something in it for the authority alone.
    private static func hearing(_ number: Int64, by signer: PrivateKey) -> Envelope {
        let plain = ServerScene.statement(
            .hearing(Hearing(question: "q1", position: "heard")), sequence: number
        ).payload
        var root = try! JSON.parse(plain).object!
        var predicate = root["predicate"]!.object!
        predicate["sealed"] = ["confidential": .string(String(repeating: "A", count: 43))]
        root["predicate"] = .object(predicate)
        return try! Envelope(
            parsing: ServerScene.envelope(JSON.object(root).canonicalBytes, by: [signer]))
    }

    private static func mail(
        _ number: Int, about statement: Envelope, to reader: String = "councillor-1",
        by signer: PrivateKey, bytes: Int = 100
    ) -> Envelope {
        var box = [UInt8](repeating: 3, count: bytes)
        for place in 0..<4 { box[place] = UInt8(truncatingIfNeeded: number >> (8 * place)) }
        let mail = Mail(
            agreement: ServerScene.agreement.id, to: reader, about: statement.payloadDigest,
            box: box)
        return try! Envelope.sign(
            payload: mail.payload, payloadType: Mail.payloadType, with: [signer])
    }

    private static func request(
        party: String = "councillor-1", by signer: PrivateKey = ServerScene.councillor,
        time: Time? = nil, done: [Digest] = [], limit: Int64 = 100
    ) -> Envelope {
        let now = Time(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let request = MailRequest(
            agreement: ServerScene.agreement.id, party: party, time: time ?? now, done: done,
            limit: limit)
        return try! Envelope.sign(
            payload: request.payload, payloadType: MailRequest.payloadType, with: [signer])
    }

    private static func collect(_ client: NodeClient, done: [Digest] = [], limit: Int64 = 100)
        async throws -> MailDelivery
    {
        // Each request has a time of its own.
        try await Task.sleep(for: .milliseconds(2))
        let asked = request(done: done, limit: limit).json.canonicalBytes
        return try MailDelivery(json: await client.collect(request: asked))
    }

    private static func slug(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? ClientFault)?.slug ?? "\(error)"
        }
    }

    @Test func `a message waits until its reader is done with it`() async throws {
        try await ServerScene.withLog { client in
            let statement = MailboxTests.hearing(1, by: ServerScene.developer)
            _ = try await client.submit(statement.json.canonicalBytes)
            let mail = MailboxTests.mail(1, about: statement, by: ServerScene.developer)
            let id = try await client.send(mail: mail.json.canonicalBytes)
            #expect(id == mail.payloadDigest)
            #expect(
                try await client.send(mail: mail.json.canonicalBytes) == id,
                "the same is one message")
            for _ in 0..<2 {
                let delivery = try await MailboxTests.collect(client)
                #expect(delivery.messages.map(\.envelope) == [mail])
                #expect(delivery.messages.map(\.id) == [id] && !delivery.more)
            }
            #expect(try await MailboxTests.collect(client, done: [id]).messages.isEmpty)
        }
    }

    @Test func `who floods a mailbox delays nobody, and is stopped alone`() async throws {
        try await ServerScene.withLog { client in
            let flood = MailboxTests.hearing(1, by: ServerScene.developer)
            let quiet = MailboxTests.hearing(1, by: MailboxTests.evaluator)
            for statement in [flood, quiet] {
                _ = try await client.submit(statement.json.canonicalBytes)
            }
            for number in 0..<MailRoom.mostWaiting {
                let mail = MailboxTests.mail(number, about: flood, by: ServerScene.developer)
                _ = try await client.send(mail: mail.json.canonicalBytes)
            }
            let onceMore = MailboxTests.mail(-1, about: flood, by: ServerScene.developer)
            let stopped = try await RawRequest(client.url, "POST", "/api/v1/mailbox")
                .answer(to: onceMore.json.canonicalBytes)
            #expect(stopped.status == 429 && stopped.body.contains("/mailbox-full"))
            #expect(stopped.header("Retry-After") == "60")
            let other = MailboxTests.mail(
                -1, about: flood, to: "councillor-2", by: ServerScene.developer)
            _ = try await client.send(mail: other.json.canonicalBytes)
            let needle = MailboxTests.mail(0, about: quiet, by: MailboxTests.evaluator)
            _ = try await client.send(mail: needle.json.canonicalBytes)
            let delivery = try await MailboxTests.collect(client, limit: 2)
            #expect(delivery.messages.contains { $0.envelope == needle })
            #expect(delivery.messages.count == 2 && delivery.more)
            _ = try await MailboxTests.collect(client, done: delivery.messages.map(\.id), limit: 0)
            _ = try await client.send(mail: onceMore.json.canonicalBytes)
        }
    }

    @Test func `what does not belong is refused by its name`() async throws {
        typealias T = MailboxTests
        try await ServerScene.withLog { client in
            let statement = T.hearing(1, by: ServerScene.developer)
            let unlogged = T.hearing(2, by: ServerScene.developer)
            _ = try await client.submit(statement.json.canonicalBytes)
            let cases: [(String, Envelope)] = [
                (
                    "wrong-audience",
                    T.mail(1, about: statement, to: "auditor-1", by: ServerScene.developer)
                ),
                ("unknown-statement", T.mail(1, about: unlogged, by: ServerScene.developer)),
                ("not-the-signer", T.mail(1, about: statement, by: T.evaluator)),
                ("unknown-key", T.mail(1, about: statement, by: ServerScene.key(99))),
                ("malformed-envelope", statement),
            ]
            for (slug, envelope) in cases {
                let got = await T.slug {
                    _ = try await client.send(mail: envelope.json.canonicalBytes)
                }
                #expect(got == slug)
            }
            let late = Time(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) - 60_000)
            let asked = T.request()
            for expected in [nil, "replayed"] {
                let got = await T.slug {
                    _ = try await client.collect(request: asked.json.canonicalBytes)
                }
                #expect(got == expected)
            }
            let requests: [(String, Envelope)] = [
                ("clock", T.request(time: late)),
                ("not-yours", T.request(by: ServerScene.developer)),
                ("malformed-envelope", statement),
            ]
            for (slug, envelope) in requests {
                let got = await T.slug {
                    _ = try await client.collect(request: envelope.json.canonicalBytes)
                }
                #expect(got == slug)
            }
        }
    }

    @Test func `mail and the time of the last request outlive the node`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "mail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = StoreLocation.sqlite(path: folder.appending(path: "log.db").path)
        let statement = MailboxTests.hearing(1, by: ServerScene.developer)
        let mail = MailboxTests.mail(1, about: statement, by: ServerScene.developer)
        let asked = try await ServerScene.withLog(store: store) { client in
            _ = try await client.submit(statement.json.canonicalBytes)
            _ = try await client.send(mail: mail.json.canonicalBytes)
            let asked = MailboxTests.request()
            _ = try await client.collect(request: asked.json.canonicalBytes)
            return asked
        }
        try await ServerScene.withLog(store: store) { client in
            let again = await MailboxTests.slug {
                _ = try await client.collect(request: asked.json.canonicalBytes)
            }
            #expect(again == "replayed")
            let delivery = try await MailboxTests.collect(client)
            #expect(delivery.messages.map(\.envelope) == [mail])
        }
    }
}
