// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// What no sequence of statements about sites may bring about.
@Suite struct SitePropertyTests {
    private static let day = TimeSpan(milliseconds: 86_400_000)
    private static let lateAfter = TimeSpan(milliseconds: 6 * 3_600_000)

    @Test(arguments: 0..<12)
    func `nobody is stopped without unbroken telemetry and a finding that passes`(seed: UInt64)
        throws
    {
        var random = SplitMix(seed: seed)
        var play = try Play.provisionallyPaused()
        try play.keepSites(days: 14, from: 7, using: &random) { play in
            guard play.leaves.count.isMultiple(of: 3) else { return }
            let state = play.brake.state
            for party in state.parties where party.state == .stopped {
                let sites = state.sites.filter { $0.party == party.name }
                #expect(!sites.isEmpty)
                for site in sites { try check(site, at: state.at, in: play) }
            }
        }
        try checkInvariants(of: play)
    }

    /// From the entries themselves: what the law says of the site is not asked.
    private func check(_ site: SiteStanding, at time: Time, in play: Play) throws {
        let said = try play.leaves.enumerated().compactMap { place, leaf -> Entry? in
            let index = LogIndex(UInt64(place))
            return play.summaries[Int(index.value)].effect == .effective
                ? try Entry(parsing: leaf, index: index) : nil
        }
        var since: Time?
        var reported: [(period: TelemetryPeriod, at: Time)] = []
        var finding: (found: Finding, at: Time)?
        for entry in said {
            switch entry.statement.predicate {
            case .stop(let stop) where signer(of: entry, play) == site.party:
                if stop.site == site.site { since = stop.since }
            case .telemetry(let period) where signer(of: entry, play) == site.party:
                if period.site == site.site { reported.append((period, entry.received)) }
            case .finding(let found) where found.party == site.party && found.site == site.site:
                finding = (found, entry.received)
            default: break
            }
        }
        let declared = try #require(since)
        // Every hour since is told of, by what came within what the agreement gives it.
        let held = max(declared, Scene.day(9))
        let hour = TimeSpan(milliseconds: 3_600_000)
        var instant = held
        let last = try #require(reported.last?.period.to)
        while instant + hour <= last {
            let told = reported.contains { period, at in
                period.from <= instant && instant < period.to
                    && at <= instant + Self.day + Self.day + Self.lateAfter
            }
            #expect(told, "nothing tells of \(instant) at \(site.site)")
            instant = instant + hour
        }
        // Deadlines close one merge delay later.
        let mergeDelay = play.agreement.log.mergeDelay
        #expect(time <= last + Self.day + Self.lateAfter + mergeDelay)
        let newest = try #require(finding)
        #expect(newest.found.correctness == .pass && newest.found.completeness == .pass)
        #expect(newest.found.inTime && declared < newest.found.to)
        #expect(time <= newest.at + TimeSpan(milliseconds: 10 * 86_400_000) + mergeDelay)
    }

    private func signer(of entry: Entry, _ play: Play) -> String {
        play.summary(of: entry.index)?.signer ?? ""
    }

    @Test func `the random sites go right, and wrong in every way`() throws {
        var events: Set<String> = []
        var stopped: Set<Int> = []
        var reasons: Set<String> = []
        for seed in 0..<12 {
            var random = SplitMix(seed: UInt64(seed))
            var play = try Play.provisionallyPaused()
            try play.keepSites(days: 14, from: 7, using: &random) { play in
                guard play.leaves.count.isMultiple(of: 3) else { return }
                if play.brake.derived.parties.contains(where: { $0.state == .stopped }) {
                    stopped.insert(seed)
                }
                events.formUnion(play.brake.state.sites.flatMap(\.events).map(\.name))
            }
            for summary in play.summaries {
                guard case .without(let why) = summary.effect else { continue }
                reasons.insert(String("\(why.reason)".prefix { $0 != "(" }))
            }
        }
        let expected: Set = [
            "late", "gap", "replayed", "contradictory", "in-future", "overlong", "answer-missing",
            "reset",
        ]
        #expect(expected.subtracting(events).isEmpty, "\(expected.subtracting(events))")
        #expect(stopped.count >= 6, "stops were shown with the seeds \(stopped.sorted())")
        let without: Set = ["drawClosed", "notTelemetry", "findingContradictsLog"]
        #expect(without.subtracting(reasons).isEmpty, "\(without.subtracting(reasons))")
    }

