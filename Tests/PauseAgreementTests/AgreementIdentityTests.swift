// SPDX-License-Identifier: Apache-2.0
import PauseAgreement
import Testing
import TransparencyLog

@Suite struct AgreementIdentityTests {
    private func id(_ yaml: String) throws -> Digest {
        let reading = Agreement.read(yaml: yaml)
        #expect(reading.problems == [])
        return try #require(reading.agreement).id
    }

    @Test func `comments, blank lines and line ends do not change the id`() throws {
        let expected = try id(ExampleAgreement.yaml)
        let lines = BlockText(ExampleAgreement.yaml).lines
        let commented = lines.flatMap {
            $0.contains(">-") || $0.hasPrefix("      ") ? [$0] : ["# said before", $0]
        }
        #expect(try id(commented.joined(separator: "\n")) == expected)
        #expect(
            try id(lines.filter { !$0.hasPrefix("#") && !$0.isEmpty }.joined(separator: "\n"))
                == expected)
        #expect(try id(lines.joined(separator: "\r\n")) == expected)
        #expect(try id("---\n" + ExampleAgreement.yaml) == expected)
    }

    @Test func `the order of keys does not change the id`() throws {
        let expected = try id(ExampleAgreement.yaml)
        var block = BlockText(ExampleAgreement.yaml)
        for part in ["title", "parties", "decisions", "log"] {
            block.lines += try block.remove(part)
        }
        let moved = try block.remove("parties.auditor-1")
        block.lines.insert(contentsOf: moved, at: try block.line(of: "parties") + 1)
        let member = try block.remove("measures.pause.grace")
        block.lines.insert(contentsOf: member, at: try block.line(of: "measures.pause.threshold"))
        #expect(block.text != ExampleAgreement.yaml)
        #expect(try id(block.text) == expected)
    }

    @Test func `quotes and styles do not change the id`() throws {
        let expected = try id(ExampleAgreement.yaml)
        for (old, new) in [
            ("lease: 2 h", "lease: \"2 h\""), ("lease: 2 h", "lease: '2 h'"),
            ("lease: 2 h", "lease: >-\n    2\n    h"),
            ("lease: 2 h", "lease: \"2\\x20h\""),
            ("agreement: frontier-pause", "\"agreement\": frontier-pause"),
            (
                "clocks:\n  lease: 2 h\n  access-answer-within: 14 d\n  comment-within: 14 d",
                "clocks: {lease: 2 h, comment-within: 14 d, access-answer-within: 14 d}"
            ),
            (
                "when: {indicator: doubling-time, at-most: 60 d, bound: upper, confidence: 95 %}",
                "when:\n      confidence: 95 %\n      indicator: doubling-time\n      at-most: 60 d\n      bound: upper"
            ),
            ("article: \"10\"", "article: 10"),
        ] {
            let text = ExampleAgreement.yaml.replacing(old, with: new)
            #expect(text != ExampleAgreement.yaml, "\(old)")
            #expect(try id(text) == expected, "\(new)")
        }
    }

    @Test func `any value changes the id`() throws {
        let expected = try id(ExampleAgreement.yaml)
        for (old, new) in [
            ("lease: 2 h", "lease: 3 h"), ("lease: 2 h", "lease: 120 min"),
            ("lease: 2 h", "lease: \"2 h \""),
            ("article: \"10\"", "article: \"10.0\""),
            ("jurisdiction: Westland", "jurisdiction: Vestland"),
            ("exemptions: [the weather service of Norland]", "exemptions: []"),
            (
                "    - pre-training\n      - post-training\n",
                "    - post-training\n      - pre-training\n"
            ),
        ] {
            let text = ExampleAgreement.yaml.replacing(old, with: new)
            #expect(text != ExampleAgreement.yaml, "\(old)")
            let other = Agreement.read(yaml: text).agreement?.id
            #expect(other != expected, "\(new)")
        }
    }

    @Test func `the id is the digest of the canonical JSON, and that reads back`() throws {
        let agreement = try ExampleAgreement.agreement()
        let bytes = agreement.text.canonicalBytes
        #expect(Digest.sha256(bytes) == agreement.id)
        let reading = Agreement.read(canonicalJSON: bytes)
        #expect(reading.problems == [])
        let again = try #require(reading.agreement)
        #expect(again.id == agreement.id)
        #expect(again.parties == agreement.parties)
        #expect(again.triggers == agreement.triggers)
        #expect(again.decisions == agreement.decisions)
        #expect(again.measures == agreement.measures)
        #expect(again.explanation == agreement.explanation)
    }

    // MARK: - JSON

    private func check(
        _ change: (inout JSONObject) -> Void, says message: String, at pointer: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var object = try #require(try ExampleAgreement.agreement().text.object)
        change(&object)
        let problems = Agreement.read(canonicalJSON: JSON.object(object).canonicalBytes).problems
        #expect(problems.map(\.message) == [message], sourceLocation: sourceLocation)
        #expect(problems.first?.place == .pointer(pointer), sourceLocation: sourceLocation)
    }

    @Test func `places in JSON are pointers`() throws {
        try check(
            { $0["clocks"] = ["lease": "soon"] },
            says: "clocks.lease: expected a length of time such as \"72 h\", found \"soon\"",
            at: "/clocks/lease")
        try check(
            { $0["rules"] = 1 }, says: "every value of an agreement is text, a list or a mapping",
            at: "/rules")
        try check({ $0["clocks"] = nil }, says: "\"clocks\" is missing", at: "")
        try check({ $0["a/b~"] = "x" }, says: "unknown key \"a/b~\"", at: "/a~1b~0")
        try check(
            { $0["legal-basis"] = ["x", "a\tb"] }, says: "a tab is not allowed",
            at: "/legal-basis/1")
        try check(
            { $0["on-silence"] = ["measure": "pause", "grace": "24 h", "article": "11"] },
            says: "on-silence.measure: silence must not cause a pause", at: "/on-silence/measure")
    }

    @Test func `only canonical JSON is an agreement`() throws {
        let agreement = try ExampleAgreement.agreement()
        func problems(_ bytes: [UInt8]) -> [String] {
            Agreement.read(canonicalJSON: bytes).problems.map { "\($0.place): \($0.message)" }
        }
        #expect(problems(agreement.text.prettyBytes) == ["/: not canonical JSON"])
        #expect(problems(Array("{\"a\":1,\"a\":2}".utf8)).count == 1)
        #expect(problems([]).first?.hasPrefix("1:1: not strict JSON") == true)
        #expect(problems(Array("[]".utf8)).count == 1)
        let nested = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(problems(Array(nested.utf8)).count == 1)
    }
}
