// SPDX-License-Identifier: Apache-2.0

extension AgreementCheck {
    mutating func triggers() {
        if agreement.triggers.isEmpty {
            refuse(["triggers"], "none is declared", hint: AgreementReader.questions["triggers"])
        }
        for trigger in agreement.triggers {
            let before = problems.count
            let leaves = leafNodes(of: trigger).filter { $0["indicator"] != nil }
            for (leaf, node) in zip(trigger.condition.leaves, leaves) {
                comparison(leaf, node, of: trigger)
            }
            claims(of: trigger)
            contradiction(trigger)
            if !clearing(trigger, leaves: leaves) { outOfRange(trigger, leaves) }
            if problems.count > before { faulty.insert(trigger.name) }
            persistence(trigger)
            evidence(of: trigger)
        }
    }

    /// The comparisons and claims of a trigger as written, in the order written.
    private func leafNodes(of trigger: Trigger) -> [TermNode] {
        node(of: trigger)?["when"].map(leafNodes) ?? []
    }

    private func leafNodes(of node: TermNode) -> [TermNode] {
        if node["indicator"] != nil || node["claim"] != nil { return [node] }
        return node.conditions.flatMap(leafNodes)
    }

    func node(of trigger: Trigger) -> TermNode? { text["triggers"]?[trigger.name] }

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
        let needed: Comparison.Bound = leaf.isFloor ? .lower : .upper
        let isExact = leaf.bound == .estimate && indicator.uncertainty == .counted
        if leaf.bound != needed, !isExact {
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

    /// A figure that every valid value is past shows nothing.
    private mutating func outOfRange(_ trigger: Trigger, _ leaves: [TermNode]) {
        for (leaf, node) in zip(trigger.condition.leaves, leaves) {
            guard let indicator = agreement.indicator(leaf.indicator), leaf.canCross(indicator),
                leaf.figure < indicator.least || indicator.most < leaf.figure
            else { continue }
            refuse(
                at: node.place(of: [leaf.direction.rawValue]),
                ["triggers", trigger.name, "when"],
                "always holds: \(indicator.name) is valid from \(indicator.least) to \(indicator.most) \(indicator.unit.rawValue)",
                hint: "the figure lies past what the indicator can show")
        }
    }

    private mutating func claims(of trigger: Trigger) {
        let nodes = leafNodes(of: trigger).compactMap { $0["claim"] }
        for (name, node) in zip(trigger.condition.claims, nodes)
        where trigger.subject == .frontier && agreement.claim(name)?.subject == .model {
            refuse(
                at: node.place, ["triggers", trigger.name, "when"],
                "\"\(name)\" is judged of a model, but the trigger speaks of the frontier")
        }
    }

    // MARK: - The whole condition

    private mutating func contradiction(_ trigger: Trigger) {
        guard
            trigger.condition.leaves.allSatisfy({ leaf in
                agreement.indicator(leaf.indicator).map(leaf.canCross) ?? false
            })
        else { return }
        var space = ConditionSpace(
            [trigger.condition], indicators: agreement.indicators, evidence: .any)
        if !space.canHold() {
            refuse(
                ["triggers", trigger.name, "when"],
                "can never cross: its parts contradict each other")
        }
    }

    /// A model must be able to come out again, or the trigger is a verdict for ever.
    ///
    /// - Returns: whether it cannot.
    private mutating func clearing(_ trigger: Trigger, leaves: [TermNode]) -> Bool {
        guard trigger.subject == .model else { return false }
        var space = ConditionSpace(
            [trigger.condition], indicators: agreement.indicators, evidence: .exact)
        guard !space.canFail() else { return false }
        let first = zip(trigger.condition.leaves, leaves).first { leaf, _ in
            var space = ConditionSpace(
                [.compare(leaf)], indicators: agreement.indicators, evidence: .exact)
            return !space.canFail()
        }
        let place = first.map { $0.1.place(of: [$0.0.direction.rawValue]) }
        refuse(
            at: place ?? text.place(of: ["triggers", trigger.name, "when"]),
            ["triggers", trigger.name, "when"],
            "can never clear: every valid value crosses it",
            hint: "a model leaves a pause by mitigation and another evaluation")
        return true
    }

    // MARK: - Time

    /// What must hold for longer than a measurement counts would be unknown before it is crossed.
    private mutating func persistence(_ trigger: Trigger) {
        let over = trigger.persistence.over
        let measured = trigger.condition.leaves.compactMap { agreement.indicator($0.indicator) }
            .map { (name: $0.name, counts: $0.staleAfter) }
        let judged = trigger.condition.claims.compactMap { agreement.claim($0) }
            .map { (name: $0.name, counts: $0.staleAfter) }
        guard let shortest = (measured + judged).min(by: { $0.counts < $1.counts }),
            shortest.counts < over
        else { return }
        refuse(
            ["triggers", trigger.name, "for", "over"],
            "\(over) is longer than evidence on \(shortest.name) counts, \(shortest.counts)",
            hint: "it would be stale, and so unknown, before the trigger is crossed")
    }

    /// Who has to measure every so often must be able to keep the value from going stale.
    mutating func evaluationDeadlines() {
        for indicator in agreement.indicators {
            guard let every = indicator.every, indicator.staleAfter < every else { continue }
            refuse(
                ["indicators", indicator.name, "every"],
                "\(every) is longer than a measurement counts, \(indicator.staleAfter)",
                hint: "the value would be unknown before the next measurement is due")
        }
    }
}

extension TermNode {
    /// The conditions that this one is made of, where it is made of some.
    var conditions: [TermNode] { (self["all"] ?? self["any"] ?? self["of"])?.elements ?? [] }
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

    /// Whether it is crossed from below.
    var isFloor: Bool { direction == .atLeast || direction == .above }
}
