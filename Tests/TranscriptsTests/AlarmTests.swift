// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Whoever is woken by a word or a figure finds it on the page for operators.
@Suite struct `The page for operators` {
    private func text(_ path: String) throws -> String {
        try String(contentsOf: Built.root.appending(path: path), encoding: .utf8)
    }

    private func check(_ words: [String], of source: String, atLeast count: Int) throws {
        let page = try text("docs/OPERATING.md")
        #expect(words.count >= count, "\(source) is not read as it is written: \(words)")
        for word in words where !page.contains("`\(word)") {
            Issue.record("docs/OPERATING.md does not speak of \(word), which \(source) has")
        }
    }

    /// What stands between the first `start` and the next line that is `end`.
    private func part(of text: String, from start: String, to end: String) -> Substring {
        guard let opening = text.range(of: start),
            let closing = text.range(of: "\n\(end)\n", range: opening.upperBound..<text.endIndex)
        else { return "" }
        return text[opening.upperBound..<closing.lowerBound]
    }

    @Test func `says what each alarm of a watcher means`() throws {
        let source = "Sources/Core/Roles/WatchAlarm.swift"
        let kinds = part(of: try text(source), from: "enum Kind", to: "    }")
        let names = kinds.matches(of: /case (?<name>\w+)(?: = "(?<word>[a-z-]+)")?/)
            .map { String($0.output.word ?? $0.output.name) }
        try check(names, of: source, atLeast: 8)
    }

    @Test func `says what each alarm of a gate means`() throws {
        let source = "Sources/Shell/Gates/GateAlarm.swift"
        let words = part(of: try text(source), from: "var word: String", to: "    }")
        try check(
            words.matches(of: /"([a-z-]+)"/).map { String($0.output.1) }, of: source, atLeast: 10)
    }

    @Test func `has every figure of the metrics`() throws {
        let folder = "Sources/Shell/Server"
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Built.root.appending(path: folder).path)
        let names = try files.sorted().flatMap { file in
            try text("\(folder)/\(file)").matches(of: /"(standstill_[a-z_]+)"/)
                .map { String($0.output.1) }
        }
        try check(names, of: folder, atLeast: 9)
    }
}
