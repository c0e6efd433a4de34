// SPDX-License-Identifier: Apache-2.0
public import PauseAgreement
import TransparencyLog

/// Measurements and judgements in a table that people keep: one row a statement, one column a
/// member.
///
/// Source: docs/formats/measurements.md.
public struct MeasurementTable: Sendable {
    /// In the order of the file.
    public let rows: [Row]

    public struct Row: Sendable {
        /// The line on which the row begins, counted from 1.
        public let line: Int
        /// Who says it; nil where the table has no such column or the cell is empty.
        public let by: String?
        /// What a statement of that party would say.
        public let predicate: Predicate
        /// When it became known, where that is another day than the one on which it was made.
        public let reported: Time?
        /// For people; without effect.
        public let note: String?

        public var measurement: MeasuredValue? {
            if case .measurement(let value) = predicate { value } else { nil }
        }

        public var judgement: Judgement? {
            if case .judgement(let judgement) = predicate { judgement } else { nil }
        }
    }

    /// The rows' measurements, without the judgements.
    public var measurements: [MeasuredValue] { rows.compactMap(\.measurement) }

    /// Reads a table with a header line; which column is which, its name says.
    ///
    /// - Throws: ``MalformedEvidence`` with line and column.
    public init(parsing bytes: [UInt8], file: String) throws(MalformedEvidence) {
        let table = try CSVTable(bytes, file: file)
        let columns = try MeasurementColumns(table)
        var rows: [Row] = []
        for row in table.rows { rows.append(try columns.read(row)) }
        self.rows = rows
    }
}

/// Which column of a table is which member of a statement.
private struct MeasurementColumns {
    private let table: CSVTable

    /// Members that are a text in the statement as they are in the table.
    private static let texts: Set = [
        "indicator", "suite", "method", "assurance", "made", "elicitation", "model-sha256",
        "source", "stage", "reason", "access", "safeguards", "budget", "relationship", "recipe",
        "claim", "holds",
    ]
    private static let integers: Set = ["n", "clusters", "corrects"]
    private static let others: Set = [
        "by", "reported", "note", "subject", "value", "unit", "low", "high", "confidence",
        "interval-method", "evidence", "evidence-sha256", "fictional",
    ]

    init(_ table: CSVTable) throws(MalformedEvidence) {
        self.table = table
        for (place, column) in table.columns.enumerated() {
            let known = Self.texts.union(Self.integers).union(Self.others)
            guard known.contains(column) else {
                // A misspelt column must not be silently without effect.
                throw MalformedEvidence(
                    file: table.file, place: "line 1",
                    reason: "column \(place + 1), “\(column)”, is none of "
                        + known.sorted().joined(separator: ", "))
            }
        }
        _ = try table.place(of: "subject")
    }

    func read(_ row: CSVTable.Row) throws(MalformedEvidence) -> MeasurementTable.Row {
        let isJudgement = text("claim", row) != nil
        let members = isJudgement ? try judgement(row) : try measurement(row)
        let kind: StatementKind = isJudgement ? .judgement : .measurement
        let predicate: Predicate
        do throws(MalformedStatement) {
            var fields = try Fields(.object(members))
            predicate = try Predicate(kind, &fields)
            try fields.end()
        } catch {
            throw fail(error, row)
        }
        return MeasurementTable.Row(
            line: row.line, by: try name("by", row), predicate: predicate,
            reported: try time("reported", row), note: text("note", row))
    }

    // MARK: - Rows

    private func measurement(_ row: CSVTable.Row) throws(MalformedEvidence) -> JSONObject {
        var members = try common(row)
        members["suite"] = members["suite"] ?? "not stated"
        members["method"] = members["method"] ?? "not stated"
        members["assurance"] = members["assurance"] ?? "self-reported"
        // A percentage is a share that was written for people.
        let isPercent = text("unit", row) == "%"
        members["unit"] = isPercent ? "share" : text("unit", row).map { .string($0) }
        members["value"] = try decimal("value", row, isPercent: isPercent)
        for name in Self.integers.sorted() { members[name] = try integer(name, row) }
        members["interval"] = try interval(row, isPercent: isPercent)
        members["fictional"] = .bool(try truth("fictional", row) ?? false)
        return members
    }

    private func judgement(_ row: CSVTable.Row) throws(MalformedEvidence) -> JSONObject {
        var members = try common(row)
        members["assurance"] = members["assurance"] ?? "self-reported"
        let others = Self.others.subtracting(["by", "reported", "note", "subject"])
            .subtracting(["evidence", "evidence-sha256"]).union(Self.integers)
        for name in others.sorted() where text(name, row) != nil {
            throw fail(name, row, "nothing in a row with a claim")
        }
        return members
    }

    private func common(_ row: CSVTable.Row) throws(MalformedEvidence) -> JSONObject {
        var members = JSONObject()
        for name in Self.texts.sorted() { members[name] = text(name, row).map { .string($0) } }
        members["subject"] = try subject(row)
        members["evidence"] = try evidence(row)
        return members
    }

