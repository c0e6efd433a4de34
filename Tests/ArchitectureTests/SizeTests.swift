// SPDX-License-Identifier: Apache-2.0

import Testing

/// Small enough to be read.
@Suite struct SizeTests {
    private static let all = Project.sources + Project.tests

    @Test func `no function is longer than 70 lines`() {
        check(SizeTests.all, against: longFunctions)
    }

    @Test func `a function of 71 lines is a breach, one of 70 is none`() {
        func function(lines: Int) -> String {
            "struct A {\n  public func a() -> Int {\n"
                + String(repeating: "    f { }\n", count: lines - 2) + "  }\n}"
        }
        check(
            longFunctions, bites: function(lines: 71), at: "Sources/Core/Brake/A.swift", lines: [2])
        check(
            longFunctions, bites: function(lines: 70), at: "Sources/Core/Brake/A.swift", lines: [])
        let requirement =
            "protocol P {\n  func a() -> Int\n"
            + String(repeating: "  var b: Int { get }\n", count: 80) + "}"
        check(longFunctions, bites: requirement, at: "Sources/Core/Brake/P.swift", lines: [])
    }

    @Test func `no file is longer than 600 lines`() {
        check(SizeTests.all, against: longFiles)
    }

    @Test func `a file of 601 lines is a breach, one of 600 is none`() {
        let line = "let a = 1\n"
        let long = String(repeating: line, count: 601)
        check(longFiles, bites: long, at: "Sources/Core/Brake/A.swift", lines: [601])
        check(
            longFiles, bites: String(long.dropLast(line.count)), at: "Sources/Core/Brake/A.swift",
            lines: [])
    }

    @Test func `no line of code is longer than 100 columns`() {
        check(SizeTests.all, against: longLines)
    }

    @Test func `a long line is a breach unless a string or an address makes it so`() {
        let long = String(repeating: "a", count: 101)
        check(
            longLines,
            bites: """
                let \(long) = 1
                let b = "\(long)"
                // \(long)
                // https://example.org/\(long)
                let c = \"""
                    \(long)
                    \"""
                let d = \"""
                    a \\
                    b
                    \"""
                let \(long)2 = 1
                """,
            at: "Sources/Core/Brake/A.swift", lines: [1, 3, 12])
    }
}

func longFunctions(_ file: SourceFile) -> [Breach] {
    file.functions.filter { $0.length > 70 }
        .map { Breach(file, $0.line, "\($0.name) has \($0.length) lines; 70 are the most") }
}

func longFiles(_ file: SourceFile) -> [Breach] {
    let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
    return count > 600 ? [Breach(file, count, "\(count) lines; 600 are the most")] : []
}

/// Strings and addresses may be longer, since breaking them makes them harder to search for.
func longLines(_ file: SourceFile) -> [Breach] {
    var strings: [Int: Int] = [:]
    for token in file.tokens where token.kind == .string {
        for (offset, part) in token.text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            strings[token.line + offset, default: 0] += part.count
        }
    }
    return file.lines.enumerated().compactMap { index, line in
        guard line.count > 100 else { return nil }
        let address = line.split(separator: " ").first { $0.contains("://") }?.count ?? 0
        let length = line.count - address - (strings[index + 1] ?? 0)
        return length > 100
            ? Breach(file, index + 1, "\(line.count) columns; 100 are the most") : nil
    }
}
