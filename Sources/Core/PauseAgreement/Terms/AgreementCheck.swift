// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// Finds what is well written but must not be agreed: a question left open, a trigger that cannot
/// cross, a quorum that cannot be met, a key with too much power.
///
/// Every rule is one method with one message; a rule that two parts break is reported at each.
struct AgreementCheck {
    let agreement: Agreement
    let text: TermNode
    private(set) var problems: [AgreementReading.Problem] = []
    /// Triggers whose condition is wrong by itself; what follows from it says nothing more.
    var faulty: Set<String> = []

    /// Errors and warnings on an agreement that was read from `root`.
    static func problems(
        of agreement: Agreement, written root: TermNode
    ) -> [AgreementReading.Problem] {
        var check = AgreementCheck(agreement: agreement, text: root)
        check.parties()
        check.sealingKeys()
        check.auditors()
        check.monitors()
        check.entryIntoForce()
        check.triggers()
        check.subsumption()
        check.evaluationDeadlines()
        check.lifting()
        check.decisions()
        check.verification()
        check.resume()
        check.deadlines()
        check.silence()
        check.tests()
        return check.problems
    }

    private init(agreement: Agreement, text: TermNode) {
        self.agreement = agreement
        self.text = text
    }

    mutating func refuse(
        _ path: [String], _ message: String, hint: String? = nil,
        file: StaticString = #fileID, line: Int = #line
    ) {
        add(.error, text.place(of: path), path, message, hint, .init(file, line))
    }

    mutating func refuse(
        at place: AgreementReading.Place, _ path: [String], _ message: String, hint: String? = nil,
        file: StaticString = #fileID, line: Int = #line
    ) {
        add(.error, place, path, message, hint, .init(file, line))
    }

    mutating func warn(
        _ path: [String], _ message: String, hint: String? = nil,
        file: StaticString = #fileID, line: Int = #line
    ) {
        add(.warning, text.place(of: path), path, message, hint, .init(file, line))
    }

    mutating func warn(
        at place: AgreementReading.Place, _ path: [String], _ message: String, hint: String? = nil,
        file: StaticString = #fileID, line: Int = #line
    ) {
        add(.warning, place, path, message, hint, .init(file, line))
    }

    private mutating func add(
        _ severity: AgreementReading.Problem.Severity, _ place: AgreementReading.Place,
        _ path: [String], _ message: String, _ hint: String?,
        _ origin: AgreementReading.Problem.Origin
    ) {
        problems.append(
            .init(
                "\(path.joined(separator: ".")): \(message)", at: place, hint: hint,
                severity: severity, origin: origin))
    }
}

// MARK: - Parties

extension AgreementCheck {
    mutating func parties() {
        for party in agreement.parties where party.nominatedBy == party.name {
            refuse(["parties", party.name, "nominated-by"], "nobody nominates itself")
        }
        guard let sum = shares(agreement.parties), sum <= ExactDecimal(coefficient: 1) else {
            refuse(["parties"], "the parties' shares sum to more than 100 %")
            return
        }
    }

    private func shares(_ parties: [Party]) -> ExactDecimal? {
        var sum = ExactDecimal.zero
        for party in parties {
            guard let next = sum.adding(party.share) else { return nil }
            sum = next
        }
        return sum
    }

    mutating func entryIntoForce() {
        let terms = agreement.entryIntoForce
        let path = ["entry-into-force"]
        // Monitors and witnesses serve whoever joins; they do not join.
        let joining = agreement.parties.filter {
            $0.roles.contains { $0 != .monitor && $0 != .witness }
        }
        let counts = [
            ("at-least", terms.atLeast, joining.count, "parties may join"),
            ("states", terms.leastStates, agreement.parties(with: .state).count, "states declared"),
            (
                "developers", terms.leastDevelopers, agreement.parties(with: .developer).count,
                "developers declared"
            ),
        ]
        for (key, needed, there, noun) in counts where needed > there {
            refuse(path + [key], "can never be reached: \(needed) needed, \(there) \(noun)")
        }
        if let sum = shares(joining), sum < terms.leastShare {
            refuse(
                path + ["least-share"],
                "can never be reached: those who may join hold \(sum.percent), \(terms.leastShare.percent) are needed"
            )
        }
    }
}

// MARK: - Monitors

