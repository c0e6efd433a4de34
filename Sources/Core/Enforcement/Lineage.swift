// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// The registered models of an order, and who descends from whom.
struct Lineage {
    private let byDigest: [Digest: [ModelStanding]]
    private let byName: [String: [ModelStanding]]

    init(_ models: [ModelStanding]) {
        byDigest = Dictionary(grouping: models, by: \.digest)
        byName = Dictionary(grouping: models, by: \.name)
    }

    /// The registrations of a digest, in the order's sequence.
    func standings(of digest: Digest) -> [ModelStanding] { byDigest[digest] ?? [] }

    func name(of digest: Digest) -> String { standings(of: digest).first?.name ?? digest.hex }

    /// All digests that were registered under a name, in the order's sequence.
    func digests(named name: String) -> [Digest] { (byName[name] ?? []).map(\.digest) }

    /// These models and all that they descend from, as far as it was registered.
    func ancestry(of start: [Digest]) -> Set<Digest> {
        var reached: Set<Digest> = []
        var open = start
        while let digest = open.popLast() {
            // What was reached already is not followed again, so that a false circle ends, too.
            guard reached.insert(digest).inserted else { continue }
            open += standings(of: digest).flatMap(\.parents)
        }
        return reached
    }
}
