// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EvaluationLogs
import PauseAgreement
import TransparencyLog

struct ReadMeasurementsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measurements",
        abstract: "Check a table of measurements, and write one row as a predicate.",
        discussion: """
            The columns are those of docs/formats/measurements.md; one that is not known is refused, \
            and what is wrong is named with line and column. With --row and --out the row's predicate \
            is written, for `standstill sign measurement` (or judgement).

              standstill read measurements figures.csv --json
              standstill read measurements figures.csv --row 3 --out horizon.json
            """)

    @Argument(help: ArgumentHelp("The table (CSV).", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The row, counted from 1 after the header.", valueName: "n"))
    var row: Int?

    @Option(help: ArgumentHelp("Where the row's predicate goes.", valueName: "out.json"))
    var out: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard (row == nil) == (out == nil) else {
            throw ValidationError("--row and --out belong together")
        }
    }

    func run() throws {
        let bytes = try readFile(file, limit: 1 << 28)
        let table = try readingEvidence { try MeasurementTable(parsing: bytes, file: file) }
        if let row, let out {
            guard table.rows.indices.contains(row - 1) else {
                throw Failure.usage("there is no row \(row): \(file) has \(table.rows.count)")
            }
            let predicate = JSON.object(table.rows[row - 1].predicate.json)
            try OutputFile.write(predicate.prettyBytes, to: out)
        }
        if json {
            printJSON(.object(["rows": .array(table.rows.map(members))]))
        } else {
            for row in table.rows { print(sentence(row)) }
        }
    }

    private func members(_ row: MeasurementTable.Row) -> JSON {
        var object = row.predicate.json
        object["kind"] = .string(row.predicate.kind.rawValue)
        object["by"] = row.by.map { .string($0) }
        object["reported"] = row.reported.map { .string($0.description) }
        object["note"] = row.note.map { .string($0) }
        object["line"] = .integer(Int64(row.line))
        return .object(object)
    }

    private func sentence(_ row: MeasurementTable.Row) -> String {
        let by = row.by.map { ", by \($0)" } ?? ""
        if let judgement = row.judgement {
            return "\(judgement.claim) of \(judgement.subject): \(judgement.holds.rawValue)\(by)"
        }
        guard let value = row.measurement else { return "" }
        let interval = value.interval.map { " (\($0.low) to \($0.high))" } ?? ""
        return "\(value.indicator) of \(value.subject): \(value.value) \(value.unit.rawValue)"
            + "\(interval)\(by), \(value.suite)"
    }
}
