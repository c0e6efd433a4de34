// SPDX-License-Identifier: Apache-2.0

extension Trend {
    /// The interval of the doubling time in days, made by repeating the choice of the record
    /// holders on simulated values.
    ///
    /// Record holders are those that chance has favoured, so that Student's interval covers less
    /// than it says where values scatter. Here all values of the window are taken to scatter
    /// normally about one exponential; series drawn from it go through the same choice, and tell
    /// how far the slope of their records lies from the true one in its own standard errors.
    ///
    /// Ends as ``estimateDoublingTimeInterval(confidence:)`` has them.
    ///
    /// - Parameter draws: how many series are drawn, with seeds from `seed` on.
    /// - Throws: ``UnusableSample`` where the records lie exactly on their trend, or hardly a
    ///   series has three of them.
    /// - Complexity: O(`draws` × n log n).
    ///
    /// Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, 12.5 (bootstrap-t),
    /// with draws from the fitted model.
    public static func estimateSelectionInterval(
        _ values: [DatedValue], since: CalendarDay? = nil, ceiling: Double? = nil,
        confidence: Probability = .ninetyFivePercent, draws: Int = 2_000, seed: UInt64 = 42
    ) throws(UnusableSample) -> Interval? {
        let records = try estimate(values, since: since, ceiling: ceiling)
        let whole = try estimate(values, since: since, selection: .all, ceiling: ceiling)
        guard records.slopeStandardError > 0 else {
            throw UnusableSample("the records lie exactly on their trend: there is no scatter")
        }
        let deviation = whole.residualVariance.squareRoot()
        var distances: [Double] = []
        for number in 0..<draws {
            var generator = SeededGenerator(seed: seed &+ UInt64(number))
            let series = whole.points.map { point in
                DatedValue(
                    name: point.name, day: point.day,
                    value: whole.value(on: point.day)
                        * exponential(deviation * generator.normal()))
            }
            guard let drawn = try? estimate(series), drawn.slopeStandardError > 0 else { continue }
            distances.append((drawn.slope - whole.slope) / drawn.slopeStandardError)
        }
        guard distances.count * 2 > draws else {
            throw UnusableSample("hardly a simulated series has three records")
        }
        let far = try PercentileInterval.estimate(from: distances, confidence: confidence).interval
        let slowest = records.slope - far.upper * records.slopeStandardError
        let fastest = records.slope - far.lower * records.slopeStandardError
        guard fastest > 0 else { return nil }
        return Interval(
            lower: ln(2) / fastest, upper: slowest > 0 ? ln(2) / slowest : .infinity)
    }
}
