// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

// The words for what a trigger reads.

extension TriggerLaw {
    /// How a pair stands, and why.
    ///
    /// - Parameter found: what its condition reads.
    func standing(
        of pair: TriggerPair, about subject: Subject, reading found: Reading
    ) -> TriggerStanding {
        let trigger = triggers[pair.trigger]
        let standing = self[pair]
        precondition(
            (standing.phase.verdict ?? TriggerVerdict(found.truth)) == standing.verdict,
            "a verdict changes by events only")
        return TriggerStanding(
            trigger: trigger.name, subject: subject, verdict: standing.verdict,
            since: standing.since, reason: reason(for: found, of: pair),
            pending: standing.phase.pending.map { pendingStanding(of: $0, pair) },
            keptUntil: standing.phase.keptUntil, clause: trigger.article)
    }

    private func pendingStanding(of hold: PendingHold, _ pair: TriggerPair) -> PendingStanding {
        let persistence = triggers[pair.trigger].persistence
        return PendingStanding(
            since: hold.since,
            due: persistence.reports <= 1 ? hold.since.later(by: persistence.over) : nil,
            reports: persistence.reports, over: persistence.over,
            evaluators: rules[pair.trigger].evaluators,
            reported: hold.rounds.map {
                .init(
                    signer: signers[$0.signer].name, reports: $0.reports, first: $0.first,
                    newest: $0.newest)
            })
    }

    /// The tree of reasons; on top what time makes of the condition, where it makes anything.
    private func reason(for reading: Reading, of pair: TriggerPair) -> TriggerReason {
        let below = reason(for: reading, rule: rules[pair.trigger])
        switch self[pair].phase {
        case .idle, .crossed: return below
        case .pending(let hold):
            return TriggerReason(
                verdict: .no, text: sentence(for: hold, pair), entry: nil, children: [below])
        case .kept(let until):
            return TriggerReason(
                verdict: .yes, text: "no longer seen to hold, and stays crossed until \(until)",
                entry: nil, children: [below])
        }
    }

    private func sentence(for hold: PendingHold, _ pair: TriggerPair) -> String {
        let persistence = triggers[pair.trigger].persistence
        let holds = "holds since \(hold.since)"
        guard persistence.reports > 1 else {
            return
                "\(holds), and is crossed at \(hold.since.later(by: persistence.over)) if it goes on"
        }
        let apart =
            persistence.over == .zero
            ? "" : ", the last at least \(persistence.over) after the first"
        let so = hold.rounds.map { "\(signers[$0.signer].name) has \($0.reports)" }
        return "\(holds), and waits for \(counted(persistence.reports, "report")) by each of "
            + "\(counted(rules[pair.trigger].evaluators, "evaluator"))\(apart): \(listed(so))"
    }

    // MARK: - The condition

    func reason(for reading: Reading, rule: EvidenceRule) -> TriggerReason {
        switch reading {
        case .group(let condition, let truth, parts: let parts):
            return TriggerReason(
                verdict: truth, text: sentence(for: condition, parts: parts.map(\.truth)),
                entry: nil,
                children: parts.map { reason(for: $0, rule: rule) })
        case .leaf(let leaf):
            return reason(for: leaf, rule: rule)
        }
    }

    private func sentence(for condition: Condition, parts: [Truth]) -> String {
        let yes = parts.count { $0 == .yes }
        let open = parts.count { $0 == .unknown }
        let needed =
            switch condition {
            case .all: "all of \(parts.count) conditions"
            case .any: "any of \(parts.count) conditions"
            case .atLeast(let count, of: _): "at least \(count) of \(parts.count) conditions"
            case .compare, .claim: "the condition"
            }
        return "needs \(needed): \(yes) met, \(parts.count - yes - open) not met, \(open) unknown"
    }

