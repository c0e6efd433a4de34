// SPDX-License-Identifier: Apache-2.0
import Disclosure
import PauseAgreement
import Testing
import TransparencyLog

/// Every rule of the checker bites, alone and at its place, when the example is changed to break
/// it.
@Suite struct AgreementCheckTests {
    private func accepted(_ change: (inout BlockText) throws -> Void) throws {
        var block = BlockText(ExampleAgreement.yaml)
        try change(&block)
        #expect(Agreement.read(yaml: block.text).problems == [])
    }

    // MARK: - Parties

    @Test func `nobody nominates itself`() throws {
        try check(
            "parties.councillor-1.nominated-by", set: "councillor-1",
            says: "parties.councillor-1.nominated-by: nobody nominates itself")
    }

    @Test func `shares are parts of one`() throws {
        try check(
            "parties.developer-a.share", set: "43 %",
            says: "parties: the parties' shares sum to more than 100 %",
            at: "parties", pointed: "parties:")
        try accepted { try $0.set("parties.developer-a.share", to: "42 %") }
    }

    @Test func `entry into force can be reached`() throws {
        try check(
            "entry-into-force.at-least", set: "23",
            says: "entry-into-force.at-least: can never be reached: 23 needed, 22 parties may join")
        try check(
            "entry-into-force.states", set: "4",
            says: "entry-into-force.states: can never be reached: 4 needed, 3 states declared")
        try check(
            "entry-into-force.developers", set: "6",
            says:
                "entry-into-force.developers: can never be reached: 6 needed, 5 developers declared"
        )
        try check(
            "entry-into-force.least-share", set: "80.1 %",
            says:
                "entry-into-force.least-share: can never be reached: those who may join hold 80 %, 80.1 % are needed"
        )
        try accepted { try $0.set("entry-into-force.least-share", to: "80 %") }
        try accepted { try $0.set("entry-into-force.at-least", to: "22") }
    }

    // MARK: - Monitors

    @Test func `so many monitors sign that liars can neither invent nor suppress an order`() throws
    {
        let path = "monitoring.signatures"
        try check(
            path, set: "2",
            says:
                "\(path): too few: with 1 of 4 monitors lying, two different orders could both have 2",
            hint: "signatures must be more than (monitors + liars) / 2: 2·2 − 4 is not above 1")
        try check(
            path, set: "4",
            says: "\(path): too many: with 1 of 4 monitors silent, no order could have 4",
            hint: "monitors less liars must be at least the signatures: 4 − 1 is below 4")
        try check(
            "monitoring.liars", set: "2",
            says:
                "\(path): too few: with 2 of 4 monitors lying, two different orders could both have 3",
            at: path, pointed: "3")
        try check(path, set: "1", says: "\(path): one key alone could invent an order")
        try accepted { try $0.set("monitoring.liars", to: "0") }
    }

