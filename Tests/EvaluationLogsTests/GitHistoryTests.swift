// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Measurement
import PauseAgreement
import Testing

@Suite struct GitHistoryTests {
    /// m2 merges b (60 lines by a program, 40 by ada) into c, after a; z is older than all periods.
    private static let listing = """
        standstill git listing 1
        commit m2
        generated api/gen.go
        change m2 c,b2 1767484800 ada@x
        lines 100 0 app.swift
        change b2 b1 1767398400 bot@x
        trailer Co-authored-by: Claude <noreply@anthropic.com>
        lines 60 3 app.swift
        lines 900 0 api/gen.go
        change b1 a 1767398400 ada@x
        lines 40 0 app.swift
        lines - - image.png
        change c a 1767398400 ben@x
        trailer assisted-BY: GPT-5
        lines 50 9 core.swift
        change a z 1767312000 ada@x
        lines 50 0 core.swift
        change z - 1700000000 ada@x
        lines 7 0 core.swift

        """

    private func figure(
        _ arguments: [String: String], listing: String = listing
    ) throws -> EvaluationFigure {
        var all = ["commit": "m2", "since": "2026-01-01", "until": "2026-02-01"]
        all.merge(arguments) { $1 }
        return try GitHistory(parsing: Array(listing.utf8), file: "l").figure(Recipe(.git, all))
    }

    @Test func `a merge is attributed by what it brings in, and generated files do not count`()
        throws
    {
        // 200 lines in all: 60 of the merge's 100 by a program; 50 more with another trailer.
        for (trailers, share) in [
            ("Co-authored-by: Claude", 0.3), ("co-authored-by:claude,assisted-by", 0.55),
            ("Co-authored-by: Copilot", 0), ("Signed-off-by", 0),
        ] {
            let figure = try figure(["trailers": trailers])
            check(figure.value, near: share, within: 1e-12, trailers)
            #expect((figure.unit, figure.n, figure.interval) == (.share, 3, nil))
            #expect(figure.remarks.map(\.rule) == [.binaryFiles])
        }
        // Where the merge itself bears the trailer, all that it adds is attributed.
        let whole = Self.listing.replacing(
            "lines 100 0", with: "trailer Co-authored-by: Claude\nlines 100 0")
        check(
            try figure(["trailers": "Co-authored-by: Claude"], listing: whole).value, near: 0.5)
        // The first day counts, the day after the last does not.
        let day = ["trailers": "assisted-by", "since": "2026-01-02", "until": "2026-01-03"]
        #expect(try figure(day).n == 1)
        check(try figure(day).value, near: 0)
    }

    @Test func `lines for each engineer and day, and their multiple of a base period`() throws {
        let rate = try figure(["figure": "lines-per-engineer", "until": "2026-01-11"])
        // Ada, Ben and the program's account; ten days.
        check(rate.value, near: 200.0 / 3 / 10)
        let counted = try figure(
            ["figure": "lines-per-engineer", "until": "2026-01-11", "engineers": "10"])
        check(counted.value, near: 2)
        let multiple = try figure([
            "figure": "multiplier", "until": "2026-01-11", "base-since": "2023-11-10",
            "base-until": "2023-11-20", "engineers": "2,1",
        ])
        check(multiple.value, near: 200.0 / 2 / 7)
        #expect(multiple.unit == .ratio)
        #expect(multiple.remarks.contains { $0.rule == .thinBase })
    }

    @Test func `what does not fit is refused`() {
        let cases: [([String: String], String)] = [
            (["trailers": "a", "commit": "m1"], "another one"),
            (["trailers": "a", "exclude": "x"], "another one"),
        ]
        for (arguments, part) in cases { checkMalformed([part]) { _ = try figure(arguments) } }
        for arguments in [
            [:], ["figure": "x"], ["trailers": "a", "since": "2026-02-01"],
            ["figure": "multiplier"], ["figure": "lines-per-engineer", "engineers": "0"],
            ["trailers": "a", "until": "soon"],
        ] { #expect(throws: UnfitSelection.self) { try figure(arguments) } }
        #expect(throws: UnusableSample.self) {
            try figure(["trailers": "a", "since": "2020-01-01", "until": "2020-02-01"])
        }
        let broken: [(String, [String])] = [
            ("", ["line 1"]), ("standstill git listing 1\n", ["no commit"]),
            ("standstill git listing 1\ncommit m\nlines 1 1 a\n", ["line 3"]),
            ("standstill git listing 1\ncommit m\nchange m -\n", ["line 3"]),
            ("standstill git listing 1\ncommit m\nfoo\n", ["line 3", "foo"]),
            ("standstill git listing 1\nchange m - 1 a\nchange m - 1 a\n", ["line 3", "twice"]),
        ]
        for (text, parts) in broken {
            checkMalformed(parts) { _ = try GitHistory(parsing: Array(text.utf8), file: "l") }
        }
        checkMalformed(["not among"]) {
            let text = "standstill git listing 1\ncommit m2\n"
            _ = try figure(["trailers": "a"], listing: text)
        }
    }

    /// As `git check-attr` answers for the same files.
    @Test(
        arguments: [
            ("*.lock", "a/b/yarn.lock", true), ("*.lock", "lock", false), ("/gen", "gen", true),
            ("/gen", "a/gen", false), ("gen/*", "gen/a", true), ("gen/*", "gen/a/b", false),
            ("gen/**", "gen/a/b", true), ("**/api/*.go", "x/y/api/a.go", true),
            ("a?c", "abc", true), ("a?c", "ac", false), ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false), ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true),
            ("*.pb.*", "x/a.pb.swift", true), ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-b", false),
        ])
    func `patterns of generated files fit as git's do`(pattern: String, path: String, fits: Bool) {
        var attributes = GitAttributes()
        attributes.add("\(pattern) linguist-generated", in: "")
        #expect(attributes.isGenerated(path) == fits)
    }

    @Test func `a pattern of many stars takes no time`() {
        var attributes = GitAttributes()
        let stars = String(repeating: "a*", count: 60)
        attributes.add("\(stars)b linguist-generated", in: "")
        #expect(!attributes.isGenerated(String(repeating: "a", count: 3_000)))
        #expect(attributes.isGenerated(String(repeating: "a", count: 3_000) + "b"))
    }

    @Test func `a later rule and a deeper file go before`() {
        var attributes = GitAttributes()
        attributes.add(
            "# none\n*.go text linguist-generated=true\nkeep.go -linguist-generated\n", in: "")
        attributes.add("*.go !linguist-generated\n", in: "own/")
        #expect(attributes.isGenerated("a/b.go"))
        #expect(!attributes.isGenerated("a/keep.go"))
        #expect(!attributes.isGenerated("own/b.go"))
        #expect(attributes.isGenerated("down/b.go"))
    }
}
