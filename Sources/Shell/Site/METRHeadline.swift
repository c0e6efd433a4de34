// SPDX-License-Identifier: Apache-2.0
public import Measurement

/// METR's published horizons, one row a model.
///
/// Source: a table with the columns `model`, `p50`, `p50_lo`, `p50_hi`, `p80`, `p80_lo`, `p80_hi`,
/// `release_date` and `suite`, in any order and among others; minutes throughout.
public struct METRHeadline: Sendable {
    /// In the order of the file, each model once.
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

    /// - Throws: ``MalformedEvidence`` with line and column, ``UnreadableFile`` where the disk
    ///   fails.
    public static func read(_ file: EvidenceFile) throws -> METRHeadline {
        try METRHeadline(CSVTable(file.readAll(limit: METRRuns.limit), file: file.path))
    }

    /// Whether the file's header is that of published horizons rather than of runs.
    public static func matches(_ file: EvidenceFile) throws -> Bool {
        let start = try file.read(at: 0, count: min(file.size, 4_096))
        let line = start.prefix { $0 != 0x0a && $0 != 0x0d }
        guard let columns = try? CSVTable(Array(line), file: file.path).columns else {
            return false
        }
        return columns.contains("model") && columns.contains("p50")
    }

    init(_ table: CSVTable) throws(MalformedEvidence) {
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
}