    private func reason(for leaf: LeafReading, rule: EvidenceRule) -> TriggerReason {
        let held = leaf.slot.map { evidence.held(in: $0) } ?? []
        let counted = leaf.counted.map { finding in
            TriggerReason(
                verdict: finding.shows,
                text: sentence(for: held[finding.place], leaf: leaf.leaf, shows: finding.shows),
                entry: held[finding.place].entry, children: [])
        }
        let uncounted = leaf.uncounted.map { finding in
            let item = held[finding.place]
            return TriggerReason(
                verdict: .unknown,
                text: "\(signers[item.signer].name)'s \(item.noun) does not count: "
                    + finding.why.sentence(for: item),
                entry: item.entry, children: [])
        }
        // Sorted by entry, so that the tree reads in the order in which things became known.
        let children = (counted + uncounted).sorted {
            ($0.entry?.value ?? 0) < ($1.entry?.value ?? 0)
        }
        return TriggerReason(
            verdict: leaf.truth, text: sentence(for: leaf, rule: rule, held), entry: nil,
            children: children)
    }

    private func sentence(
        for leaf: LeafReading, rule: EvidenceRule, _ held: [Evidence]
    ) -> String {
        let shows = leaf.counted.count { $0.shows == .yes }
        let evaluators = counted(rule.evaluators, "evaluator")
        let needs =
            switch rule.pool {
            case .kOfN: "needs \(evaluators) to show it"
            case .worstCase: "needs all of at least \(evaluators) to show it"
            case .median: "needs the median of at least \(evaluators) to show it"
            }
        var text =
            "\(words(for: leaf.leaf)): \(needs); \(counted(leaf.counted.count, leaf.leaf.noun)) "
            + "\(leaf.counted.count == 1 ? "counts" : "count"), "
            + "\(shows) \(shows == 1 ? "shows" : "show") it"
        for root in leaf.roots where root.count > 1 {
            let names = root.map { signers[held[leaf.counted[$0].place].signer].name }
            text += "; \(listed(names)) are one evaluator: they rest on the same or on each other"
        }
        if leaf.isDisputed {
            let (yes, no) = (names(in: leaf, that: .yes), names(in: leaf, that: .no))
            text += "; \(listed(no)) contradict\(no.count == 1 ? "s" : "") \(listed(yes))"
        }
        if let missed = leaf.missed {
            text += "; the evaluation due by \(missed) was missed, so older evidence cannot say no"
        } else if leaf.truth == .unknown {
            let missing = missing(from: leaf, rule: rule)
            if !missing.isEmpty { text += "; nothing that counts from \(listed(missing))" }
        }
        return text
    }

    /// Who counts and shows this, in the order of signers.
    private func names(in leaf: LeafReading, that shows: Truth) -> [String] {
        let held = leaf.slot.map { evidence.held(in: $0) } ?? []
        return leaf.counted.filter { $0.shows == shows }
            .map { signers[held[$0.place].signer].name }
    }

    /// Where evaluators that count contradict each other.
    func dissent(
        in pair: TriggerPair, about subject: Subject, reading found: Reading
    ) -> [DissentStanding] {
        var seen: Set<ConditionLeaf> = []
        return found.leaves.filter { $0.isDisputed && seen.insert($0.leaf).inserted }
            .map { leaf in
                DissentStanding(
                    trigger: triggers[pair.trigger].name, subject: subject, about: leaf.leaf.name,
                    part: words(for: leaf.leaf), yes: names(in: leaf, that: .yes).sorted(),
                    no: names(in: leaf, that: .no).sorted(),
                    unclear: names(in: leaf, that: .unknown).sorted())
            }
    }

    /// Whose evidence would help: those who may give it with enough assurance and have not.
    private func missing(from leaf: LeafReading, rule: EvidenceRule) -> [String] {
        let held = leaf.slot.map { evidence.held(in: $0) } ?? []
        let counted = leaf.counted.map { held[$0.place].signer }
        return signers.indices.filter { place in
            let signer = signers[place]
            guard rule.from.isEmpty || rule.from.contains(signer.name), !counted.contains(place)
            else { return false }
            guard case .compare = leaf.leaf else { return signer.judges }
            return switch signer.measures {
            case .nothing: false
            case .anything: true
            case .ownModels:
                rule.assurance == .selfReported && owns(place, leaf.slot?.subject)
            }
        }
        .map { signers[$0].name }
    }

    private func owns(_ developer: Int, _ subject: SubjectPlace?) -> Bool {
        if case .model(let model) = subject { owners[model] == developer } else { true }
    }

