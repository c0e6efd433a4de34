// SPDX-License-Identifier: Apache-2.0
import Disclosure
import PauseAgreement
import Testing
import TransparencyLog

/// The rules on showing a stop, on the way back and on who can read what is sealed bite, each alone
/// and at its place.
@Suite struct AgreementResumeCheckTests {
    private func accepted(_ change: (inout BlockText) throws -> Void) throws {
        var block = BlockText(ExampleAgreement.yaml)
        try change(&block)
        #expect(Agreement.read(yaml: block.text).problems == [])
    }

    // MARK: - Showing a stop

    @Test func `a report is missed before the next one is due`() throws {
        let path = "verification.telemetry-late-after"
        try check(
            path, set: "1 h", says: "\(path): must be below telemetry-every, 1 h",
            hint: "else the next report is due before it shows that this one is missing")
        try accepted { try $0.set(path, to: "59 min") }
    }

    @Test func `an answer can be logged and seen in time`() throws {
        let path = "verification.answer-within"
        try check(
            path, set: "59 min", says: "\(path): no answer could be logged and seen in time",
            hint: "needs at least twice log.tick, 1 h")
        try accepted { try $0.set(path, to: "60 min") }
    }

    @Test func `a stop can be shown before its evidence is overdue`() throws {
        let path = "verification.stop-evidence-within"
        let hint =
            "needs at least telemetry-every + telemetry-late-after + answer-within, 795 min"
        try check(
            path, set: "794 min", says: "\(path): nobody could be shown to have stopped in time",
            hint: hint)
        try check(
            "verification.answer-within", set: "47 h",
            says: "\(path): nobody could be shown to have stopped in time",
            hint: "needs at least telemetry-every + telemetry-late-after + answer-within, 2895 min",
            at: path, pointed: "48 h")
        try accepted { try $0.set(path, to: "795 min") }
    }

    // MARK: - The way back

    @Test func `all gates open at one tick`() throws {
        try check(
            "resume.opens-after", set: "64 min",
            says: "resume.opens-after: gates would not all open at one tick",
            hint: "needs at least twice log.tick + log.skew, 65 min")
        try accepted { try $0.set("resume.opens-after", to: "65 min") }
    }

    private let first = "{measure: slow, threshold: 1e24 FLOP, lasts: 14 d}"
    private let second = "{measure: cap, threshold: 1e25 FLOP, lasts: 14 d}"

    @Test func `each stage is milder than the one before`() throws {
        try check(
            replacing: second, with: "{measure: pause, threshold: 1e25 FLOP, lasts: 14 d}",
            says: "resume.stages[2].measure: pause after slow would be a step back",
            hint: "each stage is milder than the one before",
            pointed: "pause, threshold: 1e25 FLOP, lasts")
        try check(
            replacing: second, with: "{measure: cap, threshold: 9e23 FLOP, lasts: 14 d}",
            says: "resume.stages[2].threshold: must not be below the 1e24 FLOP before it",
            hint: "each stage lets more work through than the one before",
            pointed: "9e23 FLOP, lasts")
        try check(
            replacing: second, with: first,
            says:
                "resume.stages[2].measure: nothing would resume: the same measure from the same threshold stands before it",
            hint: "needs a milder measure or a higher threshold",
            pointed: "slow, threshold: 1e24 FLOP, lasts: 14 d", occurrence: 2)
        try check(
            replacing: first, with: "{measure: pause, threshold: 1e23 FLOP, lasts: 14 d}",
            says:
                "resume.stages[1].measure: nothing would resume: the same measure from the same threshold stands before it",
            pointed: "pause, threshold: 1e23 FLOP, lasts")
        try check(
            replacing: first, with: "{measure: slow, threshold: 9e22 FLOP, lasts: 14 d}",
            says: "resume.stages[1].threshold: must not be below the 1e23 FLOP before it",
            pointed: "9e22 FLOP, lasts")
    }

    @Test func `stages may be milder in either way, or none`() throws {
        let yaml = ExampleAgreement.yaml
        for (old, new) in [
            (first, "{measure: pause, threshold: 2e23 FLOP, lasts: 14 d}"),
            (second, "{measure: slow, threshold: 2e24 FLOP, lasts: 14 d}"),
            (second, "{measure: notify, threshold: 1e24 FLOP, lasts: 30 min}"),
            ("stages:\n    - \(first)\n    - \(second)", "stages: []"),
        ] {
            let text = yaml.replacing(old, with: new)
            #expect(text != yaml, "\(old)")
            #expect(Agreement.read(yaml: text).problems == [], "\(new)")
        }
    }

