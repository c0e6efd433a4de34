// SPDX-License-Identifier: Apache-2.0

import Client
import PauseAgreement
import Testing
import TransparencyLog

/// What bad input gets: a problem document with a stable type, and nothing appended.
struct ProblemTests {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let body: [UInt8]
        let slug: String
        let status: Int
    }

    private static let good = ServerScene.statement(
        .hearing(Hearing(question: "q1", position: "heard")), sequence: 1
    ).payload

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func payload(_ text: String) -> [UInt8] {
        ServerScene.envelope(Array(text.utf8))
    }

    private static func said(
        _ predicate: PauseAgreement.Predicate, by signer: PrivateKey = ServerScene.developer,
        agreement: Digest? = nil, terms: Digest? = nil
    ) -> [UInt8] {
        ServerScene.envelope(
            ServerScene.statement(predicate, sequence: 1, agreement: agreement, terms: terms)
                .payload, by: [signer])
    }

    private static func spoilt() -> [UInt8] {
        let text = String(decoding: ServerScene.envelope(good), as: UTF8.self)
        let signature = try! Envelope(parsing: Array(text.utf8)).signatures[0].signature
        let zeros = [UInt8](repeating: 0, count: signature.count)
        return Array(text.replacing(Base64.encode(signature), with: Base64.encode(zeros)).utf8)
    }

    private static let hearing = PauseAgreement.Predicate.hearing(
        Hearing(question: "q1", position: "x"))
    private static let vote = PauseAgreement.Predicate.vote(
        Vote(question: "q1", choice: .yes, reason: "x"))
    private static let model = PauseAgreement.Predicate.model(
        ModelRegistration(model: "m", digest: Digest.sha256([]), parents: [], released: false))
    private static let nested =
        String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)

    static let cases: [Case] = [
        Case(description: "nothing", body: [], slug: "malformed-json", status: 400),
        Case(description: "no JSON", body: text("hello"), slug: "malformed-json", status: 400),
        Case(
            description: "no UTF-8", body: [0x22, 0xFF, 0x22], slug: "malformed-json", status: 400),
        Case(description: "1,000 levels", body: text(nested), slug: "malformed-json", status: 400),
        Case(
            description: "a key twice", body: text("{\"a\":1,\"a\":2}"), slug: "malformed-json",
            status: 400),
        Case(
            description: "a body of 61,441 bytes", body: [UInt8](repeating: 0x20, count: 61_441),
            slug: "too-large", status: 413),
        Case(description: "no envelope", body: text("{}"), slug: "malformed-envelope", status: 400),
        Case(description: "an array", body: text("[]"), slug: "malformed-envelope", status: 400),
        Case(
            description: "no statement", body: payload("{}"), slug: "malformed-statement",
            status: 422),
        Case(
            description: "1,000 levels within", body: payload(nested), slug: "malformed-statement",
            status: 422),
        Case(
            description: "an unknown member",
            body: payload(
                String(decoding: good, as: UTF8.self).replacing(
                    "\"question\"", with: "\"more\":1,\"question\"")),
            slug: "malformed-statement", status: 422),
        Case(description: "a spoilt signature", body: spoilt(), slug: "bad-signature", status: 403),
        Case(
            description: "nobody's key", body: said(hearing, by: ServerScene.key(99)),
            slug: "unknown-key", status: 403),
        Case(
            description: "a developer's vote", body: said(vote), slug: "not-a-member", status: 403),
        Case(
            description: "a councillor's model", body: said(model, by: ServerScene.councillor),
            slug: "may-not-say", status: 403),
        Case(
            description: "two authors",
            body: ServerScene.envelope(good, by: [ServerScene.developer, ServerScene.councillor]),
            slug: "may-not-say", status: 403),
        Case(
            description: "another agreement", body: said(hearing, agreement: Digest.sha256([1])),
            slug: "wrong-agreement", status: 422),
        Case(
            description: "other terms", body: said(hearing, terms: Digest.sha256([1])),
            slug: "wrong-terms", status: 422),
    ]

    @Test func `bad statements get their problem, and nothing is appended`() async throws {
        try await ServerScene.withLog { client in
            let before = try await client.checkpoint().text
            for bad in ProblemTests.cases {
                let answer = try await client.post(
                    "/api/v1/statements", bad.body, type: "application/json")
                #expect(answer.status == bad.status, "\(bad)")
                #expect(answer.mediaType == "application/problem+json", "\(bad)")
                let json = try JSON.parse(answer.body)
                #expect(
                    json["type"]?.string == "https://standstill.example/problems/\(bad.slug)",
                    "\(bad)")
                #expect(json["status"]?.integer == Int64(bad.status), "\(bad)")
                for member in ["title", "detail"] {
                    #expect(json[member]?.string?.isEmpty == false, "\(bad)")
                }
            }
            #expect(try await client.checkpoint().text == before)
        }
    }

    @Test func `a refusal says where and what to do`() async throws {
        try await ServerScene.withLog { client in
            do throws(ClientFault) {
                _ = try await client.submit(
                    ProblemTests.said(ProblemTests.hearing, agreement: Digest.sha256([1])))
                Issue.record("logged")
            } catch {
                guard case .problem(let problem) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(problem.slug == "wrong-agreement")
                #expect(problem.pointer == "/subject/0/digest/sha256")
                #expect(problem.hint != nil)
            }
        }
    }

    @Test func `unknown paths, other methods and bad queries get problems, too`() async throws {
        try await ServerScene.withLog { client in
            let asked: [(String, Int, String)] = [
                ("/nope", 404, "not-found"), ("/api/v1/statements/7", 404, "not-found"),
                ("/api/v1/statements/01", 404, "not-found"),
                ("/api/v1/receipts/x", 404, "not-found"),
                ("/tile/0/000.p/2", 404, "not-found"), ("/tile/0/0", 404, "not-found"),
                ("/tile/entries/000", 404, "not-found"), ("/api/v1/order", 404, "no-order-yet"),
                ("/api/v1/statements?limit=0", 400, "malformed-query"),
                ("/api/v1/statements?after=-1", 400, "malformed-query"),
                ("/api/v1/statements?kind=nonsense", 400, "malformed-query"),
                ("/api/v1/events?after=x", 400, "malformed-query"),
            ]
            for (path, status, slug) in asked {
                let answer = try await client.get(path)
                #expect(answer.status == status, "\(path)")
                let json = try JSON.parse(answer.body)
                #expect(json["type"]?.string?.hasSuffix("/\(slug)") == true, "\(path)")
            }
            let posted = try await client.post("/checkpoint", [], type: "text/plain")
            #expect(posted.status == 405)
        }
    }
}
