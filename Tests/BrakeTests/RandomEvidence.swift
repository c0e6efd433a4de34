// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

@testable import Brake

extension Play {
    /// Something about a site, by its party or by an auditor: true and in order as often as not.
    func randomEvidence(
        _ kind: StatementKind, by party: String, at time: Time, using random: inout SplitMix
    ) -> PauseAgreement.Predicate {
        let name = Int.random(in: 0...9, using: &random) == 0 ? "north-2" : "north-1"
        let owner = roleOwner(of: kind, party, using: &random)
        let site = brake.roster.place(of: owner).flatMap { brake.sites.place(of: name, party: $0) }
            .map { brake.sites[$0] }
        switch kind {
        case .site:
            let isEmulated = Int.random(in: 0...9, using: &random) == 0
            return .site(SiteDeclaration(site: name, emulated: isEmulated))
        case .stop:
            let ago = TimeSpan(milliseconds: Int64.random(in: 0...24, using: &random) * 3_600_000)
            return .stop(StopDeclaration(site: name, since: time - ago))
        case .telemetry: return .telemetry(randomPeriod(name, site, at: time, using: &random))
        case .draw:
            return .draw(
                InspectionDraw(
                    party: owner, site: name, telemetry: randomTelemetry(of: site, using: &random),
                    seed: Digest.sha256([1]), count: 3))
        case .answer:
            let draw = site?.draws.last
            return .answer(
                InspectionAnswer(
                    draw: draw?.entry ?? LogIndex(3),
                    readers: [draw.map { brake.roster.parties[$0.auditor].name } ?? "auditor-1"]))
        default: return .finding(randomFinding(name, of: owner, site, at: time, using: &random))
        }
    }

    /// Whose site a statement is about: the speaker's own, or one that an auditor looks into.
    private func roleOwner(
        of kind: StatementKind, _ party: String, using random: inout SplitMix
    ) -> String {
        guard kind == .draw || kind == .finding else { return party }
        return ["developer-a", "developer-b", "developer-c"].randomElement(using: &random)!
    }

    private func randomTelemetry(
        of site: SiteBook.Site?, using random: inout SplitMix
    ) -> [LogIndex] {
        let entries = (site?.periods ?? []).suffix(Int.random(in: 1...3, using: &random))
        return entries.isEmpty ? [LogIndex(2)] : entries.map(\.entry)
    }

    /// Mostly what comes after the last one; now and then a gap, a replay, another story, the past
    /// or the future.
    private func randomPeriod(
        _ name: String, _ site: SiteBook.Site?, at time: Time, using random: inout SplitMix
    ) -> TelemetryPeriod {
        func hours(_ range: ClosedRange<Int64>) -> TimeSpan {
            TimeSpan(milliseconds: Int64.random(in: range, using: &random) * 3_600_000)
        }
        let day = TimeSpan(milliseconds: 86_400_000)
        var (from, to) = (site?.periods.last?.to ?? time - day, time)
        var samples = "its own"
        switch Int.random(in: 0...19, using: &random) {
        case 0: from = from + hours(1...6)
        case 1: (from, to) = (site?.periods.last?.from ?? from, site?.periods.last?.to ?? to)
        case 2:
            (from, to) = (site?.periods.last?.from ?? from, site?.periods.last?.to ?? to)
            samples = "others"
        case 3: to = to - hours(1...90)
        case 4: to = to + hours(1...9)
        case 5: from = from - hours(1...90)
        default: break
        }
        if to <= from { to = from + hours(1...5) }
        let root = Digest.sha256(Array("\(from) \(to) \(samples)".utf8))
        let events = Int.random(in: 0...9, using: &random) == 0 ? ["contradictory", "reset"] : []
        return TelemetryPeriod(
            site: name, from: from, to: to, root: root, events: events,
            emulated: Int.random(in: 0...39, using: &random) == 0)
    }

    /// Mostly that all is well, on the newest draw and as the log has it.
    private func randomFinding(
        _ name: String, of party: String, _ site: SiteBook.Site?, at time: Time,
        using random: inout SplitMix
    ) -> Finding {
        let draw = site?.draws.last
        let telemetry = draw?.telemetry ?? randomTelemetry(of: site, using: &random)
        let periods = telemetry.compactMap { site?.period(of: $0) }
        func verdict() -> Verdict {
            Int.random(in: 0...7, using: &random) == 0
                ? Verdict.allCases.randomElement(using: &random)! : .pass
        }
        let correctness = draw?.answeredLate == nil ? Verdict.unknown : verdict()
        let mistaken = Int.random(in: 0...15, using: &random) == 0
        return Finding(
            party: party, site: name, from: periods.first?.from ?? Scene.day(1),
            to: periods.last?.to ?? time, telemetry: telemetry, draw: draw?.entry,
            correctness: draw == nil ? .unknown : correctness, completeness: verdict(),
            inTime: (draw?.answeredLate == false) != mistaken,
            couldHaveMissed: BlindSpot(
                share: ExactDecimal("0.05")!, confidence: ExactDecimal("0.95")!),
            reason: "", readers: [])
    }

    /// Three developers under a pause that each have a site, and an auditor, for `days` days in
    /// which much goes right and something goes wrong; `check` looks after every statement.
    mutating func keepSites(
        days: Int, from start: Int, using random: inout SplitMix,
        _ check: (Play) throws -> Void
    ) throws {
        let owners = ["developer-a", "developer-b", "developer-c"]
        for (place, owner) in owners.enumerated() {
            try note(
                owner, .site(SiteDeclaration(site: "north-1", emulated: false)),
                at: Scene.day(start, hour: place))
        }
        for day in start..<(start + days) {
            for hour in 0..<24 {
                let owner = owners.randomElement(using: &random)!
                let isAuditor = Int.random(in: 0...3, using: &random) == 0
                let kinds: [StatementKind] =
                    isAuditor
                    ? [.draw, .finding, .finding]
                    : [.telemetry, .answer, .answer, .answer, .answer, .stop]
                let kind = kinds.randomElement(using: &random)!
                let rare = Int.random(in: 0...200, using: &random) == 0
                let party = isAuditor ? "auditor-1" : owner
                let said = randomEvidence(
                    rare ? .site : kind, by: party, at: Scene.day(day, hour: hour), using: &random)
                try note(party, said, at: Scene.day(day, hour: hour))
                try check(self)
            }
        }
    }
}