    @Test func `no stage catches more than what was called`() throws {
        let stricter = "{measure: slow, threshold: 9e23 FLOP, lasts: 14 d}"
        try check(
            replacing: first, with: stricter,
            says:
                "resume.stages[1].threshold: after a call of slow it would catch more than slow itself, from 1e24 FLOP",
            hint: "each stage lets more work through than what was called",
            pointed: "9e23 FLOP, lasts")
        let text = ExampleAgreement.yaml.replacing(first, with: stricter)
            .replacing("    measure: slow\n", with: "    measure: pause\n")
        #expect(Agreement.read(yaml: text).problems == [])
    }

    @Test func `a stage lasts until an order says it`() throws {
        try check(
            replacing: "1e24 FLOP, lasts: 14 d", with: "1e24 FLOP, lasts: 29 min",
            says: "resume.stages[1].lasts: would be over before an order says it",
            hint: "needs at least log.tick, 30 min", pointed: "29 min")
    }

    @Test func `there are enough who may attest a mitigation by any developer`() throws {
        let path = "resume.requires-mitigations"
        try check(
            path, set: "6",
            says:
                "\(path): can never be met: 5 auditors and evaluators are independent of \"developer-a\"",
            hint: "auditors and evaluators attest that a mitigation works")
        try accepted { try $0.set(path, to: "5") }
        var block = BlockText(ExampleAgreement.yaml)
        try block.set(path, to: "5")
        block.lines.insert(
            "    nominated-by: developer-b", at: try block.line(of: "parties.evaluator-1.roles"))
        check(
            block.text,
            says:
                "\(path): can never be met: 4 auditors and evaluators are independent of \"developer-b\"",
            line: try block.line(of: path) + 1, pointed: "5")
    }

    // MARK: - Milestones

    @Test func `a milestone can be reached`() throws {
        let path = "resume.milestones.oversight"
        try check(
            "\(path).attesters", set: "17",
            says: "\(path).attesters: can never be met: 16 parties may attest it",
            hint: "auditors, evaluators, the authority and states attest; developers do not")
        try check(
            "\(path).jurisdictions", set: "3",
            says:
                "\(path).jurisdictions: can never be met: 2 attesters are enough, and each has one")
        try check(
            "\(path).jurisdictions", set: "5",
            says: "\(path).jurisdictions: can never be met: those who may attest it come from 4")
        try accepted {
            try $0.set("\(path).attesters", to: "16")
            try $0.set("\(path).jurisdictions", to: "4")
        }
        // An auditor that is a developer too attests nothing.
        var block = BlockText(ExampleAgreement.short)
        try block.set("\(path).attesters", to: "16")
        try block.set("parties.auditor-2.roles", to: "[auditor, operator]")
        check(
            block.text, says: "\(path).attesters: can never be met: 15 parties may attest it",
            line: try block.line(of: "\(path).attesters") + 1, pointed: "16")
    }

    private let lifted = "    lifted-by: [alignment, oversight, society]\n"

    @Test func `what no model can clear, a milestone lifts`() throws {
        let path = "triggers.frontier-acceleration"
        var block = BlockText(ExampleAgreement.yaml)
        let line = try block.line(of: path) + 1
        try block.remove("\(path).lifted-by")
        try block.remove("\(path).rearm")
        check(
            block.text,
            says: "\(path): can never be lifted: no milestone is named in \"lifted-by\"",
            hint: "no single model clears the frontier; milestones of \"resume\" do", line: line,
            pointed: "frontier-acceleration:")
        try block.set("\(path).measure", to: "notify")
        #expect(Agreement.read(yaml: block.text).problems == [])
        try check(
            replacing: "[alignment, oversight, society]", with: "[alignment, insight, society]",
            says: "\(path).lifted-by: no milestone is named \"insight\"",
            hint: "known: alignment, oversight, society", pointed: "insight, society]")
        try check(
            replacing: "[alignment, oversight, society]", with: "[alignment, oversigt]",
            says: "\(path).lifted-by: no milestone is named \"oversigt\"",
            hint: "did you mean \"oversight\"?", pointed: "oversigt]")
    }

