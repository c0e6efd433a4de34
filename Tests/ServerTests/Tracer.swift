// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// One run of strace over a node, which makes one of its system calls fail.
final class Tracer {
    private let injection: Injection
    private let folder: URL
    private let record: URL
    private let process = Process()

    init(_ injection: Injection, in folder: URL) {
        self.injection = injection
        self.folder = folder
        record = folder.appending(path: "strace")
    }

    /// What to run in a program's place, so that it is traced from its first call on and still our
    /// child.
    var prefix: [String] {
        [Injection.program.path, "-D"] + injection.arguments(folder: folder, record: record)
    }

    struct NeverAttached: Error {}

    /// Takes hold of all threads of a running process.
    func attach(to identifier: Int32) async throws {
        process.executableURL = Injection.program
        process.arguments =
            injection.arguments(folder: folder, record: record) + ["-p", "\(identifier)"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        let tasks = "/proc/\(identifier)/task"
        for _ in 0..<500 {
            let threads = try FileManager.default.contentsOfDirectory(atPath: tasks)
            let isHeld = threads.allSatisfy { thread in
                let status = try? String(
                    contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8)
                // A thread that has ended meanwhile needs no tracer.
                return status.map { !$0.contains("TracerPid:\t0\n") } ?? true
            }
            if isHeld { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw NeverAttached()
    }

    /// Waits for strace, which ends with what it traced.
    func end() {
        guard process.isRunning else { return }
        process.waitUntilExit()
    }

    /// How many calls were made to fail, or ended the node; strace may still be writing that down.
    func touched() async throws -> Int {
        for _ in 0..<100 {
            let text = (try? String(contentsOf: record, encoding: .utf8)) ?? ""
            let count = text.split(separator: "\n").count {
                $0.contains("(INJECTED") || $0.contains("killed by SIGKILL")
            }
            if count > 0 { return count }
            try await Task.sleep(for: .milliseconds(20))
        }
        return 0
    }
}
