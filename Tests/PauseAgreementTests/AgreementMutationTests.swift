// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import PauseAgreement

/// The checker is sharp where it has to be: what is wrong with a trigger is found at its line and
/// column, and no check is left that nothing sets off.
@Suite struct AgreementMutationTests {
    static let all = Mutation.triggers + Mutation.evidence + Mutation.tests + Mutation.others

    @Test func `what is changed is good`() {
        #expect(Agreement.read(yaml: ExampleAgreement.yaml).problems == [])
        #expect(Set(Self.all.map(\.name)).count == Self.all.count)
    }

    @Test(arguments: all)
    func `a bad change is found at its place`(_ mutation: Mutation) throws {
        let (text, found) = try mutation.reading()
        let problem = try #require(
            found.first { $0.message.contains(mutation.says) },
            "only found: \(found.map(\.message))")
        #expect(problem.severity == mutation.severity)
        let lines = text.components(separatedBy: "\n")
        let whole = lines.indices.filter { lines[$0] == mutation.line }
        let holding =
            whole.isEmpty ? lines.indices.filter { lines[$0].contains(mutation.line) } : whole
        try #require(holding.count >= mutation.nth, "\(mutation.line)")
        guard case .text(let line, let column) = problem.place else {
            Issue.record("\(problem.place) is no line and column")
            return
        }
        #expect(line == holding[mutation.nth - 1] + 1, "\(problem.message)")
        let rest = String(
            String.UnicodeScalarView(lines[line - 1].unicodeScalars.dropFirst(column - 1)))
        #expect(rest.hasPrefix(mutation.pointed), "points at \(rest)")
    }

    // MARK: - Every check bites

    private static let terms = ExampleAgreement.root
        .appending(path: "Sources/Core/PauseAgreement/Terms")
    private static let sources = [
        "AgreementCheck", "AgreementCheck+Decisions", "AgreementCheck+Evidence",
        "AgreementCheck+Resume", "AgreementCheck+Subsumption", "AgreementCheck+Tests",
        "AgreementCheck+Triggers", "AgreementReader+Tests", "AgreementReader+Triggers",
    ]

    @Test func `every check is set off by one of these changes`() throws {
        var found: Set<String> = []
        for mutation in Self.all {
            let problem = try mutation.reading().problems
                .first { $0.message.contains(mutation.says) }
            guard let origin = problem?.origin else { continue }
            found.insert("\(origin.file.split(separator: "/").last ?? ""):\(origin.line)")
        }
        var checks: Set<String> = []
        for source in Self.sources {
            let url = Self.terms.appending(path: "\(source).swift")
            let lines = try String(contentsOf: url, encoding: .utf8)
                .components(separatedBy: "\n")
            for (number, line) in lines.enumerated() {
                let words = line.trimmingCharacters(in: .whitespaces)
                guard
                    words.hasPrefix("refuse(") || words.contains(" refuse(")
                        || words.hasPrefix("warn(") || words.contains(" warn("),
                    !words.contains("func ")
                else { continue }
                checks.insert("\(source).swift:\(number + 1)")
            }
        }
        #expect(checks.count > 80)
        #expect(checks.subtracting(found).sorted() == [], "no change sets these off")
    }
}
