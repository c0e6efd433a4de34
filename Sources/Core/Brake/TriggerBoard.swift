// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// One trigger about one subject.
struct TriggerPair: Hashable, Comparable, Sendable {
    /// The trigger's place in the agreement.
    let trigger: Int
    let subject: SubjectPlace

    static func < (a: TriggerPair, b: TriggerPair) -> Bool {
        (a.trigger, a.subject.rank) < (b.trigger, b.subject.rank)
    }
}

/// What every trigger reads about every subject, and whether that was decided on already.
struct TriggerBoard: Sendable {
    struct Standing: Sendable {
        var verdict: TriggerVerdict
        var since: Time
        /// The last entry that brought a measurement which counts.
        var latestEvidence: LogIndex?
        /// The last entry when the council last decided about the pair, or let its time run out.
        var decidedUpTo: LogIndex?
        var determination: QuestionNumber?
        /// The open cause's place.
        var cause: Int?

        /// Whether there is anything that the council did not have before it already.
        var isUndecided: Bool {
            guard let decidedUpTo else { return true }
            return latestEvidence.map { decidedUpTo < $0 } ?? false
        }
    }

    private let triggers: [Trigger]
    private let indicators: [String: Int]
    /// For each indicator the triggers that ask about it.
    private let asking: [[Int]]
    /// By trigger, then by subject: the frontier alone, or models in the order of their entries.
    private var standings: [[Standing]]
    /// Pairs that may need a question since the last event.
    private var pending: [TriggerPair] = []

    init(_ agreement: Agreement) {
        triggers = agreement.triggers
        standings = Array(repeating: [], count: agreement.triggers.count)
        var indicators: [String: Int] = [:]
        for (place, indicator) in agreement.indicators.enumerated() {
            indicators[indicator.name] = place
        }
        self.indicators = indicators
        var asking: [[Int]] = Array(repeating: [], count: agreement.indicators.count)
        for (place, trigger) in agreement.triggers.enumerated() {
            for name in trigger.condition.leaves.map(\.indicator) {
                guard let indicator = indicators[name], asking[indicator].last != place else {
                    continue
                }
                asking[indicator].append(place)
            }
        }
        self.asking = asking
    }

    func place(ofIndicator name: String) -> Int? { indicators[name] }
    func triggers(asking indicator: Int) -> [Int] { asking[indicator] }

    subscript(pair: TriggerPair) -> Standing {
        get { standings[pair.trigger][TriggerBoard.index(pair.subject)] }
        set { standings[pair.trigger][TriggerBoard.index(pair.subject)] = newValue }
    }

    private static func index(_ subject: SubjectPlace) -> Int {
        if case .model(let place) = subject { place } else { 0 }
    }

    /// A new subject of a trigger.
    mutating func begin(_ trigger: Int, verdict: TriggerVerdict, at time: Time) {
        let subject: SubjectPlace =
            triggers[trigger].subject == .frontier ? .frontier : .model(standings[trigger].count)
        standings[trigger].append(Standing(verdict: verdict, since: time))
        pending.append(TriggerPair(trigger: trigger, subject: subject))
    }

    /// The log opens: what was so before is so since then.
    mutating func restart(at time: Time) {
        for pair in pairs { self[pair].since = time }
    }

    mutating func set(_ verdict: TriggerVerdict, of pair: TriggerPair, at time: Time) {
        if self[pair].verdict != verdict {
            self[pair].verdict = verdict
            self[pair].since = time
        }
        pending.append(pair)
    }

    mutating func reconsider(_ pair: TriggerPair) { pending.append(pair) }
    mutating func reconsiderAll() { pending = pairs }

    mutating func takePending() -> [TriggerPair] {
        defer { pending.removeAll(keepingCapacity: true) }
        return pending.count < 2 ? pending : pending.sorted()
    }

    /// All pairs, sorted.
    var pairs: [TriggerPair] {
        standings.indices.flatMap { trigger in
            standings[trigger].indices.map { place in
                let frontier = triggers[trigger].subject == .frontier
                return TriggerPair(trigger: trigger, subject: frontier ? .frontier : .model(place))
            }
        }
    }
}

extension Brake {
    /// Looks again at the triggers which a slot's measurements touch, and at no others.
    mutating func reevaluate(_ slot: EvidenceSlot, newEvidence: (entry: LogIndex, signer: Int)?) {
        for place in board.triggers(asking: slot.indicator) {
            let trigger = triggers[place]
            for subject in subjects(of: trigger, touchedBy: slot) {
                let pair = TriggerPair(trigger: place, subject: subject)
                if let newEvidence, counts(newEvidence.signer, in: slot, for: trigger) {
                    board[pair].latestEvidence = newEvidence.entry
                }
                board.set(verdict(of: trigger, about: subject), of: pair, at: clock)
            }
        }
    }

    private func subjects(of trigger: Trigger, touchedBy slot: EvidenceSlot) -> [SubjectPlace] {
        switch (trigger.subject, slot.subject) {
        case (.frontier, .frontier): [.frontier]
        case (.frontier, .model): []
        case (.model, .model): [slot.subject]
        case (.model, .frontier): models.models.indices.map { .model($0) }
        }
    }

    /// Whether the signer's measurement counts towards any of the trigger's comparisons.
    private func counts(_ signer: Int, in slot: EvidenceSlot, for trigger: Trigger) -> Bool {
        guard let item = evidence.newest(in: slot, by: signer) else { return false }
        let indicator = agreement.indicators[slot.indicator].name
        return trigger.condition.leaves.contains {
            $0.indicator == indicator
                && item.unusable(for: $0, rule: trigger.evidence, filter: .none) == nil
        }
    }

    /// Opens a determination wherever a trigger asks for one that was not decided yet.
    mutating func openQuestions() {
        // Deciding one may at once concern another: a question that nobody may vote on closes
        // again.
        while true {
            let pending = board.takePending()
            guard !pending.isEmpty, membership.inForce, !ended else { return }
            for pair in pending where asksForDetermination(pair) {
                let matter = Matter(
                    trigger: pair, accused: developer(of: pair.subject), cause: nil)
                open(.determination, on: matter, at: record.last)
            }
        }
    }

    private func asksForDetermination(_ pair: TriggerPair) -> Bool {
        let standing = board[pair]
        // On the way out, new evidence is asked about again.
        let isResuming = standing.cause.map { causes[$0].resumption != nil } ?? true
        guard standing.determination == nil, isResuming, standing.isUndecided else {
            return false
        }
        switch standing.verdict {
        case .crossed: return true
        case .unknown: return agreement.triggers[pair.trigger].onUnknown == .question
        case .clear: return false
        }
    }

    /// Who answers for a model; nobody does for the frontier.
    private func developer(of subject: SubjectPlace) -> Int? {
        if case .model(let place) = subject { models[place].developer } else { nil }
    }
}
