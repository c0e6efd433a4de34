// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import TransparencyLog

/// A store in one SQLite file, for one process; every write waits for the disk.
public final class SQLiteStore: LogStore {
    private let path: String
    private let database: DurableDatabase

    private static let kind = DurableDatabase.Kind(
        // "STDL".
        name: "store", applicationID: 0x5354_444C, layout: 2,
        tables: """
            CREATE TABLE leaves (position INTEGER PRIMARY KEY, leaf BLOB NOT NULL);
            CREATE TABLE heads (size INTEGER PRIMARY KEY, root BLOB NOT NULL);
            CREATE TABLE payloads (digest BLOB PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE marks (
              key TEXT PRIMARY KEY, value BLOB NOT NULL, seal BLOB NOT NULL) WITHOUT ROWID;
            """, upgrade: { try SQLiteStore.upgrade($0, from: $1) })

    /// Opens the file, making it where there is none.
    ///
    /// - Throws: ``StorageFault`` where it cannot be opened, is in use, or is something else.
    public init(path: String) throws {
        self.path = path
        database = try DurableDatabase(path: path, kind: SQLiteStore.kind)
    }

    /// Opens the file only to be looked at: nothing in it is changed, and nothing can be written.
    ///
    /// - Throws: ``StorageFault`` where there is none, or it is in use or something else.
    init(inspecting path: String) throws {
        self.path = path
        database = try DurableDatabase(inspecting: path, kind: SQLiteStore.kind)
    }

    // MARK: - LogStore

    public func head() async throws -> TreeHead {
        try await database.reading("read the head") { [path] in
            try SQLiteStore.heads($0, path, "ORDER BY size DESC LIMIT 1").first ?? .empty
        }
    }

    public func append(_ leaves: [NewLeaf], from old: TreeHead, to new: TreeHead) async throws {
        precondition(
            new.size.value == old.size.value + UInt64(leaves.count),
            "a leaf for each step of the size")
        try await database.writing("append \(leaves.count) leaves at \(old.size)") {
            [path] database in
            let held =
                try SQLiteStore.heads(database, path, "ORDER BY size DESC LIMIT 1").first ?? .empty
            guard held == old else {
                throw StorageFault(
                    .lostRace, "append at \(old) to \(path)", cause: "the store holds \(held)")
            }
            try database.execute(
                sql: "INSERT INTO heads (size, root) VALUES (?, ?)",
                arguments: [Int64(new.size.value), Data(new.root.bytes)])
            let leaf = try database.cachedStatement(
                sql: "INSERT INTO leaves (position, leaf) VALUES (?, ?)")
            let payload = try database.cachedStatement(
                sql: "INSERT OR IGNORE INTO payloads (digest, position) VALUES (?, ?)")
            for (offset, new) in leaves.enumerated() {
                let position = Int64(old.size.value) + Int64(offset)
                try leaf.execute(arguments: [position, Data(new.leaf)])
                try payload.execute(arguments: [Data(new.payloadDigest.bytes), position])
            }
        }
    }

    public func heads(after size: TreeSize, limit: Int) async throws -> [TreeHead] {
        guard size.value <= UInt64(Int64.max), limit > 0 else { return [] }
        return try await database.reading("read heads after \(size)") { [path] in
            try SQLiteStore.heads(
                $0, path, "WHERE size > ? ORDER BY size LIMIT ?", [Int64(size.value), limit])
        }
    }

    public func leaves(from index: LogIndex, limit: Int) async throws -> [[UInt8]] {
        guard index.value <= UInt64(Int64.max), limit > 0 else { return [] }
        return try await database.reading("read leaves from \(index)") { [path] database in
            let rows = try Row.fetchCursor(
                database,
                sql:
                    "SELECT position, leaf FROM leaves WHERE position >= ? ORDER BY position LIMIT ?",
                arguments: [Int64(index.value), limit])
            var leaves: [[UInt8]] = []
            while let row = try rows.next() {
                let expected = Int64(index.value) + Int64(leaves.count)
                guard row.number(0) == expected, let leaf = row.bytes(1) else {
                    throw StorageFault(
                        .damaged, "read leaves of \(path)", cause: "leaf \(expected) is missing")
                }
                leaves.append(leaf)
            }
            return leaves
        }
    }

    public func index(ofPayload digest: Digest) async throws -> LogIndex? {
        try await database.reading("look up a payload") { [path] database in
            let row = try Row.fetchOne(
                database, sql: "SELECT position FROM payloads WHERE digest = ?",
                arguments: [Data(digest.bytes)])
            guard let row else { return nil }
            guard let position = row.number(0).flatMap({ UInt64(exactly: $0) }) else {
                throw StorageFault(
                    .damaged, "look up a payload in \(path)", cause: "\(row) is no position")
            }
            return LogIndex(position)
        }
    }

