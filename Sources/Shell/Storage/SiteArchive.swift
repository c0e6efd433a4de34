// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// The closed periods of a site's buffer, for whoever opens samples; needs no lock, since what is
/// closed never changes.
///
/// Files of a folder: `open.jsonl` (the leaves of the period under way, a line each); for each
/// closed period `period-N.jsonl` (its leaves), `period-N.leaves` (their hashes as they were
/// committed to, 32 bytes each), `period-N.json` (numbers, times, root) and what its owner attached
/// (`period-N.NAME`).
public struct SiteArchive: Sendable {
    public let folder: String

    public init(folder: String) {
        self.folder = folder
    }

    /// One closed period.
    public struct Period: Hashable, Sendable {
        /// Counted from 1 in the order of closing.
        public let number: Int
        /// Milliseconds since 1970.
        public let from: Int64
        public let to: Int64
        /// How many leaves it had when it was closed.
        public let leaves: Int
        public let root: Digest

        public init(number: Int, from: Int64, to: Int64, leaves: Int, root: Digest) {
            self.number = number
            self.from = from
            self.to = to
            self.leaves = leaves
            self.root = root
        }
    }

    /// A leaf with the hashes that join what was committed to at its place to the root.
    public struct OpenedLeaf: Hashable, Sendable {
        public let index: LogIndex
        /// As it stands on the disk now.
        public let bytes: [UInt8]
        /// The sibling first; empty for the only leaf.
        public let path: [Digest]
        /// Whether it still is what was committed to.
        public let isAsCommitted: Bool
    }

    /// The periods that are closed, the oldest first.
    ///
    /// - Throws: ``StorageFault`` where a description cannot be read or is something else.
    public func periods() throws(StorageFault) -> [Period] {
        var periods: [Period] = []
        for number in try numbers(of: "json") { periods.append(try period(number)) }
        return periods
    }

    /// The period with this root; nil where there is none.
    public func period(root: Digest) throws(StorageFault) -> Period? {
        try periods().first { $0.root == root }
    }

    /// What was attached to a period under that name; nil where nothing was.
    public func attachment(_ name: String, of number: Int) throws(StorageFault) -> [UInt8]? {
        try PlainFile.read(path(number, name))
    }

    /// Keeps something beside a period, such as the statement that was signed over it; for the
    /// process that holds the buffer.
    ///
    /// - Precondition: `name` is none of the buffer's own (`json`, `jsonl`, `leaves`).
    public func attach(_ name: String, _ bytes: [UInt8], to number: Int) throws(StorageFault) {
        precondition(!["json", "jsonl", "leaves"].contains(name), "that name is the buffer's own")
        try MarkFile(path: path(number, name)).replace(with: bytes)
    }

    /// All leaves of a period as they stand on the disk now; nil where they were pruned.
    public func leaves(of number: Int) throws(StorageFault) -> [[UInt8]]? {
        guard let bytes = try PlainFile.read(path(number, "jsonl")) else { return nil }
        return SiteArchive.lines(bytes).whole
    }

    /// Opens these leaves of a period; those that are no longer there are left out.
    ///
    /// - Throws: ``StorageFault`` where the period was pruned, or its hashes are not those of its
    ///   root.
    public func open(_ indices: [LogIndex], of period: Period) throws(StorageFault) -> [OpenedLeaf]
    {
        let operation = "open samples of \(path(period.number, "jsonl"))"
        guard let leaves = try leaves(of: period.number),
            let hashes = try PlainFile.read(path(period.number, "leaves"))
        else { throw StorageFault(.notAStore, operation, cause: "the period was pruned") }
        guard hashes.count == period.leaves * Digest.byteCount else {
            throw StorageFault(.notAStore, operation, cause: "its hashes are not all there")
        }
        let tree = MerkleTree(
            leafHashes: (0..<period.leaves).map {
                let start = $0 * Digest.byteCount
                return Digest(bytes: Array(hashes[start..<start + Digest.byteCount]))!
            })
        guard tree.root() == period.root else {
            throw StorageFault(.notAStore, operation, cause: "its hashes are not those of its root")
        }
        return indices.filter { $0.value < UInt64(min(leaves.count, period.leaves)) }
            .map { index in
                let bytes = leaves[Int(index.value)]
                return OpenedLeaf(
                    index: index, bytes: bytes,
                    path: tree.proveInclusion(of: index, in: tree.size),
                    isAsCommitted: MerkleHash.leaf(bytes) == tree.leafHash(at: index))
            }
    }

    // MARK: - Files

    func path(_ number: Int, _ name: String) -> String {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
        return "\(folder)/period-\(padded).\(name)"
    }

    /// The numbers of the periods that have a file of this name, growing.
    func numbers(of name: String) throws(StorageFault) -> [Int] {
        try PlainFile.names(in: folder).compactMap { file -> Int? in
            guard file.hasPrefix("period-"), file.hasSuffix("." + name) else { return nil }
            let digits = file.dropFirst("period-".count).dropLast(name.utf8.count + 1)
            return Int(digits).flatMap { path($0, name).hasSuffix("/" + file) ? $0 : nil }
        }.sorted()
    }

    func period(_ number: Int) throws(StorageFault) -> Period {
        let path = path(number, "json")
        guard let bytes = try PlainFile.read(path), let json = try? JSON.parse(bytes),
            json["number"]?.integer == Int64(number), let from = json["from"]?.integer,
            let to = json["to"]?.integer, let leaves = json["leaves"]?.integer, leaves >= 0,
            let root = json["root"]?.string.flatMap({ Digest(hex: $0) })
        else {
            throw StorageFault(.notAStore, "read \(path)", cause: "it describes no period")
        }
        return Period(number: number, from: from, to: to, leaves: Int(leaves), root: root)
    }

    /// The lines of a file, and what stands behind the last one that is whole.
    static func lines(_ bytes: [UInt8]) -> (whole: [[UInt8]], torn: [UInt8]) {
        var lines: [[UInt8]] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            lines.append(Array(bytes[start..<end]))
            start = end + 1
        }
        return (lines, Array(bytes[start...]))
    }
}
