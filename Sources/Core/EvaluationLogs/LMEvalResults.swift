// SPDX-License-Identifier: Apache-2.0
import Measurement
import PauseAgreement
import TransparencyLog

/// The results file of lm-evaluation-harness.
///
/// Source: EleutherAI, lm-evaluation-harness 0.4, `evaluator.py` (`simple_evaluate`) and
/// `loggers/evaluation_tracker.py`.
public struct LMEvalResults: Sendable {
    let file: String
    let document: JSON
    private let entries: [Entry]

    /// One figure: a task's metric after a filter.
    private struct Entry {
        let task: String
        let metric: String
        let filter: String
        let value: JSON
        let error: JSON?

        var label: String { "--task \(task) --metric \(metric) --filter \(filter)" }
    }

    /// - Throws: ``MalformedEvidence`` where it is no such file.
    public init(parsing bytes: [UInt8], file: String) throws(MalformedEvidence) {
        let document = try ForeignJSON.parse(bytes, file: file)
        guard let results = document["results"]?.object, document["configs"]?.object != nil,
            document["versions"]?.object != nil
        else {
            throw MalformedEvidence(
                file: file,
                reason: "it has no results, configs and versions, so it is no results file of "
                    + "lm-evaluation-harness 0.4")
        }
        var entries: [Entry] = []
        for (task, figures) in results.members {
            for (key, value) in figures.object?.members ?? [] {
                // A figure's key is `metric,filter`; its error's is `metric_stderr,filter`.
                let parts = key.split(separator: ",", maxSplits: 1).map(String.init)
                guard parts.count == 2, !parts[0].hasSuffix("_stderr") else { continue }
                entries.append(
                    Entry(
                        task: task, metric: parts[0], filter: parts[1], value: value,
                        error: figures["\(parts[0])_stderr,\(parts[1])"]))
            }
        }
        self.file = file
        self.document = document
        self.entries = entries
    }

    /// What there is to choose from.
    public var choices: [FigureChoice] {
        entries.map {
            FigureChoice(
                arguments: ["task": $0.task, "metric": $0.metric, "filter": $0.filter],
                value: $0.value.finite)
        }
    }

    /// The figure that the recipe chooses; computed again where the samples are there, too.
    public func figure(
        _ recipe: Recipe, samples: LMEvalSamples? = nil
    ) throws -> EvaluationFigure {
        let entry = try chosen(recipe)
        guard let value = entry.value.finite else {
            throw MalformedEvidence(
                file: file, place: "results.\(entry.task).\(entry.metric),\(entry.filter)",
                reason: "it is no number")
        }
        let unit = try ForeignUnit.choose(
            given: recipe["unit"], stated: nil, isShare: (0...1).contains(value))
        let version = document["versions"]?[entry.task].flatMap { SampleCollector.text($0) }
        var figure = EvaluationFigure(
            value: value * unit.factor, unit: unit.unit,
            suite: entry.task + (version.map { " version \($0)" } ?? ""),
            method: "\(entry.metric) after filter \(entry.filter), lm-evaluation-harness"
                + (document["lm_eval_version"]?.string.map { " \($0)" } ?? ""))
        figure.model = document["model_name"]?.string ?? document["config"]?["model"]?.string
        figure.made = Time(foreign: document["date"])
        figure.standardError = entry.error?.finite.map { $0 * unit.factor }
        figure.details = details(of: entry)
        takeCounts(of: entry, &figure)
        let higher = document["higher_is_better"]?[entry.task]?[entry.metric]?.bool
        if higher == false {
            figure.remarks.add(.lowerIsBetter, "of this metric a lower value is the better one")
        }
        if let samples, aggregation(of: entry) == "mean" {
            try samples.confirm(
                &figure, metric: entry.metric, filter: entry.filter, stated: value,
                factor: unit.factor)
        } else {
            if samples != nil {
                figure.remarks.add(
                    .nothingConfirms,
                    "the metric is not a mean of samples, so the samples cannot confirm it")
            }
            figure.remarks.add(
                .notRecomputed, "the figure is the file's own: nothing here computes it again")
            takeInterval(&figure)
        }
        return figure
    }

    private func chosen(_ recipe: Recipe) throws(UnfitSelection) -> Entry {
        let matching = entries.filter { entry in
            (recipe["task"].map { $0 == entry.task } ?? true)
                && (recipe["metric"].map { $0 == entry.metric } ?? true)
                && (recipe["filter"].map { $0 == entry.filter } ?? true)
        }
        let hint = "it has: \(entries.prefix(20).map(\.label).joined(separator: "; "))"
        guard let first = matching.first else {
            throw UnfitSelection("the file has no such figure", hint: hint)
        }
        guard matching.count == 1 else {
            throw UnfitSelection("the file has \(matching.count) figures that fit", hint: hint)
        }
        return first
    }

    /// How a metric's figures of single questions become one; the harness's default is the mean.
    private func aggregation(of entry: Entry) -> String {
        let list = document["configs"]?[entry.task]?["metric_list"]?.array ?? []
        let own = list.first { $0["metric"]?.string == entry.metric }
        return own?["aggregation"]?.string ?? "mean"
    }

