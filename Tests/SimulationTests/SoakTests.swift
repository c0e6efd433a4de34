// SPDX-License-Identifier: Apache-2.0

import Foundation
import Simulation
import Testing

/// As many worlds as there is time for: `make soak`.
///
/// `SOAK_MINUTES` says for how long, `SOAK_SEED` with which seed to begin, `SOAK_COUNT` how many at
/// most.
struct SoakTests {
    private static let environment = ProcessInfo.processInfo.environment

    @Test(.enabled(if: environment["SOAK_MINUTES"] != nil, "it is for make soak"))
    func `no promise is broken however many worlds there are`() async throws {
        let minutes = try #require(SoakTests.environment["SOAK_MINUTES"].flatMap { Double($0) })
        let first = SoakTests.environment["SOAK_SEED"].flatMap { UInt64($0) } ?? 1
        let count = SoakTests.environment["SOAK_COUNT"].flatMap { UInt64($0) } ?? 1_000_000_000
        let workers = UInt64(ProcessInfo.processInfo.activeProcessorCount)
        let start = ContinuousClock.now
        let end = start + .milliseconds(Int(minutes * 60_000))
        var total = Tally()
        await withTaskGroup(of: Tally.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var tally = Tally()
                    for seed in stride(from: first + worker, to: first + count, by: Int(workers)) {
                        tally.add(check(.drawn(from: seed)))
                        if end <= .now { break }
                    }
                    return tally
                }
            }
            for await tally in group { total.add(tally) }
        }
        let seconds = Double((ContinuousClock.now - start).components.seconds) + 0.5
        print(
            """
            \(total.worlds) worlds from seed \(first) on, \
            \(Int(Double(total.worlds) * 60 / seconds)) a minute, \(total.broken) with a broken promise
            \(total.words)
            """)
    }
}

/// What many worlds came to.
private struct Tally: Sendable {
    var worlds = 0
    var broken = 0
    var counts = Outcome.Counts()

    mutating func add(_ outcome: Outcome) {
        worlds += 1
        broken += outcome.violations.isEmpty ? 0 : 1
        counts += outcome.counts
    }

    mutating func add(_ other: Tally) {
        worlds += other.worlds
        broken += other.broken
        counts += other.counts
    }

    var words: String {
        """
        \(counts.acknowledged) receipts, \(counts.accepted) acceptances, \(counts.entries) entries, \(counts.cosignatures) \
        cosignatures, \(counts.orders) orders signed (\(counts.silentOrders) in silence), \
        \(counts.believed) believed, \(counts.crashes) crashes, \(counts.failedWrites) failed writes
        """
    }
}
