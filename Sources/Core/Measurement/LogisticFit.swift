// SPDX-License-Identifier: Apache-2.0

/// Success as a logistic function of the binary logarithm of a task's length.
public struct LogisticFit: Hashable, Sendable {
    /// Log-odds of success a doubling of the length; negative for every agent that finds long tasks
    /// harder.
    public let slope: Double
    /// Log-odds of success at one minute.
    public let intercept: Double
    /// The weighted mean of the scores.
    public let weightedMean: Double
    /// The weighted mean of the logarithmic loss, in nats, without the penalty.
    public let loss: Double

    /// The length in minutes at which the agent succeeds with chance `reliability`.
    ///
    /// May overflow to infinity; nil where the slope is zero, so that no length is that one.
    ///
    /// Source: METR, eval-analysis-public at 52d6b56, `utils/logistic.py` (`get_x_for_quantile`).
    public func minutes(at reliability: Probability) -> Double? { line.minutes(at: reliability) }

    var line: LogisticLine { LogisticLine(slope: slope, intercept: intercept) }
}

/// The log-odds of success as a straight line over the binary logarithm of a length in minutes.
struct LogisticLine {
    let slope: Double
    let intercept: Double

    func minutes(at reliability: Probability) -> Double? {
        let odds = ln(reliability.share / (1 - reliability.share))
        let minutes = powerOfTwo((odds - intercept) / slope)
        return minutes.isNaN || slope == 0 ? nil : minutes
    }
}

/// Weighted successes and failures at one task length.
struct WeightedPoint {
    let x: Double
    var success: Double
    var failure: Double

    var weight: Double { success + failure }
}

/// The minimum of the penalised loss: Σ weight × logarithmic loss + λ/2 × slope².
///
/// The intercept is free. Both classes must occur, and λ be positive: then the minimum exists and
/// is unique. Nil where the gradient does not fall below 1e-12 in 200 steps.
///
/// Source: METR, eval-analysis-public at 52d6b56, `utils/logistic.py`; scikit-learn's
/// `LogisticRegression(C = 1/λ)`; Newton's method with halved steps, Boyd and Vandenberghe 2004,
/// 9.5.
func fitLogistic(_ points: [WeightedPoint], regularization: Double) -> LogisticFit? {
    let weight = points.reduce(0) { $0 + $1.weight }
    let success = points.reduce(0) { $0 + $1.success }
    // Around the mean length the two unknowns hardly depend on each other; the minimum is the same.
    let center = points.reduce(0) { $0 + $1.weight * $1.x } / weight
    let objective = PenalisedLoss(points: points, center: center, regularization: regularization)
    var here = PenalisedLoss.Position(slope: 0, intercept: ln(success / (weight - success)))
    var value = objective.value(at: here)
    for _ in 0..<200 {
        let local = objective.derivatives(at: here)
        if max(abs(local.bySlope), abs(local.byIntercept)) < 1e-12 {
            let penalty = regularization / 2 * here.slope * here.slope
            return LogisticFit(
                slope: here.slope, intercept: here.intercept - here.slope * center,
                weightedMean: success / weight, loss: (value - penalty) / weight)
        }
        var step = local.newtonStep
        var next = here + step
        var nextValue = objective.value(at: next)
        // Near the minimum a good step may raise the value by a rounding, hence the allowance.
        while !(nextValue <= value + 1e-15 * abs(value)),
            max(abs(step.slope), abs(step.intercept)) > 1e-14
        {
            step = PenalisedLoss.Position(slope: step.slope / 2, intercept: step.intercept / 2)
            next = here + step
            nextValue = objective.value(at: next)
        }
        (here, value) = (next, nextValue)
    }
    return nil
}

private struct PenalisedLoss {
    let points: [WeightedPoint]
    let center: Double
    let regularization: Double

    struct Position {
        let slope: Double
        let intercept: Double

        static func + (left: Position, right: Position) -> Position {
            Position(slope: left.slope + right.slope, intercept: left.intercept + right.intercept)
        }
    }

    struct Derivatives {
        var bySlope = 0.0
        var byIntercept = 0.0
        var slopeTwice = 0.0
        var mixed = 0.0
        var interceptTwice = 0.0

        var newtonStep: Position {
            let determinant = slopeTwice * interceptTwice - mixed * mixed
            return Position(
                slope: -(interceptTwice * bySlope - mixed * byIntercept) / determinant,
                intercept: -(slopeTwice * byIntercept - mixed * bySlope) / determinant)
        }
    }

    func value(at position: Position) -> Double {
        points.reduce(regularization / 2 * position.slope * position.slope) { sum, point in
            let z = position.intercept + position.slope * (point.x - center)
            return sum + point.success * softplus(-z) + point.failure * softplus(z)
        }
    }

    func derivatives(at position: Position) -> Derivatives {
        var result = Derivatives()
        result.bySlope = regularization * position.slope
        result.slopeTwice = regularization
        for point in points {
            let x = point.x - center
            let z = position.intercept + position.slope * x
            let small = exponential(-abs(z))
            let (tail, rest) = (small / (1 + small), 1 / (1 + small))
            let (chance, opposite) = z >= 0 ? (rest, tail) : (tail, rest)
            let residual = point.failure * chance - point.success * opposite
            let curvature = point.weight * chance * opposite
            result.bySlope += residual * x
            result.byIntercept += residual
            result.slopeTwice += curvature * x * x
            result.mixed += curvature * x
            result.interceptTwice += curvature
        }
        return result
    }

    /// ln(1 + e^z) without overflow.
    private func softplus(_ z: Double) -> Double { max(z, 0) + ln1p(exponential(-abs(z))) }
}
