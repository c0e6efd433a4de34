// SPDX-License-Identifier: Apache-2.0

import Enforcement
import PauseAgreement
import TransparencyLog

/// Whether a run may begin or go on, now and under each rung.
struct Prospect {
    enum Word: String {
        case may
        case mayNot = "may-not"
        case unknown

        var exitCode: Int32 { self == .may ? 0 : self == .mayNot ? 1 : 2 }

        var sentence: String {
            switch self {
            case .may: "It may run"
            case .mayNot: "It may not run"
            case .unknown: "Unknown whether it may run"
            }
        }
    }

    let job: Job
    let party: String
    /// Whether it was asked for one party, not for all.
    let isForAll: Bool
    let verdict: Enforcement.Verdict
    let forecasts: [Forecast]
    /// Registered models through which it would be covered whatever its size.
    let lineage: [String]
    let now: Time

    /// The answer for the party that has it hardest.
    ///
    /// - Precondition: there is a gate.
    init(job: Job, gates: [Gate], order: BelievedOrder?, now: Time) {
        precondition(!gates.isEmpty, "an agreement has a party that does covered work")
        self.job = job
        self.now = now
        isForAll = gates.count > 1
        let verdicts = gates.map { gate in
            (gate, gate.decide(job, order: order, allowedUntil: nil, now: now))
        }
        let hardest = verdicts.max { $0.1.prospect.exitRank < $1.1.prospect.exitRank }!
        party = hardest.0.party
        verdict = hardest.1
        let models = order?.order.models ?? []
        forecasts = hardest.0.forecasts(for: job, models: models)
        lineage = hardest.0.lineage(of: job, models: models)
    }

    var word: Word { verdict.prospect }

    func lines(_ agreement: Agreement) -> [String] {
        let width = forecasts.map(\.measure.rawValue.count).max() ?? 0
        let rungs = forecasts.map { forecast -> String in
            let name = forecast.measure.rawValue
            let gap = String(repeating: " ", count: width - name.count)
            let answer = forecast.isFree ? "may    " : "may not"
            return "  \(name)\(gap)  \(answer)  \(forecast.sentence)"
        }
        let whom = isForAll ? ", whoever of the parties runs it: for \(party)" : " for \(party)"
        return ["\(word.sentence) now (\(now))\(whom), \(verdict.reason.sentence)", ""]
            + ["under each rung, once it is called and its grace is over"] + rungs
            + ancestry(agreement) + exemptions(agreement)
    }

    private func ancestry(_ agreement: Agreement) -> [String] {
        guard !lineage.isEmpty else { return [] }
        return [
            "",
            "lineage: a measure because of \(lineage.joined(separator: " or ")) covers it whatever its "
                + "compute (article \(agreement.scope.article))",
        ]
    }

    private func exemptions(_ agreement: Agreement) -> [String] {
        let names = agreement.scope.exemptions
        guard !names.isEmpty else { return [] }
        return [
            "",
            "exempt by name: \(names.joined(separator: ", ")) (article \(agreement.scope.article))",
        ]
    }

    func json(_ agreement: Agreement) -> JSONObject {
        [
            "answer": .string(word.rawValue), "party": .string(party),
            "at": .integer(now.milliseconds), "now": .object(verdict.json),
            "ladder": .array(forecasts.map { .object($0.json) }),
            "lineage": .array(lineage.map { .string($0) }),
            "exemptions": .array(agreement.scope.exemptions.map { .string($0) }),
        ]
    }
}

extension Prospect.Word {
    /// Not allowed is harder than unknown, unknown harder than free.
    fileprivate var exitRank: Int { self == .may ? 0 : self == .unknown ? 1 : 2 }
}

extension Enforcement.Verdict {
    /// A gate refuses where it does not know; whoever asks beforehand is told which it is.
    fileprivate var prospect: Prospect.Word {
        if letsRun { return .may }
        switch reason.ground {
        case .noOrder, .staleOrder, .lateOrder, .contradictedOrder: return .unknown
        default: return .mayNot
        }
    }
}

extension Forecast {
    fileprivate var json: JSONObject {
        let answer: Prospect.Word = isFree ? .may : .mayNot
        return [
            "measure": .string(measure.rawValue), "answer": .string(answer.rawValue),
            "reason": .string(sentence), "clause": .string(reason.clause),
        ]
    }
}
