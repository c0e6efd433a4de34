// SPDX-License-Identifier: Apache-2.0

import Foundation
import TransparencyLog

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One request over a plain socket, with any method and any headers: what a client of ours would
/// never send.
struct RawRequest: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: [String]
        let body: String

        func header(_ name: String) -> String? {
            let prefix = name.lowercased() + ": "
            return headers.first { $0.lowercased().hasPrefix(prefix) }
                .map { String($0.dropFirst(prefix.count)) }
        }

        /// The media type without its parameters.
        var mediaType: String {
            String((header("Content-Type") ?? "").prefix { $0 != ";" })
        }
    }

    struct NoAnswer: Error {}

    private let port: UInt16
    private let method: String
    private let path: String
    private let fields: [String]

    init(_ url: String, _ method: String, _ path: String, _ fields: [String] = []) throws {
        guard let port = url.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw NoAnswer()
        }
        self.port = port
        self.method = method
        self.path = path
        self.fields = fields
    }

    func answer(to body: [UInt8] = []) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try exchange(body) })
            }
        }
    }

    private func exchange(_ body: [UInt8]) throws -> Answer {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(connection) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection, $0, length)
            }
        }
        guard connected == 0 else { throw NoAnswer() }
        let head = ["\(method) \(path) HTTP/1.1", "Host: localhost", "Connection: close"] + fields
        let text = (head + ["Content-Length: \(body.count)", "", ""]).joined(separator: "\r\n")
        var rest = (Array(text.utf8) + body)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            received += buffer[..<count]
        }
        return try RawRequest.parse(String(decoding: received, as: UTF8.self))
    }

    private static func parse(_ text: String) throws -> Answer {
        guard let end = text.range(of: "\r\n\r\n") else { throw NoAnswer() }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw NoAnswer() }
        return Answer(
            status: status, headers: Array(lines.dropFirst()), body: String(text[end.upperBound...])
        )
    }
}
