// SPDX-License-Identifier: Apache-2.0

import EvaluationLogs
import Measurement
import Site
import TransparencyLog

extension ReadMETRCommand {
    /// The horizons of all agents of a table, whose draws share the cores.
    func printAllAgents(_ evidence: EvidenceFile) async throws {
        guard !measurement.isAsked else {
            throw Failure.usage(
                "a measurement is of one model", hint: "name an agent with --agent NAME")
        }
        let all = try readingEvidence { try METRRuns.read(evidence) }
        let regularization = regularization ?? TimeHorizon.metrRegularization
        var agents: [AgentHorizon] = []
        for name in all.agents {
            agents.append(
                try readingEvidence {
                    let runs = try AgentRuns(all.runs[name] ?? [])
                    return AgentHorizon(
                        name: name, runs: runs,
                        horizon: try TimeHorizon.estimate(runs, regularization: regularization))
                })
        }
        if let bootstrap {
            let all = try readingEvidence {
                try agents.map {
                    try TimeHorizon.Bootstrap(
                        runs: $0.runs, reliability: reliability, regularization: regularization,
                        seed: seed ?? 42)
                }
            }
            for (place, draws) in await sampled(all, count: bootstrap).enumerated() {
                agents[place].interval = try? PercentileInterval.estimate(from: draws)
            }
        }
        let digest = try readingEvidence { try evidence.digest() }
        guard !json else {
            return printJSON(
                .object(members(agents, regularization: regularization, digest: digest)))
        }
        for agent in agents { print(agent.sentence(at: reliability)) }
        print("sha256: \(digest.hex)")
    }

    private func members(
        _ agents: [AgentHorizon], regularization: Double, digest: Digest
    ) -> JSONObject {
        var object: JSONObject = [
            "agents": .array(agents.map { .object($0.members(at: reliability)) }), "unit": "min",
            "reliability": .number(reliability.share), "regularization": .number(regularization),
            "digest": .string(digest.hex),
        ]
        if let bootstrap {
            object["bootstrap"] = [
                "draws": .integer(Int64(bootstrap)), "seed": .string(String(seed ?? 42)),
                "confidence": .decimal("0.95"),
            ]
        }
        return object
    }
}

/// Makes the draws of several agents on all cores, and returns each agent's in their order. They
/// are put together by number, so the cores leave no trace.
func sampled(_ bootstraps: [TimeHorizon.Bootstrap], count: Int) async -> [[Double]] {
    let slice = 100
    return await withTaskGroup(of: (agent: Int, start: Int, draws: [Double]).self) { group in
        for (agent, bootstrap) in bootstraps.enumerated() {
            for start in stride(from: 0, to: count, by: slice) {
                group.addTask {
                    (agent, start, bootstrap.sample(start..<min(start + slice, count)))
                }
            }
        }
        var all = bootstraps.map { _ in [Double](repeating: .nan, count: count) }
        for await part in group {
            all[part.agent].replaceSubrange(
                part.start..<(part.start + part.draws.count), with: part.draws)
        }
        return all
    }
}

/// One agent of a table of runs.
private struct AgentHorizon {
    let name: String
    let runs: AgentRuns
    let horizon: TimeHorizon
    var interval: PercentileInterval?

    func members(at reliability: Probability) -> JSONObject {
        [
            "agent": .string(name), "value": .number(horizon.minutes(at: reliability)),
            "interval": .interval(interval?.interval), "runs": .integer(Int64(runs.runCount)),
            "tasks": .integer(Int64(runs.taskCount)),
            "families": .integer(Int64(runs.familyCount)),
            "skipped": interval.map { .integer(Int64($0.skipped)) } ?? .null,
        ]
    }

    func sentence(at reliability: Probability) -> String {
        let minutes = horizon.minutes(at: reliability)?.sentence ?? "none"
        let ends = interval.map { " (\($0.interval.sentence))" } ?? ""
        return "\(name): \(minutes) min\(ends)"
    }
}
