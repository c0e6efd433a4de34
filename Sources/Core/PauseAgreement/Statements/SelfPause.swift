// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// A developer stops its own covered work at once, without anybody's vote.
public struct SelfPause: Hashable, Sendable {
    /// The model that gave rise to it.
    public let model: String
    public let reason: String

    public init(model: String, reason: String) {
        self.model = model
        self.reason = reason
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        model = try fields.name("model")
        reason = try fields.prose("reason")
    }

    var json: JSONObject { ["model": .string(model), "reason": .string(reason)] }
}

/// The same developer ends it; orders by decision are untouched.
public struct SelfResume: Hashable, Sendable {
    public let model: String
    public let reason: String

    public init(model: String, reason: String) {
        self.model = model
        self.reason = reason
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        model = try fields.name("model")
        reason = try fields.prose("reason")
    }

    var json: JSONObject { ["model": .string(model), "reason": .string(reason)] }
}
