// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

private let programs = ["standstill", "standstill-node"]

/// Plays the page from which people learn, word for word, with the programs that were built.
@Suite struct `The tutorial` {
    private static let page = Built.root.appending(path: "docs/TUTORIAL.md")

    @Test(
        .enabled(
            if: Built.folder(of: programs) != nil
                || ProcessInfo.processInfo.environment["CI"] != nil,
            "skipped: the programs are not built"),
        .timeLimit(.minutes(4)))
    func `does what it says`() throws {
        let programs = try #require(Built.folder(of: programs), "the programs are not built")
        let lesson = try Lesson(markdown: String(contentsOf: Self.page, encoding: .utf8))
        #expect(lesson.steps.count > 60)
        let desk = try Desk(programs: programs)
        for step in lesson.steps {
            guard let wrong = try desk.play(step) else { continue }
            Issue.record("docs/TUTORIAL.md:\(step.line): this is what happened:\n\(wrong)")
            // What follows builds on this, and would fail for no reason of its own.
            break
        }
        for complaint in desk.clear() { Issue.record("docs/TUTORIAL.md: \(complaint)") }
    }

    @Test func `shows what its commands print`() throws {
        let lesson = try Lesson(markdown: String(contentsOf: Self.page, encoding: .utf8))
        // A page of nothing but `…` would hold whatever the programs did.
        let shown = lesson.steps.flatMap(\.expected).filter { $0 != String(Wildcard.mark) }
        #expect(shown.count > 80)
    }
}

@Suite struct `A lesson` {
    private func steps(_ text: String) throws -> [Lesson.Step] {
        try Lesson(markdown: text).steps
    }

    /// Plays a page; returns what is wrong with each step.
    private func play(_ text: String, patience: TimeInterval = 30) throws -> [String?] {
        let desk = try Desk(programs: Built.root, patience: patience)
        defer { #expect(desk.clear() == []) }
        return try steps(text).map { try desk.play($0) }
    }

    @Test func `is read from the blocks of a page that are a console`() throws {
        let page = """
            # A page
            ```sh
            $ not this
            ```
            ```console exit=1
            $ a \\
                b
            …
            ```
            ```console until
            $ cat > file <<END
            $ no command
            END
            $ server --listen 127.0.0.1:8600 &
            ```
            """
        let found = try steps(page)
        #expect(
            found == [
                Lesson.Step(line: 6, command: "a \\\n    b", expected: ["…"], status: 1),
                Lesson.Step(
                    line: 11, command: "cat > file <<END\n$ no command\nEND", isRepeated: true),
                Lesson.Step(
                    line: 14, command: "server --listen 127.0.0.1:8600 &", isRepeated: true),
            ])
        #expect(found.map(\.isServer) == [false, false, true])
    }

    @Test(arguments: [
        "nothing", "```console\n$ a\n", "```console\nno command\n```",
        "```console maybe\n$ a\n```", "```console exit=x\n$ a\n```", "```console\n$ a \\\n```",
        "```console\n$ cat <<END\na\n```",
    ])
    func `that nobody could play is refused`(_ page: String) {
        #expect(throws: Lesson.Malformed.self) { try steps(page) }
    }

    @Test func `keeps variables and the folder from one command to the next`() throws {
        let page = """
            ```console
            $ mkdir inner && cd inner
            $ WORD="two words"; touch file
            $ echo "$WORD"; ls
            two words
            file
            ```
            """
        #expect(try play(page) == [nil, nil, nil])
    }

    @Test func `notices what it did not expect`() throws {
        for block in [
            "```console\n$ echo a\nb\n```", "```console\n$ exit 3\n```",
            "```console exit=1\n$ true\n```", "```console until\n$ echo a\nb\n```",
            "```console\n$ echo a; echo b\na\n```",
        ] {
            #expect(try play(block, patience: 1)[0] != nil, "\(block)")
        }
        #expect(try play("```console exit=3\n$ echo a; exit 3\n…\n```") == [nil])
    }

    @Test func `repeats what takes a while, beside a server, on ports that are free`() throws {
        let page = """
            ```console
            $ sh -c 'trap "exit 0" TERM; echo 127.0.0.1:8611 > file; while :; do sleep 0.1; done' &
            $ PORT=127.0.0.1:8611; test "$PORT" != 127.0.0.1:86""11
            ```
            ```console until
            $ grep "$PORT" file
            127.0.0.1:8611
            ```
            """
        #expect(try play(page) == [nil, nil, nil])
    }
}