    @Test func `a trigger about a model is cleared, not lifted by milestones`() throws {
        let path = "triggers.large-training-run"
        for (line, key) in [
            ("lifted-by: [oversight]", "lifted-by"), ("rearm: [2e26 FLOP]", "rearm"),
        ] {
            var block = BlockText(ExampleAgreement.yaml)
            let place = try block.line(of: "\(path).measure")
            block.lines.insert("    \(line)", at: place)
            check(
                block.text, says: "\(path).\(key): only for triggers of the frontier",
                hint: "a model leaves a pause by mitigation and another evaluation",
                line: place + 1, pointed: "\(key):")
        }
    }

    @Test func `after each lifting the trigger is harder to cross`() throws {
        let path = "triggers.frontier-acceleration.rearm"
        try check(
            replacing: "rearm: [30 d]", with: "rearm: [60 d]",
            says: "\(path)[1]: must be below the figure before it, 60 d",
            hint: "after each lifting the trigger is harder to cross", pointed: "60 d]")
        try check(
            replacing: "rearm: [30 d]", with: "rearm: [30 d, 31 d]",
            says: "\(path)[2]: must be below the figure before it, 30 d", pointed: "31 d]")
        try check(
            replacing: "rearm: [30 d]", with: "rearm: [30 d, 6 d]",
            says: "\(path)[2]: lies outside of what doubling-time can show, from 7 to 3650 d",
            hint: "a trigger that can never cross again is no trigger", pointed: "6 d]")
        try check(
            replacing: "rearm: [30 d]", with: "rearm: [30 FLOP]",
            says: "\(path)[1]: wrong unit: expected d, found \"30 FLOP\"", pointed: "30 FLOP]")
        try accepted {
            try $0.set("triggers.frontier-acceleration.rearm", to: "[30 d, 15 d, 168 h]")
        }
        // The other way round for what is crossed from below.
        var block = BlockText(ExampleAgreement.yaml)
        try block.set(
            "triggers.frontier-acceleration.when",
            to: "{indicator: doubling-time, above: 60 d, bound: lower, confidence: 95 %}")
        check(
            block.text, says: "\(path)[1]: must be above the figure before it, 60 d",
            line: try block.line(of: path) + 1, pointed: "30 d]")
        try block.set("triggers.frontier-acceleration.rearm", to: "[90 d, 3650 d]")
        check(
            block.text,
            says: "\(path)[2]: lies outside of what doubling-time can show, from 7 to 3650 d",
            line: try block.line(of: path) + 1, pointed: "3650 d]")
    }

    @Test func `only a single comparison is rearmed, and only what is lifted`() throws {
        let one = "{indicator: doubling-time, at-most: 60 d, bound: upper, confidence: 95 %}"
        try check(
            replacing: "when: \(one)", with: "when: {any: [\(one), \(one)]}",
            says:
                "triggers.frontier-acceleration.rearm: the condition has 2 comparisons, so none is the one to rearm",
            hint: "only a trigger of a single comparison can be rearmed", pointed: "[30 d]")
        var block = BlockText(ExampleAgreement.yaml)
        try block.remove("triggers.frontier-acceleration.lifted-by")
        try block.set("triggers.frontier-acceleration.measure", to: "notify")
        check(
            block.text,
            says: "triggers.frontier-acceleration.rearm: nothing is lifted, so nothing is rearmed",
            line: try block.line(of: "triggers.frontier-acceleration.rearm") + 1, pointed: "rearm:")
    }

    @Test func `the figure after a lifting is the next one, and the last one stays`() throws {
        let text = ExampleAgreement.yaml.replacing("rearm: [30 d]", with: "rearm: [30 d, 15 d]")
        let trigger = try #require(
            Agreement.read(yaml: text).agreement?.trigger("frontier-acceleration"))
        let figures = (0...3).map { trigger.condition(afterLiftings: $0).leaves.map(\.figure) }
        #expect(figures == [60, 30, 15, 15].map { [ExactDecimal(coefficient: $0)] })
        #expect(trigger.condition(afterLiftings: 0) == trigger.condition)
        #expect(trigger.condition(afterLiftings: 1).leaves.map(\.direction) == [.atMost])
    }
}
