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

/// Triggers over evidence as time passes, and nothing else: no membership, questions or orders.
///
/// Whoever holds one tells it of evidence and of the deadlines that it asked for, and takes from it
/// which pairs to look at again. ``Brake`` and ``TriggerTrial`` both do.
struct TriggerLaw: Sendable {
    /// Somebody who may report, as far as triggers ask.
    struct Signer: Sendable {
        enum Evaluates: Sendable {
            case nothing, anything
            /// A developer reports on its own models, and on the field.
            case ownModels
        }

        let name: String
        let measures: Evaluates
        let judges: Bool
    }

    /// Something that evidence or a trigger asks to be told of at an instant.
    enum Event: Hashable, Sendable {
        case stale(EvidenceSlot, signer: Int, preliminary: Bool)
        /// An evaluation was due.
        case evaluationDue(EvidenceSlot)
        /// A condition may have held for as long as its trigger asks.
        case persists(TriggerPair)
        /// A trigger may have stayed crossed for as long as it is kept.
        case keepEnds(TriggerPair)
    }

    struct Standing: Sendable {
        var verdict: TriggerVerdict
        var since: Time
        var phase = TriggerPhase.idle
        /// The last entry that brought evidence which counts.
        var latestEvidence: LogIndex?
        /// Whether it was crossed, after having held for a while, since the flag was last cleared.
        var isCrossedAnew = false
        /// Whether an event of its own is waiting.
        var isAwaited = false
    }

    let indicators: [Indicator]
    let claims: [Claim]
    /// With the figures that hold now.
    private(set) var triggers: [Trigger]
    /// Each trigger's rule, as strict as its measure makes it.
    let rules: [EvidenceRule]
    var signers: [Signer]
    /// For each signer the group within which nobody is independent of anybody.
    var groups: [Int]
    var evidence = EvidenceBook()
    /// Who answers for each model, by the model's place; nil where nobody does yet.
    private(set) var owners: [Int?] = []
    private let topics: [String: Int]
    private let claimTopics: [String: Int]
    /// For each topic the triggers that ask about it.
    private let asking: [[Int]]
    /// By trigger, then by subject: the frontier alone, or models in the order of their entries.
    private var standings: [[Standing]]
    /// Events to come that nobody has taken over yet.
    private var asked: [(time: Time, event: Event)] = []
    private var touched: [TriggerPair] = []

    init(
        indicators: [Indicator], claims: [Claim], triggers: [Trigger], signers: [Signer],
        groups: [Int], at time: Time
    ) {
        self.indicators = indicators
        self.claims = claims
        self.triggers = triggers
        self.signers = signers
        self.groups = groups
        // What a developer says of itself reaches a notification at most.
        rules = triggers.map {
            $0.measure == .notify ? $0.evidence : $0.evidence.atLeast(.thirdParty)
        }
        standings = Array(repeating: [], count: triggers.count)
        var topics: [String: Int] = [:]
        for (place, indicator) in indicators.enumerated() { topics[indicator.name] = place }
        var claimTopics: [String: Int] = [:]
        for (place, claim) in claims.enumerated() {
            claimTopics[claim.name] = indicators.count + place
        }
        self.topics = topics
        self.claimTopics = claimTopics
        var asking: [[Int]] = Array(repeating: [], count: indicators.count + claims.count)
        for (place, trigger) in triggers.enumerated() {
            let named =
                trigger.condition.leaves.map { topics[$0.indicator] }
                + trigger.condition.claims.map { claimTopics[$0] }
            for topic in named.compactMap(\.self) where asking[topic].last != place {
                asking[topic].append(place)
            }
        }
        self.asking = asking
        // A frontier trigger has its one subject from the start, so that it can read `unknown`.
        for place in triggers.indices where triggers[place].subject == .frontier {
            begin(TriggerPair(trigger: place, subject: .frontier), at: time)
        }
    }

    // MARK: - Topics and subjects

    func topic(ofIndicator name: String) -> Int? { topics[name] }
    func topic(ofClaim name: String) -> Int? { claimTopics[name] }
    func triggers(asking topic: Int) -> [Int] { asking[topic] }

    func subjectKind(ofTopic topic: Int) -> SubjectKind {
        topic < indicators.count
            ? indicators[topic].subject : claims[topic - indicators.count].subject
    }

    func staleAfter(_ topic: Int) -> TimeSpan {
        topic < indicators.count
            ? indicators[topic].staleAfter : claims[topic - indicators.count].staleAfter
    }

