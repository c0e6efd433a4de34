// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said beside the code: licence, sources, vectors and pages.
@Suite struct DocumentTests {
    @Test func `every Swift file begins with its licence`() {
        check(Project.sources + Project.tests, against: licence)
    }

    @Test func `a file without its licence line is a breach`() {
        check(licence, bites: "import Testing\n", at: "Sources/Core/Brake/A.swift", lines: [1])
        check(
            licence, bites: "// SPDX-License-Identifier: Apache-2.0\n", at: "Sources/A.swift",
            lines: [])
    }

    @Test func `every public function of Measurement names its source`() {
        check(Project.sources.filter { $0.target == "Measurement" }, against: sourceLines)
    }

    @Test func `a public statistic without a source is a breach`() {
        check(
            sourceLines,
            bites: """
                /// The mean.
                ///
                /// Source: Gauss 1809.
                @inlinable
                public static func mean() {}
                /// The median.
                public func median() {}
                func own() {}
                """,
            at: "Sources/Core/Measurement/A.swift", lines: [7])
    }

    @Test func `every file of vectors is named by a test`() {
        let tests = Project.tests.filter { $0.target != "ArchitectureTests" }
        // What tells about vectors, or makes them, is none.
        let vectors = Project.paths(under: "Vectors").filter { path in
            ![".md", ".py"].contains { path.hasSuffix($0) }
        }
        #expect(!vectors.isEmpty)
        for path in unread(vectors, by: tests) {
            Issue.record("\(path) is read by no test")
        }
    }

    @Test func `a vector that no test names is a breach`() {
        let test = SourceFile(
            path: "Tests/BrakeTests/A.swift",
            text: """
                let a = bytes("Vectors/log/\\(path)")
                let b = ["cases", "note.json", "good/proof"]  // "bad"
                """)
        let other = SourceFile(path: "Tests/SiteTests/A.swift", text: "let a = \"bad\"")
        let paths = [
            "Vectors/log/cases/a.case", "Vectors/log/bad/b.json", "Vectors/log/bad/note.json",
            "Vectors/log/good/proof.txt",
        ]
        #expect(unread(paths, by: [test, other]) == ["Vectors/log/bad/b.json"])
    }

    @Test func `every kind of statement has its part of the page, and no other kind has one`() {
        let source = "Sources/Core/PauseAgreement/Statements/Statement.swift"
        let kinds = cases(
            of: "StatementKind", in: SourceFile(path: source, text: Project.text(of: source)))
        let page = headings(of: Project.text(of: "docs/formats/statement.md"), level: "### ")
        #expect(!kinds.isEmpty)
        #expect(page.sorted() == kinds.sorted())
    }

