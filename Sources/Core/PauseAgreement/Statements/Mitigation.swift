// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A safety measure that a developer took about an open cause.
public struct Mitigation: Hashable, Sendable {
    public let cause: String
    public let what: String

    public init(cause: String, what: String) {
        self.cause = cause
        self.what = what
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        cause = try fields.name("cause")
        what = try fields.prose("what")
    }

    var json: JSONObject { ["cause": .string(cause), "what": .string(what)] }
}

/// A judgement where nothing can be computed: that a mitigation works, or a milestone is reached.
public struct Attestation: Hashable, Sendable {
    public enum Matter: Hashable, Sendable, CustomStringConvertible {
        /// The entry of the mitigation.
        case mitigation(LogIndex)
        /// The agreement's name for it.
        case milestone(String)

        public init?(_ text: String) {
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return nil }
            switch parts[0] {
            case "mitigation":
                guard let value = UInt64(parts[1]), String(value) == parts[1],
                    value <= UInt64(Statement.largestSequence)
                else { return nil }
                self = .mitigation(LogIndex(value))
            case "milestone":
                guard parts[1].isPlainName else { return nil }
                self = .milestone(parts[1])
            default: return nil
            }
        }

        public var description: String {
            switch self {
            case .mitigation(let entry): "mitigation:\(entry)"
            case .milestone(let name): "milestone:\(name)"
            }
        }
    }

    public let about: Matter
    public let verdict: Verdict
    public let reason: String

    public init(about: Matter, verdict: Verdict, reason: String) {
        self.about = about
        self.verdict = verdict
        self.reason = reason
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        guard let about = Matter(try fields.string("about")) else {
            throw fields.missing("about", "\"mitigation:ENTRY\" or \"milestone:NAME\"")
        }
        self.about = about
        verdict = try fields.word("verdict", as: Verdict.self)
        reason = try fields.prose("reason")
    }

    var json: JSONObject {
        [
            "about": .string(about.description), "verdict": .string(verdict.rawValue),
            "reason": .string(reason),
        ]
    }
}

/// A party says of itself that something went wrong; whoever says so first is heard so.
public struct SelfReport: Hashable, Sendable {
    public let what: String
    public let site: String?

    public init(what: String, site: String?) {
        self.what = what
        self.site = site
    }

    init(_ fields: inout Fields) throws(MalformedStatement) {
        what = try fields.prose("what")
        site = fields.optional("site") == nil ? nil : try fields.name("site")
    }

    var json: JSONObject {
        var object: JSONObject = ["what": .string(what)]
        object["site"] = site.map { .string($0) }
        return object
    }
}
