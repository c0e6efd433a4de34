// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Storage
import Testing
import TransparencyLog

@testable import Server

/// What a node says about itself is what it does: `/openapi.json`, the router and the answers.
struct OpenAPITests {
    private static let methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "QUERY"]

    /// Method and path of everything that the document describes; templates of one route as many.
    private static func described(_ document: JSON) -> Set<String> {
        var found: Set<String> = []
        for path in document["paths"]?.object?.members ?? [] {
            for operation in path.value.object?.members ?? [] {
                found.insert("\(operation.key.uppercased()) \(path.key)")
            }
        }
        return found
    }

    /// What the table says should be described.
    private static func expected(_ routes: Routes) -> Set<String> {
        Set(
            routes.table.flatMap { route in
                let templates = route.operation.templates.map(\.path)
                let paths = templates.isEmpty ? [OpenAPI.path(route.path)] : templates
                return paths.map { "\(route.method) \($0)" }
            })
    }

    private static func check(_ routes: Routes) throws {
        let document = OpenAPI(title: "t", summary: "s", routes: routes.table).json
        #expect(described(document) == expected(routes))
        let table = routes.table.map { "\($0.method) \(OpenAPI.path($0.path))" }
        #expect(Set(routes.registered) == Set(table))
        let ids = routes.table.map(\.operation.id)
        #expect(Set(ids).count == ids.count)
        #expect(document["openapi"] == "3.1.1")
        for reference in references(in: document) {
            let name = String(reference.dropFirst("#/components/schemas/".count))
            #expect(document["components"]?["schemas"]?[name] != nil, "\(reference)")
        }
    }

    private static func references(in json: JSON) -> [String] {
        switch json {
        case .array(let elements): elements.flatMap(references)
        case .object(let object):
            object.members.flatMap { member in
                (member.key == "$ref" ? member.value.string.map { [$0] } ?? [] : [])
                    + references(in: member.value)
            }
        default: []
        }
    }

    @Test func `the document, the table and the router of each node are one`() async throws {
        let log = try await LogNode(
            agreement: ServerScene.agreement, key: ServerScene.log, store: .memory, monitors: [:],
            logger: ServerScene.logger)
        try OpenAPITests.check(log.routes)
        let monitor = try await MonitorNode(
            agreement: ServerScene.agreement, key: ServerScene.monitors[0], store: .memory,
            node: try NodeClient(url: "http://127.0.0.1:1"), peers: [], logger: ServerScene.logger)
        try OpenAPITests.check(monitor.routes)
        let witness = try await WitnessNode(
            name: "witness.example/w", key: ServerScene.monitors[0], logs: [], store: .memory,
            logger: ServerScene.logger)
        try OpenAPITests.check(witness.routes)
    }

    // MARK: - Against a node that listens

    /// The path with the examples of its parameters in it.
    private static func filled(_ path: String, _ operation: JSON) -> String {
        var path = path
        for parameter in operation["parameters"]?.array ?? [] where parameter["in"] == "path" {
            let example = parameter["example"]
            let text = example?.string ?? example?.integer.map(String.init) ?? "?"
            path = path.replacing("{\(parameter["name"]?.string ?? "")}", with: text)
        }
        return path
    }

    /// Whether status and media type of an answer are described; statuses without content have
    /// none.
    private static func isDescribed(_ answer: RawRequest.Answer, _ operation: JSON) -> Bool {
        guard let response = operation["responses"]?[String(answer.status)] else { return false }
        guard let content = response["content"]?.object else { return answer.body.isEmpty }
        return content[answer.mediaType] != nil
    }

    @Test func `every operation answers its own examples as it says, and other methods with 405`()
        async throws
    {
        try await ServerScene.withLog { client in
            let bytes = try await client.get("/openapi.json").body
            let document = try JSON.parse(bytes)
            for path in document["paths"]?.object?.members ?? [] where path.key != "/api/v1/events"
            {
                let operations = path.value.object ?? [:]
                let allowed = operations.keys.map { $0.uppercased() }
                for (key, operation) in operations.members {
                    let example = operation["requestBody"]?["content"]?["application/json"]
                    let target = OpenAPITests.filled(path.key, operation)
                    let answer = try await RawRequest(client.url, key.uppercased(), target)
                        .answer(to: example?["example"]?.canonicalBytes ?? [])
                    #expect(
                        OpenAPITests.isDescribed(answer, operation), "\(key) \(target): \(answer)")
                    #expect(answer.status < 500, "\(key) \(target): \(answer)")
                }
                let target = OpenAPITests.filled(path.key, operations.members[0].value)
                for method in OpenAPITests.methods where !allowed.contains(method) {
                    let answer = try await RawRequest(client.url, method, target).answer()
                    #expect(answer.status == 405, "\(method) \(target)")
                    let named = Set((answer.header("Allow") ?? "").components(separatedBy: ", "))
                    let head = allowed.contains("GET") ? ["HEAD"] : []
                    #expect(named == Set(allowed + head + ["OPTIONS"]), "\(method) \(target)")
                }
                let options = try await RawRequest(client.url, "OPTIONS", target).answer()
                #expect(options.status == 204 && options.header("Allow") != nil, "\(target)")
            }
        }
    }

    @Test func `what the description does not allow is refused`() async throws {
        try await ServerScene.withLog { client in
            let asked: [(String, String, [String], Int, String)] = [
                ("GET", "/api/v1/state?nothing=1", [], 400, "malformed-query"),
                ("GET", "/api/v1/statements?limit=1&limit=2", [], 400, "malformed-query"),
                ("GET", "/api/v1/statements?signer=Some+body", [], 400, "malformed-query"),
                ("GET", "/api/v1/statements?limit=201", [], 400, "malformed-query"),
                ("GET", "/api/v1/events?after=1", [], 400, "malformed-query"),
                ("GET", "/api/v1/events", ["Last-Event-ID: x"], 400, "malformed-query"),
                ("POST", "/api/v1/statements", ["Content-Type: text/plain"], 415, "media-type"),
                ("POST", "/api/v1/mailbox", ["Content-Type: text/plain"], 415, "media-type"),
                ("DELETE", "/api/v1/order", [], 405, "method"),
                ("GET", "/api/v1/mailbox", [], 405, "method"),
                ("PUT", "/nowhere", [], 404, "not-found"),
                ("OPTIONS", "/nowhere", [], 404, "not-found"),
            ]
            for (method, path, fields, status, slug) in asked {
                let answer = try await RawRequest(client.url, method, path, fields).answer()
                #expect(answer.status == status, "\(method) \(path)")
                #expect(answer.body.contains("/problems/\(slug)\""), "\(method) \(path)")
                #expect(answer.mediaType == "application/problem+json", "\(method) \(path)")
            }
            let fine = try await RawRequest(
                client.url, "POST", "/api/v1/statements",
                ["Content-Type: application/json; charset=utf-8"]
            ).answer(to: ServerScene.hearing(1))
            #expect(fine.status == 201)
            // People link to pages with all sorts of things behind them.
            #expect(try await client.get("/?utm_source=x").status == 200)
        }
    }
}
