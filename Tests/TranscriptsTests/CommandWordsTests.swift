// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

private let programs = ["standstill", "standstill-node"]

/// Pages show no command that the programs do not have.
@Suite(
    .enabled(
        if: Built.folder(of: programs) != nil
            || ProcessInfo.processInfo.environment["CI"] != nil,
        "skipped: the programs are not built"))
struct `The pages` {
    private func described() throws -> [String: DescribedCommand] {
        let folder = try #require(Built.folder(of: programs), "the programs are not built")
        var described: [String: DescribedCommand] = [:]
        for program in programs {
            let process = Process()
            process.executableURL = folder.appending(path: program)
            process.arguments = ["--experimental-dump-help"]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            let json = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
            described[program] = DescribedCommand(
                try #require(json?["command"] as? [String: Any]))
        }
        return described
    }

    private static let pages: [String] = {
        let docs = Built.root.appending(path: "docs").path
        let found = FileManager.default.enumerator(atPath: docs)?.compactMap { $0 as? String }
        return ["README.md", "SECURITY.md"]
            + (found ?? []).filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }.sorted()
    }()

    @Test func `show only commands and options that there are`() throws {
        let described = try described()
        var count = 0
        for page in Self.pages {
            let text = try String(
                contentsOf: Built.root.appending(path: page), encoding: .utf8)
            for command in CommandWords.all(in: text, programs: Set(programs)) {
                count += 1
                let stranger = described[command.words[0]]?.stranger(in: command.words.dropFirst())
                guard let stranger else { continue }
                Issue.record(
                    "\(page):\(command.line): \(command.words.joined(separator: " ")): no \(stranger)"
                )
            }
        }
        #expect(Self.pages.contains("docs/OPERATING.md"))
        #expect(count > 100)
    }

    private func check(_ text: String, _ stranger: String?) throws {
        let described = try described()
        let found = CommandWords.all(in: text, programs: Set(programs)).compactMap {
            described[$0.words[0]]?.stranger(in: $0.words.dropFirst())
        }
        #expect(found.first == stranger, "\(text)")
    }

    @Test func `are read as a shell would read them`() throws {
        try check("`standstill status --node URL --agreement FILE`", nil)
        try check("`standstill stats`", "stats")
        try check("`standstill verify\nbundle FILE`, and `standstill verify bundel`", "bundel")
        try check("`standstill status --nodes URL`", "--nodes")
        try check("Say standstill nonsense, or `standstill`, or `standstill-draft/v1`.", nil)
        try check("```sh\n$ a | standstill submit - \\\n    --node URL --no-male\n```", "--no-male")
        try check("```\nfor a in b; do standstill sgin vote; done\n```", "sgin")
        try check("```\nx=$(standstill agreement id a --jason)\n```", "--jason")
        try check("`standstill vote q1 yes --reason 'no | standstill x --y'`", nil)
        try check("`standstill gate run --node URL -- command --whatever`", nil)
        try check("```ini\nExecStart=/usr/bin/standstill-node log \\\n  --sotre a\n```", "--sotre")
    }
}
