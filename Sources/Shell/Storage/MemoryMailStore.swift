// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A mailbox that ends with its process: for trying things out and for tests.
public actor MemoryMailStore: MailStore {
    /// Oldest first.
    private var waiting: [WaitingMail] = []
    private var requests: [String: Int64] = [:]
    /// When each sender was served last, by recipient.
    private var turns: [String: [String: Int]] = [:]
    private var isClosed = false

    public init() {}

    public func keep(_ mail: WaitingMail, within quota: MailQuota) throws -> MailKeeping {
        try open()
        let others = waiting.filter {
            $0.sender == mail.sender && $0.recipient == mail.recipient
        }
        if others.contains(where: { $0.id == mail.id }) { return .known }
        let bytes = others.reduce(mail.envelope.count) { $0 + $1.envelope.count }
        guard others.count < quota.messages, bytes <= quota.bytes else { return .full }
        waiting.append(mail)
        return .kept
    }

    public func page(for recipient: String, limit: Int, bytes: Int) throws -> MailPage {
        try open()
        let own = waiting.filter { $0.recipient == recipient }
        var ranks: [String: Int] = [:]
        var ranked: [(rank: Int, turn: Int, mail: WaitingMail)] = []
        for mail in own {
            let turn = turns[recipient]?[mail.sender] ?? 0
            ranked.append((rank: ranks[mail.sender, default: 0], turn: turn, mail: mail))
            ranks[mail.sender, default: 0] += 1
        }
        ranked.sort { ($0.rank, $0.turn, $0.mail.sender) < ($1.rank, $1.turn, $1.mail.sender) }
        var page: [WaitingMail] = []
        var left = bytes
        for next in ranked.prefix(max(0, limit)).map(\.mail) {
            left -= next.envelope.count
            if left < 0, !page.isEmpty { break }
            page.append(next)
        }
        let turn = (turns[recipient]?.values.max() ?? 0) + 1
        for mail in page { turns[recipient, default: [:]][mail.sender] = turn }
        return MailPage(mail: page, hasMore: own.count > page.count)
    }

    public func remove(_ ids: [Digest], of recipient: String) throws {
        try open()
        let done = Set(ids)
        waiting.removeAll { $0.recipient == recipient && done.contains($0.id) }
    }

    public func remove(before milliseconds: Int64) throws {
        try open()
        waiting.removeAll { $0.receivedMilliseconds < milliseconds }
    }

    public func advance(_ recipient: String, to milliseconds: Int64) throws -> Bool {
        try open()
        if let last = requests[recipient], milliseconds <= last { return false }
        requests[recipient] = milliseconds
        return true
    }

    public func close() { isClosed = true }

    private func open() throws {
        if isClosed { throw StorageFault(.closed, "use of a mailbox", cause: "it was closed") }
    }
}
