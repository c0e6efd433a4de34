// SPDX-License-Identifier: Apache-2.0

/// Several hypotheses tested at once, so that one false alarm among many is not taken for a find.
public enum MultipleTests {
    public enum Method: String, CaseIterable, Sendable {
        /// Bounds the chance of any false alarm, whatever the tests share.
        case bonferroni
        /// The same, and never rejects less.
        case holm
        /// Bounds the expected share of false alarms among all, for independent or positively
        /// dependent tests.
        case benjaminiHochberg = "bh"
        /// The same, whatever the tests share.
        case benjaminiYekutieli = "by"
    }

    /// The p-values, each to be held against the level as if it were the only one, in their order.
    ///
    /// - Throws: ``UnusableSample`` for none, or one outside 0…1.
    ///
    /// Source: Holm 1979, Scandinavian Journal of Statistics 6(2); Benjamini and Hochberg 1995,
    /// Journal of the Royal Statistical Society B 57(1); Benjamini and Yekutieli 2001, Annals of
    /// Statistics 29(4).
    public static func estimateAdjusted(
        _ pValues: [Double], by method: Method
    ) throws(UnusableSample) -> [Double] {
        guard !pValues.isEmpty else { throw UnusableSample("there are no p-values") }
        guard pValues.allSatisfy({ (0...1).contains($0) }) else {
            throw UnusableSample("a p-value lies between 0 and 1")
        }
        let m = Double(pValues.count)
        let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
        var result = pValues
        var worst = 0.0
        switch method {
        case .bonferroni: return pValues.map { min(1, $0 * m) }
        case .holm:
            for (rank, place) in order.enumerated() {
                worst = max(worst, min(1, pValues[place] * (m - Double(rank))))
                result[place] = worst
            }
        case .benjaminiHochberg, .benjaminiYekutieli:
            let factor =
                method == .benjaminiHochberg
                ? 1 : (1...pValues.count).reduce(0.0) { $0 + 1 / Double($1) }
            worst = 1
            for (rank, place) in order.enumerated().reversed() {
                worst = min(worst, pValues[place] * m * factor / Double(rank + 1))
                result[place] = worst
            }
        }
        return result
    }

    /// Which hypotheses these p-values reject at `level`, in their order.
    ///
    /// Each is held against its own share of the level, as the methods are written: a p-value that
    /// lies exactly on its border is rejected, which an adjusted value may lose to rounding.
    ///
    /// - Throws: ``UnusableSample`` for none, or one outside 0…1.
    ///
    /// Source: as for ``estimateAdjusted(_:by:)``.
    public static func test(
        _ pValues: [Double], by method: Method, level: Probability
    ) throws(UnusableSample) -> [Bool] {
        _ = try estimateAdjusted(pValues, by: method)
        let m = Double(pValues.count)
        let sorted = pValues.sorted()
        func meets(_ rank: Int, _ border: Double) -> Bool { sorted[rank] <= border }
        let rejected: Int
        switch method {
        case .bonferroni: rejected = sorted.count { $0 <= level.share / m }
        case .holm:
            rejected =
                sorted.indices.first { !meets($0, level.share / (m - Double($0))) } ?? sorted.count
        case .benjaminiHochberg, .benjaminiYekutieli:
            let factor =
                method == .benjaminiHochberg
                ? 1 : (1...sorted.count).reduce(0.0) { $0 + 1 / Double($1) }
            let last = sorted.indices.last { meets($0, Double($0 + 1) / m / factor * level.share) }
            rejected = last.map { $0 + 1 } ?? 0
        }
        guard rejected > 0 else { return pValues.map { _ in false } }
        return pValues.map { $0 <= sorted[rejected - 1] }
    }

    /// Which hypotheses these e-values reject with an expected share of false alarms of at most
    /// `level`, whatever they share; in their order.
    ///
    /// - Throws: ``UnusableSample`` for none.
    ///
    /// Source: Wang and Ramdas 2022, Journal of the Royal Statistical Society B 84(3), e-BH.
    public static func test(
        _ values: [EValue], level: Probability
    ) throws(UnusableSample) -> [Bool] {
        guard !values.isEmpty else { throw UnusableSample("there are no e-values") }
        let limit = ln(Double(values.count)) - ln(level.share)
        let sorted = values.sorted(by: >)
        let last = sorted.indices.last { sorted[$0].logarithm >= limit - ln(Double($0 + 1)) }
        guard let last else { return values.map { _ in false } }
        return values.map { $0 >= sorted[last] }
    }
}
