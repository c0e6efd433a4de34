// SPDX-License-Identifier: Apache-2.0

/// An exponential trend, as a rule through the record holders of their time.
public struct Trend: Hashable, Sendable {
    /// Growth of the natural logarithm a day.
    public let slope: Double
    public let slopeStandardError: Double
    /// The natural logarithm of the trend on 1970-01-01.
    public let intercept: Double
    public let rSquared: Double
    /// The values through which it runs, in order of time; those beyond the ceiling stand there
    /// with the ceiling.
    public let points: [DatedValue]
    /// The values beyond the ceiling, as they were given: left out, or taken for the ceiling.
    public let censored: [DatedValue]
    /// Whether a value counts as the ceiling that it exceeds: then the trend rises at least so
    /// fast.
    public let isLowerBound: Bool

    /// The mean day of the points, and the sum of their squared distances from it.
    let meanDay: Double
    let spread: Double
    /// The variance of the logarithms about the trend.
    public let residualVariance: Double

    /// The values below this one are raised to it, since a horizon of zero has no logarithm.
    ///
    /// Source: METR, eval-analysis-public at 52d6b56, `plot/logistic.py` (`fit_trendline`).
    public static let smallestValue = 1e-3

    /// Through which values the trend runs.
    public enum Selection: String, CaseIterable, Sendable {
        /// Those that set a record in their time, as METR does.
        ///
        /// Chosen by their values, so that the interval covers less often than it says where the
        /// values scatter: see docs/METHODS.md.
        case records
        /// All of them.
        case all
    }

    /// What becomes of a value beyond the suite's ceiling, where it says no more than "at least".
    public enum Censoring: String, CaseIterable, Sendable {
        /// It is left out before records are looked for, as METR does.
        case drop
        /// It counts as the ceiling: the trend then is a lower bound of the true one.
        case bound
    }

    /// Those that are at least as high as all before them and on their own day, by time and then
    /// name.
    ///
    /// Only what falls on `since` or later is looked at, so the first in the window always is a
    /// record.
    ///
    /// Source: METR, eval-analysis-public at 52d6b56, the running maximum after the date filter.
    public static func recordHolders(
        among values: [DatedValue], since: CalendarDay? = nil
    ) -> [DatedValue] {
        var highest = -Double.infinity
        var result: [DatedValue] = []
        for value in window(values, since: since) where value.value >= highest {
            // Of one day only the highest counts as a record; an equal one stays beside it.
            if value.value > highest { result.removeAll { $0.day == value.day } }
            highest = value.value
            result.append(value)
        }
        return result
    }

    /// Ordinary least squares of ln(value) over days.
    ///
    /// - Parameters:
    ///   - ceiling: the value from which on the suite tells nothing more, such as METR's 960 min.
    ///   - censoring: what becomes of the values above it.
    /// - Throws: ``UnusableSample`` for fewer than three values, all on one day, or a ceiling that
    ///   bounds nothing: a value beyond it that lies in the earlier half of the time.
    ///
    /// Source: METR, eval-analysis-public at 52d6b56, `plot/logistic.py` (`fit_trendline`); Draper
    /// and Smith 1998, Applied Regression Analysis, 1.4.
    public static func estimate(
        _ values: [DatedValue], since: CalendarDay? = nil, selection: Selection = .records,
        ceiling: Double? = nil, censoring: Censoring = .drop
    ) throws(UnusableSample) -> Trend {
        let (points, censored) = try select(
            values, since: since, selection: selection, ceiling: ceiling, censoring: censoring)
        guard points.count >= 3 else {
            throw UnusableSample(
                "a trend needs three \(selection == .records ? "records" : "values"), "
                    + "and there are \(points.count)")
        }
        guard points.allSatisfy({ $0.value.isFinite }) else {
            throw UnusableSample("a value of the trend is not finite")
        }
        let isBound = censoring == .bound && !censored.isEmpty
        let trend = try fit(points, censored: censored, isLowerBound: isBound)
        // The least slope that the values allow lies at the ceiling only for what pulls upwards.
        guard !isBound || censored.allSatisfy({ Double($0.day.number) >= trend.meanDay }) else {
            throw UnusableSample(
                "a value beyond the ceiling lies early in the window, so the ceiling bounds nothing"
            )
        }
        return trend
    }

