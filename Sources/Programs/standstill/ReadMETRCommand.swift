// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
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
            horizons it takes the model's row. Which of the two a file is, its header tells. The \
            horizon is in minutes of human working time. The same seed gives the same interval on \
            any number of cores.

              standstill read metr runs.csv --agent o1 --bootstrap 1000 --seed 42
              standstill read metr th1_1_headline.csv --model gpt_5_2 --reliability 0.8
            """)

    @Argument(help: ArgumentHelp("Runs or published horizons (CSV).", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Whose runs, in a table of runs.", valueName: "name"))
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
        let reading: Reading
        if try readingEvidence({ try METRHeadline.matches(evidence) }) {
            reading = try readHeadline(evidence)
        } else {
            reading = try await readRuns(evidence)
        }
        let digest = try readingEvidence { try evidence.digest() }
        if measurement.isAsked { try measurement.write(reading.figure(file: file, digest: digest)) }
        if json {
            printJSON(.object(reading.json(digest: digest)))
        } else {
            print(reading.sentences(digest: digest).joined(separator: "\n"))
        }
    }

    private func readHeadline(_ evidence: EvidenceFile) throws(Failure) -> Reading {
        guard let model, agent == nil else {
            throw .usage("\(file) holds published horizons", hint: "name a row with --model NAME")
        }
        guard regularization == nil, bootstrap == nil else {
            throw .usage(
                "\(file) holds published horizons",
                hint: "--regularization and --bootstrap are for a table of runs"
            )
        }
        let headline = try readingEvidence { try METRHeadline.read(evidence) }
        guard let row = headline.models.first(where: { $0.name == model }) else {
            throw .usage("no model \(model) in \(file)", hint: known(headline.models.map(\.name)))
        }
        let horizon: METRHeadline.Horizon
        switch reliability.share {
        case 0.5: horizon = row.p50
        case 0.8: horizon = row.p80
        default:
            throw .usage(
                "published horizons are for reliability 0.5 and 0.8, not \(reliability.share)",
                hint: "other reliabilities can be computed from a table of runs")
        }
        return Reading(
            name: model, reliability: reliability, value: horizon.minutes,
            interval: horizon.interval,
            suite: "METR-Horizon-v\(row.suite)", released: row.released, fit: nil, warnings: [])
    }

    private func readRuns(_ evidence: EvidenceFile) async throws(Failure) -> Reading {
        let all = try readingEvidence { try METRRuns.read(evidence) }
        guard let agent, model == nil else {
            throw .usage("\(file) holds runs", hint: "name an agent with --agent NAME")
        }
        guard let own = all.runs[agent] else {
            throw .usage("no agent \(agent) in \(file)", hint: known(all.agents))
        }
        let regularization = regularization ?? TimeHorizon.metrRegularization
        let (runs, horizon) = try readingEvidence {
            let runs = try AgentRuns(own)
            return (runs, try TimeHorizon.estimate(runs, regularization: regularization))
        }
        var fit = Fit(runs: runs, horizon: horizon, regularization: regularization)
        if let bootstrap {
            let draws = try readingEvidence {
                try TimeHorizon.Bootstrap(
                    runs: runs, reliability: reliability, regularization: regularization,
                    seed: seed ?? 42)
            }
            fit.take(await sample(draws, count: bootstrap), seed: draws.seed)
        }
        let value = horizon.minutes(at: reliability)
        return Reading(
            name: agent, reliability: reliability, value: value, interval: fit.bootstrap?.interval,
            suite: nil, released: nil, fit: fit,
            warnings: fit.warnings(value: value, longest: own.map(\.humanMinutes).max() ?? 0))
    }

    /// Makes the draws on all cores. They are put together by number, so the cores leave no trace.
    private func sample(_ bootstrap: TimeHorizon.Bootstrap, count: Int) async -> [Double] {
        let slice = 50
        return await withTaskGroup(of: (Int, [Double]).self) { group in
            for start in stride(from: 0, to: count, by: slice) {
                group.addTask { (start, bootstrap.sample(start..<min(start + slice, count))) }
            }
            var slices: [(Int, [Double])] = []
            for await part in group { slices.append(part) }
            return slices.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    private func known(_ names: [String]) -> String { "it has: \(names.joined(separator: ", "))" }
}

/// A fit and its bootstrap, with what is told of them.
private struct Fit {
    let runs: AgentRuns
    let horizon: TimeHorizon
    let regularization: Double
    private(set) var bootstrap: PercentileInterval?
    private(set) var seed: UInt64?
    private var wasAsked = false

    init(runs: AgentRuns, horizon: TimeHorizon, regularization: Double) {
        self.runs = runs
        self.horizon = horizon
        self.regularization = regularization
    }

    mutating func take(_ draws: [Double], seed: UInt64) {
        wasAsked = true
        self.seed = seed
        bootstrap = try? PercentileInterval.estimate(from: draws)
    }

    func warnings(value: Double?, longest: Double) -> [String] {
        var result: [String] = []
        if horizon == .allFailed {
            result.append("every run failed: the horizon is 0, without an interval")
        }
        if horizon == .allSucceeded {
            result.append("no run failed: the suite sets the horizon no upper end")
        }
        if case .fitted(let fit) = horizon, fit.slope >= 0 {
            result.append("success does not fall with length: the horizon means nothing")
        }
        if let value, value.isFinite, value > longest {
            result.append(
                "the horizon lies beyond the longest task, of "
                    + "\(longest.sentence) min"
            )
        }
        if wasAsked, bootstrap == nil, horizon != .allFailed, horizon != .allSucceeded {
            result.append("no bootstrap draw had successes and failures: there is no interval")
        }
        if let skipped = bootstrap?.skipped, skipped > 0 {
            result.append(
                "\(skipped) bootstrap draws without successes or without failures were left out")
        }
        return result
    }

    var json: JSONObject {
        var object: JSONObject = [
            "runs": .integer(Int64(runs.runCount)), "tasks": .integer(Int64(runs.taskCount)),
            "families": .integer(Int64(runs.familyCount)),
            "regularization": .number(regularization),
        ]
        if case .fitted(let fit) = horizon {
            object["slope"] = .number(fit.slope)
            object["intercept"] = .number(fit.intercept)
            object["mean-score"] = .number(fit.weightedMean)
            object["loss"] = .number(fit.loss)
        }
        if let bootstrap, let seed {
            object["bootstrap"] = .object([
                "draws": .integer(Int64(bootstrap.used + bootstrap.skipped)),
                "skipped": .integer(Int64(bootstrap.skipped)), "seed": .string(String(seed)),
                "confidence": .decimal("0.95"),
            ])
        }
        return object
    }
}

/// What was found, however the file holds it.
private struct Reading {
    let name: String
    let reliability: Probability
    let value: Double?
    let interval: Interval?
    let suite: String?
    let released: CalendarDay?
    let fit: Fit?
    let warnings: [String]

    func json(digest: Digest) -> JSONObject {
        var object = fit?.json ?? [:]
        object[fit == nil ? "model" : "agent"] = .string(name)
        object["value"] = .number(value)
        object["unit"] = "min"
        object["reliability"] = .number(reliability.share)
        object["interval"] = .interval(interval)
        object["suite"] = suite.map { .string($0) }
        object["released"] = released.map { .string($0.description) }
        object["digest"] = .string(digest.hex)
        object["warnings"] = .array(warnings.map { .string($0) })
        return object
    }

    func sentences(digest: Digest) -> [String] {
        let minutes = value?.sentence ?? "none"
        var lines = ["time horizon of \(name) at \(reliability.share): \(minutes) min"]
        if let interval { lines.append("95 % interval: \(interval.sentence) min") }
        if let fit {
            lines.append(
                "from \(fit.runs.runCount) runs at \(fit.runs.taskCount) tasks "
                    + "of \(fit.runs.familyCount) families, "
                    + "regularization \(fit.regularization)")
        }
        if let suite, let released {
            lines.append("published for \(suite), model released \(released)")
        }
        lines.append("sha256: \(digest.hex)")
        return lines + warnings.map { "warning: \($0)" }
    }

    func figure(file: String, digest: Digest) -> MeasuredFigure {
        let bootstrap = fit?.bootstrap.map {
            "hierarchical bootstrap, \($0.used + $0.skipped) draws, seed \(fit?.seed ?? 0)"
        }
        return MeasuredFigure(
            value: value, unit: .minutes, interval: interval,
            intervalMethod: bootstrap ?? "published with the value", n: fit?.runs.runCount,
            clusters: fit?.runs.familyCount, suite: suite ?? "runs of \(file.lastPathComponent)",
            method: fit.map {
                "METR time horizon, weighted logistic fit, reliability \(reliability.share), "
                    + "regularization \($0.regularization)"
            } ?? "METR time horizon as published, reliability \(reliability.share)",
            made: nil, file: file, digest: digest)
    }
}
