// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A terminal at which a lesson is played: variables and the folder last from one command to the
/// next, and servers run beside it.
final class Desk {
    private let folder: URL
    private let programs: URL
    private var ports: [String: UInt16] = [:]
    private var servers: [(command: String, process: Process)] = []

    /// What is repeated has to come true within so many seconds.
    private let patience: TimeInterval

    /// No other command takes so many seconds, nor does the end of a server.
    private static let limit: TimeInterval = 60

    init(programs: URL, patience: TimeInterval = 30) throws {
        self.programs = programs
        self.patience = patience
        folder = FileManager.default.temporaryDirectory.appending(
            path: "lesson-\(UUID().uuidString)")
        let home = folder.appending(path: "home")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        try Data().write(to: folder.appending(path: "variables"))
        try Data(home.path.utf8).write(to: folder.appending(path: "place"))
    }

    /// Plays the step; returns what is wrong with it, or nil.
    func play(_ step: Lesson.Step) throws -> String? {
        let command = try withFreePorts(step.command)
        if step.isServer { return try start(String(command.dropLast(2))) }
        let expected = try step.expected.map(withFreePorts)
        let end = Date(timeIntervalSinceNow: step.isRepeated ? patience : 0)
        while true {
            let (output, status) = try run(command)
            let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
                .map(String.init)
            let printed = lines.last == "" ? Array(lines.dropLast()) : lines
            if status == step.status, Wildcard.matches(printed, expected) { return nil }
            if Date() >= end { return "$ \(command)\n\(output)? \(status)" }
            Thread.sleep(forTimeInterval: 0.2)
        }
    }

    /// Ends what still runs and removes the folder; returns what did not end well.
    func clear() -> [String] {
        defer { try? FileManager.default.removeItem(at: folder) }
        return servers.reversed().compactMap { command, process in
            process.terminate()
            let alarm = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
            DispatchQueue.global().asyncAfter(deadline: .now() + Desk.limit, execute: alarm)
            process.waitUntilExit()
            alarm.cancel()
            let isClean = process.terminationReason == .exit && process.terminationStatus == 0
            return isClean ? nil : "\(command)\nended with \(process.terminationStatus)"
        }
    }

    private func start(_ command: String) throws -> String? {
        // The shell gives way to the server, so that a signal reaches it.
        let process = process("exec \(command)")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        servers.append((command, process))
        return nil
    }

    private func run(_ command: String) throws -> (String, Int32) {
        let process = process(
            """
            \(command)
            ended=$?; export -p > "$DESK/variables"; pwd > "$DESK/place"; exit $ended
            """)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let alarm = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + Desk.limit, execute: alarm)
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        alarm.cancel()
        let status =
            process.terminationReason == .exit
            ? process.terminationStatus : 128 + process.terminationStatus
        return (String(decoding: bytes, as: UTF8.self), status)
    }

    private func process(_ command: String) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", "set -a; . \"$DESK/variables\"; cd \"$(cat \"$DESK/place\")\"\n\(command)",
        ]
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = "\(programs.path):\(environment["PATH"] ?? "/usr/bin:/bin")"
        environment["REPO"] = Built.root.path
        environment["DESK"] = folder.path
        // What programs remember between two runs belongs to this reader alone.
        environment["XDG_STATE_HOME"] = folder.appending(path: "state").path
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// The text with a free port in the place of each that a reader's machine has free.
    private func withFreePorts(_ text: String) throws -> String {
        let start = "127.0.0.1:86"
        var parts = text.components(separatedBy: start)
        for index in parts.indices.dropFirst() {
            let number = String(parts[index].prefix(2))
            guard number.count == 2, number.allSatisfy(\.isNumber) else {
                parts[index] = start + parts[index]
                continue
            }
            let port = try ports[number] ?? unusedPort()
            ports[number] = port
            parts[index] = "127.0.0.1:\(port)\(parts[index].dropFirst(2))"
        }
        return parts.joined()
    }

    private func unusedPort() throws -> UInt16 {
        // Several at once, since one that was given out and is not listened on yet may come again.
        let taken = Set(ports.values)
        let port = try Stage.freePorts(taken.count + 1).first { !taken.contains($0) }
        guard let port else { throw CocoaError(.featureUnsupported) }
        return port
    }
}
