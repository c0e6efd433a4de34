// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// Triggers over evidence alone: time, reports, roots, and what may say no.
@Suite struct TriggerTrialTests {
    // MARK: - For and keep, as Prometheus has them

    private struct Vectors: Decodable {
        struct Rule: Decodable {
            let for_min: Int64
            let keep_firing_for_min: Int64
        }

        struct Firing: Decodable {
            let minute: Int64
            let fires: Bool

            init(from decoder: any Decoder) throws {
                var pair = try decoder.unkeyedContainer()
                minute = try pair.decode(Int64.self)
                fires = try pair.decode(Bool.self)
            }
        }

        let rule: Rule
        let firing: [Firing]
    }

    @Test(.enabled(if: Reference.isPresent), arguments: [true, false])
    func `for and keep come out as promtool has them`(everyMinute: Bool) throws {
        let vectors = try JSONDecoder().decode(
            Vectors.self, from: Reference.file("state_vectors.json"))
        #expect(vectors.firing.count == 11)
        for firing in vectors.firing {
            let verdict = prometheus(
                upTo: firing.minute, for: vectors.rule.for_min,
                keep: vectors.rule.keep_firing_for_min, everyMinute: everyMinute)
            #expect(verdict == (firing.fires ? .crossed : .clear), "minute \(firing.minute)")
        }
        // The rule without `for` and `keep`, from promtool's own test file.
        #expect(prometheus(upTo: 5, for: 0, keep: 0, everyMinute: everyMinute) == .crossed)
        #expect(prometheus(upTo: 21, for: 0, keep: 0, everyMinute: everyMinute) == .clear)
    }

    /// The series of promtool's test: false until 4, true until 20, false until 29, then true.
    private func prometheus(
        upTo end: Int64, for over: Int64, keep: Int64, everyMinute: Bool
    ) -> TriggerVerdict {
        var scene = TrialScene(
            persistence: Persistence(reports: 1, over: .minutes(over)), keep: .minutes(keep))
        for minute in 0...end {
            let holds = (5...20).contains(minute) || (30...50).contains(minute)
            guard everyMinute || [0, 5, 21, 30].contains(minute) else { continue }
            scene.report(holds ? 600 : 100, by: "evaluator-1", at: .minutes(minute))
        }
        scene.advance(.minutes(end))
        return scene.standing.verdict
    }

    @Test func `a deadline between two reports is met at its own time`() {
        var scene = TrialScene(persistence: Persistence(reports: 1, over: .days(10)))
        scene.report(600, by: "a", at: .days(1))
        scene.advance(.days(40))
        #expect(scene.standing.verdict == .crossed)
        #expect(scene.standing.since == TrialScene.start + .days(11))
    }

    // MARK: - Reports

    /// Who reports on which day, as `0 a`, and whether it is crossed then: two reports, thirty days
    /// apart, by each of two.
    private static let rounds: [(reports: String, crossed: Bool)] = [
        ("0 a, 0 b, 31 a, 31 b", true),
        ("0 a, 0 b, 31 a", false),
        ("0 a, 0 b, 29 a, 29 b", false),
        // Thirty days lie between the first and the newest, whatever lies between them.
        ("0 a, 0 b, 10 a, 10 b, 30 a, 30 b", true),
        ("0 a, 0 b, 10 a, 10 b, 30 a", false),
        // Others who join later bring their own first reports.
        ("0 a, 0 b, 31 c, 31 d", false),
        ("0 a, 0 b, 5 c, 31 a, 34 c", false),
        ("0 a, 0 b, 5 c, 31 a, 35 c", true),
        // What a reported before b did not hold yet.
        ("0 a, 20 b, 31 a, 49 b", false),
        ("0 a, 20 b, 31 a, 50 b, 50 a", true),
    ]

    @Test(arguments: rounds)
    func `reports are counted for each evaluator while it holds`(
        reports: String, crossed: Bool
    ) throws {
        var scene = TrialScene(
            persistence: Persistence(reports: 2, over: .days(30)), evaluators: 2)
        for report in reports.split(separator: ", ") {
            let parts = report.split(separator: " ")
            let day = try #require(Int64(parts[0]))
            scene.report(600, by: String(parts[1]), at: .days(day))
        }
        #expect(scene.standing.verdict == (crossed ? .crossed : .clear))
        #expect((scene.standing.pending == nil) == crossed)
        // No deadline makes up for a report that is missing.
        scene.advance(.days(100))
        #expect(scene.standing.verdict == (crossed ? .crossed : .clear))
    }

