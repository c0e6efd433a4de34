// SPDX-License-Identifier: Apache-2.0

import PauseAgreement

/// The value axis of a chart: which part of the scale is shown, and where a value stands on it.
struct Axis {
    enum Scale { case logarithmic, linear }

    struct Tick {
        let value: Double
        let label: String
    }

    let scale: Scale
    let low: Double
    let high: Double
    let ticks: [Tick]
    /// Whether the suite's ceiling lies on the part shown.
    let showsCeiling: Bool

    /// All figures in one unit.
    init(_ chart: Chart) {
        let least = chart.least.approximate
        let most = chart.most.approximate
        let values = chart.points.flatMap { point -> [Double] in
            [point.value, point.interval?.low, point.interval?.high].compactMap { $0?.approximate }
                .map { min(max($0, least), most) }
        }
        let figures = values + chart.thresholds.map(\.figure.approximate)
        switch chart.unit {
        case .share:
            scale = .linear
            (low, high) = (0, 1)
            ticks = stride(from: 0, through: 100, by: 20).map {
                Tick(value: Double($0) / 100, label: "\($0) %")
            }
            showsCeiling = most < 1
        default:
            scale = .logarithmic
            let bottom = max(figures.filter { $0 > 0 }.min() ?? 1, max(least, 1e-9))
            let top = max(figures.max() ?? bottom, bottom)
            showsCeiling = most <= top * 8
            low = bottom / 1.6
            high = (showsCeiling ? max(top, most) : top) * 1.8
            let range = low...high
            let steps = Axis.steps(chart.unit).filter { range.contains($0.value) }
            ticks = steps.count < 3 ? Axis.fine(chart.unit, within: range) ?? steps : steps
        }
    }

    /// From 0 at the bottom to 1 at the top, for values within and beyond.
    func place(_ value: Double) -> Double {
        switch scale {
        case .linear: return (value - low) / (high - low)
        case .logarithmic:
            let bottom = binaryLogarithm(low)
            return (binaryLogarithm(max(value, low / 1024)) - bottom)
                / (binaryLogarithm(high) - bottom)
        }
    }

    private static func steps(_ unit: QuantityUnit) -> [Tick] {
        switch unit {
        case .milliseconds, .seconds, .minutes, .hours: durations(in: unit)
        case .days:
            [1, 2, 4, 8, 15, 30, 60, 120, 240, 480, 960, 1920, 3840].map {
                Tick(value: $0, label: "\(Int($0)) d")
            }
        case .share, .flop, .chipHours, .ratio, .count:
            (-9...60).map { exponent in
                let power = ExactDecimal(coefficient: 1, exponent: exponent)
                let plain = (-3...4).contains(exponent)
                return Tick(
                    value: power.approximate, label: plain ? "\(power)" : "1e\(exponent)")
            }
        }
    }

    /// 1, 2 and 5 of every power of ten, for short stretches of scales that have no words.
    private static func fine(_ unit: QuantityUnit, within range: ClosedRange<Double>) -> [Tick]? {
        switch unit {
        case .flop, .chipHours, .ratio, .count: break
        case .milliseconds, .seconds, .minutes, .hours, .days, .share: return nil
        }
        let exponents = -9...60
        return exponents.flatMap { exponent in
            [Int128(1), 2, 5].map { digit -> Tick in
                let figure = ExactDecimal(coefficient: digit, exponent: exponent)
                let isPlain = (-3...4).contains(exponent)
                return Tick(
                    value: figure.approximate,
                    label: isPlain ? "\(figure)" : "\(digit)e\(exponent)")
            }
        }
        .filter { range.contains($0.value) }
    }

    private static func durations(in unit: QuantityUnit) -> [Tick] {
        let second: Double =
            switch unit {
            case .milliseconds: 1000
            case .minutes: 1 / 60
            case .hours: 1 / 3600
            default: 1
            }
        let steps: [(Double, String)] = [
            (0.01, "10 ms"), (0.1, "0.1 s"), (1, "1 s"), (4, "4 s"), (15, "15 s"),
            (60, "1 min"), (240, "4 min"), (900, "15 min"), (3600, "1 h"), (14_400, "4 h"),
            (57_600, "16 h"), (230_400, "64 h"), (921_600, "256 h"), (3_686_400, "1024 h"),
        ]
        return steps.map { Tick(value: $0.0 * second, label: $0.1) }
    }
}

/// The time axis of a chart.
struct TimeAxis {
    let from: Double
    let to: Double
    let ticks: [(day: Double, label: String)]

    /// - Parameters:
    ///   - most: so many labels at most.
    ///   - end: a day that has to be on it, too.
    init(_ times: [Time], most: Int, until end: Double? = nil) {
        let days = times.map { Double($0.milliseconds) / 86_400_000 }
        let first = days.min() ?? 0
        let last = max(days.max() ?? 0, end ?? -.infinity)
        // At least a month, so that measurements of one day do not look like a long history.
        let span = max(last - first, 30)
        let middle = (first + last) / 2
        from = middle - span * 0.56
        to = middle + span * 0.64
        ticks = TimeAxis.ticks(from: from, to: to, most: max(most, 2))
    }

    func place(_ time: Time) -> Double { place(day: Double(time.milliseconds) / 86_400_000) }
    func place(day: Double) -> Double { (day - from) / (to - from) }

    /// The first days of months, as many as have room, or days where the axis is short.
    private static func ticks(from: Double, to: Double, most: Int) -> [(Double, String)] {
        if to - from < 100 { return days(from: from, to: to, most: most) }
        let steps: [Int64] = [1, 2, 3, 6, 12, 24, 60, 120, 240]
        let first = steps.lazy.map { months(from: from, to: to, step: $0) }
            .first { $0.count <= most }
        return first ?? []
    }

    private static func days(from: Double, to: Double, most: Int) -> [(Double, String)] {
        let step = [2, 7, 14, 21, 28].first { Int(to - from) / $0 < most } ?? 50
        return stride(from: Int64(from.rounded(.up)), through: Int64(to), by: step).map {
            let date = CivilDate(daysSinceEpoch: $0)
            return (Double($0), "\(date.day) \(names[Int(date.month - 1)])")
        }
    }

    private static func months(from: Double, to: Double, step: Int64) -> [(Double, String)] {
        let first = CivilDate(daysSinceEpoch: Int64(from.rounded(.up)))
        let last = CivilDate(daysSinceEpoch: Int64(to))
        let range = first.year * 12 + first.month - 1...last.year * 12 + last.month - 1
        return range.filter { $0 % step == 0 }.compactMap { month in
            let (year, number) = (month / 12, month % 12)
            let text = "\(year)-\(number < 9 ? "0" : "")\(number + 1)-01"
            guard let day = CivilDate(text)?.daysSinceEpoch, from <= Double(day) else { return nil }
            return (Double(day), step >= 12 ? "\(year)" : "\(names[Int(number)]) \(year)")
        }
    }

    private static let names = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

extension ExactDecimal {
    /// The nearest floating-point number: for drawing, never for deciding.
    var approximate: Double { Double(description) ?? 0 }
}

/// The logarithm to base 2 of a positive number, by its exponent and a series for the rest.
func binaryLogarithm(_ value: Double) -> Double {
    precondition(value > 0, "only positive numbers have a logarithm")
    let z = (value.significand - 1) / (value.significand + 1)
    var power = z
    var sum = 0.0
    for odd in stride(from: 1.0, through: 31, by: 2) {
        sum += power / odd
        power *= z * z
    }
    return Double(value.exponent) + 2 * sum / 0.693147180559945309417232
}
