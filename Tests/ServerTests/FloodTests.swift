// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import PauseAgreement
import Storage
import Testing
import TransparencyLog

@testable import Server

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Who sends too much is told so, and nobody else notices.
struct FloodTests {
    private static func withLog<Value: Sendable>(
        _ limits: FloodLimits, _ body: @escaping @Sendable (NodeClient) async throws -> Value
    ) async throws -> Value {
        let node = try await LogNode(
            agreement: ServerScene.agreement, key: ServerScene.log, store: .memory, monitors: [:],
            limits: limits, logger: ServerScene.logger)
        return try await ServerScene.running {
            try await node.run(on: ListenAddress("127.0.0.1:0")!, onListening: $0)
        } while: { client in
            try await ServerScene.ready(client)
            return try await body(client)
        }
    }

    private static func post(
        _ url: String, _ body: [UInt8], from address: String? = nil,
        path: String = "/api/v1/statements"
    ) async throws -> RawRequest.Answer {
        let fields =
            ["Content-Type: application/json"]
            + (address.map { ["X-Forwarded-For: \($0)"] } ?? [])
        return try await RawRequest(url, "POST", path, fields).answer(to: body)
    }

    private static func limits(proxy: String? = nil) -> FloodLimits {
        var limits = FloodLimits()
        limits.refusalsPerSecond = 1
        if let proxy { limits.proxies = [AddressRange(proxy)!] }
        return limits
    }

    private static let junk = Array("{}".utf8)

    /// The answer that says that too much came, to one of so many requests; nil where none did.
    ///
    /// The bucket is filled at one a second meanwhile, so that on a slow machine it takes more to
    /// empty it.
    private static func refusal(
        _ url: String, from address: String? = nil, within most: Int = 400
    ) async throws -> RawRequest.Answer? {
        for _ in 0..<most {
            let answer = try await post(url, junk, from: address)
            if answer.status == 429 { return answer }
            #expect(answer.status == 400)
        }
        return nil
    }

    @Test func `an address that is refused too often is answered without being read`()
        async throws
    {
        try await FloodTests.withLog(FloodTests.limits()) { client in
            for _ in 0..<FloodLimits.burstSeconds {
                #expect(try await FloodTests.post(client.url, FloodTests.junk).status == 400)
            }
            let found = try await FloodTests.refusal(client.url)
            let refused = try #require(found)
            #expect(refused.body.contains("/problems/too-fast\""))
            #expect(refused.header("Retry-After").flatMap { Int($0) } == 1)
            let metrics = String(
                decoding: try await client.get("/metrics").body, as: UTF8.self)
            #expect(metrics.contains("standstill_problems_total{type=\"too-fast\"}"))
            // Reading costs nothing of it.
            #expect(try await client.get("/checkpoint").status == 200)
        }
    }

    @Test func `what is validly signed costs its sender nothing`() async throws {
        try await FloodTests.withLog(FloodTests.limits()) { client in
            for number in 1...(3 * FloodLimits.burstSeconds) {
                let answer = try await FloodTests.post(
                    client.url, ServerScene.hearing(Int64(number)))
                #expect(answer.status == 201)
            }
            #expect(try await FloodTests.post(client.url, FloodTests.junk).status == 400)
        }
    }

