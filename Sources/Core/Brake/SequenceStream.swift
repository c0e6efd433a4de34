// SPDX-License-Identifier: Apache-2.0

import PauseAgreement

/// Whose statements have to come with growing sequence numbers.
///
/// A party has one stream, and one more for the telemetry of each of its sites: that is signed by a
/// machine, period after period, while people sign other things. In one stream whichever of the two
/// was logged second could lose its effect.
struct SequenceStream: Hashable, Sendable {
    /// The party's place.
    let party: Int
    /// The site whose telemetry it is; nil for all else.
    let site: String?

    init(party: Int, of predicate: Predicate) {
        self.party = party
        if case .telemetry(let period) = predicate { site = period.site } else { site = nil }
    }
}
