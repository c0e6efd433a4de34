// SPDX-License-Identifier: Apache-2.0

import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder of files that appears under its name only when it is whole.
///
/// It takes the place of an earlier one only where that was written here, too, as a file in it
/// says: nothing else is ever overwritten.
public struct FolderExport: ~Copyable {
    private let path: String
    private let partial: String
    private let replaces: Bool
    private var folders: Set<String> = []
    private var isCommitted = false

    /// The file that says who wrote the folder.
    static let mark = ".standstill-export"

    /// - Throws: ``StorageFault`` with ``StorageFault/Code/notAStore`` where something that was not
    ///   written here has that name.
    public init(at path: String) throws(StorageFault) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        partial = "\(path).\(getpid()).partial"
        replaces = FileManager.default.fileExists(atPath: path)
        if replaces, !FileManager.default.fileExists(atPath: "\(path)/\(FolderExport.mark)") {
            throw StorageFault(
                .notAStore, "export to \(path)",
                cause: "it holds something that was not exported, and is left alone")
        }
        try make(partial)
        let words = "Written by standstill. An export to this folder replaces all of it.\n"
        try write(Array(words.utf8), to: FolderExport.mark)
    }

    /// Writes one file.
    ///
    /// - Parameter name: below the folder, its parts separated by `/`.
    public mutating func write(_ bytes: [UInt8], to name: String) throws(StorageFault) {
        precondition(
            !name.split(separator: "/", omittingEmptySubsequences: false)
                .contains { $0.isEmpty || $0 == "." || $0 == ".." },
            "files are written below the folder")
        let file = "\(partial)/\(name)"
        let folder = PlainFile.folder(of: file)
        if folders.insert(folder).inserted { try make(folder) }
        do {
            try Data(bytes).write(to: URL(filePath: file))
        } catch {
            throw StorageFault(.failed, "write \(file)", cause: error.localizedDescription)
        }
    }

    /// Gives the folder its name, once all of it is on the disk.
    public consuming func commit() throws(StorageFault) {
        sync()
        let old = "\(path).\(getpid()).old"
        if replaces { try PlainFile.move(path, to: old) }
        do throws(StorageFault) {
            try PlainFile.move(partial, to: path)
        } catch {
            // Better the old one than none.
            if replaces { try? PlainFile.move(old, to: path) }
            throw error
        }
        isCommitted = true
        if replaces { try? FileManager.default.removeItem(atPath: old) }
    }

    deinit {
        if !isCommitted { try? FileManager.default.removeItem(atPath: partial) }
    }

    private func make(_ folder: String) throws(StorageFault) {
        do {
            try FileManager.default.createDirectory(
                at: URL(filePath: folder), withIntermediateDirectories: true)
        } catch {
            throw StorageFault(
                .cannotOpen, "make folder \(folder)", cause: error.localizedDescription)
        }
    }
}
