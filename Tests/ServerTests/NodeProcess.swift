// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import Storage
import TransparencyLog

/// `standstill-node log` as a process of its own, over one folder that outlives it.
final class NodeProcess {
    /// The program of the same build as this test.
    static let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "standstill-node")

    /// Without the program there is nothing to try; where everything must be there, that is a
    /// failure.
    static let canRun =
        FileManager.default.isExecutableFile(atPath: program.path)
        || ProcessInfo.processInfo.environment["CI"] != nil

    struct Ended: Error {
        let words: String
    }

    let process = Process()
    let client: NodeClient
    let firstLine: String

    /// A folder with the agreement and the log's key.
    static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "node-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(ServerScene.yaml.utf8).write(to: folder.appending(path: "agreement.yaml"))
        try KeyFile.write(ServerScene.log, to: folder.appending(path: "node.pem").path)
        return folder
    }

    /// - Parameter tracer: makes one of its system calls fail, from the first one on.
    /// - Parameter store: nil for a file in the folder.
    /// - Parameter more: further arguments.
    init(
        in folder: URL, under tracer: Tracer? = nil, store: String? = nil, more: [String] = []
    ) async throws {
        let out = folder.appending(path: "out-\(UUID().uuidString)")
        let err = folder.appending(path: "err")
        try Data().write(to: out)
        if !FileManager.default.fileExists(atPath: err.path) { try Data().write(to: err) }
        let words =
            (tracer?.prefix ?? []) + [
                NodeProcess.program.path, "log", "--agreement", "agreement.yaml", "--store",
                store ?? "sqlite:\(folder.path)/log.db", "--key", "node.pem", "--listen",
                "127.0.0.1:0",
            ] + more
        process.executableURL = URL(filePath: words[0])
        process.currentDirectoryURL = folder
        process.arguments = Array(words.dropFirst())
        process.standardOutput = try FileHandle(forWritingTo: out)
        let errors = try FileHandle(forWritingTo: err)
        try errors.seekToEnd()
        process.standardError = errors
        try process.run()
        let started = process
        var line = ""
        for _ in 0..<500 where !line.hasSuffix("\n") {
            try await Task.sleep(for: .milliseconds(20))
            line = try String(contentsOf: out, encoding: .utf8)
            guard started.isRunning else {
                throw Ended(words: try String(contentsOf: err, encoding: .utf8))
            }
        }
        firstLine = line
        client = try NodeClient(
            url: String(line.dropFirst("listening on ".count).dropLast()), retries: 0)
        try await ServerScene.ready(client)
    }

    /// Checks a store in the folder with `standstill-node fsck`.
    static func fsck(
        in folder: URL, store: String = "log.db", _ more: [String] = []
    ) throws -> (code: Int32, text: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = program
        process.currentDirectoryURL = folder
        process.arguments =
            ["fsck", "--agreement", "agreement.yaml", "--store", "sqlite:\(store)"] + more
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let words = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: words, as: UTF8.self))
    }

    deinit { kill() }

    /// As if the power had gone.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Tells it to stop; returns how long that took.
    func stop() -> Duration {
        let start = ContinuousClock.now
        process.terminate()
        process.waitUntilExit()
        return ContinuousClock.now - start
    }
}
