// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// Writes a log into a folder, entry bundle by entry bundle, in flat memory.
///
/// What was fetched is kept apart until the entries are known to have the checkpoint's root; only
/// then are tiles written, and the checkpoint last. What an export that broke off has left is used
/// again: it is hashed, not fetched.
public struct LogExport: Sendable {
    public let folder: TileFolder
    /// What the folder holds, verified by the caller; nil for a new one.
    public let held: Checkpoint?

    /// - Parameter held: the folder's own checkpoint, once its signatures were checked.
    public init(folder: TileFolder, held: Checkpoint?) {
        self.folder = folder
        self.held = held
    }

    /// The entries of a bundle by its index: at least so many of them.
    public typealias Source = (_ bundle: UInt64, _ count: Int) async throws -> [[UInt8]]

    /// What was done.
    public struct Outcome: Hashable, Sendable {
        /// Entries that were not in the folder before.
        public let added: UInt64
        /// Entry bundles that the source had to give.
        public let fetched: Int
    }

    /// Brings the folder to a checkpoint.
    ///
    /// - Parameter note: the checkpoint with its signatures, verified by the caller.
    /// - Parameter report: is told how many entries are done.
    /// - Throws: ``ExportRefusal``; ``StorageFault``; whatever the source throws.
    public func extend(
        to checkpoint: Checkpoint, _ note: UnverifiedNote, from source: Source,
        report: (UInt64) -> Void = { _ in }
    ) async throws -> Outcome {
        if let held {
            guard held.size <= checkpoint.size else {
                throw ExportRefusal.smaller(held: held.size, offered: checkpoint.size)
            }
            guard held.size < checkpoint.size || held.root == checkpoint.root else {
                throw ExportRefusal.otherHistory(checkpoint.size)
            }
        }
        var fetched = 0
        var pass = Pass(size: checkpoint.size, root: checkpoint.root, isTrusting: true)
        if try await !verify(pass, source, &fetched, report) {
            // What an export left behind may be broken: everything is fetched anew, once.
            try folder.discardStaged()
            pass.isTrusting = false
            guard try await verify(pass, source, &fetched, report) else {
                try folder.discardStaged()
                throw ExportRefusal.otherEntries(checkpoint.size)
            }
        }
        try write(pass)
        try folder.publish(note.bytes)
        try folder.discardStaged()
        let before = held?.size.value ?? 0
        return Outcome(added: checkpoint.size.value - before, fetched: fetched)
    }

    /// One way through the entries up to a tree.
    private struct Pass {
        let size: TreeSize
        let root: Digest
        /// Whether bundles that lie in the folder may be used.
        var isTrusting: Bool

        /// The bundle that comes next.
        func next(after edge: TileFrontier) -> TilePath {
            let width = UInt64(TilePath.fullWidth)
            let index = edge.size.value / width
            let count = min(width, size.value - index * width)
            guard let path = TilePath(kind: .entries, index: index, width: Int(count)) else {
                preconditionFailure("a bundle has 1 to 256 entries")
            }
            return path
        }
    }

    /// Gets every entry that the folder lacks, and says whether the whole has the right root.
    /// Nothing that is shown changes.
    private func verify(
        _ pass: Pass, _ source: Source, _ fetched: inout Int, _ report: (UInt64) -> Void
    ) async throws -> Bool {
        var edge = try start()
        while edge.size < pass.size {
            let path = pass.next(after: edge)
            var entries = pass.isTrusting ? try read(path) : nil
            if entries == nil {
                let given = Array(try await source(path.index, path.width).prefix(path.width))
                fetched += 1
                guard given.count == path.width else { return false }
                try folder.stage(EntryBundle.encode(given), for: path)
                entries = given
            }
            let known = edge.lastLeafHashes
            guard let entries, known == entries.prefix(known.count).map(MerkleHash.leaf) else {
                return false
            }
            for entry in entries.dropFirst(known.count) { _ = edge.append(MerkleHash.leaf(entry)) }
            report(edge.size.value)
        }
        return edge.root() == pass.root
    }

