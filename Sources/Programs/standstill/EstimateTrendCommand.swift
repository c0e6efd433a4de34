// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EvaluationLogs
import Measurement
import PauseAgreement
import Site
import TransparencyLog

struct EstimateTrendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trend",
        abstract: "The doubling time of published time horizons.",
        discussion: """
            Fits an exponential through the models that set a record in their time, beginning at \
            --since. The doubling time depends much on that day: say it with the figure.

              standstill estimate trend th1_1_headline.csv --since 2023-01-01
              standstill estimate trend th1_1_headline.csv --since 2023-01-01 --ceiling 960 \
                --reaching 2400

            With --measurement it also writes the predicate of a statement about the frontier:

              standstill estimate trend th1_1_headline.csv --since 2023-01-01 \
                --indicator doubling-time --subject frontier --measurement doubling-time.json
            """)

    @Argument(help: ArgumentHelp("Published horizons (CSV).", valueName: "headline.csv"))
    var file: String

    @OptionGroup var window: TrendWindow

    @Option(
        help: "Values above the ceiling: drop them, or let them count as the ceiling (bound).")
    var censoring = Trend.Censoring.drop

    @Option(
        help: ArgumentHelp(
            "A horizon whose day is to be predicted; may be repeated.", valueName: "minutes"))
    var reaching: [Double] = []

    @Option(help: "Whether the predicted day is of the trend itself, or of a new record.")
    var question = Trend.Question.trend

    @Option(help: "The confidence of the interval.")
    var confidence = Probability.ninetyFivePercent

    @Option(
        name: .customLong("interval"),
        help: ArgumentHelp(
            "How the interval is made: Student's, or by repeating the choice of record holders on "
                + "simulated series, which covers as often as it says."))
    var intervalMethod = TrendIntervalMethod.student

    @OptionGroup var measurement: MeasurementOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard !measurement.isAsked || confidence == .ninetyFivePercent else {
            throw ValidationError("a measurement states its 95 % interval: leave out --confidence")
        }
        guard !measurement.isAsked || censoring == .drop else {
            throw ValidationError("a bound of the doubling time is no measurement of it")
        }
        guard censoring == .drop || window.ceiling != nil else {
            throw ValidationError("--censoring bound needs a --ceiling")
        }
        let isOfRecords = window.through == .records && censoring == .drop
        guard intervalMethod == .student || isOfRecords else {
            throw ValidationError("--interval selection is for record holders without a bound")
        }
        guard reaching.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw ValidationError("--reaching takes a positive number of minutes")
        }
    }

    func run() throws {
        let evidence = try readingEvidence { try EvidenceFile(path: file) }
        let headline = try readingEvidence { try METRHeadline.read(evidence) }
        let trend = try readingEvidence {
            try Trend.estimate(
                window.values(headline), since: window.since, selection: window.through,
                ceiling: window.ceiling, censoring: censoring)
        }
        let interval = try interval(of: trend, window.values(headline))
        if measurement.isAsked {
            let digest = try readingEvidence { try evidence.digest() }
            try measurement.deliver(figure(of: headline, digest: digest))
        }
        guard !json else { return try measurement.print(json: members(trend, interval)) }
        guard !measurement.takesOutput else { return }
        printSentences(trend, interval)
    }

    private func interval(of trend: Trend, _ values: [DatedValue]) throws -> Interval? {
        guard intervalMethod == .selection else {
            return trend.estimateDoublingTimeInterval(confidence: confidence)
        }
        return try readingEvidence {
            try Trend.estimateSelectionInterval(
                values, since: window.since, ceiling: window.ceiling, confidence: confidence)
        }
    }

    private func printSentences(_ trend: Trend, _ interval: Interval?) {
        let holders = window.through == .records ? "record holders" : "models"
        guard let days = trend.doublingTimeDays, let interval else {
            return print("the trend of \(trend.points.count) \(holders) does not rise")
        }
        let bound = trend.isLowerBound ? "at most " : ""
        print("doubling time: \(bound)\(days.sentence) days (\(interval.sentence))")
        print("from \(trend.points.count) \(holders), R² \(trend.rSquared.sentence)")
        if !trend.censored.isEmpty {
            print(
                "\(censoring == .drop ? "left out" : "counted as the ceiling"): "
                    + trend.censored.map(\.name).joined(separator: ", "))
        }
        for value in reaching {
            guard let crossing = crossing(of: value, trend) else { continue }
            let ends = [crossing.earliest, crossing.latest].map { $0?.description ?? "no end" }
            print("\(value.sentence) min: \(crossing.day) (\(ends[0]) to \(ends[1]))")
        }
    }

    private func crossing(of value: Double, _ trend: Trend) -> Trend.Crossing? {
        trend.estimateCrossing(of: value, question: question, confidence: confidence)
    }

    private func figure(
        of headline: METRHeadline, digest: Digest
    ) throws(Failure) -> MeasuredFigure {
        let (recipe, figure) = try readingEvidence {
            let recipe = try Recipe(
                .metrTrend,
                [
                    "since": window.since?.description, "through": window.through.rawValue,
                    // Student's goes without saying.
                    "interval": intervalMethod == .student ? nil : intervalMethod.rawValue,
                    "reliability": window.reliability.share.description,
                    "ceiling": window.ceiling?.description,
                ])
            return (recipe, try headline.trendFigure(recipe))
        }
        let files = [MeasuredValue.EvidenceFile(name: file.lastPathComponent, digest: digest)]
        return MeasuredFigure(figure, recipe: recipe, files: files)
    }

    private func members(_ trend: Trend, _ interval: Interval?) -> JSONObject {
        var object: JSONObject = [
            "doubling-time-days": .number(trend.doublingTimeDays), "interval": .interval(interval),
            "confidence": .number(confidence.share),
            "reliability": .number(window.reliability.share),
            "through": .string(window.through.rawValue),
            "interval-method": .string(intervalMethod.rawValue),
            "slope-per-day": .number(trend.slope),
            "slope-stderr": .number(trend.slopeStandardError),
            "r-squared": .number(trend.rSquared), "n": .integer(Int64(trend.points.count)),
            "models": .array(trend.points.map { .string($0.name) }),
        ]
        object["since"] = window.since.map { .string($0.description) }
        if let ceiling = window.ceiling {
            object["ceiling"] = .number(ceiling)
            object["censoring"] = .string(censoring.rawValue)
            object["censored"] = .array(trend.censored.map { .string($0.name) })
            object["at-most"] = .bool(trend.isLowerBound)
        }
        if !reaching.isEmpty {
            object["crossings"] = .array(reaching.map { crossingMembers($0, trend) })
        }
        return object
    }

    private func crossingMembers(_ value: Double, _ trend: Trend) -> JSON {
        let crossing = crossing(of: value, trend)
        func day(_ day: CalendarDay?) -> JSON { day.map { .string($0.description) } ?? .null }
        return [
            "value": .number(value), "of": .string(question.rawValue), "day": day(crossing?.day),
            "interval": [day(crossing?.earliest), day(crossing?.latest)],
        ]
    }
}

enum TrendIntervalMethod: String, CaseIterable, ExpressibleByArgument {
    case student, selection
}
