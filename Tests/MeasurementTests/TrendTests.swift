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

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `a day of crossing comes with the days that are not excluded`() throws {
        let trend = try Trend.estimate(try horizons(), since: CalendarDay("2023-01-01"))
        let crossing = try #require(trend.estimateCrossing(of: 2_400))
        #expect(crossing.day.description == "2026-12-27")
        let (earliest, latest) = (try #require(crossing.earliest), try #require(crossing.latest))
        #expect(earliest < crossing.day && crossing.day < latest)
        // At either end the value is just what the band about the trend still holds.
        check(trend.estimateInterval(on: earliest).upper, near: 2_400, within: 24)
        check(trend.estimateInterval(on: latest).lower, near: 2_400, within: 24)
        let record = try #require(trend.estimateCrossing(of: 2_400, question: .record))
        #expect(try #require(record.earliest) < earliest)
        #expect(try #require(record.latest) > latest)
        // The band is narrowest in the middle of the points, where it is the mean's.
        let middle = CalendarDay(number: Int(trend.meanDay))
        let band = trend.estimateInterval(on: middle)
        #expect(band.contains(trend.value(on: middle)))
        let far = trend.estimateInterval(on: CalendarDay(number: middle.number + 1_000))
        #expect(far.upper / far.lower > band.upper / band.lower)
    }

    @Test func `a trend that may not rise crosses on a day without ends`() throws {
        let values = [
            ("a", "2024-01-01", 1.0), ("b", "2024-02-01", 1.01), ("c", "2024-06-01", 1.01),
            ("d", "2024-06-03", 40),
        ]
        let trend = try Trend.estimate(dated(values))
        let crossing = try #require(trend.estimateCrossing(of: 100))
        #expect(crossing.earliest == nil && crossing.latest == nil)
        #expect(trend.estimateCrossing(of: -1) == nil)
    }

    @Test func `beyond the ceiling values are left out, or make the trend a lower bound`() throws {
        let values = [
            ("a", "2024-01-01", 60.0), ("b", "2024-05-01", 130), ("c", "2024-09-01", 250),
            ("d", "2025-01-01", 480), ("e", "2025-05-01", 3_000),
        ]
        let whole = try Trend.estimate(dated(values))
        let dropped = try Trend.estimate(dated(values), ceiling: 960)
        #expect(dropped.points.count == 4 && dropped.censored.map(\.name) == ["e"])
        #expect(!dropped.isLowerBound)
        let bound = try Trend.estimate(dated(values), ceiling: 960, censoring: .bound)
        #expect(bound.isLowerBound && bound.points.last?.value == 960)
        #expect(bound.slope < whole.slope)
        let interval = try #require(bound.estimateDoublingTimeInterval())
        #expect(interval.lower == 0)
        #expect(bound.estimateCrossing(of: 10_000)?.earliest == nil)
        // A value beyond the ceiling at the beginning would pull the slope down without limit.
        let early = [("x", "2023-12-01", 5_000.0)] + values.prefix(4)
        #expect(throws: UnusableSample.self) {
            try Trend.estimate(
                dated(early), selection: .all, ceiling: 960, censoring: .bound)
        }
        #expect(throws: UnusableSample.self) { try Trend.estimate(dated(values), ceiling: 0) }
    }

    @Test func `a change of trend is found with its size, joined or not`() throws {
        // Doubling every 200 days, then every 100, with a little noise.
        var generator = SeededGenerator(seed: 3)
        let values = (0..<24).map { step in
            let day = 19_000 + 50 * step
            let doublings = step < 12 ? Double(step) / 4 : 3 + Double(step - 12) / 2
            return DatedValue(
                name: "m\(step)", day: CalendarDay(number: day),
                value: powerOfTwo(doublings) * exponential(0.05 * generator.normal()))
        }
        for model in TrendChange.Model.allCases {
            let change = try TrendChange.estimate(
                values, at: CalendarDay(number: 19_600), model: model, selection: .all)
            check(change.ratio, near: 2, within: 0.2, model.rawValue)
            let ratio = try #require(change.ratioInterval)
            #expect(ratio.contains(change.ratio) && ratio.upper - ratio.lower < 0.4)
            #expect(change.pValue < 1e-6)
            #expect(change.degreesOfFreedom == (model == .joined ? 21 : 20))
            check(try #require(change.before.doublingTimeDays), near: 200, within: 15)
            check(try #require(change.after.doublingTimeDays), near: 100, within: 4)
            let interval = try #require(change.before.doublingTimeInterval)
            #expect(interval.upper - interval.lower < 30)
        }
        // Apart, either slope is that of its own regression.
        let apart = try TrendChange.estimate(
            values, at: CalendarDay(number: 19_600), model: .separate, selection: .all)
        let alone = try Trend.estimate(
            values, since: CalendarDay(number: 19_600), selection: .all)
        check(apart.after.slope, near: alone.slope, within: 1e-14)
        for day in [18_000, 19_001, 30_000] {
            #expect(throws: UnusableSample.self) {
                try TrendChange.estimate(values, at: CalendarDay(number: day))
            }
        }
    }

    @Test func `the intervals of a synthetic doubling in four months cover it as they say`() throws
    {
        // 1,000 series of 20 models over three years that scatter by 30 %: 950 expected with a
        // standard deviation of 7.
        var (doubling, crossing, change) = (0, 0, 0)
        for seed in 0..<1_000 {
            var generator = SeededGenerator(seed: 1_000 + UInt64(seed))
            let values = (0..<20).map { place in
                let day = generator.index(below: 1_095)
                return DatedValue(
                    name: "m\(place)", day: CalendarDay(number: 19_000 + day),
                    value: powerOfTwo(Double(day) / 121.75) * exponential(0.3 * generator.normal()))
            }
            let trend = try Trend.estimate(values, selection: .all)
            if try #require(trend.estimateDoublingTimeInterval()).contains(121.75) { doubling += 1 }
            // 2^12 is reached on day 1,461.
            let day = CalendarDay(number: 20_461)
            let days = try #require(trend.estimateCrossing(of: 4_096))
            if try #require(days.earliest) <= day, day <= (try #require(days.latest)) {
                crossing += 1
            }
            let constant = try TrendChange.estimate(
                values, at: CalendarDay(number: 19_500), selection: .all)
            // Without an interval nothing is excluded.
            if constant.ratioInterval?.contains(1) ?? true { change += 1 }
        }
        #expect((925...975).contains(doubling), "\(doubling)")
        #expect((925...975).contains(crossing), "\(crossing)")
        #expect((925...975).contains(change), "\(change)")
    }

    @Test func `through record holders only repeating the choice covers as often as it says`()
        throws
    {
        // 300 series of 15 models that scatter by 40 %: 285 expected, standard deviation 4.
        var (student, selection) = (0, 0)
        for seed in 0..<300 {
            var generator = SeededGenerator(seed: 70_000 + UInt64(seed))
            let values = (0..<15).map { place in
                let day = generator.index(below: 1_095)
                return DatedValue(
                    name: "m\(place)", day: CalendarDay(number: 19_000 + day),
                    value: powerOfTwo(Double(day) / 121.75) * exponential(0.4 * generator.normal()))
            }
            let trend = try Trend.estimate(values)
            if trend.estimateDoublingTimeInterval()?.contains(121.75) ?? false { student += 1 }
            let interval = try Trend.estimateSelectionInterval(
                values, draws: 200, seed: UInt64(seed))
            if interval?.contains(121.75) ?? false { selection += 1 }
        }
        #expect(selection >= 270, "\(selection)")
        #expect(student < selection, "\(student)")
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
