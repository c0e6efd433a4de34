// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Foundation
import Site
import Testing

@Suite struct PrometheusTextTests {
    private func read(_ text: String) throws -> [PrometheusSeries] {
        var all: [PrometheusSeries] = []
        try PrometheusText.read(Array(text.utf8), file: "page") { series in all.append(series) }
        return all
    }

    @Test func `series, labels, values and times are read as they are written`() throws {
        let all = try read(
            """
            # HELP up Whether it is up. "quotes" and \\ backslashes.
            # TYPE up gauge
            # a comment

            up 1
            up{} 0
            \t a:b_c {x = "1" , y="a\\"b\\\\c\\nd",} -2.5e3 1700000000123\(" ")
            rest{é="1"} NaN
            """.replacing("é", with: "_e") + "\n")
        #expect(all.map(\.name) == ["up", "up", "a:b_c", "rest"])
        #expect(all[2].labels == ["x": "1", "y": "a\"b\\c\nd"])
        #expect(all[2].value == -2500 && all[2].text == "-2.5e3")
        #expect(all[2].milliseconds == 1_700_000_000_123 && all[2].line == 7)
        #expect(all[3].value.isNaN && all[3].milliseconds == nil)
        #expect(try read("a +Inf\nb -Inf\n").map(\.value) == [.infinity, -.infinity])
        #expect(try read("").isEmpty)
    }

    @Test(arguments: [
        ("up 1", "line 1, column 5", "ends within a line"),
        ("ok 1\nup\n", "line 2, column 3", "a number was expected"),
        ("up one\n", "line 1, column 4", "not “one”"),
        ("up 0x10\n", "line 1, column 4", "not “0x10”"),
        ("up 1 2 3\n", "line 1, column 8", "end of the line"),
        ("up 1 1.5\n", "line 1, column 6", "milliseconds"),
        ("1up 1\n", "line 1, column 1", "metric's name"),
        ("up{a=\"1\" b=\"2\"} 1\n", "line 1, column 10", "comma or }"),
        ("up{a=1} 1\n", "line 1, column 6", "in quotes"),
        ("up{a:b=\"1\"} 1\n", "line 1, column 5", "expected ="),
        ("up{a=\"1\",a=\"2\"} 1\n", "line 1, column 10", "twice"),
        ("up{a=\"é\\x\"} 1\n", "line 1, column 9", "backslash"),
        ("up{a=\"1} 1\n", "line 1, column 6", "not closed"),
        ("up{a=\"1\"\n", "line 1, column 9", "comma or }"),
        ("# TYPE up level\n", "line 1, column 11", "one of counter"),
        ("# TYPE 1 gauge\n", "line 1, column 8", "the name of the metric"),
        ("up 1\r\n", "line 1, column 4", "a number"),
    ])
    func `a broken page is refused with its place`(
        text: String, place: String, reason: String
    ) {
        checkMalformed("page, \(place):", reason) { _ = try read(text) }
    }

    @Test func `long lines and many labels are refused, not stored`() {
        let long = "up{a=\"" + String(repeating: "x", count: 70_000) + "\"} 1\n"
        checkMalformed("line 1", "65536") { _ = try read(long) }
        let labels = (0...128).map { "l\($0)=\"\"" }.joined(separator: ",")
        checkMalformed("more than 128 labels") { _ = try read("up{\(labels)} 1\n") }
    }

    @Test func `bytes that are not UTF-8 within a value are refused`() {
        let page = Array("up{a=\"".utf8) + [0xFF, 0xFE] + Array("\"} 1\n".utf8)
        checkMalformed("line 1, column 6", "UTF-8") {
            try PrometheusText.read(page, file: "page") { _ in }
        }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `the real pages of two exporters are read to the last line`() throws {
        for (folder, name, count) in [
            ("compute/dcgm", "sample-a100-mig", 13), ("compute/simhall", "node1", 44),
        ] {
            let file = try Reference.file(folder, name)
            let page = try file.readAll(limit: 1 << 20)
            var series = 0
            try PrometheusText.read(page, file: file.path) { _ in series += 1 }
            // Counted by hand: lines that begin with a metric's name.
            let lines = String(decoding: page, as: UTF8.self).split(separator: "\n")
            #expect(series == lines.count { $0.hasPrefix("DCGM") })
            #expect(series == count)
        }
    }
}
