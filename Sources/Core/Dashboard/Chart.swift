// SPDX-License-Identifier: Apache-2.0

public import Measurement
public import PauseAgreement
public import TransparencyLog

/// Measured values of one indicator over time, to be drawn: points with their intervals, what
/// triggers ask for, where the suite ends, and a trend, signed by somebody or fitted.
///
/// `Chart+SVG` and `Drawing` draw, `Axis` has the scales, `Chart+Line` the trend, `Chart+Words` the
/// sentences, `Chart+Figure` the table beside the drawing, `Chart+JSON` the same for programs, and
/// `Chart+State` takes it from a state.
public struct Chart: Sendable {
    /// What a value is good for.
    public enum Standing: String, Sendable, CaseIterable {
        case counts
        /// Not higher than an earlier one, so that no trend through records goes through it.
        case behind = "not a record"
        /// Too old to count.
        case stale = "too old to count"
        case preliminary
        /// The signer has measured again since.
        case replaced = "replaced by a newer one"
        case withdrawn
    }

    public struct Point: Sendable {
        /// What is measured, as the drawing names it.
        public let label: String
        public let at: Time
        /// In the chart's unit, as are the ends of the interval.
        public let value: ExactDecimal
        public let interval: MeasuredValue.Interval?
        /// Who measured it, or with what, as ``Chart/sources`` says.
        public let signer: String
        public let entry: LogIndex?
        public let isFictional: Bool
        public let standing: Standing
        public let suite: String?
        /// Digests of the files that it was computed from, in hex.
        public let evidence: [String]

        public init(
            label: String, at: Time, value: ExactDecimal, interval: MeasuredValue.Interval?,
            signer: String, entry: LogIndex?, isFictional: Bool, standing: Standing = .counts,
            suite: String? = nil, evidence: [String] = []
        ) {
            self.label = label
            self.at = at
            self.value = value
            self.interval = interval
            self.signer = signer
            self.entry = entry
            self.isFictional = isFictional
            self.standing = standing
            self.suite = suite
            self.evidence = evidence
        }

        func with(_ standing: Standing) -> Point {
            Point(
                label: label, at: at, value: value, interval: interval, signer: signer,
                entry: entry, isFictional: isFictional, standing: standing, suite: suite,
                evidence: evidence)
        }

        /// The day of ``at`` since 1970-01-01, with its part.
        var day: Double { Double(at.milliseconds) / 86_400_000 }
    }

    /// A figure that a trigger compares with.
    public struct Threshold: Hashable, Sendable {
        public let figure: ExactDecimal
        public let label: String
        /// Whether it is reached by growing.
        public let isRising: Bool

        public init(figure: ExactDecimal, label: String, isRising: Bool = true) {
            self.figure = figure
            self.label = label
            self.isRising = isRising
        }
    }

    /// A doubling time that somebody measured; the chart only lays a line of that slope.
    public struct Trend: Sendable {
        /// In days, as is the interval.
        public let doubling: ExactDecimal
        public let interval: MeasuredValue.Interval?
        public let signer: String
        public let entry: LogIndex?

        public init(
            doubling: ExactDecimal, interval: MeasuredValue.Interval?, signer: String,
            entry: LogIndex?
        ) {
            self.doubling = doubling
            self.interval = interval
            self.signer = signer
            self.entry = entry
        }
    }

    /// A line of least squares through the record holders among the points.
    public typealias FittedTrend = Measurement.Trend

    public struct Fit: Sendable {
        public let trend: FittedTrend
        /// Of the band, and of what is projected from it.
        public let confidence: Probability
        /// The first day that was looked at.
        public let since: CalendarDay?

        public init(_ trend: FittedTrend, confidence: Probability, since: CalendarDay?) {
            self.trend = trend
            self.confidence = confidence
            self.since = since
        }
    }

    /// What tells the points' shapes apart, and what their day is.
    public struct Sources: Sendable {
        public let column: String
        public let day: String

        public init(column: String, day: String) {
            self.column = column
            self.day = day
        }

        /// Signed measurements, by the day they were made.
        public static let signers = Sources(column: "Signed by", day: "made")
    }

    /// Names the drawing within its page: letters, digits and `-`.
    let id: String
    let title: String
    /// How it is measured, in the agreement's words.
    let method: String
    let unit: QuantityUnit
    /// Sorted by time, then label, then signer.
    let points: [Point]
    /// How many older ones there are that are not drawn.
    let omitted: Int
    let thresholds: [Threshold]
    /// Values below cannot be told apart from this.
    let least: ExactDecimal
    /// The ceiling: values above count as "at least this".
    let most: ExactDecimal
    let trend: Trend?
    let fit: Fit?
    let sources: Sources

    /// So many points are drawn, the newest.
    public static let mostPoints = 200

    /// - Parameters:
    ///   - id: names the drawing within its page.
    ///   - trend: one that was signed; it is laid rather than the fitted one.
    public init(
        id: String, title: String, method: String, unit: QuantityUnit, points: [Point],
        thresholds: [Threshold],
        least: ExactDecimal, most: ExactDecimal, trend: Trend?, fit: Fit? = nil,
        sources: Sources = .signers
    ) {
        self.id = id
        self.title = title
        self.method = method
        self.unit = unit
        let sorted = points.sorted {
            ($0.at.milliseconds, $0.label, $0.signer) < ($1.at.milliseconds, $1.label, $1.signer)
        }
        self.points = Array(sorted.suffix(Chart.mostPoints))
        omitted = sorted.count - self.points.count
        self.thresholds = thresholds
        self.least = least
        self.most = most
        self.trend = trend
        self.fit = fit
        self.sources = sources
    }

    /// The same with more lines, and with the trend fitted anew where none was signed and the unit
    /// grows.
    public func adding(
        _ more: [Threshold], since: CalendarDay?, confidence: Probability
    ) -> Chart {
        Chart(
            id: id, title: title, method: method, unit: unit, points: points,
            thresholds: thresholds + more, least: least, most: most, trend: trend,
            fit: unit.isGrowing
                ? Fit(points, ceiling: most, since: since, confidence: confidence) : nil,
            sources: sources)
    }

    /// The same with the values that are no record holders of its fitted trend marked so; unchanged
    /// where none was fitted.
    public var markingRecords: Chart {
        guard trend == nil, let fit else { return self }
        // A series of one subject goes by its days.
        let records = Set(fit.trend.points.map(\.name))
        return Chart(
            id: id, title: title, method: method, unit: unit,
            points: points.map { point in
                let isRecord = records.contains(point.label) || records.contains(point.at.day)
                guard point.standing == .counts, !isRecord else { return point }
                return point.with(.behind)
            },
            thresholds: thresholds, least: least, most: most, trend: nil, fit: fit,
            sources: sources)
    }

    public var isEmpty: Bool { points.isEmpty }

    /// A value at or above the ceiling shows only that it is at least the ceiling.
    func isCensored(_ point: Point) -> Bool { most <= point.value }

    /// A value below what the suite can tell shows only that it is at most that.
    func isBelow(_ point: Point) -> Bool { point.value < least }

    /// Where a signed trend's line goes through: the highest value that is not past the ceiling.
    var anchor: Point? {
        points.filter { !isCensored($0) && $0.standing == .counts && .zero < $0.value }
            .max { $0.value < $1.value }
    }

    /// Who measured, in the order of names.
    var signers: [String] { Set(points.map(\.signer)).sorted() }
}
