// SPDX-License-Identifier: Apache-2.0
import PauseAgreement

extension Mutation {
    private static let from =
        "from: [auditor-1, auditor-2, evaluator-1, evaluator-2, evaluator-3]"
    private static let second = "    roles: [evaluator]\n    jurisdiction: Sudland\n"

    /// Whose evidence, of which assurance, and whether there are enough.
    static let evidence: [Mutation] = [
        Mutation(
            "a developer's word for a cap",
            [("measure: notify\n    article: \"4.4\"", "measure: cap\n    article: \"4.4\"")],
            says: "self-reported evidence leads to notify at most, not to cap",
            at: "evidence: {evaluators: 1, assurance: self-reported", pointed: "self-reported"),
        Mutation(
            "too few evaluators", [("{evaluators: 2,", "{evaluators: 6,")],
            says: "6 are needed, but 5 parties may give such evidence", at: "{evaluators: 6",
            pointed: "6, assurance"),
        Mutation(
            "too few judges",
            [
                ("      evaluators: 2\n", "      evaluators: 17\n"),
                ("      \(from)\n", ""),
            ], says: "17 are needed, but 16 parties may give such judgements",
            at: "      evaluators: 17", pointed: "17"),
        Mutation(
            "evaluators who are one",
            [
                (from, "from: [evaluator-1, evaluator-2]"),
                (second, second + "    nominated-by: evaluator-1\n"),
            ],
            says:
                "2 are needed, but only 1 of the 2 who may give such evidence are independent of each other",
            at: "      evaluators: 2", pointed: "2"),
        Mutation(
            "evaluators whom one put forward",
            [
                (from, "from: [evaluator-1, evaluator-2]"),
                (second, second + "    nominated-by: norland\n"),
                (
                    "    roles: [evaluator]\n    jurisdiction: Norland\n",
                    "    roles: [evaluator]\n    jurisdiction: Norland\n    nominated-by: norland\n"
                ),
            ],
            says: "only 1 of the 2 who may give such evidence are independent of each other",
            at: "      evaluators: 2", pointed: "2"),
        Mutation(
            "an evaluator of the developer's",
            [
                (from, "from: [evaluator-1, evaluator-2]"),
                (second, second + "    nominated-by: developer-c\n"),
            ],
            says:
                "for a model of \"developer-c\" only 1 independent ones may give such evidence",
            at: "      evaluators: 2", pointed: "2"),
        Mutation(
            "evidence from one who gives none", [("from: [auditor-1,", "from: [developer-e,")],
            says: "\"developer-e\" may give no evidence that counts here", at: "from: [developer-e",
            pointed: "developer-e"),
        Mutation(
            "evidence from nobody", [(from, "from: []")],
            says: "expected the names of those whose evidence counts", at: "from: []",
            pointed: "[]"),
        Mutation(
            "evidence from a stranger", [("from: [auditor-1,", "from: [auditor-7,")],
            says: "no party is named \"auditor-7\"", at: "auditor-7", pointed: "auditor-7"),
        Mutation(
            "evidence from one twice", [("from: [auditor-1,", "from: [auditor-2,")],
            says: "\"auditor-2\" stands here a second time", at: "from: [auditor-2",
            pointed: "auditor-2, evaluator-1"),
        Mutation(
            "figures for several comparisons",
            [
                (
                    "when: {indicator: doubling-time, at-most: 60 d, bound: upper, confidence: 95 %}",
                    "when: {any: [{indicator: doubling-time, at-most: 60 d, bound: upper, confidence: 95 %}, {indicator: doubling-time, at-most: 50 d, bound: upper, confidence: 99 %}]}"
                )
            ], says: "2 comparisons, so none is the one to rearm", at: "rearm: [30 d]",
            pointed: "[30 d]"),
    ]
}
