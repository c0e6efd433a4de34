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
        private let table: RunTable

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
            table = RunTable(runs, regularization: regularization)
        }

        /// The horizons in minutes of the draws with these numbers, in their order.
        ///
        /// Weights stay as they were: a task that is drawn twice counts twice.
        ///
        /// A NaN stands for a draw with successes only or failures only, which METR skips, or
        /// without a fit.
        ///
        /// Source: METR, eval-analysis-public at 52d6b56, `wrangle/bootstrap.py`
        /// (`compute_bootstrap_regressions`).
        public func sample(_ numbers: Range<Int>) -> [Double] {
            var draw = table.emptyDraw
            return numbers.map { number in
                var generator = SeededGenerator(seed: seed &+ UInt64(number))
                table.fill(&draw, from: &generator)
                return table.fit(draw)?.minutes(at: reliability) ?? .nan
            }
        }
    }
}
