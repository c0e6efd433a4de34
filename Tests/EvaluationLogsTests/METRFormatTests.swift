// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Measurement
import PauseAgreement
import Testing

@Suite struct METRFormatTests {
    private func run(
        _ id: Int, _ minutes: Double, _ score: String, more: String = "", family: String = "f"
    ) -> String {
        """
        {"alias":"o1","task_family":"\(family)","task_id":"\(family)/\(Int(minutes))","run_id":"r\(id)",\
        "human_minutes":\(minutes),"score_binarized":\(score),"score_cont":0.4,"unknown":[1]\(more)}

        """
    }

    private func runs(_ text: String) throws -> METRRuns {
        try METRRuns(parsing: Array(text.utf8), file: "runs.jsonl")
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `the same runs as JSON lines give the same horizon as the table`() throws {
        let table = try METRRuns(parsing: Reference.bytes("metr", "runs_slim"), file: "runs.csv")
        let own = try #require(table.runs["o1"])
        let lines = own.enumerated().map { number, run in
            """
            {"alias":"o1","task_family":"\(run.family)","task_id":"\(run.task)","run_id":\(number),\
            "human_minutes":\(run.humanMinutes),"score_binarized":\(Int(run.score))}
            """
        }
        let recipe = try Recipe(.metrRuns, ["agent": "o1"])
        let figure = try runs(lines.joined(separator: "\n")).fit(recipe).figure(
            draws: [], file: "f")
        check(figure.value, near: 42.451416, within: 1e-6 * 43)
        #expect((figure.n, figure.clusters, figure.unit) == (1014, 36, .minutes))
        #expect(figure.remarks == [])
        #expect(figure.value == (try table.fit(recipe).figure(draws: [], file: "f").value))
    }

    @Test func `errors and weights that the runs do not give are flagged`() throws {
        let good = run(1, 1, "true") + run(2, 1, "1") + run(3, 100, "0") + run(4, 100, "false")
        let recipe = try Recipe(.metrRuns, ["agent": "o1", "bootstrap": "20", "seed": "7"])
        let fit = try runs(good).fit(recipe)
        let draws = try #require(fit.bootstrap).sample(0..<20)
        let figure = fit.figure(draws: draws, file: "f")
        check(figure.value, near: 10, within: 1e-6)
        #expect(figure.intervalMethod == "hierarchical bootstrap, 20 draws, seed 7")
        #expect(
            try runs(good).fit(Recipe(.metrRuns, ["agent": "o1"])).figure(draws: [], file: "f")
                .interval == nil)
        let cases: [(String, ImportRule)] = [
            (good + run(5, 100, "0", more: ",\"fatal_error_from\":\"agent\""), .fatalErrors),
            (run(1, 1, "0") + run(2, 9, "1"), .meaninglessFit),
            (run(1, 1, "1") + run(2, 9, "1"), .beyondTheSuite),
            (run(1, 1, "0") + run(2, 9, "0"), .noInterval),
        ]
        for (text, rule) in cases {
            let figure = try runs(text).fit(Recipe(.metrRuns, ["agent": "o1"])).figure(
                draws: [], file: "f")
            #expect(figure.remarks.map(\.rule) == [rule])
        }
        // One run of one task, and two of another of the same family: 2 to 1 to 1.
        func weighted(_ weights: [Double]) throws -> [ImportRule] {
            let text = zip([1.0, 9, 9], weights).enumerated().map {
                run($0, $1.0, $0 == 0 ? "1" : "0", more: ",\"invsqrt_task_weight\":\($1.1)")
            }
            return try runs(text.joined()).fit(Recipe(.metrRuns, ["agent": "o1"]))
                .figure(draws: [], file: "f").remarks.map(\.rule)
        }
        #expect(try weighted([0.5, 0.25, 0.25]) == [])
        #expect(try weighted([0.4, 0.3, 0.3]) == [.weightsDiffer])
    }

