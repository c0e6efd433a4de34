// SPDX-License-Identifier: Apache-2.0

/// Whether the examples in the text can be reported by those who are named, and show each trigger
/// both ways. Whether they come out is the law's to say.
extension AgreementCheck {
    mutating func tests() {
        guard !agreement.tests.isEmpty else {
            guard !agreement.triggers.isEmpty else { return }
            warn(
                ["triggers"], "no test shows what they read",
                hint: "\"tests\" show each trigger crossed and clear")
            return
        }
        for trigger in agreement.triggers { bothWays(trigger) }
        for (number, test) in agreement.tests.enumerated() {
            for (place, given) in test.given.enumerated() {
                reporters(of: given, ["tests[\(number + 1)]", "given[\(place + 1)]"])
            }
        }
        unsayable()
    }

    private mutating func bothWays(_ trigger: Trigger) {
        let shown = Set(
            agreement.tests.flatMap(\.expectations).flatMap(\.verdicts)
                .filter { $0.trigger == trigger.name }.map(\.verdict))
        let missing = [TriggerVerdict.crossed, .clear].filter { !shown.contains($0) }
        guard !missing.isEmpty else { return }
        let words = missing.map(\.rawValue).joined(separator: " or ")
        warn(
            ["triggers", trigger.name], "no test shows it \(words)",
            hint: "\"tests\" show each trigger crossed and clear")
    }

    /// Whoever reports in a test must be one who may say so under the agreement.
    private mutating func reporters(of given: TriggerTest.Given, _ path: [String]) {
        for name in given.by {
            guard let party = agreement.party(name) else { continue }
            let isDeveloper = party.roles.contains(.developer)
            if !given.values.isEmpty, !party.mayMeasure(with: .selfReported) {
                refuse(
                    at: given.place, path, "\"\(name)\" may not measure",
                    hint: "auditors, developers and evaluators measure")
            } else if !given.claims.isEmpty, !party.mayAttest {
                refuse(
                    at: given.place, path, "\"\(name)\" may not judge",
                    hint: "auditors, evaluators, the authority and states judge")
            } else if isDeveloper != (given.assurance == .selfReported) {
                refuse(
                    at: given.place, path,
                    "\"\(name)\" may not claim \(given.assurance.rawValue) evidence",
                    hint: "a developer's figure is self-reported, and nobody else's is")
            }
        }
    }

    /// A member of what is given cannot be an indicator at the same time.
    private mutating func unsayable() {
        for indicator in agreement.indicators
        where TriggerTestNames.members.contains(indicator.name) {
            refuse(
                at: text["indicators"]?.members?.first { $0.key == indicator.name }?.keyPlace
                    ?? text.place,
                ["indicators", indicator.name], "no test can give a value to this name",
                hint: "in a test \"\(indicator.name)\" means something else")
        }
    }
}
