// SPDX-License-Identifier: Apache-2.0

import Simulation
import Testing

/// Every write of a short life, each failing in every way: what was promised is kept, and it goes
/// on.
struct EveryWriteTests {
    private static let size = Cast.Size(monitors: 3, signatures: 2, liars: 0)

    private static func plan(ends: Int64) -> Plan {
        var plan = Plan(seed: 11, size: size)
        plan.stormEnds = ends / 2
        plan.ends = ends
        return plan
    }

    /// How many writes a place makes in the first minute and a half.
    private func writes(at place: Place) -> Int {
        check(EveryWriteTests.plan(ends: 90_000)).counts.writes[place] ?? 0
    }

    @Test(arguments: [Place.log(face: 0), .monitor(0)], WriteFate.allCases.filter { $0 != .done })
    func `whatever becomes of a write, nothing promised is lost and it goes on`(
        _ place: Place, _ fate: WriteFate
    ) {
        let writes = writes(at: place)
        #expect(writes >= 10)
        for write in 0..<writes {
            var plan = EveryWriteTests.plan(ends: 300_000)
            plan.fate = (place, write, fate)
            var world = World(plan, cast: Casts.of(plan.size))
            let outcome = world.run()
            #expect(outcome.violations.isEmpty, "write \(write) of \(place), \(fate)")
            let failed = outcome.counts.crashes + outcome.counts.failedWrites
            #expect(failed == 1, "write \(write) of \(place), \(fate)")
        }
    }
}
