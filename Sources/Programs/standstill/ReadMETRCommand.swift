// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EvaluationLogs
import Measurement
import PauseAgreement
import Site
import TransparencyLog

struct ReadMETRCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metr",
        abstract: "Compute an agent's time horizon from its runs, or read a published one.",
        discussion: """
            From a table of runs it fits METR's weighted logistic model; from a table of published \
            horizons it takes the model's row. Which of the two a file is, its beginning tells. The \
            horizon is in minutes of human working time. The same seed gives the same interval on \
            any number of cores.

              standstill read metr runs.csv --agent o1 --bootstrap 1000 --seed 42
              standstill read metr runs.csv --bootstrap 1000 --seed 42
              standstill read metr th1_1_headline.csv --model gpt_5_2 --reliability 0.8
            """)

    @Argument(
        help: ArgumentHelp(
            "Runs (CSV, JSON lines) or published horizons (CSV, YAML).", valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp(
            "Whose runs, in a table of runs. (default: of all agents)", valueName: "name"))
    var agent: String?

    @Option(help: ArgumentHelp("Whose row, in a table of published horizons.", valueName: "name"))
    var model: String?

    @Option(help: "The penalty on the slope of the fit. (default: 0.1)")
    var regularization: Double?

    @Option(help: "The chance of success that defines the horizon.")
    var reliability = Probability.oneHalf

    @Option(
        help: ArgumentHelp(
            "How many bootstrap draws make the 95 % interval. (default: no interval)",
            valueName: "n"))
    var bootstrap: Int?

    @Option(help: "Where the random draws begin. (default: 42)")
    var seed: UInt64?

    @OptionGroup var measurement: MeasurementOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if let regularization, !(regularization > 0 && regularization.isFinite) {
            throw ValidationError("--regularization must be positive, not \(regularization)")
        }
        if let bootstrap, !(1...1_000_000).contains(bootstrap) {
            throw ValidationError("--bootstrap must be from 1 to 1000000, not \(bootstrap)")
        }
        if seed != nil, bootstrap == nil { throw ValidationError("--seed is for --bootstrap") }
    }

    func run() async throws {
        let evidence = try readingEvidence { try EvidenceFile(path: file) }
        let reading: METRReading
        if try readingEvidence({ try METRHeadline.matches(evidence) }) {
            reading = try readHeadline(evidence)
        } else if agent == nil, model == nil {
            return try await printAllAgents(evidence)
        } else {
            reading = try await readRuns(evidence)
        }
        let digest = try readingEvidence { try evidence.digest() }
        if json {
            try measurement.print(json: reading.json(digest: digest))
        } else {
            try measurement.print(lines: reading.sentences(digest: digest))
        }
        guard measurement.isAsked else { return }
        guard reading.figure.mayCount else {
            let reasons = reading.figure.remarks.refusals.joined(separator: "; ")
            throw Failure.doesNotHold("\(file): may not count: \(reasons)")
        }
        let files = [MeasuredValue.EvidenceFile(name: evidence.name, digest: digest)]
        try measurement.deliver(
            MeasuredFigure(reading.figure, recipe: reading.recipe, files: files))
    }

    private func readHeadline(_ evidence: EvidenceFile) throws(Failure) -> METRReading {
        guard let model, agent == nil else {
            throw .usage("\(file) holds published horizons", hint: "name a row with --model NAME")
        }
        guard regularization == nil, bootstrap == nil else {
            throw .usage(
                "\(file) holds published horizons",
                hint: "--regularization and --bootstrap are for a table of runs"
            )
        }
        return try readingEvidence {
            let recipe = try Recipe(
                .metrHeadline, ["model": model, "reliability": reliability.share.description])
            let figure = try METRHeadline.read(evidence).figure(recipe)
            return METRReading(
                name: model, reliability: reliability, recipe: recipe, figure: figure, fit: nil)
        }
    }

    private func readRuns(_ evidence: EvidenceFile) async throws(Failure) -> METRReading {
        guard let agent, model == nil else {
            throw .usage("\(file) holds runs", hint: "name an agent with --agent NAME")
        }
        let regularization = regularization ?? TimeHorizon.metrRegularization
        let (recipe, fit) = try readingEvidence {
            let recipe = try Recipe(
                .metrRuns,
                [
                    "agent": agent, "reliability": reliability.share.description,
                    "regularization": regularization.description,
                    "bootstrap": bootstrap.map { String($0) },
                    "seed": bootstrap.map { _ in String(seed ?? 42) },
                ])
            return (recipe, try METRRuns.read(evidence).fit(recipe))
        }
        let figure = fit.figure(draws: await fit.draws(), file: evidence.name)
        return METRReading(
            name: agent, reliability: reliability, recipe: recipe, figure: figure, fit: fit)
    }
}

/// What was found, however the file holds it.
private struct METRReading {
    let name: String
    let reliability: Probability
    let recipe: Recipe
    let figure: EvaluationFigure
    /// Nil for a published horizon.
    let fit: METRRuns.Fit?

    /// Refusals stand among the warnings: what is no measurement may still be looked at.
    private var warnings: [String] { figure.remarks.map(\.sentence) }

    func json(digest: Digest) -> JSONObject {
        var object = figure.details
        object[fit == nil ? "model" : "agent"] = .string(name)
        object["value"] = .number(figure.value)
        object["unit"] = "min"
        object["reliability"] = .number(reliability.share)
        object["interval"] = .interval(figure.interval)
        if fit == nil { object["suite"] = .string(figure.suite) }
        object["digest"] = .string(digest.hex)
        object["may-count"] = .bool(figure.mayCount)
        object["rules"] = .rules(figure.remarks)
        object["recipe"] = .string(recipe.description)
        object["warnings"] = .array(warnings.map { .string($0) })
        return object
    }

    func sentences(digest: Digest) -> [String] {
        let minutes = figure.value?.sentence ?? "none"
        var lines = ["time horizon of \(name) at \(reliability.share): \(minutes) min"]
        if let interval = figure.interval {
            lines.append("95 % interval: \(interval.sentence) min")
        }
        if let fit {
            lines.append(
                "from \(fit.runs.runCount) runs at \(fit.runs.taskCount) tasks "
                    + "of \(fit.runs.familyCount) families, "
                    + "regularization \(fit.regularization)")
        } else if let released = figure.details["released"]?.string {
            lines.append("published for \(figure.suite), model released \(released)")
        }
        lines.append("sha256: \(digest.hex)")
        return lines + warnings.map { "warning: \($0)" }
    }
}
