// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import TransparencyLog

/// A small agreement, its log and the bundle of it: what the bundle tests are played with.
enum BundleScene {
    /// The key that grows from a number: any entropy will do here.
    static func key(_ number: UInt8) -> PrivateKey {
        try! PrivateKey(seed: [UInt8](repeating: number, count: 32))
    }

    static let log = key(1)
    static let developer = key(2)
    static let monitors = [("monitor-1", key(11)), ("monitor-2", key(12)), ("monitor-3", key(13))]
    static let host = "bundle.example"
    static let origin = "bundle.example/log"
    static let start = Time("2026-11-21T12:00:00Z")!

    static let agreement: Agreement = {
        let reading = Agreement.read(yaml: text)
        guard let agreement = reading.agreement else { fatalError("\(reading.problems)") }
        return agreement
    }()

    private static func spki(_ key: PrivateKey) -> String { Base64.encode(key.publicKey.spki) }

    private static let text = """
        agreement: bundle-pause
        title: A pause to be bundled
        rules: 1
        prose: {file: agreement.md, sha256: \(Digest.sha256([]).hex)}
        log: {origin: \(origin), key: \(spki(log)), tick: 30 min, merge-delay: 1 h, skew: 5 min}
        monitoring: {signatures: 2, liars: 0}
        parties:
          developer-a: {roles: [developer], jurisdiction: Norland, share: 50 %, key: \(spki(developer)), sealing-key: MCowBQYDK2VuAyEAzo060cy2M+x7cMF4FKXHbs0CloUFDTRHRboFhw5YfVk=}
          auditor-1: {roles: [auditor], jurisdiction: Sudland, key: \(spki(key(7))), sealing-key: MCowBQYDK2VuAyEAE75P6uryBMf9M1j8nAByGIHRdCeBKCJ+xnTzf3/pe20=}
          evaluator-1: {roles: [evaluator], jurisdiction: Norland, key: \(spki(key(3)))}
          councillor-1: {roles: [authority], jurisdiction: Norland, key: \(spki(key(4))), sealing-key: MCowBQYDK2VuAyEArAGyIJ6GNU+4UyN7XeD0+rE8f8v0M6YcAZNpYX/s8Qs=}
          councillor-2: {roles: [authority], jurisdiction: Sudland, key: \(spki(key(5)))}
          councillor-3: {roles: [authority], jurisdiction: Westland, key: \(spki(key(6)))}
          monitor-1: {roles: [monitor], jurisdiction: Norland, key: \(spki(monitors[0].1))}
          monitor-2: {roles: [monitor], jurisdiction: Sudland, key: \(spki(monitors[1].1))}
          monitor-3: {roles: [monitor], jurisdiction: Westland, key: \(spki(monitors[2].1))}
        entry-into-force: {at-least: 1, states: 0, developers: 1, least-share: 50 %, article: "2"}
        legal-basis: [none, as this is a test]
        indicators:
          score: {unit: share, subject: model, method: any, valid: {least: 0 %, most: 100 %}, stale-after: 90 d, article: "4.1"}
        triggers:
          high-score:
            subject: model
            when: {indicator: score, at-least: 50 %, bound: lower, confidence: 95 %}
            evidence: {evaluators: 1, assurance: third-party, pool: k-of-n}
            on-unknown: hold
            measure: pause
            article: "4.2"
        decisions:
          council: [councillor-1, councillor-2, councillor-3]
          determination: {quorum: 2, jurisdictions: 1, recusal: [], deadline: 14 d, on-timeout: reject, article: "5.1"}
          confirmation: {quorum: 3, jurisdictions: 1, recusal: [], deadline: 14 d, on-timeout: lapse, article: "5.2"}
          resume: {quorum: 3, jurisdictions: 1, recusal: [], deadline: 14 d, on-timeout: reject, article: "5.3"}
          non-compliance: {quorum: 2, jurisdictions: 1, recusal: [], deadline: 14 d, on-timeout: reject, article: "5.4"}
        measures:
          notify: {grace: 0 s, activities: [pre-training], threshold: 1e23 FLOP, article: "6.1"}
          cap: {grace: 0 s, activities: [pre-training], threshold: 1e23 FLOP, article: "6.2"}
          slow: {grace: 0 s, activities: [pre-training], threshold: 1e23 FLOP, article: "6.3"}
          pause: {grace: 72 h, activities: [pre-training], threshold: 1e23 FLOP, article: "6.4"}
        provisional: {lapses-after: 30 d, to: notify}
        scope: {lineage: covered, exemptions: [], article: "3"}
        verification: {stop-evidence-within: 48 h, telemetry-every: 1 h, telemetry-late-after: 15 min, answer-within: 12 h, inspection-every: 7 d, article: "7"}
        resume: {requires-clear-trigger: required, requires-elicitation: not-required, requires-mitigations: 0, opens-after: 24 h, stages: [], article: "8"}
        incentives: {bond: none, catch-up-hold: 60 d, article: "9"}
        disclosure: {audience: declared, article: "10"}
        clocks: {lease: 2 h}
        on-silence: {measure: cap, grace: 24 h, article: "11"}
        on-expiry: {sunset: 2031-01-01, lapses-to: notify, article: "12"}
        exit: {notice: 90 d, article: "13"}
        """

