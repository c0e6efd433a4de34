// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// A bucket of tokens for each key, filled at one rate.
///
/// A bucket is one number: the instant at which it will be full again (the generic cell rate
/// algorithm). One that is full needs none, so that only who was lately here takes memory; and only
/// so many do, whatever strangers send: beyond, they share one bucket.
///
/// Source: ITU-T I.371, annex A.
final class TokenBuckets<Key: Hashable & Sendable>: Sendable {
    /// Nanoseconds since the machine was started.
    typealias Instant = Int64

    private struct Table {
        var fullAt: [Key: Instant] = [:]
        /// The bucket of all who found no place.
        var fullAtForOthers: Instant = 0
        var sweptAt: Instant = .min / 2
    }

    private let table = Mutex(Table())
    /// How long one token takes.
    private let interval: Int64
    /// How long an empty bucket takes.
    private let depth: Int64
    private let most: Int

    private static var second: Int64 { 1_000_000_000 }
    /// Nobody is kept out longer than this by what was charged without asking.
    private static var longestDebt: Int64 { 60 * second }

    /// - Parameters:
    ///   - rate: tokens a second.
    ///   - burst: tokens in a full bucket.
    ///   - most: keys that are told apart at once.
    /// - Precondition: both rate and burst are at least 1.
    init(rate: Int, burst: Int, most: Int = 65_536) {
        precondition(rate >= 1 && burst >= 1 && most >= 1, "a bucket holds something")
        interval = max(1, Self.second / Int64(rate))
        depth = interval * Int64(burst)
        self.most = most
    }

    static func now() -> Instant { Int64(bitPattern: NIODeadline.now().uptimeNanoseconds) }

    /// Takes so many tokens, unless they are not there.
    ///
    /// - Returns: nil where they were taken; otherwise how long it will take until they are there,
    ///   in nanoseconds.
    func take(_ count: Int, from key: Key, at now: Instant = now()) -> Int64? {
        table.withLock { table in
            let fullAt = max(now, standing(of: key, in: table))
            let after = fullAt + Int64(count) * interval
            guard after - now <= depth else { return after - now - depth }
            keep(after, for: key, in: &table, now)
            return nil
        }
    }

    /// How long it takes until there is a token, in nanoseconds; nil where there is one.
    func wait(of key: Key, at now: Instant = now()) -> Int64? {
        table.withLock { table in
            let left = standing(of: key, in: table) + interval - now - depth
            return left > 0 ? left : nil
        }
    }

    /// Takes tokens whether they are there or not.
    func charge(_ count: Int, to key: Key, at now: Instant = now()) {
        table.withLock { table in
            let fullAt = max(now, standing(of: key, in: table)) + Int64(count) * interval
            keep(min(fullAt, now + depth + Self.longestDebt), for: key, in: &table, now)
        }
    }

    /// Keys that are told apart now.
    var count: Int { table.withLock { $0.fullAt.count } }

    private func standing(of key: Key, in table: borrowing Table) -> Instant {
        if table.fullAt.isEmpty { return .min / 2 }
        if let found = table.fullAt[key] { return found }
        return table.fullAt.count < most ? .min / 2 : table.fullAtForOthers
    }

    private func keep(_ fullAt: Instant, for key: Key, in table: inout Table, _ now: Instant) {
        guard table.fullAt[key] == nil, table.fullAt.count >= most else {
            table.fullAt[key] = fullAt
            return
        }
        // At most once a second: a flood from everywhere must not make everybody look at all.
        if now - table.sweptAt >= Self.second {
            table.sweptAt = now
            table.fullAt = table.fullAt.filter { $0.value > now }
        }
        if table.fullAt.count < most {
            table.fullAt[key] = fullAt
        } else {
            table.fullAtForOthers = fullAt
        }
    }
}
