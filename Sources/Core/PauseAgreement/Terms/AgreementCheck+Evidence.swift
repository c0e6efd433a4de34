// SPDX-License-Identifier: Apache-2.0

/// Whether those who may give a trigger's evidence are enough, and independent enough.
extension AgreementCheck {
    mutating func evidence(of trigger: Trigger) {
        let rule = trigger.evidence
        if rule.assurance == .selfReported, trigger.measure > .notify {
            refuse(
                ["triggers", trigger.name, "evidence", "assurance"],
                "self-reported evidence leads to notify at most, not to \(trigger.measure.rawValue)",
                hint: "ask for third-party or reproduced evidence")
        }
        let measuring = agreement.parties.filter { $0.mayMeasure(with: rule.assurance) }
        let judging = agreement.parties.filter(\.mayAttest)
        let asksForFigures = !trigger.condition.leaves.isEmpty
        let asksForJudgements = !trigger.condition.claims.isEmpty
        named(
            rule, of: trigger,
            among: (asksForFigures ? measuring : []) + (asksForJudgements ? judging : []))
        if asksForFigures { enough(measuring, for: trigger, "such evidence") }
        if asksForJudgements { enough(judging, for: trigger, "such judgements") }
    }

    /// Each name in `from` is of somebody whose evidence can count.
    private mutating func named(_ rule: EvidenceRule, of trigger: Trigger, among parties: [Party]) {
        let path = ["triggers", trigger.name, "evidence", "from"]
        let written = node(of: trigger)?["evidence"]?["from"]?.elements ?? []
        for name in rule.from where !parties.contains(where: { $0.name == name }) {
            let element = written.first { $0.scalar == name }
            refuse(
                at: element?.place ?? text.place(of: path), path,
                "\"\(name)\" may give no evidence that counts here",
                hint: Spelling.hint(for: name, among: Set(parties.map(\.name)).sorted()))
        }
    }

    /// As many as the trigger needs, counting those who belong together once, and for a model also
    /// without whom its developer put forward.
    private mutating func enough(_ parties: [Party], for trigger: Trigger, _ what: String) {
        let rule = trigger.evidence
        let path = ["triggers", trigger.name, "evidence", "evaluators"]
        let asked = parties.filter { rule.from.isEmpty || rule.from.contains($0.name) }
        guard rule.evaluators <= asked.count else {
            refuse(
                path, "\(rule.evaluators) are needed, but \(asked.count) parties may give \(what)")
            return
        }
        let roots = AgreementCheck.roots(of: asked)
        guard rule.evaluators <= roots else {
            refuse(
                path,
                "\(rule.evaluators) are needed, but only \(roots) of the \(asked.count) who may give \(what) are independent of each other",
                hint: "who was put forward by the same party, or by one of them, counts as one")
            return
        }
        guard trigger.subject == .model, rule.assurance > .selfReported else { return }
        for developer in agreement.parties where developer.doesCoveredWork {
            let left = asked.filter { $0.isIndependent(of: developer.name) }
            let roots = AgreementCheck.roots(of: left)
            guard roots < rule.evaluators else { continue }
            refuse(
                path,
                "\(rule.evaluators) are needed, but for a model of \"\(developer.name)\" only \(roots) independent ones may give \(what)",
                hint: "whom a developer put forward does not judge its models")
            return
        }
    }

    /// How many there are when those who belong together count as one: one put forward by the
    /// other, or both by the same party.
    static func roots(of parties: [Party]) -> Int {
        var groups: [[Party]] = []
        for party in parties {
            let joined = groups.filter { $0.contains { $0.belongsTogether(with: party) } }
            groups.removeAll { $0.contains { $0.belongsTogether(with: party) } }
            groups.append(joined.flatMap(\.self) + [party])
        }
        return groups.count
    }
}

extension Party {
    /// Whether its measurements may claim this much assurance: a developer's word is its own.
    func mayMeasure(with assurance: Assurance) -> Bool {
        if roles.contains(.developer) { return assurance == .selfReported }
        return roles.contains(.evaluator) || roles.contains(.auditor)
    }

    fileprivate func belongsTogether(with other: Party) -> Bool {
        nominatedBy == other.name || other.nominatedBy == name
            || (nominatedBy != nil && nominatedBy == other.nominatedBy)
    }
}
