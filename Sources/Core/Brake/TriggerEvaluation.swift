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

    init(_ holds: Bool) { self = holds ? .yes : .no }
}

/// Which evidence counts beyond what the trigger asks: for resuming, only new one does.
struct EvidenceFilter: Sendable {
    /// Made after this instant.
    var after: Time?
    /// Says how capability was elicited.
    var elicited = false

    static let none = EvidenceFilter()
}

/// Why evidence does not count towards a part of a condition.
enum Unusable: Hashable, Sendable {
    case stale
    case preliminary
    /// By the council, which adopted a challenge to it.
    case withdrawn(question: String)
    /// The trigger names those whose evidence counts, and this signer is none of them.
    case notAsked
    case assurance(needed: Assurance)
    case noInterval
    case confidence(needed: ExactDecimal)
    case madeBefore(Time)
    case elicitationNotStated
}

/// What a condition is made of at its ends.
enum ConditionLeaf: Hashable, Sendable {
    case compare(Comparison)
    case claim(String)
}

/// The value of a condition, and what it rests on. Evidence is by its place in its slot.
indirect enum Reading: Sendable {
    case group(Condition, Truth, parts: [Reading])
    case leaf(LeafReading)

    var truth: Truth {
        switch self {
        case .group(_, let truth, parts: _): truth
        case .leaf(let leaf): leaf.truth
        }
    }

    /// Its ends, in the order written.
    var leaves: [LeafReading] {
        switch self {
        case .group(_, _, parts: let parts): parts.flatMap(\.leaves)
        case .leaf(let leaf): [leaf]
        }
    }
}

struct LeafReading: Sendable {
    /// One piece of evidence that counts, and whether it shows the leaf to hold; unknown for an
    /// unclear judgement.
    struct Counted: Sendable {
        let place: Int
        let shows: Truth
    }

    let leaf: ConditionLeaf
    let slot: EvidenceSlot?
    let truth: Truth
    let counted: [Counted]
    let uncounted: [(place: Int, why: Unusable)]
    /// Places in ``counted`` that stand together for one independent evaluator; empty where each
    /// stands for itself.
    let roots: [[Int]]
    /// The deadline for measuring that passed; without it the leaf would read `no`.
    let missed: Time?

    /// How many independent evaluators there are behind what counts.
    var rootCount: Int { roots.isEmpty ? counted.count : roots.count }

    /// Whether some that count show it and others show that it is not so.
    var isDisputed: Bool {
        counted.contains { $0.shows == .yes } && counted.contains { $0.shows == .no }
    }
}

