// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Why somebody who listens to a store is woken.
public enum StoreNews: Hashable, Sendable {
    /// Entries, marks or statements handed over may have been written or cleared.
    case written
    /// The tenure was given back.
    case released
}

extension PostgresStore {
    /// What other processes do to the store, as it happens; also after the server was away for a
    /// while. News may be lost, so whoever listens looks at the clock as well.
    public func news() -> AsyncStream<StoreNews> {
        let (stream, continuation) = AsyncStream<StoreNews>.makeStream(
            bufferingPolicy: .bufferingNewest(16))
        let thread = NewsThread(address: address)
        continuation.onTermination = { _ in thread.isOver.withLock { $0 = true } }
        Thread.detachNewThread { thread.run(continuation) }
        return stream
    }
}

/// Waits for the server's notices on a connection of its own.
private final class NewsThread: Sendable {
    let address: PostgresAddress
    let isOver = Mutex(false)

    init(address: PostgresAddress) {
        self.address = address
    }

    func run(_ continuation: AsyncStream<StoreNews>.Continuation) {
        while !isOver.withLock({ $0 }) {
            try? listen(continuation)
            Thread.sleep(forTimeInterval: 0.3)
        }
    }

    private func listen(_ continuation: AsyncStream<StoreNews>.Continuation) throws {
        let connection = try PostgresConnection(address)
        try connection.script("LISTEN \(address.schema)")
        continuation.yield(.written)
        while !isOver.withLock({ $0 }) {
            var waiting = pollfd(fd: connection.socket, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 250) > 0 else { continue }
            let notices = try connection.takeNotices()
            if notices.contains(Tenure.releaseNotice) { continuation.yield(.released) }
            if !notices.isEmpty { continuation.yield(.written) }
            guard connection.isAlive else { return }
        }
    }
}
