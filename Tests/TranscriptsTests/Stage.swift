// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where the package lies, and the programs that were built from it.
enum Built {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let scripts = root.appending(path: "Tests/TranscriptsTests")

    /// The folder that holds every program: that of the running tests, or else the release build's.
    static func folder(of programs: [String]) -> URL? {
        let beside = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        let folders = [
            beside, root.appending(path: ".build/release"), root.appending(path: ".build/debug"),
        ]
        return folders.first { folder in
            programs.allSatisfy {
                FileManager.default.isExecutableFile(atPath: folder.appending(path: $0).path)
            }
        }
    }
}

/// A folder of its own, in which one transcript is played with the real programs.
final class Stage {
    private let folder: URL
    private var environment: [String: String]
    private var servers: [(name: String, process: Process)] = []

    /// No command takes this long, in seconds.
    private static let patience: TimeInterval = 120

    init(programs: URL) throws {
        folder = FileManager.default.temporaryDirectory.appending(
            path: "transcript-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        environment = ProcessInfo.processInfo.environment
        environment["PATH"] = "\(programs.path):\(environment["PATH"] ?? "/usr/bin:/bin")"
        environment["SCRIPTS"] = Built.scripts.path
        // What programs remember between two runs belongs to this transcript alone.
        environment["XDG_STATE_HOME"] = folder.appending(path: "state").path
        environment["EXAMPLES"] = Built.root.appending(path: "Examples").path
        // Some servers have to know each other's address before they start.
        for (number, port) in try Stage.freePorts(8).enumerated() {
            environment["PORT\(number + 1)"] = "\(port)"
        }
    }

    /// Plays the step; returns what is wrong with it, or nil.
    func play(_ step: Transcript.Step) throws -> String? {
        switch step.action {
        case .run(let command, let expected, let status):
            let (output, actual) = try run(command)
            let lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(
                String.init)
            // The newline at the end of the last line begins no line of its own.
            let printed = lines.last == "" ? Array(lines.dropLast()) : lines
            guard actual == status, Wildcard.matches(printed, expected) else {
                return "$ \(command)\n\(output)? \(actual)"
            }
            return nil
        case .start(let name, let command): return try start(name, command)
        case .stop(let name): return stop(name)
        }
    }

    /// Ends what still runs and removes the folder; returns what did not end well.
    func clear() -> [String] {
        let complaints = servers.reversed().compactMap { stop($0.name) }
        try? FileManager.default.removeItem(at: folder)
        return complaints
    }

    private func process(_ command: String) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = folder
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Starts a child that can be told to stop: it inherits the calling thread's signal mask, and
    /// threads of a pool block nearly everything.
    private static func launch(_ process: Process) throws {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        try process.run()
    }

    private func run(_ command: String) throws -> (String, Int32) {
        let process = process(command)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try Stage.launch(process)
        let alarm = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + Stage.patience, execute: alarm)
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        alarm.cancel()
        let status =
            process.terminationReason == .exit
            ? process.terminationStatus : 128 + process.terminationStatus
        return (String(decoding: bytes, as: UTF8.self), status)
    }

    private func start(_ name: String, _ command: String) throws -> String? {
        // The shell gives way to the server, so that a signal reaches it.
        let process = process("exec \(command)")
        let pipe = Pipe()
        process.standardOutput = pipe
        let log = folder.appending(path: "\(name).stderr")
        try Data().write(to: log)
        process.standardError = try FileHandle(forWritingTo: log)
        try Stage.launch(process)
        servers.append((name, process))
        let alarm = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + Stage.patience, execute: alarm)
        defer { alarm.cancel() }
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n") {
            let piece = pipe.fileHandleForReading.availableData
            guard !piece.isEmpty else {
                let errors = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
                return "& \(name) \(command)\nended before its first line:\n\(errors)"
            }
            line += piece
        }
        let first = String(decoding: line, as: UTF8.self).split(separator: "\n").first ?? ""
        let words = "listening on "
        guard first.hasPrefix(words) else {
            return "& \(name) \(command)\n\(first)\nis not `listening on …`"
        }
        environment[name] = String(first.dropFirst(words.count))
        return nil
    }

    private func stop(_ name: String) -> String? {
        guard let place = servers.lastIndex(where: { $0.name == name }) else {
            return "no server \(name) runs"
        }
        let process = servers.remove(at: place).process
        let alarm = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + Stage.patience, execute: alarm)
        process.terminate()
        process.waitUntilExit()
        alarm.cancel()
        let isClean = process.terminationReason == .exit && process.terminationStatus == 0
        guard !isClean else { return nil }
        let log = folder.appending(path: "\(name).stderr")
        let errors = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return "\(name) ended with \(process.terminationStatus):\n\(errors)"
    }

    /// Ports that nobody listened on a moment ago.
    static func freePorts(_ count: Int) throws -> [UInt16] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            #if canImport(Darwin)
                let descriptor = socket(AF_INET, SOCK_STREAM, 0)
            #else
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            #endif
            sockets.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let bound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                }
            }
            guard bound else { throw CocoaError(.featureUnsupported) }
            return UInt16(bigEndian: address.sin_port)
        }
    }
}
