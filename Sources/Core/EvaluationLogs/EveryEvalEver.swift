// SPDX-License-Identifier: Apache-2.0
import Measurement
import PauseAgreement
import TransparencyLog

/// A record in the format of Every Eval Ever.
///
/// Source: EvalEval, every_eval_ever, schema 0.3.0 (`eval.schema.json`).
public struct EveryEvalEver: Sendable {
    let file: String
    let record: JSON
    let results: [JSON]

    /// - Throws: ``MalformedEvidence`` for another version, and where a member is missing that the
    ///   schema asks for.
    public init(parsing bytes: [UInt8], file: String) throws(MalformedEvidence) {
        let record = try ForeignJSON.parse(bytes, file: file)
        guard let version = record["schema_version"]?.string else {
            throw MalformedEvidence(
                file: file, reason: "it has no schema_version, so it is no Every Eval Ever record")
        }
        guard version == "0.3" || version.hasPrefix("0.3.") else {
            throw MalformedEvidence(
                file: file, place: "schema_version",
                reason: "version \(InspectAudit.line(version)), and only 0.3 is read: "
                    + "convert it with the format's own tools")
        }
        for name in [
            "evaluation_id", "retrieved_timestamp", "source_metadata", "model_info", "eval_library",
            "evaluation_results",
        ] where record[name] == nil {
            throw MalformedEvidence(file: file, place: name, reason: "it is missing")
        }
        guard let results = record["evaluation_results"]?.array, !results.isEmpty else {
            throw MalformedEvidence(
                file: file, place: "evaluation_results", reason: "it holds no result")
        }
        self.file = file
        self.record = record
        self.results = results
    }

    /// What there is to choose from.
    public var choices: [FigureChoice] {
        results.map { result in
            var arguments: [String: String] = [:]
            arguments["result"] = result["evaluation_name"]?.string
            arguments["metric"] = Self.metric(of: result)
            return FigureChoice(
                arguments: arguments, value: result["score_details"]?["score"]?.finite)
        }
    }

    private static func metric(of result: JSON) -> String? {
        let config = result["metric_config"]
        return config?["metric_id"]?.string ?? config?["metric_name"]?.string
    }

    /// The figure that the recipe chooses; computed again where the instances are there, too.
    public func figure(
        _ recipe: Recipe, instances: EvalInstances? = nil
    ) throws -> EvaluationFigure {
        let (result, number) = try chosen(recipe)
        let place = "evaluation_results[\(number)]"
        try checkMembers(of: result, at: place)
        guard let score = result["score_details"]?["score"], let value = score.finite else {
            throw MalformedEvidence(
                file: file, place: "\(place).score_details.score", reason: "it is no number")
        }
        let config = result["metric_config"] ?? .null
        try checkRange(value, config, place)
        let isShare =
            config["min_score"]?.finite == 0 && config["max_score"]?.finite == 1
            && config["metric_unit"] == nil
        let unit = try ForeignUnit.choose(
            given: recipe["unit"], stated: config["metric_unit"]?.string, isShare: isShare)
        let name = result["evaluation_name"]?.string ?? "unnamed"
        var figure = EvaluationFigure(
            value: value * unit.factor, unit: unit.unit, suite: suite(of: result),
            method: "\(Self.metric(of: result) ?? name) as an Every Eval Ever record states it")
        figure.n = Self.count(result)
        figure.made =
            Time(foreign: result["evaluation_timestamp"])
            ?? Time(foreign: record["evaluation_timestamp"])
        figure.model = record["model_info"]?["id"]?.string ?? record["model_info"]?["name"]?.string
        figure.relationship = relationship
        figure.details = details(of: result)
        if config["lower_is_better"]?.bool == true {
            figure.remarks.add(.lowerIsBetter, "of this metric a lower value is the better one")
        }
        if let instances {
            try instances.confirm(
                &figure, score: score, factor: unit.factor, record: record, result: result)
        } else {
            figure.remarks.add(
                .notRecomputed, "the figure is the record's own: nothing here computes it again")
            try takeInterval(of: result, &figure, unit, place)
        }
        return figure
    }

