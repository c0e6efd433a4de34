// SPDX-License-Identifier: Apache-2.0

public import Measurement
public import PauseAgreement

// MARK: - The trend and where it leads

extension Chart {
    /// A trend as a line over time with a band, on a logarithmic scale.
    struct Line {
        /// Logarithms to base 2 on a day since 1970-01-01.
        struct Reading {
            let low: Double
            let middle: Double
            let high: Double
        }

        private enum Kind {
            case fitted(Fit)
            case signed(day: Double, level: Double, doubling: Double, range: ClosedRange<Double>)
        }

        private let kind: Kind

        init(_ fit: Fit) { kind = .fitted(fit) }

        /// Nil where the signed figure says of no growth.
        init?(_ trend: Trend, through anchor: Point) {
            let doubling = trend.doubling.approximate
            guard doubling > 0, anchor.value > .zero else { return nil }
            let low = trend.interval?.low.approximate ?? doubling
            let high = trend.interval?.high.approximate ?? doubling
            guard 0 < low, low <= doubling, doubling <= high else { return nil }
            kind = .signed(
                day: anchor.day, level: binaryLogarithm(anchor.value.approximate),
                doubling: doubling, range: low...high)
        }

        /// The band of the line itself: where one more value would stand, it does not say.
        func reading(at day: Double) -> Reading {
            switch kind {
            case .fitted(let fit):
                let date = CalendarDay(number: Int(day.rounded()))
                let band = fit.trend.estimateInterval(on: date, confidence: fit.confidence)
                // Far away a value may be no number any more.
                func level(_ value: Double) -> Double {
                    binaryLogarithm(min(max(value, 1e-290), 1e290))
                }
                return Reading(
                    low: level(band.lower), middle: level(fit.trend.value(on: date)),
                    high: level(band.upper))
            case .signed(let anchor, let level, let doubling, let range):
                let steep = level + (day - anchor) / range.lowerBound
                let flat = level + (day - anchor) / range.upperBound
                return Reading(
                    low: min(steep, flat), middle: level + (day - anchor) / doubling,
                    high: max(steep, flat))
            }
        }

        /// When it reaches a value; nil where it does not.
        func crossing(of value: Double) -> Crossing? {
            guard value > 0 else { return nil }
            switch kind {
            case .fitted(let fit):
                return fit.trend.estimateCrossing(of: value, confidence: fit.confidence).map {
                    Crossing(
                        day: Double($0.day.number), earliest: $0.earliest.map { Double($0.number) },
                        latest: $0.latest.map { Double($0.number) })
                }
            case .signed(let anchor, let level, let doubling, let range):
                let steps = binaryLogarithm(value) - level
                let ends = [range.lowerBound, range.upperBound].map { anchor + $0 * steps }.sorted()
                return Crossing(
                    day: anchor + doubling * steps, earliest: ends[0], latest: ends[1])
            }
        }
    }

    /// The signed trend where there is one, else the fitted; on a logarithmic scale only.
    var line: Line? {
        guard unit != .share else { return nil }
        if let trend, let anchor { return Line(trend, through: anchor) }
        return fit.map { Line($0) }
    }

    /// When a trend reaches a value, in days since 1970-01-01.
    struct Crossing {
        let day: Double
        /// Nil where the values do not bound it from below.
        let earliest: Double?
        /// Nil where the values do not exclude that it is never reached.
        let latest: Double?
    }

    /// What the trend says of a threshold.
    struct Projection {
        let threshold: Threshold
        let crossing: Crossing
    }

    /// For every threshold that growth reaches, lowest first, each figure once.
    var projections: [Projection] {
        guard let line else { return [] }
        var seen: Set<ExactDecimal> = []
        return thresholds.filter(\.isRising).sorted { $0.figure < $1.figure }.compactMap {
            guard seen.insert($0.figure).inserted,
                let crossing = line.crossing(of: $0.figure.approximate)
            else { return nil }
            return Projection(threshold: $0, crossing: crossing)
        }
    }
}

extension Chart.Fit {
    /// The trend through the record holders among the values that count; nil where there are fewer
    /// than three or they do not rise.
    ///
    /// Left out are values at the ceiling, of which only "at least" is known. Of several
    /// evaluators' values of one subject the lower median is taken, on the day of the first.
    public init?(
        _ points: [Chart.Point], ceiling: ExactDecimal, since: CalendarDay? = nil,
        confidence: Probability = .ninetyFivePercent
    ) {
        let usable = points.filter {
            $0.standing == .counts && $0.value < ceiling && .zero < $0.value
        }
        // Of the frontier there is one subject: its values follow each other.
        let isSeries = Set(usable.map(\.label)).count == 1
        let groups = Dictionary(grouping: usable) { isSeries ? $0.at.day : $0.label }
        let values = groups.map { label, points in
            let sorted = points.map(\.value).sorted()
            let day = (points.map(\.day).min() ?? 0).rounded(.down)
            return DatedValue(
                name: label, day: CalendarDay(number: Int(day)),
                value: sorted[(sorted.count - 1) / 2].approximate)
        }
        guard let trend = try? Chart.FittedTrend.estimate(values, since: since), trend.slope > 0
        else { return nil }
        self.init(trend, confidence: confidence, since: since)
    }
}

extension QuantityUnit {
    /// Whether figures of this unit grow without an end, so that a line on a logarithmic scale can
    /// say anything of them.
    var isGrowing: Bool {
        switch self {
        case .milliseconds, .seconds, .minutes, .hours, .flop, .chipHours, .count: true
        case .days, .share, .ratio: false
        }
    }
}
