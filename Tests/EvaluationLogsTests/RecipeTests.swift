// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Measurement
import PauseAgreement
import Testing
import TransparencyLog

@Suite struct RecipeTests {
    @Test func `a recipe is one line, and the line is the recipe`() throws {
        let cases: [(Recipe.Importer, [String: String], String)] = [
            (.inspect, [:], "inspect/1"),
            (
                .metrRuns, ["seed": "42", "agent": "o1", "bootstrap": "1000"],
                "metr-runs/1 agent=o1 bootstrap=1000 seed=42"
            ),
            (
                .metrRuns, ["agent": "Claude 3.5 Sonnet (New)"],
                "metr-runs/1 agent=\"Claude 3.5 Sonnet (New)\""
            ),
            (.inspect, ["cluster": "a \"b\" \\ c=d"], #"inspect/1 cluster="a \"b\" \\ c=d""#),
            (.inspect, ["cluster": ""], "inspect/1 cluster=\"\""),
            (
                .survey, ["column": "Wirkung ä", "where": "x=y"],
                #"survey/1 column="Wirkung ä" where="x=y""#
            ),
        ]
        for (importer, arguments, text) in cases {
            let recipe = try Recipe(importer, arguments)
            #expect(recipe.description == text)
            #expect(try Recipe(parsing: text) == recipe)
        }
    }

    @Test(
        arguments: [
            "", "inspect", "inspect/2", "inspect/1 ", "inspect/1 cluster", "inspect/1 cluster=",
            "inspect/1 cluster=a b", "inspect/1 cluster=a cluster=a", "inspect/1 model=x",
            "inspect/1 scorer=a cluster=b", "inspect/1 cluster=\"a\"", "inspect/1 cluster=\"a",
            "inspect/1  cluster=a", "inspect/1 cluster=\"a b\"x",
        ])
    func `another spelling is refused`(text: String) {
        #expect(throws: UnfitSelection.self) { try Recipe(parsing: text) }
    }

    private func stated(
        _ value: String, _ unit: QuantityUnit = .minutes, low: String? = nil, high: String? = nil,
        n: Int64? = nil
    ) -> MeasuredValue {
        let interval = low.flatMap { low in
            high.map {
                MeasuredValue.Interval(
                    low: ExactDecimal(low)!, high: ExactDecimal($0)!,
                    confidence: ExactDecimal("0.95")!, method: "bootstrap")
            }
        }
        return MeasuredValue(
            indicator: "h", subject: .model("m"), value: ExactDecimal(value)!, unit: unit,
            interval: interval, n: n, clusters: nil, suite: "s", method: "m",
            assurance: .thirdParty, made: Time("2026-01-01")!, elicitation: nil, modelDigest: nil,
            evidence: [], source: nil, fictional: true)
    }

    private func computed(
        _ value: Double?, _ interval: Interval? = nil, n: Int? = nil
    ) -> EvaluationFigure {
        var figure = EvaluationFigure(value: value, unit: .minutes, suite: "s", method: "m")
        figure.interval = interval
        figure.n = n
        return figure
    }

    @Test(
        arguments: [
            ("42.4514", 42.451416, true), ("42.4514", 42.4515, true), ("42.4514", 42.4516, false),
            ("1", 1.0000049, true), ("1", 1.00002, false), ("999999", 999_999.4, true),
            ("0", 0, true), ("0", 1e-60, true), ("0", 1e-9, false), ("-3", 3, false),
            ("1e26", 1.0000001e26, true), ("1e26", 1.1e26, false),
        ])
    func `a figure agrees where it rounds to what was signed`(
        text: String, value: Double, agrees: Bool
    ) {
        #expect(Recomputation(of: stated(text), by: computed(value)).holds == agrees)
    }

    @Test func `interval, items and unit have to agree, too`() {
        let signed = stated("60", low: "50", high: "70", n: 9)
        let same = computed(60, Interval(lower: 50, upper: 70), n: 9)
        #expect(Recomputation(of: signed, by: same).holds)
        for other in [
            computed(60, Interval(lower: 51, upper: 70), n: 9),
            computed(60, Interval(lower: 50, upper: 71), n: 9),
            computed(60, Interval(lower: 50, upper: 70), n: 8), computed(60, nil, n: 9),
            computed(60, Interval(lower: 50, upper: 70)), computed(.infinity), computed(nil),
        ] { #expect(!Recomputation(of: signed, by: other).holds) }
        // A value that was signed alone says nothing of the interval.
        #expect(Recomputation(of: stated("60"), by: same).holds)
        #expect(Recomputation(of: stated("1", .hours), by: same).holds)
        #expect(!Recomputation(of: stated("60", .share), by: same).holds)
    }

    @Test func `every rule has a weight, a name of its own, and a line in the manual`() throws {
        let manual = try Reference.page("IMPORTERS.md")
        for rule in ImportRule.allCases {
            let row = manual.first { $0.hasPrefix("| `\(rule.rawValue)` ") }
            #expect(row?.contains("| \(rule.weight.rawValue) |") == true, "\(rule.rawValue)")
        }
        for importer in Recipe.Importer.allCases {
            #expect(manual.contains { $0.contains("`\(importer.rawValue)`") }, "\(importer)")
            for name in importer.argumentNames {
                #expect(manual.contains { $0.contains("`\(name)`") }, "\(importer) \(name)")
            }
        }
    }
}
