// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// Whose statements have to come with growing sequence numbers.
///
/// A party has one stream, and one more for the telemetry of each of its sites: that is signed by a
/// machine, period after period, while people sign other things. In one stream whichever of the two
/// was logged second could lose its effect. What has to come before a deadline has a stream of its
/// own for the same reason: a node that withholds a vote could otherwise end it by logging
/// something that the voter signed later.
struct SequenceStream: Hashable, Sendable {
    enum Theme: Hashable, Sendable {
        case telemetry(site: String)
        /// Votes and hearings on an open question.
        case question(String)
        case answer(draw: LogIndex)
        case other
    }

    /// The party's place.
    let party: Int
    let theme: Theme
}

extension Brake {
    /// Nil for what needs no order: a monitor accepts a statement once, whenever that is logged.
    func stream(of predicate: Predicate, by party: Int) -> SequenceStream? {
        let theme: SequenceStream.Theme
        switch predicate {
        case .acceptance: return nil
        case .telemetry(let period): theme = .telemetry(site: period.site)
        // Only themes that the log knows, so that nobody can make them up without end.
        case .vote(let vote) where docket.place(of: vote.question) != nil:
            theme = .question(vote.question)
        case .hearing(let hearing) where docket.place(of: hearing.question) != nil:
            theme = .question(hearing.question)
        case .answer(let answer) where sites.place(ofDraw: answer.draw) != nil:
            theme = .answer(draw: answer.draw)
        default: theme = .other
        }
        return SequenceStream(party: party, theme: theme)
    }
}