    @Test func `two who shared a table while it held are one root for as long as it holds`() {
        var scene = TrialScene(
            persistence: Persistence(reports: 2, over: .days(1)), evaluators: 2)
        scene.report(600, by: "a", at: .days(0), table: "t")
        scene.report(600, by: "b", at: .days(0), table: "t")
        #expect(scene.standing.verdict == .unknown)
        scene.report(600, by: "c", at: .days(0))
        #expect(scene.standing.pending != nil)
        scene.report(600, by: "a", at: .days(2), table: "u")
        scene.report(600, by: "b", at: .days(2), table: "v")
        #expect(scene.standing.verdict == .clear)
        scene.report(600, by: "c", at: .days(2))
        #expect(scene.standing.verdict == .crossed)
    }

    // MARK: - What may say no

    /// Elicited, value, verdict: a score without a word on elicitation shows, and never clears.
    private static let scores: [(Bool, Int, TriggerVerdict)] = [
        (true, 600, .crossed), (true, 100, .clear), (false, 600, .crossed), (false, 100, .unknown),
    ]

    @Test(arguments: scores)
    func `a low score says no only with an elicitation statement`(
        elicited: Bool, minutes: Int, verdict: TriggerVerdict
    ) {
        for pool in EvidenceRule.Pool.allCases {
            var scene = TrialScene(pool: pool)
            scene.report(minutes, by: "a", at: .zero, elicited: elicited)
            #expect(scene.standing.verdict == verdict, "\(pool.rawValue)")
        }
        var counted = TrialScene(elicitation: Indicator.Elicitation.none)
        counted.report(minutes, by: "a", at: .zero, elicited: elicited)
        #expect(counted.standing.verdict == (minutes == 600 ? .crossed : .clear))
    }

    private static let measures: [(Measure, TriggerVerdict)] = [
        (.notify, .crossed), (.cap, .unknown), (.pause, .unknown),
    ]

    @Test(arguments: measures)
    func `a developer's own word reaches a notification at most`(
        measure: Measure, verdict: TriggerVerdict
    ) {
        var scene = TrialScene(assurance: .selfReported, measure: measure)
        scene.report(600, by: "developer", at: .zero, assurance: .selfReported)
        #expect(scene.standing.verdict == verdict)
        scene.report(600, by: "evaluator", at: .zero)
        #expect(scene.standing.verdict == .crossed)
    }

    @Test func `what was due and not measured says no longer no`() {
        var scene = TrialScene(every: .days(30))
        scene.report(100, by: "a", at: .days(1))
        scene.advance(.days(30))
        #expect(scene.standing.verdict == .clear)
        scene.advance(.days(31))
        #expect(scene.standing.verdict == .unknown)
        scene.report(100, by: "b", at: .days(40))
        #expect(scene.standing.verdict == .clear)
        scene.report(600, by: "b", at: .days(50))
        scene.advance(.days(90))
        #expect(scene.standing.verdict == .crossed)
    }

    // MARK: - Roots

    /// Members' values of each root, as `600 100 | 600`; evaluators needed; k-of-n, worst case,
    /// median.
    private static let roots: [(String, Int, Truth, Truth, Truth)] = [
        ("600 600", 1, .yes, .yes, .yes),
        ("600 600", 2, .unknown, .unknown, .unknown),
        ("600 100", 1, .unknown, .no, .no),
        ("600 100 | 600", 1, .yes, .no, .no),
        ("600 700 100 | 600", 2, .unknown, .no, .yes),
        ("600 600 | 600 600", 2, .yes, .yes, .yes),
        ("100 100 100 | 600 | 600", 2, .yes, .no, .yes),
        ("100 600 100 | 100", 1, .no, .no, .no),
        ("100 100 | 100", 2, .no, .no, .no),
    ]