    private func chosen(_ recipe: Recipe) throws(UnfitSelection) -> (JSON, Int) {
        let matching = results.enumerated().filter { _, result in
            (recipe["result"].map { $0 == result["evaluation_name"]?.string } ?? true)
                && (recipe["metric"].map { $0 == Self.metric(of: result) } ?? true)
        }
        let names = choices.map { choice in
            choice.arguments.sorted { $0.key < $1.key }
                .map { "--\($0.key) '\(InspectAudit.line($0.value))'" }.joined(separator: " ")
        }
        let hint = "it has: \(names.prefix(20).joined(separator: "; "))"
        guard let first = matching.first else {
            throw UnfitSelection("the record has no such result", hint: hint)
        }
        guard matching.count == 1 else {
            throw UnfitSelection("the record has \(matching.count) results that fit", hint: hint)
        }
        return (first.element, first.offset)
    }

    private func checkRange(
        _ value: Double, _ config: JSON, _ place: String
    ) throws(MalformedEvidence) {
        let least = config["min_score"]?.finite ?? -.infinity
        let most = config["max_score"]?.finite ?? .infinity
        guard least <= value, value <= most else {
            throw MalformedEvidence(
                file: file, place: "\(place).score_details.score",
                reason: "\(value) lies outside \(least) to \(most), which the record allows")
        }
    }

    private var relationship: MeasuredValue.Relationship? {
        let word = record["source_metadata"]?["evaluator_relationship"]?.string
        return word.flatMap {
            MeasuredValue.Relationship(rawValue: $0.replacing("_", with: "-"))
        }
    }

    private func suite(of result: JSON) -> String {
        let name = result["evaluation_name"]?.string ?? "unnamed"
        let set = result["source_data"]?["dataset_name"]?.string ?? name
        return set == name || name.hasPrefix(set) ? name : "\(name) (\(set))"
    }

    private static func count(_ result: JSON) -> Int? {
        result["score_details"]?["uncertainty"]?["num_samples"]?.integer.map { Int($0) }
    }

    private func details(of result: JSON) -> JSONObject {
        var details = JSONObject()
        details["evaluation-id"] = record["evaluation_id"]
        details["result"] = result["evaluation_name"]
        details["metric"] = Self.metric(of: result).map { .string($0) }
        details["library"] = record["eval_library"]?["name"]
        details["library-version"] = record["eval_library"]?["version"]
        details["organization"] = record["source_metadata"]?["source_organization_name"]
        details["source-type"] = record["source_metadata"]?["source_type"]
        return details
    }

    /// The record's own interval; else one from its standard error; else none.
    private func takeInterval(
        of result: JSON, _ figure: inout EvaluationFigure, _ unit: ForeignUnit, _ place: String
    ) throws {
        guard let value = figure.value else { return }
        let uncertainty = result["score_details"]?["uncertainty"] ?? .null
        let error = uncertainty["standard_error"]?["value"]?.finite
        figure.standardError = error.map { $0 * unit.factor }
        if let stated = uncertainty["confidence_interval"], stated != .null {
            guard let lower = stated["lower"]?.finite, let upper = stated["upper"]?.finite,
                lower <= upper, (lower...upper).contains(value / unit.factor)
            else {
                throw MalformedEvidence(
                    file: file, place: "\(place).score_details.uncertainty.confidence_interval",
                    reason: "it does not lie around the score")
            }
            figure.interval = Interval(lower: lower * unit.factor, upper: upper * unit.factor)
            figure.intervalMethod = stated["method"]?.string ?? "as the record states it"
            if let level = stated["confidence_level"]?.finite {
                guard Probability(level) != nil else {
                    throw MalformedEvidence(
                        file: file, place: "\(place).score_details.uncertainty.confidence_interval",
                        reason: "the level \(level) is no confidence between 0 and 1")
                }
                figure.confidence = level
            } else {
                figure.remarks.add(
                    .noIndependentError, "the record does not say of which level its interval is")
            }
            return
        }
        guard let error = figure.standardError, error > 0, let n = figure.n, n > 1,
            let interval = try? StatedError(value: value, error: error, n: n).interval
        else {
            figure.remarks.add(.noInterval, "the record states no interval")
            return
        }
        figure.interval = interval
        figure.intervalMethod = "Student's t, \(n - 1) degrees of freedom, stated standard error"
    }
}

