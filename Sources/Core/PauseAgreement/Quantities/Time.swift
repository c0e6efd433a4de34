// SPDX-License-Identifier: Apache-2.0

/// An instant: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Time: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (a: Time, b: Time) -> Bool { a.milliseconds < b.milliseconds }

    /// The instant `span` later; saturates at the end of time rather than wrapping.
    public static func + (time: Time, span: TimeSpan) -> Time {
        let (sum, overflow) = time.milliseconds.addingReportingOverflow(span.milliseconds)
        return Time(milliseconds: overflow ? (span.milliseconds > 0 ? .max : .min) : sum)
    }

    /// The instant `span` earlier; saturates likewise.
    public static func - (time: Time, span: TimeSpan) -> Time {
        let (difference, overflow) = time.milliseconds.subtractingReportingOverflow(
            span.milliseconds)
        return Time(milliseconds: overflow ? (span.milliseconds > 0 ? .min : .max) : difference)
    }

    /// How much later `a` is than `b`; negative where it is earlier, saturating like `+`.
    public static func - (a: Time, b: Time) -> TimeSpan {
        let (difference, overflow) = a.milliseconds.subtractingReportingOverflow(b.milliseconds)
        return TimeSpan(milliseconds: overflow ? (a < b ? .min : .max) : difference)
    }
}

/// A length of time in milliseconds.
public struct TimeSpan: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static let zero = TimeSpan(milliseconds: 0)

    public static func < (a: TimeSpan, b: TimeSpan) -> Bool { a.milliseconds < b.milliseconds }
}

// MARK: - Text

extension Time: CustomStringConvertible {
    /// RFC 3339 in UTC, with milliseconds only where they are not zero: `2026-11-21T20:00:00Z`.
    public var description: String {
        let (day, inDay) = milliseconds.quotientAndRemainder(floor: 86_400_000)
        let date = CivilDate(daysSinceEpoch: day)
        let clock = [inDay / 3_600_000, inDay / 60_000 % 60, inDay / 1000 % 60]
            .map { padded($0, to: 2) }.joined(separator: ":")
        let fraction = inDay % 1000
        return "\(date)T\(clock)" + (fraction == 0 ? "" : "." + padded(fraction, to: 3)) + "Z"
    }

    /// Reads `YYYY-MM-DD` (midnight UTC) or `YYYY-MM-DDThh:mm:ss[.mmm]Z`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "T"), omittingEmptySubsequences: false)
        guard let first = parts.first, let date = CivilDate(String(Substring(first))) else {
            return nil
        }
        var inDay: Int64 = 0
        if parts.count == 2 {
            guard let clock = Time.millisecondsInDay(String(Substring(parts[1]))) else {
                return nil
            }
            inDay = clock
        } else if parts.count != 1 {
            return nil
        }
        self.init(milliseconds: date.daysSinceEpoch * 86_400_000 + inDay)
    }

    private static func millisecondsInDay(_ text: String) -> Int64? {
        guard text.utf8.last == UInt8(ascii: "Z") else { return nil }
        let halves = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        let fields = halves[0].split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 3, halves.count <= 2,
            let hour = digits(fields[0], count: 2, below: 24),
            let minute = digits(fields[1], count: 2, below: 60),
            let second = digits(fields[2], count: 2, below: 60)
        else { return nil }
        var fraction: Int64 = 0
        if halves.count == 2 {
            guard let value = digits(halves[1], count: 3, below: 1000) else { return nil }
            fraction = value
        }
        return ((hour * 60 + minute) * 60 + second) * 1000 + fraction
    }
}

/// A day of the proleptic Gregorian calendar.
public struct CivilDate: Hashable, Sendable, CustomStringConvertible {
    public let year: Int64
    public let month: Int64
    public let day: Int64

    /// Source: H. Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
    public init(daysSinceEpoch: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let (era, dayOfEra) = shifted.quotientAndRemainder(floor: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Reads `YYYY-MM-DD`; nil where no such day exists.
    public init?(_ text: String) {
        let fields = text.split(separator: "-", omittingEmptySubsequences: false)
        guard fields.count == 3,
            let year = digits(fields[0], count: 4, below: 10_000),
            let month = digits(fields[1], count: 2, below: 13), month > 0,
            let day = digits(fields[2], count: 2, below: 32), day > 0
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        // 30 February comes back as a day in March, and so is refused.
        guard CivilDate(daysSinceEpoch: daysSinceEpoch) == self else { return nil }
    }

    /// Source: H. Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`.
    public var daysSinceEpoch: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shiftedYear.quotientAndRemainder(floor: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    public var description: String {
        "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
    }
}

extension TimeSpan: CustomStringConvertible {
    /// In the largest unit that divides the span: `72 h` is written `3 d`, and nothing `0 s`.
    public var description: String {
        if milliseconds == 0 { return "0 s" }
        for (unit, length) in TimeSpan.units.reversed() where milliseconds % length == 0 {
            return "\(milliseconds / length) \(unit)"
        }
        return "\(milliseconds) ms"
    }

    static let units: [(String, Int64)] = [
        ("ms", 1), ("s", 1000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// Reads a whole number and a unit with one space between: `40 h`, `120 d`, `500 ms`.
    public init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2,
            let count = digits(parts[0], count: nil, below: 1_000_000_000),
            let length = TimeSpan.units.first(where: { $0.0 == String(parts[1]) })?.1
        else { return nil }
        self.init(milliseconds: count * length)
    }
}

// MARK: - Digits

private func digits(_ text: Substring, count: Int?, below limit: Int64) -> Int64? {
    guard !text.isEmpty, count.map({ text.utf8.count == $0 }) ?? (text.utf8.count <= 18),
        text.utf8.allSatisfy({ UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }),
        let value = Int64(text), value < limit
    else { return nil }
    return value
}

private func padded(_ value: Int64, to width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}

extension Int64 {
    /// Division that rounds down, so that instants before 1970 fall into the right day.
    fileprivate func quotientAndRemainder(floor divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
