// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A sealed message that waits for its reader. The store knows nothing of what it says.
public struct WaitingMail: Hashable, Sendable {
    /// What the mailbox calls it; a recipient has it once a sender.
    public let id: Digest
    public let sender: String
    public let recipient: String
    /// When it was taken, milliseconds since 1970.
    public let receivedMilliseconds: Int64
    /// The envelope as canonical JSON.
    public let envelope: [UInt8]

    public init(
        id: Digest, sender: String, recipient: String, receivedMilliseconds: Int64,
        envelope: [UInt8]
    ) {
        self.id = id
        self.sender = sender
        self.recipient = recipient
        self.receivedMilliseconds = receivedMilliseconds
        self.envelope = envelope
    }
}

/// How much may wait from one sender for one recipient, so that nobody else's room is taken.
public struct MailQuota: Hashable, Sendable {
    public let messages: Int
    public let bytes: Int

    public init(messages: Int, bytes: Int) {
        self.messages = messages
        self.bytes = bytes
    }
}

/// What became of a message.
public enum MailKeeping: Hashable, Sendable {
    /// It is on the disk.
    case kept
    /// It waits already.
    case known
    /// Nothing was kept: the sender has taken its room.
    case full
}

/// What waits for one recipient, as far as it was asked for.
public struct MailPage: Hashable, Sendable {
    public let mail: [WaitingMail]
    /// Whether more waits.
    public let hasMore: Bool

    public init(mail: [WaitingMail], hasMore: Bool) {
        self.mail = mail
        self.hasMore = hasMore
    }
}

/// Sealed messages on their way, beside the log. Every write is on the disk when it returns, whole
/// or not at all.
public protocol MailStore: Sendable {
    /// Keeps a message, unless its sender has taken all of its room at the recipient.
    func keep(_ mail: WaitingMail, within quota: MailQuota) async throws -> MailKeeping

    /// What waits for a recipient, at most `limit` messages and about `bytes` of envelopes; one
    /// at least, where `limit` allows it.
    ///
    /// Senders take turns: each one's next message goes before anybody's second. Who was served
    /// longest ago begins, so that nobody is passed over, however small the limit. Each sender's
    /// messages stand oldest first.
    func page(for recipient: String, limit: Int, bytes: Int) async throws -> MailPage

    /// Forgets messages of one recipient, whoever sent them; unknown ones are passed over.
    func remove(_ ids: [Digest], of recipient: String) async throws

    /// Forgets what was received before that time, milliseconds since 1970.
    func remove(before milliseconds: Int64) async throws

    /// Notes the time of a recipient's newest request; false, and nothing is noted, where it had
    /// one as new.
    func advance(_ recipient: String, to milliseconds: Int64) async throws -> Bool

    /// Lets go of the store; nothing may be asked of it any more.
    func close() async throws
}
