// SPDX-License-Identifier: Apache-2.0
import PauseAgreement

extension Mutation {
    private static let large =
        "{indicator: training-compute, above: 1e26 FLOP, bound: lower, confidence: 90 %}"
    private static let fast =
        "{indicator: doubling-time, at-most: 60 d, bound: upper, confidence: 95 %}"
    private static func compute(_ direction: String, _ bound: String) -> String {
        "{indicator: training-compute, \(direction) FLOP, bound: \(bound), confidence: 90 %}"
    }

    /// Names, units, directions, figures, what never crosses or clears, time, and what never
    /// matters.
    static let triggers: [Mutation] = [
        Mutation(
            "no trigger", [("milestones:", "milestones:")], says: "triggers: none is declared",
            at: "triggers: {}", pointed: "triggers:",
            without: ["tests", "triggers.research-automation", "triggers.research-substitution"]
        ).emptyingTriggers(),
        // Names
        Mutation(
            "unknown indicator", [("{indicator: horizon-50", "{indicator: horizon-80")],
            says: "no indicator is named \"horizon-80\"", at: "horizon-80", pointed: "horizon-80"),
        Mutation(
            "unknown claim", [("{claim: full-substitution}", "{claim: full-substitutes}")],
            says: "no claim is named \"full-substitutes\"", at: "full-substitutes",
            pointed: "full-substitutes}"),
        Mutation(
            "unknown key", [("    keep: 60 d", "    keeps: 60 d")],
            says: "unknown key \"keeps\"", at: "keeps: 60 d", pointed: "keeps:"),
        Mutation(
            "milestone twice",
            [("[alignment, oversight, society]", "[alignment, society, society]")],
            says: "\"society\" stands here a second time", at: "society, society",
            pointed: "society]"),
        // Units
        Mutation(
            "wrong unit", [("at-least: 8 h", "at-least: 8 FLOP")],
            says: "wrong unit: expected min, found \"8 FLOP\"", at: "8 FLOP", pointed: "8 FLOP"),
        Mutation(
            "share for a length of time", [("at-most: 120 d", "at-most: 120 %")],
            says: "wrong unit: expected d, found \"120 %\"", at: "120 %", pointed: "120 %"),
        Mutation(
            "range that is none", [("most: 960 min", "most: 0.01 min")],
            says: "expected more than \"least\"", at: "most: 0.01 min", pointed: "0.01 min}"),
        // Direction and bound
        Mutation(
            "at least by the upper bound",
            [("at-least: 8 h, bound: lower", "at-least: 8 h, bound: upper")],
            says: "at-least needs the lower bound, found upper", at: "at-least: 8 h",
            pointed: "upper, confidence"),
        Mutation(
            "an estimate for what is sampled",
            [("at-least: 8 h, bound: lower", "at-least: 8 h, bound: estimate")],
            says: "at-least needs the lower bound, found estimate", at: "at-least: 8 h",
            pointed: "estimate, confidence"),
        Mutation(
            "no direction", [("at-most: 60 d, bound", "bound")],
            says: "expected exactly one of at-least, at-most, above, below",
            at: "{indicator: doubling-time, bound", pointed: "{indicator: doubling-time, bound"),
        Mutation(
            "confidence below one half",
            [
                (
                    "at-least: 80 %, bound: lower, confidence: 95 %",
                    "at-least: 80 %, bound: lower, confidence: 49 %"
                )
            ],
            says: "expected a confidence from 50 % to less than 100 %", at: "confidence: 49 %",
            pointed: "49 %"),
        Mutation(
            "confidence of a count",
            [
                ("    elicitation: none\n    valid", "    uncertainty: counted\n    valid"),
                (large, "{indicator: training-compute, above: 1e26 FLOP, confidence: 90 %}"),
            ], says: "a count is compared itself", at: "above: 1e26 FLOP, confidence",
            pointed: "90 %}"),
        Mutation(
            "bound of a count without confidence",
            [
                ("    elicitation: none\n    valid", "    uncertainty: counted\n    valid"),
                (large, "{indicator: training-compute, above: 1e26 FLOP, bound: lower}"),
            ], says: "\"confidence\" is missing", at: "above: 1e26 FLOP, bound: lower}",
            pointed: "{indicator"),
        // Figures
        Mutation(
            "figure past the ceiling", [("at-least: 8 h", "at-least: 961 min")],
            says: "can never cross: horizon-50 is valid from 0.01 to 960 min", at: "961 min",
            pointed: "961 min"),
        Mutation(
            "figure that every value is past", [("at-most: 60 d", "at-most: 3651 d")],
            says: "always holds: doubling-time is valid from 7 to 3650 d", at: "3651 d",
            pointed: "3651 d"),
        // Subjects
        Mutation(
            "a model's indicator for the frontier",
            [(fast, "{indicator: horizon-50, at-least: 60 min, bound: lower, confidence: 95 %}")],
            says: "\"horizon-50\" is measured on a model", at: "at-least: 60 min",
            pointed: "horizon-50, at-least"),
        Mutation(
            "a model's claim for the frontier",
            [(fast, "{claim: full-substitution}"), ("    rearm: [30 d]\n", "")],
            says: "\"full-substitution\" is judged of a model", at: "when: {claim",
            pointed: "full-substitution}"),
        // The whole condition
        Mutation(
            "no condition", [("when: \(fast)", "when: {every: []}")],
            says: "expected a condition", at: "when: {every", pointed: "{every"),
        Mutation(
            "empty list", [("when: \(fast)", "when: {any: []}")],
            says: "expected at least one condition", at: "when: {any", pointed: "[]}"),
        Mutation(
            "contradiction",
            [("when: \(large)", "when: {all: [\(large), \(compute("below: 1e25", "upper"))]}")],
            says: "can never cross: its parts contradict each other", at: "when: {all",
            pointed: "when:"),
        Mutation(
            "contradiction beside a claim",
            [
                (
                    "- {claim: full-substitution}",
                    "- {claim: full-substitution}\n        - {indicator: research-tasks, below: 30 %, bound: upper, confidence: 95 %}"
                )
            ], says: "research-substitution.when: can never cross", at: "    when:", nth: 2,
            pointed: "when:"),
        Mutation(
            "always crossed", [("above: 1e26 FLOP", "at-least: 1e20 FLOP")],
            says: "can never clear: every valid value crosses it", at: "at-least: 1e20 FLOP",
            pointed: "1e20 FLOP"),
        Mutation(
            "always crossed by one part or the other",
            [
                (
                    "when: \(large)",
                    "when: {any: [\(compute("at-least: 1e25", "lower")), \(compute("below: 1e25", "upper"))]}"
                )
            ], says: "can never clear: every valid value crosses it", at: "when: {any: [{indicator",
            pointed: "when:"),
        // Time
        Mutation(
            "for longer than a measurement counts", [("for: {over: 14 d}", "for: {over: 121 d}")],
            says: "121 d is longer than evidence on doubling-time counts, 120 d",
            at: "for: {over: 121 d}", pointed: "121 d"),
        Mutation(
            "for longer than a judgement counts",
            [("over: 30 d", "over: 119 d"), ("stale-after: 180 d", "stale-after: 118 d")],
            says: "119 d is longer than evidence on full-substitution counts, 118 d",
            at: "over: 119 d", pointed: "119 d"),
        Mutation(
            "every less often than a measurement counts", [("every: 90 d", "every: 121 d")],
            says: "121 d is longer than a measurement counts, 120 d", at: "every: 121 d",
            pointed: "121 d"),
        Mutation(
            "for nothing", [("for: {over: 14 d}", "for: {}")],
            says: "expected reports, over or both", at: "for: {}", pointed: "{}"),
        Mutation(
            "for less than nothing", [("for: {over: 14 d}", "for: {over: -14 d}")],
            says: "expected a length of time such as \"72 h\", found \"-14 d\"",
            at: "over: -14 d", pointed: "-14 d"),
        Mutation(
            "no report at all", [("{reports: 2,", "{reports: 0,")],
            says: "expected a whole number from 1 to 1000, found \"0\"", at: "reports: 0",
            pointed: "0, over"),
        Mutation(
            "keep for less than nothing", [("keep: 60 d", "keep: -60 d")],
            says: "expected a length of time such as \"72 h\", found \"-60 d\"",
            at: "keep: -60 d", pointed: "-60 d"),
        // What never matters
        Mutation(
            "trigger behind another",
            [
                (
                    "  frontier-acceleration:\n    subject",
                    """
                      larger-run:
                        subject: model
                        when: \(large.replacing("1e26", with: "1e27"))
                        evidence: {evaluators: 1, assurance: self-reported, pool: k-of-n}
                        on-unknown: hold
                        measure: notify
                        article: "4.4"
                      frontier-acceleration:
                        subject
                    """
                )
            ],
            says: "triggers.larger-run: never matters: \"large-training-run\" is always crossed",
            at: "  larger-run:", pointed: "larger-run:", severity: .warning),
        Mutation(
            "part of all that the other implies",
            [("when: \(large)", "when: {all: [\(large), \(compute("at-least: 1e25", "lower"))]}")],
            says: "all[2]: never matters: it holds whenever the others do", at: "when: {all",
            pointed: "{indicator: training-compute, at-least: 1e25", severity: .warning),
        Mutation(
            "part of any that implies the other",
            [("when: \(large)", "when: {any: [\(large), \(compute("at-least: 1e25", "lower"))]}")],
            says: "any[1]: never matters: another part holds whenever it does",
            at: "when: {any: [{indicator", pointed: "{indicator: training-compute, above: 1e26",
            severity: .warning),
        Mutation(
            "the same part twice",
            [
                (
                    "- {claim: full-substitution}",
                    "- {claim: full-substitution}\n        - {claim: full-substitution}"
                )
            ], says: "all[2]: never matters", at: "- {claim: full-substitution}", nth: 2,
            pointed: "{claim", severity: .warning),
    ]

    /// For the one change that a replacement cannot make: all triggers are gone.
    private func emptyingTriggers() -> Mutation {
        Mutation(
            name,
            [
                ("triggers:\n", "triggers: {}\n"),
                (Mutation.lastTriggers, ""),
            ], says: says, at: line, pointed: pointed, without: without)
    }

    private static let lastTriggers: String = {
        let text = ExampleAgreement.yaml
        guard
            let block = try? BlockText(text).lines(
                from: "triggers.large-training-run", to: "decisions")
        else { preconditionFailure("the example has another order") }
        return block
    }()
}

extension BlockText {
    /// What stands between two members, the first of them included.
    fileprivate func lines(from start: String, to end: String) throws -> String {
        lines[try line(of: start)..<line(of: end)].joined(separator: "\n") + "\n"
    }
}
