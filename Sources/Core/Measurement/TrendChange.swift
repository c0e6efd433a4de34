// SPDX-License-Identifier: Apache-2.0

/// How an exponential trend differs before and after a day that was named beforehand.
public struct TrendChange: Hashable, Sendable {
    /// How the two stretches hang together.
    public enum Model: String, CaseIterable, Sendable {
        /// They meet on the day: only the slope changes.
        case joined
        /// Each has its own height too.
        case separate
    }

    /// One of the two stretches.
    public struct Stretch: Hashable, Sendable {
        /// Growth of the natural logarithm a day.
        public let slope: Double
        public let slopeStandardError: Double
        public let points: [DatedValue]
        let quantile: Double

        /// Days in which the value doubles, nil where it does not rise.
        ///
        /// Source: ln 2 / slope.
        public var doublingTimeDays: Double? { slope > 0 ? ln(2) / slope : nil }

        /// Its interval, without an upper end where the slope may be 0; nil where nothing doubles.
        public var doublingTimeInterval: Interval? {
            let half = quantile * slopeStandardError
            guard slope + half > 0 else { return nil }
            return Interval(
                lower: ln(2) / (slope + half),
                upper: slope - half > 0 ? ln(2) / (slope - half) : .infinity)
        }
    }

    public let day: CalendarDay
    public let model: Model
    /// Before the day, and from it on.
    public let before: Stretch
    public let after: Stretch
    /// The later slope over the earlier one: 2 where growth is twice as fast.
    public let ratio: Double
    /// Nil where the earlier slope is not told from zero.
    public let ratioInterval: Interval?
    /// Student's t of the difference of the slopes, and its degrees of freedom.
    public let statistic: Double
    public let degreesOfFreedom: Int
    /// The two-sided p-value of "the slope did not change", valid for a day that was not chosen by
    /// looking at the values.
    public let pValue: Double

    /// Fits both stretches at once, so that they share the variance about the trend.
    ///
    /// - Parameter day: the first day of the later stretch.
    /// - Throws: ``UnusableSample`` where a stretch has fewer than two days with values, or nothing
    ///   is left for the variance.
    ///
    /// Source: Draper and Smith 1998, Applied Regression Analysis, 14.4 and 14.5 (two straight
    /// lines, joined or not); Fieller 1954 for the ratio.
    public static func estimate(
        _ values: [DatedValue], at day: CalendarDay, model: Model = .joined,
        since: CalendarDay? = nil, selection: Trend.Selection = .records,
        ceiling: Double? = nil, confidence: Probability = .ninetyFivePercent
    ) throws(UnusableSample) -> TrendChange {
        let points = try Trend.select(
            values, since: since, selection: selection, ceiling: ceiling, censoring: .drop
        ).points
        guard points.allSatisfy({ $0.value.isFinite }) else {
            throw UnusableSample("a value of the trend is not finite")
        }
        let (before, after) = (points.filter { $0.day < day }, points.filter { $0.day >= day })
        for (stretch, name) in [(before, "before"), (after, "from")]
        where Set(stretch.map(\.day)).count < 2 {
            throw UnusableSample("a trend \(name) \(day) needs values on at least two days")
        }
        let offsets = points.map { Double($0.day.number - day.number) }
        let later = points.map { $0.day < day ? 0.0 : 1 }
        let fit = LeastSquares(
            columns: columns(model, offsets: offsets, later: later),
            response: points.map { ln(max($0.value, Trend.smallestValue)) })
        guard let fit else {
            throw UnusableSample(
                "\(points.count) values leave nothing to judge a change of trend by")
        }
        return try change(
            at: day, model: model, fit: fit, before: before, after: after, confidence: confidence)
    }

    // The last two columns are the earlier slope's and the later one's, in both models.
    private static func columns(_ model: Model, offsets: [Double], later: [Double]) -> [[Double]] {
        let ones = offsets.map { _ in 1.0 }
        let slopes = [
            zip(offsets, later).map { $0 * (1 - $1) }, zip(offsets, later).map { $0 * $1 },
        ]
        return (model == .joined ? [ones] : [ones, later]) + slopes
    }

    private static func change(
        at day: CalendarDay, model: Model, fit: LeastSquares, before: [DatedValue],
        after: [DatedValue], confidence: Probability
    ) throws(UnusableSample) -> TrendChange {
        let (first, second) = (fit.coefficients.count - 2, fit.coefficients.count - 1)
        let degrees = Double(fit.degreesOfFreedom)
        let t = StudentDistribution.centralQuantile(confidence, degreesOfFreedom: degrees)
        func stretch(_ place: Int, _ points: [DatedValue]) -> Stretch {
            Stretch(
                slope: fit.coefficients[place],
                slopeStandardError: fit.covariance[place][place].squareRoot(), points: points,
                quantile: t)
        }
        let ratio = try RatioEstimate(
            numerator: fit.coefficients[second], denominator: fit.coefficients[first],
            numeratorVariance: fit.covariance[second][second],
            denominatorVariance: fit.covariance[first][first],
            covariance: fit.covariance[first][second])
        let variance =
            fit.covariance[first][first] + fit.covariance[second][second]
            - 2 * fit.covariance[first][second]
        let difference = fit.coefficients[second] - fit.coefficients[first]
        // Values that lie exactly on two lines leave no doubt about a difference.
        let statistic = difference == 0 ? 0 : difference / variance.squareRoot()
        return TrendChange(
            day: day, model: model, before: stretch(first, before), after: stretch(second, after),
            ratio: ratio.value,
            ratioInterval: ratio.denominator > 0
                ? ratio.estimateFiellerInterval(quantile: t) : nil,
            statistic: statistic, degreesOfFreedom: fit.degreesOfFreedom,
            pValue: StudentDistribution.outside(statistic, degreesOfFreedom: degrees))
    }
}
