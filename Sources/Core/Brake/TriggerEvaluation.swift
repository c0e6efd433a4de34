// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

extension Truth {
    /// Kleene's conjunction: one `no` decides, whatever is unknown.
    static func all(_ parts: [Truth]) -> Truth { atLeast(parts.count, of: parts) }

    /// Kleene's disjunction: one `yes` decides, whatever is unknown.
    static func any(_ parts: [Truth]) -> Truth { atLeast(1, of: parts) }

    /// Whether at least `count` hold, whatever the unknown ones turn out to be.
    ///
    /// Source: S. C. Kleene, "Introduction to Metamathematics", 1952, §64 (strong connectives).
    static func atLeast(_ count: Int, of parts: [Truth]) -> Truth {
        let yes = parts.count { $0 == .yes }
        let open = parts.count { $0 == .unknown }
        if yes >= count { return .yes }
        return yes + open < count ? .no : .unknown
    }
}

/// Which measurements count beyond what the trigger asks: for resuming, only new ones do.
struct EvidenceFilter: Sendable {
    /// Made after this instant.
    var after: Time?
    /// Says how capability was elicited.
    var elicited = false

    static let none = EvidenceFilter()
}

/// Why a measurement does not count towards a comparison.
enum Unusable: Hashable, Sendable {
    case stale
    case assurance(needed: Assurance)
    case noInterval
    case confidence(needed: ExactDecimal)
    case madeBefore(Time)
    case elicitationNotStated
}

/// The value of a condition, and what it rests on. Measurements are places in their slot.
indirect enum Reading: Sendable {
    case group(Condition, Truth, parts: [Reading])
    case leaf(LeafReading)

    var truth: Truth {
        switch self {
        case .group(_, let truth, parts: _): truth
        case .leaf(let leaf): leaf.truth
        }
    }
}

struct LeafReading: Sendable {
    let comparison: Comparison
    let slot: EvidenceSlot?
    let truth: Truth
    let counted: [(place: Int, shows: Bool)]
    let uncounted: [(place: Int, why: Unusable)]
}

extension Brake {
    func reading(
        of condition: Condition, rule: EvidenceRule, about subject: SubjectPlace,
        filter: EvidenceFilter = .none
    ) -> Reading {
        func parts(_ conditions: [Condition]) -> [Reading] {
            conditions.map { reading(of: $0, rule: rule, about: subject, filter: filter) }
        }
        switch condition {
        case .compare(let comparison):
            return .leaf(leaf(comparison, rule: rule, about: subject, filter: filter))
        case .all(let conditions):
            let found = parts(conditions)
            return .group(condition, Truth.all(found.map(\.truth)), parts: found)
        case .any(let conditions):
            let found = parts(conditions)
            return .group(condition, Truth.any(found.map(\.truth)), parts: found)
        case .atLeast(let count, of: let conditions):
            let found = parts(conditions)
            return .group(condition, Truth.atLeast(count, of: found.map(\.truth)), parts: found)
        }
    }

    func verdict(of trigger: Trigger, about subject: SubjectPlace) -> TriggerVerdict {
        TriggerVerdict(
            reading(of: trigger.condition, rule: trigger.evidence, about: subject).truth)
    }

    private func leaf(
        _ comparison: Comparison, rule: EvidenceRule, about subject: SubjectPlace,
        filter: EvidenceFilter
    ) -> LeafReading {
        guard let place = board.place(ofIndicator: comparison.indicator) else {
            return LeafReading(
                comparison: comparison, slot: nil, truth: .unknown, counted: [], uncounted: [])
        }
        let indicator = agreement.indicators[place]
        // A model's trigger may ask about the frontier too; about another model it cannot.
        let slot = EvidenceSlot(
            indicator: place, subject: indicator.subject == .frontier ? .frontier : subject)
        let held = evidence[slot]
        var counted: [(place: Int, shows: Bool)] = []
        var uncounted: [(place: Int, why: Unusable)] = []
        for (position, item) in held.enumerated() {
            if let why = item.unusable(for: comparison, rule: rule, filter: filter) {
                uncounted.append((position, why))
            } else {
                let figure = item.figure(for: comparison.bound)
                counted.append((position, comparison.holds(for: figure, on: indicator)))
            }
        }
        let truth = rule.pooled(
            counted.map(\.shows),
            median: {
                let figures = counted.map { held[$0.place].figure(for: comparison.bound) }.sorted()
                return comparison.holds(for: figures[(figures.count - 1) / 2], on: indicator)
            })
        return LeafReading(
            comparison: comparison, slot: slot, truth: truth, counted: counted, uncounted: uncounted
        )
    }
}

extension TriggerVerdict {
    init(_ truth: Truth) {
        switch truth {
        case .yes: self = .crossed
        case .no: self = .clear
        case .unknown: self = .unknown
        }
    }
}

extension EvidenceRule {
    /// What several measurements say together; unknown where too few count.
    func pooled(_ votes: [Bool], median: () -> Bool) -> Truth {
        let yes = votes.count { $0 }
        switch pool {
        case .kOfN:
            if yes >= evaluators { return .yes }
            return votes.count - yes >= evaluators ? .no : .unknown
        case .worstCase:
            guard votes.count >= evaluators, !votes.isEmpty else { return .unknown }
            return yes == votes.count ? .yes : .no
        case .median:
            guard votes.count >= evaluators, !votes.isEmpty else { return .unknown }
            return median() ? .yes : .no
        }
    }
}

extension Evidence {
    func unusable(
        for comparison: Comparison, rule: EvidenceRule, filter: EvidenceFilter
    ) -> Unusable? {
        if stale { return .stale }
        if value.assurance < rule.assurance { return .assurance(needed: rule.assurance) }
        if comparison.bound != .estimate {
            guard let interval = value.interval else { return .noInterval }
            if interval.confidence < comparison.confidence {
                return .confidence(needed: comparison.confidence)
            }
        }
        if let after = filter.after, value.made <= after { return .madeBefore(after) }
        if filter.elicited, value.elicitation?.isEmpty ?? true { return .elicitationNotStated }
        return nil
    }

    /// The end of the interval that the comparison asks about.
    func figure(for bound: Comparison.Bound) -> ExactDecimal {
        switch bound {
        case .lower: value.interval?.low ?? value.value
        case .upper: value.interval?.high ?? value.value
        case .estimate: value.value
        }
    }
}

extension Comparison {
    /// Whether a figure shows the comparison to hold, within the range the suite can measure.
    ///
    /// A figure above the ceiling means "at least the ceiling", so it shows nothing to be at most;
    /// one below the floor means "at most the floor", so it shows nothing to be at least.
    func holds(for measured: ExactDecimal, on indicator: Indicator) -> Bool {
        switch direction {
        case .atLeast: measured >= indicator.least && min(measured, indicator.most) >= figure
        case .above: measured >= indicator.least && min(measured, indicator.most) > figure
        case .atMost: measured <= indicator.most && max(measured, indicator.least) <= figure
        case .below: measured <= indicator.most && max(measured, indicator.least) < figure
        }
    }
}
