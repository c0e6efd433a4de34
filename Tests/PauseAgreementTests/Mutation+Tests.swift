// SPDX-License-Identifier: Apache-2.0
import PauseAgreement

extension Mutation {
    private static let table =
        "        table: one\n        doubling-time: {value: 48 d, low: 41 d, high: 55 d}\n"
    private static let low =
        "        by: [evaluator-2]\n        of: fiction-1\n        elicitation: none\n"
    private static let judged =
        "      - {at: 0 d, by: [auditor-2], of: fiction-1, claims: {full-substitution: no}}\n"

    /// What the text gives as examples.
    static let tests: [Mutation] = [
        // Whether they show enough
        Mutation(
            "no tests", [], says: ExampleAgreement.untested, at: "triggers:",
            pointed: "triggers:", severity: .warning, without: ["tests"]),
        Mutation(
            "never clear", [("{large-training-run: clear}", "{large-training-run: crossed}")],
            says: "triggers.large-training-run: no test shows it clear",
            at: "  large-training-run:", pointed: "large-training-run:", severity: .warning),
        Mutation(
            "never crossed",
            [
                (
                    "{at: 14 d, frontier-acceleration: crossed}",
                    "{at: 14 d, frontier-acceleration: clear}"
                )
            ],
            says: "triggers.frontier-acceleration: no test shows it crossed",
            at: "  frontier-acceleration:", pointed: "frontier-acceleration:", severity: .warning),
        // Who reports
        Mutation(
            "measured by a state", [(low, low.replacing("evaluator-2", with: "norland"))],
            says: "\"norland\" may not measure", at: "      - at: 0 d", nth: 3,
            pointed: "at: 0 d"),
        Mutation(
            "judged by a developer", [(judged, judged.replacing("auditor-2", with: "developer-b"))],
            says: "\"developer-b\" may not judge", at: "by: [developer-b]",
            pointed: "{at: 0 d, by: [developer-b]"),
        Mutation(
            "a developer's figure as somebody else's",
            [
                (
                    "        assurance: self-reported\n        confidence: 90 %\n        training-compute: {value: 1.1e26",
                    "        confidence: 90 %\n        training-compute: {value: 1.1e26"
                )
            ], says: "\"developer-a\" may not claim third-party evidence", at: "      - at: 0 d",
            nth: 6, pointed: "at: 0 d"),
        Mutation(
            "reported by a stranger", [(low, low.replacing("evaluator-2", with: "evaluator-9"))],
            says: "no party is named \"evaluator-9\"", at: "evaluator-9", pointed: "evaluator-9"),
        Mutation(
            "reported by nobody", [(low, low.replacing("        by: [evaluator-2]\n", with: ""))],
            says: "\"by\" is missing", at: "      - at: 0 d", nth: 3, pointed: "at: 0 d"),
        Mutation(
            "reported by none", [(low, low.replacing("[evaluator-2]", with: "[]"))],
            says: "expected the names of those who report it", at: "by: []", pointed: "[]"),
        Mutation(
            "reported by one twice",
            [(low, low.replacing("[evaluator-2]", with: "[evaluator-2, evaluator-2]"))],
            says: "\"evaluator-2\" stands here a second time", at: "[evaluator-2, evaluator-2]",
            pointed: "evaluator-2]"),
        // When
        Mutation(
            "no time", [("      - {at: 0 d, of: fiction-1}", "      - {of: fiction-1}")],
            says: "\"at\" is missing", at: "- {of: fiction-1}", pointed: "{of"),
        Mutation(
            "two times",
            [("      - {at: 0 d, of: fiction-1}", "      - {at: 0 d, day: 1, of: fiction-1}")],
            says: "either \"at\" or \"day\", not both", at: "day: 1", pointed: "0 d, day"),
        Mutation(
            "given against the order of time", [("      - at: 31 d\n", "      - at: 41 d\n")],
            says: "given[3]: comes before the one above it", at: "      - at: 40 d",
            pointed: "at: 40 d"),
        Mutation(
            "expected against the order of time",
            [("      - {at: 99 d, research", "      - {at: 101 d, research")],
            says: "expect[4]: comes before the one above it", at: "{at: 100 d",
            pointed: "{at: 100 d"),
        // Of what
        Mutation(
            "of no model",
            [
                (
                    "      - {at: 0 d, by: [auditor-2], of: fiction-1,",
                    "      - {at: 0 d, by: [auditor-2],"
                )
            ],
            says: "\"of\" is missing", at: "by: [auditor-2], claims", pointed: "{at: 0 d"),
        Mutation(
            "of two models", [("by: [auditor-2], of: fiction-1", "by: [auditor-2], of: fiction-2")],
            says: "the test speaks of \"fiction-1\" already", at: "of: fiction-2",
            pointed: "fiction-2"),
        Mutation(
            "a model's trigger without a model",
            [
                (
                    "{at: 30 d, frontier-acceleration: unknown}",
                    "{at: 30 d, research-automation: unknown}"
                )
            ],
            says: "is about a model, but the test names none",
            at: "{at: 30 d, research-automation", pointed: "research-automation"),
        // What
        Mutation(
            "a value in another unit", [("value: 718.8 min", "value: 718.8 FLOP")],
            says: "wrong unit: expected min, found \"718.8 FLOP\"", at: "718.8 FLOP",
            pointed: "718.8 FLOP"),
        Mutation(
            "an unknown indicator",
            [("        horizon-50: {value: 700 min", "        horizont-50: {value: 700 min")],
            says: "unknown key \"horizont-50\"", at: "horizont-50", pointed: "horizont-50:"),
        Mutation(
            "an unknown claim",
            [(judged, judged.replacing("{full-substitution: no}", with: "{substitution: no}"))],
            says: "no claim is named \"substitution\"", at: "claims: {substitution",
            pointed: "substitution: no"),
        Mutation(
            "an answer that is none",
            [
                (
                    judged,
                    judged.replacing(
                        "{full-substitution: no}", with: "{full-substitution: perhaps}")
                )
            ],
            says: "\"perhaps\" is not one of yes, no, unclear", at: "perhaps", pointed: "perhaps"),
        Mutation(
            "one end of an interval", [(table, table.replacing(", high: 55 d", with: ""))],
            says: "an interval has two ends", at: "{value: 48 d, low: 41 d}", pointed: "{value"),
        Mutation(
            "an interval beside its value",
            [(table, table.replacing("value: 48 d", with: "value: 40 d"))],
            says: "the interval does not lie around the value", at: "{value: 40 d",
            pointed: "{value"),
        Mutation(
            "a level of confidence that is none",
            [
                (
                    "        confidence: 90 %\n        training-compute: {value: 3e26",
                    "        confidence: 100 %\n        training-compute: {value: 3e26"
                )
            ], says: "expected a level between 0 % and 100 %", at: "confidence: 100 %",
            pointed: "100 %"),
        Mutation(
            "an indicator that tests cannot name",
            [
                (
                    "  doubling-time:\n    unit: d\n",
                    """
                      stage:
                        unit: count
                        subject: model
                        method: none
                        valid: {least: 0 count, most: 9 count}
                        stale-after: 120 d
                        article: "4.1"
                      doubling-time:
                        unit: d

                    """
                )
            ], says: "no test can give a value to this name", at: "  stage:", pointed: "stage:"),
        // What is expected
        Mutation(
            "an unknown trigger", [("{large-training-run: clear}", "{large-run: clear}")],
            says: "no trigger is named \"large-run\"", at: "{large-run: clear}",
            pointed: "large-run"),
        Mutation(
            "an unknown verdict",
            [("{large-training-run: clear}", "{large-training-run: cleared}")],
            says: "\"cleared\" is not one of crossed, clear, unknown", at: "cleared}",
            pointed: "cleared"),
        Mutation(
            "nothing expected", [("expect: {large-training-run: clear}", "expect: []")],
            says: "expect: expected at least one verdict", at: "expect: []", pointed: "[]"),
        Mutation(
            "no verdict expected", [("expect: {large-training-run: clear}", "expect: {}")],
            says: "expect: expected at least one verdict", at: "expect: {}", pointed: "{}"),
        Mutation(
            "a word expected", [("expect: {large-training-run: clear}", "expect: clear")],
            says: "expected triggers, each with crossed, clear or unknown", at: "expect: clear",
            pointed: "clear"),
        Mutation(
            "two tests of one name",
            [("name: two who sign one table are one", "name: the field doubles fast for 14 days")],
            says: "another test has this name", at: "name: the field doubles fast for 14 days",
            nth: 2, pointed: "the field"),
    ]
}
