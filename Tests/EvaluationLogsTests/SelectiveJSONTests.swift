// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import EvaluationLogs

@Suite struct SelectiveJSONTests {
    private static let document = """
        { "skip": {"keep": [1, "}]", {"a": "\\""}]}, "keep": {"x": "\\\\", "y": [ ] }, "n\\u0061n": NaN,
          "list": [ {"keep": 1.5e3, "other": [[[]]]} , {"keep":"two"}, {} ], "none": null, "list2": [],
          "last": true }
        """

    /// What is found in the document when it comes in pieces of this size, a line each.
    private func events(_ text: String, piece: Int) throws -> [String] {
        var result: [String] = []
        func found(_ event: SelectiveJSON.Event) {
            switch event {
            case .value(let path, let bytes):
                result.append(
                    path.joined(separator: ".") + "=" + String(decoding: bytes, as: UTF8.self))
            case .closed(let path): result.append(path.joined(separator: ".") + " closed")
            }
        }
        var reader = SelectiveJSON(limit: 100) { path in
            switch path.last {
            case nil, "list", "list2", "[]", "none": .enter
            case "keep", "nan", "last": .keep
            default: .skip
            }
        }
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            try bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes {
                try reader.push($0, found)
            }
        }
        try reader.finish(found)
        return result
    }

    @Test func `only what was asked for is found, however the bytes are cut`() throws {
        let expected = [
            "keep={\"x\": \"\\\\\", \"y\": [ ] }", "nan=NaN", "list.[].keep=1.5e3",
            "list.[] closed",
            "list.[].keep=\"two\"", "list.[] closed", "list.[] closed", "list closed", "none=null",
            "list2 closed", "last=true", " closed",
        ]
        for piece in [1, 2, 3, 5, 7, 64, 10_000] {
            #expect(try events(Self.document, piece: piece) == expected, "pieces of \(piece)")
        }
    }

    @Test func `a document that is cut off anywhere is refused`() {
        let bytes = Array(Self.document.utf8)
        for length in 0..<bytes.count {
            #expect(throws: SelectiveJSON.Malformed.self, "\(length) bytes") {
                try events(String(decoding: bytes[..<length], as: UTF8.self), piece: 16)
            }
        }
    }

    @Test(
        arguments: [
            "{} {}", "{,}", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":}", "{a:1}", "{\"a\":[}",
            "{\"a\":[1}}",
            "{\"list\":[1,]}", "{\"list\":[,1]}", "]", "{\"a\":1 2}", "{\"a\":\"b\"c}",
            "{\"a\":1,,\"b\":2}",
            "{\"\\x\":1}", "{\"list\":[1}",
            "{\"keep\":\"" + String(repeating: "x", count: 200) + "\"}",
            "{\"a\":" + String(repeating: "[", count: 1_001),
        ])
    func `what is not well formed is refused`(text: String) {
        #expect(throws: SelectiveJSON.Malformed.self) { try events(text, piece: 4) }
    }
}
