// SPDX-License-Identifier: Apache-2.0

extension TimeHorizon {
    /// The hierarchical bootstrap of one agent's horizon: families, their tasks, their runs, each
    /// drawn with replacement.
    ///
    /// Draw number i has the seed `seed + i` and depends on nothing else, so draws may be made in
    /// any order and on any number of threads, and put together by number.
    ///
    /// METR draws the families of all agents at once. For an agent that attempted all of them this
    /// is the same; for another one it makes the number of families part of the chance.
    public struct Bootstrap: Sendable {
        public let runs: AgentRuns
        public let reliability: Probability
        public let regularization: Double
        public let seed: UInt64

        /// Source: METR, eval-analysis-public at 52d6b56, `wrangle/bootstrap.py`.
        ///
        /// - Throws: ``UnusableSample`` where `regularization` is not positive.
        public init(
            runs: AgentRuns, reliability: Probability = .oneHalf,
            regularization: Double = metrRegularization, seed: UInt64
        ) throws(UnusableSample) {
            guard regularization > 0, regularization.isFinite else {
                throw UnusableSample("the regularization must be positive")
            }
            self.runs = runs
            self.reliability = reliability
            self.regularization = regularization
            self.seed = seed
        }

        /// The horizons in minutes of the draws with these numbers, in their order.
        ///
        /// A NaN stands for a draw with successes only or failures only, which METR skips, or
        /// without a fit.
        ///
        /// Source: METR, eval-analysis-public at 52d6b56, `wrangle/bootstrap.py`
        /// (`compute_bootstrap_regressions`).
        public func sample(_ numbers: Range<Int>) -> [Double] {
            numbers.map { draw(seed: seed &+ UInt64($0)) }
        }

        /// One draw. Weights stay as they were: a task that is drawn twice counts twice.
        ///
        /// Source: METR, eval-analysis-public at 52d6b56, `wrangle/bootstrap.py`
        /// (`bootstrap_sample`).
        public func draw(seed: UInt64) -> Double {
            var generator = SeededGenerator(seed: seed)
            var points: [WeightedPoint] = []
            for _ in runs.families {
                let family = runs.families[generator.index(below: runs.families.count)]
                for _ in family.tasks {
                    let task = family.tasks[generator.index(below: family.tasks.count)]
                    var sum = TaskPoints()
                    for _ in task.runs {
                        let run = task.runs[generator.index(below: task.runs.count)]
                        sum.add(run, weight: task.runWeight)
                    }
                    points += sum.points
                }
            }
            guard
                case .fitted(let fit) = TimeHorizon.estimate(points, regularization: regularization)
            else { return .nan }
            return fit.minutes(at: reliability) ?? .nan
        }
    }
}
