// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder in which somebody keeps what it has read of a log: a small mark that says how far it
/// was checked, and the leaves.
///
/// The leaves are only there to spare a second download: they are trusted no further than the root
/// in the mark, and whatever is cut off or false is fetched again. Not for use by several tasks.
public final class KeptLog {
    private let lock: StoreLock
    private let markFile: MarkFile
    private let path: String
    private let descriptor: Int32
    /// Where the next leaf is read, or appended.
    private var offset: off_t = 0
    /// What was read of the file from ``offset`` on, behind the first `used` bytes.
    private var ahead: [UInt8] = []
    private var used = 0

    /// Opens the folder, making it where there is none.
    ///
    /// - Throws: ``StorageFault`` with ``StorageFault/Code/inUse`` where another process uses it.
    public init(folder: String) throws(StorageFault) {
        try PlainFile.makeFolder(folder)
        lock = try StoreLock(path: "\(folder)/lock")
        markFile = MarkFile(path: "\(folder)/mark.json")
        path = "\(folder)/leaves"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw PlainFile.fault(.cannotOpen, "open \(path)") }
    }

    deinit { _ = close(descriptor) }

    /// The mark; nil where none was kept yet.
    public func mark() throws(StorageFault) -> [UInt8]? { try markFile.read() }

    /// Puts another mark in its place; after a crash it is the old or the new one.
    public func replaceMark(with bytes: [UInt8]) throws(StorageFault) {
        try markFile.replace(with: bytes)
    }

    // MARK: - Leaves

    /// The next leaves, at most so many; none at the end, or where the rest is cut off.
    public func next(_ most: Int) throws(StorageFault) -> [[UInt8]] {
        var leaves: [[UInt8]] = []
        while leaves.count < most, let leaf = try nextLeaf() { leaves.append(leaf) }
        return leaves
    }

    private func nextLeaf() throws(StorageFault) -> [UInt8]? {
        if ahead.count - used < 2 + 65_535 { try fill() }
        guard ahead.count - used >= 2 else { return nil }
        let start = used + 2
        let end = start + Int(ahead[used]) << 8 + Int(ahead[used + 1])
        guard end <= ahead.count else { return nil }
        offset += off_t(end - used)
        used = end
        return Array(ahead[start..<end])
    }

    private func fill() throws(StorageFault) {
        ahead.removeFirst(used)
        used = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let count = pread(descriptor, &buffer, buffer.count, offset + off_t(ahead.count))
        guard count >= 0 else { throw PlainFile.fault(.failed, "read \(path)") }
        ahead += buffer.prefix(count)
    }

    private func forgetAhead() {
        ahead = []
        used = 0
    }

    /// Goes back to the first leaf.
    public func rewind() {
        offset = 0
        forgetAhead()
    }

    /// Drops all leaves behind those that were read; appending goes on there.
    public func cut() throws(StorageFault) {
        forgetAhead()
        guard ftruncate(descriptor, offset) == 0 else {
            throw PlainFile.fault(.failed, "truncate \(path)")
        }
    }

    /// Adds leaves behind those that were read or appended, without waiting for the disk.
    ///
    /// - Precondition: none has more than 65,535 bytes, and ``cut()`` came before.
    public func append(_ leaves: [[UInt8]]) throws(StorageFault) {
        precondition(ahead.isEmpty, "what lies behind was dropped")
        var bytes: [UInt8] = []
        for leaf in leaves {
            precondition(leaf.count <= 65_535, "a leaf has at most 65,535 bytes")
            bytes += [UInt8(leaf.count >> 8), UInt8(leaf.count & 0xFF)]
            bytes += leaf
        }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, offset + off_t(written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw PlainFile.fault(.failed, "write \(path)") }
            written += count
        }
        offset += off_t(bytes.count)
    }
}
