// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import TransparencyLog

/// The one table of paths: what answers them, and what they promise. The router and
/// `/openapi.json` are both made from it.
struct Routes {
    typealias Answer = @Sendable (Request, NodeContext) async throws -> Response

    struct Route: Sendable {
        let method: HTTPRequest.Method
        /// As the router writes it: `/a/:b`, `/c/**`.
        let path: String
        let operation: Operation
        let answer: Answer
    }

    private(set) var table: [Route] = []

    /// Pages for people are described by their paths alone.
    mutating func get(
        _ path: String, _ operation: Operation? = nil, _ answer: @escaping Answer
    ) {
        let operation = operation ?? .page(at: path)
        add(Route(method: .get, path: path, operation: operation, answer: answer))
    }

    mutating func post(_ path: String, _ operation: Operation, _ answer: @escaping Answer) {
        add(Route(method: .post, path: path, operation: operation, answer: answer))
    }

    /// Takes all routes of another table, such as that of pages for people.
    mutating func add(_ others: Routes) {
        for route in others.table { add(route) }
    }

    private mutating func add(_ route: Route) {
        precondition(
            !table.contains { $0.method == route.method && $0.path == route.path },
            "a path answers a method once: \(route.path)")
        precondition(
            !table.contains { $0.operation.id == route.operation.id },
            "an operation's name is its own: \(route.operation.id)")
        table.append(route)
    }

    /// The routes, and `/openapi.json`, which describes them and itself.
    func described(title: String, summary: String) -> Routes {
        var routes = self
        let own = Route(method: .get, path: "/openapi.json", operation: .openAPI) { _, _ in
            throw ProblemDocument.internalError
        }
        let document = OpenAPI(title: title, summary: summary, routes: table + [own]).json
        let bytes = document.canonicalBytes
        routes.get("/openapi.json", .openAPI) { _, _ in .bytes(bytes, "application/json") }
        return routes
    }

    /// - Parameter flood: keeps out who has sent too much.
    func router(_ middleware: ProblemMiddleware, flood: FloodGuard) -> Router<NodeContext> {
        let router = Router(context: NodeContext.self, options: .autoGenerateHeadEndpoints)
        var middleware = middleware
        middleware.allowed = { methods(at: $0) }
        router.add(middleware: middleware)
        for route in table {
            let charge = route.operation.charge
            router.on(RouterPath(route.path), method: route.method) { request, context in
                try flood.enter(charge, request, context)
                do {
                    try route.operation.check(request)
                    return try await route.answer(request, context)
                } catch let problem as ProblemDocument where problem.isRefusal {
                    flood.refused(charge, request, context)
                    throw problem
                }
            }
        }
        return router
    }

    /// What the router that is made of the table answers: `GET /path`.
    var registered: [String] {
        let logger = Logger(label: "routes")
        return router(
            ProblemMiddleware(metrics: Metrics(), logger: logger),
            flood: FloodGuard(FloodLimits(), logger: logger)
        ).routes.map { "\($0.method) \($0.path)" }
    }

    /// The methods that a path answers, none where it is not in the table.
    private func methods(at path: String) -> [String] {
        let parts = path.split(separator: "/")
        var methods = table.filter { $0.matches(parts) }.map(\.method.rawValue)
        guard !methods.isEmpty else { return [] }
        // A HEAD is a GET whose body the server leaves out.
        if methods.contains("GET") { methods.append("HEAD") }
        return methods + ["OPTIONS"]
    }
}

extension Routes.Route {
    /// Whether the router would take a path with these parts for this one.
    fileprivate func matches(_ parts: [Substring]) -> Bool {
        var own = path.split(separator: "/")
        let isOpen = own.last == "**"
        if isOpen { own.removeLast() }
        guard isOpen ? parts.count > own.count : parts.count == own.count else { return false }
        return zip(own, parts).allSatisfy { $0.hasPrefix(":") || $0 == $1 }
    }
}

// MARK: - Bodies

extension Request {
    /// The whole body.
    ///
    /// One that is too large is read to its end and thrown away, within bounds: a sender that is
    /// busy sending would not see the answer.
    ///
    /// - Throws: ``ProblemDocument/tooLarge(limit:)``; ``ProblemDocument/tooBusy`` where too much
    ///   is being sent by too many.
    func bytes(atMost limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var count = 0
        var place = BodyRoom.Place()
        do {
            for try await piece in body {
                count += piece.readableBytes
                guard place.grow(to: min(count, limit)) else { throw ProblemDocument.tooBusy }
                if count <= limit { bytes.append(contentsOf: piece.readableBytesView) }
                if count > Self.mostDiscarded { break }
            }
        } catch let problem as ProblemDocument {
            throw problem
        } catch {
            // The sender broke off; hardly anybody reads this.
            throw ProblemDocument.brokenOff
        }
        guard count <= limit else { throw ProblemDocument.tooLarge(limit: limit) }
        return bytes
    }

    private static let mostDiscarded = 16 << 20

    /// A part of the query, nil where it is not given.
    ///
    /// - Throws: ``ProblemDocument`` where `read` cannot read it.
    func query<Value>(_ name: String, _ expected: String, _ read: (String) -> Value?) throws
        -> Value?
    {
        guard let text = uri.queryParameters[Substring(name)] else { return nil }
        guard let value = read(String(text)) else {
            throw ProblemDocument.malformedQuery("\(name): expected \(expected)")
        }
        return value
    }
}

/// A whole number as written in a query or a path: digits without leading zeros, and no more than
/// every JSON reader agrees on; nil for anything else.
func plainNumber(_ text: String) -> UInt64? {
    guard let value = UInt64(text), String(value) == text, value <= UInt64(JSON.largestInteger)
    else { return nil }
    return value
}

extension Response {
    static func json(_ json: JSON, status: HTTPResponse.Status = .ok) -> Response {
        bytes(json.canonicalBytes + [0x0A], "application/json", status: status)
    }

    static func text(_ bytes: [UInt8]) -> Response {
        self.bytes(bytes, "text/plain; charset=utf-8")
    }

    /// A tile or entry bundle, which never changes.
    static func tile(_ bytes: [UInt8]) -> Response {
        self.bytes(bytes, "application/octet-stream", cache: "public, max-age=31536000, immutable")
    }

    /// What a path can be asked for.
    static func allowing(_ methods: [String]) -> Response {
        let list = methods.joined(separator: ", ")
        return Response(
            status: .noContent,
            headers: [
                .allow: list, .accessControlAllowMethods: list, .accessControlAllowOrigin: "*",
            ])
    }

    static func bytes(
        _ bytes: [UInt8], _ type: String, cache: String = "no-cache",
        status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: cache],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