extension TriggerLaw {
    func reading(
        of condition: Condition, rule: EvidenceRule, about subject: SubjectPlace,
        filter: EvidenceFilter = .none
    ) -> Reading {
        func parts(_ conditions: [Condition]) -> [Reading] {
            conditions.map { reading(of: $0, rule: rule, about: subject, filter: filter) }
        }
        switch condition {
        case .compare(let comparison):
            return .leaf(
                leaf(
                    .compare(comparison), topic(ofIndicator: comparison.indicator), rule,
                    about: subject, filter))
        case .claim(let name):
            return .leaf(leaf(.claim(name), topic(ofClaim: name), rule, about: subject, filter))
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

    /// What a trigger's condition reads now, without regard to how long it has.
    func reading(of pair: TriggerPair, filter: EvidenceFilter = .none) -> Reading {
        let trigger = triggers[pair.trigger]
        return reading(
            of: trigger.condition, rule: rules[pair.trigger], about: pair.subject, filter: filter)
    }

    private func leaf(
        _ leaf: ConditionLeaf, _ topic: Int?, _ rule: EvidenceRule, about subject: SubjectPlace,
        _ filter: EvidenceFilter
    ) -> LeafReading {
        guard let topic else {
            return LeafReading(
                leaf: leaf, slot: nil, truth: .unknown, counted: [], uncounted: [], roots: [],
                missed: nil)
        }
        // A model's trigger may ask about the frontier too; about another model it cannot.
        let slot = EvidenceSlot(
            topic: topic, subject: subjectKind(ofTopic: topic) == .frontier ? .frontier : subject)
        guard let record = evidence[slot] else {
            return LeafReading(
                leaf: leaf, slot: slot, truth: .unknown, counted: [], uncounted: [], roots: [],
                missed: nil)
        }
        var counted: [LeafReading.Counted] = []
        var uncounted: [(place: Int, why: Unusable)] = []
        for (place, item) in record.held.enumerated() {
            switch vote(of: item, on: leaf, topic, rule, filter) {
            case .shows(let shows): counted.append(.init(place: place, shows: shows))
            case .unusable(let why): uncounted.append((place, why))
            }
        }
        let roots = record.links.isEmpty ? [] : record.roots(among: counted.map(\.place))
        let pooled = pooled(counted, roots, record, leaf, topic, rule)
        // No evaluation is not a pass: what was measured long ago cannot say no any more.
        let missed = pooled == .no ? record.schedule?.missed : nil
        return LeafReading(
            leaf: leaf, slot: slot, truth: missed == nil ? pooled : .unknown, counted: counted,
            uncounted: uncounted, roots: roots, missed: missed)
    }

    private enum Ballot {
        case shows(Truth)
        case unusable(Unusable)
    }

    private func vote(
        of item: Evidence, on leaf: ConditionLeaf, _ topic: Int, _ rule: EvidenceRule,
        _ filter: EvidenceFilter
    ) -> Ballot {
        if !rule.from.isEmpty, !rule.from.contains(signers[item.signer].name) {
            return .unusable(.notAsked)
        }
        if let why = item.unusable(for: leaf, rule: rule, filter: filter) { return .unusable(why) }
        switch (leaf, item.finding) {
        case (.compare(let comparison), .figures(let figures)):
            let figure = figures.figure(for: comparison.bound)
            let holds = comparison.holds(for: figure, on: indicators[topic])
            // A score is a lower bound: by itself it can show something, and never its absence.
            if !holds, !item.isElicited, indicators[topic].elicitation == .needed {
                return .unusable(.elicitationNotStated)
            }
            return .shows(Truth(holds))
        case (.claim, .judgement(let holds)):
            switch holds {
            case .yes: return .shows(.yes)
            case .no: return .shows(.no)
            case .unclear: return .shows(.unknown)
            }
        default: preconditionFailure("indicators are measured and claims judged")
        }
    }

    /// What the evaluators say together, each root with one voice.
    private func pooled(
        _ counted: [LeafReading.Counted], _ roots: [[Int]], _ record: SlotRecord,
        _ leaf: ConditionLeaf, _ topic: Int, _ rule: EvidenceRule
    ) -> Truth {
        if rule.pool == .median {
            let groups = roots.isEmpty ? counted.indices.map { [$0] } : roots
            guard groups.count >= rule.evaluators, !groups.isEmpty else { return .unknown }
            guard case .compare(let comparison) = leaf else {
                let medians = groups.map { Truth.lowerMedian($0.map { counted[$0].shows }) }
                return Truth.lowerMedian(medians)
            }
            let medians = groups.map { group in
                ExactDecimal.lowerMedian(
                    group.map {
                        record.held[counted[$0].place].figure(for: comparison.bound)
                    })
            }
            return Truth(
                comparison.holds(for: ExactDecimal.lowerMedian(medians), on: indicators[topic]))
        }
        guard !roots.isEmpty else { return rule.pooled(counted.map(\.shows)) }
        return rule.pooled(
            roots.map { root in
                let votes = root.map { counted[$0].shows }
                // Where one root contradicts itself, the worst case is that it does not hold.
                if rule.pool == .worstCase { return Truth.all(votes) }
                return votes.allSatisfy { $0 == votes[0] } ? votes[0] : .unknown
            })
    }
}

extension SlotRecord {
    /// Positions in `places` of those who stand for one evaluator: linked with each other, or each
    /// with a third one that counts too.
    func roots(among places: [Int]) -> [[Int]] {
        var leader = Array(places.indices)
        func root(_ position: Int) -> Int {
            leader[position] == position ? position : root(leader[position])
        }
        for (a, b) in links {
            guard let a = places.firstIndex(of: a), let b = places.firstIndex(of: b) else {
                continue
            }
            let (one, other) = (root(a), root(b))
            leader[max(one, other)] = min(one, other)
        }
        var groups: [[Int]] = Array(repeating: [], count: places.count)
        for position in places.indices { groups[root(position)].append(position) }
        return groups.filter { !$0.isEmpty }
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

extension Truth {
    private var rank: Int {
        switch self {
        case .no: 0
        case .unknown: 1
        case .yes: 2
        }
    }

    static func lowerMedian(_ truths: [Truth]) -> Truth {
        truths.sorted { $0.rank < $1.rank }[(truths.count - 1) / 2]
    }
}

extension ExactDecimal {
    fileprivate static func lowerMedian(_ figures: [ExactDecimal]) -> ExactDecimal {
        figures.count == 1 ? figures[0] : figures.sorted()[(figures.count - 1) / 2]
    }
}

extension EvidenceRule {
    /// What several independent evaluators say together; unknown where too few count.
    func pooled(_ votes: [Truth]) -> Truth {
        let yes = votes.count { $0 == .yes }
        let no = votes.count { $0 == .no }
        switch pool {
        case .kOfN:
            if yes >= evaluators { return .yes }
            return no >= evaluators ? .no : .unknown
        case .worstCase:
            guard votes.count >= evaluators, !votes.isEmpty else { return .unknown }
            return Truth.all(votes)
        case .median:
            guard votes.count >= evaluators, !votes.isEmpty else { return .unknown }
            return Truth.lowerMedian(votes)
        }
    }
}

extension Evidence {
    func unusable(
        for leaf: ConditionLeaf, rule: EvidenceRule, filter: EvidenceFilter
    ) -> Unusable? {
        if let withdrawn { return .withdrawn(question: withdrawn) }
        if isPreliminary { return .preliminary }
        if stale { return .stale }
        if assurance < rule.assurance { return .assurance(needed: rule.assurance) }
        if case .compare(let comparison) = leaf, comparison.bound != .estimate,
            case .figures(let figures) = finding
        {
            guard let confidence = figures.confidence else { return .noInterval }
            if confidence < comparison.confidence {
                return .confidence(needed: comparison.confidence)
            }
        }
        if let after = filter.after, made <= after { return .madeBefore(after) }
        if filter.elicited, !isElicited { return .elicitationNotStated }
        return nil
    }

    /// The end of the interval that a comparison asks about.
    func figure(for bound: Comparison.Bound) -> ExactDecimal {
        guard case .figures(let figures) = finding else {
            preconditionFailure("a judgement has no figure")
        }
        return figures.figure(for: bound)
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
