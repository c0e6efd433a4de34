// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// Measured values of one indicator over time, to be drawn: points with their intervals, what
/// triggers ask for, where the suite ends, and a trend that somebody else signed.
///
/// It draws what it is given and fits nothing. `Chart+SVG` draws, `Axis` has the scales,
/// `Chart+Figure` the text and the table beside the drawing, `Chart+State` takes it from a state.
public struct Chart: Sendable {
    public struct Point: Sendable {
        /// What is measured, as the drawing names it.
        public let label: String
        public let at: Time
        /// In the chart's unit, as are the ends of the interval.
        public let value: ExactDecimal
        public let interval: MeasuredValue.Interval?
        /// Who measured it.
        public let signer: String
        public let entry: LogIndex?
        public let isFictional: Bool
        /// Too old to count.
        public let isStale: Bool

        public init(
            label: String, at: Time, value: ExactDecimal, interval: MeasuredValue.Interval?,
            signer: String, entry: LogIndex?, isFictional: Bool, isStale: Bool
        ) {
            self.label = label
            self.at = at
            self.value = value
            self.interval = interval
            self.signer = signer
            self.entry = entry
            self.isFictional = isFictional
            self.isStale = isStale
        }
    }

    /// A figure that a trigger compares with.
    public struct Threshold: Hashable, Sendable {
        public let figure: ExactDecimal
        public let label: String

        public init(figure: ExactDecimal, label: String) {
            self.figure = figure
            self.label = label
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

    /// So many points are drawn, the newest.
    public static let mostPoints = 200

    /// - Parameter id: names the drawing within its page.
    public init(
        id: String, title: String, method: String, unit: QuantityUnit, points: [Point],
        thresholds: [Threshold],
        least: ExactDecimal, most: ExactDecimal, trend: Trend?
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
    }

    /// A value at or above the ceiling shows only that it is at least the ceiling.
    func isCensored(_ point: Point) -> Bool { most <= point.value }

    /// Where the trend's line goes through: the highest value that is not past the ceiling.
    var anchor: Point? {
        points.filter { !isCensored($0) && !$0.isStale && .zero < $0.value }
            .max { $0.value < $1.value }
    }

    /// Who measured, in the order of names.
    var signers: [String] { Set(points.map(\.signer)).sorted() }
}
