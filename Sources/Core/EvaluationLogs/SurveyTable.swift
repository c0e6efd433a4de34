// SPDX-License-Identifier: Apache-2.0
import Measurement
import PauseAgreement
import TransparencyLog

/// Answers of people to a question for a number, one row a person.
public struct SurveyTable: Sendable {
    private let table: CSVTable

    /// - Throws: ``MalformedEvidence`` with line and column.
    public init(parsing bytes: [UInt8], file: String) throws(MalformedEvidence) {
        table = try CSVTable(bytes, file: file)
    }

    public var columns: [String] { table.columns }

    /// The median of a column's answers, with the interval between two of them that holds it
    /// whatever the answers' spread is.
    ///
    /// Source: David and Nagaraja 2003, Order Statistics, 7.1 (``MedianRanks``).
    public func figure(_ recipe: Recipe) throws -> EvaluationFigure {
        let column = try recipe.required("column")
        let place = try table.place(of: column)
        let level = try recipe.number("confidence") ?? 0.95
        guard let confidence = Probability(level) else {
            throw UnfitSelection("the confidence \(level) is not between 0 and 1", hint: "")
        }
        let rows = try chosen(recipe["where"])
        var answers: [Double] = []
        var empty = 0
        for row in rows {
            let text = row.cells[place].text.trimmingSpaces
            if text.isEmpty {
                empty += 1
            } else {
                answers.append(try number(text, row, place))
            }
        }
        let unit = try ForeignUnit.choose(
            given: recipe["unit"] ?? QuantityUnit.ratio.rawValue, stated: nil, isShare: false)
        var figure = EvaluationFigure(
            value: try Self.median(of: answers) * unit.factor, unit: unit.unit,
            suite: "survey, “\(column)”",
            method: "median of \(answers.count) answers"
                + (recipe["where"].map { " where \($0)" } ?? ""))
        figure.n = answers.count
        figure.confidence = level
        if empty > 0 {
            figure.remarks.add(
                .droppedAnswers, "\(empty) of \(rows.count) people gave no answer")
        }
        let sorted = answers.sorted()
        if let ranks = try? MedianRanks.estimate(count: answers.count, confidence: confidence) {
            figure.interval = Interval(
                lower: sorted[ranks.lower - 1] * unit.factor,
                upper: sorted[ranks.upper - 1] * unit.factor)
            let coverage = SignificantDigits.text(of: ranks.coverage) ?? ""
            figure.intervalMethod =
                "order statistics \(ranks.lower) and \(ranks.upper) of \(answers.count), "
                + "coverage \(coverage)"
            figure.details = [
                "ranks": .array([.integer(Int64(ranks.lower)), .integer(Int64(ranks.upper))]),
                "coverage": .decimal(ranks.coverage.description),
            ]
        } else {
            figure.remarks.add(
                .noInterval, "\(answers.count) answers cannot bound a median with that confidence")
        }
        return figure
    }

    /// The rows in which another column has a certain text.
    private func chosen(_ condition: String?) throws -> [CSVTable.Row] {
        guard let condition else { return table.rows }
        let parts = condition.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw UnfitSelection("“\(condition)” is no condition", hint: "COLUMN=TEXT")
        }
        let place = try table.place(of: parts[0])
        return table.rows.filter { $0.cells[place].text.trimmingSpaces == parts[1] }
    }

    /// A number, also one written as a multiplier (`2x`) or a percentage.
    private func number(
        _ text: String, _ row: CSVTable.Row, _ place: Int
    ) throws(MalformedEvidence) -> Double {
        var digits = text
        var factor = 1.0
        if digits.hasSuffix("x") || digits.hasSuffix("×") {
            digits = String(digits.dropLast()).trimmingSpaces
        } else if digits.hasSuffix("%") {
            digits = String(digits.dropLast()).trimmingSpaces
            factor = 0.01
        }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }),
            let number = Double(digits), number.isFinite
        else { throw table.fail(row, place, "a number was expected, not “\(text)”") }
        return number * factor
    }

    private static func median(of answers: [Double]) throws -> Double {
        let sorted = answers.sorted()
        guard !sorted.isEmpty else { throw UnusableSample("nobody gave an answer") }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1
            ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
