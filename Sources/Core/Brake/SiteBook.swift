// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// The sites that parties declared, and the evidence of each.
struct SiteBook: Sendable {
    struct Site: Sendable {
        /// The party's place.
        let party: Int
        let name: String
        let entry: LogIndex
        let emulated: Bool
        var stop: StopStanding?
        /// Telemetry that counts, oldest first.
        var periods: [Period] = []
        /// The beginning of the newest stretch without a gap.
        var coveredFrom: Time?
        /// Since when telemetry is overdue.
        var silentSince: Time?
        /// Whether a deadline is to come that looks for the next telemetry.
        var isAwaited = false
        private(set) var events: [SiteEvent] = []
        /// The newest telemetry without effect that told another story, until somebody found that
        /// everything is declared all the same. Apart from ``events``, which others can crowd out.
        var contradiction: LogIndex?
        /// The newest finding of each auditor, by the auditor's place.
        var findings: [Int: Found] = [:]
        /// Draws without an answer, or without a finding since, oldest first.
        var draws: [Draw] = []

        /// The telemetry of an entry, where it counts. Entries grow with the periods.
        func period(of entry: LogIndex) -> Period? {
            let place = periods.firstPlace { entry <= $0.entry }
            return place < periods.count && periods[place].entry == entry ? periods[place] : nil
        }

        /// The newest telemetry of a time that this one speaks of too.
        func period(overlapping other: TelemetryPeriod) -> Period? {
            let place = periods.firstPlace { other.to <= $0.from }
            guard place > 0, other.from < periods[place - 1].to else { return nil }
            return periods[place - 1]
        }

        /// Keeps the newest 32: enough to see what is wrong, and bounded whoever floods.
        mutating func note(
            _ name: String, entry: LogIndex?, at time: Time, effect: String
        ) {
            events.append(SiteEvent(name: name, entry: entry, at: time, effect: effect))
            if events.count > 32 { events.removeFirst() }
        }

        /// What was noted of an entry was wrong, as acceptances have shown since.
        mutating func forget(_ name: String, of entry: LogIndex) {
            events.removeAll { $0.name == name && $0.entry == entry }
        }
    }

    struct Period: Sendable {
        let entry: LogIndex
        let from: Time
        let to: Time
        let root: Digest
    }

    struct Draw: Sendable {
        let entry: LogIndex
        let auditor: Int
        let telemetry: [LogIndex]
        let due: Time
        var overdue = false
        /// Whether its auditor signed a finding on it; a later one may correct that.
        var isSettled = false
        /// Whether it is about a stop that is over.
        var isPast = false
        /// Whether the answer came, and if so whether it was late.
        var answeredLate: Bool?
    }

    struct Found: Sendable {
        let entry: LogIndex
        let at: Time
        let finding: Finding
        var stale = false
        /// Whether it is about a stop that is over.
        var isPast = false
    }

    /// So many draws of one auditor at one site may wait for its finding: nobody can flood a site.
    static let mostDraws = 8

    private struct Name: Hashable, Sendable {
        let party: Int
        let site: String
    }

    /// In the order of their entries.
    private(set) var sites: [Site] = []
    private var places: [Name: Int] = [:]
    private var owned: [Int: [Int]] = [:]
    /// Which site a draw is about, by its entry.
    private var drawn: [LogIndex: Int] = [:]
    /// Places of the sites with a stop, a draw or a finding that is not past, growing.
    private(set) var stopped: [Int] = []

    func place(of site: String, party: Int) -> Int? { places[Name(party: party, site: site)] }
    func place(ofDraw entry: LogIndex) -> Int? { drawn[entry] }

    /// A draw by its entry, while it waits for an answer or a finding.
    func draw(of entry: LogIndex) -> Draw? {
        drawn[entry].flatMap { site in sites[site].draws.first { $0.entry == entry } }
    }

    /// Places of a party's sites, in the order of their entries.
    func places(of party: Int) -> [Int] { owned[party] ?? [] }

    subscript(place: Int) -> Site {
        get { sites[place] }
        _modify { yield &sites[place] }
    }

    mutating func add(_ site: Site) {
        places[Name(party: site.party, site: site.name)] = sites.count
        owned[site.party, default: []].append(sites.count)
        sites.append(site)
    }

    mutating func add(_ draw: Draw, at place: Int) {
        sites[place].draws.append(draw)
        drawn[draw.entry] = place
        noteStopped(place)
    }

    mutating func declare(_ stop: StopStanding, at place: Int) {
        sites[place].stop = stop
        noteStopped(place)
    }

    mutating func put(_ found: Found, by auditor: Int, at place: Int) {
        sites[place].findings[auditor] = found
        noteStopped(place)
    }

