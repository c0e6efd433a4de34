// SPDX-License-Identifier: Apache-2.0

import Storage
import Testing
import TransparencyLog

/// What every store has to do, tried on each.
struct LogStoreTests {
    enum Kind: String, CaseIterable, Sendable {
        case memory, sqlite, postgres

        /// Those that can be tried here.
        static var all: [Kind] {
            PrivatePostgres.canRun ? allCases : [.memory, .sqlite]
        }
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func store(_ kind: Kind) async throws -> any LogStore {
        switch kind {
        case .memory: MemoryStore()
        case .sqlite: try SQLiteStore(path: folder.file("log.db"))
        case .postgres: try await PostgresStore.alone(at: PrivatePostgres.newAddress())
        }
    }

    private func leaf(_ number: Int, payload: Int? = nil) -> NewLeaf {
        NewLeaf(
            leaf: Array("leaf \(number)".utf8),
            payloadDigest: Digest.sha256(Array("payload \(payload ?? number)".utf8)))
    }

    /// The code of the fault that `body` throws; nil where it throws none.
    private func fault(_ body: () async throws -> Void) async -> StorageFault.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? StorageFault)?.code
        }
    }

    @Test(arguments: Kind.all)
    func `leaves come back in the order in which they were appended`(kind: Kind) async throws {
        let store = try await store(kind)
        #expect(try await store.head() == .empty)
        #expect(try await store.leaves(from: LogIndex(0), limit: 10).isEmpty)
        try await store.append([leaf(0)], at: .empty)
        try await store.append((1...600).map { leaf($0) }, at: TreeSize(1))
        #expect(try await store.head().size == TreeSize(601))
        let page = try await store.leaves(from: LogIndex(299), limit: 3)
        #expect(page == [299, 300, 301].map { leaf($0).leaf })
        #expect(try await store.leaves(from: LogIndex(0), limit: 10_000).count == 601)
        #expect(try await store.leaves(from: LogIndex(600), limit: 10) == [leaf(600).leaf])
        #expect(try await store.leaves(from: LogIndex(601), limit: 10).isEmpty)
        #expect(try await store.leaves(from: LogIndex(.max), limit: 10).isEmpty)
        #expect(try await store.leaves(from: LogIndex(5), limit: 0).isEmpty)
    }

    @Test(arguments: Kind.all)
    func `leaves may be empty, and as long as a bundle can hold`(kind: Kind) async throws {
        let store = try await store(kind)
        let long = [UInt8](repeating: 0xA7, count: 65_535)
        let leaves = [[], long, [0]].map { NewLeaf(leaf: $0, payloadDigest: Digest.sha256($0)) }
        try await store.append(leaves, at: .empty)
        #expect(try await store.leaves(from: LogIndex(0), limit: 3) == [[], long, [0]])
    }

    @Test(arguments: Kind.all)
    func `an append at another size is a lost race, and leaves nothing`(kind: Kind) async throws {
        let store = try await store(kind)
        try await store.append([leaf(0), leaf(1)], at: .empty)
        for size in [0, 1, 3, 1000] {
            let code = await fault { try await store.append([leaf(2)], at: TreeSize(UInt64(size))) }
            #expect(code == .lostRace, "at \(size)")
        }
        #expect(try await store.head().size == TreeSize(2))
        #expect(try await store.index(ofPayload: leaf(2).payloadDigest) == nil)
    }

    @Test(arguments: Kind.all)
    func `an append onto another root is a lost race, too`(kind: Kind) async throws {
        let store = try await store(kind)
        try await store.append([leaf(0), leaf(1)], at: .empty)
        let head = try await store.head()
        let other = TreeHead(size: head.size, root: Digest.sha256([1]))
        let next = TreeHead(size: TreeSize(3), root: Digest.sha256([2]))
        #expect(
            await fault { try await store.append([leaf(2)], from: other, to: next) } == .lostRace)
        #expect(try await store.head() == head)
        try await store.append([leaf(2)], from: head, to: next)
        #expect(try await store.head() == next)
    }

    @Test(arguments: Kind.all)
    func `every head that an append ended with is kept`(kind: Kind) async throws {
        let store = try await store(kind)
        for end in [1, 3, 7, 8, 300] {
            let size = Int(try await store.head().size.value)
            try await store.append((size..<end).map { leaf($0) }, at: TreeSize(UInt64(size)))
        }
        #expect(try await store.heads().map(\.size.value) == [1, 3, 7, 8, 300])
        let page = try await store.heads(after: TreeSize(3), limit: 2)
        #expect(page.map(\.size.value) == [7, 8])
        #expect(try await store.heads(after: TreeSize(300), limit: 2).isEmpty)
        #expect(try await store.heads(after: .empty, limit: 0).isEmpty)
    }

    @Test(arguments: Kind.all)
    func `of many appends at one size one wins`(kind: Kind) async throws {
        let store = try await store(kind)
        let wins = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                let new = leaf(number)
                group.addTask { (try? await store.append([new], at: .empty)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(wins == 1)
        #expect(try await store.head().size == TreeSize(1))
    }

    @Test(arguments: Kind.all)
    func `a payload is found at its first leaf`(kind: Kind) async throws {
        let store = try await store(kind)
        try await store.append([leaf(0), leaf(1, payload: 7), leaf(2, payload: 7)], at: .empty)
        try await store.append([leaf(3, payload: 7)], at: TreeSize(3))
        #expect(try await store.index(ofPayload: leaf(9, payload: 7).payloadDigest) == LogIndex(1))
        #expect(try await store.index(ofPayload: leaf(0).payloadDigest) == LogIndex(0))
        #expect(try await store.index(ofPayload: leaf(5).payloadDigest) == nil)
    }

    @Test(arguments: Kind.all)
    func `a mark is replaced as a whole, and marks are listed by name`(kind: Kind) async throws {
        let store = try await store(kind)
        #expect(try await store.value("a") == nil)
        for key in ["order/2", "order/10", "order/1", "orders", "other", "order/"] {
            try await store.replace(key, with: Array(key.utf8))
        }
        try await store.replace("order/1", with: [])
        #expect(try await store.value("order/1") == [])
        #expect(
            try await store.values(prefix: "order/", after: nil, limit: 10).map(\.key) == [
                "order/", "order/1", "order/10", "order/2",
            ])
        #expect(
            try await store.values(prefix: "order/", after: "order/1", limit: 1).map(\.key) == [
                "order/10"
            ])
        #expect(try await store.values(prefix: "order/", after: "order/2", limit: 9).isEmpty)
        #expect(try await store.values(prefix: "none", after: nil, limit: 9).isEmpty)
    }

    @Test(arguments: Kind.all)
    func `a closed store says so`(kind: Kind) async throws {
        let store = try await store(kind)
        try await store.close()
        #expect(await fault { _ = try await store.head() } == .closed)
        #expect(await fault { try await store.append([leaf(0)], at: .empty) } == .closed)
        #expect(await fault { try await store.replace("a", with: []) } == .closed)
    }
}

extension LogStore {
    /// Appends behind the first `size` leaves, with a root that follows from what was appended.
    func append(_ leaves: [NewLeaf], at size: TreeSize) async throws {
        let old =
            size == .empty ? TreeHead.empty : TreeHead(size: size, root: try await head().root)
        let end = TreeSize(size.value + UInt64(leaves.count))
        let root = Digest.sha256(old.root.bytes + leaves.flatMap(\.leaf))
        try await append(leaves, from: old, to: TreeHead(size: end, root: root))
    }
}
