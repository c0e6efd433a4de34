// SPDX-License-Identifier: Apache-2.0

import Simulation
import Testing

/// Worlds drawn from seeds: no promise is broken in any of them.
struct WorldTests {
    @Test func `in calm weather everything is acknowledged, cosigned and ordered`() {
        for size in Cast.Size.sound {
            var plan = Plan(seed: 1, size: size)
            plan.ends = 300_000
            plan.stormEnds = 60_000
            let counts = check(plan).counts
            #expect(counts.acknowledged > 10 && counts.believed > 8 && counts.certified > 8)
            #expect(counts.silentOrders == 0 && counts.epochs > 1)
        }
    }

    @Test(arguments: 3...12)
    func `no promise is broken in a drawn world`(_ seed: Int) {
        check(.drawn(from: UInt64(seed)))
    }

    /// A monitor that would never let go of a statement again: it and its acceptance were logged,
    /// and the monitor was stopped before its disk knew.
    @Test(arguments: [139, 141, 151])
    func `what was found in a drawn world once is not found again`(_ seed: Int) {
        check(.drawn(from: UInt64(seed)))
    }

    @Test func `the same seed gives the same world`() {
        let one = check(.drawn(from: 5)).counts
        #expect(one == check(.drawn(from: 5)).counts)
    }
}
