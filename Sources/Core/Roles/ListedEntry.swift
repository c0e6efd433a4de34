// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// What a list says of an entry, in words and as JSON; all of it follows from the log.
public struct ListedEntry: Hashable, Sendable {
    public let index: LogIndex
    public let received: Time
    public let kind: StatementKind
    public let signer: String
    public let subject: String?
    /// Why it changed nothing; nil where it had its effect.
    public let withoutEffect: String?
    /// The clause that decides.
    public let clause: String?

    public init(_ summary: EntrySummary) {
        index = summary.index
        received = summary.received
        kind = summary.kind
        signer = summary.signer
        subject = summary.subject
        if case .without(let why) = summary.effect {
            withoutEffect = why.sentence
            clause = why.clause
        } else {
            withoutEffect = nil
            clause = nil
        }
    }

    /// Nil where the JSON is none.
    public init?(json: JSON) {
        guard let index = json["index"]?.integer, index >= 0,
            let received = json["received"]?.integer,
            let kind = json["kind"]?.string.flatMap({ StatementKind(rawValue: $0) }),
            let signer = json["signer"]?.string
        else { return nil }
        self.index = LogIndex(UInt64(index))
        self.received = Time(milliseconds: received)
        self.kind = kind
        self.signer = signer
        subject = json["subject"]?.string
        withoutEffect = json["effect"]?.string
        clause = json["clause"]?.string
    }

    public var json: JSONObject {
        var object: JSONObject = [
            "index": .integer(Int64(index.value)), "received": .integer(received.milliseconds),
            "kind": .string(kind.rawValue), "signer": .string(signer),
            "effect": withoutEffect.map { .string($0) } ?? .null,
        ]
        object["subject"] = subject.map { .string($0) }
        object["clause"] = clause.map { .string($0) }
        return object
    }
}