    @Test func `what is wrong in a run is named with its line`() {
        let cases: [(String, [String])] = [
            ("{\"task_id\":1}", ["line 1", "alias"]),
            (run(1, 1, "1") + "{", ["line 2", "column 2"]),
            (run(1, 0, "1"), ["line 1", "above zero"]), (run(1, 1, "2"), ["line 1", "0 to 1"]),
            (run(1, 1, "null"), ["score_binarized"]),
            (run(1, 1, "1") + "\n" + run(1, 1, "0"), ["line 3", "twice"]),
        ]
        for (text, parts) in cases { checkMalformed(parts) { _ = try runs(text) } }
        #expect(throws: UnfitSelection.self) {
            try runs(run(1, 1, "1")).fit(Recipe(.metrRuns, ["agent": "o3"]))
        }
    }

    // As METR's own file is laid out.
    private static let yaml = """
        benchmark_name: METR-Horizon-v1.1
        doubling_time_in_days: # excludes points with central estimate p50 > 16 hrs
          from_2023_on: {ci_high: 158.012, ci_low: 104.428, point_estimate: 128.744}
        results:
          gpt_2:
            benchmark_name: METR-Horizon-v1.0
            metrics:
              average_score:
                estimate: 0.1
              p50_horizon_length: {ci_high: 0.142, ci_low: 0.010, estimate: 0.054}
              p80_horizon_length: {ci_high: 0.069, ci_low: 0.002, estimate: 0.013}
            release_date: 2019-02-14
          claude_opus_4_6_inspect:
            metrics:
              is_sota: true
              p50_horizon_length:
                ci_high: 3633.786163
                ci_low: 316.685725
                estimate: 718.80683
              p80_horizon_length:
                ci_high: 170.437873
                ci_low: 27.026521
                estimate: 69.9
            release_date: 2026-02-05
            scaffolds:
            - mtb/start_metr_task,metr_agents/react
            - null
        swaa_version: 1.0
        """

    @Test func `METR's YAML of published horizons is read`() throws {
        #expect(METRHeadline.matches(Array(Self.yaml.utf8)))
        #expect(!METRHeadline.matches(Array(run(1, 1, "1").utf8)))
        let headline = try METRHeadline(parsing: Array(Self.yaml.utf8), file: "b.yaml")
        #expect(headline.models.map(\.suite) == ["1.1", "1.0"])
        let recipe = try Recipe(
            .metrHeadline, ["model": "claude_opus_4_6_inspect", "reliability": "0.8"])
        let figure = try headline.figure(recipe)
        #expect((figure.value, figure.unit, figure.suite) == (69.9, .minutes, "METR-Horizon-v1.1"))
        #expect(figure.interval == Interval(lower: 27.026521, upper: 170.437873))
        #expect(throws: UnfitSelection.self) {
            try headline.figure(Recipe(.metrHeadline, ["model": "gpt_2", "reliability": "0.9"]))
        }
        let cases: [(String, String, [String])] = [
            ("ci_low: 316.685725", "ci_low: 800", ["claude", "p50_horizon_length", "around"]),
            ("estimate: 69.9", "estimation: 69.9", ["p80_horizon_length", "estimate"]),
            ("release_date: 2026-02-05", "release_date: soon", ["claude", "release_date"]),
            ("  gpt_2:", "  gpt_2: &a", ["5:"]), ("results:", "result:", ["no results"]),
        ]
        for (old, new, parts) in cases {
            checkMalformed(parts) {
                let text = Self.yaml.replacing(old, with: new)
                _ = try METRHeadline(parsing: Array(text.utf8), file: "b.yaml")
            }
        }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `the doubling time of the published horizons is METR's`() throws {
        let headline = try METRHeadline(
            parsing: Reference.bytes("metr", "th1_1_headline"), file: "h")
        let figure = try headline.trendFigure(
            Recipe(.metrTrend, ["since": "2023-01-01", "through": "records"]))
        check(figure.value, near: 128.744, within: 6e-4)
        check(figure.interval?.lower, near: 110.3, within: 0.05)
        check(figure.interval?.upper, near: 154.7, within: 0.05)
        #expect((figure.n, figure.unit) == (14, .days))
    }
}
