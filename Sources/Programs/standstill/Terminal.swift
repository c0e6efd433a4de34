// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import TransparencyLog

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Why a command ends without having done what it was asked, in words for people.
struct Failure: Error, Equatable {
    var exitCode: Int32
    /// One line, without `error:` before it.
    var message: String
    /// The way out, where there is one.
    var hint: String?

    /// What was checked does not hold.
    static func doesNotHold(_ message: String, hint: String? = nil) -> Failure {
        Failure(exitCode: 1, message: message, hint: hint)
    }

    /// What was asked cannot be told from what is there: unknown is a verdict.
    static func unknown(_ message: String, hint: String? = nil) -> Failure {
        Failure(exitCode: 2, message: message, hint: hint)
    }

    /// The command was called wrongly.
    static func usage(_ message: String, hint: String? = nil) -> Failure {
        Failure(exitCode: 64, message: message, hint: hint)
    }

    /// A file or answer is not what its format says.
    static func malformed(_ message: String, hint: String? = nil) -> Failure {
        Failure(exitCode: 65, message: message, hint: hint)
    }

    /// Nobody answers there.
    static func unreachable(_ message: String, hint: String? = nil) -> Failure {
        Failure(exitCode: 69, message: message, hint: hint)
    }

    /// The program is wrong, whatever it was given.
    static func bug(
        _ message: String, hint: String? = "this is a bug of standstill; please report it"
    )
        -> Failure
    {
        Failure(exitCode: 70, message: message, hint: hint)
    }

    /// The disk or the network failed.
    static func fault(_ message: String, hint: String? = nil) -> Failure {
        Failure(exitCode: 74, message: message, hint: hint)
    }

    /// Well-formed, but not allowed.
    static func notPermitted(_ message: String, hint: String? = nil) -> Failure {
        Failure(exitCode: 77, message: message, hint: hint)
    }
}

// MARK: - Writing to the terminal

/// Prints one JSON document on standard output, as `--json` promises.
func printJSON(_ json: JSON) {
    print(String(decoding: json.prettyBytes, as: UTF8.self), terminator: "")
}

/// Prints one line on standard error, at once.
func printError(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    var written = 0
    while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        // Nobody can be told that standard error is gone.
        guard count > 0 || (count < 0 && errno == EINTR) else { return }
        written += max(count, 0)
    }
}

/// Makes sure that everything printed so far has left the process.
///
/// - Throws: ``Failure`` 74 where standard output cannot be written: a cut-off answer must not look
///   whole.
func flushOutput() throws(Failure) {
    guard fflush(nil) == 0 else {
        throw .fault("standard output cannot be written: \(systemReason(errno))")
    }
}

/// The system's sentence for an error number, in lower case as it follows a colon.
func systemReason(_ number: Int32) -> String {
    let text = String(cString: strerror(number))
    return text.prefix(1).lowercased() + text.dropFirst()
}

// MARK: - The clock

extension Time {
    /// What this machine's clock says, in whole milliseconds.
    static var now: Time {
        Time(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
    }
}

// MARK: - Reading files

/// The bytes of a file, or of standard input for `-`.
///
/// - Throws: ``Failure`` 74 where the file cannot be read, 65 where it is longer than `limit`
///   bytes.
func readFile(_ path: String, limit: Int = 1 << 30) throws(Failure) -> [UInt8] {
    if path == "-" { return try readAll(descriptor: 0, name: "standard input", limit: limit) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .fault("\(path): cannot be read: \(systemReason(errno))") }
    defer { close(descriptor) }
    return try readAll(descriptor: descriptor, name: path, limit: limit)
}

/// The text of a file that must be UTF-8.
func readText(_ path: String, limit: Int = 1 << 26) throws(Failure) -> String {
    guard let text = String(validating: try readFile(path, limit: limit), as: UTF8.self) else {
        throw .malformed("\(path): not UTF-8 text")
    }
    return text
}

/// The JSON value of a file; its place is named where it is malformed.
func readJSON(_ path: String, limit: Int = 1 << 26) throws(Failure) -> JSON {
    let bytes = try readFile(path, limit: limit)
    do throws(MalformedJSON) {
        return try JSON.parse(bytes)
    } catch {
        throw .malformed("\(path):\(error.line):\(error.column): \(error.reason)")
    }
}

/// Hands on a file, or standard input for `-`, in pieces, for files that need not fit into memory.
func readPieces(_ path: String, _ take: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    if path == "-" { return try readPieces(descriptor: 0, name: "standard input", take) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .fault("\(path): cannot be read: \(systemReason(errno))") }
    defer { close(descriptor) }
    try readPieces(descriptor: descriptor, name: path, take)
}

private func readPieces(
    descriptor: Int32, name: String, _ take: ([UInt8]) throws(Failure) -> Void
) throws(Failure) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw .fault("\(name): cannot be read: \(systemReason(errno))") }
        guard count > 0 else { return }
        try take(Array(buffer[..<count]))
    }
}

private func readAll(descriptor: Int32, name: String, limit: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    try readPieces(descriptor: descriptor, name: name) { (piece) throws(Failure) in
        guard bytes.count + piece.count <= limit else {
            throw .malformed("\(name): longer than the \(limit) bytes that are read")
        }
        bytes.append(contentsOf: piece)
    }
    return bytes
}
