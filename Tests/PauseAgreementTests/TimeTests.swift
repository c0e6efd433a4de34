// SPDX-License-Identifier: Apache-2.0
import Foundation
import PauseAgreement
import Testing

@Suite struct TimeTests {
    private func check(
        _ text: String, _ milliseconds: Int64, written: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(Time(text)?.milliseconds == milliseconds, sourceLocation: sourceLocation)
        #expect(
            Time(milliseconds: milliseconds).description == written ?? text,
            sourceLocation: sourceLocation)
    }

    @Test func `an instant is read and written in UTC`() {
        check("1970-01-01T00:00:00Z", 0)
        check("1970-01-01", 0, written: "1970-01-01T00:00:00Z")
        check("2026-11-21T20:00:00Z", 1_795_291_200_000)
        check("2000-02-29T23:59:59.999Z", 951_868_799_999)
        check("1969-12-31T23:59:59.999Z", -1)
        check("1600-02-29T00:00:00Z", -11_670_998_400_000)
        check("0000-03-01T00:00:00Z", -62_162_035_200_000)
        check("9999-12-31T23:59:59.999Z", 253_402_300_799_999)
    }

    @Test(arguments: [
        "", "2026", "2026-1-01", "2026-13-01", "2026-00-01", "2026-01-00", "2025-02-29",
        "2100-02-29",
        "2026-04-31", "26-01-01", "2026-01-01T", "2026-01-01T00:00:00", "2026-01-01T00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
        "2026-01-01t00:00:00Z",
        "2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.5000Z", "2026-01-01T00:00:00+00:00",
        "2026-01-01 00:00:00Z", " 2026-01-01", "2026-01-01\u{0301}", "+2026-01-01", "-001-01-01",
        "2026-01-01T00:00:00ZT", "٢٠٢٦-٠١-٠١",
    ])
    func `what is no instant is refused`(_ text: String) {
        #expect(Time(text) == nil)
    }

    @Test func `every day of four centuries comes back, and each follows the day before`() throws {
        var before = CivilDate(daysSinceEpoch: -135_141)
        for day in Int64(-135_140)...Int64(11_000) {
            let date = CivilDate(daysSinceEpoch: day)
            #expect(date.daysSinceEpoch == day)
            #expect(CivilDate(date.description) == date)
            let next =
                date.day == before.day + 1 && date.month == before.month && date.year == before.year
            let firstOfMonth =
                date.day == 1 && before.day >= 28
                && (date.month == before.month + 1 && date.year == before.year
                    || date.month == 1 && before.month == 12 && date.year == before.year + 1)
            #expect(next || firstOfMonth, "\(before) is followed by \(date)")
            before = date
        }
    }

    @Test func `instants agree with Foundation's calendar`() throws {
        let style = Date.ISO8601FormatStyle()
        var random = SplitMix(state: 11)
        for _ in 0..<2000 {
            // Foundation rounds the fractions of early years, and goes back to Julius before 1582.
            let seconds = Int64.random(in: -12_212_000_000...250_000_000_000, using: &random)
            let text = Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(style)
            #expect(Time(text)?.milliseconds == seconds * 1000, "seed 11: \(text)")
            #expect(Time(milliseconds: seconds * 1000).description == text, "seed 11")
        }
    }

    @Test func `what is written reads back to the same instant`() {
        var random = SplitMix(state: 12)
        for _ in 0..<2000 {
            let time = Time(
                milliseconds: Int64.random(
                    in: -62_167_219_200_000...253_402_300_799_999, using: &random))
            #expect(Time(time.description) == time, "seed 12: \(time)")
        }
    }

    @Test func `sums stop at the ends of time`() {
        let end = Time(milliseconds: .max)
        let start = Time(milliseconds: .min)
        let longest = TimeSpan(milliseconds: .max)
        let backwards = TimeSpan(milliseconds: .min)
        #expect(end + longest == end)
        #expect(start + backwards == start)
        #expect(start - longest == start)
        #expect(end - backwards == end)
        #expect(end - start == longest)
        #expect(start - end == backwards)
        #expect(Time(milliseconds: 5) - Time(milliseconds: 7) == TimeSpan(milliseconds: -2))
        #expect(Time(milliseconds: 5) + TimeSpan(milliseconds: -7) == Time(milliseconds: -2))
    }

    @Test func `a length of time has a whole number and a unit`() {
        for (text, milliseconds, written) in [
            ("0 s", 0, "0 s"), ("500 ms", 500, "500 ms"), ("90 s", 90_000, "90 s"),
            ("60 s", 60_000, "1 min"), ("72 h", 259_200_000, "3 d"),
            ("120 d", 10_368_000_000, "120 d"),
            ("5 min", 300_000, "5 min"),
        ] as [(String, Int64, String)] {
            #expect(TimeSpan(text)?.milliseconds == milliseconds, "\(text)")
            #expect(TimeSpan(milliseconds: milliseconds).description == written)
        }
        for text in [
            "", "72", "h", "72h", "72  h", " 72 h", "1.5 h", "-1 h", "+1 h", "1 H", "1 w", "1e3 s",
            "1000000000 d",
        ] {
            #expect(TimeSpan(text) == nil, "\(text)")
        }
    }
}

/// Repeatable numbers, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
