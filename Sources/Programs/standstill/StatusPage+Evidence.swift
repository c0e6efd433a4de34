// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

// What is known of the stop and of the way out.

extension StatusPage {
    /// Both verdicts of each site, what could have been missed, and what is due.
    var sites: [String] {
        (state["sites"]?.array ?? []).map { site in
            let emulated = site["emulated"]?.bool == true ? " (emulated)" : ""
            let due = time(site["due"]).map { "; next due \($0)\(distance(to: $0))" } ?? ""
            return "\(text(site["party"])) \(text(site["site"]))\(emulated): "
                + "correctness \(text(site["correctness"])), "
                + "completeness \(text(site["completeness"]))\(missed(site)) (attested); "
                + "\(text(site["reason"]))\(due) (article \(text(site["clause"])))"
        }
    }

    private func missed(_ site: JSON) -> String {
        guard let blind = site["could-have-missed"],
            let share = blind["share"]?.string.flatMap({ ExactDecimal($0) }),
            let confidence = blind["confidence"]?.string.flatMap({ ExactDecimal($0) })
        else { return "" }
        return ", could have missed less than \(share.percent) of the samples "
            + "(at \(confidence.percent))"
    }

    var mitigations: [String] {
        (state["mitigations"]?.array ?? []).map { taken in
            "entry \(taken["entry"]?.integer ?? 0), \(text(taken["cause"])), by "
                + "\(text(taken["party"])): \(text(taken["what"]))\(attested(taken))"
        }
    }

    var milestones: [String] {
        (state["milestones"]?.array ?? []).map { milestone in
            let needs =
                "\(milestone["attesters"]?.integer ?? 0) attesters from "
                + "\(milestone["jurisdictions"]?.integer ?? 0) jurisdictions"
            let reached = milestone["reached"]?.bool == true ? "reached" : "not reached"
            return "\(text(milestone["name"])): \(reached), needs \(needs)\(attested(milestone)) "
                + "(article \(text(milestone["clause"])))"
        }
    }

    var selfReports: [String] {
        (state["self-reports"]?.array ?? []).map { report in
            "entry \(report["entry"]?.integer ?? 0), \(text(report["party"])): "
                + text(report["what"])
        }
    }

    /// Who said what about it; dissent is part of it.
    private func attested(_ matter: JSON) -> String {
        let said = (matter["attestations"]?.array ?? []).map {
            "\(text($0["party"])) \(text($0["verdict"]))"
        }
        return said.isEmpty ? "; nobody attested it" : "; attested: \(said.joined(separator: ", "))"
    }
}
