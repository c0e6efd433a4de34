// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// An auditor asks for samples of periods that are already committed to.
public struct InspectionDraw: Hashable, Sendable {
    public let party: String
    public let site: String
    /// Entries of the telemetry to be looked into, growing.
    public let telemetry: [LogIndex]
    /// What the samples are drawn with, so that anybody can draw them again.
    public let seed: Digest
    /// How many samples of each period.
    public let count: Int64

    public init(party: String, site: String, telemetry: [LogIndex], seed: Digest, count: Int64) {
        self.party = party
        self.site = site
        self.telemetry = telemetry
        self.seed = seed
        self.count = count
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        party = try fields.name("party")
        site = try fields.name("site")
        telemetry = try fields.entries("telemetry", least: 1)
        seed = try fields.digest("seed")
        count = try fields.integer("count", in: 1...10_000)
    }

    var json: JSONObject {
        [
            "party": .string(party), "site": .string(site), "telemetry": .entries(telemetry),
            "seed": .string(seed.hex), "count": .integer(count),
        ]
    }
}

/// A site opens the samples that were drawn, to the auditor who drew them.
public struct InspectionAnswer: Hashable, Sendable {
    /// The entry of the draw.
    public let draw: LogIndex
    public let readers: [String]

    public init(draw: LogIndex, readers: [String]) {
        self.draw = draw
        self.readers = readers
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        draw = try fields.entry("draw")
        readers = try fields.optionalNames("readers", most: 16)
    }

    var json: JSONObject { ["draw": .integer(Int64(draw.value)), "readers": .texts(readers)] }
}

/// What an auditor found at a site; it rests on sealed figures, so it is labelled attested.
public struct Finding: Hashable, Sendable {
    public let party: String
    public let site: String
    public let from: Time
    public let to: Time
    /// Entries of the telemetry that it rests on, growing.
    public let telemetry: [LogIndex]
    /// The draw that it rests on, where samples were drawn.
    public let draw: LogIndex?
    /// Whether what was declared is true.
    public let correctness: Verdict
    /// Whether everything was declared.
    public let completeness: Verdict
    /// Whether the site answered within the agreement's time.
    public let inTime: Bool
    /// The smallest violation that this inspection would have seen; nil where none was drawn.
    public let couldHaveMissed: BlindSpot?
    public let reason: String
    public let readers: [String]

    public init(
        party: String, site: String, from: Time, to: Time, telemetry: [LogIndex], draw: LogIndex?,
        correctness: Verdict, completeness: Verdict, inTime: Bool, couldHaveMissed: BlindSpot?,
        reason: String, readers: [String]
    ) {
        self.party = party
        self.site = site
        self.from = from
        self.to = to
        self.telemetry = telemetry
        self.draw = draw
        self.correctness = correctness
        self.completeness = completeness
        self.inTime = inTime
        self.couldHaveMissed = couldHaveMissed
        self.reason = reason
        self.readers = readers
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        party = try fields.name("party")
        site = try fields.name("site")
        from = try fields.time("from")
        to = try fields.time("to")
        telemetry = try fields.entries("telemetry", least: 0)
        draw = fields.optional("draw") == nil ? nil : try fields.entry("draw")
        correctness = try fields.word("correctness", as: Verdict.self)
        completeness = try fields.word("completeness", as: Verdict.self)
        inTime = try fields.bool("in-time")
        couldHaveMissed = try BlindSpot(fields.optionalObject("could-have-missed"))
        reason = try fields.prose("reason")
        readers = try fields.optionalNames("readers", most: 16)
        guard from < to else { throw fields.missing("to", "a time after \"from\"") }
        guard correctness != .pass || (couldHaveMissed != nil && draw != nil) else {
            throw fields.missing(
                "could-have-missed",
                "the draw, and the smallest violation it would have seen: without, nothing passes")
        }
    }

    var json: JSONObject {
        var object: JSONObject = [
            "party": .string(party), "site": .string(site), "from": .string(from.description),
            "to": .string(to.description), "telemetry": .entries(telemetry),
            "correctness": .string(correctness.rawValue),
            "completeness": .string(completeness.rawValue), "in-time": .bool(inTime),
            "reason": .string(reason), "readers": .texts(readers),
        ]
        object["draw"] = draw.map { .integer(Int64($0.value)) }
        object["could-have-missed"] = couldHaveMissed?.json
        return object
    }
}

/// What an inspection says of one thing; three-valued, since what was not seen is not passed.
public enum Verdict: String, Hashable, Sendable, CaseIterable {
    case pass, fail, unknown
}

/// The smallest share of false samples that a draw would have shown, and with which confidence.
public struct BlindSpot: Hashable, Sendable {
    /// From 0 to 1.
    public let share: ExactDecimal
    /// Between 0 and 1, such as 0.95.
    public let confidence: ExactDecimal

    public init(share: ExactDecimal, confidence: ExactDecimal) {
        self.share = share
        self.confidence = confidence
    }

    init?(_ fields: Fields?) throws(MalformedStatement) {
        guard var fields else { return nil }
        share = try fields.decimal("share")
        confidence = try fields.decimal("confidence")
        try fields.end()
        let one = ExactDecimal(coefficient: 1)
        guard .zero <= share, share <= one else {
            throw fields.missing("share", "a share from 0 to 1, such as \"0.05\"")
        }
        guard .zero < confidence, confidence < one else {
            throw fields.missing("confidence", "a level between 0 and 1, such as \"0.95\"")
        }
    }

    public var json: JSON {
        .object([
            "share": .string(share.description), "confidence": .string(confidence.description),
        ])
    }
}