    private mutating func noteStopped(_ place: Int) {
        let position = stopped.firstPlace { place <= $0 }
        guard position == stopped.count || stopped[position] != place else { return }
        stopped.insert(place, at: position)
    }

    /// The stop is over: so is what was asked and found of it.
    mutating func voidStop(_ place: Int) {
        sites[place].stop = nil
        for draw in sites[place].draws.indices { sites[place].draws[draw].isPast = true }
        for auditor in sites[place].findings.keys {
            sites[place].findings[auditor]?.isPast = true
            sites[place].findings[auditor]?.stale = true
        }
        stopped.removeAll { $0 == place }
    }
}

// MARK: - What a site's party says

extension Brake {
    mutating func declare(
        _ site: SiteDeclaration, by party: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        if let known = sites.place(of: site.site, party: party) {
            return sites[known].emulated == site.emulated
                ? .nothingNew : .emulationContradicts(site: site.site)
        }
        sites.add(
            SiteBook.Site(party: party, name: site.site, entry: index, emulated: site.emulated))
        derived.isStale = true
        return nil
    }

    /// Declares a stop; declared again, the time counts from the new one.
    mutating func declare(
        _ stop: StopDeclaration, by party: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        guard let place = sites.place(of: stop.site, party: party) else {
            return .unknownSite(party: roster.parties[party].name, site: stop.site)
        }
        guard !stoppingCauses(of: party).isEmpty else {
            return .nothingStops(party: roster.parties[party].name)
        }
        guard stop.since <= clock + agreement.log.skew else {
            return .madeInFuture(made: stop.since, received: clock, skew: agreement.log.skew)
        }
        sites.declare(StopStanding(since: stop.since, entry: index), at: place)
        derived.isStale = true
        return nil
    }

    /// - Parameter said: when it was said, where monitors had it before the log.
    mutating func report(
        _ period: TelemetryPeriod, by party: Int, at index: LogIndex, said: Time
    ) -> NoEffect.Reason? {
        guard let place = sites.place(of: period.site, party: party) else {
            return .unknownSite(party: roster.parties[party].name, site: period.site)
        }
        if let reason = reasonAgainst(period, of: place, at: index, said: said) {
            derived.isStale = true
            return reason
        }
        let terms = agreement.verification
        let due = period.to.later(by: terms.telemetryLateAfter)
        if said > due {
            sites[place].note(
                "late", entry: index, at: clock, effect: "counts, \(said - due) after it was due")
        }
        if let last = sites[place].periods.last, last.to < period.from {
            sites[place].note(
                "gap", entry: index, at: clock,
                effect: "nothing is known from \(last.to) to \(period.from); "
                    + "a stop counts from a declaration after it")
            sites[place].coveredFrom = nil
        }
        cover(from: period, at: place, index, said: said)
        for name in period.events {
            sites[place].note(
                name, entry: index, at: clock,
                effect: "named by the site; for its auditor to weigh")
        }
        sites[place].periods.append(
            SiteBook.Period(entry: index, from: period.from, to: period.to, root: period.root))
        sites[place].silentSince = nil
        expectTelemetry(place)
        derived.isStale = true
        return nil
    }

    /// What a period tells of a time that another should have told of long before is no telemetry
    /// in time: else one long period would undo a silence.
    private mutating func cover(
        from period: TelemetryPeriod, at place: Int, _ index: LogIndex, said: Time
    ) {
        let terms = agreement.verification
        let earliest =
            said - terms.telemetryLateAfter - terms.telemetryEvery - terms.telemetryEvery
        if period.from < earliest {
            sites[place].note(
                "overlong", entry: index, at: clock,
                effect: "counts from \(earliest) on; what was before should have come before")
            sites[place].coveredFrom = earliest
        }
        sites[place].coveredFrom = sites[place].coveredFrom ?? period.from
    }

    /// When the telemetry after a period is due at the latest.
    func dueAfter(_ end: Time) -> Time {
        let terms = agreement.verification
        return end.later(by: terms.telemetryEvery).later(by: terms.telemetryLateAfter)
    }

