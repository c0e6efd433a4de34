// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Measurement
import PauseAgreement
import Testing
import TransparencyLog

/// Records and results of other programs: Every Eval Ever, lm-evaluation-harness, HELM.
@Suite struct RecordTests {
    // MARK: - Every Eval Ever

    private func record(
        version: String = "0.3.0", score: String = "0.75",
        config: String = "\"min_score\":0,\"max_score\":1",
        uncertainty: String = "", more: String = ""
    ) -> String {
        """
        {"schema_version":"\(version)","evaluation_id":"e/m/1","evaluation_timestamp":"1767225600",
        "retrieved_timestamp":"1","source_metadata":{"source_type":"evaluation_run",
        "evaluator_relationship":"first_party"},"eval_library":{"name":"x","version":"1"},
        "model_info":{"id":"lab/m"},"unknown_member":{"a":[NaN]}\(more),
        "evaluation_results":[{"evaluation_name":"toy","source_data":{"dataset_name":"toy"},
        "metric_config":{"metric_id":"acc","lower_is_better":false,\(config)},
        "score_details":{"score":\(score)\(uncertainty)}}]}
        """
    }

    private func read(_ record: String, instances: String? = nil) throws -> EvaluationFigure {
        try EveryEvalEver(parsing: Array(record.utf8), file: "r.json").figure(
            Recipe(.everyEvalEver, [:]),
            instances: instances.map { try EvalInstances(parsing: Array($0.utf8), file: "i.jsonl") }
        )
    }

