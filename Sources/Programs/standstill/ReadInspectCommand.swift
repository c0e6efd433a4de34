// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EvaluationLogs
import Measurement
import PauseAgreement
import Site
import TransparencyLog

struct ReadInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Recompute the score of an Inspect log, and say whether the log may count.",
        discussion: """
            Reads .eval archives and .json logs of version 2. The score is computed again from the \
            samples and must be the one that the log states. A log with errors, missing, unscored, \
            edited or invalidated samples, or of a run that did not end well, may not count: exit \
            1, with the reasons. With --cluster, or where the log names its clusters itself, it also \
            says how far the score may be off if only clusters of questions are independent, and \
            --measurement states that interval.

              standstill read inspect run.eval --cluster family --json
            """)

    @Argument(help: ArgumentHelp("An Inspect log (.eval or .json).", valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp("The sample metadata that names a question's cluster.", valueName: "key")
    )
    var cluster: String?

    @Option(
        help: ArgumentHelp(
            "Which score. (default: the headline, or the only one)", valueName: "name"))
    var scorer: String?

    @Option(
        help: ArgumentHelp("Which reducer over epochs. (default: the first)", valueName: "name"))
    var reducer: String?

    @OptionGroup var measurement: MeasurementOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let (recipe, log, result, digest) = try readingEvidence {
            let recipe = try Recipe(
                .inspect, ["scorer": scorer, "reducer": reducer, "cluster": cluster])
            let evidence = try EvidenceFile(path: file)
            let log = try InspectLog.read(evidence)
            let result = try InspectResult.estimate(log, InspectSelection(recipe))
            return (recipe, log, result, try evidence.digest())
        }
        if json {
            var members = members(log, result, digest)
            members["recipe"] = .string(recipe.description)
            try measurement.print(json: members)
        } else {
            try measurement.print(lines: sentences(log, result, digest))
        }
        guard result.mayCount else {
            throw Failure.doesNotHold(
                "\(file): may not count: \(result.refusals.joined(separator: "; "))")
        }
        let files = [MeasuredValue.EvidenceFile(name: file.lastPathComponent, digest: digest)]
        try measurement.deliver(
            MeasuredFigure(result.figure(of: log), recipe: recipe, files: files))
    }

    private func members(_ log: InspectLog, _ result: InspectResult, _ digest: Digest) -> JSONObject
    {
        let counts = result.counts
        func texts(_ list: [String]) -> JSON { .array(list.map { .string($0) }) }
        var object: JSONObject = [
            "value": .number(result.value), "n": .integer(Int64(result.n)),
            "stderr": .number(result.standardError),
            "clustered-stderr": .number(result.clusteredStandardError),
            "interval": .interval(result.interval?.interval),
            "clustered-interval": .interval(result.clusteredInterval?.interval),
            "status": .string(log.status),
            "may-count": .bool(result.mayCount), "refusals": texts(result.refusals),
            "warnings": texts(result.warnings), "digest": .string(digest.hex),
            "log-version": 2, "rules": .rules(result.remarks),
        ]
        if result.value != nil {
            object["scorer"] = .string(result.scorer)
            object["reducer"] = .string(result.reducer)
        }
        object["interval-method"] = result.interval.map { .string($0.method) }
        object["clustered-interval-method"] = result.clusteredInterval.map { .string($0.method) }
        object["clusters"] = result.clusters.map { .integer(Int64($0)) }
        for (member, name) in [
            ("task", "task"), ("task-id", "task_id"), ("task-version", "task_version"),
            ("model", "model"),
            ("created", "created"),
        ] {
            object[member] = log.description(name)
        }
        object["inspect-version"] = log.description("packages")?["inspect_ai"]
        object["samples"] = .object([
            "all": .integer(Int64(counts.samples)), "errors": .integer(Int64(counts.errors)),
            "limited": .integer(Int64(counts.limited)),
            "unscored": .integer(Int64(counts.unscored)),
            "edited": .integer(Int64(counts.edited)),
            "invalidated": .integer(Int64(counts.invalidated)),
            "retried": .integer(Int64(counts.retried)),
        ])
        return object
    }

    private func sentences(_ log: InspectLog, _ result: InspectResult, _ digest: Digest) -> [String]
    {
        func text(_ value: Double?) -> String { value?.sentence ?? "none" }
        let task = log.description("task")?.string ?? "unnamed"
        let model = log.description("model")?.string ?? "an unnamed model"
        var lines = [
            "\(task) by \(model), status \(log.status)"
        ]
        if let value = result.value {
            lines.append(
                "\(result.scorer) (\(result.reducer) of epochs): \(text(value)) "
                    + "over \(result.n) questions"
            )
            lines.append("standard error: \(text(result.standardError))")
        }
        if let bounds = result.interval {
            lines.append("95 % interval: \(bounds.interval.sentence) (\(bounds.method))")
        }
        if let clustered = result.clusteredStandardError, let clusters = result.clusters {
            lines.append("clustered standard error: \(text(clustered)), \(clusters) clusters")
        }
        if let bounds = result.clusteredInterval {
            lines.append("95 % interval: \(bounds.interval.sentence) (\(bounds.method))")
        }
        lines.append("sha256: \(digest.hex)")
        lines += result.warnings.map { "warning: \($0)" }
        return lines + [result.mayCount ? "the log may count" : "the log may not count"]
    }
}
