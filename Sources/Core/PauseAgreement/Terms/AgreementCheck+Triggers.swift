// SPDX-License-Identifier: Apache-2.0

extension AgreementCheck {
    mutating func triggers() {
        if agreement.triggers.isEmpty {
            refuse(["triggers"], "none is declared", hint: AgreementReader.questions["triggers"])
        }
        for trigger in agreement.triggers {
            let path = ["triggers", trigger.name]
            let leaves = leafNodes(of: path)
            for (leaf, node) in zip(trigger.condition.leaves, leaves) {
                comparison(leaf, node, of: trigger)
            }
            contradiction(trigger)
            clearing(trigger, leaves: leaves)
            evidence(trigger)
        }
    }

    /// The comparisons of a trigger as written, in the order of ``Condition/leaves``.
    private func leafNodes(of path: [String]) -> [TermNode] {
        var node: TermNode? = text
        for key in path + ["when"] { node = node?[key] }
        return node.map(leafNodes) ?? []
    }

    private func leafNodes(of node: TermNode) -> [TermNode] {
        if node["indicator"] != nil { return [node] }
        let parts = node["all"] ?? node["any"] ?? node["of"]
        return (parts?.elements ?? []).flatMap(leafNodes)
    }

    // MARK: - One comparison

    private mutating func comparison(_ leaf: Comparison, _ node: TermNode, of trigger: Trigger) {
        let path = ["triggers", trigger.name, "when"]
        guard let indicator = agreement.indicator(leaf.indicator) else { return }
        if trigger.subject == .frontier, indicator.subject == .model {
            refuse(
                at: node.place(of: ["indicator"]), path,
                "\"\(indicator.name)\" is measured on a model, but the trigger speaks of the frontier"
            )
        }
        let needed: Comparison.Bound =
            leaf.direction == .atLeast || leaf.direction == .above ? .lower : .upper
        if leaf.bound != needed {
            refuse(
                at: node.place(of: ["bound"]), path,
                "\(leaf.direction.rawValue) needs the \(needed.rawValue) bound, found \(leaf.bound.rawValue)",
                hint: "a crossing must hold for the whole interval, not by chance")
        }
        if !leaf.canCross(indicator) {
            refuse(
                at: node.place(of: [leaf.direction.rawValue]), path,
                "can never cross: \(indicator.name) is valid from \(indicator.least) to \(indicator.most) \(indicator.unit.rawValue)",
                hint: "the figure lies past what the indicator can show")
        }
    }

    // MARK: - The whole condition

    private mutating func contradiction(_ trigger: Trigger) {
        guard
            trigger.condition.leaves.allSatisfy({ leaf in
                agreement.indicator(leaf.indicator).map(leaf.canCross) ?? false
            })
        else { return }
        var budget = 20_000
        if !trigger.condition.isSatisfiable(with: [], budget: &budget) {
            refuse(
                ["triggers", trigger.name, "when"],
                "can never cross: its parts contradict each other")
        }
    }

    /// A model must be able to come out again, or the trigger is a verdict for ever.
    private mutating func clearing(_ trigger: Trigger, leaves: [TermNode]) {
        guard trigger.subject == .model else { return }
        func stays(_ leaf: Comparison) -> Bool {
            agreement.indicator(leaf.indicator).map { !leaf.canClear($0) } ?? false
        }
        guard trigger.condition.holdsAlways(where: stays) else { return }
        let first = zip(trigger.condition.leaves, leaves).first { stays($0.0) }
        let place = first.map { $0.1.place(of: [$0.0.direction.rawValue]) }
        refuse(
            at: place ?? text.place(of: ["triggers", trigger.name]),
            ["triggers", trigger.name, "when"],
            "can never clear: every valid value crosses it",
            hint: "a model leaves a pause by mitigation and another evaluation")
    }

