// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
public import TransparencyLog

/// What a log node tells those who listen.
public struct NodeEvent: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        /// A statement was logged.
        case entry(index: LogIndex, kind: String, signer: String, receivedMilliseconds: Int64)
        /// An order has enough signatures, so the node says: its reader verifies them.
        case order(UnverifiedNote)
    }

    /// Where to go on from: `<size>-<tick>`.
    public let id: String
    public let content: Content

    public init(id: String, content: Content) {
        self.id = id
        self.content = content
    }

    /// Nil for an event of a kind that we do not know, which is to be passed over.
    init?(_ event: ServerSentEvent) throws(ClientFault) {
        guard event.name == "entry" || event.name == "order" else { return nil }
        guard let json = try? JSON.parse(Array(event.text.utf8)) else {
            throw .malformed(url: "event \(event.id)", cause: "expected JSON")
        }
        if event.name == "order" {
            guard let note = try? UnverifiedNote(parsing: Array((json["note"]?.string ?? "").utf8))
            else {
                throw .malformed(url: "event \(event.id)", cause: "expected an order note")
            }
            self.init(id: event.id, content: .order(note))
            return
        }
        guard let index = json["index"]?.integer, index >= 0, let kind = json["kind"]?.string,
            let signer = json["signer"]?.string, let received = json["received"]?.integer
        else {
            throw .malformed(
                url: "event \(event.id)", cause: "expected index, kind, signer and received")
        }
        self.init(
            id: event.id,
            content: .entry(
                index: LogIndex(UInt64(index)), kind: kind, signer: signer,
                receivedMilliseconds: received))
    }
}

/// What a listener is told, faults of the connection included: silence must not look like calm.
public enum NodeNews: Hashable, Sendable {
    case connected
    case event(NodeEvent)
    /// The stream broke off or could not be had; it is tried again by itself.
    case interrupted(ClientFault)
}

extension NodeClient {
    /// The node's events behind `lastID`, for as long as the caller listens.
    ///
    /// A stream that breaks off is taken up again where it was left, after a pause that grows to 10
    /// s. One that is silent for 45 s, three times the node's keep-alive, counts as broken off.
    public func events(after lastID: String? = nil) -> AsyncStream<NodeNews> {
        AsyncStream { continuation in
            let task = Task {
                var last = lastID ?? ""
                var failures = 0
                while !Task.isCancelled {
                    let before = last
                    let fault = await listen(&last) { continuation.yield($0) }
                    if Task.isCancelled { break }
                    continuation.yield(.interrupted(fault))
                    failures = last == before ? failures + 1 : 0
                    let pause = jitter(100...min(10_000, 400 << min(failures, 5)))
                    try? await Task.sleep(for: .milliseconds(pause))
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// One connection, until it breaks; says why it did.
    private func listen(_ last: inout String, _ tell: (NodeNews) -> Void) async -> ClientFault {
        let address = url + "/api/v1/events"
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "Accept", value: "text/event-stream")
        if !last.isEmpty { request.headers.add(name: "Last-Event-ID", value: last) }
        do {
            let response = try await Connections.streams.execute(request, deadline: .distantFuture)
            guard response.status == .ok else {
                let body = try? await response.body.collect(upTo: 65_536)
                let answer = Answer(
                    url: address, status: Int(response.status.code), mediaType: "",
                    body: body.map { Array($0.readableBytesView) } ?? [])
                _ = try answer.successful()
                throw ClientFault.malformed(url: address, cause: "status \(response.status.code)")
            }
            tell(.connected)
            var parser = EventStreamParser()
            for try await piece in response.body {
                guard let events = parser.receive(piece.readableBytesView) else {
                    throw ClientFault.malformed(url: address, cause: "an event is too long")
                }
                for event in events {
                    last = event.id
                    if let known = try NodeEvent(event) { tell(.event(known)) }
                }
            }
            return .unreachable(url: address, cause: "the stream ended")
        } catch let fault as ClientFault {
            return fault
        } catch {
            return .unreachable(url: address, cause: plainCause(of: error))
        }
    }
}

extension Connections {
    /// Event streams: no end, but never silent for longer than three keep-alives.
    static let streams: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        configuration.timeout.read = .seconds(45)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
