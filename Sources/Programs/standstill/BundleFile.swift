// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A bundle's file, which is looked through twice and need not fit into memory. Standard input is
/// put into a file without a name first.
final class BundleFile {
    let name: String
    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    /// Lines that were read, but not handed on, from `start` on.
    private var rest: [UInt8] = []
    private var start = 0

    /// - Throws: ``Failure`` 74 where it cannot be read.
    init(_ path: String) throws(Failure) {
        name = path == "-" ? "standard input" : path
        if path == "-" {
            descriptor = try BundleFile.spooledInput()
        } else {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
        }
        guard descriptor >= 0 else {
            throw .fault("\(path): cannot be read: \(systemReason(errno))")
        }
    }

    deinit { close(descriptor) }

    private static func spooledInput() throws(Failure) -> Int32 {
        guard let file = tmpfile() else {
            throw .fault("a temporary file cannot be made: \(systemReason(errno))")
        }
        defer { fclose(file) }
        try readPieces("-") { (piece) throws(Failure) in
            guard fwrite(piece, 1, piece.count, file) == piece.count else {
                throw .fault("a temporary file cannot be written: \(systemReason(errno))")
            }
        }
        guard fflush(file) == 0 else {
            throw .fault("a temporary file cannot be written: \(systemReason(errno))")
        }
        let copy = dup(fileno(file))
        lseek(copy, 0, SEEK_SET)
        return copy
    }

    func rewind() throws(Failure) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw .fault("\(name): cannot be read twice: \(systemReason(errno))")
        }
        rest = []
        start = 0
    }

    /// The next bytes; empty at the end.
    func piece() throws(Failure) -> ArraySlice<UInt8> {
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw .fault("\(name): cannot be read: \(systemReason(errno))")
            }
            return buffer[..<count]
        }
    }

    /// The next line without its newline, and whether it had one; nil at the end. Of a line longer
    /// than any may be only the beginning is handed on.
    func line(_ longest: Int) throws(Failure) -> (bytes: [UInt8], isWhole: Bool)? {
        var searched = start
        while true {
            if let end = rest[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return (Array(rest[start..<end]), true)
            }
            searched = rest.count
            let more = try piece()
            if more.isEmpty || rest.count - start > longest {
                guard start < rest.count else { return nil }
                defer { start = rest.count }
                return (Array(rest[start...]), false)
            }
            rest.removeFirst(start)
            searched -= start
            start = 0
            rest += more
        }
    }
}
