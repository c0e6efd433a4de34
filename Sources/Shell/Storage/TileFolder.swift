// SPDX-License-Identifier: Apache-2.0

import Foundation
public import TransparencyLog

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A log as a folder of files that any web server can serve: `checkpoint` and `tile/…`.
///
/// A file is there whole or not at all. Nothing is ever taken away: partial tiles of sizes that
/// were published stay.
///
/// Source: C2SP tlog-tiles.
public struct TileFolder: Sendable {
    /// Without a slash at the end.
    public let path: String

    /// The file that says who wrote the folder.
    private static let mark = ".standstill-log"
    /// Where a file is written before it gets its name.
    private static let draft = ".standstill-draft"
    /// Where entry bundles lie of which nobody knows yet whether they are right.
    private static let incoming = ".standstill-incoming"

    /// Opens a folder, or makes it.
    ///
    /// - Throws: ``StorageFault`` with ``StorageFault/Code/notAStore`` where it holds something
    ///   that was not written here.
    public init(at path: String) throws(StorageFault) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        if try PlainFile.read("\(path)/\(Self.mark)") != nil { return }
        if FileManager.default.fileExists(atPath: path), try PlainFile.names(in: path).count > 2 {
            throw StorageFault(
                .notAStore, "export to \(path)",
                cause: "it holds something that was not exported, and is left alone")
        }
        try make(path)
        let words = "Written by standstill: a transparency log in the form of C2SP tlog-tiles.\n"
        try replace(Self.mark, with: Array(words.utf8))
    }

    /// A tile or entry bundle; nil where there is none.
    public func read(_ tile: TilePath) throws(StorageFault) -> [UInt8]? {
        try PlainFile.read("\(path)/\(tile.path)")
    }

    /// The checkpoint, of which nothing is verified; nil where there is none yet.
    public func readCheckpoint() throws(StorageFault) -> [UInt8]? {
        try PlainFile.read("\(path)/checkpoint")
    }

    /// Writes a tile or entry bundle, without waiting for the disk.
    public func write(_ bytes: [UInt8], to tile: TilePath) throws(StorageFault) {
        try write(bytes, toFile: "\(path)/\(tile.path)")
    }

    // MARK: - What is not verified yet

    /// Keeps an entry bundle apart until it is known to be right.
    func stage(_ bytes: [UInt8], for tile: TilePath) throws(StorageFault) {
        try write(bytes, toFile: stagedFile(tile))
    }

    /// An entry bundle that was kept apart; nil where there is none.
    func readStaged(_ tile: TilePath) throws(StorageFault) -> [UInt8]? {
        try PlainFile.read(stagedFile(tile))
    }

    /// Forgets all that was kept apart.
    func discardStaged() throws(StorageFault) {
        let folder = "\(path)/\(Self.incoming)"
        guard FileManager.default.fileExists(atPath: folder) else { return }
        do { try FileManager.default.removeItem(atPath: folder) } catch {
            throw StorageFault(.failed, "remove \(folder)", cause: error.localizedDescription)
        }
    }

    private func stagedFile(_ tile: TilePath) -> String {
        "\(path)/\(Self.incoming)/\(tile.index).\(tile.width)"
    }

    private func write(_ bytes: [UInt8], toFile file: String) throws(StorageFault) {
        let draft = "\(path)/\(Self.draft)"
        try make(PlainFile.folder(of: file))
        do {
            try Data(bytes).write(to: URL(filePath: draft))
        } catch {
            throw StorageFault(.failed, "write \(file)", cause: error.localizedDescription)
        }
        guard rename(draft, file) == 0 else {
            throw PlainFile.fault(.failed, "rename \(draft) to \(file)")
        }
    }

    /// Puts a checkpoint in the place of the one before, once everything that was written is on the
    /// disk: whoever reads it finds all of its tiles.
    public func publish(_ checkpoint: [UInt8]) throws(StorageFault) {
        sync()
        try replace("checkpoint", with: checkpoint)
    }

    private func replace(_ name: String, with bytes: [UInt8]) throws(StorageFault) {
        let draft = "\(path)/\(Self.draft)"
        try PlainFile.create(draft, bytes, mode: 0o644)
        try PlainFile.move(draft, to: "\(path)/\(name)")
    }

    private func make(_ folder: String) throws(StorageFault) {
        if mkdir(folder, 0o755) == 0 || errno == EEXIST { return }
        do {
            try FileManager.default.createDirectory(
                at: URL(filePath: folder), withIntermediateDirectories: true)
        } catch {
            throw StorageFault(
                .cannotOpen, "make folder \(folder)", cause: error.localizedDescription)
        }
    }
}
