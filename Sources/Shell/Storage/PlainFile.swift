// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whole small files by the system's own calls, since durability depends on which of them are made.
enum PlainFile {
    /// The bytes of a file; nil where there is none.
    static func read(_ path: String) throws(StorageFault) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw fault(.cannotOpen, "open \(path)")
        }
        defer { _ = close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = system(descriptor, &buffer)
            guard count >= 0 else { throw fault(.failed, "read \(path)") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer.prefix(count))
        }
    }

    /// Whether there is something of that name.
    static func exists(_ path: String) throws(StorageFault) -> Bool {
        if access(path, F_OK) == 0 { return true }
        guard errno == ENOENT else { throw fault(.cannotOpen, "look for \(path)") }
        return false
    }

    /// Makes a file of these bytes that only its owner can write, and waits for the disk.
    static func create(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(StorageFault) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw fault(.cannotOpen, "create \(path)") }
        var isOpen = true
        defer { if isOpen { _ = close(descriptor) } }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { throw fault(.failed, "write \(path)") }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw fault(.failed, "fsync \(path)") }
        isOpen = false
        guard close(descriptor) == 0 else { throw fault(.failed, "close \(path)") }
    }

    /// Puts `path` in the place of `other`, and waits until the folder says so on the disk.
    static func move(_ path: String, to other: String) throws(StorageFault) {
        guard rename(path, other) == 0 else { throw fault(.failed, "rename \(path) to \(other)") }
        try synchronize(folderOf: other)
    }

    /// Makes a folder that only its owner can look into, and those around it, where there is none.
    static func makeFolder(_ path: String) throws(StorageFault) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, folder(of: path) != path else {
            throw fault(.cannotOpen, "make folder \(path)")
        }
        try makeFolder(folder(of: path))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw fault(.cannotOpen, "make folder \(path)")
        }
    }

    /// The names in a folder, sorted.
    static func names(in folder: String) throws(StorageFault) -> [String] {
        guard let stream = opendir(folder) else {
            throw fault(.cannotOpen, "list folder \(folder)")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names.sorted()
    }

    /// Waits until the names in the folder of `path` are on the disk.
    static func synchronize(folderOf path: String) throws(StorageFault) {
        let folder = folder(of: path)
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault(.cannotOpen, "open folder \(folder)") }
        defer { _ = close(descriptor) }
        guard fsync(descriptor) == 0 else { throw fault(.failed, "fsync folder \(folder)") }
    }

    /// The folder that a path lies in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A fault with the system's reason; to be made before anything else can change `errno`.
    static func fault(_ code: StorageFault.Code, _ operation: String) -> StorageFault {
        StorageFault(code, operation, cause: String(cString: strerror(errno)))
    }

    /// The system's `read`, whose name the method above has taken.
    private static func system(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, &buffer, buffer.count)
        #else
            Darwin.read(descriptor, &buffer, buffer.count)
        #endif
    }
}
