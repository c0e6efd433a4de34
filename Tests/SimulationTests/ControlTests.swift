// SPDX-License-Identifier: Apache-2.0

import Simulation
import Testing

/// The checks are checked: a rule broken on purpose is found within a few worlds.
struct ControlTests {
    private static let four = Cast.Size(monitors: 4, signatures: 3, liars: 1)

    /// The kinds of what was broken in the first worlds, up to one in which `kind` was.
    private func broken(
        until kind: Violation.Kind, in worlds: Int = 60, _ change: (inout Plan) -> Void
    ) -> Set<Violation.Kind> {
        var kinds: Set<Violation.Kind> = []
        for seed in 1...worlds {
            var plan = Plan(seed: UInt64(seed), size: ControlTests.four)
            plan.weather = .rough
            change(&plan)
            var world = World(plan, cast: Casts.of(plan.size))
            kinds.formUnion(world.run().violations.map(\.kind))
            if kinds.contains(kind) { break }
        }
        return kinds
    }

    @Test(
        arguments: [
            (.acknowledgesEarly, .lost), (.monitorsForget, .shownTooEarly),
            (.monitorMiscounts, .otherState), (.repliesEarly, .shownTooEarly),
            (.logForgets, .lost),
        ] as [(Plan.Mutation, Violation.Kind)])
    func `a rule that is broken on purpose is found`(
        _ mutation: Plan.Mutation, _ kind: Violation.Kind
    ) {
        let kinds = broken(until: kind) { $0.mutation = mutation }
        #expect(kinds.contains(kind), "\(kinds)")
    }

    @Test func `every rule that can be broken on purpose is tried`() {
        #expect(Plan.Mutation.allCases.count == 5)
    }

    @Test func `with more liars than declared, a log with two faces gets a fork cosigned`() {
        let kinds = broken(until: .forkCosigned) {
            $0.node = .twoFaced
            $0.liars = 2
            $0.weather = .calm
        }
        #expect(kinds.contains(.forkCosigned), "\(kinds)")
    }

    @Test func `with as many liars as declared, it gets none`() {
        let kinds = broken(until: .forkCosigned, in: 8) {
            $0.node = .twoFaced
            $0.liars = 1
            $0.weather = .calm
        }
        #expect(kinds.isEmpty, "\(kinds)")
    }
}
