// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// What a mailbox answers to a ``MailRequest``.
///
/// Whoever asked checks each envelope: the mailbox is believed in nothing.
public struct MailDelivery: Hashable, Sendable {
    /// One message that waited.
    public struct Message: Hashable, Sendable {
        /// See ``Mail/id``.
        public let id: Digest
        /// When the mailbox took it.
        public let received: Time
        public let envelope: Envelope

        public init(id: Digest, received: Time, envelope: Envelope) {
            self.id = id
            self.received = received
            self.envelope = envelope
        }
    }

    /// Senders take turns, and each sender's stand oldest first.
    public let messages: [Message]
    /// Whether more wait than the answer brings.
    public let more: Bool

    public init(messages: [Message], more: Bool) {
        self.messages = messages
        self.more = more
    }

    /// Reads an answer.
    public init(json: JSON) throws(MalformedStatement) {
        var fields = try Fields(json)
        more = try fields.bool("more")
        var messages: [Message] = []
        let most = Int(MailRequest.mostMessages)
        for (position, element) in try fields.array("messages", most: most).enumerated() {
            messages.append(try Message(element, at: "/messages/\(position)"))
        }
        try fields.end()
        self.messages = messages
    }

    public var json: JSON {
        ["messages": .array(messages.map(\.json)), "more": .bool(more)]
    }
}

extension MailDelivery.Message {
    fileprivate init(_ json: JSON, at pointer: String) throws(MalformedStatement) {
        var fields = try Fields(json, at: pointer)
        let id = try fields.digest("id")
        let received = try fields.integer("received", in: 0...Statement.largestSequence)
        let inner = try fields.value("envelope")
        try fields.end()
        do throws(MalformedEnvelope) {
            self.init(
                id: id, received: Time(milliseconds: received), envelope: try Envelope(json: inner))
        } catch {
            throw fields.missing("envelope", "a DSSE envelope (\(error))")
        }
    }

    fileprivate var json: JSON {
        [
            "id": .string(id.hex), "received": .integer(received.milliseconds),
            "envelope": envelope.json,
        ]
    }
}
