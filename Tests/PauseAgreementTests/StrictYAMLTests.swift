// SPDX-License-Identifier: Apache-2.0
import Testing
import TransparencyLog

@testable import PauseAgreement

/// What two readers could read differently is refused, at its place.
@Suite struct StrictYAMLTests {
    private func check(
        _ text: String, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let problems = AgreementText.parse(yaml: text).problems
        #expect(
            problems.map { "\($0.place): \($0.message)" } == expected,
            sourceLocation: sourceLocation)
    }

    private func check(
        _ text: String, is json: JSON, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let parsed = AgreementText.parse(yaml: text)
        #expect(parsed.problems == [], sourceLocation: sourceLocation)
        #expect(parsed.root?.json == json, sourceLocation: sourceLocation)
    }

    @Test func `every scalar is the text that was written`() {
        check(
            """
            a: NO
            b: 1e3
            c: 0x10
            d: ~
            e: null
            f: 2031-01-01
            g: "NO"
            h: 'it''s'
            i: true
            j: 1_000
            k:
            l: .5
            """,
            is: [
                "a": "NO", "b": "1e3", "c": "0x10", "d": "~", "e": "null", "f": "2031-01-01",
                "g": "NO",
                "h": "it's", "i": "true", "j": "1_000", "k": "", "l": ".5",
            ])
    }

    @Test func `block and flow style, quotes and comments make no difference`() {
        let expected: JSON = ["a": ["b": ["x", "y"]], "c": "one two"]
        check("a: {b: [x, y]}\nc: one two", is: expected)
        check("# c\nc: \"one two\" # d\na:\n  b:\n    - x\n    - 'y'\n", is: expected)
        check("---\na: {b: [x, y]}\nc: >-\n  one\n  two\n", is: expected)
        check("a: {b: [x, y]}\r\nc: one two\r\n", is: expected)
    }

    @Test func `anchors and aliases are refused`() {
        check("a: &x 1\nb: 2", ["1:4: anchors are not allowed"])
        check("a: &x\n  b: 2", ["1:4: anchors are not allowed"])
        check("- &x [1]", ["1:3: anchors are not allowed"])
        check("{&x a: 1}", ["1:2: anchors are not allowed"])
        check("a: &x 1\nb: *x", ["2:4: aliases are not allowed"])
        check(
            "a: &x 1\nb: [2, *x]\nc: {d: *x}",
            ["2:8: aliases are not allowed", "3:8: aliases are not allowed"])
        check("a: *x", ["1:4: not YAML: found undefined alias"])
        check("a: AT&T and R & D *really* 2*3", [])
    }

    @Test func `aliases of aliases keep nobody busy`() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1..<60 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        text += "? *a59\n: x\n"
        #expect(AgreementText.parse(yaml: text).problems.count == 119)
    }

    @Test func `tags are refused`() {
        check("a: !!str 1", ["1:4: tags are not allowed"])
        check("a: !!str \"1\"", ["1:4: tags are not allowed"])
        check("a: !local 1", ["1:4: tags are not allowed"])
        check("a: ! 1", ["1:4: tags are not allowed"])
        check("a: !!map {b: 1}", ["1:4: tags are not allowed"])
        check("a: !!seq\n  - 1", ["1:4: tags are not allowed"])
        check("!!str a: 1", ["1:1: tags are not allowed"])
        check("a: so! 'yes!'", [])
    }

    @Test func `a key stands once`() {
        check("a: 1\nb: 2\na: 3", ["3:1: the key \"a\" stands here a second time"])
        check(
            "a:\n  x: 1\n  # x: 2\n  \"x\": 3\nb: 1",
            ["4:3: the key \"x\" stands here a second time"])
        check("a: 1\n\"a\": 2", ["2:1: the key \"a\" stands here a second time"])
        check("1: x\n\"1\": y", ["2:1: the key \"1\" stands here a second time"])
        check("{a: 1, a: 2}", ["1:2: the key \"a\" stands here a second time"])
        check("a: {x: 1}\nb: {x: 1}", [])
    }

    @Test func `merge keys are refused`() {
        check("a: {<<: {b: 1}}", ["1:5: merge keys are not allowed"])
    }

    @Test func `a key is text`() {
        check("[a]: 1", ["1:1: a key must be text"])
        check("? {a: 1}\n: 1", ["1:3: a key must be text"])
    }

    @Test func `one file holds one document`() {
        check("a: 1\n---\nb: 1", ["2:1: a second document begins here"])
        check("a: 1\n...\n---\nb: 1", ["3:1: a second document begins here"])
        check("", ["1:1: the file holds no agreement"])
        check("# nothing\n", ["1:1: the file holds no agreement"])
        check("%YAML 1.2\n---\na: 1", ["1:1: directives are not allowed"])
        check("# c\n%TAG ! tag:x,2000:\n---\na: 1", ["2:1: directives are not allowed"])
    }

    @Test func `characters that cannot be seen are refused`() {
        check("a: 1\n\tb: 2", ["2:1: a tab is not allowed"])
        check("a: x\tb", ["1:5: a tab is not allowed"])
        check("\u{FEFF}a: 1", ["1:1: a byte order mark is not allowed"])
        check("a: é\u{7}", ["1:5: the character U+0007 is not allowed"])
        check("a: x\u{0}", ["1:5: the character U+0000 is not allowed"])
        check("a: x\rb: 1", ["1:5: a carriage return is not allowed"])
        check("a: x\u{2028}b", ["1:5: the character U+2028 is not allowed"])
        check("a: x\u{202E}b", ["1:5: the character U+202E is not allowed"])
        check("a: x\u{85}", ["1:5: the character U+0085 is not allowed"])
        check("a: \"\\x07\"", ["1:4: the character U+0007 is not allowed, nor escaped"])
        check("a: \"\\u202e\"", ["1:4: the character U+202E is not allowed, nor escaped"])
        check("\"\\0\": 1", ["1:1: the character U+0000 is not allowed, nor escaped"])
        check("a: 日本 😀", [])
    }

    @Test func `bad structure is refused where it breaks`() {
        check("a: b: c", ["1:5: not YAML: mapping values are not allowed in this context"])
        check(
            "a:\n    b: 1\n  c: 2",
            ["3:3: not YAML: while parsing a block mapping, did not find expected key"])
        check(
            "a: [1, 2",
            ["2:1: not YAML: while parsing a flow sequence, did not find expected ',' or ']'"])
        check(
            "a: 'x",
            ["1:6: not YAML: while scanning a quoted scalar, found unexpected end of stream"])
        check(
            "a: @x",
            [
                "1:4: not YAML: while scanning for the next token, found character that cannot start any token"
            ])
        check(
            "a: \"\\ud800\"",
            [
                "1:7: not YAML: while parsing a quoted scalar, found invalid Unicode character escape code"
            ])
        check("just words", [])
    }

    @Test func `nesting has an end`() {
        let deepest = 32
        let fits =
            String(repeating: "[", count: deepest - 1) + String(repeating: "]", count: deepest - 1)
        check(fits, [])
        check("[\(fits)]", [])
        check("[[\(fits)]]", ["1:33: nested deeper than 32 levels"])
        let flood = String(repeating: "[", count: 100_000)
        #expect(AgreementText.parse(yaml: flood).problems.count == 1)
        #expect(
            AgreementText.parse(yaml: String(repeating: "- ", count: 100_000)).problems.count == 1)
        #expect(
            AgreementText.parse(yaml: String(repeating: "{a: ", count: 900)).problems.count == 1)
        check(String(repeating: "a", count: 1 << 20), [])
        check(String(repeating: "a", count: 1 << 20 + 1), ["1:1: the text has more than 1 MiB"])
    }

    @Test func `bytes that are not UTF-8 are refused where they stand`() {
        func place(_ bytes: [UInt8]) -> [String] {
            Agreement.read(yaml: bytes).problems.map { "\($0.place): \($0.message)" }
        }
        #expect(
            place(Array("a: é\nb: ".utf8) + [0xFF]) == ["2:4: the file is not UTF-8 from here on"])
        #expect(place([0x61, 0xC0, 0x80]) == ["1:2: the file is not UTF-8 from here on"])
        #expect(place([0xED, 0xA0, 0x80]) == ["1:1: the file is not UTF-8 from here on"])
        #expect(place(Array("a: é".utf8).dropLast()) == ["1:4: the file is not UTF-8 from here on"])
    }

    @Test func `noise does not crash the parser`() {
        var random = SplitMix(state: 41)
        let pieces = [
            "a", ": ", "- ", "[", "]", "{", "}", ",", "\n", "  ", "&x ", "*x", "!t ", "\"", "'",
            "|", ">", "#",
            "? ", "%", "---\n", "...\n", "\\", "é", "<<", "\u{0}", "1", "@", "`",
        ]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0..<40, using: &random))
                .map { _ in pieces.randomElement(using: &random)! }.joined()
            let parsed = AgreementText.parse(yaml: text)
            #expect(parsed.root != nil || !parsed.problems.isEmpty, "seed 41: \(text)")
            let reading = Agreement.read(yaml: text)
            #expect(reading.agreement == nil && !reading.problems.isEmpty, "seed 41: \(text)")
        }
    }
}
