// SPDX-License-Identifier: Apache-2.0

import Brake
import Measurement
import PauseAgreement
import Roles
import Site
import TransparencyLog

/// A finding that stands in the log as attested, derived again by somebody who holds what it rests
/// on.
struct FindingCheck {
    enum Outcome {
        /// Something that it rests on is not held here.
        case notDerivable(String)
        case derived(SiteInspection.Outcome)
    }

    let index: LogIndex
    let auditor: String
    let finding: Finding
    let outcome: Outcome

    /// Every finding of a log over inspections, each derived again as far as openings are held.
    static func all(in replay: LogReplay, held: [LogIndex: Openings]) -> [FindingCheck] {
        let entries = (0..<replay.size.value).map { replay.entry(LogIndex($0)) }
        return entries.compactMap { entry in
            guard case .finding(let finding) = entry.statement.predicate, finding.draw != nil else {
                return nil
            }
            let inputs = FindingInputs(
                finding, before: entry.index, entries: entries, replay: replay, held: held)
            return FindingCheck(
                index: entry.index, auditor: replay.summary(entry.index)?.signer ?? "nobody",
                finding: finding, outcome: inputs.outcome())
        }
    }

    /// What the finding says and its inputs do not bear out.
    ///
    /// A finding may be stricter than this computation, since its auditor may have seen more; it
    /// may not be laxer.
    var contradictions: [String] {
        guard case .derived(let derived) = outcome else { return [] }
        let place = "finding of \(auditor), entry \(index)"
        var found: [String] = []
        if finding.correctness == .pass, derived.correctness != .pass {
            found.append(
                "\(place): correctness is \(derived.correctness.rawValue), not pass\(reason)")
        }
        if finding.completeness == .pass, derived.completeness == .fail {
            found.append("\(place): completeness is fail, not pass\(reason)")
        }
        if let claimed = finding.couldHaveMissed.flatMap({ Double($0.share.description) }) {
            guard let shown = derived.shareShown else {
                return found + ["\(place): the draw could not have shown any share"]
            }
            // Findings round the share up; machines differ by less than a thousandth.
            if claimed < shown * 0.999 {
                let figure = SignificantDigits.text(of: shown) ?? "\(shown)"
                found.append(
                    "\(place): the draw would have shown a share of \(figure), not \(claimed)")
            }
        }
        return found
    }

    private var reason: String {
        guard case .derived(let derived) = outcome,
            let first = derived.objections.min(by: { $0.weight.rawValue < $1.weight.rawValue })
        else { return "" }
        return ": \(first)"
    }

    var sentence: String {
        let place =
            "finding of \(auditor) about \(finding.party), \(finding.site), entry \(index): attested "
            + "correctness \(finding.correctness.rawValue), completeness \(finding.completeness.rawValue)"
        switch outcome {
        case .notDerivable(let why): return "\(place); not derived again: \(why)"
        case .derived(let derived):
            return "\(place); derived again from \(derived.drawn) samples: correctness "
                + "\(derived.correctness.rawValue), completeness \(derived.completeness.rawValue)"
        }
    }

    var json: JSON {
        var object: JSONObject = [
            "entry": .integer(Int64(index.value)), "auditor": .string(auditor),
            "party": .string(finding.party), "site": .string(finding.site),
            "contradictions": .array(contradictions.map { .string($0) }),
        ]
        switch outcome {
        case .notDerivable(let why): object["not-derived"] = .string(why)
        case .derived(let derived):
            object["correctness"] = .string(derived.correctness.rawValue)
            object["completeness"] = .string(derived.completeness.rawValue)
            object["drawn"] = .integer(Int64(derived.drawn))
            object["holding"] = .integer(Int64(derived.holding))
            object["objections"] = .array(derived.objections.map { .string("\($0)") })
        }
        return .object(object)
    }
}

extension SiteInspection.Outcome {
    /// Whether what was declared is true, as far as the draw shows.
    var correctness: PauseAgreement.Verdict {
        if objections.contains(where: { $0.weight == .correctnessFails }) { return .fail }
        let isOpen = objections.contains { $0.weight == .correctnessUnknown } || shareShown == nil
        return isOpen ? .unknown : .pass
    }

    /// Whether everything was declared, as far as the openings show.
    var completeness: PauseAgreement.Verdict {
        if objections.contains(where: { $0.weight == .completenessFails }) { return .fail }
        return objections.contains { $0.weight == .completenessUnknown } ? .unknown : .pass
    }
}
