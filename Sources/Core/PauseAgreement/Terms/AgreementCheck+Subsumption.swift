// SPDX-License-Identifier: Apache-2.0

/// Finds what could be left out without a difference: rules that others always come before.
extension AgreementCheck {
    /// Beyond so many triggers they are not compared with each other, since pairs grow with the
    /// square.
    private static let mostCompared = 100
    /// Nor are the parts of a larger condition.
    private static let mostParts = 100

    mutating func subsumption() {
        for trigger in agreement.triggers where !faulty.contains(trigger.name) {
            let size = trigger.condition.leaves.count + trigger.condition.claims.count
            guard size <= AgreementCheck.mostParts, let when = node(of: trigger)?["when"] else {
                continue
            }
            parts(of: trigger.condition, when, trigger, path: "when")
        }
        guard agreement.triggers.count <= AgreementCheck.mostCompared else { return }
        // In the order written: of two that are the same, the later one is left out.
        let names = text["triggers"]?.members?.map(\.key) ?? []
        let written = names.compactMap { agreement.trigger($0) }
            .filter { !faulty.contains($0.name) }
        for (place, trigger) in written.enumerated() {
            let other = written.enumerated().first { otherPlace, other in
                other.name != trigger.name && other.comesBefore(trigger, agreement.indicators)
                    && (otherPlace < place || !trigger.comesBefore(other, agreement.indicators))
            }
            guard let other = other?.element else { continue }
            warn(
                at: text["triggers"]?.members?.first { $0.key == trigger.name }?.keyPlace
                    ?? text.place,
                ["triggers", trigger.name],
                "never matters: \"\(other.name)\" is always crossed when it is, and asks for \(other.measure.rawValue)",
                hint: "leave it out, or let it ask for more than the other")
        }
    }

    /// Parts of `all` that the others imply, and parts of `any` that imply another.
    private mutating func parts(
        of condition: Condition, _ node: TermNode, _ trigger: Trigger, path: String
    ) {
        let (key, conditions, needsAll) = condition.group
        let nodes = node.conditions
        guard conditions.count == nodes.count else { return }
        var kept = Array(conditions.indices)
        for place in conditions.indices.reversed() where kept.count > 1 {
            guard let needsAll else { break }
            let others = kept.filter { $0 != place }.map { conditions[$0] }
            let pair =
                needsAll
                ? [Condition.all(others), conditions[place]]
                : [conditions[place], .any(others)]
            var space = ConditionSpace(
                pair, indicators: agreement.indicators, evidence: .any,
                keepsLevelsApart: trigger.evidence.pool != .kOfN)
            guard space.firstImpliesSecond() else { continue }
            kept.removeAll { $0 == place }
            warn(
                at: nodes[place].place,
                ["triggers", trigger.name, "\(path).\(key)[\(place + 1)]"],
                needsAll
                    ? "never matters: it holds whenever the others do"
                    : "never matters: another part holds whenever it does",
                hint: "leave it out")
        }
        for place in conditions.indices {
            parts(
                of: conditions[place], nodes[place], trigger, path: "\(path).\(key)[\(place + 1)]")
        }
    }
}

extension Condition {
    /// Its key, its parts, and whether it needs all of them or any of them; nil for neither.
    fileprivate var group: (key: String, parts: [Condition], needsAll: Bool?) {
        switch self {
        case .all(let parts): ("all", parts, true)
        case .any(let parts): ("any", parts, false)
        case .atLeast(let count, of: let parts):
            ("of", parts, count == parts.count ? true : count == 1 ? false : nil)
        case .compare, .claim: ("", [], nil)
        }
    }
}

extension Trigger {
    /// Whether this one is crossed whenever, and no later than, the other is, and asks for as much.
    fileprivate func comesBefore(_ other: Trigger, _ indicators: [Indicator]) -> Bool {
        guard subject == other.subject, measure >= other.measure, other.onUnknown == .hold,
            persistence.reports <= other.persistence.reports,
            persistence.over <= other.persistence.over, keep >= other.keep,
            rearm.isEmpty || rearm == other.rearm,
            other.evidence.isAsStrict(as: evidence), sharesEvidence(with: other)
        else { return false }
        let isPooled = evidence.pool != .kOfN || other.evidence.pool != .kOfN
        var space = ConditionSpace(
            [other.condition, condition], indicators: indicators, evidence: .any,
            keepsLevelsApart: isPooled)
        return space.firstImpliesSecond()
    }

    /// What rests on other evidence alone can never follow.
    private func sharesEvidence(with other: Trigger) -> Bool {
        !Set(condition.leaves.map(\.indicator))
            .isDisjoint(with: other.condition.leaves.map(\.indicator))
            || !Set(condition.claims).isDisjoint(with: other.condition.claims)
    }
}

extension EvidenceRule {
    /// Whether evidence that shows something under this rule shows it under the other as well.
    fileprivate func isAsStrict(as other: EvidenceRule) -> Bool {
        guard evaluators >= other.evaluators, assurance >= other.assurance else { return false }
        let isWithin = other.from.isEmpty || (!from.isEmpty && from.allSatisfy(other.from.contains))
        guard isWithin else { return false }
        // More evidence may count under the other rule, and some of it may disagree.
        let isSameEvidence = assurance == other.assurance && from == other.from
        switch (pool, other.pool) {
        case (.kOfN, .kOfN), (.worstCase, .kOfN): return true
        case (.worstCase, .worstCase), (.worstCase, .median), (.median, .median):
            return isSameEvidence
        case (.kOfN, _), (.median, _): return false
        }
    }
}