    @Test func `kinds and headings are read as written`() {
        let file = SourceFile(
            path: "A.swift",
            text: """
                enum Other: String { case none }
                enum StatementKind: String, CaseIterable {
                    /// Not `case hidden`.
                    case opening
                    case selfPause = "self-pause", vote
                    var isVote: Bool { switch self { case .vote: true default: false } }
                }
                """)
        #expect(cases(of: "StatementKind", in: file) == ["opening", "self-pause", "vote"])
        #expect(
            headings(of: "## No\n### `opening`\n### `vote`\n", level: "### ") == [
                "opening", "vote",
            ])
    }

    @Test func `every link between pages leads to a file`() {
        for page in pages {
            #expect(deadLinks(in: Project.text(of: page), of: page) == [], "\(page)")
        }
    }

    @Test func `a link to a missing file is a breach`() {
        let page = "[a](README.md) [b](docs/none.md#part) [c](https://example.org/x) [d](#part)"
        #expect(deadLinks(in: page, of: "CONTRIBUTING.md") == ["docs/none.md#part"])
        #expect(
            deadLinks(in: "[a](../../README.md) [b](b.md)", of: "docs/formats/a.md") == ["b.md"])
    }

    @Test func `every route and every type of problem stands on its page`() {
        let page = Project.text(of: "docs/formats/http.md")
        let server = Project.sources.filter { $0.target == "Server" }
        #expect(server.flatMap(routes).count > 10)
        for missing in server.flatMap(routes) + server.flatMap(problems)
        where !page.contains(missing) {
            Issue.record("docs/formats/http.md does not speak of \(missing)")
        }
    }

    @Test func `routes and problems are read as written`() {
        let file = SourceFile(
            path: "Sources/Shell/Server/A.swift",
            text: """
                routes.get("/api/v1/statements/:index") { _, _ in }
                routes.post("/add-checkpoint") { _, _ in }
                routes.get("/tile/**") { _, _ in }
                other.get("/none")
                ProblemDocument(slug: "too-busy", title: "Too many")
                """)
        #expect(
            routes(in: file) == [
                "GET /api/v1/statements/{index}`", "POST /add-checkpoint`", "GET /tile/",
            ])
        #expect(problems(in: file) == ["`too-busy`"])
    }

    @Test func `what README shows on a console is what a transcript runs`() {
        let transcript = Project.text(of: "Tests/TranscriptsTests/readme.transcript")
        let shown = console(in: Project.text(of: "README.md"))
        #expect(!shown.isEmpty)
        #expect(firstMissing(of: shown, from: transcript) == nil)
    }

    @Test func `a line of README that no transcript runs is a breach`() {
        let page = "```console\n$ a\nb\n\n$ c\n```\n$ d\n```\n$ e\n```\n"
        #expect(console(in: page) == ["$ a", "b", "$ c"])
        #expect(
            firstMissing(of: ["$ a", "b", "$ c"], from: "$ a\nb\n? 0\n$ x\n? 0\n$ c\n? 0") == nil)
        #expect(firstMissing(of: ["$ a", "$ c"], from: "$ c\n$ a\n") == "$ c")
    }

    @Test func `the map of the house names every room and fits on its pages`() {
        let map = Project.text(of: "ARCHITECTURE.md")
        for target in Project.manifest.targets where target.kind == .room || target.kind == .program
        {
            #expect(
                map.contains("`\(target.name)`"), "ARCHITECTURE.md does not name \(target.name)")
        }
        #expect(map.split(separator: "\n", omittingEmptySubsequences: false).count <= 201)
    }

    @Test func `no page and no source names somebody's machine`() {
        let text = pages.map { SourceFile(path: $0, text: Project.text(of: $0)) }
        let scripts = (Project.paths(under: "scripts") + Project.paths(under: "Examples"))
            .map { SourceFile(path: $0, text: Project.text(of: $0)) }
        check(Project.sources + Project.tests + text + scripts, against: machinePaths)
    }

    @Test func `a path of somebody's machine is a breach`() {
        let bad = "a\n" + ["", "home", "ann", "a.swift"].joined(separator: "/")
        check(machinePaths, bites: bad, at: "README.md", lines: [2])
        check(
            machinePaths, bites: "GET /tile/entries/000 and /framework/x", at: "README.md",
            lines: [])
    }

    private var pages: [String] {
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
            + (Project.paths(under: "docs") + Project.paths(under: "Examples"))
            .filter { $0.hasSuffix(".md") }
    }
}

func licence(_ file: SourceFile) -> [Breach] {
    let first = file.lines.first.map(String.init)
    let line = "// SPDX-License-Identifier: Apache-2.0"
    return first == line ? [] : [Breach(file, 1, "the first line is not \(line)")]
}

func sourceLines(_ file: SourceFile) -> [Breach] {
    file.functions.filter { function in
        function.isPublic && function.name != "init"
            && !file.documentation(above: function.line).contains("Source:")
    }
    .map { Breach(file, $0.line, "\($0.name) has no line that begins with Source:") }
}

/// Paths of vectors that no test names: neither the file, with or without its extension, nor its
/// folder. Only test targets that read below `Vectors/` at all are asked.
func unread(_ paths: [String], by tests: [SourceFile]) -> [String] {
    let byTarget = Dictionary(grouping: tests, by: { $0.target ?? "" }).values.map { files in
        files.flatMap(\.tokens).filter { $0.kind == .string }.map(\.text)
    }
    let named = Set(byTarget.filter { $0.contains { $0.hasPrefix("Vectors") } }.joined())
    return paths.filter { path in
        let name = path.split(separator: "/").last ?? ""
        let stem = name.prefix { $0 != "." }
        let folder = path.dropLast(name.count + 1)
        let wholes = [path[...], path.dropLast(name.count - stem.count), folder]
        return !named.contains { text in
            wholes.contains { $0 == text || $0.hasSuffix("/\(text)") }
        }
    }
}