    public func value(_ key: String) async throws -> [UInt8]? {
        try await database.reading("read mark \(key)") { [path] database in
            try Row.fetchOne(
                database, sql: "SELECT key, value, seal FROM marks WHERE key = ?", arguments: [key]
            ).map { try SQLiteStore.mark($0, in: path).value }
        }
    }

    public func replace(_ key: String, with value: [UInt8]) async throws {
        try await database.writing("write mark \(key)") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO marks (key, value, seal) VALUES (?, ?, ?)",
                arguments: [key, Data(value), Data(SQLiteStore.seal(key, value).bytes)])
        }
    }

    public func values(
        prefix: String, after: String?, limit: Int
    ) async throws -> [(key: String, value: [UInt8])] {
        try await database.reading("read marks \(prefix)") { [path] database in
            // Names compare by their bytes, so that those with a prefix stand together.
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT key, value, seal FROM marks
                    WHERE key >= ? AND key < ? AND key > ? ORDER BY key LIMIT ?
                    """,
                arguments: [prefix, prefix + "\u{10FFFF}", after ?? "", max(0, limit)])
            return try rows.map { try SQLiteStore.mark($0, in: path) }
        }
    }

    public func close() async throws { try database.close() }

    /// 2 where every write waits for the disk.
    func synchronousLevel() async throws -> Int? { try await database.synchronousLevel() }

    private static func heads(
        _ database: Database, _ path: String, _ which: String,
        _ arguments: StatementArguments = StatementArguments()
    ) throws -> [TreeHead] {
        let statement = try database.cachedStatement(sql: "SELECT size, root FROM heads \(which)")
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            guard let size = row.number(0).flatMap({ UInt64(exactly: $0) }),
                let root = row.bytes(1).flatMap({ Digest(bytes: $0) })
            else {
                throw StorageFault(
                    .damaged, "read heads of \(path)", cause: "\(row) is no head of a tree")
            }
            return TreeHead(size: TreeSize(size), root: root)
        }
    }

    // MARK: - Marks

    /// What a mark is compared with when it is read: unlike leaves, most marks are signed by
    /// nobody.
    private static func seal(_ key: String, _ value: [UInt8]) -> Digest {
        .sha256(Array(key.utf8) + [0] + value)
    }

    private static func mark(_ row: Row, in path: String) throws -> (key: String, value: [UInt8]) {
        guard let key = row.text(0), let value = row.bytes(1),
            row.bytes(2) == seal(key, value).bytes
        else {
            throw StorageFault(
                .damaged, "read mark \(row.text(0) ?? "") of \(path)",
                cause: "it is not what was written")
        }
        return (key, value)
    }
}

// MARK: - Upgrading

extension SQLiteStore {
    /// Layout 1 had neither heads nor seals: the head is that of the leaves as they are, and it is
    /// for whoever opens the store to compare it with what was signed.
    private static func upgrade(_ database: Database, from layout: Int) throws -> Bool {
        guard layout == 1 else { return false }
        try database.execute(
            sql: """
                CREATE TABLE heads (size INTEGER PRIMARY KEY, root BLOB NOT NULL);
                ALTER TABLE marks RENAME TO marks_before;
                CREATE TABLE marks (
                  key TEXT PRIMARY KEY, value BLOB NOT NULL, seal BLOB NOT NULL) WITHOUT ROWID;
                """)
        var tree = MerkleFrontier()
        let leaves = try Row.fetchCursor(
            database, sql: "SELECT position, leaf FROM leaves ORDER BY position")
        while let row = try leaves.next() {
            guard row.number(0) == Int64(tree.size.value), let leaf = row.bytes(1) else {
                throw StorageFault(
                    .damaged, "upgrade a store", cause: "leaf \(tree.size) is missing")
            }
            tree.append(MerkleHash.leaf(leaf))
        }
        if tree.size > .empty {
            try database.execute(
                sql: "INSERT INTO heads (size, root) VALUES (?, ?)",
                arguments: [Int64(tree.size.value), Data(tree.root().bytes)])
        }
        for row in try Row.fetchAll(database, sql: "SELECT key, value FROM marks_before") {
            guard let key = row.text(0), let value = row.bytes(1) else {
                throw StorageFault(.damaged, "upgrade a store", cause: "\(row) is no mark")
            }
            try database.execute(
                sql: "INSERT INTO marks (key, value, seal) VALUES (?, ?, ?)",
                arguments: [key, Data(value), Data(seal(key, value).bytes)])
        }
        try database.execute(sql: "DROP TABLE marks_before")
        return true
    }
}

// MARK: - Looking through it

extension SQLiteStore {
    /// What SQLite itself finds wrong with the file: pages, tables and indices; empty where
    /// nothing.
    func complaints() async throws -> [String] {
        try await database.complaints()
    }

    /// How many payloads can be looked up.
    func payloadCount() async throws -> Int {
        try await database.reading("count payloads") {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM payloads") ?? 0
        }
    }
}
