// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

// What a stop asks for: of the party that stops, and of those who look.

extension DutyView {
    /// What a party that has to stop owes about its sites.
    var stopping: [Duty] {
        guard party.doesCoveredWork, brake.membership.isBound(place) else { return [] }
        let sites = brake.sites.places(of: place)
        let causes = brake.stoppingCauses(of: place)
        guard let due = deadline(of: causes), let first = causes.first else {
            return sites.isEmpty
                ? [declareSite(due: nil)] : sites.flatMap { [telemetry($0)].compactMap(\.self) }
        }
        var duties = sites.isEmpty ? [declareSite(due: due)] : []
        if let (site, lack) = brake.stopLack(of: place) {
            let named = site.map { " (site \($0))" } ?? ""
            duties.append(
                duty(
                    .showStop, first.id, due: due,
                    "to show that its covered work stands still; now \(lack.sentence)\(named). "
                        + "Without it the party is shown as unverified",
                    agreement.verification.article))
        }
        return duties
            + sites.flatMap { site in
                [stop(site, due: due), telemetry(site, begins: first.from)].compactMap(\.self)
                    + answers(site)
            }
    }

    /// Until when the party may still show that it stopped.
    private func deadline(of causes: [Cause]) -> Time? {
        causes.map { $0.from.later(by: agreement.verification.stopEvidenceWithin) }.min()
    }

    private func declareSite(due: Time?) -> Duty {
        duty(
            .declareSite, "site", due: due,
            "to name the sites where it does covered work: none is declared, so none can show a stop",
            agreement.verification.article)
    }

    private func stop(_ place: Int, due: Time) -> Duty? {
        let site = brake.sites[place]
        guard site.stop == nil else { return nil }
        return duty(
            .stop, site.name, due: due,
            "to declare that covered work at \(site.name) stopped, and since when",
            agreement.verification.article)
    }

    /// The next telemetry; for a site that has none yet, the first of a stop.
    private func telemetry(_ place: Int, begins: Time? = nil) -> Duty? {
        let site = brake.sites[place]
        guard let end = site.periods.last?.to ?? begins else { return nil }
        let what =
            site.periods.isEmpty ? "from the stop on" : "from \(end) on, without a gap"
        return duty(
            .telemetry, site.name, due: brake.dueAfter(end),
            "to commit to \(site.name)'s telemetry \(what), a period of "
                + "\(agreement.verification.telemetryEvery) at most",
            agreement.verification.article)
    }

    private func answers(_ place: Int) -> [Duty] {
        let site = brake.sites[place]
        return site.draws.filter { $0.answeredLate == nil && !$0.isSettled }.map { draw in
            duty(
                .answer, "\(draw.entry)", due: draw.due,
                "to open to \(brake.roster.parties[draw.auditor].name) the samples of \(site.name) "
                    + "drawn in entry \(draw.entry)", agreement.verification.article)
        }
    }

    // MARK: - Auditors

    /// What an auditor owes about sites of those who have to stop.
    var inspections: [Duty] {
        guard party.roles.contains(.auditor) else { return [] }
        return brake.sites.sites.indices.flatMap { place -> [Duty] in
            let site = brake.sites[place]
            let owner = brake.roster.parties[site.party]
            let auditors = agreement.auditors(independentOf: owner.name)
            guard auditors.contains(where: { $0.name == party.name }) else { return [] }
            let causes = brake.stoppingCauses(of: site.party)
            guard brake.membership.isBound(site.party), let due = deadline(of: causes) else {
                return []
            }
            return [inspection(of: site, owner.name, auditors: auditors.count, first: due)]
                + judgements(of: site, owner.name)
        }
    }

    private func inspection(
        of site: SiteBook.Site, _ owner: String, auditors: Int, first: Time
    ) -> Duty {
        let newest = site.findings.values.filter { !$0.isPast }.map(\.at).max()
        let due = newest.map { $0.later(by: agreement.verification.inspectionEvery) } ?? first
        let shared = auditors == 1 ? "" : ", it or another of \(auditors) auditors"
        return duty(
            .finding, "\(owner)/\(site.name)", due: due,
            "to have a finding on \(owner)'s site \(site.name)\(shared), at least every "
                + "\(agreement.verification.inspectionEvery)", agreement.verification.article)
    }

    /// Its own draws that were answered.
    private func judgements(of site: SiteBook.Site, _ owner: String) -> [Duty] {
        let answered = site.draws.filter {
            $0.auditor == place && $0.answeredLate != nil && !$0.isSettled
        }
        return answered.map { draw in
            duty(
                .finding, "draw-\(draw.entry)", due: nil,
                "to say what the samples of \(owner)'s site \(site.name), drawn in entry "
                    + "\(draw.entry), show: they were opened", agreement.verification.article)
        }
    }

    // MARK: - Safety

    /// What has to be done and judged before causes can be cleared.
    var safety: [Duty] {
        brake.causes.open.flatMap { number -> [Duty] in
            let cause = brake.causes[number]
            guard cause.isByDecision, cause.resumption == nil, let pair = cause.trigger else {
                return []
            }
            let names = brake.triggers[pair.trigger].liftedBy
            if !names.isEmpty { return milestones(names, for: cause) }
            return mitigations(ofCause: number, cause)
        }
    }

    private func milestones(_ names: [String], for cause: Cause) -> [Duty] {
        let judges: Set<Role> = [.auditor, .authority, .evaluator, .state]
        guard !party.doesCoveredWork, !judges.isDisjoint(with: party.roles) else { return [] }
        return names.compactMap { name in
            guard let milestone = agreement.milestone(name),
                brake.safety.milestones[name]?[place].map({ $0.entry <= cause.attestedAfter })
                    ?? true
            else { return nil }
            return duty(
                .attest, "\(name)-\(cause.id)", due: nil,
                "to say whether the milestone \(name) is reached (\(milestone.text)): \(cause.id) "
                    + "waits for it", milestone.article)
        }
    }

    private func mitigations(ofCause number: Int, _ cause: Cause) -> [Duty] {
        let (have, need) = brake.mitigated(number)
        guard have < need else { return [] }
        let taken = brake.safety.mitigations.filter { $0.cause == number }
        if cause.accused == place {
            let what =
                taken.isEmpty
                ? "to take a safety measure about \(cause.id)"
                : "to have a mitigation of \(cause.id) that works"
            return [
                duty(
                    .mitigate, cause.id, due: nil,
                    "\(what): resuming asks for \(counted(need, "attestation")) and has \(have)",
                    agreement.resume.article)
            ]
        }
        return taken.filter { mitigation in
            let developer = brake.roster.parties[mitigation.party].name
            let last = mitigation.attestations[place]?.entry
            return last.map { $0 <= brake.causes[number].attestedAfter } ?? true
                && agreement.attesters(ofMitigationsBy: developer).contains {
                    $0.name == party.name
                }
        }
        .map { mitigation in
            duty(
                .attest, "mitigation-\(mitigation.entry)", due: nil,
                "to say whether the mitigation of entry \(mitigation.entry) works; \(cause.id) waits "
                    + "for \(counted(need, "such attestation"))", agreement.resume.article)
        }
    }
}
