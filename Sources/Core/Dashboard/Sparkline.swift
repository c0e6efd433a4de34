// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement

/// A row of small bars for a terminal: values in the order of time.
///
/// Shares stand between nothing and all; other units have no natural end, so the lowest value shown
/// gets the lowest bar and the highest the highest, by their logarithms, and ``range`` has to be
/// said beside it.
public struct Sparkline: Hashable, Sendable {
    public let bars: String
    /// What the lowest and the highest bar stand for.
    public let low: ExactDecimal
    public let high: ExactDecimal

    private static let steps = Array("▁▂▃▄▅▆▇█")

    /// Nil where there is no value.
    ///
    /// - Parameters:
    ///   - values: in the order of time.
    ///   - most: so many are drawn, the newest.
    public init?(_ values: [ExactDecimal], unit: QuantityUnit, most: Int = 24) {
        let shown = values.suffix(most)
        guard let least = shown.min(), let greatest = shown.max() else { return nil }
        let isShare = unit == .share
        low = isShare ? .zero : least
        high = isShare ? max(greatest, ExactDecimal(coefficient: 1)) : greatest
        let scale: (ExactDecimal) -> Double =
            isShare || least <= .zero
            ? { $0.approximate } : { binaryLogarithm($0.approximate) }
        let (bottom, top) = (scale(low), scale(high))
        bars = String(
            shown.map { value in
                guard top > bottom else { return Sparkline.steps[3] }
                let place = (scale(value) - bottom) / (top - bottom) * 7
                return Sparkline.steps[Int(min(max(place.rounded(), 0), 7))]
            })
    }
}
