// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A party joins, on its own condition.
public struct Accession: Hashable, Sendable {
    public let commitment: Commitment

    public init(commitment: Commitment) {
        self.commitment = commitment
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        var inner = try fields.object("commitment")
        commitment = try Commitment(&inner)
        try inner.end()
    }

    var json: JSONObject { ["commitment": .object(commitment.json)] }
}

/// "I am bound while at least these are bound": monotone, so that a greatest fixed point exists.
public struct Commitment: Hashable, Sendable {
    /// How many of ``of`` must be in; a party counts itself where it is among them.
    public let atLeast: Int
    /// The parties that count towards ``atLeast``, sorted; nil for all.
    public let of: [String]?
    /// The share of estimated frontier compute that those in must hold together.
    public let leastShare: ExactDecimal?
    /// From how many jurisdictions those in must come.
    public let leastJurisdictions: Int?

    public init(atLeast: Int, of: [String]?, leastShare: ExactDecimal?, leastJurisdictions: Int?) {
        self.atLeast = atLeast
        self.of = of
        self.leastShare = leastShare
        self.leastJurisdictions = leastJurisdictions
    }

    public init(_ fields: inout Fields) throws(MalformedStatement) {
        atLeast = Int(
            fields.optional("at-least") == nil ? 0 : try fields.integer("at-least", in: 0...100_000)
        )
        if fields.optional("of") == nil {
            of = nil
        } else {
            var names: [String] = []
            for (position, element) in try fields.array("of", most: 100_000).enumerated() {
                guard let name = element.string else {
                    throw fields.missing("of/\(position)", "a party's name")
                }
                names.append(name)
            }
            guard Set(names).count == names.count else {
                throw fields.missing("of", "every party once")
            }
            of = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        leastShare = try fields.optionalDecimal("least-share")
        leastJurisdictions =
            fields.optional("least-jurisdictions") == nil
            ? nil : Int(try fields.integer("least-jurisdictions", in: 0...1000))
    }

    public var json: JSONObject {
        var object: JSONObject = ["at-least": .integer(Int64(atLeast))]
        object["of"] = of.map { .array($0.map { .string($0) }) }
        object["least-share"] = leastShare.map { .string($0.description) }
        object["least-jurisdictions"] = leastJurisdictions.map { .integer(Int64($0)) }
        return object
    }
}

/// A party leaves; it stays bound for the agreement's notice.
public struct Withdrawal: Hashable, Sendable {
    public let reason: String

    public init(reason: String) {
        self.reason = reason
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        reason = try fields.prose("reason")
    }

    var json: JSONObject { ["reason": .string(reason)] }
}
