// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// A subject by its place, so that looking one up compares no text.
enum SubjectPlace: Hashable, Sendable {
    case frontier
    /// The model's place in the register.
    case model(Int)

    /// The frontier first, then models in the order of their entries.
    var rank: UInt64 {
        switch self {
        case .frontier: 0
        case .model(let place): UInt64(place) + 1
        }
    }
}

/// Where evidence on one topic about one subject lies.
struct EvidenceSlot: Hashable, Sendable {
    /// The indicator's place in the agreement; claims follow after the last indicator.
    let topic: Int
    let subject: SubjectPlace
}

/// One signer's newest measurement or judgement in a slot.
///
/// What triggers ask of it is laid out beside the statement: thousands of them look at it.
struct Evidence: Sendable {
    /// In a place of its own, so that passing evidence on copies no statement.
    indirect enum Content: Sendable {
        case measured(MeasuredValue)
        case judged(Judgement)
    }

    /// What a measurement has to show, in the indicator's unit.
    struct Figures: Sendable {
        let estimate: ExactDecimal
        /// The estimate where there is no interval.
        let low: ExactDecimal
        let high: ExactDecimal
        /// Of the interval; nil where there is none.
        let confidence: ExactDecimal?

        /// The end of the interval that a comparison asks about.
        func figure(for bound: Comparison.Bound) -> ExactDecimal {
            switch bound {
            case .lower: low
            case .upper: high
            case .estimate: estimate
            }
        }
    }

    /// What it shows.
    enum Finding: Sendable {
        case figures(Figures)
        case judgement(Judgement.Holds)
    }

    let signer: Int
    let entry: LogIndex
    /// When it was logged.
    let received: Time
    let content: Content
    let finding: Finding
    let made: Time
    let assurance: Assurance
    /// A preliminary measurement is shown and never counts.
    let isPreliminary: Bool
    /// Whether it says how capability was drawn out.
    let isElicited: Bool
    /// Of the files behind it.
    let files: [Digest]
    /// Set by its deadline, so that a verdict between two events cannot depend on who asks when.
    var stale: Bool
    /// The question by which it was withdrawn.
    var withdrawn: String?

    init(
        signer: Int, entry: LogIndex, received: Time, content: Content, stale: Bool = false
    ) {
        self.signer = signer
        self.entry = entry
        self.received = received
        self.content = content
        self.stale = stale
        switch content {
        case .measured(let value):
            finding = .figures(
                Figures(
                    estimate: value.value, low: value.interval?.low ?? value.value,
                    high: value.interval?.high ?? value.value,
                    confidence: value.interval?.confidence))
            made = value.made
            assurance = value.assurance
            isPreliminary = value.stage == .preliminary
            isElicited = value.elicitation?.isEmpty == false
            files = value.evidence.map(\.digest)
        case .judged(let judgement):
            finding = .judgement(judgement.holds)
            made = judgement.made
            assurance = judgement.assurance
            isPreliminary = false
            isElicited = true
            files = judgement.evidence.map(\.digest)
        }
    }
}

/// What lies in one slot.
struct SlotRecord: Sendable {
    /// The newest of each signer in the order of signers, a preliminary one after the final one.
    private(set) var held: [Evidence] = []
    /// Pairs of places whose signers are not independent of each other here.
    private(set) var links: [(Int, Int)] = []
    /// For whose evidence an event waits that finds it too old.
    private var waiting: Set<Int> = []
    /// When it has to be measured again, where the indicator says how often.
    var schedule: EvaluationSchedule?

    func place(of signer: Int, preliminary: Bool = false) -> Int? {
        held.firstIndex { $0.signer == signer && $0.isPreliminary == preliminary }
    }

    mutating func put(_ evidence: Evidence, groups: [Int]) {
        let rank = (evidence.signer, evidence.isPreliminary ? 1 : 0)
        let place = held.firstIndex { rank <= ($0.signer, $0.isPreliminary ? 1 : 0) } ?? held.count
        if place < held.count, held[place].signer == evidence.signer,
            held[place].isPreliminary == evidence.isPreliminary
        {
            held[place] = evidence
        } else {
            held.insert(evidence, at: place)
        }
        // A final result takes the place of the preliminary one.
        if !evidence.isPreliminary, let early = self.place(of: evidence.signer, preliminary: true),
            held[early].made <= evidence.made
        {
            held.remove(at: early)
        }
        link(groups)
    }

    /// Whether an event has to be asked for that finds this evidence too old: one at a time.
    mutating func awaitStale(_ signer: Int, preliminary: Bool) -> Bool {
        waiting.insert(2 * signer + (preliminary ? 1 : 0)).inserted
    }

    /// The event has come.
    mutating func stopAwaiting(_ signer: Int, preliminary: Bool) {
        waiting.remove(2 * signer + (preliminary ? 1 : 0))
    }

    mutating func change(_ place: Int, _ act: (inout Evidence) -> Void) { act(&held[place]) }

    private mutating func link(_ groups: [Int]) {
        links = []
        let files = held.map { Set($0.files) }
        for a in held.indices {
            for b in held.indices.dropFirst(a + 1) {
                let areOne =
                    groups[held[a].signer] == groups[held[b].signer]
                    || !files[a].isDisjoint(with: files[b])
                if areOne, held[a].signer != held[b].signer { links.append((a, b)) }
            }
        }
    }
}

/// How often something has to be measured, and whether that was missed.
struct EvaluationSchedule: Sendable {
    /// When the first span began: with the model's registration, or the log's opening.
    let base: Time
    let every: TimeSpan
    /// When the newest one that counts was made.
    var newest: Time?
    /// The deadline that passed without one.
    var missed: Time?
    /// Whether a deadline is waiting.
    var isArmed = false

    var due: Time { max(base, newest ?? base).later(by: every) }
}

/// The newest evidence per topic, subject and signer.
struct EvidenceBook: Sendable {
    private var slots: [EvidenceSlot: Int] = [:]
    private var records: [SlotRecord] = []

    subscript(slot: EvidenceSlot) -> SlotRecord? { slots[slot].map { records[$0] } }

    /// The newest in a slot, in the order of signers.
    func held(in slot: EvidenceSlot) -> [Evidence] { self[slot]?.held ?? [] }

    func newest(in slot: EvidenceSlot, by signer: Int, preliminary: Bool = false) -> Evidence? {
        guard let record = self[slot],
            let place = record.place(of: signer, preliminary: preliminary)
        else { return nil }
        return record.held[place]
    }

    mutating func change<Result>(
        _ slot: EvidenceSlot, _ act: (inout SlotRecord) -> Result
    ) -> Result {
        if let place = slots[slot] { return act(&records[place]) }
        slots[slot] = records.count
        records.append(SlotRecord())
        return act(&records[records.count - 1])
    }

    /// All slots, sorted by topic and subject.
    var all: [(slot: EvidenceSlot, record: SlotRecord)] {
        slots.map { ($0.key, records[$0.value]) }.sorted {
            ($0.0.topic, $0.0.subject.rank) < ($1.0.topic, $1.0.subject.rank)
        }
    }
}
