// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import PauseAgreement
import Site
import TransparencyLog

struct EstimateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate",
        abstract: "Compute intervals, trends and ranks as the law's figures are computed.",
        discussion: """
            Every figure comes with its error: an interval, or the coverage of a pair of ranks. \
            JSON numbers have all their digits; what is signed later is rounded to six.

              standstill estimate proportion --successes 20 --trials 24 --method wilson
            """,
        subcommands: [
            ProportionCommand.self, TrendCommand.self, MedianCommand.self, PassAtKCommand.self,
            ConfidenceSequenceCommand.self,
        ]
    )
}

/// How many successes of how many trials.
private struct CountOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many trials succeeded.", valueName: "k"))
    var successes: Int

    @Option(help: ArgumentHelp("How many trials there were.", valueName: "n"))
    var trials: Int

    @Option(help: "The confidence of the interval.")
    var confidence = Probability.ninetyFivePercent

    func proportion() throws(Failure) -> Proportion {
        try estimating { () throws(UnusableSample) in
            try Proportion(successes: successes, trials: trials)
        }
    }

    func members(_ proportion: Proportion, _ interval: Interval) -> JSONObject {
        [
            "successes": .integer(Int64(successes)), "trials": .integer(Int64(trials)),
            "confidence": .number(confidence.share), "value": .number(proportion.share),
            "interval": .interval(interval),
        ]
    }
}

/// Figures that a caller gave and that cannot be used are wrong usage.
private func estimating<Value>(_ body: () throws(UnusableSample) -> Value) throws(Failure) -> Value
{
    do throws(UnusableSample) {
        return try body()
    } catch {
        throw .usage(error.reason)
    }
}

private struct ProportionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proportion",
        abstract: "The interval of a success rate, for a number of trials fixed beforehand.",
        discussion: """
            Whoever looks after every trial and stops when it suits needs `estimate \
            confidence-sequence`.

              standstill estimate proportion --successes 20 --trials 24 --method clopper-pearson
            """)

    @OptionGroup var counts: CountOptions

    @Option(help: "How the interval is made.")
    var method = Proportion.Method.wilson

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let proportion = try counts.proportion()
        let interval = proportion.estimateInterval(method, confidence: counts.confidence)
        guard !json else {
            var members = counts.members(proportion, interval)
            members["method"] = .string(method.rawValue)
            return printJSON(.object(members))
        }
        print(
            "\(proportion.share.sentence) (\(interval.sentence), \(method.rawValue))"
        )
    }
}

private struct ConfidenceSequenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confidence-sequence",
        abstract: "The interval of a success rate that holds at every look at once.",
        discussion: """
            Over all looks together it misses the rate with at most the stated chance, so it may \
            be watched after every report. It is wider than an interval for one look.

              standstill estimate confidence-sequence --successes 20 --trials 24 --confidence 0.95
            """)

    @OptionGroup var counts: CountOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let proportion = try counts.proportion()
        let interval = ConfidenceSequence.estimateInterval(
            proportion, confidence: counts.confidence)
        guard !json else { return printJSON(.object(counts.members(proportion, interval))) }
        print(
            "\(proportion.share.sentence) (\(interval.sentence), at every look)"
        )
    }
}