extension AgreementCheck {
    mutating func monitors() {
        let monitors = agreement.parties(with: .monitor)
        for monitor in monitors where monitor.keys.count != 1 {
            refuse(["parties", monitor.name], "a monitor signs with exactly one key")
        }
        // Witness policies give these names a meaning of their own.
        for monitor in monitors where MonitorSet.reservedNames.contains(monitor.name) {
            refuse(
                ["parties", monitor.name], "no monitor can have this name",
                hint: "policies reserve it")
        }
        let path = ["monitoring", "signatures"]
        let (n, k, f) = (
            monitors.count, agreement.monitoring.signatures, agreement.monitoring.liars
        )
        if k < 2 {
            refuse(path, "one key alone could invent an order", hint: "need at least 2")
        } else if 2 * k - n <= f {
            refuse(
                path,
                "too few: with \(f) of \(n) monitors lying, two different orders could both have \(k)",
                hint:
                    "signatures must be more than (monitors + liars) / 2: 2·\(k) − \(n) is not above \(f)"
            )
        } else if n - f < k {
            refuse(
                path, "too many: with \(f) of \(n) monitors silent, no order could have \(k)",
                hint:
                    "monitors less liars must be at least the signatures: \(n) − \(f) is below \(k)"
            )
        }
        let coveredHands = monitors.filter(isInDevelopersHands)
        if coveredHands.count >= k {
            refuse(
                path, "developers alone could sign an order with their own monitors",
                hint: coveredHands.map(\.name).joined(separator: ", "))
        }
    }

    /// A developer or operator, or somebody whom one put forward.
    func isInDevelopersHands(_ party: Party) -> Bool {
        party.doesCoveredWork
            || party.nominatedBy.flatMap { agreement.party($0) }?.doesCoveredWork == true
    }
}

// MARK: - Time

extension AgreementCheck {
    mutating func deadlines() {
        let provisional = agreement.clocks.provisional
        let longest = TimeSpan(milliseconds: 30 * 86_400_000)
        if provisional > longest {
            refuse(
                ["provisional", "lapses-after"], "a provisional order lapses after 30 d at most")
        }
        if let rule = agreement.decisions.rule(for: .confirmation), rule.deadline >= provisional {
            refuse(
                ["decisions", "confirmation", "deadline"],
                "the order has lapsed before it can be confirmed",
                hint: "needs less than provisional.lapses-after, \(provisional)")
        }
        for trigger in agreement.triggers {
            let fallback = agreement.clocks.lapsesTo
            // Below `notify` there is nothing to fall back to.
            guard fallback > trigger.measure || (fallback == trigger.measure && fallback != .notify)
            else { continue }
            refuse(
                ["provisional", "to"],
                "an order by trigger \"\(trigger.name)\" would not become milder when it lapses",
                hint: "needs a measure milder than \(trigger.measure.rawValue)")
        }
        // A silent node is missed a tick and a skew after its last word, and the monitors' next
        // common tick may be one more away: a gate has to last until then, or its grace would be an
        // empty word.
        let gap = agreement.log.tick + agreement.log.tick + agreement.log.skew + agreement.log.skew
        if agreement.clocks.lease < gap {
            refuse(
                ["clocks", "lease"],
                "gates would stop all work before monitors sign without the node",
                hint: "needs at least twice log.tick + log.skew, \(gap)")
        }
        let round = agreement.log.tick + agreement.log.tick
        if let answer = agreement.clocks.accessAnswer, answer < round {
            refuse(
                ["clocks", "access-answer-within"], "no answer could be logged and seen in time",
                hint: "needs at least twice log.tick, \(round)")
        }
        guard let determination = agreement.decisions.rule(for: .determination) else { return }
        goesStale(before: determination)
    }

    private mutating func goesStale(before determination: DecisionRule) {
        let hint = "decisions.determination.deadline is \(determination.deadline)"
        let used = Set(agreement.triggers.flatMap { $0.condition.leaves.map(\.indicator) })
        for indicator in agreement.indicators
        where used.contains(indicator.name) && indicator.staleAfter < determination.deadline {
            warn(
                ["indicators", indicator.name, "stale-after"],
                "a measurement goes stale before the council must have decided on it", hint: hint)
        }
        let judged = Set(agreement.triggers.flatMap(\.condition.claims))
        for claim in agreement.claims
        where judged.contains(claim.name) && claim.staleAfter < determination.deadline {
            warn(
                ["claims", claim.name, "stale-after"],
                "a judgement goes stale before the council must have decided on it", hint: hint)
        }
    }

    mutating func silence() {
        if agreement.onSilence.measure == .pause {
            refuse(
                ["on-silence", "measure"], "silence must not cause a pause",
                hint:
                    "else whoever runs the log could pause everybody by going silent; use notify, cap or slow"
            )
        }
    }
}

extension TimeSpan {
    static func + (a: TimeSpan, b: TimeSpan) -> TimeSpan {
        let (sum, overflow) = a.milliseconds.addingReportingOverflow(b.milliseconds)
        return TimeSpan(milliseconds: overflow ? .max : sum)
    }
}
