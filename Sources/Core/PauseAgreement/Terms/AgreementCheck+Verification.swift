// SPDX-License-Identifier: Apache-2.0

extension AgreementCheck {
    mutating func verification() {
        let terms = agreement.verification
        let path = ["verification"]
        if terms.telemetryLateAfter >= terms.telemetryEvery {
            refuse(
                path + ["telemetry-late-after"],
                "must be below telemetry-every, \(terms.telemetryEvery)",
                hint: "else the next report is due before it shows that this one is missing")
        }
        let round = agreement.log.tick + agreement.log.tick
        if terms.answerWithin < round {
            refuse(
                path + ["answer-within"], "no answer could be logged and seen in time",
                hint: "needs at least twice log.tick, \(round)")
        }
        let least = terms.leastTimeToShowAStop
        if terms.stopEvidenceWithin < least {
            refuse(
                path + ["stop-evidence-within"], "nobody could be shown to have stopped in time",
                hint:
                    "needs at least telemetry-every + telemetry-late-after + answer-within, \(least)"
            )
        }
    }

    // MARK: - Who reads and who looks

    /// What is not public is sealed for somebody, so these must be able to open it.
    mutating func sealingKeys() {
        for party in agreement.parties where party.sealingKey == nil {
            guard party.doesCoveredWork || party.roles.contains(.auditor) else { continue }
            let sealed =
                party.doesCoveredWork
                ? "what is meant for the parties could not be sealed for it"
                : "evidence of a stop could not be sealed for it"
            refuse(
                ["parties", party.name], "\"sealing-key\" is missing: \(sealed)",
                hint: AgreementReader.questions["sealing-key"])
        }
        if !agreement.parties(with: .authority).contains(where: { $0.sealingKey != nil }) {
            refuse(
                ["parties"], "no authority has a sealing key",
                hint: "hearings and self-reports are confidential to the authority")
        }
    }

    /// A site that no auditor may look into could never be shown to have stopped.
    mutating func auditors() {
        guard !agreement.parties(with: .auditor).isEmpty else {
            refuse(
                ["parties"], "there is no auditor",
                hint: AgreementReader.questions["verification"])
            return
        }
        for party in agreement.parties
        where party.doesCoveredWork && agreement.auditors(independentOf: party.name).isEmpty {
            refuse(
                ["parties", party.name], "no auditor is independent of it",
                hint: "needs one that does no covered work and that it did not nominate")
        }
    }
}
