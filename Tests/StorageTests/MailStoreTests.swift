// SPDX-License-Identifier: Apache-2.0

import Storage
import Testing
import TransparencyLog

/// What every mailbox has to do, tried on each.
struct MailStoreTests {
    enum Kind: String, CaseIterable, Sendable {
        case memory, sqlite, postgres

        /// Those that can be tried here.
        static var all: [Kind] {
            PrivatePostgres.canRun ? allCases : [.memory, .sqlite]
        }
    }

    private let folder: TemporaryFolder
    private static let wide = MailQuota(messages: 100, bytes: 1 << 20)

    init() throws { folder = try TemporaryFolder() }

    private func store(_ kind: Kind) throws -> any MailStore {
        switch kind {
        case .memory: MemoryMailStore()
        case .sqlite: try SQLiteMailStore(path: folder.file("log.db.mail"))
        case .postgres: try PostgresMailStore(PrivatePostgres.newAddress())
        }
    }

    private func mail(
        _ name: String, from sender: String, to recipient: String = "r", at time: Int64 = 1,
        bytes: Int = 10
    ) -> WaitingMail {
        WaitingMail(
            id: Digest.sha256(Array(name.utf8)), sender: sender, recipient: recipient,
            receivedMilliseconds: time, envelope: Array(repeating: 0x7B, count: bytes))
    }

    /// Fills a mailbox with messages named by sender and number.
    private func fill(_ store: any MailStore, _ counts: [String: Int]) async throws {
        for (sender, count) in counts.sorted(by: { $0.key < $1.key }) {
            for number in 0..<count {
                let message = mail("\(sender)\(number)", from: sender)
                #expect(try await store.keep(message, within: MailStoreTests.wide) == .kept)
            }
        }
    }

    private func names(_ page: MailPage, of known: [String]) -> [String] {
        page.mail.map { message in
            known.first { Digest.sha256(Array($0.utf8)) == message.id } ?? "?"
        }
    }

    private static let known = ["a", "b", "c"].flatMap { sender in
        (0..<10).map { "\(sender)\($0)" }
    }

    @Test(arguments: Kind.all)
    func `senders take turns, each with its oldest first`(kind: Kind) async throws {
        let store = try store(kind)
        try await fill(store, ["a": 5, "b": 1, "c": 2])
        let page = try await store.page(for: "r", limit: 6, bytes: 1 << 20)
        #expect(names(page, of: MailStoreTests.known) == ["a0", "b0", "c0", "a1", "c1", "a2"])
        #expect(page.hasMore)
        let all = try await store.page(for: "r", limit: 8, bytes: 1 << 20)
        #expect(all.mail.count == 8 && !all.hasMore)
        #expect(try await store.page(for: "nobody", limit: 8, bytes: 1 << 20).mail.isEmpty)
    }

    @Test(arguments: Kind.all)
    func `however small the pages, nobody waits for another's second message`(kind: Kind)
        async throws
    {
        let store = try store(kind)
        try await fill(store, ["a": 9, "b": 2, "c": 2])
        var served: [String] = []
        for _ in 0..<6 {
            let page = try await store.page(for: "r", limit: 1, bytes: 1 << 20)
            served += names(page, of: MailStoreTests.known)
            try await store.remove(page.mail.map(\.id), of: "r")
        }
        #expect(served.sorted() == ["a0", "a1", "b0", "b1", "c0", "c1"])
        #expect(Set(served.prefix(3)) == ["a0", "b0", "c0"])
    }

    @Test(arguments: Kind.all)
    func `a page has at least one message, and no more bytes than asked for otherwise`(kind: Kind)
        async throws
    {
        let store = try store(kind)
        for number in 0..<4 {
            let message = mail("a\(number)", from: "a", bytes: 100)
            _ = try await store.keep(message, within: MailStoreTests.wide)
        }
        #expect(try await store.page(for: "r", limit: 9, bytes: 250).mail.count == 2)
        let one = try await store.page(for: "r", limit: 9, bytes: 1)
        #expect(one.mail.count == 1 && one.hasMore)
        let none = try await store.page(for: "r", limit: 0, bytes: 1)
        #expect(none.mail.isEmpty && none.hasMore)
    }

    @Test(arguments: Kind.all)
    func `a full quota stops one sender at one recipient, and nobody else`(kind: Kind) async throws
    {
        let store = try store(kind)
        let few = MailQuota(messages: 2, bytes: 1000)
        #expect(try await store.keep(mail("1", from: "a"), within: few) == .kept)
        #expect(try await store.keep(mail("2", from: "a"), within: few) == .kept)
        #expect(try await store.keep(mail("3", from: "a"), within: few) == .full)
        #expect(try await store.keep(mail("1", from: "a"), within: few) == .known)
        #expect(try await store.keep(mail("1", from: "b"), within: few) == .kept)
        #expect(try await store.keep(mail("1", from: "a", to: "s"), within: few) == .kept)
        let long = mail("4", from: "c", bytes: 1001)
        #expect(try await store.keep(long, within: few) == .full)
        try await store.remove([mail("1", from: "a").id], of: "r")
        #expect(try await store.keep(mail("3", from: "a"), within: few) == .kept)
    }

    @Test(arguments: Kind.all)
    func `what is done, and what is too old, is gone`(kind: Kind) async throws {
        let store = try store(kind)
        for (name, time) in [("1", 10), ("2", 20), ("3", 30)] as [(String, Int64)] {
            let message = mail(name, from: "a", at: time)
            _ = try await store.keep(message, within: MailStoreTests.wide)
        }
        try await store.remove([mail("2", from: "a").id, Digest.sha256([9])], of: "other")
        #expect(try await store.page(for: "r", limit: 9, bytes: 1 << 20).mail.count == 3)
        try await store.remove([mail("2", from: "a").id, Digest.sha256([9])], of: "r")
        try await store.remove(before: 30)
        let left = try await store.page(for: "r", limit: 9, bytes: 1 << 20)
        #expect(left.mail == [mail("3", from: "a", at: 30)])
    }

    @Test(arguments: Kind.all)
    func `a recipient's requests grow in time`(kind: Kind) async throws {
        let store = try store(kind)
        #expect(try await store.advance("r", to: 10))
        #expect(try await !store.advance("r", to: 10))
        #expect(try await !store.advance("r", to: 9))
        #expect(try await store.advance("s", to: 9))
        #expect(try await store.advance("r", to: 11))
    }

    @Test func `a mailbox on a disk keeps its messages and its requests`() async throws {
        let first = try store(.sqlite)
        _ = try await first.keep(mail("1", from: "a"), within: MailStoreTests.wide)
        #expect(try await first.advance("r", to: 10))
        #expect(throws: StorageFault.self) { try store(.sqlite) }
        try await first.close()
        let again = try store(.sqlite)
        #expect(
            try await again.page(for: "r", limit: 9, bytes: 1 << 20).mail == [mail("1", from: "a")])
        #expect(try await !again.advance("r", to: 10))
    }

    @Test func `another database is no mailbox`() async throws {
        let log = try SQLiteStore(path: folder.file("log.db.mail"))
        try await log.close()
        #expect(throws: StorageFault.self) { try store(.sqlite) }
    }
}
