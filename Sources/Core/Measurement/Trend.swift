// SPDX-License-Identifier: Apache-2.0

/// A value with the day from which it held, such as a model's horizon and its release.
public struct DatedValue: Hashable, Sendable {
    public let name: String
    public let day: CalendarDay
    public let value: Double

    /// Source: a row of METR's table of horizons and release dates.
    public init(name: String, day: CalendarDay, value: Double) {
        self.name = name
        self.day = day
        self.value = value
    }
}

/// An exponential trend through the record holders of their time.
public struct Trend: Hashable, Sendable {
    /// Growth of the natural logarithm a day.
    public let slope: Double
    public let slopeStandardError: Double
    /// The natural logarithm of the trend on 1970-01-01.
    public let intercept: Double
    public let rSquared: Double
    /// The record holders through which it runs, in order of time.
    public let points: [DatedValue]

    /// The values below this one are raised to it, since a horizon of zero has no logarithm.
    ///
    /// Source: METR, eval-analysis-public at 52d6b56, `plot/logistic.py` (`fit_trendline`).
    public static let smallestValue = 1e-3

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
        let inWindow = values.filter { value in
            !value.value.isNaN && (since.map { value.day >= $0 } ?? true)
        }
        .sorted { ($0.day, $0.value, $0.name) < ($1.day, $1.value, $1.name) }
        var highest = -Double.infinity
        var result: [DatedValue] = []
        for value in inWindow where value.value >= highest {
            // Of one day only the highest counts as a record; an equal one stays beside it.
            if value.value > highest { result.removeAll { $0.day == value.day } }
            highest = value.value
            result.append(value)
        }
        return result
    }

    /// Ordinary least squares of ln(value) over days on the record holders.
    ///
    /// - Throws: ``UnusableSample`` for fewer than three records or all on one day.
    ///
    /// Source: METR, eval-analysis-public at 52d6b56, `plot/logistic.py` (`fit_trendline`); Draper
    /// and Smith 1998, Applied Regression Analysis, 1.4.
    public static func estimate(
        _ values: [DatedValue], since: CalendarDay? = nil
    ) throws(UnusableSample) -> Trend {
        let points = recordHolders(among: values, since: since)
        guard points.count >= 3 else {
            throw UnusableSample("a trend needs three records, and there are \(points.count)")
        }
        guard points.allSatisfy({ $0.value.isFinite }) else {
            throw UnusableSample("a value of the trend is not finite")
        }
        let n = Double(points.count)
        let xs = points.map { Double($0.day.number) }
        let ys = points.map { ln(max($0.value, smallestValue)) }
        let (meanX, meanY) = (xs.reduce(0, +) / n, ys.reduce(0, +) / n)
        let spread = xs.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
        let total = ys.reduce(0) { $0 + ($1 - meanY) * ($1 - meanY) }
        guard spread > 0 else { throw UnusableSample("all records fall on one day") }
        let slope = zip(xs, ys).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / spread
        let residual = zip(xs, ys).reduce(0) {
            let error = $1.1 - meanY - slope * ($1.0 - meanX)
            return $0 + error * error
        }
        return Trend(
            slope: slope, slopeStandardError: (residual / (n - 2) / spread).squareRoot(),
            intercept: meanY - slope * meanX, rSquared: total > 0 ? 1 - residual / total : 1,
            points: points)
    }

    /// Days in which the value doubles, nil where the trend does not rise.
    ///
    /// Source: ln 2 / slope.
    public var doublingTimeDays: Double? { slope > 0 ? ln(2) / slope : nil }

    /// The interval of the doubling time in days, from that of the slope by Student's t.
    ///
    /// Without an upper end where the slope's interval reaches down to 0; nil where all of it lies
    /// there, for then nothing doubles.
    ///
    /// Source: Draper and Smith 1998, Applied Regression Analysis, 1.4; n − 2 degrees of freedom.
    public func estimateDoublingTimeInterval(
        confidence: Probability = .ninetyFivePercent
    ) -> Interval? {
        let t = StudentDistribution.centralQuantile(
            confidence, degreesOfFreedom: Double(points.count - 2))
        let (slowest, fastest) = (slope - t * slopeStandardError, slope + t * slopeStandardError)
        guard fastest > 0 else { return nil }
        return Interval(lower: ln(2) / fastest, upper: slowest > 0 ? ln(2) / slowest : .infinity)
    }

    /// The day on which the trend reaches `value`, nil where it does not rise or `value` is not
    /// positive.
    ///
    /// Source: (ln value − intercept) / slope, down to the whole day.
    public func day(reaching value: Double) -> CalendarDay? {
        guard slope > 0, value > 0, value.isFinite else { return nil }
        let day = ((ln(value) - intercept) / slope).rounded(.down)
        // Four-digit years only: a trend that says more says nothing.
        guard abs(day) < 2_900_000 else { return nil }
        return CalendarDay(number: Int(day))
    }
}
