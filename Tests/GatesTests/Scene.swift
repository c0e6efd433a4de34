// SPDX-License-Identifier: Apache-2.0

import Enforcement
import Foundation
import Gates
import PauseAgreement
import Storage
import Synchronization
import Testing
import TransparencyLog

/// A small agreement with four monitors, three of whom make an order; ticks of 2 s, a lease of 10
/// s.
enum Scene {
    static let start = Time("2026-11-21T12:00:00Z")!
    static let lease = TimeSpan("10 s")!
    static let monitors = (1...4).map { ("monitor-\($0)", key(UInt8(10 + $0))) }

    static func key(_ number: UInt8) -> PrivateKey {
        try! PrivateKey(seed: [UInt8](repeating: number, count: 32))
    }

    static func after(_ milliseconds: Int64) -> Time {
        start + TimeSpan(milliseconds: milliseconds)
    }

    static let agreement = agreement()

    static func agreement(named name: String = "two-lab-pause") -> Agreement {
        let id = Digest.sha256(Array(name.utf8))
        let parties =
            [
                party("developer-a", [.developer], key(2)),
                party("evaluator-1", [.evaluator], key(4)),
            ]
            + monitors.map { party($0.0, [.monitor], $0.1) }
        return Agreement(
            id: id, terms: id, text: .object([:]), name: name, title: name, rules: 1,
            log: LogTerms(
                origin: "two-lab-pause.example/log", key: key(1).publicKey, tick: TimeSpan("2 s")!,
                mergeDelay: TimeSpan("2 s")!, skew: TimeSpan("1 s")!),
            monitoring: MonitorTerms(signatures: 3, liars: 1), parties: parties,
            entryIntoForce: EntryIntoForce(
                atLeast: 1, leastStates: 0, leastDevelopers: 1, leastShare: .zero, article: "2"),
            legalBasis: [], indicators: [], triggers: [],
            decisions: Decisions(council: [], rules: []),
            measures: [
                MeasureTerms(
                    measure: .pause, grace: .zero,
                    activities: [.preTraining, .internalResearchAgents],
                    threshold: ExactDecimal("1e24")!, article: "6.4")
            ],
            scope: Scope(lineage: true, exemptions: [], article: "3"),
            verification: VerificationTerms(
                stopEvidenceWithin: .zero, telemetryEvery: TimeSpan("1 h")!,
                telemetryLateAfter: TimeSpan("15 min")!, answerWithin: TimeSpan("12 h")!,
                inspectionEvery: TimeSpan("7 d")!, article: "7"),
            resume: ResumeTerms(
                requiresClearTrigger: true, requiresElicitation: false, requiredMitigations: 0,
                opensAfter: TimeSpan("24 h")!, stages: [], milestones: [], article: "8"),
            incentives: IncentiveTerms(bond: "", catchUpHold: .zero, article: "9"),
            disclosure: DisclosureTerms(audience: "declared", article: "10"),
            clocks: Clocks(lease: lease, provisional: TimeSpan("30 d")!, lapsesTo: .notify),
            onSilence: OnSilence(measure: .cap, grace: .zero, article: "11"),
            onExpiry: OnExpiry(sunset: Time("2031-01-01")!, lapsesTo: .notify, article: "12"),
            exit: ExitTerms(notice: .zero, article: "13"))
    }

    private static func party(_ name: String, _ roles: [Role], _ key: PrivateKey) -> Party {
        Party(
            name: name, roles: roles, jurisdiction: "Norland", keys: [key.publicKey], threshold: 1,
            share: .zero, nominatedBy: nil)
    }

    // MARK: - Orders

    static let gate = Gate(agreement: agreement, party: "developer-a")!

    /// Models as the demonstration registers them.
    static let models = [
        ModelStanding(
            name: "fiction-1", digest: Digest.sha256(Array("fiction-1 checkpoint".utf8)),
            developer: "developer-a", parents: [], released: nil, entry: LogIndex(9)),
        ModelStanding(
            name: "veteran-3", digest: Digest.sha256(Array("veteran-3 checkpoint".utf8)),
            developer: "developer-a", parents: [], released: start, entry: LogIndex(8)),
    ]

    static func order(
        epoch: Int64 = 1, tick: Time = start, pausedFrom: Time? = nil, size: UInt64 = 10,
        agreement: Agreement = agreement
    ) -> Order {
        let cause = CauseInForce(
            id: "c31", kind: .trigger, trigger: "research-automation", subject: .model("fiction-1"),
            standing: .confirmed, entry: LogIndex(31), since: start, expiry: nil, clause: "4.3")
        let measures = pausedFrom.map { from in
            MeasureInForce(
                measure: .pause, parties: ["developer-a"], models: nil,
                activities: [.internalResearchAgents, .preTraining],
                threshold: ExactDecimal("1e24")!,
                from: from, causes: ["c31"], clause: "6.4")
        }
        return Order(
            agreement: agreement.id, terms: agreement.terms, rules: 1, epoch: epoch,
            state: pausedFrom == nil ? .running : .paused, measures: measures.map { [$0] } ?? [],
            causes: measures == nil ? [] : [cause], models: models, expiry: nil, silentSince: nil,
            size: TreeSize(size), root: Digest.sha256([]), tick: tick)
    }

    static func note(_ order: Order, by signers: [Int] = [1, 2, 3]) -> UnverifiedNote {
        UnverifiedNote(text: order.text, signatures: signers.map { signature(of: order, by: $0) })
    }

    static func signature(of order: Order, by signer: Int) -> NoteSignature {
        let (name, key) = monitors[signer - 1]
        return try! NoteSignature.sign(
            text: order.text, as: "\(name).two-lab-pause.example", with: key)
    }

    static func believed(_ order: Order) -> BelievedOrder {
        try! BelievedOrder(verifying: note(order), under: agreement)
    }

    static let training = Job(
        id: "run-17", activity: .preTraining, compute: ExactDecimal("3e25"), model: nil,
        parents: [],
        tenant: .internal, running: false)
}

// MARK: - The world

/// A folder that is gone when the test is.
final class Folder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("gate-\(UUID())").path
        try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) {
        try! Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    func remove(_ name: String) { try! FileManager.default.removeItem(atPath: path + "/" + name) }
    func removeItself() { try! FileManager.default.removeItem(atPath: path) }

    func read(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path + "/" + name).map { Array($0) }
    }
}

/// A clock that the test sets.
final class Clock: Sendable {
    private let time = Mutex(Scene.start)

    var now: Time { time.withLock { $0 } }
    func set(_ to: Time) { time.withLock { $0 = to } }
}

/// Collects what was told.
final class Heard<Item: Sendable>: Sendable {
    private let items = Mutex<[Item]>([])

    func append(_ item: Item) { items.withLock { $0.append(item) } }
    var all: [Item] { items.withLock { $0 } }
}

/// Waits for the world, looking every few milliseconds; a minute is only for a very busy machine.
func eventually(
    _ what: String, location: SourceLocation = #_sourceLocation, _ holds: () async -> Bool
) async {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if await holds() { return }
        try? await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("did not come about: \(what)", sourceLocation: location)
}
