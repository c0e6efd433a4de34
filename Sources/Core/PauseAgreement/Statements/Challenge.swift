// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A party computed a logged measurement again and came to something else; it opens a question.
public struct Challenge: Hashable, Sendable {
    /// The entry of the measurement.
    public let measurement: LogIndex
    /// What it should have been, in ``unit``.
    public let value: ExactDecimal
    public let unit: QuantityUnit
    public let interval: MeasuredValue.Interval?
    /// How that was computed, for a program.
    public let recipe: String?
    public let reason: String
    /// The files that it was computed from.
    public let evidence: [MeasuredValue.EvidenceFile]

    public init(
        measurement: LogIndex, value: ExactDecimal, unit: QuantityUnit,
        interval: MeasuredValue.Interval? = nil, recipe: String? = nil, reason: String,
        evidence: [MeasuredValue.EvidenceFile] = []
    ) {
        self.measurement = measurement
        self.value = value
        self.unit = unit
        self.interval = interval
        self.recipe = recipe
        self.reason = reason
        self.evidence = evidence
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        measurement = try fields.entry("measurement")
        value = try fields.decimal("value")
        unit = try fields.word("unit", as: QuantityUnit.self)
        interval = try MeasuredValue.interval(fields.optionalObject("interval"), around: value)
        recipe = fields.optional("recipe") == nil ? nil : try fields.prose("recipe", limit: 1024)
        reason = try fields.prose("reason")
        evidence = try MeasuredValue.evidence(&fields)
    }

    var json: JSONObject {
        var object: JSONObject = [
            "measurement": .integer(Int64(measurement.value)),
            "value": .string(value.description), "unit": .string(unit.rawValue),
            "reason": .string(reason),
        ]
        object["interval"] = interval?.json
        object["recipe"] = recipe.map { .string($0) }
        object["evidence"] = .files(evidence)
        return object
    }
}

/// A developer's word on a measurement or judgement; it changes nothing, and stands beside it.
public struct ResultComment: Hashable, Sendable {
    /// The entry that it is about.
    public let about: LogIndex
    public let text: String

    public init(about: LogIndex, text: String) {
        self.about = about
        self.text = text
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        about = try fields.entry("about")
        text = try fields.prose("text")
    }

    var json: JSONObject { ["about": .integer(Int64(about.value)), "text": .string(text)] }
}
