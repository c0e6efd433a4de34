// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Samples of one site on a disk, a folder a site, for one process.
///
/// Leaves of the period under way are appended to a file of lines and are on the disk when
/// ``append(_:)`` returns. Closing a period gives it its root; from then on it never changes. What
/// a leaf says is its owner's business.
public final class SiteBuffer {
    public let archive: SiteArchive
    /// The last record of the period under way, where a crash left only a part of it: it was never
    /// said to be kept, and is no longer there.
    public let droppedTail: [UInt8]?
    /// Held as long as the buffer lives.
    private let lock: StoreLock
    private var descriptor: Int32
    private var openLeaves: [[UInt8]]

    private var openPath: String { archive.folder + "/open.jsonl" }

    /// Opens the folder, making it where there is none.
    ///
    /// A period whose closing was cut short is under way again: nobody was told its root.
    ///
    /// - Throws: ``StorageFault`` where it cannot be opened or is in use.
    public init(folder: String) throws(StorageFault) {
        try PlainFile.makeFolder(folder)
        lock = try StoreLock(path: folder + "/lock")
        archive = SiteArchive(folder: folder)
        try SiteBuffer.undoClosing(in: archive)
        let path = folder + "/open.jsonl"
        let (whole, torn) = SiteArchive.lines(try PlainFile.read(path) ?? [])
        descriptor = try SiteBuffer.appendable(path)
        openLeaves = whole
        droppedTail = torn.isEmpty ? nil : torn
        if !torn.isEmpty {
            let length = whole.reduce(0) { $0 + $1.count + 1 }
            guard ftruncate(descriptor, off_t(length)) == 0, fsync(descriptor) == 0 else {
                throw PlainFile.fault(.failed, "drop the torn record of \(path)")
            }
        }
    }

    deinit { _ = close(descriptor) }

    /// The leaves of the period under way, the oldest first.
    public var leaves: [[UInt8]] { openLeaves }

    /// Adds leaves, which are on the disk when this returns.
    ///
    /// - Precondition: no leaf holds a newline.
    public func append(_ leaves: [[UInt8]]) throws(StorageFault) {
        precondition(leaves.allSatisfy { !$0.contains(0x0A) }, "a leaf is a line")
        let bytes: [UInt8] = leaves.flatMap { (leaf: [UInt8]) -> [UInt8] in leaf + [0x0A] }
        let held = lseek(descriptor, 0, SEEK_END)
        do throws(StorageFault) {
            try write(bytes)
        } catch {
            // What is only half there must not be continued.
            if held >= 0 { _ = ftruncate(descriptor, held) }
            throw error
        }
        openLeaves += leaves
    }

    private func write(_ bytes: [UInt8]) throws(StorageFault) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                system(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw PlainFile.fault(.failed, "append to \(openPath)") }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw PlainFile.fault(.failed, "fsync \(openPath)") }
    }

    /// Closes the period under way; its leaves and its root never change again.
    ///
    /// - Parameters:
    ///   - from: when it began, in milliseconds since 1970.
    ///   - to: when it ended.
    /// - Returns: the period, which is on the disk.
    public func closePeriod(from: Int64, to: Int64) throws(StorageFault) -> SiteArchive.Period {
        let number = (try archive.numbers(of: "json").last ?? 0) + 1
        let hashes = openLeaves.map { MerkleHash.leaf($0) }
        let period = SiteArchive.Period(
            number: number, from: from, to: to, leaves: hashes.count,
            root: MerkleTree(leafHashes: hashes).root())
        try PlainFile.create(
            archive.path(number, "leaves"), hashes.flatMap(\.bytes), mode: 0o644)
        _ = close(descriptor)
        try PlainFile.move(openPath, to: archive.path(number, "jsonl"))
        // The description comes last: without it the closing is undone at the next start.
        let json: JSON = [
            "number": .integer(Int64(number)), "from": .integer(from), "to": .integer(to),
            "leaves": .integer(Int64(hashes.count)), "root": .string(period.root.hex),
        ]
        try MarkFile(path: archive.path(number, "json"))
            .replace(with: json.canonicalBytes + [0x0A])
        openLeaves = []
        descriptor = try SiteBuffer.appendable(openPath)
        return period
    }

    /// Removes the leaves of periods that ended before `time` and have this attachment, which says
    /// that somebody acknowledged them. Their roots stay.
    ///
    /// - Returns: the numbers of the periods that were pruned.
    public func prune(
        endedBefore time: Int64, acknowledgedBy name: String
    ) throws(StorageFault) -> [Int] {
        var pruned: [Int] = []
        for number in try archive.numbers(of: "jsonl") {
            let period = try archive.period(number)
            guard period.to < time, try archive.attachment(name, of: number) != nil else {
                continue
            }
            for part in ["jsonl", "leaves"] {
                guard unlink(archive.path(number, part)) == 0 || errno == ENOENT else {
                    throw PlainFile.fault(.failed, "remove \(archive.path(number, part))")
                }
            }
            pruned.append(number)
        }
        if !pruned.isEmpty { try PlainFile.synchronize(folderOf: openPath) }
        return pruned
    }

    // MARK: - Starting

    private static func undoClosing(in archive: SiteArchive) throws(StorageFault) {
        let described = Set(try archive.numbers(of: "json"))
        let open = archive.folder + "/open.jsonl"
        for number in try archive.numbers(of: "jsonl") where !described.contains(number) {
            let isFree = try PlainFile.read(open)?.isEmpty ?? true
            guard isFree else {
                throw StorageFault(
                    .notAStore, "open \(archive.folder)",
                    cause: "period \(number) is not described, and another one is under way")
            }
            try PlainFile.move(archive.path(number, "jsonl"), to: open)
        }
    }

    private static func appendable(_ path: String) throws(StorageFault) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw PlainFile.fault(.cannotOpen, "open \(path)") }
        try PlainFile.synchronize(folderOf: path)
        return descriptor
    }

    /// The system's `write`, whose name the method above has taken.
    private func system(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes, count)
        #else
            Darwin.write(descriptor, bytes, count)
        #endif
    }
}
