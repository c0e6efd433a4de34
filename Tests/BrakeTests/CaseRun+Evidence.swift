// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

@testable import Brake

// Statements about sites and inspections, and about what clears a cause.
extension CaseRun {
    func evidence(
        _ verb: String, _ words: inout Words, by party: String
    ) throws -> PauseAgreement.Predicate {
        switch verb {
        case "declares":
            guard words.skip("site") else { throw Misread("expected \"declares site\"") }
            let site = try words.take("a site")
            return .site(SiteDeclaration(site: site, emulated: words.skip("as emulated")))
        case "reports" where words.skip("itself"):
            let site = words.skip("over") ? try words.take("a site") : nil
            return .selfReport(SelfReport(what: "something went wrong", site: site))
        case "reports": return .telemetry(try telemetry(&words, by: party))
        case "draws": return .draw(try draw(&words))
        case "answers": return .answer(try answer(&words))
        case "finds": return .finding(try finding(&words))
        case "mitigates":
            return .mitigation(Mitigation(cause: try cause(&words), what: "retrained without it"))
        case "attest", "attests": return .attestation(try attestation(&words))
        default: return try evaluation(verb, &words)
        }
    }

    /// `north-1 since day 6`.
    func stop(_ words: inout Words) throws -> StopDeclaration {
        let site = try words.take("a site")
        guard words.skip("since day") else { throw Misread("expected \"since day\"") }
        return StopDeclaration(site: site, since: try words.day())
    }

    // MARK: - Telemetry

    /// `north-1 from day 6 to day 7, with other samples, with events counter-reset and drift`.
    private func telemetry(_ words: inout Words, by party: String) throws -> TelemetryPeriod {
        let site = try words.take("a site")
        var clauses = words.rest.split(separator: ",").map { Words(String($0)) }
        words = Words("")
        guard !clauses.isEmpty, clauses[0].skip("from day") else {
            throw Misread("expected \"from day\"")
        }
        let from = try clauses[0].day()
        guard clauses[0].skip("to day") else { throw Misread("expected \"to day\"") }
        let to = try clauses[0].day()
        var samples = "its own"
        var events: [String] = []
        var emulated = isEmulated(site, of: party)
        for var clause in clauses.dropFirst() {
            if clause.skip("with other samples") {
                samples = "others"
            } else if clause.skip("with events") {
                events = try clause.names(before: []).sorted()
            } else if clause.skip("as emulated") {
                emulated = true
            } else {
                throw Misread("not understood: \(clause.rest)")
            }
            try clause.end()
        }
        return period(site, from: from, to: to, samples, events: events, emulated: emulated)
    }

    /// `from day 6 to day 16`: each day's telemetry at its end, so that time passes.
    func dailyReports(
        _ words: inout Words, of site: String, by party: String
    ) throws -> [Said] {
        guard words.skip("from day") else { throw Misread("expected \"from day\"") }
        var from = try words.day()
        guard words.skip("to day") else { throw Misread("expected \"to day\"") }
        let end = try words.day()
        try words.end()
        var said: [Said] = []
        while from < end {
            let to = min(end, from + TimeSpan(milliseconds: 86_400_000))
            let period = period(
                site, from: from, to: to, "its own", events: [],
                emulated: isEmulated(site, of: party))
            said.append(Said(party: party, predicate: .telemetry(period), time: to))
            from = to
        }
        return said
    }

    private func period(
        _ site: String, from: Time, to: Time, _ samples: String, events: [String], emulated: Bool
    ) -> TelemetryPeriod {
        let text = "\(site) from \(from) to \(to): \(samples)"
        return TelemetryPeriod(
            site: site, from: from, to: to, root: Digest.sha256(Array(text.utf8)), events: events,
            emulated: emulated)
    }

    private func isEmulated(_ site: String, of party: String) -> Bool {
        state.sites.first { $0.party == party && $0.site == site }?.emulated ?? false
    }

    // MARK: - Inspections

    /// `3 of north-1 of developer-a from e12, e13`, or `from all`.
    private func draw(_ words: inout Words) throws -> InspectionDraw {
        let count = try words.number()
        guard words.skip("of") else { throw Misread("expected \"of\"") }
        let (site, party) = try siteOfParty(&words)
        guard words.skip("from") else { throw Misread("expected \"from\"") }
        let telemetry = try entries(words.rest, of: site, party)
        words = Words("")
        return InspectionDraw(
            party: party, site: site, telemetry: telemetry,
            seed: Digest.sha256(Array("\(play.leaves.count)".utf8)), count: Int64(count))
    }

    /// `e14`, or `the draw`, to the auditor who drew unless it says `to A`.
    private func answer(_ words: inout Words) throws -> InspectionAnswer {
        let draw = try entry(&words, kind: .draw, "the draw")
        let auditor =
            words.skip("to")
            ? try words.take("an auditor") : play.summary(of: draw)?.signer ?? "nobody"
        return InspectionAnswer(draw: draw, readers: [auditor])
    }

