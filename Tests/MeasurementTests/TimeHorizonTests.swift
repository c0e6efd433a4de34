// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Measurement

@Suite struct TimeHorizonTests {
    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `every agent's fit agrees with the exact optimum under both regularisations`() throws {
        let agents = try runsByAgent()
        let expected = try Reference.table("metr/exact_fits.csv")
        #expect(expected.count == 10)
        for row in expected {
            let agent = try row.text("agent")
            let runs = try AgentRuns(agents[agent] ?? [])
            #expect(runs.runCount == Int(try row.number("n_runs")))
            #expect(runs.taskCount == Int(try row.number("n_tasks")))
            let horizon = try TimeHorizon.estimate(runs, regularization: try row.number("reg"))
            guard case .fitted(let fit) = horizon else {
                Issue.record("\(agent) was not fitted")
                continue
            }
            check(fit.slope, near: try row.number("coef"), within: 2e-9, agent)
            check(fit.intercept, near: try row.number("intercept"), within: 2e-9, agent)
            check(fit.weightedMean, near: try row.number("weighted_avg"), within: 2e-9, agent)
            check(fit.loss, near: try row.number("bce"), within: 2e-9, agent)
            for (column, share) in [("p50", 0.5), ("p80", 0.8)] {
                let reliability = try #require(Probability(share))
                let minutes = try #require(horizon.minutes(at: reliability))
                let wanted = try row.number(column)
                // The table holds six decimals, and the figures six exact digits.
                check(minutes, near: wanted, within: max(1e-6, 1e-6 * wanted), "\(agent) \(column)")
            }
        }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `an agent that failed everything has a horizon of zero`() throws {
        let runs = try AgentRuns(try runsByAgent()["davinci-002"] ?? [])
        let horizon = try TimeHorizon.estimate(runs)
        #expect(horizon == .allFailed)
        #expect(horizon.minutes() == 0)
        let draws = try TimeHorizon.Bootstrap(runs: runs, seed: 42).sample(0..<5)
        #expect(draws.allSatisfy { $0.isNaN })
        #expect(throws: UnusableSample.self) { try PercentileInterval.estimate(from: draws) }
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `the bootstrap interval is that of METR's code within its own chance`() throws {
        // METR's code on these runs, 1,000 draws: 60.523 minutes [15.0, 232].
        let runs = try AgentRuns(try runsByAgent()["Claude 3.5 Sonnet (New)"] ?? [])
        let draws = try TimeHorizon.Bootstrap(runs: runs, seed: 42).sample(0..<400)
        let interval = try PercentileInterval.estimate(from: draws).interval
        // 400 draws leave about 0.1 in the logarithm of either end; three times that is allowed.
        check(ln(interval.lower), near: ln(15.0), within: 0.3)
        check(ln(interval.upper), near: ln(232), within: 0.3)
    }

    @Test func `draws depend on their number alone, not on how they are cut up`() throws {
        let bootstrap = try TimeHorizon.Bootstrap(runs: AgentRuns(toyRuns), seed: 7)
        let whole = bootstrap.sample(0..<60)
        let pieces = bootstrap.sample(0..<1) + bootstrap.sample(1..<33) + bootstrap.sample(33..<60)
        #expect(whole.map(\.bitPattern) == pieces.map(\.bitPattern))
        #expect(Set(whole.map(\.bitPattern)).count > 30)
        let other = try TimeHorizon.Bootstrap(runs: AgentRuns(toyRuns), seed: 1007).sample(0..<60)
        #expect(whole.map(\.bitPattern) != other.map(\.bitPattern))
    }

    @Test func `the order of the runs does not matter`() throws {
        let forward = try TimeHorizon.estimate(AgentRuns(toyRuns))
        let backward = try TimeHorizon.estimate(AgentRuns(toyRuns.reversed()))
        let (first, second) = (try #require(forward.minutes()), try #require(backward.minutes()))
        check(first, near: second, within: 1e-9 * first)
    }

    @Test func `a fractional score counts as a part of a success and of a failure`() throws {
        // A task tried four times with one success weighs as much as one try scored a quarter.
        func horizon(_ scores: [Double]) throws -> Double {
            let others = toyRuns.filter { $0.task != "a1" }
            let runs = scores.map {
                EvaluationRun(family: "a", task: "a1", humanMinutes: 2, score: $0)
            }
            return try #require(TimeHorizon.estimate(AgentRuns(others + runs)).minutes())
        }
        check(try horizon([0.25]), near: try horizon([1, 0, 0, 0]), within: 1e-9)
    }

    @Test func `an agent that never fails has no upper end`() throws {
        let runs = toyRuns.map {
            EvaluationRun(family: $0.family, task: $0.task, humanMinutes: $0.humanMinutes, score: 1)
        }
        let horizon = try TimeHorizon.estimate(AgentRuns(runs))
        #expect(horizon == .allSucceeded)
        #expect(horizon.minutes() == .infinity)
    }

    @Test func `success that does not depend on length has no horizon`() throws {
        let runs = [1.0, 0].map {
            EvaluationRun(family: "a", task: "one", humanMinutes: 8, score: $0)
        }
        #expect(try TimeHorizon.estimate(AgentRuns(runs)).minutes() == nil)
    }

    @Test func `perfectly separated lengths still have a finite fit`() throws {
        let runs = (0..<10).map {
            EvaluationRun(
                family: "f\($0)", task: "t\($0)", humanMinutes: Double(1 << $0),
                score: $0 < 5 ? 1 : 0)
        }
        for regularization in [0.1, 1e-5, 1e-9] {
            let horizon = try TimeHorizon.estimate(AgentRuns(runs), regularization: regularization)
            check(try #require(horizon.minutes()), near: 22.627_416_997_969_52, within: 1e-6)
        }
    }

    @Test func `runs that cannot be weighed are refused`() {
        func run(_ family: String, _ minutes: Double, _ score: Double) -> EvaluationRun {
            EvaluationRun(family: family, task: "t", humanMinutes: minutes, score: score)
        }
        let bad = [
            [], [run("a", 0, 1)], [run("a", -1, 1)], [run("a", .nan, 1)], [run("a", 1, 1.5)],
            [run("a", 1, .nan)], [run("a", 1, 1), run("b", 1, 0)],
        ]
        for runs in bad { #expect(throws: UnusableSample.self) { try AgentRuns(runs) } }
        for regularization in [0, -1, Double.nan, .infinity] {
            #expect(throws: UnusableSample.self) {
                try TimeHorizon.estimate(AgentRuns(toyRuns), regularization: regularization)
            }
        }
    }

    @Test func `percentiles interpolate, leave NaN out and keep infinity on top`() throws {
        func ends(_ draws: [Double]) throws -> [Double] {
            let estimate = try PercentileInterval.estimate(from: draws, confidence: .oneHalf)
            return [estimate.interval.lower, estimate.interval.upper]
        }
        #expect(try ends([1, 2, 3, 4, 5]) == [2, 4])
        #expect(try ends([4, 1, 2, 3]) == [1.75, 3.25])
        #expect(try ends([.nan, 3, 1, 2, .nan, 5, 4]) == [2, 4])
        #expect(try ends([1, 2, 3, .infinity, .infinity]) == [2, .infinity])
        #expect(try ends([1, 2, 3, .infinity]) == [1.75, .infinity])
        #expect(try ends([.infinity, .infinity]) == [.infinity, .infinity])
        let counted = try PercentileInterval.estimate(from: [1, .nan, 2])
        #expect((counted.used, counted.skipped) == (2, 1))
    }

    @Test func `the generator is xoshiro256** filled by splitmix64`() {
        // splitmix64 of 0 gives e220a8397b1dcdaf 6e789e6aa1b965f4 06c45d188009454f
        // f88bb8a8724c81ec; the first output is rotl(5 × the second, 7) × 9.
        var generator = SeededGenerator(seed: 0)
        #expect(generator.next() == 0x99ec_5f36_cb75_f2b4)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<7_000 { counts[generator.index(below: 7)] += 1 }
        // 1,000 each, with a standard deviation of 29.
        #expect(counts.allSatisfy { abs($0 - 1_000) < 150 })
    }

    private func runsByAgent() throws -> [String: [EvaluationRun]] {
        var result: [String: [EvaluationRun]] = [:]
        for row in try Reference.table("metr/runs_slim_2025-01-28.csv") {
            result[try row.text("agent"), default: []].append(
                EvaluationRun(
                    family: try row.text("task_family"), task: try row.text("task_id"),
                    humanMinutes: try row.number("human_minutes"),
                    score: try row.number("score_binarized")))
        }
        return result
    }

    private var toyRuns: [EvaluationRun] {
        let lengths: [(String, String, Double, [Double])] = [
            ("a", "a1", 2, [1, 1, 0]), ("a", "a2", 8, [1, 1, 1, 0]), ("b", "b1", 1, [1, 1]),
            ("b", "b2", 30, [1, 0, 0]), ("b", "b3", 60, [0, 1]), ("c", "c1", 240, [0, 0, 1, 0]),
            ("d", "d1", 480, [0, 0]), ("d", "d2", 15, [1, 0, 1]),
        ]
        return lengths.flatMap { family, task, minutes, scores in
            scores.map {
                EvaluationRun(family: family, task: task, humanMinutes: minutes, score: $0)
            }
        }
    }
}
