// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// States made by hand over the example agreement: what pages have to show, whether or not the law
/// can lead to all of it at once.
struct Scene {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let example = root.appending(path: "Examples/frontier-pause")

    static let agreement: Agreement = {
        let yaml = try! String(
            contentsOf: example.appending(path: "agreement.yaml"), encoding: .utf8)
        let reading = Agreement.read(yaml: yaml)
        guard let agreement = reading.agreement else { fatalError("\(reading.problems)") }
        return agreement
    }()

    static let now = Time("2026-11-21T20:00:00Z")!

    static func hours(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 3_600_000) }

    /// What parties write in this scene; a test puts markup here.
    var words = "It was found to be so."
    /// What a hostile party calls things.
    var name = "fiction-1"
    var brake = BrakeState.paused
    var states: [String: PartyState] = [
        "developer-a": .stopped, "developer-b": .stopping, "developer-c": .unverified,
        "developer-d": .free, "developer-e": .outside,
    ]
    var size: UInt64 = 42
    var closedQuestions = 2
    var models = 1
    var sites = 2

    var state: State {
        State(
            agreement: Scene.agreement.id, terms: Scene.agreement.terms, rules: 1, at: Scene.now,
            size: TreeSize(size), brake: brake, brakeSince: Scene.now - Scene.hours(20),
            order: order, entryIntoForce: force, parties: parties, triggers: triggers,
            questions: questions,
            models: [
                ModelStanding(
                    name: name, digest: digest, developer: "developer-b", parents: [],
                    released: nil, entry: LogIndex(23))
            ], measurements: measurements, history: history, judgements: judgements,
            schedules: schedules, evaluations: evaluations, comments: comments,
            challenges: challenges, dissent: dissent, sites: siteStandings,
            mitigations: mitigations,
            milestones: milestones, selfReports: selfReports,
            withoutEffect: [
                EntryWithoutEffect(entry: LogIndex(30), reason: words, clause: "5.1")
            ], monitors: nil)
    }

    private var digest: Digest { Digest.sha256(Array("fiction-1".utf8)) }

    private var order: OrderStanding {
        let cause = CauseInForce(
            id: "c31", kind: .trigger, trigger: "research-automation", subject: .model(name),
            standing: .confirmed, entry: LogIndex(31), since: Scene.now - Scene.hours(92),
            expiry: Scene.now + Scene.hours(400), clause: "5.1")
        let resuming = CauseInForce(
            id: "c12", kind: .trigger, trigger: "large-training-run", subject: .model(name),
            standing: .resuming, entry: LogIndex(12), since: Scene.now - Scene.hours(500),
            expiry: nil, stage: 0, next: Scene.now + Scene.hours(100), clause: "8")
        let pause = MeasureInForce(
            measure: .pause, parties: ["developer-a", "developer-b", "developer-c", "developer-d"],
            models: nil, activities: [.preTraining, .postTraining],
            threshold: ExactDecimal("1e23")!, from: Scene.now - Scene.hours(20),
            causes: ["c31"], clause: "6.4")
        let own = MeasureInForce(
            measure: .pause, parties: ["developer-b"], models: [digest],
            activities: [.preTraining], threshold: .zero, from: Scene.now - Scene.hours(90),
            causes: ["c24"], clause: "6.4")
        let isStill = brake == .paused || brake == .called
        return OrderStanding(
            epoch: 9, measures: isStill ? [pause, own] : [],
            causes: isStill ? [cause, resuming] : [],
            expiry: isStill ? Scene.now + Scene.hours(400) : nil)
    }

    private var force: ForceStanding {
        ForceStanding(
            since: brake == .openForSignature ? nil : Scene.now - Scene.hours(2000),
            in: ["developer-a", "developer-b", "developer-c", "developer-d"],
            out: [PartyWithReason(party: "developer-e", reason: words)],
            waitsFor: brake == .openForSignature ? ["3 developers (2 so far)"] : [])
    }

    private var parties: [PartyStanding] {
        Scene.agreement.parties.map { party in
            PartyStanding(
                name: party.name, roles: party.roles, jurisdiction: party.jurisdiction,
                state: states[party.name] ?? .free, since: Scene.now - Scene.hours(30),
                reason: states[party.name] == .unverified ? words : nil)
        }
    }

    private var triggers: [TriggerStanding] {
        let leaf = TriggerReason(
            verdict: .yes, text: "evaluator-1 measured 720 min (510 to 1100, 95 %)",
            entry: LogIndex(27), children: [])
        let tree = TriggerReason(
            verdict: .yes, text: "needs all of 2 conditions: 2 met, 0 not met, 0 unknown",
            entry: nil,
            children: [
                TriggerReason(
                    verdict: .yes, text: "horizon-50 at least 480 min: needs 1 evaluator",
                    entry: nil, children: [leaf]),
                TriggerReason(verdict: .no, text: words, entry: nil, children: []),
            ])
        let unknown = TriggerReason(
            verdict: .unknown, text: "no measurement counts", entry: nil, children: [])
        let pending = PendingStanding(
            since: Scene.now - Scene.hours(9), due: Scene.now + Scene.hours(15), reports: 1,
            over: Scene.hours(24), evaluators: 1, reported: [])
        let ofModels = (0..<models).map { number in
            TriggerStanding(
                trigger: "research-automation",
                subject: .model(number == 0 ? name : "\(name)-\(number)"),
                verdict: number == 0 ? .crossed : .clear, since: Scene.now - Scene.hours(95),
                reason: tree, pending: number == 1 ? pending : nil,
                keptUntil: number == 0 ? Scene.now + Scene.hours(40) : nil, clause: "4.3")
        }
        let frontier = TriggerStanding(
            trigger: "frontier-acceleration", subject: .frontier, verdict: .unknown,
            since: Scene.now - Scene.hours(2000), reason: unknown, pending: nil, keptUntil: nil,
            clause: "4.5")
        return ofModels + [frontier]
    }
}

