// SPDX-License-Identifier: Apache-2.0
import Testing
import TransparencyLog

private func parse(_ text: String, _ numbers: JSON.Numbers = .integersOnly) throws -> JSON {
    try JSON.parse(text.bytes, numbers: numbers)
}

private func canonical(_ text: String, _ numbers: JSON.Numbers = .integersOnly) throws -> String {
    String(decoding: try parse(text, numbers).canonicalBytes, as: UTF8.self)
}

/// The text is refused at that place, for a reason that has these words.
private func refused(
    _ bytes: [UInt8], _ line: Int, _ column: Int, _ words: String,
    _ numbers: JSON.Numbers = .integersOnly,
    _ location: SourceLocation = #_sourceLocation
) {
    let fault = #expect(throws: MalformedJSON.self, sourceLocation: location) {
        try JSON.parse(bytes, numbers: numbers)
    }
    guard let fault else { return }
    #expect(fault.line == line && fault.column == column, "\(fault)", sourceLocation: location)
    #expect(fault.reason.contains(words), "\(fault)", sourceLocation: location)
}

private func refused(
    _ text: String, _ line: Int, _ column: Int, _ words: String,
    _ numbers: JSON.Numbers = .integersOnly,
    _ location: SourceLocation = #_sourceLocation
) { refused(text.bytes, line, column, words, numbers, location) }

