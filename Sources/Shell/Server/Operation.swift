// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import TransparencyLog

/// What a route promises its callers: what it takes, and every answer that it may give.
///
/// It stands in the table that registers the route, so that `/openapi.json` cannot say anything
/// else than what is served.
struct Operation: Sendable {
    /// Unique within a node; what generated clients call it.
    var id: String
    let summary: String
    var parameters: [Parameter] = []
    var body: Body?
    /// Answers that are no problems.
    var replies: [Reply]
    var problems: [Trouble] = []
    /// How the path is written where the table's ends in `**`; otherwise the table's own.
    var templates: [Template] = []
    /// Whether parameters that it does not know are passed over: for pages, which people link to.
    var takesAnyQuery = false
    /// What it costs; where nothing is said, what is sent costs where it is refused.
    var cost: Charge?

    var charge: Charge { cost ?? (body == nil ? .nothing : .submission) }

    /// Something in the request beside its body.
    struct Parameter: Sendable {
        enum Place: String, Sendable {
            case query, path, header
        }

        let name: String
        let place: Place
        let summary: String
        let schema: JSON
        var example: JSON?
    }

    /// What is sent.
    struct Body: Sendable {
        let content: Content
        /// The most bytes that are read.
        let limit: Int
        /// Whether another media type is refused. Protocols of others do not always ask for one.
        var isStrict = true
    }

    struct Content: Sendable {
        /// The media type without parameters.
        let type: String
        let schema: JSON
        var example: JSON?
    }

    struct Reply: Sendable {
        let status: Int
        let summary: String
        var content: Content?
    }

    /// Problem documents of one status.
    struct Trouble: Sendable {
        let status: Int
        let slugs: [String]

        init(_ status: Int, _ slugs: String...) {
            self.status = status
            self.slugs = slugs
        }
    }

    /// A path as OpenAPI writes it, with the parameters in it.
    struct Template: Sendable {
        let path: String
        let parameters: [Parameter]
    }
}

// MARK: - What it asks of every request

extension Operation {
    /// Refuses a query or a media type that the operation does not know: a misspelt filter must not
    /// look like an answer.
    func check(_ request: Request) throws(ProblemDocument) {
        try checkQuery(request)
        guard let body, body.isStrict, let header = request.headers[.contentType] else { return }
        let type = header.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        guard type == body.content.type else {
            throw .mediaType(type, expected: body.content.type)
        }
    }

    private func checkQuery(_ request: Request) throws(ProblemDocument) {
        guard !takesAnyQuery else { return }
        let known = parameters.filter { $0.place == .query }.map(\.name)
        var seen: Set<String> = []
        for (name, _) in request.uri.queryParameters {
            guard let match = known.first(where: { $0 == name }) else {
                let hint =
                    known.isEmpty
                    ? "nothing can be asked for here" : "known: \(known.joined(separator: ", "))"
                throw .malformedQuery("there is no parameter of this name", hint: hint)
            }
            guard seen.insert(match).inserted else {
                throw .malformedQuery("\(match) is given twice")
            }
        }
    }
}

// MARK: - Ways to say it

extension Operation.Reply {
    static func ok(_ summary: String, _ content: Operation.Content) -> Operation.Reply {
        Operation.Reply(status: 200, summary: summary, content: content)
    }
}

extension Operation.Content {
    static func json(_ name: Schemas.Name, example: JSON? = nil) -> Operation.Content {
        Operation.Content(
            type: "application/json", schema: Schemas.reference(name), example: example)
    }

    /// A note or a line, as others' specifications write it.
    static func text(_ summary: String) -> Operation.Content {
        Operation.Content(
            type: "text/plain", schema: ["type": "string", "description": .string(summary)])
    }

    static func of(_ type: String, _ summary: String) -> Operation.Content {
        Operation.Content(type: type, schema: ["type": "string", "description": .string(summary)])
    }

    static let bytes = Operation.Content(type: "application/octet-stream", schema: [:])
}

extension Operation.Parameter {
    static func query(
        _ name: String, _ summary: String, _ schema: JSON, example: JSON? = nil
    ) -> Operation.Parameter {
        Operation.Parameter(
            name: name, place: .query, summary: summary, schema: schema, example: example)
    }

    static func path(
        _ name: String, _ summary: String, _ schema: JSON, example: JSON
    ) -> Operation.Parameter {
        Operation.Parameter(
            name: name, place: .path, summary: summary, schema: schema, example: example)
    }
}
