// SPDX-License-Identifier: Apache-2.0
public import Measurement
import PauseAgreement
import TransparencyLog

extension METRRuns {
    /// Fits the recipe's agent.
    ///
    /// - Throws: ``UnfitSelection`` where there is no such agent, ``UnusableSample`` where the fit
    ///   fails.
    public func fit(_ recipe: Recipe) throws -> Fit {
        let agent = try recipe.required("agent")
        guard let own = runs[agent] else {
            throw UnfitSelection(
                "no agent \(InspectAudit.line(agent))",
                hint: "it has: \(agents.joined(separator: ", "))")
        }
        let regularization = try recipe.number("regularization") ?? TimeHorizon.metrRegularization
        guard let reliability = Probability(try recipe.number("reliability") ?? 0.5) else {
            throw UnfitSelection("a reliability lies between 0 and 1", hint: "")
        }
        let grouped = try AgentRuns(own)
        var draws: (TimeHorizon.Bootstrap, Int)?
        if let count = recipe["bootstrap"] {
            guard let count = Int(count), (1...1_000_000).contains(count),
                let seed = UInt64(recipe["seed"] ?? "42")
            else {
                throw UnfitSelection(
                    "bootstrap and seed are no counts", hint: "from 1 to 1000000 draws")
            }
            draws = (
                try TimeHorizon.Bootstrap(
                    runs: grouped, reliability: reliability, regularization: regularization,
                    seed: seed), count
            )
        }
        return Fit(
            agent: agent, runs: grouped,
            horizon: try TimeHorizon.estimate(grouped, regularization: regularization),
            reliability: reliability, regularization: regularization,
            longest: own.map(\.humanMinutes).max() ?? 0, bootstrap: draws?.0,
            drawCount: draws?.1 ?? 0, fatalErrors: fatalErrors[agent] ?? 0,
            hasOtherWeights: statedWeights[agent].map { !Self.agree($0, own) } ?? false)
    }

    /// One agent's fit, and what is still to be drawn for its interval.
    public struct Fit: Sendable {
        public let agent: String
        public let runs: AgentRuns
        public let horizon: TimeHorizon
        public let reliability: Probability
        public let regularization: Double
        let longest: Double
        /// Nil where no interval was asked for.
        public let bootstrap: TimeHorizon.Bootstrap?
        public let drawCount: Int
        let fatalErrors: Int
        let hasOtherWeights: Bool

        /// The figure, with an interval from the draws.
        ///
        /// - Parameter draws: what ``bootstrap`` gave for the numbers from 0 on, in their order.
        public func figure(draws: [Double], file: String) -> EvaluationFigure {
            let value = horizon.minutes(at: reliability)
            var figure = EvaluationFigure(
                value: value, unit: .minutes, suite: "runs of \(file)",
                method: "METR time horizon, weighted logistic fit, reliability "
                    + "\(reliability.share), regularization \(regularization)")
            figure.n = runs.runCount
            figure.clusters = runs.familyCount
            figure.model = agent
            let interval = try? PercentileInterval.estimate(from: draws)
            figure.interval = interval?.interval
            if let bootstrap, interval != nil {
                figure.intervalMethod =
                    "hierarchical bootstrap, \(drawCount) draws, seed \(bootstrap.seed)"
            }
            figure.remarks = remarks(value: value, interval)
            figure.details = details(interval)
            return figure
        }

        private func details(_ interval: PercentileInterval?) -> JSONObject {
            func number(_ value: Double) -> JSON { .decimal(value.description) }
            var details: JSONObject = [
                "runs": .integer(Int64(runs.runCount)), "tasks": .integer(Int64(runs.taskCount)),
                "families": .integer(Int64(runs.familyCount)),
                "regularization": number(regularization),
            ]
            if case .fitted(let fit) = horizon {
                details["slope"] = number(fit.slope)
                details["intercept"] = number(fit.intercept)
                details["mean-score"] = number(fit.weightedMean)
                details["loss"] = number(fit.loss)
            }
            if let interval, let bootstrap {
                details["bootstrap"] = .object([
                    "draws": .integer(Int64(interval.used + interval.skipped)),
                    "skipped": .integer(Int64(interval.skipped)),
                    "seed": .string(String(bootstrap.seed)), "confidence": .decimal("0.95"),
                ])
            }
            return details
        }

        private func remarks(
            value: Double?, _ interval: PercentileInterval?
        ) -> [ImportRemark] {
            var remarks: [ImportRemark] = []
            if horizon == .allFailed {
                remarks.add(.noInterval, "every run failed: the horizon is 0, without an interval")
            }
            if horizon == .allSucceeded {
                remarks.add(
                    .beyondTheSuite, "no run failed: the suite sets the horizon no upper end")
            }
            if case .fitted(let fit) = horizon, fit.slope >= 0 {
                remarks.add(
                    .meaninglessFit,
                    "success does not fall with length: the horizon means nothing")
            }
            if let value, value.isFinite, value > longest {
                let minutes = SignificantDigits.text(of: longest) ?? ""
                remarks.add(
                    .beyondTheSuite, "the horizon lies beyond the longest task, of \(minutes) min")
            }
            if case .fitted = horizon, bootstrap != nil, interval == nil {
                remarks.add(
                    .noInterval,
                    "no bootstrap draw had successes and failures: there is no interval")
            }
            if let skipped = interval?.skipped, skipped > 0 {
                remarks.add(
                    .skippedDraws,
                    "\(skipped) bootstrap draws without successes or without failures were left out"
                )
            }
            if fatalErrors > 0 {
                remarks.add(
                    .fatalErrors, "\(fatalErrors) runs ended in an error and count as failures")
            }
            if hasOtherWeights {
                remarks.add(
                    .weightsDiffer, "the file's invsqrt_task_weight is not what its runs give")
            }
            return remarks
        }
    }

    /// Whether stated weights are, up to one factor, those of METR's rule.
    private static func agree(_ stated: [Double], _ runs: [EvaluationRun]) -> Bool {
        let counts = Dictionary(runs.map { ($0.task, 1.0) }, uniquingKeysWith: +)
        var tasks: [String: Set<String>] = [:]
        for run in runs { tasks[run.family, default: []].insert(run.task) }
        let own = runs.map { run in
            1 / ((counts[run.task] ?? 1) * Double(tasks[run.family]?.count ?? 1).squareRoot())
        }
        let (sum, statedSum) = (own.reduce(0, +), stated.reduce(0, +))
        guard statedSum > 0 else { return false }
        return zip(own, stated).allSatisfy { abs($0 / sum - $1 / statedSum) <= 1e-6 * $0 / sum }
    }
}