    @Test func `a monitor has one key`() throws {
        let own = Base64.encode(
            try #require(try ExampleAgreement.agreement().party("monitor-1")?.keys.first).spki)
        let other = Base64.encode(
            try PrivateKey(seed: [UInt8](repeating: 7, count: 32)).publicKey.spki)
        var block = BlockText(ExampleAgreement.yaml)
        let line = try block.line(of: "parties.monitor-1.key")
        block.lines[line] = "    keys: [\(own), \(other)]"
        check(
            block.text, says: "parties.monitor-1: a monitor signs with exactly one key",
            line: try block.line(of: "parties.monitor-1") + 1, pointed: "monitor-1:")
    }

    @Test func `no monitor has a name that policies reserve`() throws {
        for name in ["none", "monitors", "log"] {
            var block = BlockText(ExampleAgreement.yaml)
            let line = try block.line(of: "parties.monitor-1") + 1
            try block.rename("parties.monitor-1", to: name)
            check(
                block.text, says: "parties.\(name): no monitor can have this name", line: line,
                pointed: "\(name):")
        }
    }

    @Test func `developers cannot sign an order with monitors of their own`() throws {
        var block = BlockText(ExampleAgreement.yaml)
        for monitor in 1...3 {
            let line = try block.line(of: "parties.monitor-\(monitor).roles")
            if monitor == 1 {
                block.lines[line] = "    roles: [monitor, operator]"
                let key = try SealingPrivateKey(seed: [UInt8](repeating: 7, count: 32)).publicKey
                block.lines.insert("    sealing-key: \(key.text)", at: line)
            } else {
                block.lines.insert(
                    "    nominated-by: developer-\(monitor == 2 ? "a" : "b")", at: line)
            }
        }
        check(
            block.text,
            says:
                "monitoring.signatures: developers alone could sign an order with their own monitors",
            hint: "monitor-1, monitor-2, monitor-3",
            line: try block.line(of: "monitoring.signatures") + 1,
            pointed: "3")
    }

    // MARK: - Time

    @Test func `a provisional order does not last`() throws {
        try check(
            "provisional.lapses-after", set: "31 d",
            says: "provisional.lapses-after: a provisional order lapses after 30 d at most")
        try check(
            "decisions.confirmation.deadline", set: "30 d",
            says:
                "decisions.confirmation.deadline: the order has lapsed before it can be confirmed",
            hint: "needs less than provisional.lapses-after, 30 d")
    }

    @Test func `an order becomes milder when it lapses`() throws {
        try check(
            "provisional.to", set: "cap",
            says:
                "provisional.to: an order by trigger \"large-training-run\" would not become milder when it lapses",
            hint: "needs a measure milder than notify")
        var block = BlockText(ExampleAgreement.short)
        try block.remove("triggers.large-training-run")
        try block.set("provisional.to", to: "slow")
        check(
            block.text,
            says:
                "provisional.to: an order by trigger \"frontier-acceleration\" would not become milder when it lapses",
            hint: "needs a measure milder than slow",
            line: try block.line(of: "provisional.to") + 1, pointed: "slow")
        try block.set("provisional.to", to: "cap")
        #expect(ExampleAgreement.problems(of: block.text) == [])
    }

    @Test func `a lease outlasts the time until monitors sign without the node`() throws {
        try check(
            "clocks.lease", set: "69 min",
            says: "clocks.lease: gates would stop all work before monitors sign without the node",
            hint: "needs at least twice log.tick + log.skew, 70 min")
        try accepted { try $0.set("clocks.lease", to: "70 min") }
    }

    @Test func `evidence that goes stale before the decision is a warning`() throws {
        try check(
            "indicators.training-compute.stale-after", set: "13 d",
            says:
                "indicators.training-compute.stale-after: a measurement goes stale before the council must have decided on it",
            hint: "decisions.determination.deadline is 14 d", severity: .warning)
        try accepted { try $0.set("indicators.training-compute.stale-after", to: "14 d") }
    }

    @Test func `silence pauses nobody`() throws {
        try check(
            "on-silence.measure", set: "pause",
            says: "on-silence.measure: silence must not cause a pause",
            hint:
                "else whoever runs the log could pause everybody by going silent; use notify, cap or slow"
        )
    }

    // MARK: - Triggers

    private let frontier =
        "{indicator: doubling-time, at-most: 60 d, bound: upper, confidence: 95 %}"
    private let large =
        "{indicator: training-compute, above: 1e26 FLOP, bound: lower, confidence: 90 %}"

    @Test func `something triggers a pause`() throws {
        var block = BlockText(ExampleAgreement.short)
        let line = try block.line(of: "triggers")
        try block.remove("triggers")
        block.lines.insert("triggers: {}", at: line)
        check(
            block.text, says: "triggers: none is declared",
            hint: "what triggers a pause is left open",
            line: line + 1, pointed: "triggers:")
    }

    @Test func `a crossing holds for the whole interval`() throws {
        try check(
            replacing: "at-least: 8 h, bound: lower", with: "at-least: 8 h, bound: upper",
            says: "triggers.research-automation.when: at-least needs the lower bound, found upper",
            hint: "a crossing must hold for the whole interval, not by chance",
            pointed: "upper, confidence: 95 %}")
        try check(
            replacing: "at-least: 8 h, bound: lower", with: "at-least: 8 h, bound: estimate",
            says:
                "triggers.research-automation.when: at-least needs the lower bound, found estimate",
            pointed: "estimate")
        try check(
            replacing: "at-most: 60 d, bound: upper", with: "at-most: 60 d, bound: lower",
            says: "triggers.frontier-acceleration.when: at-most needs the upper bound, found lower",
            pointed: "lower, confidence: 95 %}", occurrence: 4)
        try check(
            replacing: "above: 1e26 FLOP, bound: lower", with: "above: 1e26 FLOP, bound: upper",
            says: "triggers.large-training-run.when: above needs the lower bound, found upper",
            pointed: "upper, confidence: 90 %}")
        try check(
            replacing: "at-most: 60 d, bound: upper", with: "below: 60 d, bound: lower",
            says: "triggers.frontier-acceleration.when: below needs the upper bound, found lower",
            pointed: "lower, confidence: 95 %}", occurrence: 4)
    }

    @Test func `a figure lies within what the indicator can show`() throws {
        let hint = "the figure lies past what the indicator can show"
        try check(
            replacing: "at-least: 8 h", with: "at-least: 961 min",
            says:
                "triggers.research-automation.when: can never cross: horizon-50 is valid from 0.01 to 960 min",
            hint: hint, pointed: "961 min")
        try check(
            replacing: "above: 1e26 FLOP", with: "above: 1e29 FLOP",
            says:
                "triggers.large-training-run.when: can never cross: training-compute is valid from 1e20 to 1e29 FLOP",
            hint: hint, pointed: "1e29 FLOP, bound")
        try check(
            replacing: "at-most: 60 d", with: "at-most: 6 d",
            says:
                "triggers.frontier-acceleration.when: can never cross: doubling-time is valid from 7 to 3650 d",
            hint: hint, pointed: "6 d, bound")
        try check(
            replacing: "at-most: 60 d", with: "below: 7 d",
            says:
                "triggers.frontier-acceleration.when: can never cross: doubling-time is valid from 7 to 3650 d",
            hint: hint, pointed: "7 d, bound")
        for (old, new) in [
            ("at-least: 8 h", "at-least: 960 min"), ("above: 1e26 FLOP", "above: 9.9e28 FLOP"),
            ("at-most: 60 d", "at-most: 7 d"), ("at-most: 60 d", "below: 8 d"),
        ] {
            let text = ExampleAgreement.yaml.replacing(old, with: new)
                .replacing("    rearm: [30 d]\n", with: "")
            #expect(Agreement.read(yaml: text).problems == [])
        }
    }

    @Test func `a trigger of the frontier accuses no model`() throws {
        try check(
            replacing: frontier,
            with: "{indicator: horizon-50, at-least: 60 min, bound: lower, confidence: 95 %}",
            says:
                "triggers.frontier-acceleration.when: \"horizon-50\" is measured on a model, but the trigger speaks of the frontier",
            pointed: "horizon-50, at-least: 60 min")
    }

    @Test func `parts of a condition do not contradict each other`() throws {
        func compute(_ direction: String, _ figure: String, _ bound: String) -> String {
            "{indicator: training-compute, \(direction): \(figure) FLOP, bound: \(bound), confidence: 90 %}"
        }
        let low = compute("below", "1e25", "upper")
        let least = compute("at-least", "1e25", "lower")
        let most = compute("at-most", "1e25", "upper")
        let high = compute("above", "1e26", "lower")
        let says =
            "triggers.large-training-run.when: can never cross: its parts contradict each other"
        for when in [
            "{all: [\(least), \(low)]}", "{all: [\(high), \(low)]}",
            "{all: [\(high), {any: [\(low), \(most)]}]}",
            "{at-least: 2, of: [\(high), \(low)]}",
            "{at-least: 3, of: [\(high), \(least), \(low)]}",
            "{any: [{all: [\(low), \(least)]}, {all: [\(low), \(high)]}]}",
        ] {
            try check(
                replacing: "when: \(large)", with: "when: \(when)", says: says,
                pointed: when.hasPrefix("{at") ? "when: {at-least" : "when: \(when.prefix(5))",
                occurrence: 1)
        }
        for when in [
            "{all: [\(least), \(most)]}", "{any: [\(high), \(low)]}",
            "{at-least: 2, of: [\(high), \(least), \(low)]}",
            "{all: [\(least), {any: [\(low), \(high)]}]}",
        ] {
            let text = ExampleAgreement.yaml.replacing("when: \(large)", with: "when: \(when)")
            #expect(Agreement.read(yaml: text).problems == [], "\(when)")
        }
    }

    @Test func `absurdly many choices do not keep the checker busy`() throws {
        let low = large.replacing(
            "above: 1e26 FLOP, bound: lower", with: "below: 1e25 FLOP, bound: upper")
        let parts = (0..<24).map { _ in "{any: [\(large), \(low)]}" }.joined(separator: ", ")
        let text = ExampleAgreement.yaml.replacing(
            "when: \(large)", with: "when: {all: [\(parts)]}")
        let problems = Agreement.read(yaml: text).problems
        #expect(problems.count == 23 && problems.allSatisfy { $0.severity == .warning })
    }

    @Test func `a model can leave a pause`() throws {
        let says = "triggers.large-training-run.when: can never clear: every valid value crosses it"
        let hint = "a model leaves a pause by mitigation and another evaluation"
        for figure in ["at-least: 1e20 FLOP", "above: 9e19 FLOP"] {
            try check(
                replacing: "above: 1e26 FLOP", with: figure, says: says, hint: hint,
                pointed: "\(figure.split(separator: " ")[1]) FLOP, bound")
        }
        for figure in ["at-most: 1e29 FLOP", "below: 2e29 FLOP"] {
            try check(
                replacing: "above: 1e26 FLOP, bound: lower", with: "\(figure), bound: upper",
                says: says,
                hint: hint, pointed: "\(figure.split(separator: " ")[1]) FLOP, bound")
        }
        let always = large.replacing("above: 1e26", with: "at-least: 1e20")
        try check(
            replacing: "when: \(large)", with: "when: {any: [\(large), \(always)]}", says: says,
            pointed: "1e20 FLOP, bound")
        // One part that can fail is enough for all of them, and the frontier need not be cleared by
        // figures.
        for text in [
            ExampleAgreement.yaml.replacing(
                "when: \(large)", with: "when: {all: [\(large), \(always)]}"),
            ExampleAgreement.yaml.replacing("at-most: 60 d", with: "at-most: 3650 d"),
            ExampleAgreement.yaml.replacing("above: 1e26 FLOP", with: "above: 1e20 FLOP"),
        ] {
            #expect(Agreement.read(yaml: text).agreement != nil)
        }
    }

    @Test func `a developer's own word leads to a notification at most`() throws {
        try check(
            "triggers.large-training-run.measure", set: "cap",
            says:
                "triggers.large-training-run.evidence.assurance: self-reported evidence leads to notify at most, not to cap",
            hint: "ask for third-party or reproduced evidence",
            at: "triggers.large-training-run.evidence",
            pointed: "self-reported")
    }

    @Test func `there are enough who may give the evidence`() throws {
        try check(
            replacing: "{evaluators: 2", with: "{evaluators: 6",
            says:
                "triggers.frontier-acceleration.evidence.evaluators: 6 are needed, but 5 parties may give such evidence",
            pointed: "6, assurance")
        try check(
            replacing: "evaluators: 1, assurance: self-reported",
            with: "evaluators: 11, assurance: self-reported",
            says:
                "triggers.large-training-run.evidence.evaluators: 11 are needed, but 10 parties may give such evidence",
            pointed: "11, assurance")
    }

    // MARK: - Decisions

    @Test func `developers and operators do not vote`() throws {
        try check(
            replacing: "    - councillor-4\n", with: "    - developer-c\n",
            says: "decisions.council: \"developer-c\" is a developer or operator and may not vote",
            hint: "developers are heard; they do not decide", pointed: "developer-c", occurrence: 2)
    }

    @Test func `a quorum can be met, and not by one key`() throws {
        try check(
            "decisions.determination.quorum", set: "1",
            says: "decisions.determination.quorum: one key alone could decide",
            hint: "needs at least 2")
        try check(
            "decisions.non-compliance.quorum", set: "8",
            says: "decisions.non-compliance.quorum: can never be met: the council has 7 members")
        try check(
            "decisions.resume.jurisdictions", set: "4",
            says:
                "decisions.resume.jurisdictions: can never be met: the council comes from 3, 4 are asked for"
        )
    }

    @Test func `members whom developers nominated cannot decide alone`() throws {
        var block = BlockText(ExampleAgreement.yaml)
        for (member, developer) in [
            ("councillor-1", "a"), ("councillor-3", "b"), ("councillor-5", "c"),
        ] {
            try block.set("parties.\(member).nominated-by", to: "developer-\(developer)")
        }
        check(
            block.text,
            says:
                "decisions.determination.quorum: members whom developers nominated could form it alone",
            line: try block.line(of: "decisions.determination.quorum") + 1, pointed: "3")
    }

    @Test func `whoever is accused cannot block the decision`() throws {
        let hint = "the accused must not be able to block a decision"
        try check(
            "decisions.non-compliance.quorum", set: "5",
            says:
                "decisions.non-compliance.quorum: cannot be met without \"norland\" and whom it nominated: 4 members are left",
            hint: hint)
        try check(
            "decisions.non-compliance.jurisdictions", set: "3",
            says:
                "decisions.non-compliance.jurisdictions: cannot be met without \"norland\" and whom it nominated: 2 are left",
            hint: hint)
        var block = BlockText(ExampleAgreement.yaml)
        try block.set("decisions.confirmation.quorum", to: "6")
        try block.set("decisions.resume.quorum", to: "7")
        #expect(Agreement.read(yaml: block.text).problems == [])
        try block.set("parties.councillor-1.nominated-by", to: "developer-e")
        check(
            block.text,
            says:
                "decisions.resume.quorum: cannot be met without \"developer-e\" and whom it nominated: 6 members are left",
            hint: hint, line: try block.line(of: "decisions.resume.quorum") + 1, pointed: "7")
    }

    @Test func `a vote on one's own case is a warning`() throws {
        for recusal in ["[]", "[accused]", "[nominated-by-accused]"] {
            try check(
                "decisions.determination.recusal", set: recusal,
                says:
                    "decisions.determination.recusal: the accused, or whom it nominated, may vote on its own case",
                hint: "[accused, nominated-by-accused] lets neither vote",
                at: "decisions.determination.recusal",
                pointed: "recusal", severity: .warning)
        }
    }

    @Test func `a missed deadline leads where it must`() throws {
        for kind in ["determination", "resume", "non-compliance"] {
            try check(
                "decisions.\(kind).on-timeout", set: "lapse",
                says:
                    "decisions.\(kind).on-timeout: a \(kind) that nobody decides in time must reject"
            )
        }
        try check(
            "decisions.confirmation.on-timeout", set: "reject",
            says:
                "decisions.confirmation.on-timeout: a confirmation that nobody decides in time must lapse"
        )
    }

    @Test func `to keep a pause takes more than to call it, and to lift it no less`() throws {
        try check(
            "decisions.confirmation.quorum", set: "3",
            says: "decisions.confirmation.quorum: must be above the determination's, 3")
        try check(
            "decisions.resume.quorum", set: "4",
            says: "decisions.resume.quorum: must not be below the confirmation's, 5",
            hint: "a pause must not be easier to lift than to confirm")
    }
}