    // MARK: - The log

    /// An envelope of this developer, or of the log for the opening.
    static func envelope(_ predicate: Predicate, sequence: Int64, by signer: PrivateKey = developer)
        -> Envelope
    {
        let statement = Statement(
            agreement: agreement.id, terms: agreement.terms, sequence: sequence,
            predicate: predicate)
        return try! Envelope.sign(
            payload: statement.payload, payloadType: Envelope.inToto, with: [signer])
    }

    static let statements: [Envelope] = [
        envelope(
            .opening(Opening(rules: 1, origin: origin, policy: agreement.policy().text)),
            sequence: 1, by: log),
        envelope(
            .accession(
                Accession(
                    commitment: Commitment(
                        atLeast: 0, of: nil, leastShare: nil, leastJurisdictions: nil))),
            sequence: 1),
        envelope(
            .model(
                ModelRegistration(
                    model: "fiction-1", digest: Digest.sha256([1]), parents: [], released: false)),
            sequence: 2),
        envelope(
            .selfPause(SelfPause(model: "fiction-1", reason: "It did too well.")), sequence: 3),
    ]

    static func received(_ index: Int) -> Time {
        start + TimeSpan(milliseconds: Int64(index) * 60_000)
    }

    static let leaves = statements.enumerated().map { index, envelope in
        Entry.leaf(received: received(index), envelope: envelope)
    }

    static func brake(over size: Int) -> Brake {
        var brake = Brake(agreement: agreement)
        for index in 0..<size {
            brake.fold(try! Entry(parsing: leaves[index], index: LogIndex(UInt64(index))))
        }
        return brake
    }

    static func root(over size: Int) -> Digest {
        MerkleTree(leafHashes: leaves.prefix(size).map { MerkleHash.leaf($0) }).root()
    }

    static func order(over size: Int, tick: Time) -> Order {
        brake(over: size).order(
            at: tick, size: TreeSize(UInt64(size)), root: root(over: size), silentSince: nil)
    }

    // MARK: - Notes

    static func note(_ order: Order, by signers: [Int] = [0, 1]) -> String {
        note(
            order.text,
            signers.map { number in
                let (name, key) = monitors[number]
                return try! NoteSignature.sign(text: order.text, as: "\(name).\(host)", with: key)
            })
    }

    static func checkpoint(over size: Int = 4, cosigners: [Int] = [0, 1]) -> String {
        let text = Checkpoint(origin: origin, size: TreeSize(UInt64(size)), root: root(over: size))
            .text
        let cosignatures = cosigners.map { number in
            let (name, key) = monitors[number]
            let seconds = UInt64(received(size).milliseconds / 1000)
            return try! NoteSignature.cosign(
                checkpointText: text, timeSeconds: seconds, as: "\(name).\(host)", with: key)
        }
        return note(
            text, [try! NoteSignature.sign(text: text, as: origin, with: log)] + cosignatures)
    }

    static func note(_ text: String, _ signatures: [NoteSignature]) -> String {
        String(decoding: UnverifiedNote(text: text, signatures: signatures).bytes, as: UTF8.self)
    }

    // MARK: - The bundle

    static let tick = received(5)
    static let orders = [order(over: 2, tick: received(1)), order(over: 4, tick: tick)]

    /// The lines of a bundle that holds, some of them replaced.
    static func lines(
        size: Int = 4, tick: Time = tick, text: JSON = agreement.text,
        checkpoint: String = checkpoint(),
        leaves: [[UInt8]] = leaves, orders: [String] = orders.map { note($0) }, state: JSON? = nil
    ) -> [Bundle.Line] {
        let state = state ?? brake(over: size).state(at: tick).json
        return [
            .header(size: TreeSize(UInt64(size)), tick: tick), .agreement(text),
            .checkpoint(checkpoint),
        ]
            + leaves.map { try! Bundle.Line(leaf: $0) } + orders.map { .order($0) } + [
                .state(state)
            ]
    }

    static func bytes(_ lines: [Bundle.Line]) -> [UInt8] {
        lines.flatMap { $0.bytes + [UInt8(ascii: "\n")] }
    }
}
