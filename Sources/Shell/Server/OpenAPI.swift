// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import TransparencyLog

/// The description of a node's routes that programs read, made from the routes themselves.
///
/// Source: OpenAPI Specification 3.1.1.
struct OpenAPI {
    let title: String
    let summary: String
    let routes: [Routes.Route]

    static let version = "3.1.1"

    var json: JSON {
        var paths = JSONObject()
        for route in routes {
            for (path, operation) in OpenAPI.operations(of: route) {
                var item = paths[path]?.object ?? JSONObject()
                item[route.method.rawValue.lowercased()] = operation
                paths[path] = .object(item)
            }
        }
        let schemas = Schemas.closure(of: .object(paths))
        return [
            "openapi": .string(OpenAPI.version),
            "info": [
                "title": .string(title), "description": .string(summary), "version": "1",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "paths": .object(paths), "components": ["schemas": .object(schemas)],
        ]
    }

    /// One a template, or one for the path itself.
    private static func operations(of route: Routes.Route) -> [(String, JSON)] {
        let operation = route.operation
        guard !operation.templates.isEmpty else {
            return [(path(route.path), json(operation, operation.id, operation.parameters))]
        }
        return operation.templates.enumerated().map { place, template in
            let id = place == 0 ? operation.id : "\(operation.id)-\(place + 1)"
            return (template.path, json(operation, id, template.parameters + operation.parameters))
        }
    }

    /// `/a/:b` as `/a/{b}`.
    static func path(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }.joined(separator: "/")
    }

    private static func json(
        _ operation: Operation, _ id: String, _ parameters: [Operation.Parameter]
    ) -> JSON {
        var object: JSONObject = [
            "operationId": .string(id), "summary": .string(operation.summary),
            "responses": .object(responses(operation)),
        ]
        if !parameters.isEmpty { object["parameters"] = .array(parameters.map(json)) }
        if let body = operation.body {
            object["requestBody"] = [
                "required": true,
                "description": .string("At most \(body.limit) bytes."),
                "content": content(body.content),
            ]
        }
        return .object(object)
    }

    private static func json(_ parameter: Operation.Parameter) -> JSON {
        var object: JSONObject = [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
            "description": .string(parameter.summary), "schema": parameter.schema,
        ]
        if parameter.place == .path { object["required"] = true }
        object["example"] = parameter.example
        return .object(object)
    }

    private static func content(_ content: Operation.Content) -> JSON {
        var media: JSONObject = ["schema": content.schema]
        media["example"] = content.example
        return .object(JSONObject([(content.type, .object(media))]))
    }

    /// Replies and problems by status; what any request may meet stands at each.
    private static func responses(_ operation: Operation) -> JSONObject {
        var responses = JSONObject()
        for reply in operation.replies {
            var object: JSONObject = ["description": .string(reply.summary)]
            object["content"] = reply.content.map(content)
            responses[String(reply.status)] = .object(object)
        }
        var slugs: [Int: Set<String>] = [:]
        for trouble in operation.problems + operation.problemsOfAll {
            slugs[trouble.status, default: []].formUnion(trouble.slugs)
        }
        for (status, slugs) in slugs.sorted(by: { $0.key < $1.key }) {
            let problem = content(
                Operation.Content(
                    type: "application/problem+json", schema: Schemas.problem(status, slugs)))
            let key = String(status)
            var object = responses[key]?.object ?? ["description": "A problem."]
            var media = object["content"]?.object ?? JSONObject()
            for member in problem.object?.members ?? [] { media[member.key] = member.value }
            object["content"] = .object(media)
            if status == 429 { object["headers"] = retryAfter }
            responses[key] = .object(object)
        }
        return responses
    }
}

extension OpenAPI {
    fileprivate static let retryAfter: JSON = [
        "Retry-After": [
            "description": "When to come again.", "required": true,
            "schema": Schemas.integer("Seconds.", from: 1),
        ]
    ]
}

extension Operation {
    /// What every route may answer, whatever it is asked for.
    fileprivate var problemsOfAll: [Trouble] {
        var all = [Trouble(500, "fault")]
        all.append(Trouble(400, "bad-request"))
        if !takesAnyQuery { all.append(Trouble(400, "malformed-query")) }
        if charge != .nothing { all.append(Trouble(429, "too-fast")) }
        if let body {
            all += [
                Trouble(400, "broken-off"), Trouble(413, "too-large"), Trouble(429, "too-busy"),
            ]
            if body.isStrict { all.append(Trouble(415, "media-type")) }
        }
        return all
    }
}
