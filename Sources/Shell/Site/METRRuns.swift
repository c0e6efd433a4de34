// SPDX-License-Identifier: Apache-2.0
public import Measurement

/// Runs of agents at tasks of known length, as METR publishes them.
///
/// Source: METR, eval-analysis-public; a table with the columns `agent`, `task_family`, `task_id`,
/// `run_id`, `human_minutes` and `score_binarized`, in any order and among others.
public struct METRRuns: Sendable {
    /// The runs by agent, in the order of the file.
    public let runs: [String: [EvaluationRun]]

    /// The most bytes that a table may have.
    public static let limit = 1 << 30

    public var agents: [String] { runs.keys.sorted() }

    /// - Throws: ``MalformedEvidence`` with line and column, ``UnreadableFile`` where the disk
    ///   fails.
    public static func read(_ file: EvidenceFile) throws -> METRRuns {
        try METRRuns(CSVTable(file.readAll(limit: limit), file: file.path))
    }

    init(_ table: CSVTable) throws(MalformedEvidence) {
        let agent = try table.place(of: "agent")
        let family = try table.place(of: "task_family")
        let task = try table.place(of: "task_id")
        let run = try table.place(of: "run_id")
        let minutes = try table.place(of: "human_minutes")
        let score = try table.place(of: "score_binarized")
        var runs: [String: [EvaluationRun]] = [:]
        var seen: Set<[String]> = []
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
        }
        self.runs = runs
    }
}
