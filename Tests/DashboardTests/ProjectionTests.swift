// SPDX-License-Identifier: Apache-2.0

import Foundation
import Measurement
import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake
@testable import Dashboard

/// Oracle of days: scipy 1.17.1 on METR's published horizons, as in the tests of Measurement.
@Suite struct ProjectionTests {
    private static let table = Scene.root.appending(path: "../shared/data/metr/th1_1_headline.csv")
    private static var isPresent: Bool {
        ProcessInfo.processInfo.environment["CI"] != nil
            || FileManager.default.fileExists(atPath: table.path)
    }

    private func point(
        _ label: String, _ day: String, _ value: String, by signer: String = "evaluator-1",
        standing: Chart.Standing = .counts, evidence: [String] = []
    ) throws -> Chart.Point {
        Chart.Point(
            label: label, at: try #require(Time(day)), value: try #require(ExactDecimal(value)),
            interval: nil, signer: signer, entry: nil, isFictional: false, standing: standing,
            suite: "a suite", evidence: evidence)
    }

    /// METR's horizons since 2023, in minutes.
    private func headline() throws -> [Chart.Point] {
        let lines = try String(contentsOf: Self.table, encoding: .utf8)
            .split(whereSeparator: \.isNewline)
        let columns = lines[0].split(separator: ",").map(String.init)
        let day = try #require(columns.firstIndex(of: "release_date"))
        return try lines.dropFirst().map { $0.split(separator: ",").map(String.init) }
            .filter { $0[day] >= "2023" }
            .map { try point($0[0], $0[day], $0[1], evidence: ["abc123"]) }
    }

    private func chart(
        _ points: [Chart.Point], _ thresholds: [String], unit: QuantityUnit = .minutes,
        most: String = "960"
    ) throws -> Chart {
        let most = try #require(ExactDecimal(most))
        return Chart(
            id: "c", title: "a title", method: "a method", unit: unit, points: points,
            thresholds: try thresholds.map {
                Chart.Threshold(figure: try #require(ExactDecimal($0)), label: "line")
            },
            least: .zero, most: most, trend: nil, fit: Chart.Fit(points, ceiling: most))
    }

    @Test(.enabled(if: isPresent, "reference data is absent"))
    func `the trend of the published horizons leads to the days of the oracle`() throws {
        let chart = try chart(headline(), ["480", "2400"])
        let trend = try #require(chart.sentences.last)
        #expect(trend.contains("doubling in 128.7 d (110.3 to 154.7 d, 95 %)"))
        #expect(trend.contains("14 record holders, R² 0.934"))
        let sentences = chart.projections.map { chart.sentence($0) }
        #expect(
            sentences == [
                "the trend of the estimates reached 8 h (line) on 2026-03-03 "
                    + "(2025-12-16 to 2026-06-12, 95 %)",
                "the trend of the estimates would reach 40 h (line) on 2026-12-27 "
                    + "(2026-09-04 to 2027-05-31, 95 %), if growth goes on as it did",
            ])
        let json = chart.json
        let crossing = try #require(json["thresholds"]?.array?.last?["crossing"])
        #expect(crossing["day"] == "2026-12-27")
        #expect(crossing["interval"] == ["2026-09-04", "2027-05-31"])
        #expect(json["trend"]?["kind"] == "fitted")
    }

    @Test(.enabled(if: isPresent, "reference data is absent"), arguments: Chart.Size.allCases)
    func `the day stands on the threshold's line, within the drawing`(_ size: Chart.Size) throws {
        let chart = try chart(headline(), ["2400"])
        let markup = Markup(chart.file(size).markup)
        #expect(markup.mistakes == [])
        let drawing = Drawing(chart, size)
        #expect(drawing.timeAxis.to > 20969)
        let mark = try #require(markup.all("circle").first { $0.attributes["class"] == "reached" })
        let x = try #require(mark.attributes["cx"].flatMap { Double($0) })
        let y = try #require(mark.attributes["cy"].flatMap { Double($0) })
        #expect(abs(x - drawing.x(day: 20814)) < 0.1)
        #expect(abs(y - drawing.y(2400)) < 0.1)
        let spans = markup.all("line").filter { $0.attributes["class"] == "span" }
        let first = try #require(spans.first?.attributes)
        #expect(abs(Double(first["x1"]!)! - drawing.x(day: 20700)) < 0.1)
        #expect(abs(Double(first["x2"]!)! - drawing.x(day: 20969)) < 0.1)
    }

    @Test func `the measurement behind a point is told where one points at it`() throws {
        let chart = try chart(
            [
                try point("m", "2026-01-01", "60", evidence: ["00ff"]),
                try point("n", "2026-02-01", "2000", standing: .withdrawn),
            ], [])
        let text = Markup(chart.svg(.wide).markup).text
        #expect(text.contains("m: 60 min, evaluator-1, made 2026-01-01"))
        #expect(text.contains("suite: a suite"))
        #expect(text.contains("sha256:00ff"))
        #expect(text.contains("n: at least 16 h, evaluator-1, made 2026-02-01, withdrawn"))
    }

