// SPDX-License-Identifier: Apache-2.0

/// One attempt of one agent at one task whose length is measured in human working time.
public struct EvaluationRun: Hashable, Sendable {
    /// The group of like tasks, drawn as a whole by the bootstrap.
    public let family: String
    public let task: String
    /// How long a skilled human needs, in minutes; positive.
    public let humanMinutes: Double
    /// From 0, failed, to 1, succeeded.
    public let score: Double

    /// Source: METR, eval-analysis-public, the columns of `all_runs.jsonl`.
    public init(family: String, task: String, humanMinutes: Double, score: Double) {
        self.family = family
        self.task = task
        self.humanMinutes = humanMinutes
        self.score = score
    }
}
