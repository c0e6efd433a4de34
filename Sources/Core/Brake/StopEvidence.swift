// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// What keeps a site from showing that it stopped: the first thing that is missing or wrong.
enum StopLack: Hashable, Sendable {
    case noSite
    case notDeclared
    case noTelemetry
    case telemetryBeginsLater(Time)
    case silent(since: Time)
    case contradicted(entry: LogIndex)
    case unanswered(draw: LogIndex)
    case notInspected
    case inspectionTooOld(entry: LogIndex)
    case notInTime(entry: LogIndex)
    case notTrue(auditor: String, entry: LogIndex)
    case notAll(auditor: String, entry: LogIndex)
    case undecided(entry: LogIndex)

    /// Whether an auditor found it wrong, rather than it being merely missing so far.
    var isFoundWrong: Bool {
        switch self {
        case .notTrue, .notAll: true
        default: false
        }
    }

    var sentence: String {
        switch self {
        case .noSite: "no site was declared"
        case .notDeclared: "no stop was declared"
        case .noTelemetry: "no telemetry covers the time since the stop"
        case .telemetryBeginsLater(let time):
            "telemetry without a gap begins at \(time) only, after the stop"
        case .silent(let since): "telemetry is overdue; it ends at \(since)"
        case .contradicted(let entry): "entry \(entry) contradicts telemetry before it"
        case .unanswered(let draw): "the samples drawn in entry \(draw) were not opened in time"
        case .notInspected: "no auditor's finding covers the time since the stop"
        case .inspectionTooOld(let entry): "the last finding (entry \(entry)) is too old"
        case .notInTime(let entry): "entry \(entry) finds that the samples were not opened in time"
        case .notTrue(let auditor, let entry):
            "\(auditor) found that what was declared is not true (entry \(entry))"
        case .notAll(let auditor, let entry):
            "\(auditor) found that not everything was declared (entry \(entry))"
        case .undecided(let entry): "the finding in entry \(entry) leaves it unknown"
        }
    }
}

extension Brake {
    /// Open causes that make a party stop.
    func stoppingCauses(of party: Int) -> [Cause] {
        causes.openCauses.filter { stops($0, party) }
    }

    /// Why a party does not show its stop, by the first site that does not; nil where all do.
    func stopLack(of party: Int) -> (site: String?, lack: StopLack)? {
        let places = sites.places(of: party)
        guard !places.isEmpty else { return (nil, .noSite) }
        let lacks = places.compactMap { place in
            stopLack(ofSite: place).map { (site: Optional(sites[place].name), lack: $0) }
        }
        return lacks.first { $0.lack.isFoundWrong } ?? lacks.first
    }

    /// Why a site does not show its stop.
    func stopLack(ofSite place: Int) -> StopLack? {
        let site = sites[place]
        if let wrong = foundWrong(at: site) { return wrong }
        guard let stop = site.stop else { return .notDeclared }
        guard let last = site.periods.last, let from = site.coveredFrom, stop.since < last.to
        else { return .noTelemetry }
        let start = coverageStart(of: site, since: stop.since)
        guard from <= start else { return .telemetryBeginsLater(from) }
        if let since = site.silentSince { return .silent(since: since) }
        if let entry = site.contradiction { return .contradicted(entry: entry) }
        if let draw = site.draws.first(where: { $0.overdue && !$0.isPast && !$0.isSettled }) {
            return .unanswered(draw: draw.entry)
        }
        return inspectionLack(of: site, since: stop.since)
    }

    /// From when telemetry has to cover a stop: from its declared time, or from when the first
    /// order to stop took hold, where that is later.
    private func coverageStart(of site: SiteBook.Site, since: Time) -> Time {
        let held = stoppingCauses(of: site.party).map(\.from).min() ?? since
        return max(since, held)
    }

    private func foundWrong(at site: SiteBook.Site) -> StopLack? {
        for (auditor, found) in site.findings.sorted(by: { $0.key < $1.key })
        where !found.isPast {
            let name = roster.parties[auditor].name
            if found.finding.correctness == .fail {
                return .notTrue(auditor: name, entry: found.entry)
            }
            if found.finding.completeness == .fail {
                return .notAll(auditor: name, entry: found.entry)
            }
        }
        return nil
    }

