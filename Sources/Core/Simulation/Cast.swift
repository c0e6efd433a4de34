// SPDX-License-Identifier: Apache-2.0

import Brake
public import PauseAgreement
import TransparencyLog

/// An agreement with as many monitors as a simulation wants, and the keys of everybody in it.
public struct Cast: Sendable {
    /// How many monitors there are, how many make an order, and how many of them may lie.
    public struct Size: Hashable, Sendable {
        public let monitors: Int
        public let signatures: Int
        public let liars: Int

        public init(monitors: Int, signatures: Int, liars: Int) {
            self.monitors = monitors
            self.signatures = signatures
            self.liars = liars
        }

        /// Sizes that an agreement may have: 2k − n > f, and n − f ≥ k.
        public static let sound = [
            Size(monitors: 3, signatures: 2, liars: 0),
            Size(monitors: 4, signatures: 3, liars: 1), Size(monitors: 5, signatures: 4, liars: 1),
            Size(monitors: 7, signatures: 5, liars: 2),
        ]
    }

    public let size: Size
    public let agreement: Agreement
    /// The monitors' names, sorted.
    let names: [String]
    let log = Cast.key(101)
    let monitors: [PrivateKey]
    /// Who says something, and with which key.
    let speakers: [(party: String, key: PrivateKey)]

    /// - Precondition: an agreement may have this size.
    public init(_ size: Size) {
        self.size = size
        names = (1...size.monitors).map { "monitor-\($0)" }
        monitors = (1...size.monitors).map { Cast.key(120 + UInt8($0)) }
        speakers =
            [("developer-a", Cast.key(102)), ("developer-b", Cast.key(103))]
            + (1...3).map { ("councillor-\($0)", Cast.key(110 + UInt8($0))) }
        let reading = Agreement.read(yaml: Cast.text(size))
        guard let agreement = reading.agreement else {
            preconditionFailure("the agreement is sound: \(reading.problems)")
        }
        self.agreement = agreement
    }

    /// The key that grows from a number: what nobody keeps a secret needs no entropy.
    private static func key(_ number: UInt8) -> PrivateKey {
        guard let key = try? PrivateKey(seed: [UInt8](repeating: number, count: 32)) else {
            preconditionFailure("32 bytes make a key")
        }
        return key
    }

    private static func spki(_ number: UInt8) -> String {
        Base64.encode(key(number).publicKey.spki)
    }

    /// An agreement with short times, so that a quarter of an hour is full of events.
    private static func text(_ size: Size) -> String {
        let monitors = (1...size.monitors).map { number in
            """
              monitor-\(number): {roles: [monitor], jurisdiction: Land-\(number), \
            key: \(spki(120 + UInt8(number)))}
            """
        }
        return """
            agreement: simulated-pause
            title: A pause for an hour
            rules: 1
            prose: {file: agreement.md, sha256: \(Digest.sha256([]).hex)}
            log: {origin: simulated.example/log, key: \(spki(101)), tick: 30 s, merge-delay: 60 s, \
            skew: 2 s}
            monitoring: {signatures: \(size.signatures), liars: \(size.liars)}
            parties:
              developer-a: {roles: [developer], jurisdiction: Norland, share: 50 %, key: \(spki(102)), sealing-key: MCowBQYDK2VuAyEAIZ5NgA2paNKl/LAJx4T0dGxxOO257khEtznoMLBc9CQ=}
              developer-b: {roles: [developer], jurisdiction: Sudland, share: 30 %, key: \(spki(103)), sealing-key: MCowBQYDK2VuAyEA0NoHnd61zW68yHCtiLjTjJHk3JlVoIKaM2quveA6hgE=}
              auditor-1: {roles: [auditor], jurisdiction: Sudland, key: \(spki(104)), sealing-key: MCowBQYDK2VuAyEA2nhdmqPNyIwkAXYFNa1fQ23IOlQuKU+q8H+yJTsAlBY=}
              evaluator-1: {roles: [evaluator], jurisdiction: Norland, key: \(spki(105))}
              councillor-1: {roles: [authority], jurisdiction: Norland, key: \(spki(111)), sealing-key: MCowBQYDK2VuAyEAdCVioSCcGjaUz2MkScZY9UsIU2PFCanYNKaRT3gwFxk=}
              councillor-2: {roles: [authority], jurisdiction: Sudland, key: \(spki(112))}
              councillor-3: {roles: [authority], jurisdiction: Westland, key: \(spki(113))}
            \(monitors.joined(separator: "\n"))
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
              determination: {quorum: 2, jurisdictions: 1, recusal: [], deadline: 3 min, on-timeout: reject, article: "5.1"}
              confirmation: {quorum: 3, jurisdictions: 1, recusal: [], deadline: 3 min, on-timeout: lapse, article: "5.2"}
              resume: {quorum: 3, jurisdictions: 1, recusal: [], deadline: 3 min, on-timeout: reject, article: "5.3"}
              non-compliance: {quorum: 2, jurisdictions: 1, recusal: [], deadline: 3 min, on-timeout: reject, article: "5.4"}
            measures:
              notify: {grace: 0 s, activities: [pre-training], threshold: 1e23 FLOP, article: "6.1"}
              cap: {grace: 0 s, activities: [pre-training], threshold: 1e23 FLOP, article: "6.2"}
              slow: {grace: 0 s, activities: [pre-training], threshold: 1e23 FLOP, article: "6.3"}
              pause: {grace: 2 min, activities: [pre-training], threshold: 1e23 FLOP, article: "6.4"}
            provisional: {lapses-after: 30 d, to: notify}
            scope: {lineage: covered, exemptions: [], article: "3"}
            verification: {stop-evidence-within: 48 h, telemetry-every: 1 h, telemetry-late-after: 15 min, answer-within: 12 h, inspection-every: 7 d, article: "7"}
            resume: {requires-clear-trigger: required, requires-elicitation: not-required, requires-mitigations: 0, opens-after: 24 h, stages: [], article: "8"}
            incentives: {bond: none, catch-up-hold: 60 d, article: "9"}
            disclosure: {audience: declared, article: "10"}
            clocks: {lease: 2 h}
            on-silence: {measure: cap, grace: 2 min, article: "11"}
            on-expiry: {sunset: 2031-01-01, lapses-to: notify, article: "12"}
            exit: {notice: 90 d, article: "13"}
            """
    }
}
