// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

// The words for what a trigger reads.

extension Brake {
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

    /// Why a cause may, or may not yet, be put to a vote on resuming.
    func reasonForResuming(_ cause: Cause) -> TriggerReason {
        guard let pair = cause.trigger, let reading = readingForResuming(cause) else {
            return TriggerReason(verdict: .unknown, text: "no trigger", entry: nil, children: [])
        }
        return reason(for: reading, rule: triggers[pair.trigger].evidence)
    }

    private func sentence(for condition: Condition, parts: [Truth]) -> String {
        let yes = parts.count { $0 == .yes }
        let open = parts.count { $0 == .unknown }
        let needed =
            switch condition {
            case .all: "all of \(parts.count) conditions"
            case .any: "any of \(parts.count) conditions"
            case .atLeast(let count, of: _): "at least \(count) of \(parts.count) conditions"
            case .compare: "the comparison"
            }
        return "needs \(needed): \(yes) met, \(parts.count - yes - open) not met, \(open) unknown"
    }

    private func reason(for leaf: LeafReading, rule: EvidenceRule) -> TriggerReason {
        let held = leaf.slot.map { evidence[$0] } ?? []
        let unit = agreement.indicator(leaf.comparison.indicator)?.unit
        let counted = leaf.counted.map { finding in
            TriggerReason(
                verdict: finding.shows ? .yes : .no,
                text: sentence(
                    for: held[finding.place], comparison: leaf.comparison, shows: finding.shows),
                entry: held[finding.place].entry, children: [])
        }
        let uncounted = leaf.uncounted.map { finding in
            TriggerReason(
                verdict: .unknown,
                text:
                    "\(roster.parties[held[finding.place].signer].name)'s measurement does not count: "
                    + finding.why.sentence(for: held[finding.place].value),
                entry: held[finding.place].entry, children: [])
        }
        // Sorted by entry, so that the tree reads in the order in which things became known.
        let children = (counted + uncounted).sorted {
            ($0.entry?.value ?? 0) < ($1.entry?.value ?? 0)
        }
        return TriggerReason(
            verdict: leaf.truth, text: sentence(for: leaf, rule: rule, unit: unit), entry: nil,
            children: children)
    }

    private func sentence(for leaf: LeafReading, rule: EvidenceRule, unit: QuantityUnit?) -> String
    {
        let asked = "\(leaf.comparison.indicator) \(leaf.comparison.words(unit))"
        let shows = leaf.counted.count { $0.shows }
        let evaluators = counted(rule.evaluators, "evaluator")
        let needs =
            switch rule.pool {
            case .kOfN: "needs \(evaluators) to show it"
            case .worstCase: "needs all of at least \(evaluators) to show it"
            case .median: "needs the median of at least \(evaluators) to show it"
            }
        var text =
            "\(asked): \(needs); \(counted(leaf.counted.count, "measurement")) "
            + "\(leaf.counted.count == 1 ? "counts" : "count"), \(shows) \(shows == 1 ? "shows" : "show") it"
        if leaf.truth == .unknown {
            let missing = missing(from: leaf, rule: rule)
            if !missing.isEmpty { text += "; nothing that counts from \(listed(missing))" }
        }
        return text
    }

    /// Whose measurement would help: those who may measure with enough assurance and have not.
    private func missing(from leaf: LeafReading, rule: EvidenceRule) -> [String] {
        let held = leaf.slot.map { evidence[$0] } ?? []
        let counted = leaf.counted.map { held[$0.place].signer }
        return roster.parties.enumerated().compactMap { place, party in
            let measures =
                party.roles.contains(.developer)
                ? rule.assurance == .selfReported && owns(place, leaf.slot?.subject)
                : party.roles.contains(.evaluator) || party.roles.contains(.auditor)
            return measures && !counted.contains(place) ? party.name : nil
        }
    }

    private func owns(_ developer: Int, _ subject: SubjectPlace?) -> Bool {
        if case .model(let model) = subject { models[model].developer == developer } else { true }
    }

    private func sentence(for item: Evidence, comparison: Comparison, shows: Bool) -> String {
        let value = item.value
        let name = roster.parties[item.signer].name
        let unit = value.unit.rawValue
        var text = "\(name) measured \(value.value) \(unit)"
        if let interval = value.interval {
            text += " (\(interval.low) to \(interval.high), \(interval.confidence.percent))"
        }
        if shows { return text }
        let estimateShows =
            agreement.indicator(comparison.indicator).map {
                comparison.bound != .estimate && comparison.holds(for: value.value, on: $0)
            } ?? false
        return estimateShows
            ? text + ": the estimate would, but its \(comparison.bound.rawValue) bound does not"
            : text
    }
}

extension Unusable {
    func sentence(for value: MeasuredValue) -> String {
        switch self {
        case .stale: "it is too old (made \(value.made))"
        case .assurance(let needed):
            "it is \(value.assurance.rawValue), and \(needed.rawValue) is needed"
        case .noInterval: "it has no interval"
        case .confidence(let needed):
            "its interval is at \((value.interval?.confidence ?? .zero).percent), "
                + "and \(needed.percent) is needed"
        case .madeBefore(let time): "it was made at \(value.made), not after \(time)"
        case .elicitationNotStated: "it does not say how capability was elicited"
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
