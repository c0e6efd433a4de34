// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// The connections of one process to a PostgreSQL database: one that writes, a few that read.
///
/// A connection that breaks is made anew at the next call, so a server may be started again, or
/// another one take its place.
final class PostgresDatabase: Sendable {
    let address: PostgresAddress
    private let writer: PostgresLink
    private let readers: [PostgresLink]
    private let turn = Mutex(0)

    private static let readerCount = 3

    /// Connects, and makes the tables where there are none.
    ///
    /// - Throws: ``StorageFault`` where nobody answers, or the schema holds something else.
    init(_ address: PostgresAddress) throws(StorageFault) {
        self.address = address
        let first = try PostgresConnection(address)
        try PostgresLayout.prepare(first)
        writer = PostgresLink(address, first)
        readers = (0..<PostgresDatabase.readerCount).map { _ in PostgresLink(address, nil) }
    }

    /// Runs `body` on a connection that reads.
    func reading<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let place = turn.withLock { turn in
            turn = (turn + 1) % readers.count
            return turn
        }
        return try await readers[place].run(operation, body)
    }

    /// Runs `body` on the connection that writes, after whatever was asked of it before.
    ///
    /// Where the connection breaks in the middle, nobody knows what became of it, so `body` is run
    /// again: twice has to be the same as once.
    func writing<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        try await writer.run(operation, body)
    }

    func close() async {
        for link in readers + [writer] { await link.close() }
    }
}

/// One connection and the queue that its calls block.
private final class PostgresLink: @unchecked Sendable {
    private let address: PostgresAddress
    private let queue: DispatchQueue
    // What follows is touched on the queue only.
    private var connection: PostgresConnection?
    private var isClosed = false

    init(_ address: PostgresAddress, _ connection: sending PostgresConnection?) {
        self.address = address
        self.connection = connection
        queue = DispatchQueue(label: "postgres")
    }

    func run<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(with: Result { try runHere(operation, body) })
            }
        }
    }

    private func runHere<Value>(
        _ operation: String, _ body: (PostgresConnection) throws -> Value
    ) throws -> Value {
        for isLast in [false, true] {
            guard !isClosed else {
                throw StorageFault(.closed, "\(operation) in \(address)", cause: "it was closed")
            }
            do {
                let live = try connection ?? PostgresConnection(address)
                connection = live
                return try body(live)
            } catch let fault as StorageFault {
                let isBroken = connection.map { !$0.isAlive } ?? false
                if isBroken { connection = nil }
                // A server that was started again closes what was open; the second attempt finds
                // it. Where nobody answers, a second attempt would only take longer.
                if isBroken, !isLast { continue }
                let code = fault.code == .cannotOpen ? .failed : fault.code
                throw StorageFault(code, "\(operation) in \(address)", cause: fault.cause)
            }
        }
        preconditionFailure("the last attempt returns or throws")
    }

    func close() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            queue.async { [self] in
                isClosed = true
                connection = nil
                continuation.resume()
            }
        }
    }
}
