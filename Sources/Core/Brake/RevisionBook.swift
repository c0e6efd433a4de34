// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// One measurement as it was logged, and what became of it.
struct Revision: Sendable {
    let entry: LogIndex
    let received: Time
    let value: ExactDecimal
    let interval: MeasuredValue.Interval?
    let made: Time
    let stage: MeasuredValue.Stage
    let suite: String
    let assurance: Assurance
    let corrects: LogIndex?
    let reason: String?
    /// The last question by which it was challenged.
    var challenge: QuestionNumber?
    var isWithdrawn = false

    init(entry: LogIndex, received: Time, value: MeasuredValue) {
        self.entry = entry
        self.received = received
        self.value = value.value
        interval = value.interval
        made = value.made
        stage = value.stage
        suite = value.suite
        assurance = value.assurance
        corrects = value.corrects
        reason = value.reason
    }
}

/// What each signer said of one thing, time and again: the newest, and how many there were.
struct RevisionBook: Sendable {
    /// How many of each signer are kept.
    static let kept = 32

    struct Place: Hashable, Sendable {
        let slot: EvidenceSlot
        let signer: Int
    }

    struct Series: Sendable {
        /// Oldest first.
        var revisions: [Revision] = []
        /// All there ever were.
        var count = 0
    }

    private var series: [Place: Series] = [:]
    private var places: [LogIndex: Place] = [:]

    /// Where a measurement stands; nil for none, and for one too long ago.
    func place(of entry: LogIndex) -> Place? { places[entry] }

    subscript(entry: LogIndex) -> Revision? {
        places[entry].flatMap { series[$0]?.revisions.first { $0.entry == entry } }
    }

    /// All, sorted by topic, subject and signer.
    var all: [(place: Place, series: Series)] {
        series.map { ($0.key, $0.value) }.sorted {
            ($0.0.slot.topic, $0.0.slot.subject.rank, $0.0.signer)
                < ($1.0.slot.topic, $1.0.slot.subject.rank, $1.0.signer)
        }
    }

    /// Returns the entry that is kept no longer, where there is one.
    mutating func add(
        _ revision: Revision, by signer: Int, in slot: EvidenceSlot
    ) -> LogIndex? {
        let place = Place(slot: slot, signer: signer)
        var held = series.removeValue(forKey: place) ?? Series()
        held.revisions.append(revision)
        held.count += 1
        let dropped =
            held.revisions.count > RevisionBook.kept ? held.revisions.removeFirst().entry : nil
        if let dropped { places[dropped] = nil }
        series[place] = held
        places[revision.entry] = place
        return dropped
    }

    mutating func change(_ entry: LogIndex, _ act: (inout Revision) -> Void) {
        guard let place = places[entry],
            let position = series[place]?.revisions.firstIndex(where: { $0.entry == entry })
        else { return }
        act(&series[place]!.revisions[position])
    }
}
