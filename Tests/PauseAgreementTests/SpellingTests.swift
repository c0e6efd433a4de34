// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PauseAgreement

@Suite struct SpellingTests {
    private let known = [
        "determination", "confirmation", "resume", "non-compliance", "hold", "cap",
    ]

    private func check(
        _ name: String, _ nearest: String?, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(Spelling.nearest(to: name, among: known) == nearest, sourceLocation: sourceLocation)
    }

    @Test func `the nearest name is what was meant`() {
        check("determinaton", "determination")
        check("confirmaiton", "confirmation")
        check("resumption", nil)
        check("noncompliance", "non-compliance")
        check("hodl", "hold")
        check("cpa", "cap")
        check("", nil)
        check("entirely-different", nil)
        check("xyz", nil)
    }

    @Test func `of two that are as near the first is taken`() {
        #expect(
            Spelling.nearest(to: "councillor-x", among: ["councillor-2", "councillor-1"])
                == "councillor-1")
    }

    @Test func `the distance counts the fewest edits`() {
        for (a, b, edits) in [
            ("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 1),
            ("kitten", "sitting", 3),
            ("ca", "abc", 3),
        ] {
            #expect(
                Spelling.edits(from: Array(a.unicodeScalars), to: Array(b.unicodeScalars)) == edits,
                "\(a) \(b)")
        }
    }

    @Test func `where nothing is near, what is known is listed`() {
        #expect(Spelling.hint(for: "qqqqq", among: ["a", "b"]) == "known: a, b")
        #expect(Spelling.hint(for: "qqqqq", among: []) == nil)
        #expect(Spelling.hint(for: "hodl", among: known) == "did you mean \"hold\"?")
    }
}
