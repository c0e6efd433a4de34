// SPDX-License-Identifier: Apache-2.0
public import Measurement
import PauseAgreement
import TransparencyLog

/// METR's published horizons, one row a model.
///
/// Source: METR's `benchmark_results_1_1.yaml`, or a table with the columns `model`, `p50`,
/// `p50_lo`, `p50_hi`, `p80`, `p80_lo`, `p80_hi`, `release_date` and `suite`, in any order and
/// among others; minutes throughout.
public struct METRHeadline: Sendable {
    /// In the order of the table, or by name where it is METR's own file; each model once.
    public let models: [Model]

    public struct Model: Hashable, Sendable {
        public let name: String
        public let released: CalendarDay
        /// The version of the task suite, such as `1.1`.
        public let suite: String
        public let p50: Horizon
        public let p80: Horizon
    }

    /// A horizon in minutes with its 95 % interval.
    public struct Horizon: Hashable, Sendable {
        public let minutes: Double
        public let interval: Interval
    }

    /// Which of the two forms it is, the first line tells.
    ///
    /// - Throws: ``MalformedEvidence`` with line and column.
    public init(parsing bytes: [UInt8], file: String) throws(MalformedEvidence) {
        self =
            METRHeadline.isTable(bytes)
            ? try METRHeadline(CSVTable(bytes, file: file))
            : try METRHeadline(yaml: bytes, file: file)
    }

    /// Whether a file that begins so holds published horizons rather than runs.
    public static func matches(_ start: [UInt8]) -> Bool {
        isTable(start) || isYAML(start)
    }

    private static func isTable(_ start: [UInt8]) -> Bool {
        let line = start.prefix { $0 != 0x0a && $0 != 0x0d }
        guard let columns = try? CSVTable(Array(line), file: "").columns else { return false }
        return columns.contains("model") && columns.contains("p50")
    }

    private static func isYAML(_ start: [UInt8]) -> Bool {
        let text = String(decoding: start, as: UTF8.self)
        return text.split(separator: "\n").contains { line in
            line.hasPrefix("benchmark_name:") || line.hasPrefix("doubling_time_in_days:")
                || line.hasPrefix("results:")
        }
    }

    /// The published figure that the recipe names, with the model's release.
    public func figure(_ recipe: Recipe) throws(UnfitSelection) -> EvaluationFigure {
        let name = try recipe.required("model")
        guard let model = models.first(where: { $0.name == name }) else {
            throw UnfitSelection(
                "no model \(InspectAudit.line(name))",
                hint: "it has: \(models.map(\.name).joined(separator: ", "))")
        }
        let reliability = try recipe.number("reliability") ?? 0.5
        let horizon: Horizon
        switch reliability {
        case 0.5: horizon = model.p50
        case 0.8: horizon = model.p80
        default:
            throw UnfitSelection(
                "published horizons are for reliability 0.5 and 0.8, not \(reliability)",
                hint: "other reliabilities can be computed from a table of runs")
        }
        var figure = EvaluationFigure(
            value: horizon.minutes, unit: .minutes, suite: "METR-Horizon-v\(model.suite)",
            method: "METR time horizon as published, reliability \(reliability)")
        figure.interval = horizon.interval
        figure.intervalMethod = "published with the value"
        figure.model = name
        figure.details = ["released": .string(model.released.description)]
        return figure
    }

    // MARK: - The table

    private init(_ table: CSVTable) throws(MalformedEvidence) {
        let name = try table.place(of: "model")
        let released = try table.place(of: "release_date")
        let suite = try table.place(of: "suite")
        let (p50, p80) = (try HorizonColumns(table, "p50"), try HorizonColumns(table, "p80"))
        var models: [Model] = []
        var seen: Set<String> = []
        for row in table.rows {
            let cells = row.cells
            guard seen.insert(cells[name].text).inserted else {
                throw table.fail(row, name, "the model \(cells[name].text) stands there twice")
            }
            guard let day = CalendarDay(cells[released].text) else {
                throw table.fail(row, released, "a day such as 2026-02-05 was expected")
            }
            models.append(
                Model(
                    name: cells[name].text, released: day, suite: cells[suite].text,
                    p50: try p50.read(row, table), p80: try p80.read(row, table)))
        }
        self.models = models
    }

    private struct HorizonColumns {
        let minutes: Int
        let lower: Int
        let upper: Int

        init(_ table: CSVTable, _ name: String) throws(MalformedEvidence) {
            minutes = try table.place(of: name)
            lower = try table.place(of: name + "_lo")
            upper = try table.place(of: name + "_hi")
        }

        func read(_ row: CSVTable.Row, _ table: CSVTable) throws(MalformedEvidence) -> Horizon {
            let value = try table.number(row, minutes)
            let (low, high) = (try table.number(row, lower), try table.number(row, upper))
            guard value >= 0 else { throw table.fail(row, minutes, "a horizon below zero") }
            guard low <= value, value <= high else {
                throw table.fail(row, lower, "the interval does not lie around the value")
            }
            return Horizon(minutes: value, interval: Interval(lower: low, upper: high))
        }
    }

    // MARK: - METR's own file

    private init(yaml bytes: [UInt8], file: String) throws(MalformedEvidence) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw MalformedEvidence(file: file, reason: "it is not UTF-8")
        }
        let document: JSON
        do throws(AgreementReading.Problem) {
            document = try PlainYAML.parse(text)
        } catch {
            throw MalformedEvidence(
                file: file, place: error.place.description, reason: error.message)
        }
        guard let results = document["results"]?.object else {
            throw MalformedEvidence(file: file, reason: "it has no results")
        }
        let whole = document["benchmark_name"]?.string
        var models: [Model] = []
        for (name, result) in results.members {
            func fail(_ reason: String) -> MalformedEvidence {
                MalformedEvidence(file: file, place: "results.\(name)", reason: reason)
            }
            guard let day = result["release_date"]?.string.flatMap({ CalendarDay($0) }) else {
                throw fail("it has no release_date such as 2026-02-05")
            }
            guard let suite = result["benchmark_name"]?.string ?? whole else {
                throw fail("it has no benchmark_name")
            }
            let prefix = "METR-Horizon-v"
            models.append(
                Model(
                    name: name, released: day,
                    suite: suite.hasPrefix(prefix) ? String(suite.dropFirst(prefix.count)) : suite,
                    p50: try Self.horizon(result, "p50_horizon_length", fail),
                    p80: try Self.horizon(result, "p80_horizon_length", fail)))
        }
        self.models = models
    }

    private static func horizon(
        _ result: JSON, _ metric: String, _ fail: (String) -> MalformedEvidence
    ) throws(MalformedEvidence) -> Horizon {
        let own = result["metrics"]?[metric]
        func number(_ name: String) -> Double? {
            own?[name]?.string.flatMap { Double($0) }.flatMap { $0.isNaN ? nil : $0 }
        }
        guard let value = number("estimate"), let low = number("ci_low"),
            let high = number("ci_high")
        else { throw fail("\(metric) has no estimate, ci_low and ci_high") }
        guard 0 <= value, value.isFinite, low <= value, value <= high else {
            throw fail("the interval of \(metric) does not lie around its estimate")
        }
        return Horizon(minutes: value, interval: Interval(lower: low, upper: high))
    }
}
