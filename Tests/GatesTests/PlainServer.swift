// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Synchronization
import TransparencyLog

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// The system's calls, whose names the server's methods take.
private let systemSend = send
private let systemClose = close

/// A node or monitor as far as a gate sees one: `/api/v1/order` and `/api/v1/events` over plain
/// sockets.
///
/// What it says is set by the test, since this is about servers that lie.
final class PlainServer: Sendable {
    private struct State {
        var order: [UInt8]?
        /// How the monitors changed.
        var changes: [UInt8]?
        var events: [String] = []
        var streams = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let listener: Int32
    let url: String

    init(saying order: UnverifiedNote? = nil) {
        // A client that hangs up is no reason for the test process to end.
        signal(SIGPIPE, SIG_IGN)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { [listener] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                precondition(bind(listener, address, length) == 0 && listen(listener, 64) == 0)
                precondition(getsockname(listener, address, &length) == 0)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        url = "http://127.0.0.1:\(port)"
        say(order)
        // It lives until it is closed: a test's last mention of it is often that of its address.
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                Thread.detachNewThread { self.answer(connection) }
            }
        }
    }

    /// An address where nobody listens; the path tells it from the others.
    static func nobody() -> String {
        let server = PlainServer()
        defer { server.close() }
        return server.url + "/nobody"
    }

    func say(_ order: UnverifiedNote?) { state.withLock { $0.order = order?.bytes } }
    func say(bytes: [UInt8]) { state.withLock { $0.order = bytes } }

    func show(_ chain: MonitorChain) { show(bytes: chain.json.canonicalBytes) }
    func show(bytes: [UInt8]) { state.withLock { $0.changes = bytes } }

    /// Sends an order event to everyone who listens, now and later.
    func tell(_ order: UnverifiedNote) {
        let text: JSON = .object(["note": .string(String(decoding: order.bytes, as: UTF8.self))])
        let data = String(decoding: text.canonicalBytes, as: UTF8.self)
        state.withLock {
            $0.events.append("event: order\nid: 1-\($0.events.count)\ndata: \(data)\n\n")
        }
    }

    var listeners: Int { state.withLock { $0.streams } }

    func close() {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        guard !wasClosed else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        _ = systemClose(listener)
    }

    // MARK: - Answers

    private func answer(_ connection: Int32) {
        defer { _ = systemClose(connection) }
        var request = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !request.contains("\r\n\r\n") {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            request += String(decoding: buffer[..<count], as: UTF8.self)
        }
        if request.hasPrefix("GET /api/v1/events ") { return stream(connection) }
        if request.hasPrefix("GET /api/v1/monitors "),
            let changes = state.withLock({ $0.changes })
        {
            send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n", changes, connection)
            return
        }
        guard request.hasPrefix("GET /api/v1/order "), let order = state.withLock({ $0.order })
        else {
            let problem =
                #"{"type":"https://standstill.example/problems/no-order-yet","title":"None"}"#
            send(
                "HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\n",
                Array(problem.utf8), connection)
            return
        }
        send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n", order, connection)
    }

    private func send(_ head: String, _ body: [UInt8], _ connection: Int32) {
        write(
            Array("\(head)Content-Length: \(body.count)\r\nConnection: close\r\n\r\n".utf8) + body,
            connection)
    }

    private func stream(_ connection: Int32) {
        write(
            Array(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                    .utf8), connection)
        state.withLock { $0.streams += 1 }
        var sent = 0
        while true {
            let (next, isClosed) = state.withLock { ($0.events.dropFirst(sent).first, $0.isClosed) }
            if isClosed { return }
            if let next {
                sent += 1
                guard write(Array(next.utf8), connection) else { return }
            } else {
                usleep(5000)
            }
        }
    }

    @discardableResult
    private func write(_ bytes: [UInt8], _ connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemSend(connection, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

}