// MARK: - Questions

extension Scene {
    private var questions: [QuestionStanding] {
        (0..<closedQuestions).map { number in
            question("q\(number)", status: number.isMultiple(of: 2) ? .adopted : .timedOut)
        } + [question("q99", status: .open)]
    }

    private func question(_ id: String, status: QuestionStatus) -> QuestionStanding {
        let isOpen = status == .open
        return QuestionStanding(
            id: id, kind: isOpen ? .confirmation : .determination, trigger: "research-automation",
            subject: .model(name), accused: "developer-b", cause: isOpen ? "c31" : nil,
            measurement: nil, opened: Scene.now - Scene.hours(94),
            deadline: Scene.now + Scene.hours(3),
            status: status, closed: isOpen ? nil : Scene.now - Scene.hours(92), closing: nil,
            rule: Scene.agreement.decisions.rule(for: isOpen ? .confirmation : .determination)!,
            recused: [PartyWithReason(party: "councillor-7", reason: words)],
            votes: [
                CastVote(
                    party: "councillor-1", choice: .yes, reason: words, entry: LogIndex(28),
                    counts: true),
                CastVote(
                    party: "councillor-2", choice: .no, reason: "The suite is too small.",
                    entry: LogIndex(29), counts: true),
                CastVote(
                    party: "councillor-7", choice: .no, reason: words, entry: LogIndex(30),
                    counts: false),
            ],
            hearings: [Heard(party: "developer-b", position: words, entry: LogIndex(26))])
    }
}

// MARK: - Evidence

extension Scene {
    /// A value of the horizon, in minutes.
    private func measured(
        _ model: String, _ day: String, _ value: String, _ low: String?, _ high: String?,
        by signer: String, entry: UInt64, fictional: Bool = true, stale: Bool = false,
        indicator: String = "horizon-50", unit: QuantityUnit = .minutes,
        subject: Subject? = nil
    ) -> MeasurementStanding {
        let interval = low.map {
            MeasuredValue.Interval(
                low: ExactDecimal($0)!, high: ExactDecimal(high!)!,
                confidence: ExactDecimal("0.95")!, method: "bootstrap")
        }
        return MeasurementStanding(
            signer: signer, entry: LogIndex(entry),
            value: MeasuredValue(
                indicator: indicator, subject: subject ?? .model(model),
                value: ExactDecimal(value)!, unit: unit, interval: interval, n: nil, clusters: nil,
                suite: words, method: words, assurance: .thirdParty, made: Time(day)!,
                elicitation: nil, modelDigest: nil, evidence: [], source: nil,
                fictional: fictional),
            stale: stale, withdrawn: nil)
    }