/// The raw values of a string enumeration's cases, in order.
func cases(of type: String, in file: SourceFile) -> [String] {
    let tokens = file.tokens
    guard
        let start = tokens.indices.dropFirst().first(where: {
            tokens[$0].isWord(type) && tokens[$0 - 1].isWord("enum")
        })
    else { return [] }
    var values: [String] = []
    var depth = 0
    var inCase = false
    for (index, token) in tokens.enumerated().dropFirst(start + 1) {
        if token.isMark("{") { depth += 1 }
        if token.isMark("}") { depth -= 1 }
        if token.isMark("}"), depth == 0 { break }
        guard depth == 1 else { continue }
        let previous = tokens[index - 1]
        if token.isWord("case") {
            inCase = true
        } else if inCase, token.kind == .word, previous.isWord("case") || previous.isMark(",") {
            values.append(token.text)
        } else if inCase, token.kind == .string, previous.isMark("="), !values.isEmpty {
            values[values.count - 1] = token.text
        } else if token.kind == .word {
            inCase = false
        }
    }
    return values
}

/// The headings of one level, without the back-ticks around them.
func headings(of page: String, level: String) -> [String] {
    page.split(separator: "\n").filter { $0.hasPrefix(level) }
        .map { String($0.dropFirst(level.count).filter { $0 != "`" }) }
}

/// Method and path of each route, with parameters in braces, as a page writes them.
func routes(in file: SourceFile) -> [String] {
    file.tokens.indices.dropLast(4).compactMap { index in
        let call = file.tokens[index..<(index + 5)].map(\.text)
        guard call[0] == "routes", call[1] == ".", ["get", "post"].contains(call[2]),
            file.tokens[index + 4].kind == .string, !call[4].hasPrefix("//"),
            !call[4].hasPrefix("/.")
        else { return nil }
        let parts = call[4].split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
        }
        let path = parts.joined(separator: "/")
        return "\(call[2].uppercased()) "
            + (path.hasSuffix("**") ? String(path.dropLast(2)) : path + "`")
    }
}

/// The slugs of the problem documents that a file makes.
func problems(in file: SourceFile) -> [String] {
    file.tokens.indices.dropLast(2).compactMap { index in
        let call = file.tokens[index..<(index + 3)]
        guard call.first?.isWord("slug") == true, call[index + 1].isMark(":"),
            call[index + 2].kind == .string
        else { return nil }
        return "`\(call[index + 2].text)`"
    }
}

/// The lines of a page's console blocks, less empty ones.
func console(in page: String) -> [Substring] {
    var lines: [Substring] = []
    var isInside = false
    for line in page.split(separator: "\n") {
        if line.hasPrefix("```") {
            isInside = line == "```console"
        } else if isInside {
            lines.append(line)
        }
    }
    return lines
}

/// The first of `lines` that does not stand in `transcript` after the ones before it.
func firstMissing(of lines: [Substring], from transcript: String) -> Substring? {
    var rest = transcript.split(separator: "\n")[...]
    for line in lines {
        guard let place = rest.firstIndex(of: line) else { return line }
        rest = rest[(place + 1)...]
    }
    return nil
}

/// The targets of a page's links that name no file of the project.
func deadLinks(in text: String, of page: String) -> [String] {
    let folder = page.split(separator: "/").dropLast()
    return text.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }.filter { link in
        guard !link.hasPrefix("#"), !link.contains("://"), !link.hasPrefix("mailto:") else {
            return false
        }
        var parts = folder
        for part in (link.split(separator: "#").first ?? "").split(separator: "/") {
            if part == ".." { parts = parts.dropLast() } else if part != "." { parts.append(part) }
        }
        return !Project.exists(parts.joined(separator: "/"))
    }
}

func machinePaths(_ file: SourceFile) -> [Breach] {
    // Put together here, so that this file does not break its own rule.
    let roots = ["home", "Users", "root", "work"].map { "/" + $0 + "/" }
    return file.lines.enumerated().flatMap { index, line in
        roots.filter { root in
            line.ranges(of: root).contains { range in
                range.lowerBound == line.startIndex
                    || !(line[line.index(before: range.lowerBound)].isLetter
                        || line[line.index(before: range.lowerBound)] == ".")
            }
        }
        .map { Breach(file, index + 1, "\($0)… is a path of somebody's machine") }
    }
}