    /// `north-1 of developer-a: correct, complete, in time, on e14 over e12, e13`.
    private func finding(_ words: inout Words) throws -> Finding {
        let (site, party) = try siteOfParty(&words)
        guard words.skip(":") else { throw Misread("expected a colon") }
        let clauses = words.rest.split(separator: ",").map { Words(String($0)) }
        words = Words("")
        var found = Found()
        for var clause in clauses {
            if clause.skip("on") { found.draw = try entry(&clause, kind: .draw, "the draw") }
            if clause.skip("over") || clause.rest.hasPrefix("e") {
                found.telemetry += try entries(clause.rest, of: site, party)
            } else if clause.skip("from day") {
                let from = try clause.day()
                guard clause.skip("to day") else { throw Misread("expected \"to day\"") }
                found.span = (from, try clause.day())
            } else if clause.skip("could have missed") {
                found.missed = try blindSpot(&clause)
            } else if !clause.isAtEnd {
                try found.read(clause.rest)
            }
        }
        if found.missed == nil, found.correctness == .pass {
            found.missed = BlindSpot(
                share: ExactDecimal("0.05")!, confidence: ExactDecimal("0.95")!)
        }
        let span = found.span ?? self.span(of: found.telemetry, site, party)
        guard let span else { throw Misread("expected \"over\" or \"from day\"") }
        return Finding(
            party: party, site: site, from: span.from, to: span.to, telemetry: found.telemetry,
            draw: found.draw, correctness: found.correctness, completeness: found.completeness,
            inTime: found.inTime, couldHaveMissed: found.missed, reason: "as it was found",
            readers: [])
    }

    private struct Found {
        var correctness = Verdict.unknown
        var completeness = Verdict.unknown
        var inTime = false
        var draw: LogIndex?
        var telemetry: [LogIndex] = []
        var missed: BlindSpot?
        var span: (from: Time, to: Time)?

        mutating func read(_ clause: String) throws {
            switch clause {
            case "correct": correctness = .pass
            case "false": correctness = .fail
            case "complete": completeness = .pass
            case "incomplete": completeness = .fail
            case "in time": inTime = true
            case "late", "correctness unknown", "completeness unknown": break
            default: throw Misread("not understood: \(clause)")
            }
        }
    }

    private func siteOfParty(_ words: inout Words) throws -> (site: String, party: String) {
        let site = try words.take("a site")
        guard words.skip("of") else { throw Misread("expected \"of\"") }
        return (site, try words.take("a party"))
    }

    /// `5 % at 95 %`.
    func blindSpot(_ words: inout Words) throws -> BlindSpot {
        let parts = words.rest.split(separator: " at ", maxSplits: 1).map { Quantity(String($0)) }
        words = Words("")
        guard parts.count == 2, let share = parts[0], let confidence = parts[1] else {
            throw Misread("expected \"5 % at 95 %\"")
        }
        return BlindSpot(share: share.value, confidence: confidence.value)
    }

    private func span(
        of telemetry: [LogIndex], _ site: String, _ party: String
    ) -> (from: Time, to: Time)? {
        let book = play.brake.sites
        guard let owner = play.brake.roster.place(of: party),
            let place = book.place(of: site, party: owner),
            let first = telemetry.first.flatMap({ book[place].period(of: $0) }),
            let last = telemetry.last.flatMap({ book[place].period(of: $0) })
        else { return nil }
        return (first.from, last.to)
    }

    // MARK: - What clears a cause

    /// `the mitigation works`, `e20 fails`, `e20 is unclear`, `milestone oversight`, `milestone
    /// oversight is not reached`.
    private func attestation(_ words: inout Words) throws -> Attestation {
        let about: Attestation.Matter =
            words.skip("milestone")
            ? .milestone(try words.take("a milestone"))
            : .mitigation(try entry(&words, kind: .mitigation, "the mitigation"))
        let verdict: Verdict
        switch words.rest {
        case "", "works", "is reached": verdict = .pass
        case "fails", "is not reached": verdict = .fail
        case "is unclear": verdict = .unknown
        default: throw Misread("not understood: \(words.rest)")
        }
        words = Words("")
        return Attestation(about: about, verdict: verdict, reason: "as it was seen")
    }

    // MARK: - References

    /// `e12`, or the newest of a kind that had an effect, under its name.
    ///
    /// - Parameter party: by whom it has to be; nil for anybody.
    func entry(
        _ words: inout Words, kind: StatementKind, _ newest: String, by party: String? = nil
    ) throws -> LogIndex {
        guard words.skip(newest) else {
            let word = try words.take("an entry")
            guard let entry = CaseRun.entry(word) else {
                throw Misread("expected an entry, such as e12, found \(word)")
            }
            return entry
        }
        let found = play.summaries.last {
            $0.kind == kind && $0.effect == .effective && (party == nil || $0.signer == party)
        }
        guard let found else {
            throw Misread("there is no \(kind.rawValue) yet")
        }
        return found.index
    }

    private static func entry(_ word: String) -> LogIndex? {
        word.hasPrefix("e") ? UInt64(word.dropFirst()).map { LogIndex($0) } : nil
    }

    /// `e12, e13`; `all`: the site's newest telemetry that counts; `the last 3` of it.
    private func entries(_ text: String, of site: String, _ party: String) throws -> [LogIndex] {
        let standing = state.sites.first { $0.party == party && $0.site == site }
        let telemetry = standing?.telemetry ?? []
        if text == "all" { return telemetry }
        if text.hasPrefix("the last"), let count = Int(text.dropFirst(9)) {
            return telemetry.suffix(count)
        }
        return try text.split(separator: ",").map { part in
            guard let entry = CaseRun.entry(Words(String(part)).rest) else {
                throw Misread("expected an entry, such as e12, found \(part)")
            }
            return entry
        }
    }
}
