// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets only so many in at once, for answers that cost more than they look.
final class Turnstile: Sendable {
    private let most: Int
    private let inside = Mutex(0)

    init(most: Int) {
        self.most = most
    }

    /// Runs `body`, unless too many are inside.
    ///
    /// - Throws: ``ProblemDocument/tooBusy``; whatever `body` throws.
    func pass<Value>(_ body: () async throws -> Value) async throws -> Value {
        let isFree = inside.withLock { inside in
            guard inside < most else { return false }
            inside += 1
            return true
        }
        guard isFree else { throw ProblemDocument.tooBusy }
        defer { inside.withLock { $0 -= 1 } }
        return try await body()
    }
}