    private mutating func reasonAgainst(
        _ period: TelemetryPeriod, of place: Int, at index: LogIndex, said: Time
    ) -> NoEffect.Reason? {
        func event(_ name: String, _ effect: String) {
            sites[place].note(name, entry: index, at: clock, effect: effect)
        }
        guard period.emulated == sites[place].emulated else {
            sites[place].contradiction = index
            event("contradictory", "no effect: the site was declared otherwise as to emulation")
            return .emulationContradicts(site: period.site)
        }
        guard period.to <= clock + agreement.log.skew else {
            event("in-future", "no effect: the period had not ended")
            return .madeInFuture(made: period.to, received: clock, skew: agreement.log.skew)
        }
        if let last = sites[place].periods.last, period.from < last.to {
            let other = sites[place].period(overlapping: period) ?? last
            if other.root == period.root, other.from == period.from, other.to == period.to {
                event("replayed", "no effect: it is entry \(other.entry) again")
                return .periodReplayed(entry: other.entry)
            }
            sites[place].contradiction = index
            event(
                "contradictory",
                "no effect, and completeness is unknown until it is looked into: "
                    + "it tells another story than entry \(other.entry)")
            return .periodContradicts(entry: other.entry)
        }
        guard said <= dueAfter(period.to) else {
            event("back-dated", "no effect: it came when the next was overdue already")
            return .periodTooOld(to: period.to)
        }
        return nil
    }

    /// Telemetry that came too late was said in time, as acceptances have shown since; unless more
    /// was logged meanwhile, since telemetry grows at its end only.
    mutating func acceptPeriod(
        _ period: TelemetryPeriod, by party: Int, of entry: LogIndex, said: Time
    ) -> NoEffect.Reason? {
        guard let place = sites.place(of: period.site, party: party),
            said <= dueAfter(period.to),
            sites[place].periods.last.map({ $0.to <= period.from && $0.entry < entry }) ?? true
        else { return .periodTooOld(to: period.to) }
        sites[place].forget("back-dated", of: entry)
        return report(period, by: party, at: entry, said: said)
    }

    /// One deadline a site at a time, however much it says.
    private mutating func expectTelemetry(_ place: Int) {
        guard let last = sites[place].periods.last, !sites[place].isAwaited else { return }
        sites[place].isAwaited = true
        let due = closing(dueAfter(last.to))
        deadlines.insert(Deadline(time: due, event: .telemetryDue(site: place)))
    }

    /// Telemetry did not come in time, unless it came since.
    mutating func findSilent(_ place: Int) {
        sites[place].isAwaited = false
        guard let last = sites[place].periods.last, closing(dueAfter(last.to)) <= clock else {
            expectTelemetry(place)
            return
        }
        sites[place].silentSince = last.to
        derived.isStale = true
    }

    mutating func answer(
        _ answer: InspectionAnswer, by party: Int, at index: LogIndex, said: Time
    ) -> NoEffect.Reason? {
        guard let place = sites.place(ofDraw: answer.draw), sites[place].party == party else {
            return .unknownDraw(entry: answer.draw)
        }
        guard let position = sites[place].draws.firstIndex(where: { $0.entry == answer.draw }),
            sites[place].draws[position].answeredLate == nil,
            !sites[place].draws[position].isSettled
        else { return .drawClosed(entry: answer.draw) }
        let draw = sites[place].draws[position]
        guard answer.readers == [roster.parties[draw.auditor].name] else {
            return .answerToAnother(auditor: roster.parties[draw.auditor].name)
        }
        let late = said > draw.due
        sites[place].draws[position].answeredLate = late
        if late {
            sites[place].note(
                "answer-late", entry: index, at: clock,
                effect: "a finding on it is not in time, so it does not show the stop")
        }
        derived.isStale = true
        return nil
    }

    /// An answer that came late was said in time, as acceptances have shown since; unless a finding
    /// stands on it already.
    mutating func acceptAnswer(
        _ answer: InspectionAnswer, of entry: LogIndex, said: Time
    ) -> NoEffect.Reason? {
        guard let place = sites.place(ofDraw: answer.draw),
            let position = sites[place].draws.firstIndex(where: { $0.entry == answer.draw }),
            sites[place].draws[position].answeredLate == true,
            !sites[place].draws[position].isSettled, said <= sites[place].draws[position].due
        else { return .drawClosed(entry: answer.draw) }
        sites[place].draws[position].answeredLate = false
        sites[place].forget("answer-late", of: entry)
        derived.isStale = true
        return nil
    }
}

// MARK: - What auditors say

extension Brake {
    mutating func draw(
        _ draw: InspectionDraw, by auditor: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        guard let party = roster.place(of: draw.party),
            let place = sites.place(of: draw.site, party: party)
        else { return .unknownSite(party: draw.party, site: draw.site) }
        if let reason = reasonAgainst(auditor: auditor, of: party) { return reason }
        if let other = draw.telemetry.first(where: { sites[place].period(of: $0) == nil }) {
            return .notTelemetry(entry: other, site: draw.site)
        }
        let unsettled = sites[place].draws.count { $0.auditor == auditor && !$0.isSettled }
        guard unsettled < SiteBook.mostDraws else { return .drawsUnsettled(count: unsettled) }
        let due = clock.later(by: agreement.verification.answerWithin)
        sites.add(
            SiteBook.Draw(entry: index, auditor: auditor, telemetry: draw.telemetry, due: due),
            at: place)
        deadlines.insert(
            Deadline(time: closing(due), event: .answerDue(site: place, draw: index)))
        derived.isStale = true
        return nil
    }

