// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A party asks a mailbox for what waits there for it, and says what it has safely kept.
///
/// It is the payload of a DSSE envelope that the party signs.
public struct MailRequest: Hashable, Sendable {
    /// What envelopes of such requests are typed as.
    public static let payloadType = "application/vnd.standstill.mail-request+json"
    /// No request names more messages as done.
    public static let mostDone = 1_000
    /// No answer brings more messages.
    public static let mostMessages: Int64 = 100

    public let agreement: Digest
    /// Who asks.
    public let party: String
    /// When; grows with every request of one party, so that no old one can be sent again.
    public let time: Time
    /// Messages that the mailbox may forget, sorted: see ``Mail/id``.
    public let done: [Digest]
    /// How many messages the answer may bring at most; 0 only says what is done.
    public let limit: Int64

    /// - Precondition: at most ``mostDone`` messages are done, and `limit` is from 0 to
    ///   ``mostMessages``.
    public init(agreement: Digest, party: String, time: Time, done: [Digest], limit: Int64) {
        precondition(done.count <= MailRequest.mostDone, "a request is of limited length")
        precondition((0...MailRequest.mostMessages).contains(limit), "an answer is, too")
        self.agreement = agreement
        self.party = party
        self.time = time
        self.done = Set(done).sorted()
        self.limit = limit
    }

    /// Reads the payload of an envelope; only the canonical spelling is taken.
    public init(parsing payload: [UInt8]) throws(MalformedStatement) {
        var fields = try Fields(canonical: payload)
        agreement = try fields.digest("agreement")
        party = try fields.name("party")
        time = Time(milliseconds: try fields.integer("time", in: 0...Statement.largestSequence))
        limit = try fields.integer("limit", in: 0...MailRequest.mostMessages)
        var done: [Digest] = []
        for (position, element) in try fields.array("done", most: MailRequest.mostDone).enumerated()
        {
            guard let id = element.string.flatMap({ Digest(hex: $0) }),
                done.last.map({ $0 < id }) ?? true
            else {
                throw fields.missing("done/\(position)", "64 lower-case hex digits, growing")
            }
            done.append(id)
        }
        try fields.end()
        self.done = done
    }

    /// The payload that the party signs: canonical JSON.
    public var payload: [UInt8] {
        let object: JSON = [
            "agreement": .string(agreement.hex), "party": .string(party),
            "time": .integer(time.milliseconds), "done": .array(done.map { .string($0.hex) }),
            "limit": .integer(limit),
        ]
        return object.canonicalBytes
    }
}
