// SPDX-License-Identifier: Apache-2.0

import Simulation
import Testing

/// The casts of all sizes that tests ask for: reading an agreement takes longer than a short world.
enum Casts {
    private static let sound = Dictionary(
        uniqueKeysWithValues: Cast.Size.sound.map { ($0, Cast($0)) })

    static func of(_ size: Cast.Size) -> Cast { sound[size] ?? Cast(size) }
}

extension Outcome {
    /// How to see this world again.
    var command: String { "make soak SEED=\(plan.seed) COUNT=1" }
}

/// Runs a world and expects that no promise was broken in it.
@discardableResult
func check(_ plan: Plan, sourceLocation: SourceLocation = #_sourceLocation) -> Outcome {
    var world = World(plan, cast: Casts.of(plan.size))
    let outcome = world.run()
    for violation in outcome.violations {
        Issue.record(
            "seed \(plan.seed): \(violation)\nto repeat: \(outcome.command)",
            sourceLocation: sourceLocation)
    }
    return outcome
}