    private var measurements: [MeasurementStanding] {
        [
            measured(
                "frontier", "2026-11-01", "128.7", "104.4", "158", by: "evaluator-1", entry: 25,
                fictional: false, indicator: "doubling-time", unit: .days, subject: .frontier),
            measured(
                "early-a", "2026-02-05", "60.4", "33", "104", by: "evaluator-1", entry: 3,
                fictional: false, stale: true),
            measured(
                "early-b", "2026-04-16", "119.7", "74.6", "191", by: "evaluator-2", entry: 4,
                fictional: false),
            measured(
                "early-c", "2026-08-07", "203", "113", "406", by: "evaluator-1", entry: 5,
                fictional: false),
            measured(
                "early-c", "2026-08-21", "184", "99", "350", by: "evaluator-3", entry: 6,
                fictional: false),
            measured(name, "2026-10-30", "720", "510", "1100", by: "evaluator-1", entry: 27),
            measured(
                "fiction-2", "2026-11-11", "1440", "800", "4000", by: "evaluator-2", entry: 33),
            measured(
                name, "2026-11-02", "0.62", "0.55", "0.69", by: "evaluator-2", entry: 34,
                indicator: "research-tasks", unit: .share),
            measured(
                name, "2026-11-02", "3.1e26", "2.2e26", "4e26", by: "developer-b", entry: 35,
                indicator: "training-compute", unit: .flop),
        ]
            + (1..<max(models, 1)).map { number in
                measured(
                    "\(name)-\(number)", "2026-09-0\(number % 9 + 1)", "\(number % 90 + 1)", "0.5",
                    "100", by: "evaluator-2", entry: UInt64(100 + number))
            }
    }

    private var siteStandings: [SiteStanding] {
        (0..<sites).map { number in
            let passes = number.isMultiple(of: 2)
            let spot = BlindSpot(share: ExactDecimal("0.0421")!, confidence: ExactDecimal("0.95")!)
            return SiteStanding(
                party: passes ? "developer-a" : "developer-c", site: "north-\(number)",
                entry: LogIndex(36), emulated: !passes,
                stop: StopStanding(since: Scene.now - Scene.hours(19), entry: LogIndex(37)),
                covered: CoveredSpan(
                    from: Scene.now - Scene.hours(19), to: Scene.now - Scene.hours(1)),
                telemetry: (0..<24).map { LogIndex(38 + $0) },
                silentSince: passes ? nil : Scene.now - Scene.hours(1),
                due: Scene.now + Scene.hours(1),
                events: passes
                    ? []
                    : [
                        SiteEvent(
                            name: "gap", entry: LogIndex(40), at: Scene.now - Scene.hours(2),
                            effect: words),
                        SiteEvent(
                            name: "answer-missing", entry: nil, at: Scene.now - Scene.hours(1),
                            effect: "the stop is not shown"),
                    ],
                findings: [
                    FindingStanding(
                        auditor: "auditor-1", entry: LogIndex(41), at: Scene.now,
                        from: Scene.now - Scene.hours(19), to: Scene.now - Scene.hours(1),
                        correctness: passes ? .pass : .fail, completeness: .unknown, inTime: passes,
                        couldHaveMissed: passes ? spot : nil, reason: words, stale: false)
                ],
                draws: passes
                    ? []
                    : [
                        DrawStanding(
                            entry: LogIndex(39), auditor: "auditor-2",
                            due: Scene.now - Scene.hours(1), overdue: true)
                    ],
                correctness: passes ? .pass : .fail, completeness: .unknown,
                couldHaveMissed: passes ? spot : nil, reason: words, clause: "7")
        }
    }

    private var attestations: [AttestationStanding] {
        [
            AttestationStanding(
                party: "auditor-1", verdict: .pass, reason: words, entry: LogIndex(20))
        ]
    }

    private var mitigations: [MitigationStanding] {
        [
            MitigationStanding(
                entry: LogIndex(19), party: "developer-b", cause: "c31", what: words,
                attestations: attestations)
        ]
    }

    private var milestones: [MilestoneStanding] {
        [
            MilestoneStanding(
                name: "oversight", text: words, attesters: 2, jurisdictions: 2, reached: false,
                attestations: attestations, clause: "8.6")
        ]
    }

    private var selfReports: [SelfReportStanding] {
        [
            SelfReportStanding(
                party: "developer-d", entry: LogIndex(22), at: Scene.now - Scene.hours(5),
                what: words, site: "north-0")
        ]
    }
}
