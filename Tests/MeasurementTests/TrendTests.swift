// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Measurement

struct DoublingOracle: Decodable {
    let models: [String]
    let n: Int
    let slope_per_day: Double
    let slope_se: Double
    let r2: Double
    let doubling_days: Double
    let t_ci_days: [Double]
    let crossing: [String: String]
}

@Suite struct TrendTests {
    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `METR's published trend since 2023 is reproduced, record holders and all`() throws {
        let oracle: DoublingOracle = try Reference.oracles("doubling_time_2023")
        let trend = try Trend.estimate(try horizons(), since: CalendarDay("2023-01-01"))
        #expect(trend.points.map(\.name) == oracle.models)
        #expect(trend.points.count == oracle.n)
        check(trend.slope, near: oracle.slope_per_day, within: 6e-10)
        check(trend.slopeStandardError, near: oracle.slope_se, within: 6e-10)
        check(trend.rSquared, near: oracle.r2, within: 6e-7)
        check(try #require(trend.doublingTimeDays), near: oracle.doubling_days, within: 6e-4)
        let interval = try #require(trend.estimateDoublingTimeInterval())
        check(interval.lower, near: oracle.t_ci_days[0], within: 6e-4)
        check(interval.upper, near: oracle.t_ci_days[1], within: 6e-4)
        for (label, day) in oracle.crossing {
            let minutes = try #require(Double(label.dropLast(3)))
            let crossing = try #require(trend.day(reaching: minutes))
            let expected = try #require(CalendarDay(day))
            #expect(abs(crossing.number - expected.number) <= 1, "\(label): \(crossing)")
        }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `other windows and the stricter reliability are reproduced too`() throws {
        // Recomputed elsewhere from the same table; the first is also METR's own figure.
        let cases: [(String, String?, Double, Int, Double)] = [
            ("p50", nil, 187.778, 17, 0.9347), ("p50", "2024-01-01", 102.176, 13, 0.9807),
            ("p80", "2023-01-01", 130.761, 13, 0.903), ("p80", "2024-01-01", 102.797, 13, 0.970),
        ]
        for (column, since, days, count, rSquared) in cases {
            let trend = try Trend.estimate(
                try horizons(column), since: since.flatMap(CalendarDay.init))
            check(try #require(trend.doublingTimeDays), near: days, within: 6e-4, column)
            #expect(trend.points.count == count)
            check(trend.rSquared, near: rSquared, within: 6e-4, column)
        }
    }

    @Test func `the window comes before the running maximum`() throws {
        let values = [
            ("old", "2020-01-01", 100.0), ("new", "2024-01-01", 1), ("newer", "2024-06-01", 2),
        ]
        let records = Trend.recordHolders(among: dated(values), since: CalendarDay("2024-01-01"))
        #expect(records.map(\.name) == ["new", "newer"])
        #expect(Trend.recordHolders(among: dated(values)).map(\.name) == ["old"])
    }

    @Test func `of one day only the highest is a record, with its equals`() {
        let values = [
            ("low", "2024-01-01", 1.0), ("high", "2024-01-01", 3), ("twin", "2024-01-01", 3),
            ("below", "2024-02-01", 2), ("equal", "2024-03-01", 3),
        ]
        #expect(Trend.recordHolders(among: dated(values)).map(\.name) == ["high", "twin", "equal"])
    }

    @Test func `an exact doubling every hundred days is found, without any doubt`() throws {
        let values = (0..<6).map { step in
            DatedValue(
                name: "m\(step)", day: CalendarDay(number: 19_000 + 100 * step),
                value: Double(1 << step))
        }
        let trend = try Trend.estimate(values)
        check(try #require(trend.doublingTimeDays), near: 100, within: 1e-9)
        let interval = try #require(trend.estimateDoublingTimeInterval())
        check(interval.upper - interval.lower, near: 0, within: 1e-6)
    }

    @Test func `a slope that may be zero leaves the doubling time without an upper end`() throws {
        let values = [
            ("a", "2024-01-01", 1.0), ("b", "2024-02-01", 1.01), ("c", "2024-06-01", 1.01),
            ("d", "2024-06-03", 40),
        ]
        let trend = try Trend.estimate(dated(values))
        let interval = try #require(trend.estimateDoublingTimeInterval())
        #expect(interval.upper == .infinity)
        #expect(interval.lower > 0)
    }

    @Test func `a horizon of zero is raised to a thousandth before its logarithm is taken`() throws
    {
        let zero = [("a", "2024-01-01", 0.0), ("b", "2024-02-01", 1), ("c", "2024-03-01", 5)]
        let small = [("a", "2024-01-01", 0.001), ("b", "2024-02-01", 1), ("c", "2024-03-01", 5)]
        #expect(try Trend.estimate(dated(zero)).slope == Trend.estimate(dated(small)).slope)
    }

    @Test func `too few records, one day and infinite values are refused`() {
        let bad = [
            [("a", "2024-01-01", 1.0), ("b", "2024-02-01", 2)],
            [("a", "2024-01-01", 1.0), ("b", "2024-01-01", 1), ("c", "2024-01-01", 1)],
            [("a", "2024-01-01", 1.0), ("b", "2024-02-01", 2), ("c", "2024-03-01", .infinity)],
        ]
        for values in bad {
            #expect(throws: UnusableSample.self) { try Trend.estimate(dated(values)) }
        }
    }

    @Test func `days are read strictly and written back the same`() {
        for (text, number) in [
            ("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-03-05", 20_517), ("1969-12-31", -1),
        ] {
            #expect(CalendarDay(text)?.number == number)
            #expect(CalendarDay(number: number).description == text)
        }
        for text in [
            "2023-02-29", "2024-13-01", "2024-00-10", "2024-1-1", "2024-01-32", "24-01-01",
            "2024/01/01", "", "2024-01-01T",
        ] {
            #expect(CalendarDay(text) == nil, "\(text)")
        }
    }

    private func horizons(_ column: String = "p50") throws -> [DatedValue] {
        try Reference.table("metr/th1_1_headline.csv").map { row in
            DatedValue(
                name: try row.text("model"), day: try day(row.text("release_date")),
                value: try row.number(column))
        }
    }

    private func day(_ text: String) throws -> CalendarDay { try #require(CalendarDay(text)) }

    private func dated(_ values: [(String, String, Double)]) -> [DatedValue] {
        values.compactMap { name, day, value in
            CalendarDay(day).map { DatedValue(name: name, day: $0, value: value) }
        }
    }
}
