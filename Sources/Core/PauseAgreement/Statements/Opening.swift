// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// Entry 0: the node says which agreement, law, log and policy everything after it stands under.
public struct Opening: Hashable, Sendable {
    public let rules: Int64
    public let origin: String
    /// The tlog-policy text that receipts of this log are to be checked with.
    public let policy: String

    public init(rules: Int64, origin: String, policy: String) {
        self.rules = rules
        self.origin = origin
        self.policy = policy
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        rules = try fields.integer("rules", in: 1...1_000_000)
        origin = try fields.prose("origin", limit: 256)
        policy = try fields.prose("policy", limit: 16_384)
    }

    var json: JSONObject {
        ["rules": .integer(rules), "origin": .string(origin), "policy": .string(policy)]
    }
}
