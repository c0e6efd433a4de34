// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

private let programs = ["standstill", "standstill-node"]

/// Plays the scripts in this folder with the programs that were built.
@Suite struct `The programs` {
    @Test(
        .enabled(
            if: Built.folder(of: programs) != nil
                || ProcessInfo.processInfo.environment["CI"] != nil,
            "skipped: the programs are not built"),
        arguments: Self.scripts)
    func `do what the transcript says`(_ script: String) throws {
        let programs = try #require(Built.folder(of: programs), "the programs are not built")
        let text = try String(contentsOf: Built.scripts.appending(path: script), encoding: .utf8)
        let transcript = try Transcript(name: script, text: text)
        let stage = try Stage(programs: programs)
        for step in transcript.steps {
            guard let wrong = try stage.play(step) else { continue }
            Issue.record("\(script):\(step.line): this is what happened:\n\(wrong)")
            // What follows builds on this, and would fail for no reason of its own.
            break
        }
        for complaint in stage.clear() { Issue.record("\(script): \(complaint)") }
    }

    @Test func `have transcripts`() {
        #expect(Self.scripts.count >= 4)
    }

    private static let scripts: [String] = {
        let names = try? FileManager.default.contentsOfDirectory(atPath: Built.scripts.path)
        return (names ?? []).filter { $0.hasSuffix(".transcript") }.sorted()
    }()
}

@Suite struct `A transcript` {
    private func check(_ lines: [String], _ expected: [String], _ outcome: Bool) {
        #expect(Wildcard.matches(lines, expected) == outcome, "\(lines) against \(expected)")
    }

    @Test func `compares lines, and lets … stand for anything`() {
        check([], [], true)
        check(["a"], [], false)
        check([], ["a"], false)
        check(["a b c"], ["a … c"], true)
        check(["a b d"], ["a … c"], false)
        check(["keyid: 12"], ["keyid: …"], true)
        check(["key: 12"], ["keyid: …"], false)
        check(["one two three"], ["…two…"], true)
        check(["a", "b", "c"], ["a", "…"], true)
        check(["a", "b", "c"], ["…", "c"], true)
        check(["a", "b", "c"], ["…", "d"], false)
        check(["a"], ["a", "…"], true)
    }

    @Test func `is read into its steps`() throws {
        let text = "A remark.\n$ echo a\na\n\n? 0\n\n& NODE server --listen x\n- NODE\n"
        let steps = try Transcript(name: "t", text: text).steps
        #expect(steps.map(\.line) == [2, 7, 8])
        guard case .run(let command, let expected, let status) = steps[0].action else {
            Issue.record("\(steps[0])")
            return
        }
        #expect(command == "echo a")
        #expect(expected == ["a", ""])
        #expect(status == 0)
    }

    @Test func `without an exit status is refused`() {
        #expect(throws: Transcript.Malformed.self) {
            try Transcript(name: "t", text: "$ a\n$ b\n? 0\n")
        }
        #expect(throws: Transcript.Malformed.self) { try Transcript(name: "t", text: "$ a\nout\n") }
        #expect(throws: Transcript.Malformed.self) { try Transcript(name: "t", text: "nothing\n") }
    }

    @Test func `notices what it did not expect`() throws {
        let stage = try Stage(programs: Built.root)
        defer { _ = stage.clear() }
        for (command, output, status) in [
            ("echo a", "b", 0), ("exit 3", "", 0), ("echo a; echo b", "a", 0),
        ] {
            let text = "$ \(command)\n\(output.isEmpty ? "" : output + "\n")? \(status)\n"
            let step = try Transcript(name: "t", text: text).steps[0]
            #expect(try stage.play(step) != nil)
        }
        #expect(try stage.play(Transcript(name: "t", text: "$ echo a\na\n? 0\n").steps[0]) == nil)
        #expect(try stage.play(Transcript(name: "t", text: "& SERVER false\n").steps[0]) != nil)
    }
}