    private mutating func evidence(_ trigger: Trigger) {
        let rule = trigger.evidence
        let path = ["triggers", trigger.name, "evidence"]
        if rule.assurance == .selfReported, trigger.measure > .notify {
            refuse(
                path + ["assurance"],
                "self-reported evidence leads to notify at most, not to \(trigger.measure.rawValue)",
                hint: "ask for third-party or reproduced evidence")
        }
        let mayMeasure = agreement.parties.filter {
            $0.roles.contains(.evaluator) || $0.roles.contains(.auditor)
                || (rule.assurance == .selfReported && $0.roles.contains(.developer))
        }
        if rule.evaluators > mayMeasure.count {
            refuse(
                path + ["evaluators"],
                "\(rule.evaluators) are needed, but \(mayMeasure.count) parties may give such evidence"
            )
        }
    }
}

// MARK: - What comparisons can show

extension Comparison {
    /// Whether a measurement within the valid range can satisfy it. A value at the ceiling shows
    /// only "at least the ceiling", and one at the floor only "at most the floor".
    func canCross(_ indicator: Indicator) -> Bool {
        switch direction {
        case .atLeast: figure <= indicator.most
        case .above: figure < indicator.most
        case .atMost: indicator.least <= figure
        case .below: indicator.least < figure
        }
    }

    /// Whether a measurement within the valid range can fail it.
    fileprivate func canClear(_ indicator: Indicator) -> Bool {
        switch direction {
        case .atLeast: indicator.least < figure
        case .above: indicator.least <= figure
        case .atMost: figure < indicator.most
        case .below: figure <= indicator.most
        }
    }

    /// Whether both can hold for one value. With bounds as the checker asks for them, a crossing
    /// means that the whole interval lies on one side, so values stand for intervals.
    fileprivate func agrees(with other: Comparison) -> Bool {
        guard indicator == other.indicator else { return true }
        switch (isFloor, other.isFloor) {
        case (true, false): return Comparison.meet(floor: self, ceiling: other)
        case (false, true): return Comparison.meet(floor: other, ceiling: self)
        default: return true
        }
    }

    /// Whether it is crossed from below.
    var isFloor: Bool { direction == .atLeast || direction == .above }

    private static func meet(floor: Comparison, ceiling: Comparison) -> Bool {
        let strict = floor.direction == .above || ceiling.direction == .below
        return floor.figure < ceiling.figure || (floor.figure == ceiling.figure && !strict)
    }
}

extension Condition {
    /// Whether all parts that must hold together, with those `chosen` already, agree with each
    /// other.
    ///
    /// Tries choices one after the other; when the budget is spent it gives the condition the
    /// benefit of the doubt, since only absurdly large ones get there.
    fileprivate func isSatisfiable(with chosen: [Comparison], budget: inout Int) -> Bool {
        Condition.search([self], chosen: chosen, budget: &budget)
    }

    private static func search(
        _ open: [Condition], chosen: [Comparison], budget: inout Int
    ) -> Bool {
        budget -= 1
        guard budget > 0, let next = open.last else { return true }
        let rest = Array(open.dropLast())
        switch next {
        case .compare(let leaf):
            return chosen.allSatisfy(leaf.agrees)
                && search(rest, chosen: chosen + [leaf], budget: &budget)
        case .all(let parts):
            return search(rest + parts, chosen: chosen, budget: &budget)
        case .any(let parts):
            return parts.contains { search(rest + [$0], chosen: chosen, budget: &budget) }
        case .atLeast(let count, of: let parts):
            guard let first = parts.first, count > 0 else {
                return count <= 0 && search(rest, chosen: chosen, budget: &budget)
            }
            let others = Array(parts.dropFirst())
            let taken = rest + [.atLeast(count - 1, of: others), first]
            if search(taken, chosen: chosen, budget: &budget) { return true }
            let left = rest + [.atLeast(count, of: others)]
            return others.count >= count && search(left, chosen: chosen, budget: &budget)
        }
    }

    /// Whether it is true whatever is measured, given the comparisons that always are.
    fileprivate func holdsAlways(where always: (Comparison) -> Bool) -> Bool {
        switch self {
        case .compare(let leaf): always(leaf)
        case .all(let parts): parts.allSatisfy { $0.holdsAlways(where: always) }
        case .any(let parts): parts.contains { $0.holdsAlways(where: always) }
        case .atLeast(let count, of: let parts):
            parts.count { $0.holdsAlways(where: always) } >= count
        }
    }
}
