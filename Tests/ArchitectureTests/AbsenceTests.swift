// SPDX-License-Identifier: Apache-2.0

import Testing

/// What must not be there: the law is the same on every machine only while nothing of this is in
/// it.
@Suite struct AbsenceTests {
    /// Rooms whose results are compared byte for byte.
    private static let exact: Set = [
        "TransparencyLog", "Disclosure", "PauseAgreement", "Brake", "Enforcement", "Roles",
    ]

    @Test func `no floating point in the rooms that must agree byte for byte`() {
        check(files(in: AbsenceTests.exact), against: floatingPoint)
    }

    @Test func `a floating-point type or literal is a breach`() {
        check(
            floatingPoint,
            bites: """
                let a: Double = 1
                let b = 0.5
                let c = 1e24
                let d = 0x1e24 + pair.0.1 + 1...5
                let e = "0.5 Double"  // Double
                func f(_ x: Float) { "\\(2.5)" }
                """,
            at: "Sources/Core/Brake/A.swift", lines: [1, 2, 3, 6, 6])
    }

    @Test func `no Foundation in the agreement, the law and the gate`() {
        check(files(in: ["PauseAgreement", "Brake", "Enforcement"]), against: foundation)
    }

    @Test func `Foundation under any name is a breach`() {
        check(
            foundation, bites: "import FoundationEssentials\nimport Testing\nimport Foundation",
            at: "Sources/Core/Enforcement/A.swift", lines: [1, 3])
    }

    @Test func `Core waits for nothing and asks the world nothing`() {
        check(Project.sources.filter { $0.layer == "Core" }, against: worldly)
    }

    @Test func `waiting, clocks, disks, entropy and the environment are breaches in Core`() {
        check(
            worldly,
            bites: """
                func a() async { await b() }
                let t = Task { Date() }
                let e = ProcessInfo.processInfo
                let r = Int.random(in: 0...1)
                let k = values.shuffled()
                // async, await, Date(): only a sentence
                print("out")
                let random = seeded.random(in: range)
                """,
            at: "Sources/Core/Roles/A.swift", lines: [1, 1, 2, 2, 3, 4, 5, 7, 8])
    }

    @Test func `no escape from the compiler's checks outside the Shell`() {
        check(Project.sources.filter { $0.layer == "Core" }, against: unchecked)
    }

    @Test func `an unchecked promise is a breach in Core`() {
        check(
            unchecked,
            bites: """
                final class A: @unchecked Sendable {}
                nonisolated(unsafe) var b = 1
                func c(_ x: Any) {}
                let d: any Signer
                """,
            at: "Sources/Core/Roles/A.swift", lines: [1, 2, 3])
    }

    private func files(in rooms: Set<String>) -> [SourceFile] {
        Project.sources.filter { $0.target.map(rooms.contains) ?? false }
    }
}

func floatingPoint(_ file: SourceFile) -> [Breach] {
    let types: Set = [
        "Double", "Float", "Float16", "Float32", "Float64", "Float80", "CGFloat", "TimeInterval",
        "Decimal",
    ]
    return file.tokens.compactMap { token in
        switch token.kind {
        case .word where types.contains(token.text):
            Breach(file, token.line, "\(token.text): the law computes with exact decimals")
        case .number where token.isFloatingPoint:
            Breach(file, token.line, "the literal \(token.text) is floating point")
        default: nil
        }
    }
}

extension Token {
    /// A number with a fraction or an exponent; hexadecimal digits are not exponents.
    fileprivate var isFloatingPoint: Bool {
        if text.hasPrefix("0x") { return text.contains(".") || text.contains("p") }
        return text.contains(".") || text.contains("e") || text.contains("E")
    }
}

func foundation(_ file: SourceFile) -> [Breach] {
    file.imports.filter { $0.module.hasPrefix("Foundation") }
        .map { Breach(file, $0.line, "\(file.target ?? "this room") does without \($0.module)") }
}

/// Words of which each use is a breach, and words of which only a call is one: a member or a label
/// may be called `random` or `print`.
private let worldlyWords: Set = [
    "async", "await", "Date", "ProcessInfo", "FileManager", "FileHandle", "URLSession",
    "ContinuousClock", "SuspendingClock", "DispatchQueue", "getenv", "fopen",
    "SystemRandomNumberGenerator",
]
private let worldlyCalls: Set = ["print", "random", "shuffled", "randomElement"]

func worldly(_ file: SourceFile) -> [Breach] {
    file.tokens.indices.compactMap { index in
        let token = file.tokens[index]
        let next = index + 1 < file.tokens.count ? file.tokens[index + 1] : token
        let previous = index > 0 ? file.tokens[index - 1] : token
        let isCall = worldlyCalls.contains(token.text) && next.isMark("(")
        // A nested type may be called Task; what starts one is followed by its closure or a member.
        let isTask =
            token.text == "Task" && !previous.isWord("struct")
            && (next.isMark("{") || next.isMark("."))
        guard token.kind == .word, worldlyWords.contains(token.text) || isCall || isTask
        else { return nil }
        return Breach(
            file, token.line, "\(token.text) in Core: what it needs of the world is an argument")
    }
}

func unchecked(_ file: SourceFile) -> [Breach] {
    file.tokens.indices.compactMap { index in
        let token = file.tokens[index]
        let isAny = token.isWord("Any") || token.isWord("AnyObject")
        guard token.isWord("unchecked") || token.isWord("unsafe") || isAny else { return nil }
        return Breach(file, token.line, "\(token.text) in Core")
    }
}
