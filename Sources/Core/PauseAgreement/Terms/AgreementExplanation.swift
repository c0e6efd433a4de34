// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

extension Agreement {
    /// The agreement in plain sentences: the five questions and what stands around them.
    ///
    /// Plain text with one statement a line; headings end in a question mark or a colon.
    public var explanation: String {
        let parts = [
            explainedHead, explainedTriggers, explainedDecisions, explainedResume,
            explainedVerification,
            explainedIncentives, explainedMeasures, explainedTrust, explainedLife,
        ]
        return parts.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var explainedHead: [String] {
        var lines = [title, "\(name), rules version \(rules)", "id \(id.hex)"]
        if let prose {
            lines.append(
                "The authentic text is \(prose.file); it prevails. SHA-256 \(prose.digest.hex)")
        }
        return lines
    }

    // MARK: - The five questions

    private var explainedTriggers: [String] {
        ["What triggers a pause?"] + triggers.flatMap(explained) + claims.map(explained)
            + indicators.compactMap(measuredEvery) + explainedElicitation
            + [
                "- A crossed trigger opens a question to the council. It is never an order by itself."
            ] + explainedTests
    }

    private func explained(_ claim: Claim) -> String {
        let about = claim.subject == .model ? "a model" : "the frontier as a whole"
        return
            "- Claim \(claim.name) (article \(claim.article)), judged of \(about) since nothing "
            + "computes it, for \(claim.staleAfter): \(claim.text)"
    }

    private func measuredEvery(_ indicator: Indicator) -> String? {
        guard let every = indicator.every else { return nil }
        let what = indicator.subject == .model ? "each registered model" : "the frontier"
        return
            "- \(indicator.name) of \(what) is measured at least every \(every) (article "
            + "\(indicator.article)); without, it is unknown where it was clear."
    }

    private var explainedElicitation: [String] {
        let names = indicators.filter { $0.elicitation == .needed }.map(\.name)
        guard !names.isEmpty else { return [] }
        return [
            "- A low value of \(names.joined(separator: ", ")) counts only with a word on how capability was drawn out of the model."
        ]
    }

    private var explainedTests: [String] {
        guard !tests.isEmpty else { return [] }
        let counted = tests.count == 1 ? "1 test" : "\(tests.count) tests"
        return ["- \(counted) in the text show what the triggers read of made-up reports."]
    }

    private func explained(_ trigger: Trigger) -> [String] {
        let about = trigger.subject == .model ? "for one model" : "for the frontier as a whole"
        let evidence = trigger.evidence
        let people = evidence.evaluators == 1 ? "1 evaluator" : "\(evidence.evaluators) evaluators"
        let unknown =
            trigger.onUnknown == .hold
            ? "While it is unknown, nothing opens and the state says so."
            : "While it is unknown, the question opens as if it were crossed."
        return [
            "- \(trigger.name) (article \(trigger.article)): \(about), \(explained(trigger.condition)).",
            "  It asks for \(trigger.measure.rawValue). It needs \(evidence.assurance.rawValue) evidence "
                + "of at least \(people)\(named(evidence)) (\(explained(evidence.pool))). \(unknown)",
        ] + lasting(trigger) + lifting(trigger)
    }

    private func named(_ rule: EvidenceRule) -> String {
        rule.from.isEmpty ? "" : " among \(rule.from.joined(separator: ", "))"
    }

    /// How long it must hold, and how long it stays.
    private func lasting(_ trigger: Trigger) -> [String] {
        var sentences: [String] = []
        let (reports, over) = (trigger.persistence.reports, trigger.persistence.over)
        switch (reports > 1, over > .zero) {
        case (true, true):
            sentences.append(
                "It is crossed once it held in \(reports) reports of each, the last at least \(over) after the first."
            )
        case (true, false):
            sentences.append("It is crossed once it held in \(reports) reports of each.")
        case (false, true): sentences.append("It is crossed once it held for \(over).")
        case (false, false): break
        }
        if trigger.keep > .zero {
            sentences.append("It stays crossed for \(trigger.keep) after it last held.")
        }
        return sentences.isEmpty ? [] : ["  " + sentences.joined(separator: " ")]
    }

    private func lifting(_ trigger: Trigger) -> [String] {
        guard !trigger.liftedBy.isEmpty else { return [] }
        var line = "  It is lifted by milestones: \(trigger.liftedBy.joined(separator: ", "))."
        if let leaf = trigger.condition.leaves.first, !trigger.rearm.isEmpty {
            let figures = trigger.rearm.map { written($0, leaf) }
            let again = figures.count > 1 ? ", then " : ""
            line +=
                " After it was lifted, its figure is \(figures[0])\(again)"
                + figures.dropFirst().joined(separator: ", then ") + "."
        }
        return [line]
    }

    private func explained(_ pool: EvidenceRule.Pool) -> String {
        switch pool {
        case .kOfN: "as many must say that it holds"
        case .worstCase: "all who measured must say that it holds"
        case .median: "the lower median decides"
        }
    }

    private func explained(_ condition: Condition) -> String {
        switch condition {
        case .compare(let leaf): explained(leaf)
        case .claim(let name): "\(name) is judged to hold"
        case .all(let parts): joined(parts, "both", "all")
        case .any(let parts): joined(parts, "one", "one")
        case .atLeast(let count, of: let parts): joined(parts, "\(count)", "\(count)")
        }
    }

    private func joined(_ parts: [Condition], _ two: String, _ many: String) -> String {
        guard parts.count > 1 else { return parts.first.map(explained) ?? "" }
        let count = parts.count == 2 ? two : many
        return "\(count) of these: (\(parts.map(explained).joined(separator: "; ")))"
    }

    private func explained(_ leaf: Comparison) -> String {
        let figure = written(leaf.figure, leaf)
        let direction = leaf.direction.rawValue.split(separator: "-").joined(separator: " ")
        // An exact count has no interval whose bound could decide.
        if leaf.bound == .estimate { return "\(leaf.indicator) is \(direction) \(figure), counted" }
        return
            "\(leaf.indicator) is \(direction) \(figure) by the \(leaf.bound.rawValue) bound of a \(leaf.confidence.percent) interval"
    }

    /// The figure with the unit of the comparison's indicator.
    private func written(_ figure: ExactDecimal, _ leaf: Comparison) -> String {
        let unit = indicator(leaf.indicator)?.unit ?? .count
        return unit == .share ? figure.percent : "\(figure) \(unit.rawValue)"
    }

    private var explainedDecisions: [String] {
        let members = decisions.council.compactMap { party($0) }
        let jurisdictions = Set(members.map(\.jurisdiction)).sorted()
        return [
            "Who decides?",
            "- The council of \(members.count), from \(jurisdictions.joined(separator: ", ")): "
                + "\(decisions.council.joined(separator: ", ")).",
        ] + decisions.rules.map(explained)
    }

    private func explained(_ rule: DecisionRule) -> String {
        var sentence = "- \(rule.kind.rawValue) (article \(rule.article)): \(rule.quorum) yes votes"
        if rule.jurisdictions > 1 { sentence += " from \(rule.jurisdictions) jurisdictions" }
        sentence += " within \(rule.deadline)."
        switch rule.onTimeout {
        case .reject: sentence += " Without them nothing changes."
        case .lapse:
            sentence +=
                " Without them the order becomes \(clocks.lapsesTo.rawValue), at the latest \(clocks.provisional) after it began."
        }
        if rule.recusal.contains(.accused) { sentence += " The accused does not vote" }
        if rule.recusal.contains(.nominatedByAccused) {
            sentence +=
                rule.recusal.contains(.accused)
                ? ", nor whom it nominated" : " Whom the accused nominated does not vote"
        }
        return sentence + (rule.recusal.isEmpty ? "" : ".")
    }

    private var explainedResume: [String] {
        let rule = decisions.rule(for: .resume)
        var lines = ["What lets work resume?"]
        lines.append(
            "- \(rule?.quorum ?? 0) members of the council vote for it (article \(resume.article)). Time alone lifts nothing that was confirmed."
        )
        if resume.requiresClearTrigger {
            lines.append("- The trigger reads clear on measurements made after the order.")
        }
        if resume.requiresElicitation {
            lines.append("- These measurements say how capability was drawn out of the model.")
        }
        if resume.requiredMitigations > 0 {
            let count = resume.requiredMitigations
            let people = count == 1 ? "1 auditor or evaluator" : "\(count) auditors or evaluators"
            lines.append(
                "- \(people), independent of the developer, attested that it mended the cause; for triggers about a model."
            )
        }
        if triggers.contains(where: { !$0.liftedBy.isEmpty }) {
            lines.append(
                "- For a trigger of the frontier its milestones, attested since the order, stand in place of that."
            )
        }
        return lines + explainedStages + resume.milestones.map(explained)
    }

    private var explainedStages: [String] {
        let stages = resume.stages.map {
            "\($0.measure.rawValue) from \($0.threshold) FLOP for \($0.lasts)"
        }
        guard !stages.isEmpty else {
            return ["- All resume together, \(resume.opensAfter) after the vote, at once."]
        }
        return [
            "- All resume together, \(resume.opensAfter) after the vote, in stages: \(stages.joined(separator: ", then ")).",
            "- If new evidence crosses the trigger meanwhile, the stages are held, and a determination puts the measure back at once, without grace.",
        ]
    }

    private func explained(_ milestone: Milestone) -> String {
        let verb = milestone.attesters == 1 ? "attests" : "attest"
        let origin =
            milestone.jurisdictions > 1 ? " from \(milestone.jurisdictions) jurisdictions" : ""
        return
            "- Milestone \(milestone.name) (article \(milestone.article)), reached when "
            + "\(milestone.attesters)\(origin) \(verb) it: \(milestone.text)"
    }

    private var explainedVerification: [String] {
        let terms = verification
        return [
            "How do rivals know that everyone stopped?",
            "- Each developer and operator gives evidence of its stop within \(terms.stopEvidenceWithin) (article \(terms.article)); without it, it is shown as unverified.",
            "- Each site reports telemetry for every \(terms.telemetryEvery), \(terms.telemetryLateAfter) late at most.",
            "- Auditors draw samples at random; what they draw is answered within \(terms.answerWithin). Each site has a finding at least every \(terms.inspectionEvery).",
        ] + explainedAccess + [
            "- Every statement stands in the log \(log.origin). Each of its fields is public or sealed for those whom its kind names (article \(disclosure.article))."
        ]
    }

    private var explainedAccess: [String] {
        var sentences: [String] = []
        if let answer = clocks.accessAnswer {
            sentences.append(
                "A developer answers within \(answer) who asks for access to its model to evaluate it."
            )
        }
        if let comment = clocks.comment {
            sentences.append("It may comment within \(comment) on what was found.")
        }
        return sentences.isEmpty ? [] : ["- " + sentences.joined(separator: " ")]
    }

    private var explainedIncentives: [String] {
        [
            "Why does breaking the rules not pay?",
            "- Bond: \(incentives.bond) (article \(incentives.article)).",
            "- Whoever is found to have broken them stays paused \(incentives.catchUpHold) longer than the others.",
        ]
    }

    // MARK: - What stands around them

    private var explainedMeasures: [String] {
        var lines = ["What does a measure cover?"]
        for terms in measures {
            let grace = terms.grace == .zero ? "at once" : "\(terms.grace) after the call"
            lines.append(
                "- \(terms.measure.rawValue) (article \(terms.article)), \(grace): "
                    + "from \(terms.threshold) FLOP, "
                    + "\(terms.activities.map(\.rawValue).joined(separator: ", "))."
            )
        }
        let lineage = scope.lineage ? "are covered with them" : "are not covered"
        lines.append("- Descendants of covered models \(lineage) (article \(scope.article)).")
        let exempt = scope.exemptions.isEmpty ? "nothing" : scope.exemptions.joined(separator: "; ")
        lines.append("- Exempt by name: \(exempt).")
        return lines
    }

    private var explainedTrust: [String] {
        let monitors = parties(with: .monitor)
        return [
            "Whose word is an order?",
            "- \(monitoring.signatures) of the \(monitors.count) monitors sign each order, at least "
                + "every \(log.tick); \(monitoring.liars) of them may lie or be gone: "
                + "\(monitors.map(\.name).joined(separator: ", ")).",
            "- A gate lets covered work go on for \(clocks.lease) without a fresh order, no longer.",
            "- When the log is silent for \(onSilence.grace), \(onSilence.measure.rawValue) applies (article \(onSilence.article)); a pause stays.",
        ]
    }

    private var explainedLife: [String] {
        let entry = entryIntoForce
        return [
            "When does it hold?",
            "- From when at least \(entry.atLeast) parties, \(entry.leastStates) states and "
                + "\(entry.leastDevelopers) developers with \(entry.leastShare.percent) of frontier "
                + "compute are bound by their own conditions together (article \(entry.article)).",
            "- Until \(onExpiry.sunset), when an open measure becomes \(onExpiry.lapsesTo.rawValue) (article \(onExpiry.article)).",
            "- Whoever withdraws stays bound for \(exit.notice) (article \(exit.article)).",
        ]
    }
}
