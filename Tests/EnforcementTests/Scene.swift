// SPDX-License-Identifier: Apache-2.0

import Enforcement
import PauseAgreement
import Testing
import TransparencyLog

import enum Enforcement.Verdict

/// A small agreement, its four monitors and the orders that they sign: what these tests are played
/// with.
enum Scene {
    static let now = Time("2026-11-21T12:00:00Z")!
    static let lease = TimeSpan("2 h")!
    static let evaluator = "evaluator-1"

    /// The key that grows from a number: any entropy will do here.
    static func key(_ number: UInt8) -> PrivateKey {
        try! PrivateKey(seed: [UInt8](repeating: number, count: 32))
    }

    static let monitors = (1...4).map { ("monitor-\($0)", key(UInt8(10 + $0))) }

    static let agreement = agreement()

    static func agreement(lineage: Bool = true, signatures: Int = 3, coversEvaluation: Bool = false)
        -> Agreement
    {
        let id = Digest.sha256(Array("two-lab-pause".utf8))
        let activities = work + (coversEvaluation ? [.evaluation] : [])
        return Agreement(
            id: id, terms: id, text: .object([:]), name: "two-lab-pause",
            title: "A pause between two laboratories",
            rules: 1,
            log: LogTerms(
                origin: "two-lab-pause.example/log", key: key(1).publicKey, tick: TimeSpan("1 h")!,
                mergeDelay: TimeSpan("1 h")!, skew: TimeSpan("5 min")!),
            monitoring: MonitorTerms(signatures: signatures, liars: 1), parties: parties,
            entryIntoForce: EntryIntoForce(
                atLeast: 2, leastStates: 0, leastDevelopers: 2, leastShare: .zero, article: "2"),
            legalBasis: [], indicators: [], triggers: [],
            decisions: Decisions(council: [], rules: []),
            measures: [
                MeasureTerms(
                    measure: .notify, grace: .zero, activities: work, threshold: flop("1e22"),
                    article: "6.1"),
                MeasureTerms(
                    measure: .cap, grace: .zero, activities: activities, threshold: flop("1e26"),
                    article: "6.2"),
                MeasureTerms(
                    measure: .slow, grace: .zero, activities: activities, threshold: flop("1e25"),
                    article: "6.3"),
                MeasureTerms(
                    measure: .pause, grace: TimeSpan("72 h")!, activities: activities,
                    threshold: flop("1e24"), article: "6.4"),
            ],
            scope: Scope(lineage: lineage, exemptions: [], article: "3"),
            verification: VerificationTerms(
                stopEvidenceWithin: TimeSpan("48 h")!, telemetryEvery: TimeSpan("1 h")!,
                telemetryLateAfter: TimeSpan("15 min")!, answerWithin: TimeSpan("12 h")!,
                inspectionEvery: TimeSpan("7 d")!, article: "7"),
            resume: ResumeTerms(
                requiresClearTrigger: true, requiresElicitation: false, requiredMitigations: 0,
                opensAfter: TimeSpan("24 h")!, stages: [], milestones: [], article: "8"),
            incentives: IncentiveTerms(bond: "", catchUpHold: .zero, article: "9"),
            disclosure: DisclosureTerms(audience: "declared", article: "10"),
            clocks: Clocks(lease: lease, provisional: TimeSpan("30 d")!, lapsesTo: .notify),
            onSilence: OnSilence(measure: .cap, grace: TimeSpan("24 h")!, article: "11"),
            onExpiry: OnExpiry(sunset: Time("2031-01-01")!, lapsesTo: .notify, article: "12"),
            exit: ExitTerms(notice: TimeSpan("90 d")!, article: "13"))
    }

    private static let parties: [Party] =
        [
            party("auditor-1", [.auditor], key(5)), party("developer-a", [.developer], key(2)),
            party("developer-b", [.developer], key(3)), party(evaluator, [.evaluator], key(4)),
        ] + monitors.map { party($0.0, [.monitor], $0.1) } + [
            party("operator-c", [.operator], key(6))
        ]

    private static func party(_ name: String, _ roles: [Role], _ key: PrivateKey) -> Party {
        Party(
            name: name, roles: roles, jurisdiction: "Norland", keys: [key.publicKey], threshold: 1,
            share: .zero, nominatedBy: nil)
    }

    static let work: [Activity] = [
        .distillation, .internalResearchAgents, .postTraining, .preTraining, .reinforcementRollouts,
        .syntheticData,
    ]

    static func flop(_ text: String) -> ExactDecimal { ExactDecimal(text)! }

    // MARK: - Models

    static func digest(_ name: String) -> Digest { Digest.sha256(Array("\(name) checkpoint".utf8)) }

