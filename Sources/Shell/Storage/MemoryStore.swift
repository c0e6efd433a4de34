// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A store that ends with its process: for trying things out and for tests.
public actor MemoryStore: LogStore {
    private var leaves: [[UInt8]] = []
    private var heads: [TreeHead] = []
    private var payloads: [Digest: LogIndex] = [:]
    private var marks: [String: [UInt8]] = [:]
    private var isClosed = false

    public init() {}

    public func head() throws -> TreeHead {
        try open()
        return heads.last ?? .empty
    }

    public func append(_ new: [NewLeaf], from old: TreeHead, to head: TreeHead) throws {
        try open()
        let held = heads.last ?? .empty
        guard held == old else {
            throw StorageFault(.lostRace, "append at \(old)", cause: "the store holds \(held)")
        }
        precondition(
            head.size.value == old.size.value + UInt64(new.count),
            "a leaf for each step of the size")
        heads.append(head)
        for leaf in new {
            let index = LogIndex(UInt64(leaves.count))
            leaves.append(leaf.leaf)
            if payloads[leaf.payloadDigest] == nil { payloads[leaf.payloadDigest] = index }
        }
    }

    public func leaves(from index: LogIndex, limit: Int) throws -> [[UInt8]] {
        try open()
        guard index.value < UInt64(leaves.count), limit > 0 else { return [] }
        return Array(leaves[Int(index.value)...].prefix(limit))
    }

    public func heads(after size: TreeSize, limit: Int) throws -> [TreeHead] {
        try open()
        return Array(heads.lazy.filter { size < $0.size }.prefix(max(0, limit)))
    }

    public func index(ofPayload digest: Digest) throws -> LogIndex? {
        try open()
        return payloads[digest]
    }

    public func value(_ key: String) throws -> [UInt8]? {
        try open()
        return marks[key]
    }

    public func replace(_ key: String, with value: [UInt8]) throws {
        try open()
        marks[key] = value
    }

    public func values(
        prefix: String, after: String?, limit: Int
    ) throws -> [(key: String, value: [UInt8])] {
        try open()
        let keys = marks.keys.filter { key in
            key.utf8.starts(with: prefix.utf8)
                && (after.map { $0.utf8.lexicographicallyPrecedes(key.utf8) } ?? true)
        }
        let sorted = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return sorted.prefix(max(0, limit)).map { (key: $0, value: marks[$0]!) }
    }

    public func close() { isClosed = true }

    private func open() throws {
        if isClosed { throw StorageFault(.closed, "use of a memory store", cause: "it was closed") }
    }
}
