// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
public import TransparencyLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file of evidence, open for reading at any place, so that a large one needs little memory.
public final class EvidenceFile: Sendable {
    /// The path as it was given; messages name the file by it.
    public let path: String
    /// The size in bytes at the time of opening.
    public let size: Int
    private let descriptor: Int32

    /// - Throws: ``UnreadableFile`` where it cannot be opened or is no ordinary file.
    public init(path: String) throws(UnreadableFile) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw UnreadableFile(path: path, reason: Self.lastError) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let reason = Self.lastError
            close(descriptor)
            throw UnreadableFile(path: path, reason: reason)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw UnreadableFile(path: path, reason: "it is not an ordinary file")
        }
        self.path = path
        self.size = Int(status.st_size)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Exactly `count` bytes from `offset` on.
    ///
    /// - Throws: ``UnreadableFile`` where the disk fails or the file ends before.
    public func read(at offset: Int, count: Int) throws(UnreadableFile) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
            throw UnreadableFile(path: path, reason: "it ends before byte \(offset) + \(count)")
        }
        var done = 0
        var failure: String?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while done < count, failure == nil, let start = buffer.baseAddress {
                let got = pread(descriptor, start + done, count - done, off_t(offset + done))
                if got > 0 {
                    done += got
                } else if got == 0 {
                    failure = "it became shorter while it was read"
                } else if errno != EINTR {
                    failure = Self.lastError
                }
            }
            initialized = done
        }
        if let failure { throw UnreadableFile(path: path, reason: failure) }
        return bytes
    }

    /// All bytes of a file that is known to be small.
    ///
    /// - Throws: ``MalformedEvidence`` above `limit` bytes, ``UnreadableFile`` where the disk
    ///   fails.
    public func readAll(limit: Int) throws -> [UInt8] {
        guard size <= limit else {
            throw MalformedEvidence(
                file: path, reason: "\(size) bytes are more than the \(limit) read")
        }
        return try read(at: 0, count: size)
    }

    /// Passes the file on in pieces of at most a mebibyte, in order.
    public func forEachPiece(_ body: ([UInt8]) throws -> Void) throws {
        var offset = 0
        while offset < size {
            let count = min(1 << 20, size - offset)
            try body(read(at: offset, count: count))
            offset += count
        }
    }

    /// The SHA-256 of the whole file.
    public func digest() throws -> Digest {
        var stream = DigestStream()
        try forEachPiece { stream.update($0) }
        return stream.finalize()
    }

    private static var lastError: String { String(cString: strerror(errno)).lowercased() }
}
