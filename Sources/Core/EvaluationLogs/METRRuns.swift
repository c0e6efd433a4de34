// SPDX-License-Identifier: Apache-2.0
public import Measurement
import TransparencyLog

/// Runs of agents at tasks of known length, as METR publishes them.
///
/// Source: METR, eval-analysis-public; a table with the columns `agent`, `task_family`, `task_id`,
/// `run_id`, `human_minutes` and `score_binarized`, in any order and among others, or `runs.jsonl`
/// with members of these names and `alias` for the agent.
public struct METRRuns: Sendable {
    /// The runs by agent, in the order of the file.
    public private(set) var runs: [String: [EvaluationRun]] = [:]
    /// How many runs of an agent an error ended, which METR counts as failures.
    private(set) var fatalErrors: [String: Int] = [:]
    /// The weights that the file states, in the order of the runs; absent where it states none.
    private(set) var statedWeights: [String: [Double]] = [:]
    private var seen: Set<[String]> = []

    /// The most bytes that a table may have.
    public static let limit = 1 << 30

    public var agents: [String] { runs.keys.sorted() }

    /// Which of the two forms it is, the first character tells.
    ///
    /// - Throws: ``MalformedEvidence`` with line and column.
    public init(parsing bytes: [UInt8], file: String) throws(MalformedEvidence) {
        if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            try takeLines(bytes, file: file)
        } else {
            try take(CSVTable(bytes, file: file))
        }
        // A weight that only some runs have is none.
        for (agent, weights) in statedWeights where weights.count != runs[agent]?.count {
            statedWeights[agent] = nil
        }
        seen = []
    }

    private mutating func take(_ table: CSVTable) throws(MalformedEvidence) {
        let agent = try table.place(of: "agent")
        let family = try table.place(of: "task_family")
        let task = try table.place(of: "task_id")
        let run = try table.place(of: "run_id")
        let minutes = try table.place(of: "human_minutes")
        let score = try table.place(of: "score_binarized")
        let weight = table.columns.firstIndex(of: "invsqrt_task_weight")
        for row in table.rows {
            let cells = row.cells
            guard seen.insert([cells[agent].text, cells[task].text, cells[run].text]).inserted
            else {
                throw table.fail(
                    row, run, "run \(cells[run].text) of this agent and task stands there twice")
            }
            let length = try table.number(row, minutes)
            guard length > 0 else {
                throw table.fail(row, minutes, "a length above zero was expected")
            }
            let points = try table.number(row, score)
            guard (0...1).contains(points) else {
                throw table.fail(row, score, "a score from 0 to 1 was expected")
            }
            runs[cells[agent].text, default: []].append(
                EvaluationRun(
                    family: cells[family].text, task: cells[task].text, humanMinutes: length,
                    score: points))
            if let weight {
                statedWeights[cells[agent].text, default: []].append(
                    try table.number(row, weight))
            }
        }
    }

    private mutating func takeLines(_ bytes: [UInt8], file: String) throws(MalformedEvidence) {
        var own = self
        try ForeignJSON.parseLines(bytes, file: file) { (row, line) throws(MalformedEvidence) in
            try own.take(row, line, file)
        }
        self = own
    }

    private mutating func take(
        _ row: JSON, _ line: Int, _ file: String
    ) throws(MalformedEvidence) {
        func fail(_ reason: String) -> MalformedEvidence {
            MalformedEvidence(file: file, place: "line \(line)", reason: reason)
        }
        guard let agent = row["alias"]?.string ?? row["agent"]?.string else {
            throw fail("it has no alias, which names the agent")
        }
        guard let family = row["task_family"]?.string, let task = row["task_id"]?.string else {
            throw fail("it has no task_family and task_id")
        }
        guard let minutes = row["human_minutes"]?.finite, minutes > 0 else {
            throw fail("human_minutes is no length above zero")
        }
        let isTrue = row["score_binarized"]?.bool.map { $0 ? 1.0 : 0 }
        guard let score = isTrue ?? row["score_binarized"]?.finite, (0...1).contains(score) else {
            throw fail("score_binarized is no score from 0 to 1")
        }
        if let run = SampleCollector.text(row["run_id"]),
            !seen.insert([agent, task, run]).inserted
        {
            throw fail("run \(run) of this agent and task stands there twice")
        }
        runs[agent, default: []].append(
            EvaluationRun(family: family, task: task, humanMinutes: minutes, score: score))
        if (row["fatal_error_from"] ?? .null) != .null { fatalErrors[agent, default: 0] += 1 }
        if let weight = row["invsqrt_task_weight"]?.finite {
            statedWeights[agent, default: []].append(weight)
        }
    }
}