    /// `fiction-1` is the accused; `mini` and `nano` descend from it, `next` from a released model.
    static let models = [
        model("veteran-3", released: "2025-03-01"), model("fiction-1"),
        model("mini", parents: ["fiction-1"]),
        model("nano", parents: ["mini"]), model("next", parents: ["veteran-3"]),
        model("open-4", parents: ["fiction-1"], released: "2026-01-01"), model("late-2"),
    ]

    static func model(_ name: String, parents: [String] = [], released: String? = nil)
        -> ModelStanding
    {
        ModelStanding(
            name: name, digest: digest(name), developer: "developer-a",
            parents: parents.map(digest),
            released: released.map { Time($0)! }, entry: LogIndex(20))
    }

    // MARK: - Orders

    static let cause = CauseInForce(
        id: "c31", kind: .trigger, trigger: "research-automation", subject: .model("fiction-1"),
        standing: .provisional, entry: LogIndex(31), since: now, expiry: now + TimeSpan("30 d")!,
        clause: "4.3")

    static let ownCause = CauseInForce(
        id: "c12", kind: .selfPause, trigger: nil, subject: .model("fiction-1"), standing: .own,
        entry: LogIndex(12), since: now, expiry: nil, clause: "5")

    static func measure(
        _ rung: Measure, parties: [String] = ["developer-a", "developer-b", "operator-c"],
        models: [String]? = nil, activities: [Activity] = work, threshold: String = "1e24",
        from: Time = now, causes: [String] = ["c31"]
    ) -> MeasureInForce {
        MeasureInForce(
            measure: rung, parties: parties, models: models.map { $0.map(digest) },
            activities: activities,
            threshold: flop(threshold), from: from, causes: causes,
            clause: agreement().measure(rung)!.article)
    }

    static func selfPause(of party: String = "developer-a") -> MeasureInForce {
        measure(.pause, parties: [party], models: ["fiction-1"], threshold: "0", causes: ["c12"])
    }

    static func order(
        _ state: BrakeState = .running, _ measures: [MeasureInForce] = [],
        causes: [CauseInForce] = [cause, ownCause], epoch: Int64 = 7, size: UInt64 = 40,
        tick: Time = now,
        agreement: Agreement = agreement
    ) -> Order {
        Order(
            agreement: agreement.id, terms: agreement.terms, rules: 1, epoch: epoch, state: state,
            measures: measures, causes: measures.isEmpty ? [] : causes, models: models, expiry: nil,
            silentSince: nil, size: TreeSize(size), root: Digest.sha256([]), tick: tick)
    }

    static let running = order()
    static let paused = order(.paused, [measure(.pause)])
    static let called = order(.called, [measure(.pause, from: now + TimeSpan("72 h")!)])

    /// The order's note, signed by the monitors of these numbers.
    static func note(_ order: Order, by signers: [Int] = [1, 2, 3]) -> UnverifiedNote {
        note(order.text, by: signers)
    }

    static func note(_ text: String, by signers: [Int] = [1, 2, 3]) -> UnverifiedNote {
        UnverifiedNote(
            text: text,
            signatures: signers.map { number in
                let (name, key) = monitors[number - 1]
                return try! NoteSignature.sign(
                    text: text, as: "\(name).two-lab-pause.example", with: key)
            })
    }

    static func believed(_ order: Order, under agreement: Agreement = agreement) -> BelievedOrder {
        try! BelievedOrder(verifying: note(order), under: agreement)
    }
}

// MARK: - Jobs

/// A job in few words; models by name.
func job(
    _ activity: Activity, _ compute: String? = nil, model: String? = nil, parents: [String] = [],
    for tenant: Tenant = .internal, running: Bool = false
) -> Job {
    Job(
        id: "run-1", activity: activity, compute: compute.map(Scene.flop),
        model: model.map(Scene.digest),
        parents: parents.map(Scene.digest), tenant: tenant, running: running)
}

/// Checks what the gate says, and that the sentence holds the words of `because`.
@discardableResult
func check(
    _ job: Job, under order: Order?, at time: Time = Scene.now, as party: String = "developer-a",
    allowedUntil: Time? = nil, agreement: Agreement = Scene.agreement, _ word: String,
    _ because: String, location: SourceLocation = #_sourceLocation
) -> Verdict {
    let gate = Gate(agreement: agreement, party: party)!
    let verdict = gate.decide(
        job, order: order.map { Scene.believed($0, under: agreement) }, allowedUntil: allowedUntil,
        now: time)
    #expect(verdict.word == word, "\(verdict.sentence)", sourceLocation: location)
    #expect(verdict.sentence.contains(because), "\(verdict.sentence)", sourceLocation: location)
    return verdict
}