    private func instance(_ id: String, _ score: Double, error: String = "null") -> String {
        """
        {"schema_version":"0.3.0","evaluation_id":"e/m/1","evaluation_name":"toy","sample_id":"\(id)",\
        "evaluation":{"score":\(score),"is_correct":true},"error":\(error)}

        """
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `METR's horizon as a record arrives with its interval and who evaluated`() throws {
        let bytes = try Reference.bytes("formats/eee", "metr_opus")
        let figure = try EveryEvalEver(parsing: bytes, file: "r").figure(
            Recipe(.everyEvalEver, [:]))
        #expect((figure.value, figure.unit) == (718.80683, .minutes))
        #expect(figure.interval == Interval(lower: 316.685725, upper: 3633.786163))
        #expect((figure.confidence, figure.intervalMethod) == (0.95, "hierarchical bootstrap"))
        #expect(figure.relationship == .thirdParty)
        #expect(figure.made == Time("2026-02-20"))
        #expect(figure.remarks.map(\.rule) == [.notRecomputed])
        checkMalformed(["0.2.0", "only 0.3"]) {
            let old = try Reference.bytes("formats/eee", "example_record")
            _ = try EveryEvalEver(parsing: old, file: "r")
        }
    }

    @Test func `an interval is taken over, made of the standard error, or missing, and says so`()
        throws
    {
        let stated = try read(
            record(
                uncertainty:
                    ",\"uncertainty\":{\"confidence_interval\":{\"lower\":0.7,\"upper\":0.8,\"confidence_level\":0.9}}"
            ))
        #expect(stated.interval == Interval(lower: 0.7, upper: 0.8))
        #expect(stated.confidence == 0.9)
        let made = try read(
            record(
                uncertainty:
                    ",\"uncertainty\":{\"standard_error\":{\"value\":0.1},\"num_samples\":20}"))
        // Student's t for 19 degrees of freedom is 2.093024.
        check(made.interval?.lower, near: 0.75 - 0.2093024, within: 1e-6)
        #expect((made.standardError, made.n) == (0.1, 20))
        let none = try read(record())
        #expect(none.interval == nil)
        #expect(none.remarks.map(\.rule) == [.notRecomputed, .noInterval])
        #expect((none.unit, none.relationship, none.model) == (.share, .firstParty, "lab/m"))
        #expect(none.made == Time("2026-01-01"))
        let percent = try read(record(score: "75", config: "\"metric_unit\":\"percent\""))
        #expect((percent.value, percent.unit) == (0.75, .share))
    }

    @Test func `what the instances give counts, and what they contradict is refused`() throws {
        let good = (0..<20).map { instance("s\($0)", $0 < 15 ? 1 : 0) }.joined()
        let figure = try read(record(), instances: good)
        #expect((figure.value, figure.n, figure.mayCount) == (0.75, 20, true))
        check(figure.standardError, near: 0.0993399, within: 1e-6)
        #expect(!figure.remarks.contains { $0.rule == .notRecomputed })
        let cases: [(String, ImportRule)] = [
            (good + instance("s20", 0), .statedValueDiffers),
            (good + instance("s19", 0), .doubledSamples),
            (good.replacing("\"error\":null", with: "\"error\":\"timeout\""), .sampleErrors),
        ]
        for (instances, rule) in cases {
            let refused = try read(record(), instances: instances)
            #expect(!refused.mayCount)
            #expect(refused.remarks.contains { $0.rule == rule }, "\(refused.remarks)")
        }
        let counted = record(uncertainty: ",\"uncertainty\":{\"num_samples\":21}")
        #expect(try read(counted, instances: good).remarks.contains { $0.rule == .missingSamples })
        // Rounded to two digits, 0.7466… is what 0.75 states; to four it is not.
        let rounded = (0..<75).map { instance("s\($0)", $0 < 56 ? 1 : 0) }.joined()
        #expect(try read(record(), instances: rounded).mayCount)
        #expect(try !read(record(score: "0.7500"), instances: rounded).mayCount)
        checkMalformed(["digest", "abc"]) {
            let named =
                ",\"detailed_evaluation_results\":{\"format\":\"jsonl\",\"file_path\":\"i\",\"checksum\":\"abc\"}"
            _ = try read(record(more: named), instances: good)
        }
    }

    @Test func `a record that is none is refused with its place`() {
        let cases: [(String, [String])] = [
            ("{}", ["schema_version"]), ("[", ["line 1"]), (record(version: "0.4.0"), ["0.4.0"]),
            (record().replacing("\"model_info\"", with: "\"model\""), ["model_info"]),
            (record(score: "1.5"), ["score", "outside 0"]),
            (record(score: "\"x\""), ["evaluation_results[0]", "no number"]),
            (
                record(
                    uncertainty:
                        ",\"uncertainty\":{\"confidence_interval\":{\"lower\":0.8,\"upper\":0.9}}"),
                ["confidence_interval", "around"]
            ),
            (
                record(
                    uncertainty:
                        ",\"uncertainty\":{\"confidence_interval\":{\"lower\":0.7,\"upper\":0.9,\"confidence_level\":95}}"
                ), ["confidence_interval", "95"]
            ),
        ]
        for (text, parts) in cases { checkMalformed(parts) { _ = try read(text) } }
        #expect(throws: UnfitSelection.self) { try read(record(score: "7", config: "\"a\":1")) }
        #expect(throws: UnfitSelection.self) {
            try EveryEvalEver(parsing: Array(record().utf8), file: "r")
                .figure(Recipe(.everyEvalEver, ["metric": "f1"]))
        }
    }

    // MARK: - lm-evaluation-harness

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `real results of the harness are read, and a part of their samples refused`() throws {
        let results = try LMEvalResults(
            parsing: Reference.bytes("formats/lm_eval", "results"), file: "results.json")
        #expect(results.choices.count == 2)
        let figure = try results.figure(Recipe(.lmEval, ["task": "math_rephrased_full"]))
        #expect((figure.value, figure.n) == (0.0004, 5000))
        check(figure.standardError, near: 0.0002828144211304471)
        #expect(figure.interval?.lower == 0)
        check(figure.interval?.upper, near: 0.0004 + 1.960439 * 0.0002828144, within: 1e-9)
        #expect(figure.suite == "math_rephrased_full version 1.0")
        #expect(figure.made == Time(milliseconds: 1_768_964_383_859))
        let samples = try LMEvalSamples(
            parsing: Reference.bytes("formats/lm_eval", "samples"), file: "samples.jsonl")
        let part = try results.figure(
            Recipe(.lmEval, ["task": "math_perturbed_full"]), samples: samples)
        #expect(part.remarks.refusals == ["10 samples, and the results count 5000"])
        #expect(throws: UnfitSelection.self) { try results.figure(Recipe(.lmEval, [:])) }
    }

