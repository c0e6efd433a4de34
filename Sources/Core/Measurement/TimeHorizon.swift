// SPDX-License-Identifier: Apache-2.0

/// METR's time horizon: the length of task, in human working time, that an agent completes with a
/// stated reliability.
///
/// Compute it on one task suite, with one regularisation and one rule for what counts as success,
/// and say which: the same label has stood for other numbers. Lengths beyond the suite's longest
/// tasks are extrapolated.
public enum TimeHorizon: Hashable, Sendable {
    /// No run succeeded: the horizon is 0.
    case allFailed
    /// No run failed: the suite sets the horizon no upper end.
    case allSucceeded
    case fitted(LogisticFit)

    /// The penalty on the slope in METR's published code for suites 1.0 and 1.1.
    public static let metrRegularization = 0.1

    /// Fits one agent's runs, splitting a fractional score into a part of a success and of a
    /// failure.
    ///
    /// - Throws: ``UnusableSample`` where `regularization` is not positive or Newton's method
    ///   fails.
    ///
    /// Source: METR, eval-analysis-public at 52d6b56, `wrangle/logistic.py` (`agent_regression`).
    public static func estimate(
        _ runs: AgentRuns, regularization: Double = metrRegularization
    ) throws(UnusableSample) -> TimeHorizon {
        guard regularization > 0, regularization.isFinite else {
            throw UnusableSample("the regularization must be positive")
        }
        var points: [WeightedPoint] = []
        for family in runs.families {
            for task in family.tasks {
                var sum = TaskPoints()
                for run in task.runs { sum.add(run, weight: task.runWeight) }
                points += sum.points
            }
        }
        guard let horizon = estimate(points, regularization: regularization) else {
            throw UnusableSample("the logistic fit did not converge")
        }
        return horizon
    }

    /// The horizon in minutes; 0 where all failed, infinite where all succeeded.
    ///
    /// Nil where success does not depend on the length at all.
    ///
    /// Source: METR, eval-analysis-public at 52d6b56, `utils/logistic.py` (`get_x_for_quantile`).
    public func minutes(at reliability: Probability = .oneHalf) -> Double? {
        switch self {
        case .allFailed: 0
        case .allSucceeded: .infinity
        case .fitted(let fit): fit.minutes(at: reliability)
        }
    }

    static func estimate(_ points: [WeightedPoint], regularization: Double) -> TimeHorizon? {
        if points.allSatisfy({ $0.success == 0 }) { return .allFailed }
        if points.allSatisfy({ $0.failure == 0 }) { return .allSucceeded }
        return fitLogistic(points, regularization: regularization).map(TimeHorizon.fitted)
    }

    /// Gathers runs of one length into one point, which makes a fit many times faster.
    struct TaskPoints {
        private(set) var points: [WeightedPoint] = []

        mutating func add(_ run: AgentRuns.Run, weight: Double) {
            let (success, failure) = (weight * run.score, weight * (1 - run.score))
            if let last = points.indices.last, points[last].x == run.logMinutes {
                points[last].success += success
                points[last].failure += failure
            } else {
                points.append(WeightedPoint(x: run.logMinutes, success: success, failure: failure))
            }
        }
    }
}
