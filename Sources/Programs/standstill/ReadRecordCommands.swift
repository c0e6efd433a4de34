// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EvaluationLogs

struct ReadEveryEvalEverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "every-eval-ever",
        abstract: "Read a result from an Every Eval Ever record (0.3).",
        discussion: """
            The record says who evaluated and how far the score may be off. With the file of its \
            single results it is computed again from them, and refused where they do not give what \
            the record states; without, it is flagged as not recomputed.

              standstill read every-eval-ever record.json --metric metr.time_horizon.p50 --json
              standstill read every-eval-ever record.json instances.jsonl --result GSM8K
            """)

    @Argument(help: ArgumentHelp("The record (JSON).", valueName: "record.json"))
    var file: String

    @Argument(help: ArgumentHelp("Its single results (JSON lines).", valueName: "instances.jsonl"))
    var instances: String?

    @Option(help: ArgumentHelp("Which result, by its evaluation_name.", valueName: "name"))
    var result: String?

    @Option(help: ArgumentHelp("Which metric, by its metric_id or name.", valueName: "name"))
    var metric: String?

    @Option(help: "The unit of the score, where the record's is not known.")
    var unit: String?

    @OptionGroup var measurement: MeasurementOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let recipe = try readingEvidence {
            try Recipe(.everyEvalEver, ["result": result, "metric": metric, "unit": unit])
        }
        let files = [file] + [instances].compactMap { $0 }
        try await FigureReading(recipe, from: files).report(json: json, as: measurement)
    }
}

struct ReadLMEvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lm-eval",
        abstract: "Read a task's result from lm-evaluation-harness.",
        discussion: """
            With the samples file (--log_samples) the figure is computed again from it, and refused \
            where samples are missing or give another one.

              standstill read lm-eval results.json --task arc_easy --metric acc --json
              standstill read lm-eval results.json samples_arc_easy.jsonl --task arc_easy
            """)

    @Argument(help: ArgumentHelp("The results (JSON).", valueName: "results.json"))
    var file: String

    @Argument(help: ArgumentHelp("The task's samples (JSON lines).", valueName: "samples.jsonl"))
    var samples: String?

    @Option(help: ArgumentHelp("Which task. (default: the only one)", valueName: "name"))
    var task: String?

    @Option(help: ArgumentHelp("Which metric. (default: the only one)", valueName: "name"))
    var metric: String?

    @Option(help: ArgumentHelp("After which filter. (default: the only one)", valueName: "name"))
    var filter: String?

    @Option(help: "The unit of the figure, where it is no share.")
    var unit: String?

    @OptionGroup var measurement: MeasurementOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let recipe = try readingEvidence {
            try Recipe(
                .lmEval, ["task": task, "metric": metric, "filter": filter, "unit": unit])
        }
        let files = [file] + [samples].compactMap { $0 }
        try await FigureReading(recipe, from: files).report(json: json, as: measurement)
    }
}

struct ReadHELMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "helm",
        abstract: "Read a metric of a HELM run.",
        discussion: """
            A run's stats.json holds means without their errors: what is read is flagged as not \
            recomputed and has no interval.

              standstill read helm stats.json run_spec.json --metric exact_match --json
            """)

    @Argument(help: ArgumentHelp("The run's stats.json.", valueName: "stats.json"))
    var file: String

    @Argument(help: ArgumentHelp("The run's run_spec.json.", valueName: "run_spec.json"))
    var runSpec: String?

    @Option(help: ArgumentHelp("Which metric.", valueName: "name"))
    var metric: String

    @Option(help: "Which split. (default: test)")
    var split: String?

    @Option(help: "The unit of the figure, where it is no share.")
    var unit: String?

    @OptionGroup var measurement: MeasurementOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let recipe = try readingEvidence {
            try Recipe(.helm, ["metric": metric, "split": split, "unit": unit])
        }
        let files = [file] + [runSpec].compactMap { $0 }
        try await FigureReading(recipe, from: files).report(json: json, as: measurement)
    }
}

struct ReadSurveyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "survey",
        abstract: "Take the median of a survey's answers, with its interval.",
        discussion: """
            One row a person, one column a question. The interval lies between two answers and \
            needs no assumption about how the answers are spread. Empty answers are left out and \
            counted; '2x' and '150 %' are numbers.

              standstill read survey answers.csv --column uplift --where role=researcher --json
            """)

    @Argument(help: ArgumentHelp("The answers (CSV).", valueName: "answers.csv"))
    var file: String

    @Option(help: ArgumentHelp("Which question.", valueName: "name"))
    var column: String

    @Option(help: "The least confidence of the interval. (default: 0.95)")
    var confidence: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp("Only people of whom this is true.", valueName: "column=text"))
    var condition: String?

    @Option(help: "The unit of the answers. (default: ratio)")
    var unit: String?

    @OptionGroup var measurement: MeasurementOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let recipe = try readingEvidence {
            try Recipe(
                .survey,
                ["column": column, "confidence": confidence, "where": condition, "unit": unit])
        }
        try await FigureReading(recipe, from: [file]).report(json: json, as: measurement)
    }
}