    // MARK: - One piece of evidence

    private func sentence(for item: Evidence, leaf: ConditionLeaf, shows: Truth) -> String {
        let name = signers[item.signer].name
        switch (leaf, item.content) {
        case (.compare(let comparison), .measured(let value)):
            var text = "\(name) measured \(value.value) \(value.unit.rawValue)"
            if let interval = value.interval {
                text += " (\(interval.low) to \(interval.high), \(interval.confidence.percent))"
            }
            guard shows != .yes, comparison.bound != .estimate,
                let topic = topic(ofIndicator: comparison.indicator),
                comparison.holds(for: value.value, on: indicators[topic])
            else { return text }
            return text
                + ": the estimate would, but its \(comparison.bound.rawValue) bound does not"
        case (_, .judged(let judgement)):
            let says =
                switch judgement.holds {
                case .yes: "that it holds"
                case .no: "that it does not hold"
                case .unclear: "that it is unclear"
                }
            return "\(name) judges \(says)"
                + (judgement.reason.isEmpty ? "" : ": \(judgement.reason)")
        case (.claim, .measured): preconditionFailure("claims are judged")
        }
    }

    private func words(for leaf: ConditionLeaf) -> String {
        switch leaf {
        case .compare(let comparison):
            let unit = topic(ofIndicator: comparison.indicator).map { indicators[$0].unit }
            return "\(comparison.indicator) \(comparison.words(unit))"
        case .claim(let name): return "the claim \(name)"
        }
    }
}

extension Brake {
    /// Why a cause may, or may not yet, be put to a vote on resuming.
    func reasonForResuming(_ cause: Cause) -> TriggerReason {
        guard let pair = cause.trigger, let reading = readingForResuming(cause) else {
            return TriggerReason(verdict: .unknown, text: "no trigger", entry: nil, children: [])
        }
        switch law[pair].phase {
        case .pending(let hold):
            return TriggerReason(
                verdict: .unknown, text: "its condition holds again since \(hold.since)",
                entry: nil,
                children: [])
        case .kept(let until):
            return TriggerReason(
                verdict: .yes, text: "it stays crossed until \(until)", entry: nil, children: [])
        case .idle, .crossed: return law.reason(for: reading, rule: law.rules[pair.trigger])
        }
    }
}

extension Evidence {
    fileprivate var noun: String {
        if case .measured = content { "measurement" } else { "judgement" }
    }
}

extension ConditionLeaf {
    fileprivate var noun: String {
        if case .compare = self { "measurement" } else { "judgement" }
    }

    fileprivate var name: String {
        switch self {
        case .compare(let comparison): comparison.indicator
        case .claim(let name): name
        }
    }
}

extension Unusable {
    func sentence(for item: Evidence) -> String {
        switch self {
        case .stale: "it is too old (made \(item.made))"
        case .preliminary: "it is preliminary"
        case .withdrawn(let question): "it was withdrawn by \(question)"
        case .notAsked: "the trigger names those whose evidence counts, and it is none of them"
        case .assurance(let needed):
            "it is \(item.assurance.rawValue), and \(needed.rawValue) is needed"
        case .noInterval: "it has no interval"
        case .confidence(let needed):
            "its interval is at \(item.confidence.percent), and \(needed.percent) is needed"
        case .madeBefore(let time): "it was made at \(item.made), not after \(time)"
        case .elicitationNotStated: "it does not say how capability was elicited"
        }
    }
}

extension Evidence {
    fileprivate var confidence: ExactDecimal {
        if case .measured(let value) = content {
            value.interval?.confidence ?? .zero
        } else {
            .zero
        }
    }
}

extension Comparison {
    /// `at least 480 min by the lower bound at 95 %`.
    fileprivate func words(_ unit: QuantityUnit?) -> String {
        let relation =
            switch direction {
            case .atLeast: "at least"
            case .atMost: "at most"
            case .above: "above"
            case .below: "below"
            }
        let figure = unit.map { Quantity(self.figure, $0).description } ?? self.figure.description
        let by =
            bound == .estimate
            ? "by the estimate" : "by the \(bound.rawValue) bound at \(confidence.percent)"
        return "\(relation) \(figure) \(by)"
    }
}
