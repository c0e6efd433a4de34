// SPDX-License-Identifier: Apache-2.0

import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A port on which nobody listened a moment ago; the node has to know its monitors' before they
/// run.
func freePort() throws -> UInt16 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> UInt16? in
            guard bind(socket, generic, length) == 0, getsockname(socket, generic, &length) == 0
            else { return nil }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
    }
    guard let port else { throw ChildProcess.Ended(description: "no free port: \(errno)") }
    return port
}