    /// Writes the tiles of what was verified.
    private func write(_ pass: Pass) throws {
        var edge = try start()
        while edge.size < pass.size {
            let path = pass.next(after: edge)
            guard let entries = try read(path) else {
                throw StorageFault(
                    .damaged, "read \(path) of \(folder.path)",
                    cause: "it is not there any more, or is broken")
            }
            for entry in entries.dropFirst(edge.lastLeafHashes.count) {
                for tile in edge.append(MerkleHash.leaf(entry)) {
                    try folder.write(tile.bytes, to: tile.path)
                }
            }
            try folder.write(EntryBundle.encode(entries), to: path)
        }
        guard edge.root() == pass.root else {
            throw StorageFault(
                .damaged, "export to \(folder.path)",
                cause: "the entries are not those that were verified a moment ago")
        }
        for tile in edge.partials { try folder.write(tile.bytes, to: tile.path) }
    }

    /// The edge that the folder holds; that of an empty tree where its tiles are not those of its
    /// checkpoint.
    private func start() throws(StorageFault) -> TileFrontier {
        guard let held else { return TileFrontier() }
        var tiles: [TilePath: [UInt8]] = [:]
        for path in TilePath.partials(for: held.size) { tiles[path] = try folder.read(path) }
        guard let edge = TileFrontier(size: held.size, tile: { tiles[$0] }),
            edge.root() == held.root
        else { return TileFrontier() }
        return edge
    }

    /// A bundle that was kept apart, or lies in the folder; nil where there is none, or it is
    /// broken.
    private func read(_ path: TilePath) throws(StorageFault) -> [[UInt8]]? {
        if let staged = Self.entries(try folder.readStaged(path), of: path) { return staged }
        return Self.entries(try folder.read(path), of: path)
    }

    private static func entries(_ bytes: [UInt8]?, of path: TilePath) -> [[UInt8]]? {
        guard let bytes, let entries = try? EntryBundle.parse(bytes), entries.count == path.width
        else { return nil }
        return entries
    }

    /// Hashes everything again that the folder's checkpoint stands for.
    ///
    /// - Returns: the first file that is missing or not what it should be; nil where all is well.
    public func firstFault(report: (UInt64) -> Void = { _ in }) throws(StorageFault) -> String? {
        guard let held else { return "checkpoint" }
        var edge = TileFrontier()
        let width = UInt64(TilePath.fullWidth)
        while edge.size < held.size {
            let index = edge.size.value / width
            let count = Int(min(width, held.size.value - edge.size.value))
            let path = TilePath(kind: .entries, index: index, width: count)!
            guard let entries = Self.entries(try folder.read(path), of: path) else {
                return path.path
            }
            for entry in entries {
                for tile in edge.append(MerkleHash.leaf(entry)) {
                    if try folder.read(tile.path) != tile.bytes { return tile.path.path }
                }
            }
            report(edge.size.value)
        }
        for tile in edge.partials where try folder.read(tile.path) != tile.bytes {
            return tile.path.path
        }
        return edge.root() == held.root ? nil : "checkpoint"
    }
}

/// Why a folder was not brought to a checkpoint.
public enum ExportRefusal: Error, Hashable, CustomStringConvertible {
    /// The folder has gone further than what is offered.
    case smaller(held: TreeSize, offered: TreeSize)
    /// The folder holds another tree of the same size.
    case otherHistory(TreeSize)
    /// The entries are not those of the checkpoint, or do not extend those of the folder.
    case otherEntries(TreeSize)

    public var description: String {
        switch self {
        case .smaller(let held, let offered):
            "the folder holds \(held) entries, the checkpoint offered is of \(offered)"
        case .otherHistory(let size):
            "the folder holds another tree of \(size) entries, signed by the same log"
        case .otherEntries(let size):
            "the entries are not those of the checkpoint of \(size), or do not extend the folder's"
        }
    }
}
