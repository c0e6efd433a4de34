// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EvaluationLogs
import Measurement
import Site
import TransparencyLog

struct EstimateTrendChangeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trend-change",
        abstract: "How much faster published time horizons grow from a day on.",
        discussion: """
            Fits the stretch before --at and the one from it on, and tests whether their slopes \
            differ. Name the day for a reason of its own: a day picked because the break looks \
            largest there makes the p-value far too small.

              standstill estimate trend-change th1_1_headline.csv --at 2024-06-01 \
                --since 2023-01-01
            """)

    @Argument(help: ArgumentHelp("Published horizons (CSV).", valueName: "headline.csv"))
    var file: String

    @Option(help: ArgumentHelp("The first day of the later stretch.", valueName: "date"))
    var at: CalendarDay

    @OptionGroup var window: TrendWindow

    @Option(help: "Whether the two stretches meet on the day, or each has its own height.")
    var model = TrendChange.Model.joined

    @Option(help: "The confidence of the intervals.")
    var confidence = Probability.ninetyFivePercent

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let evidence = try readingEvidence { try EvidenceFile(path: file) }
        let headline = try readingEvidence { try METRHeadline.read(evidence) }
        let change = try readingEvidence {
            try TrendChange.estimate(
                window.values(headline), at: at, model: model, since: window.since,
                selection: window.through, ceiling: window.ceiling, confidence: confidence)
        }
        guard !json else { return printJSON(.object(members(change))) }
        for (name, stretch) in [("before", change.before), ("from", change.after)] {
            let days = stretch.doublingTimeDays.map { "\($0.sentence) days" } ?? "does not rise"
            let ends = stretch.doublingTimeInterval.map { " (\($0.sentence))" } ?? ""
            print("doubling time \(name) \(at): \(days)\(ends), \(stretch.points.count) points")
        }
        let ends = change.ratioInterval?.sentence ?? "no interval"
        print("growth changed by a factor of \(change.ratio.sentence) (\(ends))")
        print(
            "t \(change.statistic.sentence) with \(change.degreesOfFreedom) degrees of freedom, "
                + "p \(change.pValue.sentence)")
    }

    private func members(_ change: TrendChange) -> JSONObject {
        func members(_ stretch: TrendChange.Stretch) -> JSON {
            [
                "slope-per-day": .number(stretch.slope),
                "slope-stderr": .number(stretch.slopeStandardError),
                "doubling-time-days": .number(stretch.doublingTimeDays),
                "interval": .interval(stretch.doublingTimeInterval),
                "n": .integer(Int64(stretch.points.count)),
                "models": .array(stretch.points.map { .string($0.name) }),
            ]
        }
        var object: JSONObject = [
            "at": .string(at.description), "model": .string(change.model.rawValue),
            "before": members(change.before), "after": members(change.after),
            "value": .number(change.ratio), "interval": .interval(change.ratioInterval),
            "confidence": .number(confidence.share), "t": .number(change.statistic),
            "degrees-of-freedom": .integer(Int64(change.degreesOfFreedom)),
            "p-value": .number(change.pValue), "through": .string(window.through.rawValue),
        ]
        object["since"] = window.since.map { .string($0.description) }
        object["ceiling"] = window.ceiling.map { .number($0) }
        return object
    }
}
