// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Measurement
import PauseAgreement
import Testing

@Suite struct SurveyTests {
    private func figure(_ text: String, _ arguments: [String: String]) throws -> EvaluationFigure {
        try SurveyTable(parsing: Array(text.utf8), file: "s.csv").figure(Recipe(.survey, arguments))
    }

    private func answers(_ count: Int) -> String {
        "uplift\n" + (1...count).map { "\($0)" }.joined(separator: "\n") + "\n"
    }

    /// Ranks as R's and scipy's order-statistic intervals have them.
    @Test(arguments: [(10, 2, 9), (16, 4, 13), (18, 5, 14), (130, 54, 77), (349, 156, 194)])
    func `the median's interval lies between two answers`(n: Int, low: Int, high: Int) throws {
        let figure = try figure(answers(n), ["column": "uplift"])
        #expect(figure.value == Double(n + 1) / 2)
        #expect(figure.interval == Interval(lower: Double(low), upper: Double(high)))
        #expect((figure.n, figure.unit) == (n, .ratio))
        #expect(figure.intervalMethod.hasPrefix("order statistics \(low) and \(high) of \(n)"))
    }

    @Test func `multipliers, percentages, empty answers and groups are read`() throws {
        let text = """
            role,uplift
            researcher,2x
            researcher, 150 %
            engineer,9
            researcher,
            researcher,4×

            """
        let some = try figure(text, ["column": "uplift", "where": "role=researcher"])
        #expect((some.value, some.n, some.interval) == (2, 3, nil))
        #expect(some.remarks.map(\.rule) == [.droppedAnswers, .noInterval])
        #expect(some.remarks.warnings[0] == "1 of 4 people gave no answer")
        #expect(try figure(text, ["column": "uplift"]).value == 3)
        let percent = try figure("a\n50\n70\n", ["column": "a", "unit": "percent"])
        #expect((percent.value, percent.unit) == (0.6, .share))
    }

    @Test func `what is no answer is refused with its place`() {
        checkMalformed(["line 3, column 1", "lots"]) {
            _ = try figure("a\n1\nlots\n", ["column": "a"])
        }
        checkMalformed(["no column b"]) { _ = try figure("a\n1\n", ["column": "b"]) }
        #expect(throws: UnusableSample.self) { try figure("a\n", ["column": "a"]) }
        #expect(throws: UnfitSelection.self) {
            try figure("a\n1\n", ["column": "a", "confidence": "1.5"])
        }
    }
}
