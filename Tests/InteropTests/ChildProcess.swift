// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A program started by a test, its output kept in files so that no full pipe can stop it.
final class ChildProcess {
    struct Ended: Error, CustomStringConvertible {
        let description: String
    }

    private let process = Process()
    private let name: String
    private let output: URL
    private let errors: URL

    /// Starts `program`; `folder` takes what it prints.
    init(_ program: URL, _ arguments: [String], in folder: URL) throws {
        name = "\(program.lastPathComponent) \(arguments.first ?? "")"
        let stem = UUID().uuidString
        output = folder.appending(path: "\(stem).out")
        errors = folder.appending(path: "\(stem).err")
        for file in [output, errors] { try Data().write(to: file) }
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    deinit {
        // Foundation waits for whoever inherited its socket, too: a program started later, which
        // may be one that ends after this one. So the end is looked for, not waited for.
        guard process.isRunning else { return }
        process.terminate()
        for _ in 0..<100 where process.isRunning { Thread.sleep(forTimeInterval: 0.05) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    var printed: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }
    var complained: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// The first line on standard output that satisfies `isWanted`, as soon as it is there.
    func line(where isWanted: (Substring) -> Bool) async throws -> String {
        for _ in 0..<2400 {
            let complete = printed.split(separator: "\n", omittingEmptySubsequences: false)
                .dropLast()
            if let line = complete.first(where: isWanted) { return String(line) }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Ended(
            description: "\(name) did not print what was waited for: \(printed)\(complained)")
    }

    /// Waits for the end; throws with all that was printed unless the status is 0.
    @discardableResult
    func succeed() throws -> String {
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Ended(
                description:
                    "\(name) ended with \(process.terminationStatus): \(printed)\(complained)")
        }
        return printed
    }
}