    private func inspectionLack(of site: SiteBook.Site, since: Time) -> StopLack? {
        let covering = site.findings.values.filter { !$0.isPast && since < $0.finding.to }
            .sorted { $0.entry < $1.entry }
        guard let newest = covering.last else { return .notInspected }
        if covering.contains(where: { $0.showsStop }) { return nil }
        if let old = covering.last(where: \.stale) { return .inspectionTooOld(entry: old.entry) }
        guard newest.finding.inTime else { return .notInTime(entry: newest.entry) }
        return .undecided(entry: newest.entry)
    }

    /// `fail` where any auditor's newest finding says so, `pass` where one that counts does.
    func verdict(at place: Int, of part: (Finding) -> Verdict) -> Verdict {
        let findings = sites[place].findings.values
        if findings.contains(where: { part($0.finding) == .fail }) { return .fail }
        return findings.contains { !$0.stale && part($0.finding) == .pass } ? .pass : .unknown
    }

    /// Stops declared, and what was found of them, before work was let go on are void: who must
    /// stop again says so again, and is looked into again.
    mutating func voidStops() {
        for place in sites.stopped where stoppingCauses(of: sites[place].party).isEmpty {
            sites.voidStop(place)
        }
    }
}

extension SiteBook.Found {
    fileprivate var showsStop: Bool {
        !stale && finding.inTime && finding.correctness == .pass && finding.completeness == .pass
    }
}

// MARK: - Standings

extension Brake {
    func siteStandings() -> [SiteStanding] {
        sites.sites.indices.map { standing(ofSite: $0) }.sorted {
            $0.party != $1.party ? $0.party < $1.party : $0.site < $1.site
        }
    }

    private func standing(ofSite place: Int) -> SiteStanding {
        let site = sites[place]
        let findings = site.findings.sorted { $0.key < $1.key }.map { auditor, found in
            found.standing(auditor: roster.parties[auditor].name)
        }
        let passing = findings.filter { !$0.stale && $0.correctness == .pass }
        let best = passing.compactMap(\.couldHaveMissed).min {
            ($0.share, $1.confidence) < ($1.share, $0.confidence)
        }
        let covered = site.periods.last.flatMap { last in
            site.coveredFrom.map { CoveredSpan(from: $0, to: last.to) }
        }
        let waiting = site.draws.filter { $0.answeredLate == nil && !$0.isSettled }
        return SiteStanding(
            party: roster.parties[site.party].name, site: site.name, entry: site.entry,
            emulated: site.emulated, stop: site.stop, covered: covered,
            telemetry: site.periods.suffix(24).map(\.entry), silentSince: site.silentSince,
            due: nextDue(at: site), events: site.events, findings: findings,
            draws: waiting.map {
                DrawStanding(
                    entry: $0.entry, auditor: roster.parties[$0.auditor].name, due: $0.due,
                    overdue: $0.overdue)
            },
            correctness: verdict(at: place) { $0.correctness },
            completeness: completeness(at: place), couldHaveMissed: best,
            reason: stopLack(ofSite: place)?.sentence
                ?? "declared, covered without a gap and found so by an auditor",
            clause: agreement.verification.article)
    }

    /// A contradiction that nobody has looked into leaves open what else was not declared.
    private func completeness(at place: Int) -> Verdict {
        let found = verdict(at: place) { $0.completeness }
        return found == .pass && sites[place].contradiction != nil ? .unknown : found
    }

    private func nextDue(at site: SiteBook.Site) -> Time? {
        let answers = site.draws.filter { $0.answeredLate == nil && !$0.isSettled }.map(\.due)
        let telemetry = site.periods.last.map { dueAfter($0.to) }
        let finding = site.findings.values.filter { !$0.stale && !$0.isPast }.map(\.at).max()
            .map { $0.later(by: agreement.verification.inspectionEvery) }
        return (answers + [telemetry, finding].compactMap(\.self)).min()
    }
}

extension SiteBook.Found {
    fileprivate func standing(auditor: String) -> FindingStanding {
        FindingStanding(
            auditor: auditor, entry: entry, at: at, from: finding.from, to: finding.to,
            correctness: finding.correctness, completeness: finding.completeness,
            inTime: finding.inTime, couldHaveMissed: finding.couldHaveMissed,
            reason: finding.reason, stale: stale)
    }
}