    @Test func `only what counts, below the ceiling, is fitted`() throws {
        let base = try (0..<4).map {
            try point("m\($0)", "2026-0\($0 + 1)-01", "\(10 << $0)")
        }
        let fit = try #require(Chart.Fit(base, ceiling: ExactDecimal("960")!))
        let more =
            base + [
                try point("x", "2026-06-01", "5000"),
                try point("y", "2026-06-02", "900", standing: .withdrawn),
                try point("z", "2026-06-03", "900", standing: .preliminary),
                try point("m0", "2026-06-04", "900", standing: .replaced),
            ]
        #expect(Chart.Fit(more, ceiling: ExactDecimal("960")!)?.trend == fit.trend)
        #expect(Chart.Fit(Array(base.prefix(2)), ceiling: ExactDecimal("960")!) == nil)
        let drawn = try chart(base, [])
        #expect(drawn.line != nil)
    }

    @Test func `of several evaluators' values of one model the lower median is taken`() throws {
        let points = try [
            point("a", "2026-01-01", "10"), point("b", "2026-02-01", "20"),
            point("c", "2026-03-01", "40"), point("c", "2026-03-09", "90", by: "evaluator-2"),
            point("c", "2026-03-11", "50", by: "evaluator-3"),
        ]
        let fit = try #require(Chart.Fit(points, ceiling: ExactDecimal("960")!))
        #expect(fit.trend.points.map(\.value) == [10, 20, 50])
        #expect(fit.trend.points.last?.day.description == "2026-03-01")
    }

    @Test func `values of the frontier follow each other`() throws {
        let points = try [("2026-01-01", "1e24"), ("2026-02-01", "2e24"), ("2026-03-01", "4e24")]
            .map { try point("frontier", $0.0, $0.1) }
        let chart = try chart(points, ["1e26"], unit: .flop, most: "1e30")
        #expect(chart.fit?.trend.points.count == 3)
        #expect(chart.projections.count == 1)
    }

    @Test func `a share gets no line that would leave its scale`() throws {
        let points = try (0..<4).map { try point("m\($0)", "2026-0\($0 + 1)-01", "0.\($0 + 2)") }
        let chart = try chart(points, ["0.9"], unit: .share, most: "1")
        #expect(chart.line == nil && chart.projections.isEmpty)
    }

    @Test func `a day too far away is said, and not drawn as if it were near`() throws {
        let points = try (0..<4).map { try point("m\($0)", "2026-0\($0 + 1)-01", "\(10 << $0)") }
        let chart = try chart(points, ["1e12"], most: "1e13")
        #expect(chart.projectedEnd == nil)
        let markup = Markup(chart.svg(.wide).markup)
        #expect(markup.text.contains("→ "))
        #expect(!markup.all("circle").contains { $0.attributes["class"] == "reached" })
    }

    @Test func `a signed doubling time leads to days with its own interval`() throws {
        let indicator = try #require(Scene.agreement.indicator("horizon-50"))
        let chart = Chart(indicator, of: Scene().state, under: Scene.agreement)
        let anchor = try #require(chart.anchor)
        let line = try #require(chart.line)
        let crossing = try #require(line.crossing(of: anchor.value.approximate * 4))
        #expect(abs(crossing.day - anchor.day - 2 * 128.7) < 1e-6)
        #expect(abs((crossing.earliest ?? 0) - anchor.day - 2 * 104.4) < 1e-6)
        #expect(abs((crossing.latest ?? 0) - anchor.day - 2 * 158) < 1e-6)
    }

    @Test func `what became of a revision shows in the drawing`() throws {
        let indicator = try #require(Scene.agreement.indicator("horizon-50"))
        let chart = Chart(indicator, of: Scene().state, under: Scene.agreement)
        let fates = chart.points.filter { $0.label == "fiction-1" }.map {
            "\($0.entry?.value ?? 0) \($0.standing.rawValue)"
        }
        #expect(
            fates == [
                "10 preliminary", "12 withdrawn", "14 replaced by a newer one", "27 counts",
            ])
        let ofModel = chart.points.filter { $0.label == "fiction-1" }
        #expect(!ofModel.contains { !$0.isFictional })
    }

    @Test func `figures with exponents have one digit before the point`() {
        for (value, words) in [
            ("38e25", "3.8e26 FLOP"), ("1e26", "1e26 FLOP"), ("3.15e23", "3.15e23 FLOP"),
            ("120", "120 FLOP"),
        ] {
            #expect(Quantity(ExactDecimal(value)!, .flop).words == words)
        }
    }

    // MARK: - Bars for a terminal

    @Test func `bars rise with their values, on the scale that is said`() throws {
        let cases: [([String], QuantityUnit, String, String, String)] = [
            (["1", "2", "4", "8", "16", "32", "64", "128"], .minutes, "▁▂▃▄▅▆▇█", "1", "128"),
            (["0", "0.5", "1"], .share, "▁▅█", "0", "1"), (["0.5"], .share, "▅", "0", "1"),
            (["7", "7"], .flop, "▄▄", "7", "7"), (["0", "4", "8"], .count, "▁▅█", "0", "8"),
        ]
        for (values, unit, bars, low, high) in cases {
            let line = try #require(Sparkline(values.map { ExactDecimal($0)! }, unit: unit))
            #expect(line.bars == bars, "\(values)")
            #expect(line.low.description == low && line.high.description == high)
        }
        #expect(Sparkline([], unit: .share) == nil)
        let many = (1...100).map { ExactDecimal(coefficient: Int128($0)) }
        let line = try #require(Sparkline(many, unit: .count))
        #expect(line.bars.count == 24 && line.low.description == "77")
    }
}