    // MARK: - On the way out

    @Test(arguments: (try? Scene.standard.get().parties.map(\.name)) ?? [])
    func `no party alone changes what holds for others on the way out`(party: String) throws {
        for seed in 0..<2 {
            var random = SplitMix(seed: UInt64(seed))
            var play = try Play.resuming()
            let before = play.brake.state.order.measures
            #expect(before.map(\.measure) == [.slow])
            // Until the day of the next stage, which comes by itself.
            try play.babble(
                [party], count: 40, from: Scene.day(10), until: Scene.day(18), using: &random)
            let after = play.brake.state.order.measures.filter { $0.models == nil }
            #expect(after == before, "\(party)")
            try checkInvariants(of: play)
        }
    }

    // MARK: - Floods

    /// Quadratic work over these would take longer.
    @Test(.timeLimit(.minutes(4)))
    func `a flood of telemetry makes neither the state large nor the fold slow`() throws {
        var play = try Play.provisionallyPaused()
        let start = Scene.day(9)
        try play.note(
            "developer-a", .site(SiteDeclaration(site: "north-1", emulated: false)), at: start)
        let second = TimeSpan(milliseconds: 1000)
        func period(_ from: Time, _ root: String) -> PauseAgreement.Predicate {
            .telemetry(
                TelemetryPeriod(
                    site: "north-1", from: from, to: from + second,
                    root: Digest.sha256(Array(root.utf8)), events: ["reset"], emulated: false))
        }
        var time = start
        var small = 0
        for number in 0..<10_000 {
            if number == 200 { small = play.brake.state.sites[0].json.canonicalBytes.count }
            // Every other one speaks of the very beginning once more.
            let isOld = number > 0 && number % 2 == 0
            let outcome = try play.note(
                "developer-a", period(isOld ? start : time, "\(isOld)"), at: time + second)
            #expect(outcome.isEffective == !isOld)
            if !isOld { time = time + second }
        }
        let site = play.brake.state.sites[0]
        #expect(site.telemetry.count == 24 && site.events.count == 32)
        #expect(site.covered == CoveredSpan(from: start, to: time))
        #expect(site.json.canonicalBytes.count < small + 100)
    }
}

extension Play {
    /// Determined, confirmed, cleared by the council, and in the first stage on day 9.
    static func resuming() throws -> Play {
        var play = try provisionallyPaused()
        let confirmation = try #require(play.openQuestion(.confirmation))
        try play.vote(.yes, 1, 2, 4, 5, 6, on: confirmation.id, at: Scene.day(7))
        for value in [
            MeasuredValue.horizon(100, made: Scene.day(7)), .tasks("0.2", made: Scene.day(7)),
        ] {
            try play.measure(value, by: "evaluator-1", at: Scene.day(8))
        }
        let cause = try #require(play.brake.state.order.causes.first).id
        try play.say(
            "norland",
            .question(
                QuestionRequest(question: .resume, cause: cause, accused: nil, reason: "")),
            at: Scene.day(8))
        let resumption = try #require(play.openQuestion(.resume))
        try play.vote(.yes, 1, 2, 4, 5, 6, on: resumption.id, at: Scene.day(8))
        #expect(
            try play.say(
                "norland", .hearing(Hearing(question: "q1", position: "")), at: Scene.day(10)
            )
            .noEffect != nil)
        #expect(play.brake.state.brake == .resuming)
        return play
    }
}