private struct TrendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trend",
        abstract: "The doubling time of published time horizons.",
        discussion: """
            Fits an exponential through the models that set a record in their time, beginning at \
            --since. The doubling time depends much on that day: say it with the figure.

              standstill estimate trend th1_1_headline.csv --since 2023-01-01

            With --measurement it also writes the predicate of a statement about the frontier:

              standstill estimate trend th1_1_headline.csv --since 2023-01-01 \
                --indicator doubling-time --subject frontier --measurement doubling-time.json
            """)

    @Argument(help: ArgumentHelp("Published horizons (CSV).", valueName: "headline.csv"))
    var file: String

    @Option(
        help: ArgumentHelp(
            "The first day of release that counts. (default: all)", valueName: "date"))
    var since: CalendarDay?

    @Option(help: "Which of the published horizons: 0.5 or 0.8.")
    var reliability = Probability.oneHalf

    @Option(help: "The confidence of the interval.")
    var confidence = Probability.ninetyFivePercent

    @OptionGroup var measurement: MeasurementOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard [0.5, 0.8].contains(reliability.share) else {
            throw ValidationError("--reliability is 0.5 or 0.8, not \(reliability.share)")
        }
        guard !measurement.isAsked || confidence == .ninetyFivePercent else {
            throw ValidationError("a measurement states its 95 % interval: leave out --confidence")
        }
    }

    func run() throws {
        let evidence = try readingEvidence { try EvidenceFile(path: file) }
        let headline = try readingEvidence { try METRHeadline.read(evidence) }
        let values = headline.models.map { model in
            DatedValue(
                name: model.name, day: model.released,
                value: (reliability == .oneHalf ? model.p50 : model.p80).minutes)
        }
        let trend = try readingEvidence { try Trend.estimate(values, since: since) }
        let interval = trend.estimateDoublingTimeInterval(confidence: confidence)
        if measurement.isAsked {
            let digest = try readingEvidence { try evidence.digest() }
            try measurement.write(
                figure(
                    of: trend, interval, suites: Set(headline.models.map(\.suite)).sorted(),
                    digest: digest))
        }
        guard !json else { return printJSON(.object(members(trend, interval))) }
        guard let days = trend.doublingTimeDays, let interval else {
            return print("the trend of \(trend.points.count) record holders does not rise")
        }
        print(
            "doubling time: \(days.sentence) days (\(interval.sentence))"
        )
        print(
            "from \(trend.points.count) record holders, R² \(trend.rSquared.sentence)"
        )
    }

    private func figure(
        of trend: Trend, _ interval: Interval?, suites: [String], digest: Digest
    ) -> MeasuredFigure {
        MeasuredFigure(
            value: trend.doublingTimeDays, unit: .days, interval: interval,
            intervalMethod: "inverted t interval of the slope", n: trend.points.count,
            clusters: nil,
            suite: suites.map { "METR-Horizon-v\($0)" }.joined(separator: ", "),
            method:
                "least squares of log \(Int(reliability.share * 100)) % horizon on release date, "
                + "record holders\(since.map { " since \($0)" } ?? "")",
            made: nil, file: file, digest: digest)
    }

    private func members(_ trend: Trend, _ interval: Interval?) -> JSONObject {
        var object: JSONObject = [
            "doubling-time-days": .number(trend.doublingTimeDays), "interval": .interval(interval),
            "confidence": .number(confidence.share), "reliability": .number(reliability.share),
            "slope-per-day": .number(trend.slope),
            "slope-stderr": .number(trend.slopeStandardError),
            "r-squared": .number(trend.rSquared), "n": .integer(Int64(trend.points.count)),
            "models": .array(trend.points.map { .string($0.name) }),
        ]
        object["since"] = since.map { .string($0.description) }
        return object
    }
}

private struct MedianCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "median",
        abstract: "Between which ranks of a poll's sorted answers the median lies.",
        discussion: """
            Assumes nothing about how the answers are spread. The ranks count from 1.

              standstill estimate median --n 130 --confidence 0.95
            """)

    @Option(
        name: .customLong("n"), help: ArgumentHelp("How many answers there are.", valueName: "n"))
    var count: Int

    @Option(help: "The least chance that the two ranks enclose the median.")
    var confidence = Probability.ninetyFivePercent

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard count <= 10_000_000 else { throw ValidationError("--n must be at most 10000000") }
    }

    func run() throws {
        let ranks = try estimating { () throws(UnusableSample) in
            try MedianRanks.estimate(count: count, confidence: confidence)
        }
        guard !json else {
            return printJSON([
                "n": .integer(Int64(count)), "confidence": .number(confidence.share),
                "ranks": [.integer(Int64(ranks.lower)), .integer(Int64(ranks.upper))],
                "coverage": .number(ranks.coverage),
            ])
        }
        print(
            "ranks \(ranks.lower) and \(ranks.upper) of \(count) "
                + "(coverage \(ranks.coverage.sentence))")
    }
}

private struct PassAtKCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pass-at-k",
        abstract: "The chance that at least one of k attempts succeeds.",
        discussion: """
            Unbiased, from more attempts than k.

              standstill estimate pass-at-k --n 10 --correct 3 --k 5
            """)

    @Option(
        name: .customLong("n"), help: ArgumentHelp("How many attempts were made.", valueName: "n"))
    var attempts: Int

    @Option(help: ArgumentHelp("How many of them succeeded.", valueName: "c"))
    var correct: Int

    @Option(
        name: .customLong("k"),
        help: ArgumentHelp("How many attempts the figure allows.", valueName: "k"))
    var k: Int

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard attempts <= 10_000_000 else { throw ValidationError("--n must be at most 10000000") }
    }

    func run() throws {
        let value = try estimating { () throws(UnusableSample) in
            try PassAtK.estimate(attempts: attempts, correct: correct, k: k)
        }
        guard !json else {
            return printJSON([
                "n": .integer(Int64(attempts)), "correct": .integer(Int64(correct)),
                "k": .integer(Int64(k)), "value": .number(value),
            ])
        }
        print(value.sentence)
    }
}