    private func subject(_ row: CSVTable.Row) throws(MalformedEvidence) -> JSON {
        guard let named = text("subject", row) else {
            throw fail("subject", row, "a model's name, or frontier")
        }
        let subject = Subject(named) ?? .model(named)
        return .string(subject.description)
    }

    private func interval(
        _ row: CSVTable.Row, isPercent: Bool
    ) throws(MalformedEvidence) -> JSON? {
        let low = try decimal("low", row, isPercent: isPercent)
        let high = try decimal("high", row, isPercent: isPercent)
        guard low != nil || high != nil else { return nil }
        guard let low else { throw fail("low", row, "both ends of the interval") }
        guard let high else { throw fail("high", row, "both ends of the interval") }
        let level = text("confidence", row) ?? "0.95"
        let share = level.hasSuffix("%") ? Quantity(level)?.value : ExactDecimal(level)
        guard let share else {
            throw fail("confidence", row, "a level such as 0.95 or 95 %, not “\(level)”")
        }
        return .object([
            "low": low, "high": high, "confidence": .string(share.description),
            "method": .string(text("interval-method", row) ?? "as published"),
        ])
    }

    private func evidence(_ row: CSVTable.Row) throws(MalformedEvidence) -> JSON? {
        guard let digest = text("evidence-sha256", row) else { return nil }
        let name = text("evidence", row) ?? "evidence"
        return .array([.object(["name": .string(name), "sha256": .string(digest)])])
    }

    // MARK: - Cells

    /// The cell's text without spaces around it, nil for an empty one and where there is no such
    /// column.
    private func text(_ column: String, _ row: CSVTable.Row) -> String? {
        guard let place = table.columns.firstIndex(of: column) else { return nil }
        let text = row.cells[place].text.trimmingSpaces
        return text.isEmpty ? nil : text
    }

    private func decimal(
        _ column: String, _ row: CSVTable.Row, isPercent: Bool
    ) throws(MalformedEvidence) -> JSON? {
        guard let text = text(column, row) else { return nil }
        guard let number = ExactDecimal(text) else {
            throw fail(column, row, "a decimal such as 0.2 or 1e24, not “\(text)”")
        }
        guard isPercent else { return .string(number.description) }
        let share = ExactDecimal(coefficient: number.coefficient, exponent: number.exponent - 2)
        return .string(share.description)
    }

    private func integer(
        _ column: String, _ row: CSVTable.Row
    ) throws(MalformedEvidence) -> JSON? {
        guard let text = text(column, row) else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw fail(column, row, "a whole number, not “\(text)”")
        }
        return .integer(number)
    }

    private func truth(_ column: String, _ row: CSVTable.Row) throws(MalformedEvidence) -> Bool? {
        switch text(column, row) {
        case nil: return nil
        case "yes", "true": return true
        case "no", "false": return false
        case .some(let other): throw fail(column, row, "yes or no, not “\(other)”")
        }
    }

    private func time(_ column: String, _ row: CSVTable.Row) throws(MalformedEvidence) -> Time? {
        guard let text = text(column, row) else { return nil }
        guard let time = Time(text) else {
            throw fail(column, row, "a time such as 2026-11-21, not “\(text)”")
        }
        return time
    }

    private func name(_ column: String, _ row: CSVTable.Row) throws(MalformedEvidence) -> String? {
        guard let text = text(column, row) else { return nil }
        guard text.isPlainName else {
            throw fail(column, row, "a name of lower-case letters, digits, '.' and '-'")
        }
        return text
    }

    // MARK: - What is wrong

    private func fail(
        _ column: String, _ row: CSVTable.Row, _ expected: String
    ) -> MalformedEvidence {
        guard let place = table.columns.firstIndex(of: column) else {
            return MalformedEvidence(
                file: table.file, place: "line \(row.line)",
                reason: "\(column): \(expected) was expected, and there is no such column")
        }
        return table.fail(row, place, "\(column): \(expected) was expected")
    }

    /// Where a statement's member stands in the table.
    private func fail(_ error: MalformedStatement, _ row: CSVTable.Row) -> MalformedEvidence {
        let path = error.pointer.split(separator: "/").map(String.init)
        let column: String
        switch (path.first, path.last) {
        case ("interval", "method"): column = "interval-method"
        case ("interval", .some(let end)): column = end
        case ("evidence", "name"): column = "evidence"
        case ("evidence", _): column = "evidence-sha256"
        default: column = path.first ?? "subject"
        }
        return fail(column, row, error.expected)
    }
}

extension String {
    /// Without the spaces before and after it.
    var trimmingSpaces: String {
        let start = self.drop { $0 == " " }
        guard let last = start.lastIndex(where: { $0 != " " }) else { return "" }
        return String(start[...last])
    }
}
