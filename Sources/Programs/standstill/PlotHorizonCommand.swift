// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Dashboard
import EvaluationLogs
import Measurement
import PauseAgreement
import Site
import TransparencyLog

struct PlotHorizonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "horizon",
        abstract: "Draw published time horizons by the day of release.",
        discussion: """
            The trend is the one of `estimate trend`: least squares of the logarithm through the models \
            that set a record in their time, beginning at --since. Horizons past --ceiling are drawn as \
            “at least” that and are no part of it.

              standstill plot horizon th1_1_headline.csv --since 2023-01-01 --threshold '40 h' \
                --out horizon.svg
            """)

    @Argument(help: ArgumentHelp("Published horizons (CSV).", valueName: "headline.csv"))
    var file: String

    @Option(
        help: ArgumentHelp(
            "The first day of release that is drawn and counts. (default: all)", valueName: "date"))
    var since: CalendarDay?

    @Option(help: "Which of the published horizons: 0.5 or 0.8.")
    var reliability = Probability.oneHalf

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A line to draw, such as '40 h' or 'autonomy: 8 h'; may be repeated.",
            valueName: "figure"))
    var threshold: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where the suite ends: longer horizons are known only as at least this. 'none' for no end.",
            valueName: "figure"))
    var ceiling = "16 h"

    @OptionGroup var options: PlotOptions

    func validate() throws {
        guard [0.5, 0.8].contains(reliability.share) else {
            throw ValidationError("--reliability is 0.5 or 0.8, not \(reliability.share)")
        }
    }

    func run() throws {
        let evidence = try readingEvidence { try EvidenceFile(path: file) }
        let headline = try readingEvidence { try METRHeadline.read(evidence) }
        let digest = try readingEvidence { try evidence.digest() }
        let most = try end()
        let models = headline.models.filter { model in since.map { model.released >= $0 } ?? true }
        guard !models.isEmpty else {
            throw Failure.unknown("\(file): no model was released since then")
        }
        let fit = fit(models, most)
        let records = Set(fit?.trend.points.map(\.name) ?? models.map(\.name))
        var points: [Chart.Point] = []
        for model in models {
            points.append(
                try point(model, isRecord: records.contains(model.name), digest: digest.hex))
        }
        var thresholds: [Chart.Threshold] = []
        for text in threshold {
            thresholds.append(try Chart.Threshold(text, in: .minutes))
        }
        try options.show(
            Chart(
                id: "horizon", title: "Time horizon at \(percent) % success",
                method:
                    "published horizons by day of release, from \(name), sha256:\(digest.hex.prefix(16))…",
                unit: .minutes, points: points, thresholds: thresholds,
                least: ExactDecimal(coefficient: 1, exponent: -3), most: most, trend: nil,
                fit: fit, sources: Chart.Sources(column: "Suite", day: "released")))
    }

    private var percent: Int { Int((reliability.share * 100).rounded()) }

    private var name: String { file.split(separator: "/").last.map(String.init) ?? file }

    private func end() throws(Failure) -> ExactDecimal {
        guard ceiling != "none" else { return ExactDecimal(coefficient: 1, exponent: 30) }
        return try Chart.Threshold(ceiling, in: .minutes).figure
    }

    private func horizon(_ model: METRHeadline.Model) -> METRHeadline.Horizon {
        reliability == .oneHalf ? model.p50 : model.p80
    }

    /// Nil where there are too few records below the ceiling for a trend.
    private func fit(_ models: [METRHeadline.Model], _ most: ExactDecimal) -> Chart.Fit? {
        let values = models.map {
            DatedValue(name: $0.name, day: $0.released, value: horizon($0).minutes)
        }
        let below = values.filter {
            $0.value < (Double(most.description) ?? .infinity)
        }
        guard let trend = try? Trend.estimate(below, since: since), trend.slope > 0 else {
            return nil
        }
        return Chart.Fit(trend, confidence: options.confidence, since: since)
    }

    private func point(
        _ model: METRHeadline.Model, isRecord: Bool, digest: String
    ) throws(Failure) -> Chart.Point {
        let horizon = horizon(model)
        func decimal(_ value: Double) throws(Failure) -> ExactDecimal {
            guard let figure = SignificantDigits.text(of: value).flatMap({ ExactDecimal($0) })
            else {
                throw .malformed("\(file): \(model.name): \(value) cannot be drawn")
            }
            return figure
        }
        return Chart.Point(
            label: model.name.hasSuffix("_inspect")
                ? String(model.name.dropLast("_inspect".count)) : model.name,
            at: Time(milliseconds: Int64(model.released.number) * 86_400_000),
            value: try decimal(horizon.minutes),
            interval: MeasuredValue.Interval(
                low: try decimal(horizon.interval.lower),
                high: try decimal(horizon.interval.upper),
                confidence: ExactDecimal(coefficient: 95, exponent: -2), method: "as published"),
            signer: "METR-Horizon-v\(model.suite)", entry: nil, isFictional: false,
            standing: isRecord ? .counts : .behind, evidence: [digest])
    }
}