/// The results of single questions that belong to a record.
///
/// Source: EvalEval, every_eval_ever, `instance_level_eval.schema.json`.
public struct EvalInstances: Sendable {
    private let file: String
    private let rows: [Row]
    private let digest: Digest

    private struct Row {
        let evaluation: String
        let name: String?
        let result: String?
        let sample: String
        let score: Double
        let hasError: Bool
        let line: Int
    }

    /// - Throws: ``MalformedEvidence`` with the line.
    public init(parsing bytes: [UInt8], file: String) throws(MalformedEvidence) {
        var rows: [Row] = []
        try ForeignJSON.parseLines(bytes, file: file) { (row, line) throws(MalformedEvidence) in
            guard let sample = row["sample_id"]?.string,
                let evaluation = row["evaluation_id"]?.string,
                let score = row["evaluation"]?["score"]?.finite
            else {
                throw MalformedEvidence(
                    file: file, place: "line \(line)",
                    reason: "it has no evaluation_id, sample_id or score")
            }
            rows.append(
                Row(
                    evaluation: evaluation, name: row["evaluation_name"]?.string,
                    result: row["evaluation_result_id"]?.string, sample: sample, score: score,
                    hasError: (row["error"] ?? .null) != .null, line: line))
        }
        self.file = file
        self.rows = rows
        digest = Digest.sha256(bytes)
    }

    /// Puts the mean of the instances in place of the stated score, and says where they differ.
    func confirm(
        _ figure: inout EvaluationFigure, score: JSON, factor: Double, record: JSON, result: JSON
    ) throws {
        let id = record["evaluation_id"]?.string
        let resultID = result["evaluation_result_id"]?.string
        let name = result["evaluation_name"]?.string
        let own = rows.filter { row in
            row.evaluation == id
                && (resultID != nil && row.result != nil
                    ? row.result == resultID : row.name == name)
        }
        guard !own.isEmpty else {
            throw MalformedEvidence(file: file, reason: "it holds no instance of this result")
        }
        let stated = record["detailed_evaluation_results"]
        if stated?["hash_algorithm"]?.string ?? "sha256" == "sha256",
            let checksum = stated?["checksum"]?.string, checksum.lowercased() != digest.hex
        {
            throw MalformedEvidence(
                file: file, reason: "its digest is \(digest.hex), and the record says \(checksum)")
        }
        var seen: Set<String> = []
        if let twice = own.first(where: { !seen.insert($0.sample).inserted }) {
            figure.remarks.add(
                .doubledSamples,
                "sample \(InspectAudit.line(twice.sample)) stands there twice, again in line "
                    + "\(twice.line)")
        }
        let failed = own.count { $0.hasError }
        if failed > 0 {
            figure.remarks.add(.sampleErrors, "\(failed) of \(own.count) samples ended in an error")
        }
        if let n = figure.n, n != own.count {
            figure.remarks.add(.missingSamples, "\(own.count) samples, and the record counts \(n)")
        }
        let sample = try ScoreSample(own.map(\.score))
        if let value = score.finite,
            abs(sample.mean - value) > score.writtenRounding + 1e-9 * max(1, abs(value))
        {
            figure.remarks.add(
                .statedValueDiffers,
                "the record states \(value), and its samples give \(sample.mean)"
            )
        }
        figure.value = sample.mean * factor
        figure.n = sample.count
        figure.method += ", recomputed as the mean of its samples"
        let spread = SampleSpread(sample)
        figure.standardError = spread.error.map { $0 * factor }
        figure.interval = spread.interval.map {
            Interval(lower: $0.lower * factor, upper: $0.upper * factor)
        }
        figure.intervalMethod = spread.method
        figure.remarks += spread.remarks
    }
}
