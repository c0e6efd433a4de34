// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Brake
import Dashboard
import EvaluationLogs
import Measurement
import PauseAgreement
import Roles
import TransparencyLog

struct PlotIndicatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "indicator",
        abstract: "Draw what was measured of one indicator, from a log, a bundle or a table.",
        discussion: """
            From a log or a bundle: what the law says at its newest instant, with the thresholds of the \
            agreement's triggers. From a table of measurements: its rows, with the thresholds, the floor \
            and the ceiling of --agreement where it is given. Revisions are drawn beside what replaced them.

              standstill plot indicator horizon-50 --bundle pause.bundle --out horizon.svg
              standstill plot indicator training-compute --measurements measurements.csv \
                --threshold 'EU: 1e25 FLOP' --out compute.svg
            """)

    @Argument(help: "The indicator's name.")
    var indicator: String

    @Option(help: ArgumentHelp("The log node's address.", valueName: "url"))
    var node: String?

    @Option(help: ArgumentHelp("The bundle to read.", valueName: "file"))
    var bundle: String?

    @Option(help: ArgumentHelp("A table of measurements (CSV).", valueName: "file"))
    var measurements: String?

    @OptionGroup var trust: TrustOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "One more line to draw, such as '1e25 FLOP' or 'EU: 1e25 FLOP'; may be repeated.",
            valueName: "figure"))
    var threshold: [String] = []

    @Option(
        help: ArgumentHelp(
            "The first day that counts for the trend. (default: all)", valueName: "date"))
    var since: CalendarDay?

    @OptionGroup var options: PlotOptions

    func validate() throws {
        guard [node, bundle, measurements].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("name a --node, a --bundle or --measurements, one of the three")
        }
    }

    func run() async throws {
        let chart =
            if let measurements { try table(measurements) } else { try await logged() }
        guard !chart.isEmpty else {
            throw Failure.unknown("nothing was measured of \(indicator)")
        }
        try options.show(chart)
    }

    // MARK: - From a log

    private func logged() async throws -> Chart {
        var log = LogOptions()
        log.node = node
        log.bundle = bundle
        log.trust = trust
        log.agreementID = nil
        try log.validate()
        var read = try await log.read()
        let found = try named(read.agreement)
        let state = read.replay.brake(at: read.size).state(at: read.at)
        printError(read.verification)
        return Chart(found, of: state, under: read.agreement)
            .adding(try thresholds(found.unit), since: since, confidence: options.confidence)
    }

    private func named(_ agreement: Agreement) throws(Failure) -> Indicator {
        guard let found = agreement.indicator(indicator) else {
            throw .usage(
                "the agreement has no indicator \(indicator)",
                hint: "it has \(agreement.indicators.map(\.name).joined(separator: ", "))")
        }
        return found
    }

    private func thresholds(_ unit: QuantityUnit) throws(Failure) -> [Chart.Threshold] {
        var found: [Chart.Threshold] = []
        for text in threshold { found.append(try Chart.Threshold(text, in: unit)) }
        return found
    }

    // MARK: - From a table

    private func table(_ path: String) throws -> Chart {
        let bytes = try readFile(path, limit: 1 << 26)
        let table = try readingEvidence { try MeasurementTable(parsing: bytes, file: path) }
        let rows = table.rows.filter { $0.measurement?.indicator == indicator }
        guard let first = rows.first?.measurement else {
            let known = Set(table.measurements.map(\.indicator)).sorted()
            throw Failure.usage(
                "\(path): no row measures \(indicator)",
                hint: known.isEmpty ? nil : "it has \(known.joined(separator: ", "))")
        }
        var points: [Chart.Point] = []
        for row in rows {
            guard let value = row.measurement else { continue }
            guard value.unit == first.unit else {
                throw Failure.malformed(
                    "\(path), line \(row.line): \(indicator) is in \(first.unit.rawValue) above, "
                        + "and in \(value.unit.rawValue) here")
            }
            // A model's signer who measures again replaces what was said of it before.
            let isReplaced =
                value.subject != .frontier
                && rows.contains { other in
                    guard other.by == row.by, let later = other.measurement else { return false }
                    return later.subject == value.subject && later.stage == value.stage
                        && (value.made, row.line) < (later.made, other.line)
                }
            points.append(
                Chart.Point(
                    value, by: row.by ?? value.source ?? "not said",
                    standing: isReplaced ? .replaced : .counts))
        }
        let agreement = try trust.agreement.map { path throws(Failure) in
            try readAgreement(path)
        }
        let found = try agreement.map { agreement throws(Failure) in try named(agreement) }
        let methods = Set(rows.compactMap { $0.measurement?.method })
        let most = found?.most ?? ExactDecimal(coefficient: 1, exponent: 60)
        let own = agreement.map { Chart.thresholds(on: indicator, of: $0.triggers) } ?? []
        return Chart(
            id: "chart-\(indicator)", title: indicator,
            method: found?.method
                ?? (methods.count == 1
                    ? first.method : "by \(methods.count) methods, as the table says"),
            unit: first.unit, points: points, thresholds: own,
            least: found?.least ?? .zero, most: most, trend: nil,
            sources: Chart.Sources(column: "Measured by", day: "made")
        ).adding(try thresholds(first.unit), since: since, confidence: options.confidence)
            .markingRecords
    }
}