    @Test(arguments: roots)
    func `those who sign one table have one voice`(
        roots: String, evaluators: Int, kOfN: Truth, worstCase: Truth, median: Truth
    ) {
        for (pool, expected) in [
            (EvidenceRule.Pool.kOfN, kOfN), (.worstCase, worstCase), (.median, median),
        ] {
            var scene = TrialScene(evaluators: evaluators, pool: pool)
            for (root, values) in roots.split(separator: "|").enumerated() {
                for (member, value) in values.split(separator: " ").enumerated() {
                    scene.report(
                        Int(value) ?? 0, by: "e\(root)-\(member)", at: .zero,
                        table: "table \(root)")
                }
            }
            #expect(
                scene.standing.verdict == TriggerVerdict(expected), "\(pool.rawValue) of \(roots)")
        }
    }

    // MARK: - What has no effect

    @Test func `what has no effect says why`() {
        var scene = TrialScene()
        #expect(scene.report(600, by: "a", at: .days(10)) == nil)
        #expect(scene.report(600, by: "a", at: .days(9), made: .days(9))?.contains("newer") == true)
        #expect(
            scene.report(600, by: "b", at: .days(10), made: .days(11))?.contains("more") == true)
        #expect(
            scene.report(600, by: "b", at: .days(400), made: .days(11))?.contains("count for")
                == true)
        var trial = scene.trial
        let time = TrialScene.start + .days(401)
        #expect(
            trial.report(.tasks("0.5", made: time), by: "a", at: time)
                == "there is no indicator tasks")
        let judgement = Judgement(
            claim: "replaced", subject: .frontier, holds: .yes, reason: "", assurance: .thirdParty,
            made: time)
        #expect(trial.report(judgement, by: "a", at: time) == "there is no claim replaced")
    }
}

/// One trigger on horizons of at least 480 min, and reports about one model.
struct TrialScene {
    static let start = Time("2026-01-01")!

    private(set) var trial: TriggerTrial

    init(
        persistence: Persistence = .immediate, keep: TimeSpan = .zero, evaluators: Int = 1,
        pool: EvidenceRule.Pool = .kOfN, assurance: Assurance = .thirdParty,
        measure: Measure = .pause, elicitation: Indicator.Elicitation? = nil,
        every: TimeSpan? = nil
    ) {
        let indicator = Indicator(
            name: "horizon", unit: .minutes, subject: .model, method: "", least: 1,
            most: 10_000, staleAfter: .days(300), article: "1", elicitation: elicitation,
            every: every)
        let trigger = Trigger(
            name: "autonomy", subject: .model,
            condition: .compare(
                Comparison(
                    indicator: "horizon", direction: .atLeast, figure: 480, bound: .lower,
                    confidence: ExactDecimal("0.95")!)),
            evidence: EvidenceRule(evaluators: evaluators, assurance: assurance, pool: pool),
            onUnknown: .hold, measure: measure, article: "1", persistence: persistence, keep: keep)
        trial = TriggerTrial(indicators: [indicator], claims: [], triggers: [trigger])
        trial.advance(to: TrialScene.start)
        trial.begin(model: "fiction-1", at: TrialScene.start)
    }

    @discardableResult
    mutating func report(
        _ minutes: Int, by evaluator: String, at: TimeSpan, made: TimeSpan? = nil,
        table: String? = nil, elicited: Bool = true, assurance: Assurance = .thirdParty
    ) -> String? {
        let time = TrialScene.start + at
        var work = CaseRun.Work()
        work.tables = table.map { [$0] } ?? []
        let value = ExactDecimal(coefficient: Int128(minutes))
        return trial.report(
            MeasuredValue(
                indicator: "horizon", subject: .model("fiction-1"), value: value, unit: .minutes,
                low: value, high: value, assurance: assurance,
                made: made.map { TrialScene.start + $0 } ?? time,
                elicitation: elicited ? "scaffolded" : nil, work: work),
            by: evaluator, at: time)
    }

    mutating func advance(_ span: TimeSpan) { trial.advance(to: TrialScene.start + span) }

    var standing: TriggerStanding { trial.standings[0] }
}

extension TimeSpan {
    static func minutes(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 60_000) }
    static func days(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 86_400_000) }
}
