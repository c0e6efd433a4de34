// SPDX-License-Identifier: Apache-2.0
public import Measurement
public import PauseAgreement
public import TransparencyLog

/// What came out of reading the files of an evaluation, with all that a measurement says of it.
public struct EvaluationFigure: Sendable {
    /// In ``unit``; nil where there is none to state, infinite where the suite sets no upper end.
    public var value: Double?
    public var unit: QuantityUnit
    public var interval: Interval?
    /// Of the interval, 0.95 for 95 %.
    public var confidence = 0.95
    public var intervalMethod = ""
    /// Of the value, where one was computed or stated.
    public var standardError: Double?
    /// How many items were scored.
    public var n: Int?
    public var clusters: Int?
    /// The suite and its version.
    public var suite: String
    public var method: String
    /// When the files say that it was measured.
    public var made: Time?
    /// Which model the files name; theirs, not the agreement's.
    public var model: String?
    /// Who evaluated, where the files say so.
    public var relationship: MeasuredValue.Relationship?
    public var remarks: [ImportRemark] = []
    /// What else the importer has to tell, for `--json`.
    public var details: JSONObject = [:]

    public init(value: Double?, unit: QuantityUnit, suite: String, method: String) {
        self.value = value
        self.unit = unit
        self.suite = suite
        self.method = method
    }

    /// Whether nothing refuses it.
    public var mayCount: Bool { remarks.refusals.isEmpty }

    /// The same figure in another unit; nil where the units do not convert.
    public func converted(to other: QuantityUnit) -> EvaluationFigure? {
        guard let factor = unit.factor(to: other) else { return nil }
        var figure = self
        figure.unit = other
        figure.value = value.map { $0 * factor }
        figure.interval = interval.map {
            Interval(lower: $0.lower * factor, upper: $0.upper * factor)
        }
        figure.standardError = standardError.map { $0 * factor }
        return figure
    }
}

extension QuantityUnit {
    /// How many of the other unit one of this is; nil where the units do not convert.
    func factor(to other: QuantityUnit) -> Double? {
        if self == other { return 1 }
        // One of the two divides the other, and only that way is the quotient exact.
        let one = ExactDecimal(coefficient: 1)
        if let there = Quantity(one, self).converted(to: other)?.value.double { return there }
        return Quantity(one, other).converted(to: self)?.value.double.map { 1 / $0 }
    }
}

extension ExactDecimal {
    /// The nearest Double.
    var double: Double? { Double(description) }
}

/// One of several figures that a file holds, for who has to choose.
public struct FigureChoice: Hashable, Sendable {
    /// The arguments that choose it, as they stand on the command line.
    public let arguments: [String: String]
    /// As the file writes it; nil where it gives none.
    public let value: Double?

    public init(arguments: [String: String], value: Double?) {
        self.arguments = arguments
        self.value = value
    }
}