    private func takeCounts(of entry: Entry, _ figure: inout EvaluationFigure) {
        let counts = document["n-samples"]?[entry.task]
        figure.n = counts?["effective"]?.integer.map { Int($0) }
        if let all = counts?["original"]?.integer, let asked = counts?["effective"]?.integer,
            asked < all
        {
            figure.remarks.add(
                .partOfTheSet, "only \(asked) of the \(all) questions of the set were asked")
        }
    }

    private func takeInterval(_ figure: inout EvaluationFigure) {
        guard let value = figure.value, let error = figure.standardError, error > 0,
            let n = figure.n, n > 1,
            let interval = try? StatedError(value: value, error: error, n: n).interval
        else {
            figure.remarks.add(.noInterval, "the file states no standard error to make one of")
            return
        }
        let isShare = figure.unit == .share
        figure.interval =
            isShare
            ? Interval(lower: max(0, interval.lower), upper: min(1, interval.upper)) : interval
        figure.intervalMethod = "Student's t, \(n - 1) degrees of freedom, stated standard error"
    }

    private func details(of entry: Entry) -> JSONObject {
        var details: JSONObject = [
            "task": .string(entry.task), "metric": .string(entry.metric),
            "filter": .string(entry.filter),
        ]
        details["library-version"] = document["lm_eval_version"]
        details["git-hash"] = document["git_hash"]
        details["task-hash"] = document["task_hashes"]?[entry.task]
        details["shots"] = document["n-shot"]?[entry.task]
        return details
    }
}

/// The samples file that the harness writes beside its results with `--log_samples`.
public struct LMEvalSamples: Sendable {
    private let file: String
    private let rows: [(json: JSON, line: Int)]

    /// - Throws: ``MalformedEvidence`` with the line.
    public init(parsing bytes: [UInt8], file: String) throws(MalformedEvidence) {
        var rows: [(json: JSON, line: Int)] = []
        try ForeignJSON.parseLines(bytes, file: file) { (row, line) throws(MalformedEvidence) in
            guard let object = row.object, object["doc_id"] != nil else {
                throw MalformedEvidence(
                    file: file, place: "line \(line)", reason: "it has no doc_id")
            }
            // Prompts and answers are most of a line, and nothing here needs them.
            var kept = JSONObject()
            for (name, value) in object.members
            where !["doc", "arguments", "resps", "filtered_resps", "target"].contains(name) {
                kept[name] = value
            }
            rows.append((.object(kept), line))
        }
        self.file = file
        self.rows = rows
    }

    /// Puts the mean of the samples in place of the stated value, and says where they differ.
    func confirm(
        _ figure: inout EvaluationFigure, metric: String, filter: String, stated: Double,
        factor: Double
    ) throws {
        let own = rows.filter { ($0.json["filter"]?.string ?? filter) == filter }
        var values: [Double] = []
        var seen: Set<String> = []
        for (row, line) in own {
            if let id = SampleCollector.text(row["doc_id"]), !seen.insert(id).inserted,
                !figure.remarks.contains(where: { $0.rule == .doubledSamples })
            {
                figure.remarks.add(
                    .doubledSamples,
                    "question \(InspectAudit.line(id)) stands there twice, again in line \(line)")
            }
            switch row[metric] {
            case .some(.bool(let value)): values.append(value ? 1 : 0)
            case let value?:
                if let number = value.finite { values.append(number) } else { fallthrough }
            case nil:
                if !figure.remarks.contains(where: { $0.rule == .unscoredSamples }) {
                    figure.remarks.add(
                        .unscoredSamples, "line \(line) of the samples has no number for \(metric)")
                }
            }
        }
        guard !values.isEmpty else {
            throw MalformedEvidence(file: file, reason: "it holds no sample of this figure")
        }
        if let n = figure.n, n != values.count {
            figure.remarks.add(
                .missingSamples, "\(values.count) samples, and the results count \(n)")
        }
        let sample = try ScoreSample(values)
        if abs(sample.mean - stated) > 1e-6 * max(1, abs(stated)) {
            figure.remarks.add(
                .statedValueDiffers,
                "the file states \(stated), and its samples give \(sample.mean)")
        }
        let spread = SampleSpread(sample)
        if let error = figure.standardError, let own = spread.error, own > 0,
            abs(error / factor - own) > 1e-3 * own
        {
            figure.remarks.add(
                .statedErrorDiffers,
                "the file states a standard error of \(error / factor), and its samples give \(own)"
            )
        }
        figure.value = sample.mean * factor
        figure.n = values.count
        figure.method += ", recomputed as the mean of its samples"
        figure.standardError = spread.error.map { $0 * factor }
        figure.interval = spread.interval.map {
            Interval(lower: $0.lower * factor, upper: $0.upper * factor)
        }
        figure.intervalMethod = spread.method
        figure.remarks += spread.remarks
    }
}