@Suite struct JSONParsingTests {
    @Test func `every kind of value is read`() throws {
        let value = try parse(
            #" {"a": [null, true, false, 0, -7, 9007199254740991, "x"], "b": {}, "c": [], "d": ""} "#
        )
        #expect(
            value == [
                "a": [.null, true, false, 0, -7, 9_007_199_254_740_991, "x"], "b": .object([:]),
                "c": [], "d": "",
            ])
        #expect(value["a"]?.array?.count == 7)
        #expect(value["a"]?.array?[4].integer == -7)
        #expect(value["a"]?.array?[1].bool == true)
        #expect(value["d"]?.string == "")
        #expect(value["b"]?.object?.isEmpty == true)
        #expect(value["e"] == nil && JSON.null["a"] == nil)
    }

    @Test func `a single value is a document`() throws {
        #expect(try parse("\t\r\n 12 \n") == 12)
        #expect(try parse("\"a\"") == "a")
        #expect(try parse("null") == .null)
    }

    @Test func `escapes and characters of every length are read`() throws {
        #expect(
            try parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00""#)
                == .string("\"\\/\u{8}\u{c}\n\r\tAé€😀"))
        #expect(try parse("\"é€😀\u{7f}\u{2028}\"").string == "é€😀\u{7f}\u{2028}")
        // Every way of eight to fall, since strings are scanned by eights.
        for length in 0..<40 {
            let plain = String(repeating: "a", count: length)
            #expect(try parse("\"\(plain)\"").string == plain)
            #expect(try parse("\"\(plain)\\n\(plain)é\"").string == "\(plain)\n\(plain)é")
            #expect(try parse("[\"\(plain)😀\",1]") == [.string(plain + "😀"), 1])
            refused("\"\(plain)", 1, 1, "no end")
            refused("\"\(plain)\u{1}\"", 1, length + 2, "control character")
        }
    }

    @Test func `what is not JSON is refused with its place`() {
        refused("", 1, 1, "expected a value, found the end")
        refused("  \n ", 2, 2, "found the end")
        refused("[1,]", 1, 4, "expected a value")
        refused("[1 2]", 1, 4, "comma or the end of the array")
        refused("[1", 1, 3, "comma or the end of the array")
        refused("{\"a\":1,}", 1, 8, "key in quotes")
        refused("{a:1}", 1, 2, "key in quotes")
        refused("{\"a\" 1}", 1, 6, "colon")
        refused("{\"a\":1", 1, 7, "comma or the end of the object")
        refused("{\"a\":}", 1, 6, "expected a value")
        refused("{'a':1}", 1, 2, "key in quotes")
        refused("[1] x", 1, 5, "nothing after")
        refused("1 2", 1, 3, "nothing after")
        refused("{}\u{0}", 1, 3, "nothing after")
        refused("nul", 1, 1, "expected null")
        refused("True", 1, 1, "expected a value")
        refused("// a\n1", 1, 1, "expected a value")
        refused("]", 1, 1, "expected a value")
        refused("[}", 1, 2, "expected a value")
        refused("{\n  \"a\": [\n    1,\n    é\n  ]\n}", 4, 5, "expected a value")
        refused("[\"é\", x]", 1, 7, "expected a value")
    }

    @Test func `white space is only what RFC 8259 names`() {
        refused("\u{FEFF}1", 1, 1, "byte order mark")
        refused("\u{A0}1", 1, 1, "expected a value")
        refused("\u{C}1", 1, 1, "expected a value")
        refused("[1,\u{2028}2]", 1, 4, "expected a value")
    }

    @Test func `numbers that cannot be signed are refused`() {
        refused("-0", 1, 1, "only integers")
        refused("1.0", 1, 1, "only integers")
        refused("[1e3]", 1, 2, "only integers")
        refused("9007199254740992", 1, 1, "only integers")
        refused("-9007199254740992", 1, 1, "only integers")
        refused("99999999999999999999999999", 1, 1, "only integers")
        refused("NaN", 1, 1, "expected a value")
        refused("Infinity", 1, 1, "expected a value")
        refused("-Infinity", 1, 2, "expected a digit")
        for numbers in [JSON.Numbers.integersOnly, .anyAsWritten] {
            refused("01", 1, 1, "leading zeros", numbers)
            refused("-01", 1, 2, "leading zeros", numbers)
            refused("00000000000000000001", 1, 1, "leading zeros", numbers)
            refused("+1", 1, 1, "expected a value", numbers)
            refused(".5", 1, 1, "expected a value", numbers)
            refused("1.", 1, 3, "expected a digit", numbers)
            refused("-", 1, 2, "expected a digit", numbers)
            refused("1e", 1, 3, "expected a digit", numbers)
            refused("1e+", 1, 4, "expected a digit", numbers)
            refused("0x10", 1, 2, "nothing after", numbers)
            refused("1_000", 1, 2, "nothing after", numbers)
            refused("-NaN", 1, 2, "expected a digit", numbers)
        }
    }

    @Test func `figures in others' files are kept as they were written`() throws {
        #expect(
            try parse(
                "[1, -0, 1.50, 1e+20, -2E-3, 9007199254740992, NaN, -Infinity, Infinity]",
                .anyAsWritten)
                == [
                    1, .decimal("-0"), .decimal("1.50"), .decimal("1e+20"), .decimal("-2E-3"),
                    .decimal("9007199254740992"), .decimal("NaN"), .decimal("-Infinity"),
                    .decimal("Infinity"),
                ])
        #expect(try canonical("[1.50,NaN]", .anyAsWritten) == "[1.50,NaN]")
        #expect(try parse("-9007199254740991") == -9_007_199_254_740_991)
    }

    @Test func `a key given twice is refused at the second`() {
        refused(#"{"a":1,"a":2}"#, 1, 8, "\"a\" is given twice")
        refused(#"{"a":1,"b":2,"a":1}"#, 1, 14, "given twice")
        refused("{\"b\":1,\n \"\\u0062\":1}", 2, 2, "given twice")
        refused(#"[{"x":{"":1,"":1}}]"#, 1, 13, "given twice")
        let long = String(repeating: "k", count: 100)
        refused("{\"\(long)\":1,\"\(long)\":2}", 1, 107, "\"\(long.prefix(60))…\" is given")
        // A terminal would take what follows U+001B for a command.
        refused(#"{"\u001b[1m":1,"\u001b[1m":2}"#, 1, 16, "\"?[1m\" is given")
    }

    @Test func `composed and decomposed letters are two keys`() throws {
        let value = try parse("{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value.object?.count == 2)
        #expect(value["\u{E9}"] == 1 && value["e\u{301}"] == 2)
        #expect(JSON.string("\u{E9}") != JSON.string("e\u{301}"))
        #expect(JSON.object(["\u{212A}": 1]) != JSON.object(["K": 1]))
    }

    @Test func `strings that are not Unicode are refused`() {
        refused(#""\ud800""#, 1, 2, "lone surrogate")
        refused(#""\udc00\ud800""#, 1, 2, "lone surrogate")
        refused(#""ab\ud800\u0041""#, 1, 4, "lone surrogate")
        refused(#""\ud83d😀""#, 1, 2, "lone surrogate")
        refused(#""\u12g4""#, 1, 6, "hexadecimal")
        refused(#""\u12"#, 1, 6, "hexadecimal")
        refused(#""\x41""#, 1, 2, "no such escape")
        refused(#""\"#, 1, 2, "found the end")
        refused("\"a\nb\"", 1, 3, "control character")
        refused("\"\t\"", 1, 2, "control character")
    }

    @Test(
        arguments: [
            [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xF0, 0x80, 0x80, 0x80],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0x80], [0xBF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xFE], [0xFF],
        ] as [[UInt8]])
    func `bytes that are not strict UTF-8 are refused`(bytes: [UInt8]) {
        refused("[\"ab".bytes + bytes + "\"]".bytes, 1, 5, "not UTF-8")
        refused("[\"a\\n".bytes + bytes + "\"]".bytes, 1, 6, "not UTF-8")
        refused("{\"é".bytes + bytes + "\":1}".bytes, 1, 4, "not UTF-8")
    }

    @Test func `sixty-four levels are read, more are refused without a crash`() throws {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        _ = try parse(nested(64, "[", "]"))
        _ = try parse(nested(64, "{\"a\":", "}"))
        refused(nested(65, "[", "]"), 1, 65, "more than 64 levels")
        refused(nested(1_000, "[", "]"), 1, 65, "more than 64 levels")
        refused(nested(1_000, "{\"a\":", "}"), 1, 321, "more than 64 levels")
        refused(String(repeating: "[", count: 2_000_000), 1, 65, "more than 64 levels")
    }

    @Test func `a thousand levels can be asked for and are written, compared and freed`() throws {
        let text = String(repeating: "[", count: 1_000) + String(repeating: "]", count: 1_000)
        let deep = try JSON.parse(text.bytes, maximumDepth: 1_000)
        #expect(deep.canonicalBytes == text.bytes)
        #expect(try deep == JSON.parse(deep.prettyBytes, maximumDepth: 1_000))
        #expect(deep.hashValue == (try JSON.parse(text.bytes, maximumDepth: 1_000)).hashValue)
    }
}

@Suite struct JSONCanonicalTests {
    /// RFC 8785 §3.2.2 and §3.2.3, without its floating-point numbers.
    @Test func `the sample of RFC 8785 comes out byte for byte`() throws {
        let input = #"""
            {
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """#
        #expect(
            try canonical(input)
                == #"{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#)
    }

    /// RFC 8785 §3.2.3: U+1F600 is a pair of surrogates, so it comes before U+FB33.
    @Test func `keys are sorted by UTF-16 code units`() throws {
        let input = #"""
            {
              "\u20ac": "Euro Sign",
              "\r": "Carriage Return",
              "\ufb33": "Hebrew Letter Dalet With Dagesh",
              "1": "One",
              "\ud83d\ude00": "Emoji: Grinning Face",
              "\u0080": "Control",
              "\u00f6": "Latin Small Letter O With Diaeresis"
            }
            """#
        let object = try #require(try parse(input).object)
        #expect(
            object.members.map(\.value.string) == [
                "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis",
                "Euro Sign",
                "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
            ])
        for key in object.keys { #expect(object[key] != nil) }
    }

    @Test func `sorting agrees with Swift's own UTF-16 for random keys`() {
        var random = SplitMix(state: 42)
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FB33}",
            "\u{FFFF}",
            "\u{10000}", "\u{1F600}", "\u{10FFFF}",
        ]
        for _ in 0..<2_000 {
            var keys: Set<String> = []
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                var key = ""
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    key.unicodeScalars.append(alphabet.randomElement(using: &random)!)
                }
                keys.insert(key)
            }
            let object = JSONObject(keys.sorted().map { ($0, JSON.null) })
            let expected = keys.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
            #expect(object.keys.map(\.bytes) == expected.map(\.bytes))
        }
    }

    @Test func `control characters are written as RFC 8785 says`() {
        let controls = String(
            String.UnicodeScalarView((0..<0x20).map { Unicode.Scalar(UInt8($0)) }))
        #expect(
            String(decoding: JSON.string(controls + "\u{7F}/").canonicalBytes, as: UTF8.self)
                == #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010"#
                + #"\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"#
                + "\u{7F}/\"")
    }

    @Test func `canonical and pretty text read back as the same value`() throws {
        let value: JSON = [
            "b": [1, -2, "x\ny", .null, true, .array([]), .object([:])],
            "a": ["é": "😀", "": false],
        ]
        #expect(try JSON.parse(value.canonicalBytes) == value)
        #expect(try JSON.parse(value.prettyBytes) == value)
        #expect(
            String(decoding: value.canonicalBytes, as: UTF8.self)
                == #"{"a":{"":false,"é":"😀"},"b":[1,-2,"x\ny",null,true,[],{}]}"#)
        #expect(
            String(
                decoding: (["b": [1, ["c": 2]], "a": .object([:])] as JSON).prettyBytes,
                as: UTF8.self)
                == "{\n  \"a\": {},\n  \"b\": [\n    1,\n    {\n      \"c\": 2\n    }\n  ]\n}\n")
    }

    @Test func `members are set, replaced and removed in order`() {
        var object: JSONObject = ["b": 2, "a": 1]
        object["c"] = 3
        object["aa"] = "x"
        object["b"] = nil
        object["none"] = nil
        object["a"] = .null
        #expect(object.keys == ["a", "aa", "c"])
        #expect(object["a"] == .some(.null) && object["b"] == nil)
        #expect(object == JSONObject([("c", 3), ("a", .null), ("aa", "x")]))
        #expect(object.count == 3 && !object.isEmpty && JSONObject().isEmpty)
    }

    @Test func `random values read back and equal ones have equal bytes`() throws {
        var random = SplitMix(state: 2026)
        for _ in 0..<500 {
            let value = randomValue(depth: 4, &random)
            #expect(try JSON.parse(value.canonicalBytes) == value)
            #expect(try JSON.parse(value.prettyBytes).canonicalBytes == value.canonicalBytes)
        }
    }

    private func randomValue(depth: Int, _ random: inout SplitMix) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2:
            return .integer(.random(in: -JSON.largestInteger...JSON.largestInteger, using: &random))
        case 3: return .string(randomText(&random))
        case 4:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    randomValue(depth: depth - 1, &random)
                })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                object[randomText(&random)] = randomValue(depth: depth - 1, &random)
            }
            return .object(object)
        }
    }

    private func randomText(_ random: inout SplitMix) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "\"", "\\", "\n", "\u{0}", "\u{1F}", "é", "€", "😀", "\u{301}", "/",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            text.append(alphabet.randomElement(using: &random)!)
        }
        return String(text)
    }
}
