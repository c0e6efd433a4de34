// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// One log node, monitor or witness, as seen over HTTP. It believes nothing: notes come back
/// unverified.
///
/// Every call has a time limit and a size limit. Only reads are tried again, since the other side
/// may have done what a lost answer was about to say.
public struct NodeClient: Sendable {
    /// Where it is, without a slash at the end.
    public let url: String
    /// How long one attempt may take, from connecting to the last byte.
    public let timeLimit: Duration
    /// How often a read that could not reach the other side is tried again.
    public let retries: Int
    /// Draws a pause in milliseconds from a range, so that many clients do not come back all at
    /// once.
    let jitter: @Sendable (ClosedRange<Int>) -> Int

    /// The largest answer that is read unless a call says otherwise, in bytes.
    public static let largestAnswer = 4 << 20

    /// - Throws: ``ClientFault/malformed(url:cause:)`` where `url` is no `http://` or `https://`
    ///   address.
    public init(
        url: String, timeLimit: Duration = .seconds(10), retries: Int = 2,
        jitter: @escaping @Sendable (ClosedRange<Int>) -> Int = { Int.random(in: $0) }
    ) throws(ClientFault) {
        guard let scheme = ["http://", "https://"].first(where: { url.hasPrefix($0) }),
            url.utf8.count > scheme.utf8.count, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !url.contains("?"), !url.contains("#")
        else {
            throw .malformed(url: url, cause: "expected an address such as http://127.0.0.1:8080")
        }
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        self.url = url
        self.timeLimit = timeLimit
        self.retries = retries
        self.jitter = jitter
    }

    /// Reads `path`, which begins with a slash; tried again where nobody answered or a gateway was
    /// busy.
    public func get(
        _ path: String, accept: String = "*/*", largest: Int = NodeClient.largestAnswer
    ) async throws(ClientFault) -> Answer {
        var attempt = 0
        while true {
            do throws(ClientFault) {
                var request = HTTPClientRequest(url: url + path)
                request.headers.add(name: "Accept", value: accept)
                let answer = try await perform(request, largest: largest)
                guard attempt < retries, [502, 503, 504].contains(answer.status) else {
                    return answer
                }
            } catch {
                guard attempt < retries, case .unreachable = error, !Task.isCancelled else {
                    throw error
                }
            }
            attempt += 1
            let pause = jitter(50...(200 << min(attempt, 5)))
            try? await Task.sleep(for: .milliseconds(pause))
        }
    }

    /// Sends a body to `path`, once.
    public func post(
        _ path: String, _ body: [UInt8], type: String, largest: Int = NodeClient.largestAnswer
    ) async throws(ClientFault) -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: type)
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await perform(request, largest: largest)
    }

    private func perform(
        _ request: HTTPClientRequest, largest: Int
    ) async throws(ClientFault) -> Answer {
        let deadline = NIODeadline.now() + TimeAmount(timeLimit)
        do {
            let response = try await Connections.shared.execute(request, deadline: deadline)
            let body = try await withDeadline(deadline) {
                try await response.body.collect(upTo: largest)
            }
            return Answer(
                url: request.url, status: Int(response.status.code),
                mediaType: response.headers.first(name: "content-type").map(mediaType) ?? "",
                body: Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw .malformed(url: request.url, cause: "the answer is larger than \(largest) bytes")
        } catch {
            throw .unreachable(url: request.url, cause: plainCause(of: error))
        }
    }

    private func mediaType(_ header: String) -> String {
        header.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    }
}

/// The connections that all clients of this process share; they live as long as it does.
enum Connections {
    static let shared = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)

    private static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        // A signed statement is for the node that it was given to, not for where that one points.
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.idleTimeout = .seconds(30)
        // Whoever refuses a connection is told about at once; callers know when to come back.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return configuration
    }
}

/// Runs `body` until the deadline, then cancels it: a body that trickles in has no end of its own.
func withDeadline<Value: Sendable>(
    _ deadline: NIODeadline, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: body)
        group.addTask {
            let left = (deadline - .now()).nanoseconds
            try await Task.sleep(nanoseconds: UInt64(max(0, left)))
            throw HTTPClientError.deadlineExceeded
        }
        defer { group.cancelAll() }
        return try await group.next()!
    }
}

/// What went wrong on the wire, in a few words.
func plainCause(of error: any Error) -> String {
    switch error {
    case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
        "no answer in time"
    case let error as HTTPClientError where error == .connectTimeout: "no connection in time"
    case let error as HTTPClientError:
        error.shortDescription.isEmpty ? "\(error)" : error.shortDescription
    case is CancellationError: "cancelled"
    case let error as IOError: error.description
    default: "\(error)"
    }
}