    @Test func `a proxy that is believed keeps its clients apart`() async throws {
        try await FloodTests.withLog(FloodTests.limits(proxy: "127.0.0.1")) { client in
            #expect(try await FloodTests.refusal(client.url, from: "203.0.113.7") != nil)
            // What the sender itself wrote before the proxy's own word is not believed.
            #expect(
                try await FloodTests.refusal(
                    client.url, from: "198.51.100.1, 203.0.113.7", within: 10) != nil)
            let other = try await FloodTests.post(
                client.url, ServerScene.hearing(1), from: "203.0.113.8")
            #expect(other.status == 201)
            let several = try await FloodTests.post(
                client.url, FloodTests.junk, from: "203.0.113.9, 127.0.0.1")
            #expect(several.status == 400)
        }
    }

    @Test func `nobody else's word about where a request comes from is believed`() async throws {
        try await FloodTests.withLog(FloodTests.limits(proxy: "192.0.2.1")) { client in
            var isRefused = false
            for number in 0..<200 where !isRefused {
                let answer = try await FloodTests.post(
                    client.url, FloodTests.junk, from: "203.0.113.\(number)")
                isRefused = answer.status == 429
            }
            #expect(isRefused)
        }
    }

    @Test func `a party over its quota is told when to come again, and another is not`()
        async throws
    {
        var limits = FloodLimits()
        limits.quota = 5
        try await FloodTests.withLog(limits) { client in
            // The agreement's merge delay is a second: the quota may refill in between.
            var refused: RawRequest.Answer?
            for number in 1...200 where refused == nil {
                let answer = try await FloodTests.post(
                    client.url, ServerScene.hearing(Int64(number)))
                if answer.status != 201 { refused = answer }
            }
            let answer = try #require(refused)
            #expect(answer.status == 429)
            #expect(answer.body.contains("/problems/over-quota\""))
            #expect(answer.header("Retry-After").flatMap { Int($0) } == 1)
            let again = try await FloodTests.post(client.url, ServerScene.hearing(1))
            #expect(again.status == 200, "what it has said it may ask about")
            let vote = ServerScene.envelope(
                ServerScene.statement(
                    .hearing(Hearing(question: "q1", position: "x")), sequence: 1
                ).payload, by: [ServerScene.councillor])
            #expect(try await FloodTests.post(client.url, vote).status == 201)
        }
    }

    @Test func `searches and states of one address have a limit`() async throws {
        var limits = FloodLimits()
        limits.readsPerSecond = 1
        try await FloodTests.withLog(limits) { client in
            var statuses: [Int] = []
            for _ in 0...(FloodLimits.burstSeconds / 10 + 1) {
                statuses.append(try await client.get("/api/v1/state").status)
            }
            #expect(statuses.first == 200 && statuses.last == 429)
            #expect(try await client.get("/api/v1/statements/0").status == 200)
        }
    }

    @Test func `headers beyond all need are not read`() async throws {
        try await FloodTests.withLog(FloodLimits()) { client in
            let many = (0..<200).map { "X-Header-\($0): y" }
            let long = ["X-Long: " + String(repeating: "y", count: 9000)]
            for fields in [many, long] {
                let answer = try await RawRequest(client.url, "GET", "/checkpoint", fields).answer()
                #expect(answer.status == 400)
            }
            #expect(try await client.get("/checkpoint").status == 200)
        }
    }

    // MARK: - Connections

    /// A plain connection, and whether it is closed within so many seconds while bytes go out.
    private static func isClosed(
        _ url: String, sending pieces: [String], every pause: Duration, within: Duration
    ) async throws -> Bool {
        let socket = try PlainSocket(url)
        defer { socket.close() }
        let start = ContinuousClock.now
        var left = pieces[...]
        while ContinuousClock.now - start < within {
            if let piece = left.popFirst() { socket.send(piece) }
            if socket.isClosed { return true }
            try await Task.sleep(for: pause)
        }
        return socket.isClosed
    }

    @Test func `who sends a request byte by byte is cut off`() async throws {
        var limits = FloodLimits()
        limits.secondsPerRequest = 1
        try await FloodTests.withLog(limits) { client in
            let head = "POST /api/v1/statements HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
            let slowHead = ["GET / HTTP/1.1\r\n"] + (0..<200).map { "X-\($0): y\r\n" }.prefix(90)
            let slowBody =
                [head + "Content-Type: application/json\r\n\r\n"]
                + [String](repeating: "x", count: 200)
            for pieces in [Array(slowHead), slowBody] {
                let isClosed = try await FloodTests.isClosed(
                    client.url, sending: pieces, every: .milliseconds(100), within: .seconds(8))
                #expect(isClosed)
            }
            let metrics = String(
                decoding: try await client.get("/metrics").body, as: UTF8.self)
            #expect(
                metrics.contains(
                    "standstill_connections_closed_total{reason=\"slow-sender\"} 2\n"))
        }
    }

    @Test func `who listens to events is not taken for one who dawdles`() async throws {
        var limits = FloodLimits()
        limits.secondsPerRequest = 1
        try await FloodTests.withLog(limits) { client in
            let request = "GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n"
            let isClosed = try await FloodTests.isClosed(
                client.url, sending: [request], every: .milliseconds(100), within: .seconds(3))
            #expect(!isClosed)
        }
    }

    @Test func `one address has so many connections and no more`() async throws {
        var limits = FloodLimits()
        limits.connectionsPerAddress = 8
        try await FloodTests.withLog(limits) { client in
            var open: [PlainSocket] = []
            for _ in 0..<12 { open.append(try PlainSocket(client.url)) }
            try await ServerScene.eventually { open.count(where: \.isClosed) >= 4 }
            let left = open.filter { !$0.isClosed }
            #expect((6...8).contains(left.count), "\(left.count)")
            for socket in open { socket.close() }
            // Closed ones make room again.
            try await ServerScene.eventually {
                let answer = try? await RawRequest(client.url, "GET", "/healthz").answer()
                return answer?.status == 200
            }
        }
    }
}

/// A connection that does nothing by itself.
private final class PlainSocket: Sendable {
    private let descriptor: Int32

    init(_ url: String) throws {
        guard let port = url.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw RawRequest.NoAnswer()
        }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, length)
            }
        }
        guard connected == 0 else { throw RawRequest.NoAnswer() }
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes {
            #if canImport(Glibc)
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            #else
                Darwin.send(descriptor, $0.baseAddress, $0.count, 0)
            #endif
        }
    }

    /// Whether the other end is gone; what it sent is thrown away.
    var isClosed: Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 { continue }
            return count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)
        }
    }

    func close() {
        #if canImport(Glibc)
            Glibc.close(descriptor)
        #else
            Darwin.close(descriptor)
        #endif
    }
}
