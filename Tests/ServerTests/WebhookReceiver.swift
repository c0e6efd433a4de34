// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private let systemClose = close

/// Somebody who is sent webhooks, over plain sockets; answers with the statuses that it was given,
/// then with 204.
final class WebhookReceiver: Sendable {
    struct Received: Sendable {
        let headers: [String: String]
        let body: String
    }

    private struct Memory {
        var statuses: [Int]
        var received: [Received] = []
    }

    private let memory: Mutex<Memory>
    private let listener: Int32
    let url: String

    init(answering statuses: [Int] = []) {
        signal(SIGPIPE, SIG_IGN)
        memory = Mutex(Memory(statuses: statuses))
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
        url = "http://127.0.0.1:\(port)/hook"
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                answer(connection)
            }
        }
    }

    var received: [Received] { memory.withLock { $0.received } }

    /// What was received, as soon as it is so much; ten seconds are waited for it.
    func received(_ count: Int) async throws -> [Received] {
        try await ServerScene.eventually { self.received.count >= count }
        return received
    }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        _ = systemClose(listener)
    }

    private func answer(_ connection: Int32) {
        defer { _ = systemClose(connection) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var request: Received?
        while request == nil {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            bytes += buffer[..<count]
            request = WebhookReceiver.parse(String(decoding: bytes, as: UTF8.self))
        }
        let status = memory.withLock { memory in
            if let request { memory.received.append(request) }
            return memory.statuses.isEmpty ? 204 : memory.statuses.removeFirst()
        }
        let location = status == 302 ? "Location: \(url)/elsewhere\r\n" : ""
        let text =
            "HTTP/1.1 \(status) X\r\n\(location)Content-Length: 0\r\nConnection: close\r\n\r\n"
        _ = Array(text.utf8).withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
    }

    /// Nil until the whole body is there.
    private static func parse(_ text: String) -> Received? {
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        var headers: [String: String] = [:]
        for line in text[..<end.lowerBound].components(separatedBy: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            if parts.count == 2 {
                headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        let body = text[end.upperBound...]
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        return body.utf8.count >= length ? Received(headers: headers, body: String(body)) : nil
    }
}
