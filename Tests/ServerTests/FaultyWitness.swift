// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private let systemClose = close

/// A witness over plain sockets that answers every request with the same bytes, whatever they are;
/// or with none at all, and keeps the connection open.
final class FaultyWitness: Sendable {
    private let listener: Int32
    private let held = Mutex<[Int32]>([])
    private let count = Mutex(0)
    let url: String

    /// - Parameter answer: what is sent, head and all; nil for nothing ever.
    init(answering answer: [UInt8]?) {
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
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                serve(connection, answer)
            }
        }
    }

    /// An answer of a status with a body.
    convenience init(status: Int, type: String = "text/plain", _ body: [UInt8]) {
        let head =
            "HTTP/1.1 \(status) X\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n"
            + "Connection: close\r\n\r\n"
        self.init(answering: Array(head.utf8) + body)
    }

    /// How many requests came.
    var requests: Int { count.withLock { $0 } }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        _ = systemClose(listener)
        for connection in held.withLock({ $0 }) { _ = systemClose(connection) }
    }

    private func serve(_ connection: Int32, _ answer: [UInt8]?) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        _ = recv(connection, &buffer, buffer.count, 0)
        count.withLock { $0 += 1 }
        guard let answer else { return held.withLock { $0.append(connection) } }
        var sent = 0
        while sent < answer.count {
            let some = answer[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, min($0.count, 65_536), 0)
            }
            guard some > 0 else { break }
            sent += some
        }
        _ = systemClose(connection)
    }
}
