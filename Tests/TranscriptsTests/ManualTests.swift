// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

private let programs = ["standstill", "standstill-node"]

/// Pages and completions are made from what the programs say about themselves.
@Suite(
    .enabled(
        if: Built.folder(of: programs) != nil
            || ProcessInfo.processInfo.environment["CI"] != nil,
        "skipped: the programs are not built"))
struct `The manual` {
    /// What a command printed, and how it ended.
    private func run(_ command: String) throws -> (text: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: bytes, as: UTF8.self), process.terminationStatus)
    }

    /// The path of every subcommand, the program itself first.
    private func commands(of program: String, in folder: URL) throws -> [[String]] {
        let dump = try run("'\(folder.path)/\(program)' --experimental-dump-help").text
        let json = try JSONSerialization.jsonObject(with: Data(dump.utf8)) as? [String: Any]
        func walk(_ command: [String: Any], _ path: [String]) -> [[String]] {
            let inner = command["subcommands"] as? [[String: Any]] ?? []
            return [path]
                + inner.flatMap { sub -> [[String]] in
                    guard let name = sub["commandName"] as? String, name != "help" else {
                        return []
                    }
                    return walk(sub, path + [name])
                }
        }
        let command = try #require(json?["command"] as? [String: Any])
        return walk(command, [program])
    }

    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "manual-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test(arguments: programs)
    func `has a page with an example for every subcommand`(_ program: String) throws {
        let built = try #require(Built.folder(of: programs))
        let commands = try commands(of: program, in: built)
        #expect(commands.count >= 4)
        let script = Built.root.appending(path: "scripts/man.py").path
        try withFolder { folder in
            let made = try run("'\(script)' '\(built.path)/\(program)' '\(folder.path)'")
            #expect(made.status == 0, "\(made.text)")
            let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(pages.sorted() == commands.map { $0.joined(separator: "-") + ".1" }.sorted())
            for page in pages {
                let text = try String(contentsOf: folder.appending(path: page), encoding: .utf8)
                let sections = text.split(separator: "\n").filter { $0.hasPrefix(".SH ") }
                for wanted in ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "EXIT STATUS"] {
                    #expect(sections.contains(".SH \(wanted)"), "\(page) has no \(wanted)")
                }
                let example = text.components(separatedBy: ".SH EXAMPLES\n").last ?? ""
                #expect(example.contains(".nf\nstandstill"), "\(page) shows no command")
            }
            try lint(folder)
        }
    }

    /// What the formatter of manual pages has to say, where there is one.
    private func lint(_ folder: URL) throws {
        guard try run("command -v groff").status == 0 else { return }
        let said = try run("cd '\(folder.path)' && groff -ww -z -man -Tutf8 -k *.1")
        #expect(said.status == 0 && said.text.isEmpty, "\(said.text)")
    }

    @Test func `is not finished without an example`() throws {
        let script = Built.root.appending(path: "scripts/man.py").path
        try withFolder { folder in
            let program = folder.appending(path: "bare")
            let help =
                #"{"command":{"commandName":"bare","abstract":"A.","discussion":"B.","arguments":[]}}"#
            try "#!/bin/sh\necho '\(help)'\n".write(to: program, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: program.path)
            let made = try run("'\(script)' '\(program.path)' '\(folder.path)/pages'")
            #expect(made.status == 1)
            #expect(made.text == "error: bare: its help has no example\n")
        }
    }

    @Test func `has completions for three shells, which bash can read`() throws {
        let built = try #require(Built.folder(of: programs))
        let script = Built.root.appending(path: "scripts/completions.sh").path
        try withFolder { folder in
            let made = try run("'\(script)' '\(built.path)' '\(folder.path)'")
            #expect(made.status == 0, "\(made.text)")
            #expect(made.text.split(separator: "\n").count == 6)
            let bash = folder.appending(path: "bash-completion/completions/standstill")
            let text = try String(contentsOf: bash, encoding: .utf8)
            for name in ["status", "explain", "watch", "may-i"] {
                #expect(text.contains(name), "\(name) is not completed")
            }
            let read = try run("bash -n '\(bash.path)'")
            #expect(read.status == 0, "\(read.text)")
        }
    }
}
