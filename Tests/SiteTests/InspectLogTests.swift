// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Measurement
import Site
import Testing

@Suite struct InspectLogTests {
    private func result(
        _ text: InspectLogText, _ selection: InspectSelection = InspectSelection()
    ) throws -> InspectResult {
        let fromJSON = try withFile(Array(text.json.utf8), named: "log.json") {
            try InspectResult.estimate(InspectLog.read($0), selection)
        }
        let fromArchive = try withFile(text.archive.bytes, named: "log.eval") {
            try InspectResult.estimate(InspectLog.read($0), selection)
        }
        // The two ways of writing a log must not differ in anything.
        #expect(fromJSON.value == fromArchive.value)
        #expect(fromJSON.refusals == fromArchive.refusals)
        #expect(fromJSON.warnings == fromArchive.warnings)
        return fromJSON
    }

    /// Changes a good log and expects a refusal with these words, and no other.
    private func checkRefused(
        _ words: String, at location: SourceLocation = #_sourceLocation,
        _ change: (inout InspectLogText) -> Void
    ) throws {
        var text = InspectLogText()
        change(&text)
        let refusals = try result(text).refusals
        #expect(
            refusals.count == 1 && refusals[0].contains(words), "\(refusals)",
            sourceLocation: location)
    }

    @Test func `a good log counts`() throws {
        let result = try result(InspectLogText(), InspectSelection(cluster: "family"))
        #expect(result.refusals == [])
        #expect(result.warnings == [])
        #expect((result.value, result.n, result.clusters) == (0.75, 4, 2))
        check(result.standardError, near: 0.25)
        check(result.clusteredStandardError, near: 0.25)
        // Student's interval would reach beyond what a share can be.
        #expect(result.interval?.interval == Interval(lower: 0, upper: 1))
        #expect(result.interval?.method == "Student's t, 3 degrees of freedom")
        #expect(
            result.clusteredInterval?.method
                == "Student's t, 1 degrees of freedom, clustered by family")
    }

    @Test func `each thing that speaks against a log refuses it`() throws {
        try checkRefused("status error: boom") {
            $0.status = "\"error\""
            $0.logMembers = ",\"error\":{\"message\":\"boom\"}"
        }
        try checkRefused("status cancelled") { $0.status = "\"cancelled\"" }
        try checkRefused("invalidated the log") { $0.logMembers = ",\"invalidated\":true" }
        try checkRefused("1 sample ended in an error, first sample a in epoch 1: bad") {
            $0.sampleMembers = ",\"error\":{\"message\":\"bad\"}"
        }
        try checkRefused("a person stopped sample a") {
            $0.sampleMembers = ",\"limit\":{\"type\":\"operator\",\"limit\":1}"
        }
        try checkRefused("1 sample invalidated") {
            $0.sampleMembers = ",\"invalidation\":{\"author\":\"x\"}"
        }
        try checkRefused("another model answered") {
            $0.sampleMembers = ",\"model_fallbacks\":[{\"model\":\"other\"}]"
        }
        try checkRefused("1 scores were edited") {
            $0.scoreMembers = ",\"history\":[{\"value\":\"I\"}]"
        }
        try checkRefused("the log counts 2 unscored samples") { $0.unscored = 2 }
        try checkRefused("only 3 of 4 samples were completed") { $0.completed = 3 }
        try checkRefused("neither accuracy nor mean") { $0.metricName = "f1" }
        try checkRefused("cannot be repeated") {
            $0.reducer = "home_made"
            $0.accuracy = "NaN"
        }
    }

    @Test func `what a log states must be what its samples give`() throws {
        try checkRefused("the log states 0.76, and its samples give 0.75") { $0.accuracy = "0.76" }
        try checkRefused("the log states nan, and") { $0.accuracy = "NaN" }
        try checkRefused("the log states inf, and") { $0.accuracy = "Infinity" }
        try checkRefused("standard error of 0.2, and") { $0.stderr = "0.2" }
        try checkRefused("its reductions give 0.0 for sample a, its samples 1.0") {
            $0.reductions =
                "[{\"scorer\":\"judge\",\"samples\":[{\"sample_id\":\"a\",\"value\":0}]}]"
        }
    }

    @Test func `missing, extra and doubled samples are refused`() throws {
        try checkRefused("1 sample missing") { $0.statedIDs = "[\"a\",\"b\",\"c\",\"d\",\"e\"]" }
        try checkRefused("1 sample too many") { $0.statedIDs = "[\"a\",\"b\",\"c\"]" }
        try checkRefused("4 samples missing") { $0.epochs = 2 }
        var text = InspectLogText()
        text.ids = ["a", "b", "c", "d", "d"]
        text.accuracy = "0.8"
        let twice = try withFile(Array(text.json.utf8)) {
            try InspectResult.estimate(InspectLog.read($0))
        }
        #expect(twice.refusals.contains { $0.contains("sample d in epoch 1 is there twice") })
    }

    @Test func `forged numbers of epochs are refused at once`() throws {
        for epochs in [0, -1, 9_007_199_254_740_991] {
            var text = InspectLogText()
            text.epochs = epochs
            #expect(try !result(text).mayCount, "\(epochs) epochs")
        }
    }

    @Test func `no damage to a log makes the reader crash`() throws {
        let whole = Array(InspectLogText().json.utf8)
        var (read, refused) = (0, 0)
        for place in whole.indices {
            var damaged = whole
            damaged[place] ^= 1 << UInt8(place % 7)
            do {
                try withFile(damaged) { _ = try InspectResult.estimate(InspectLog.read($0)) }
                read += 1
            } catch is MalformedEvidence {
                refused += 1
            }
        }
        // Damage to a name or a text that nobody needs goes unnoticed, damage to structure does
        // not.
        #expect(read > 100 && refused > 100)
    }

    @Test func `clusters that cancel out allow no interval instead of one without width`() throws {
        var text = InspectLogText()
        text.values = ["a": ["1"], "b": ["0"], "c": ["1"], "d": ["0"]]
        text.accuracy = "0.5"
        text.stderr = "0.28867513459481287"
        let result = try result(text, InspectSelection(cluster: "family"))
        #expect(result.refusals == [])
        #expect(result.clusteredInterval == nil)
        #expect(result.interval != nil)
        #expect(result.warnings.contains { $0.contains("do not vary") })
    }

    @Test func `a sample without a score, or with NaN for one, is unscored and refused`() throws {
        for value in [nil, "NaN"] {
            var text = InspectLogText()
            text.values["c"] = [value]
            text.accuracy = "1"
            text.stderr = "0"
            let result = try result(text)
            #expect(result.counts.unscored == 1)
            #expect(result.n == 3)
            #expect(result.refusals == ["1 of 4 samples have no score"])
        }
    }

    @Test func `every way to write a score is read`() throws {
        let cases: [(String, Double)] = [
            ("\"P\"", 0.5), ("\"N\"", 0), ("true", 1), ("false", 0), ("0.25", 0.25), ("1", 1),
            ("\"yes\"", 1), ("\"False\"", 0), ("\"0.5\"", 0.5),
            ("{\"judge\":0.25,\"tone\":9}", 0.25),
            ("1e-1", 0.1),
        ]
        for (value, number) in cases {
            var text = InspectLogText()
            text.values["c"] = [value]
            text.accuracy = "\((3 + number) / 4)"
            text.stderr = "\((1 - number) / 4)"
            let result = try result(text)
            #expect(result.refusals == [], "\(value)")
            check(result.value, near: (3 + number) / 4, value)
        }
        for value in ["\"maybe\"", "[1]", "{\"tone\":1}", "\"nan\""] {
            try checkRefused("the score of sample c is no number") { $0.values["c"] = [value] }
        }
    }

    @Test func `epochs are reduced by each known reducer`() throws {
        let values: [String: [String?]] = [
            "a": ["\"C\"", "\"C\"", "\"I\""], "b": ["\"I\"", "\"I\"", "\"I\""],
            "c": ["\"C\"", "\"I\"", "\"I\""], "d": ["\"C\"", "\"C\"", "\"C\""],
        ]
        let cases: [(String, Double)] = [
            ("mean", 0.5), ("median", 0.5), ("mode", 0.5), ("max", 0.75), ("at_least_2", 0.5),
            ("pass_at_1", 0.5), ("pass_at_2", 2.0 / 3), ("pass_k_2", 1.0 / 3),
        ]
        for (reducer, mean) in cases {
            var text = InspectLogText()
            text.epochs = 3
            text.values = values
            text.reducer = reducer
            text.accuracy = "\(mean)"
            text.metricName = "mean"
            let result = try result(text)
            check(result.value, near: mean, reducer)
            #expect(!result.refusals.contains { $0.contains("states \(mean)") }, "\(reducer)")
            #expect(result.n == 4)
        }
    }

    @Test func `limits, retries and changes after the run are warnings`() throws {
        var text = InspectLogText()
        text.sampleMembers = ",\"limit\":{\"type\":\"token\"},\"error_retries\":[{}]"
        text.logMembers = ",\"log_updates\":[{}],\"config_updates\":[{}]"
        text.resultMembers = ",\"early_stopping\":{\"early_stops\":[{}]}"
        let result = try result(text)
        #expect(result.refusals == [])
        #expect((result.counts.limited, result.counts.retried) == (1, 1))
        for words in [
            "limit: token", "tried again", "changed after", "changed during", "early stopping",
        ] {
            #expect(result.warnings.contains { $0.contains(words) }, "\(words): \(result.warnings)")
        }
    }

    @Test func `a run that never ended has no header and does not count`() throws {
        var writer = InspectLogText().archive
        writer.entries.removeLast()
        let result = try withFile(writer.bytes) { try InspectResult.estimate(InspectLog.read($0)) }
        #expect(result.refusals == ["the run did not finish: the log has no header"])
    }

    @Test func `a log without samples is recomputed from its reductions and does not count`() throws
    {
        var text = InspectLogText()
        text.reductions = """
            [{"scorer":"judge","samples":[{"sample_id":"a","value":1.0},{"sample_id":"b","value":1.0},
            {"sample_id":"c","value":0.0},{"sample_id":"d","value":1.0}]}]
            """
        text.ids = []
        text.statedIDs = "null"
        let result = try result(text)
        #expect(result.value == 0.75)
        #expect(
            result.refusals == ["the log holds no samples, so errors and edits cannot be ruled out"]
        )
    }

    @Test func `summaries stand in for samples, with a warning`() throws {
        let text = InspectLogText()
        var writer = text.archive
        writer.entries.removeAll { $0.name.hasPrefix("samples/") }
        let summaries = "[" + text.samples.map(\.text).joined(separator: ",") + "]"
        writer.entries.append(.init(name: "summaries.json", content: Array(summaries.utf8)))
        let result = try withFile(writer.bytes) { try InspectResult.estimate(InspectLog.read($0)) }
        #expect(result.refusals == [])
        #expect(result.value == 0.75)
        #expect(result.warnings.contains { $0.contains("summaries") })
    }

    @Test func `a selection that does not fit says what there is`() throws {
        func check(_ selection: InspectSelection, _ hint: String) {
            do {
                _ = try result(InspectLogText(), selection)
                Issue.record("it fitted")
            } catch let error as UnfitSelection {
                #expect(error.hint.contains(hint))
            } catch {
                Issue.record("another error: \(error)")
            }
        }
        check(InspectSelection(scorer: "other"), "judge")
        check(InspectSelection(reducer: "max"), "mean")
        check(InspectSelection(cluster: "absent"), "--cluster")
    }

    @Test func `what is no log of this version is malformed, not refused`() throws {
        func checkText(_ part: String, _ change: (inout InspectLogText) -> Void) {
            var text = InspectLogText()
            change(&text)
            checkMalformed(part) { _ = try result(text) }
        }
        checkText("log version 1") { $0.version = "1" }
        checkText("no version") { $0.version = "\"2\"" }
        checkText("stands there twice") { $0.logMembers = ",\"st\\u0061tus\":\"success\"" }
        checkText("scores stands there twice") { $0.sampleMembers = ",\"scores\":{}" }
        checkText("is no JSON") { $0.sampleMembers = ",\"error\":{oops}" }
        for (part, wrong) in [("\"id\":\"a\",", ""), ("\"epoch\":1", "\"epoch\":0")] {
            let text = InspectLogText().json.replacing(part, with: wrong)
            checkMalformed("no id or no epoch") {
                try withFile(Array(text.utf8)) { _ = try InspectLog.read($0) }
            }
        }
        for text in ["", "PK", "[]", "{}", "nonsense", "{\"version\":2,\"eval\":{}"] {
            #expect(throws: MalformedEvidence.self) {
                try withFile(Array(text.utf8)) { _ = try InspectLog.read($0) }
            }
        }
        let other = ZipWriter([("readme.txt", "hello")])
        checkMalformed("no header.json") {
            try withFile(other.bytes) { _ = try InspectLog.read($0) }
        }
    }
}