    /// A model that nobody registered or reported on before.
    mutating func beginModel(owner: Int?, at time: Time) {
        let subject = SubjectPlace.model(owners.count)
        owners.append(owner)
        for place in triggers.indices where triggers[place].subject == .model {
            begin(TriggerPair(trigger: place, subject: subject), at: time)
        }
    }

    mutating func setOwner(_ owner: Int?, ofModel place: Int) { owners[place] = owner }

    // MARK: - Standings

    subscript(pair: TriggerPair) -> Standing {
        get { standings[pair.trigger][TriggerLaw.index(pair.subject)] }
        set { standings[pair.trigger][TriggerLaw.index(pair.subject)] = newValue }
    }

    private static func index(_ subject: SubjectPlace) -> Int {
        if case .model(let place) = subject { place } else { 0 }
    }

    private mutating func begin(_ pair: TriggerPair, at time: Time) {
        standings[pair.trigger].append(Standing(verdict: .unknown, since: time))
        evaluate(pair, at: time)
    }

    /// The log opens: what was so before is so since then, and spans for measuring begin.
    mutating func restart(at time: Time) {
        for pair in pairs { self[pair].since = time }
        schedule(.frontier, at: time)
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

    /// A trigger that milestones lifted crosses only at the next figure that the agreement names.
    mutating func replace(_ condition: Condition, of place: Int, at time: Time) {
        triggers[place] = triggers[place].with(condition)
        for pair in pairs where pair.trigger == place {
            // What was crossed by the old figure is not kept crossed by it.
            if reading(of: pair).truth != .yes { self[pair].phase = .idle }
            self[pair].isAwaited = false
            evaluate(pair, at: time)
        }
    }

    // MARK: - Evaluating

    /// Somebody reported something that counts.
    struct Report: Sendable {
        let signer: Int
        let topic: Int
        let entry: LogIndex
        /// A correction takes the place of a report and is none of its own.
        var isCorrection = false
    }

    /// Looks again at the triggers which a slot's evidence touches, and at no others.
    mutating func reevaluate(_ slot: EvidenceSlot, after report: Report? = nil, at time: Time) {
        for place in asking[slot.topic] {
            switch (triggers[place].subject, slot.subject) {
            case (.frontier, .model): break
            case (.frontier, .frontier), (.model, .model):
                evaluate(
                    TriggerPair(trigger: place, subject: slot.subject), after: report, slot,
                    at: time)
            case (.model, .frontier):
                for model in owners.indices {
                    evaluate(
                        TriggerPair(trigger: place, subject: .model(model)), after: report, slot,
                        at: time)
                }
            }
        }
    }

    mutating func evaluate(
        _ pair: TriggerPair, after report: Report? = nil, _ slot: EvidenceSlot? = nil,
        at time: Time
    ) {
        let found = reading(of: pair)
        var standing = self[pair]
        var counted = report
        if let report, let slot {
            if found.counts(report.signer, in: slot, of: evidence) {
                standing.latestEvidence = report.entry
            } else {
                counted = nil
            }
        }
        advance(&standing, of: pair, reading: found, after: counted, at: time)
        let verdict = standing.phase.verdict ?? TriggerVerdict(found.truth)
        if standing.verdict != verdict {
            standing.verdict = verdict
            standing.since = time
        }
        self[pair] = standing
        touched.append(pair)
    }

    // MARK: - What others take over

    mutating func ask(_ event: Event, at time: Time) { asked.append((time, event)) }

    mutating func takeAsked() -> [(time: Time, event: Event)] {
        defer { asked.removeAll(keepingCapacity: true) }
        return asked
    }

    mutating func takeTouched() -> [TriggerPair] {
        defer { touched.removeAll(keepingCapacity: true) }
        return touched
    }

    /// An event that was asked for has come.
    mutating func fire(_ event: Event, at time: Time) {
        switch event {
        case .stale(let slot, let signer, let preliminary):
            expire(slot, signer: signer, preliminary: preliminary, at: time)
        case .evaluationDue(let slot): findMissed(slot, at: time)
        case .persists(let pair), .keepEnds(let pair):
            self[pair].isAwaited = false
            evaluate(pair, at: time)
        }
    }
}

extension Reading {
    /// Whether a signer's evidence in the slot counts towards any part.
    fileprivate func counts(_ signer: Int, in slot: EvidenceSlot, of book: EvidenceBook) -> Bool {
        let held = book.held(in: slot)
        return leaves.contains { leaf in
            leaf.slot == slot && leaf.counted.contains { held[$0.place].signer == signer }
        }
    }
}

extension EvidenceRule {
    fileprivate func atLeast(_ least: Assurance) -> EvidenceRule {
        EvidenceRule(
            evaluators: evaluators, assurance: max(assurance, least), pool: pool, from: from)
    }
}
