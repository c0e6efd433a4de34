// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import TransparencyLog

/// Paths and what answers them; a known path with another method is told so.
struct Routes {
    typealias Answer = @Sendable (Request, BasicRequestContext) async throws -> Response

    private var paths: [(path: String, answers: [(HTTPRequest.Method, Answer)])] = []

    mutating func get(_ path: String, _ answer: @escaping Answer) { on(path, .get, answer) }
    mutating func post(_ path: String, _ answer: @escaping Answer) { on(path, .post, answer) }

    private mutating func on(
        _ path: String, _ method: HTTPRequest.Method, _ answer: @escaping Answer
    ) {
        if let place = paths.firstIndex(where: { $0.path == path }) {
            paths[place].answers.append((method, answer))
        } else {
            paths.append((path, [(method, answer)]))
        }
    }

    func router(_ middleware: ProblemMiddleware) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: middleware)
        let methods: [HTTPRequest.Method] = [.get, .post, .put, .delete, .patch]
        for (path, answers) in paths {
            for method in methods {
                if let answer = answers.first(where: { $0.0 == method })?.1 {
                    router.on(RouterPath(path), method: method, use: answer)
                } else {
                    let allowed = answers.map(\.0.rawValue)
                    router.on(RouterPath(path), method: method) { _, _ -> Response in
                        throw ProblemDocument.method(method.rawValue, allowed: allowed)
                    }
                }
            }
        }
        return router
    }
}

// MARK: - Bodies

extension Request {
    /// The whole body.
    ///
    /// One that is too large is read to its end and thrown away, within bounds: a sender that is
    /// busy sending would not see the answer.
    ///
    /// - Throws: ``ProblemDocument/tooLarge(limit:)``.
    func bytes(atMost limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var count = 0
        do {
            for try await piece in body {
                count += piece.readableBytes
                if count <= limit { bytes.append(contentsOf: piece.readableBytesView) }
                if count > Self.mostDiscarded { break }
            }
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

    static func bytes(
        _ bytes: [UInt8], _ type: String, cache: String = "no-cache",
        status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: cache],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
