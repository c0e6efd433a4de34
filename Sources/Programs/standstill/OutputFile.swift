// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A file that appears under its name only when it is whole: a crash or a full disk leaves what was
/// there.
///
/// The path `-` writes to standard output instead.
struct OutputFile: ~Copyable {
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private var committed = false

    /// - Parameter isSecret: whether only the owner may read it.
    /// - Throws: ``Failure`` 74 where no file can be made there.
    init(_ path: String, isSecret: Bool = false) throws(Failure) {
        self.path = path
        temporary = "\(path).\(getpid()).partial"
        guard path != "-" else {
            descriptor = 1
            return
        }
        descriptor = open(
            temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isSecret ? 0o600 : 0o644)
        guard descriptor >= 0 else {
            throw .fault("\(path): cannot be written: \(systemReason(errno))")
        }
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        try writeAll(bytes, to: descriptor, name: path)
    }

    /// Makes it durable, then gives it its name.
    consuming func commit() throws(Failure) {
        guard path != "-" else { return }
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else {
            throw .fault("\(path): cannot be written: \(systemReason(errno))")
        }
        committed = true
        syncFolder(of: path)
    }

    deinit {
        guard path != "-" else { return }
        close(descriptor)
        if !committed { unlink(temporary) }
    }

    /// Writes a small file whole.
    static func write(
        _ bytes: [UInt8], to path: String, isSecret: Bool = false
    ) throws(Failure) {
        let file = try OutputFile(path, isSecret: isSecret)
        try file.write(bytes)
        try file.commit()
    }
}

/// Makes a file that only its owner may read, where no file is: a secret is never overwritten.
///
/// - Parameters:
///   - what: what it holds, for messages.
///   - option: the option that names another file.
/// - Throws: ``Failure`` 77 where something has that name already, 74 where the disk fails.
func createSecretFile(
    _ bytes: [UInt8], at path: String, what: String = "a key is", option: String = "--out"
) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
        guard errno != EEXIST else {
            throw .notPermitted(
                "\(path): exists already, and \(what) never overwritten",
                hint: "name another file with \(option)")
        }
        throw .fault("\(path): cannot be written: \(systemReason(errno))")
    }
    defer { close(descriptor) }
    do throws(Failure) {
        try writeAll(bytes, to: descriptor, name: path)
        guard fsync(descriptor) == 0 else {
            throw .fault("\(path): cannot be written: \(systemReason(errno))")
        }
    } catch {
        // Half a key is worth nothing, and would stand in the way of the next try.
        unlink(path)
        throw error
    }
    syncFolder(of: path)
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32, name: String) throws(Failure) {
    var written = 0
    while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes {
            write(descriptor, $0.baseAddress, $0.count)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw .fault("\(name): cannot be written: \(systemReason(errno))") }
        written += count
    }
}

/// A new name lasts only once its folder is on the disk, too. Some file systems cannot do it: no
/// failure.
private func syncFolder(of path: String) {
    let folder = path.contains("/") ? String(path[..<path.lastIndex(of: "/")!]) + "/" : "."
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
}
