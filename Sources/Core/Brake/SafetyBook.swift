// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// What was done about causes, who says that it works, and what parties reported of themselves.
struct SafetyBook: Sendable {
    struct Taken: Sendable {
        let entry: LogIndex
        /// The developer's place.
        let party: Int
        /// The cause's place.
        let cause: Int
        let what: String
        /// The newest of each attester, by place.
        var attestations: [Int: Attested] = [:]
    }

    struct Attested: Sendable {
        let verdict: Verdict
        let reason: String
        let entry: LogIndex
    }

    struct SelfReported: Sendable {
        let party: Int
        let entry: LogIndex
        let at: Time
        let report: SelfReport
    }

    /// In the order of entries.
    private(set) var mitigations: [Taken] = []
    private var places: [LogIndex: Int] = [:]
    /// By the milestone's name, the newest of each attester.
    var milestones: [String: [Int: Attested]] = [:]
    /// In the order of entries.
    var selfReports: [SelfReported] = []

    func place(of entry: LogIndex) -> Int? { places[entry] }

    subscript(place: Int) -> Taken {
        get { mitigations[place] }
        _modify { yield &mitigations[place] }
    }

    mutating func add(_ taken: Taken) {
        places[taken.entry] = mitigations.count
        mitigations.append(taken)
    }
}

extension Brake {
    mutating func mitigate(
        _ mitigation: Mitigation, by party: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        guard let place = causes.place(of: mitigation.cause) else {
            return .unknownCause(mitigation.cause)
        }
        let cause = causes[place]
        if let ended = cause.ended { return .causeClosed(cause.id, at: ended) }
        if let owner = cause.party, owner != party {
            return .ownCause(cause.id, party: roster.parties[owner].name)
        }
        if let accused = cause.accused, accused != party {
            return .causeOfAnother(cause: cause.id, party: roster.parties[accused].name)
        }
        safety.add(
            SafetyBook.Taken(entry: index, party: party, cause: place, what: mitigation.what))
        return nil
    }

    mutating func attest(
        _ attestation: Attestation, by party: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        let attested = SafetyBook.Attested(
            verdict: attestation.verdict, reason: attestation.reason, entry: index)
        switch attestation.about {
        case .milestone(let name):
            guard agreement.milestone(name) != nil else { return .unknownMilestone(name) }
            guard !roster.parties[party].doesCoveredWork else {
                return .notIndependent(of: name)
            }
            safety.milestones[name, default: [:]][party] = attested
        case .mitigation(let entry):
            guard let place = safety.place(of: entry) else {
                return .unknownMitigation(entry: entry)
            }
            let developer = roster.parties[safety[place].party].name
            let attesters = agreement.attesters(ofMitigationsBy: developer)
            guard attesters.contains(where: { $0.name == roster.parties[party].name }) else {
                return .notIndependent(of: developer)
            }
            safety[place].attestations[party] = attested
        }
        return nil
    }

    mutating func report(
        _ report: SelfReport, by party: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        safety.selfReports.append(
            SafetyBook.SelfReported(party: party, entry: index, at: clock, report: report))
        return nil
    }

    /// Whether somebody independent says of a mitigation of the cause that it works, as often as
    /// the agreement asks, and more often than that it does not.
    func mitigated(_ place: Int) -> (have: Int, need: Int) {
        let need = agreement.resume.requiredMitigations
        let best = safety.mitigations.filter { $0.cause == place }.map { taken in
            let counted = taken.attestations.values.filter {
                causes[place].attestedAfter < $0.entry
            }
            let passes = counted.count { $0.verdict == .pass }
            let fails = counted.count { $0.verdict == .fail }
            return fails < passes ? passes : 0
        }
        return (best.max() ?? 0, need)
    }

    /// Whether a milestone was attested after an entry, by as many as the agreement asks.
    func isReached(_ milestone: Milestone, since entry: LogIndex) -> Bool {
        let attested = safety.milestones[milestone.name, default: [:]].filter {
            entry < $0.value.entry
        }
        let passing = attested.filter { $0.value.verdict == .pass }.keys
        let failing = attested.values.count { $0.verdict == .fail }
        let jurisdictions = Set(passing.map { roster.parties[$0].jurisdiction })
        return passing.count >= milestone.attesters && failing < passing.count
            && jurisdictions.count >= milestone.jurisdictions
    }

    /// Milestones that a cause about the frontier still waits for, by name.
    func milestonesMissing(_ cause: Cause) -> [String] {
        guard let pair = cause.trigger else { return [] }
        return triggers[pair.trigger].liftedBy.filter { name in
            agreement.milestone(name).map { !isReached($0, since: cause.attestedAfter) } ?? true
        }
    }
}

// MARK: - Standings

extension Brake {
    func mitigationStandings() -> [MitigationStanding] {
        safety.mitigations.map {
            MitigationStanding(
                entry: $0.entry, party: roster.parties[$0.party].name,
                cause: causes[$0.cause].id, what: $0.what,
                attestations: standings($0.attestations))
        }
    }

    func milestoneStandings() -> [MilestoneStanding] {
        let waiting = causes.openCauses.filter { cause in
            cause.trigger.map { !triggers[$0.trigger].liftedBy.isEmpty } ?? false
        }
        return agreement.resume.milestones.map { milestone in
            let asking = waiting.filter { cause in
                cause.trigger.map {
                    triggers[$0.trigger].liftedBy.contains(milestone.name)
                } ?? false
            }
            return MilestoneStanding(
                name: milestone.name, text: milestone.text, attesters: milestone.attesters,
                jurisdictions: milestone.jurisdictions,
                reached: !asking.isEmpty
                    && asking.allSatisfy { isReached(milestone, since: $0.attestedAfter) },
                attestations: standings(safety.milestones[milestone.name, default: [:]]),
                clause: milestone.article)
        }
    }

    func selfReportStandings() -> [SelfReportStanding] {
        safety.selfReports.map {
            SelfReportStanding(
                party: roster.parties[$0.party].name, entry: $0.entry, at: $0.at,
                what: $0.report.what, site: $0.report.site)
        }
    }

    private func standings(_ attested: [Int: SafetyBook.Attested]) -> [AttestationStanding] {
        attested.sorted { $0.key < $1.key }.map {
            AttestationStanding(
                party: roster.parties[$0.key].name, verdict: $0.value.verdict,
                reason: $0.value.reason, entry: $0.value.entry)
        }
    }
}
