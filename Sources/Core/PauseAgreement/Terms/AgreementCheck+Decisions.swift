// SPDX-License-Identifier: Apache-2.0

extension AgreementCheck {
    mutating func decisions() {
        let council = agreement.decisions.council.compactMap { agreement.party($0) }
        covered(council)
        for rule in agreement.decisions.rules {
            quorum(rule, council)
            recusal(rule)
            timeout(rule)
        }
        ladder()
    }

    /// Who does covered work must not vote on it.
    private mutating func covered(_ council: [Party]) {
        let path = ["decisions", "council"]
        for member in council where member.doesCoveredWork {
            let written = text["decisions"]?["council"]?.elements?.first {
                $0.scalar == member.name
            }
            refuse(
                at: written?.place ?? text.place(of: path), path,
                "\"\(member.name)\" is a developer or operator and may not vote",
                hint: "developers are heard; they do not decide")
        }
    }

    private mutating func quorum(_ rule: DecisionRule, _ council: [Party]) {
        let path = ["decisions", rule.kind.rawValue]
        guard rule.quorum > 1 else {
            refuse(path + ["quorum"], "one key alone could decide", hint: "needs at least 2")
            return
        }
        guard rule.quorum <= council.count else {
            refuse(path + ["quorum"], "can never be met: the council has \(council.count) members")
            return
        }
        let jurisdictions = Set(council.map(\.jurisdiction)).count
        guard rule.jurisdictions <= jurisdictions else {
            refuse(
                path + ["jurisdictions"],
                "can never be met: the council comes from \(jurisdictions), \(rule.jurisdictions) are asked for"
            )
            return
        }
        if council.count(where: isInDevelopersHands) >= rule.quorum {
            refuse(
                path + ["quorum"], "members whom developers nominated could form it alone",
                hint: "raise the quorum, or let states nominate")
        }
        withoutTheAccused(rule, council, path: path)
    }

    /// Whoever may be accused, the others must suffice.
    private mutating func withoutTheAccused(
        _ rule: DecisionRule, _ council: [Party], path: [String]
    ) {
        let accusable =
            rule.kind == .nonCompliance || rule.kind == .challenge
            ? agreement.parties : agreement.parties.filter(\.doesCoveredWork)
        for accused in accusable {
            let left = council.filter { $0.name != accused.name && $0.nominatedBy != accused.name }
            let jurisdictions = Set(left.map(\.jurisdiction)).count
            if left.count < rule.quorum {
                refuse(
                    path + ["quorum"],
                    "cannot be met without \"\(accused.name)\" and whom it nominated: \(left.count) members are left",
                    hint: "the accused must not be able to block a decision")
                return
            }
            if jurisdictions < rule.jurisdictions {
                refuse(
                    path + ["jurisdictions"],
                    "cannot be met without \"\(accused.name)\" and whom it nominated: \(jurisdictions) are left",
                    hint: "the accused must not be able to block a decision")
                return
            }
        }
    }

    private mutating func recusal(_ rule: DecisionRule) {
        guard rule.recusal.count < DecisionRule.Recusal.allCases.count else { return }
        warn(
            ["decisions", rule.kind.rawValue, "recusal"],
            "the accused, or whom it nominated, may vote on its own case",
            hint: "[accused, nominated-by-accused] lets neither vote")
    }

    /// Only a confirmation has an order that can lapse, and it must not leave that open.
    private mutating func timeout(_ rule: DecisionRule) {
        let expected: DecisionRule.OnTimeout = rule.kind == .confirmation ? .lapse : .reject
        if rule.onTimeout != expected {
            refuse(
                ["decisions", rule.kind.rawValue, "on-timeout"],
                "a \(rule.kind.rawValue) that nobody decides in time must \(expected.rawValue)")
        }
    }

    /// To keep a pause takes more voices than to call one, and to end it no fewer than to keep it.
    private mutating func ladder() {
        guard let determination = agreement.decisions.rule(for: .determination),
            let confirmation = agreement.decisions.rule(for: .confirmation),
            let resume = agreement.decisions.rule(for: .resume)
        else { return }
        if confirmation.quorum <= determination.quorum {
            refuse(
                ["decisions", "confirmation", "quorum"],
                "must be above the determination's, \(determination.quorum)",
                hint: "a provisional order stays only if more members want it than called it")
        }
        if resume.quorum < confirmation.quorum {
            refuse(
                ["decisions", "resume", "quorum"],
                "must not be below the confirmation's, \(confirmation.quorum)",
                hint: "a pause must not be easier to lift than to confirm")
        }
    }
}
