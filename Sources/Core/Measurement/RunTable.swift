// SPDX-License-Identifier: Apache-2.0

/// One agent's runs laid out for drawing from them many times: each run knows the place of its
/// length among all lengths, so that a draw is a sum a length, and a fit takes no longer than there
/// are lengths.
struct RunTable: Sendable {
    /// The different lengths, each less ``center``, in rising order.
    private let lengths: [Double]
    /// The weighted mean length, about which slope and intercept hardly depend on each other.
    private let center: Double
    /// Of each run the place of its length, and what it adds there.
    private let place: [Int]
    private let success: [Double]
    private let failure: [Double]
    /// The tasks of each family, and the runs of each task, as ranges of the row after.
    private let families: [Range<Int>]
    private let tasks: [Range<Int>]
    /// The fit of all runs, where every draw's fit begins.
    private let start: LogisticLine?
    private let regularization: Double

    init(_ runs: AgentRuns, regularization: Double) {
        let all = runs.families.flatMap(\.tasks)
        let lengths = Set(all.flatMap { $0.runs.map(\.logMinutes) }).sorted()
        let places = Dictionary(
            uniqueKeysWithValues: lengths.enumerated().map { ($0.element, $0.offset) })
        var (place, success, failure): ([Int], [Double], [Double]) = ([], [], [])
        var (families, tasks): ([Range<Int>], [Range<Int>]) = ([], [])
        for family in runs.families {
            let first = tasks.count
            for task in family.tasks {
                tasks.append(place.count..<(place.count + task.runs.count))
                for run in task.runs {
                    place.append(places[run.logMinutes]!)
                    success.append(task.runWeight * run.score)
                    failure.append(task.runWeight * (1 - run.score))
                }
            }
            families.append(first..<tasks.count)
        }
        let weight = zip(success, failure).reduce(0) { $0 + $1.0 + $1.1 }
        let center =
            place.indices.reduce(0) { $0 + (success[$1] + failure[$1]) * lengths[place[$1]] }
            / weight
        self.lengths = lengths.map { $0 - center }
        self.center = center
        (self.place, self.success, self.failure) = (place, success, failure)
        (self.families, self.tasks) = (families, tasks)
        self.regularization = regularization
        if case .fitted(let fit)? = try? TimeHorizon.estimate(
            runs, regularization: regularization)
        {
            start = fit.line
        } else {
            start = nil
        }
    }

    /// Where a draw is made; used again for the next one, so that none has to be cleared away.
    struct Draw {
        fileprivate var success: [Double]
        fileprivate var failure: [Double]
    }

    var emptyDraw: Draw {
        let zeros = [Double](repeating: 0, count: lengths.count)
        return Draw(success: zeros, failure: zeros)
    }

    /// Families, then tasks of each, then runs of each, all with replacement.
    func fill(_ draw: inout Draw, from generator: inout SeededGenerator) {
        for slot in draw.success.indices {
            draw.success[slot] = 0
            draw.failure[slot] = 0
        }
        for _ in families {
            let family = families[generator.index(below: families.count)]
            for _ in family {
                let task = tasks[family.lowerBound + generator.index(below: family.count)]
                for _ in task {
                    let run = task.lowerBound + generator.index(below: task.count)
                    let slot = place[run]
                    draw.success[slot] += success[run]
                    draw.failure[slot] += failure[run]
                }
            }
        }
    }

    /// The fit of a draw; nil where it has one class only, or no minimum was found.
    ///
    /// Newton's method with whole steps from the fit of all runs, as long as each brings the
    /// gradient down; the careful way otherwise.
    func fit(_ draw: Draw) -> LogisticLine? {
        guard draw.success.contains(where: { $0 > 0 }), draw.failure.contains(where: { $0 > 0 })
        else { return nil }
        guard let start else { return carefulFit(draw) }
        var slope = start.slope
        var intercept = start.intercept + start.slope * center
        var before = Double.infinity
        for _ in 0..<30 {
            let local = derivatives(draw, slope: slope, intercept: intercept)
            let gradient = max(abs(local.bySlope), abs(local.byIntercept))
            if gradient < 1e-12 {
                return LogisticLine(slope: slope, intercept: intercept - slope * center)
            }
            guard gradient < before else { break }
            before = gradient
            let determinant = local.slopeTwice * local.interceptTwice - local.mixed * local.mixed
            slope -=
                (local.interceptTwice * local.bySlope - local.mixed * local.byIntercept)
                / determinant
            intercept -=
                (local.slopeTwice * local.byIntercept - local.mixed * local.bySlope) / determinant
        }
        return carefulFit(draw)
    }

    private func carefulFit(_ draw: Draw) -> LogisticLine? {
        let points = lengths.indices.compactMap { slot in
            let point = WeightedPoint(
                x: lengths[slot] + center, success: draw.success[slot],
                failure: draw.failure[slot])
            return point.weight > 0 ? point : nil
        }
        return fitLogistic(points, regularization: regularization)?.line
    }

    private struct Derivatives {
        var bySlope: Double
        var byIntercept = 0.0
        var slopeTwice: Double
        var mixed = 0.0
        var interceptTwice = 0.0
    }

    private func derivatives(_ draw: Draw, slope: Double, intercept: Double) -> Derivatives {
        var result = Derivatives(bySlope: regularization * slope, slopeTwice: regularization)
        for slot in lengths.indices {
            let success = draw.success[slot]
            let weight = success + draw.failure[slot]
            if weight == 0 { continue }
            let x = lengths[slot]
            let chance = 1 / (1 + exponential(-(intercept + slope * x)))
            let residual = weight * chance - success
            let curvature = weight * chance * (1 - chance)
            result.bySlope += residual * x
            result.byIntercept += residual
            result.slopeTwice += curvature * x * x
            result.mixed += curvature * x
            result.interceptTwice += curvature
        }
        return result
    }
}
