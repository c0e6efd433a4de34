// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// How far an evaluator can see into a model; ordered.
public enum AccessTier: String, Hashable, Sendable, CaseIterable, Comparable {
    /// Text in, text out.
    case blackBox = "black-box"
    /// Also likelihoods, fine-tuning or a variant without safeguards, but not the weights.
    case greyBox = "grey-box"
    /// The weights.
    case whiteBox = "white-box"

    public static func < (a: AccessTier, b: AccessTier) -> Bool { a.rank < b.rank }
    private var rank: Int { AccessTier.allCases.firstIndex(of: self)! }
}

/// An evaluator or auditor asks a developer for access to a model; whether it is granted, and how
/// soon, is part of the record.
public struct AccessRequest: Hashable, Sendable {
    /// By its registered name.
    public let model: String
    public let access: AccessTier
    /// What is to be evaluated, and what is needed for it.
    public let what: String

    public init(model: String, access: AccessTier, what: String) {
        self.model = model
        self.access = access
        self.what = what
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        model = try fields.name("model")
        access = try fields.word("access", as: AccessTier.self)
        what = try fields.prose("what")
    }

    var json: JSONObject {
        [
            "model": .string(model), "access": .string(access.rawValue), "what": .string(what),
        ]
    }
}

/// The developer of the model grants or refuses what was asked for.
public struct AccessAnswer: Hashable, Sendable {
    /// The entry of the request.
    public let request: LogIndex
    /// What is granted; nil where nothing is.
    public let access: AccessTier?
    public let reason: String

    public var granted: Bool { access != nil }

    /// - Parameter access: nil to refuse.
    public init(request: LogIndex, access: AccessTier?, reason: String) {
        self.request = request
        self.access = access
        self.reason = reason
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        request = try fields.entry("request")
        let granted = try fields.bool("granted")
        access = try fields.optionalWord("access", as: AccessTier.self)
        reason = try fields.prose("reason")
        guard granted == (access != nil) else {
            throw fields.missing(
                "access", "what is granted, where access is granted, and only then")
        }
    }

    var json: JSONObject {
        var object: JSONObject = [
            "request": .integer(Int64(request.value)), "granted": .bool(granted),
            "reason": .string(reason),
        ]
        object["access"] = access.map { .string($0.rawValue) }
        return object
    }
}
