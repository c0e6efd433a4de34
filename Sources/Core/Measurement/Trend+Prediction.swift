// SPDX-License-Identifier: Apache-2.0

extension Trend {
    /// What an interval is about.
    public enum Question: String, CaseIterable, Sendable {
        /// Where the trend itself runs.
        case trend
        /// Where the next record may lie, which scatters about the trend besides.
        case record
    }

    /// The value of the trend on a day.
    ///
    /// Source: Draper and Smith 1998, Applied Regression Analysis, 1.1.
    public func value(on day: CalendarDay) -> Double {
        exponential(intercept + slope * Double(day.number))
    }

    /// The interval on a day, of the trend or of a new record.
    ///
    /// Source: Draper and Smith 1998, Applied Regression Analysis, 3.1; n − 2 degrees of freedom.
    public func estimateInterval(
        on day: CalendarDay, of question: Question = .trend,
        confidence: Probability = .ninetyFivePercent
    ) -> Interval {
        let distance = Double(day.number) - meanDay
        let share = single(question) + distance * distance / spread
        let half = studentQuantile(confidence) * (residualVariance * share).squareRoot()
        let center = intercept + slope * Double(day.number)
        return Interval(lower: exponential(center - half), upper: exponential(center + half))
    }

    /// A day on which the trend reaches a value, with what is not excluded.
    public struct Crossing: Hashable, Sendable {
        public let day: CalendarDay
        /// The first and the last day that are not excluded; nil where there is no such end.
        public let earliest: CalendarDay?
        public let latest: CalendarDay?
    }

    /// When the trend, or a record about it, reaches `value`; nil where it does not rise.
    ///
    /// Has no ends where the slope is not told from zero at that confidence, and no earliest day
    /// where the trend is a lower bound. Says what holds while the trend goes on, not that it does.
    ///
    /// Source: Draper and Smith 1998, Applied Regression Analysis, 3.2 (inverse regression);
    /// Fieller 1954, Journal of the Royal Statistical Society B 16(2).
    public func estimateCrossing(
        of value: Double, question: Question = .trend,
        confidence: Probability = .ninetyFivePercent
    ) -> Crossing? {
        guard let day = day(reaching: value) else { return nil }
        let distance = ln(value) - (intercept + slope * meanDay)
        let t = studentQuantile(confidence)
        let square = t * t * residualVariance
        let a = slope * slope - square / spread
        guard a > 0 else { return Crossing(day: day, earliest: nil, latest: nil) }
        let half =
            (square * (distance * distance / spread + a * single(question))).squareRoot()
        func whole(_ offset: Double) -> CalendarDay? { Self.day(meanDay + offset) }
        return Crossing(
            day: day, earliest: isLowerBound ? nil : whole((slope * distance - half) / a),
            latest: whole((slope * distance + half) / a))
    }

    /// The day on which the trend reaches `value`, nil where it does not rise or `value` is not
    /// positive.
    ///
    /// Source: (ln value − intercept) / slope, down to the whole day.
    public func day(reaching value: Double) -> CalendarDay? {
        guard slope > 0, value > 0, value.isFinite else { return nil }
        return Self.day((ln(value) - intercept) / slope)
    }

    private static func day(_ number: Double) -> CalendarDay? {
        let day = number.rounded(.down)
        // Four-digit years only: a trend that says more says nothing.
        guard abs(day) < 2_900_000 else { return nil }
        return CalendarDay(number: Int(day))
    }

    private func single(_ question: Question) -> Double {
        1 / Double(points.count) + (question == .record ? 1 : 0)
    }
}
