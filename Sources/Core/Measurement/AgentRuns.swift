// SPDX-License-Identifier: Apache-2.0

/// All runs of one agent, by family and task, with the weight each run has in a fit.
public struct AgentRuns: Sendable {
    struct Run: Sendable {
        let logMinutes: Double
        let score: Double
    }

    struct Task: Sendable {
        /// The share of the whole weight that each single run of the task has.
        let runWeight: Double
        let runs: [Run]
    }

    struct Family: Sendable {
        let tasks: [Task]
    }

    /// Sorted by name, as are the tasks within, so that a seed means the same draw everywhere.
    let families: [Family]
    public let runCount: Int
    public let taskCount: Int
    public let familyCount: Int

    /// Groups and weighs the runs: a task counts the less, the more tasks its family has.
    ///
    /// A run weighs 1 / (runs of its task × √(tasks of its family)), scaled to sum to 1.
    ///
    /// - Throws: ``UnusableSample`` for no runs, a task length that is not positive, a score
    ///   outside 0…1 or a task that stands in two families.
    ///
    /// Source: METR, eval-analysis-public at 52d6b56, `compute_task_weights.py`
    /// (`invsqrt_task_weight`).
    public init(_ runs: [EvaluationRun]) throws(UnusableSample) {
        guard !runs.isEmpty else { throw UnusableSample("there are no runs") }
        var familyOfTask: [String: String] = [:]
        var grouped: [String: [String: [Run]]] = [:]
        for run in runs {
            guard run.humanMinutes > 0, run.humanMinutes.isFinite else {
                throw UnusableSample("task \(run.task) has a length that is not positive")
            }
            guard (0...1).contains(run.score) else {
                throw UnusableSample("a run of task \(run.task) has a score outside 0 to 1")
            }
            guard familyOfTask.updateValue(run.family, forKey: run.task) ?? run.family == run.family
            else { throw UnusableSample("task \(run.task) stands in two families") }
            grouped[run.family, default: [:]][run.task, default: []]
                .append(Run(logMinutes: logarithmOfTwo(run.humanMinutes), score: run.score))
        }
        // A family's tasks together weigh the square root of their number.
        let total = grouped.keys.sorted()
            .reduce(0.0) { $0 + Double(grouped[$1]?.count ?? 0).squareRoot() }
        families = grouped.sorted { $0.key < $1.key }.map { _, tasks in
            let taskWeight = 1 / Double(tasks.count).squareRoot() / total
            return Family(
                tasks: tasks.sorted { $0.key < $1.key }.map { _, runs in
                    Task(runWeight: taskWeight / Double(runs.count), runs: runs)
                })
        }
        runCount = runs.count
        taskCount = familyOfTask.count
        familyCount = grouped.count
    }
}
