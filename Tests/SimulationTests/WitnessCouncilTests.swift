// SPDX-License-Identifier: Apache-2.0

import Simulation
import Testing

/// A log that shows two histories, and witnesses some of whom sign anything.
struct WitnessCouncilTests {
    @Test func `for up to ten witnesses a fork is cosigned exactly where 2t − N is no more than f`()
    {
        for bounds in WitnessCouncil.Bounds.all(upTo: 10) {
            let isForked = WitnessCouncil.canBeForked(bounds, seed: 1)
            #expect(isForked == !bounds.isSafe, "\(bounds)")
        }
    }

    @Test(arguments: WitnessCouncil.Mutation.allCases)
    func `were witnesses to look away or to forget, a fork would be cosigned within the bounds`(
        _ mutation: WitnessCouncil.Mutation
    ) {
        let bounds = WitnessCouncil.Bounds(witnesses: 4, liars: 1, threshold: 3)
        #expect(bounds.isSafe)
        let found = (1...40).contains { seed in
            WitnessCouncil.canBeForked(bounds, seed: UInt64(seed) * 1000, mutation: mutation)
        }
        #expect(found)
    }
}