    private func harness(
        value: String = "0.75", error: String = "0.25", effective: Int = 4, original: Int = 4,
        aggregation: String = "mean", samples: [String]? = nil
    ) throws -> EvaluationFigure {
        let text = """
            {"results":{"t":{"alias":"t","acc,none":\(value),"acc_stderr,none":\(error)}},
            "configs":{"t":{"metric_list":[{"metric":"acc","aggregation":"\(aggregation)"}]}},
            "versions":{"t":2},"n-samples":{"t":{"original":\(original),"effective":\(effective)}},
            "higher_is_better":{"t":{"acc":true}}}
            """
        return try LMEvalResults(parsing: Array(text.utf8), file: "r").figure(
            Recipe(.lmEval, [:]),
            samples: samples.map {
                try LMEvalSamples(parsing: Array($0.joined(separator: "\n").utf8), file: "s")
            })
    }

    private func sample(_ id: Int, _ score: String, filter: String = "none") -> String {
        "{\"doc_id\":\(id),\"filter\":\"\(filter)\",\"acc\":\(score),\"resps\":[[\"}\"]]}"
    }

    @Test func `the harness's samples confirm its figure or refuse it`() throws {
        let own = [sample(0, "1.0"), sample(1, "1"), sample(2, "true"), sample(3, "0")]
        let figure = try harness(samples: own + [sample(0, "0", filter: "other")])
        #expect(figure.remarks.refusals == [])
        #expect((figure.value, figure.n) == (0.75, 4))
        check(figure.standardError, near: 0.25)
        let cases: [([String], ImportRule)] = [
            (Array(own.dropLast()), .missingSamples),
            ([own[0], own[0], own[2], own[3]], .doubledSamples),
            ([own[0], own[1], own[2], sample(3, "\"x\"")], .unscoredSamples),
            ([own[0], own[1], sample(2, "0"), own[3]], .statedValueDiffers),
        ]
        for (samples, rule) in cases {
            let refused = try harness(samples: samples)
            #expect(!refused.mayCount)
            #expect(refused.remarks.contains { $0.rule == rule }, "\(refused.remarks)")
        }
        #expect(try !harness(error: "0.1", samples: own).mayCount)
        #expect(try harness(error: "\"N/A\"", samples: own).mayCount)
        #expect(try harness(error: "\"N/A\"").interval == nil)
        #expect(try harness(original: 9).remarks.contains { $0.rule == .partOfTheSet })
        // What is no mean of single figures cannot be confirmed by them.
        #expect(
            try harness(aggregation: "bleu", samples: own).remarks.contains {
                $0.rule == .nothingConfirms
            })
        checkMalformed(["no number"]) { _ = try harness(value: "\"N/A\"") }
        checkMalformed(["no results"]) {
            _ = try LMEvalResults(parsing: Array("{\"results\":{}}".utf8), file: "r")
        }
    }

    // MARK: - HELM

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `a real HELM run gives its mean, flagged as its own word`() throws {
        let stats = try HELMStats(
            parsing: Reference.bytes("formats/helm", "stats"), file: "stats.json",
            runSpec: Reference.bytes("formats/helm", "run_spec"))
        let figure = try stats.figure(Recipe(.helm, ["metric": "exact_match"]))
        check(figure.value, near: 1.0 / 9)
        #expect((figure.n, figure.unit, figure.model) == (9, .share, "openai/gpt2"))
        #expect(figure.remarks.map(\.rule) == [.notRecomputed, .noInterval, .perturbed])
        #expect(throws: UnfitSelection.self) { try stats.figure(Recipe(.helm, ["metric": "x"])) }
        checkMalformed(["stats.json"]) { _ = try HELMStats(parsing: Array("{}".utf8), file: "f") }
    }
}