    /// The points of a trend, and what lies beyond the ceiling.
    ///
    /// Source: METR's note of 2026-05-08 on horizons above 16 h, which are not counted.
    static func select(
        _ values: [DatedValue], since: CalendarDay?, selection: Selection, ceiling: Double?,
        censoring: Censoring
    ) throws(UnusableSample) -> (points: [DatedValue], censored: [DatedValue]) {
        var counted = window(values, since: since)
        var censored: [DatedValue] = []
        if let ceiling {
            guard ceiling > 0, ceiling.isFinite else {
                throw UnusableSample("a ceiling is a positive number")
            }
            censored = counted.filter { $0.value > ceiling }
            switch censoring {
            case .drop: counted.removeAll { $0.value > ceiling }
            case .bound:
                counted = counted.map {
                    DatedValue(name: $0.name, day: $0.day, value: min($0.value, ceiling))
                }
            }
        }
        return (selection == .all ? counted : recordHolders(among: counted), censored)
    }

    private static func window(_ values: [DatedValue], since: CalendarDay?) -> [DatedValue] {
        values.filter { value in !value.value.isNaN && (since.map { value.day >= $0 } ?? true) }
            .sorted { ($0.day, $0.value, $0.name) < ($1.day, $1.value, $1.name) }
    }

    private static func fit(
        _ points: [DatedValue], censored: [DatedValue], isLowerBound: Bool
    ) throws(UnusableSample) -> Trend {
        let n = Double(points.count)
        let xs = points.map { Double($0.day.number) }
        let ys = points.map { ln(max($0.value, smallestValue)) }
        let (meanX, meanY) = (xs.reduce(0, +) / n, ys.reduce(0, +) / n)
        let spread = xs.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
        let total = ys.reduce(0) { $0 + ($1 - meanY) * ($1 - meanY) }
        guard spread > 0 else { throw UnusableSample("all values of the trend fall on one day") }
        let slope = zip(xs, ys).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / spread
        let residual = zip(xs, ys).reduce(0) {
            let error = $1.1 - meanY - slope * ($1.0 - meanX)
            return $0 + error * error
        }
        return Trend(
            slope: slope, slopeStandardError: (residual / (n - 2) / spread).squareRoot(),
            intercept: meanY - slope * meanX, rSquared: total > 0 ? 1 - residual / total : 1,
            points: points, censored: censored, isLowerBound: isLowerBound, meanDay: meanX,
            spread: spread, residualVariance: residual / (n - 2))
    }

    /// Days in which the value doubles, nil where the trend does not rise.
    ///
    /// Source: ln 2 / slope.
    public var doublingTimeDays: Double? { slope > 0 ? ln(2) / slope : nil }

    /// The interval of the doubling time in days, from that of the slope by Student's t.
    ///
    /// Without an upper end where the slope's interval reaches down to 0; nil where all of it lies
    /// there, for then nothing doubles. Without a lower one, which is 0, where the trend is a
    /// lower bound.
    ///
    /// Source: Draper and Smith 1998, Applied Regression Analysis, 1.4; n − 2 degrees of freedom.
    public func estimateDoublingTimeInterval(
        confidence: Probability = .ninetyFivePercent
    ) -> Interval? {
        let t = studentQuantile(confidence)
        let (slowest, fastest) = (slope - t * slopeStandardError, slope + t * slopeStandardError)
        guard fastest > 0 else { return nil }
        return Interval(
            lower: isLowerBound ? 0 : ln(2) / fastest,
            upper: slowest > 0 ? ln(2) / slowest : .infinity)
    }

    func studentQuantile(_ confidence: Probability) -> Double {
        StudentDistribution.centralQuantile(
            confidence, degreesOfFreedom: Double(points.count - 2))
    }
}
