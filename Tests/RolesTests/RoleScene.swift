// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import TransparencyLog

/// A small agreement with four monitors, three of whom make an order, and keys for everybody in it.
enum RoleScene {
    static let log = key(101)
    static let developer = key(102)
    static let council = (1...3).map { key(UInt8(110 + $0)) }
    static let monitors = (1...4).map { key(UInt8(120 + $0)) }
    static let names = (1...4).map { "monitor-\($0)" }
    static let origin = "roles.example/log"
    static let start = Time("2026-11-21T12:00:00Z")!

    /// The key that grows from a number: any entropy will do here.
    static func key(_ number: UInt8) -> PrivateKey {
        try! PrivateKey(seed: [UInt8](repeating: number, count: 32))
    }

    /// Also of monitors that the agreement does not name, such as `monitor-5`.
    static func monitor(_ name: String) -> PrivateKey { key(120 + UInt8(name.dropFirst(8))!) }

    static let agreement: Agreement = {
        let reading = Agreement.read(yaml: text)
        guard let agreement = reading.agreement else { fatalError("\(reading.problems)") }
        return agreement
    }()

    private static func spki(_ key: PrivateKey) -> String { Base64.encode(key.publicKey.spki) }

    private static let text = """
        agreement: roles-pause
        title: A pause to be signed
        rules: 1
        prose: {file: agreement.md, sha256: \(Digest.sha256([]).hex)}
        log: {origin: \(origin), key: \(spki(log)), tick: 60 s, merge-delay: 60 s, skew: 5 s}
        monitoring: {signatures: 3, liars: 1}
        parties:
          developer-a: {roles: [developer], jurisdiction: Norland, share: 50 %, key: \(spki(developer)), sealing-key: MCowBQYDK2VuAyEAIZ5NgA2paNKl/LAJx4T0dGxxOO257khEtznoMLBc9CQ=}
          auditor-1: {roles: [auditor], jurisdiction: Sudland, key: \(spki(key(104))), sealing-key: MCowBQYDK2VuAyEA2nhdmqPNyIwkAXYFNa1fQ23IOlQuKU+q8H+yJTsAlBY=}
          evaluator-1: {roles: [evaluator], jurisdiction: Norland, key: \(spki(key(103)))}
          councillor-1: {roles: [authority], jurisdiction: Norland, key: \(spki(council[0])), sealing-key: MCowBQYDK2VuAyEAdCVioSCcGjaUz2MkScZY9UsIU2PFCanYNKaRT3gwFxk=}
          councillor-2: {roles: [authority], jurisdiction: Sudland, key: \(spki(council[1]))}
          councillor-3: {roles: [authority], jurisdiction: Westland, key: \(spki(council[2]))}
          monitor-1: {roles: [monitor], jurisdiction: Norland, key: \(spki(monitors[0]))}
          monitor-2: {roles: [monitor], jurisdiction: Sudland, key: \(spki(monitors[1]))}
          monitor-3: {roles: [monitor], jurisdiction: Westland, key: \(spki(monitors[2]))}
          monitor-4: {roles: [monitor], jurisdiction: Ostland, key: \(spki(monitors[3]))}
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
        on-silence: {measure: cap, grace: 10 min, article: "11"}
        on-expiry: {sunset: 2031-01-01, lapses-to: notify, article: "12"}
        exit: {notice: 90 d, article: "13"}
        """

    // MARK: - Statements

    /// A statement that is admitted and changes nothing: there is no such question.
    static func hearing(_ number: Int64, by signer: PrivateKey = developer) -> Submission {
        submission(
            .hearing(Hearing(question: "q\(number)", position: "heard")), sequence: number,
            by: signer)
    }

    /// A statement that changes the order: its author stops.
    static func selfPause(_ number: Int64) -> [Submission] {
        let model = ModelRegistration(
            model: "fiction-1", digest: Digest.sha256([1]), parents: [], released: false)
        return [
            submission(.model(model), sequence: number),
            submission(
                .selfPause(SelfPause(model: "fiction-1", reason: "too good")),
                sequence: number + 1),
        ]
    }

    /// The agreement comes into force with it.
    static func accession(_ number: Int64) -> Submission {
        let commitment = Commitment(atLeast: 0, of: nil, leastShare: nil, leastJurisdictions: nil)
        return submission(.accession(Accession(commitment: commitment)), sequence: number)
    }

    static func submission(
        _ predicate: Predicate, sequence: Int64, by signer: PrivateKey = developer
    ) -> Submission {
        let envelope = envelope(predicate, sequence: sequence, by: signer)
        guard
            case .admitted(let submission) = Brake(agreement: agreement).admit(
                envelope, bytes: 1000)
        else { fatalError("not admitted") }
        return submission
    }

    static func envelope(_ predicate: Predicate, sequence: Int64, by signer: PrivateKey) -> Envelope
    {
        let statement = Statement(
            agreement: agreement.id, terms: agreement.terms, sequence: sequence,
            predicate: predicate)
        return try! Envelope.sign(
            payload: statement.payload, payloadType: Envelope.inToto, with: [signer])
    }

    static func opening() -> Envelope {
        envelope(
            .opening(Opening(rules: 1, origin: origin, policy: agreement.policy().text)),
            sequence: 1, by: log)
    }

    // MARK: - What the log signs

    static func signed(_ text: String, by signer: PrivateKey = log, as name: String = origin)
        -> UnverifiedNote
    {
        let signature = try! NoteSignature.sign(text: text, as: name, with: signer)
        return UnverifiedNote(text: text, signatures: [signature])
    }

    static func proposal(
        over leaves: [[UInt8]], tick: Time, agreement id: Digest? = nil, root: Digest? = nil
    ) -> UnverifiedNote {
        let tree = MerkleTree(leafHashes: leaves.map { MerkleHash.leaf($0) })
        return signed(
            Proposal(
                agreement: id ?? agreement.id, size: tree.size, root: root ?? tree.root(),
                tick: tick
            ).text)
    }

    static func checkpoint(over leaves: [[UInt8]]) -> UnverifiedNote {
        let tree = MerkleTree(leafHashes: leaves.map { MerkleHash.leaf($0) })
        return signed(Checkpoint(origin: origin, size: tree.size, root: tree.root()).text)
    }

    /// The opening and `count` statements without effect, one a second.
    static func leaves(_ count: Int, from start: Time = start, variant: Int64 = 0) -> [[UInt8]] {
        let first = Entry.leaf(received: start, envelope: opening())
        guard count > 0 else { return [first] }
        return [first]
            + (1...count).map { number in
                Entry.leaf(
                    received: start + TimeSpan(milliseconds: Int64(number) * 1000),
                    envelope: hearing(Int64(number) + variant * 1000).envelope)
            }
    }
}

extension Time {
    static func + (time: Time, seconds: Int64) -> Time {
        time + TimeSpan(milliseconds: seconds * 1000)
    }
}