    mutating func findUnanswered(_ entry: LogIndex, at place: Int) {
        guard let position = sites[place].draws.firstIndex(where: { $0.entry == entry }),
            sites[place].draws[position].answeredLate == nil,
            !sites[place].draws[position].isSettled
        else { return }
        sites[place].draws[position].overdue = true
        sites[place].note(
            "answer-missing", entry: nil, at: clock,
            effect: "the site is unverified until a later draw of the same auditor is answered")
        derived.isStale = true
    }

    mutating func find(
        _ finding: Finding, by auditor: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        guard let party = roster.place(of: finding.party),
            let place = sites.place(of: finding.site, party: party)
        else { return .unknownSite(party: finding.party, site: finding.site) }
        if let reason = reasonAgainst(auditor: auditor, of: party) { return reason }
        if let other = finding.telemetry.first(where: { sites[place].period(of: $0) == nil }) {
            return .notTelemetry(entry: other, site: finding.site)
        }
        if let reason = reasonAgainst(finding, by: auditor, at: place) { return reason }
        sites.put(
            SiteBook.Found(entry: index, at: clock, finding: finding), by: auditor, at: place)
        // A contradiction was logged before, so whoever passes completeness has seen it.
        if finding.completeness == .pass { sites[place].contradiction = nil }
        if let draw = finding.draw {
            // What this auditor drew before is settled with it.
            sites[place].draws.removeAll { $0.auditor == auditor && $0.entry < draw }
            for position in sites[place].draws.indices
            where sites[place].draws[position].entry == draw {
                sites[place].draws[position].isSettled = true
            }
        }
        let stale = clock.later(by: agreement.verification.inspectionEvery)
        deadlines.insert(
            Deadline(time: closing(stale), event: .findingStale(site: place, auditor: auditor)))
        derived.isStale = true
        return nil
    }

    /// Whoever is inspected, or was put forward by it, inspects nothing there.
    private func reasonAgainst(auditor: Int, of party: Int) -> NoEffect.Reason? {
        let name = roster.parties[party].name
        let independent = agreement.auditors(independentOf: name)
        guard independent.contains(where: { $0.name == roster.parties[auditor].name }) else {
            return .notIndependent(of: name)
        }
        return nil
    }

    /// A finding may not say of the log what the log shows to be otherwise.
    private func reasonAgainst(
        _ finding: Finding, by auditor: Int, at place: Int
    ) -> NoEffect.Reason? {
        let site = sites[place]
        let periods = finding.telemetry.compactMap { site.period(of: $0) }
        if let first = periods.first, let last = periods.last {
            guard finding.from == first.from, finding.to == last.to else {
                return .findingContradictsLog("its span is not that of its telemetry")
            }
            for (one, next) in zip(periods, periods.dropFirst())
            where one.to < next.from && finding.completeness == .pass {
                return .findingContradictsLog(
                    "nothing is known from \(one.to) to \(next.from), so not all was declared")
            }
        } else if finding.correctness == .pass || finding.completeness == .pass {
            return .findingContradictsLog("without telemetry nothing passes")
        }
        guard let entry = finding.draw else { return nil }
        guard let draw = site.draws.first(where: { $0.entry == entry && $0.auditor == auditor })
        else { return .unknownDraw(entry: entry) }
        guard let late = draw.answeredLate else {
            guard finding.correctness == .unknown, !finding.inTime else {
                return .findingContradictsLog("draw \(entry) was not answered")
            }
            return nil
        }
        guard finding.inTime != late else {
            return .findingContradictsLog(
                "draw \(entry) was answered \(late ? "late" : "in time")")
        }
        let undrawn = finding.telemetry.first { !draw.telemetry.contains($0) }
        if let undrawn, finding.correctness == .pass {
            return .findingContradictsLog("nothing of entry \(undrawn) was drawn")
        }
        return nil
    }

    /// A finding gets too old, unless a newer one took its place.
    mutating func expireFinding(by auditor: Int, at place: Int) {
        guard let found = sites[place].findings[auditor], !found.stale,
            closing(found.at.later(by: agreement.verification.inspectionEvery)) <= clock
        else { return }
        sites[place].findings[auditor]?.stale = true
        derived.isStale = true
    }
}
