// SPDX-License-Identifier: Apache-2.0

import Brake
import Disclosure
import PauseAgreement
import Roles
import TransparencyLog

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Writes the bundle of a log of so many small statements, each signed by a real key, for measuring
/// how fast a whole log is checked; and measures that.
///
/// Hourly telemetry of 64 sites and measurements of one model, three to one; two hundred orders.
@main
struct ReplayLog {
    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.count == 4, arguments[1] == "check", let width = Int(arguments[3]), width > 0 {
            return try await ReplayCheck(arguments[2], width: width).run()
        }
        guard arguments.count == 3, let count = Int(arguments[1]), count >= 100 else {
            print("usage: replay ENTRIES OUT.bundle | replay check FILE.bundle TASKS")
            exit(64)
        }
        var scene = ReplayScene()
        try scene.write(entries: count, to: arguments[2])
    }
}

private struct ReplayScene {
    static let sites = 64
    private let log = ReplayScene.key(1)
    private let developer = ReplayScene.key(2)
    private let evaluator = ReplayScene.key(3)
    private let monitors = [("monitor-1", ReplayScene.key(11)), ("monitor-2", ReplayScene.key(12))]
    private let agreement: Agreement
    private var brake: Brake
    private var tree = MerkleFrontier()
    private var sequences: [String: Int64] = [:]
    private var now = Time("2026-01-01T00:00:00Z")!

    init() {
        let reading = Agreement.read(yaml: ReplayAgreement.text)
        guard let agreement = reading.agreement else { fatalError("\(reading.problems)") }
        self.agreement = agreement
        brake = Brake(agreement: agreement)
    }

    static func key(_ number: UInt8) -> PrivateKey {
        try! PrivateKey(seed: [UInt8](repeating: number, count: 32))
    }

    mutating func write(entries count: Int, to path: String) throws {
        let entries = OutputStream(path + ".entries")
        var orders: [String] = []
        for number in 0..<count {
            entries.write(CheckedEntryLine.line(of: try next(number)))
            if (number + 1) % max(1, count / 200) == 0 { orders.append(try order()) }
        }
        entries.close()
        try join(count, orders, at: path)
    }

    /// The lines in the order of a bundle; the checkpoint comes before the entries.
    private func join(_ count: Int, _ orders: [String], at path: String) throws {
        let file = OutputStream(path)
        let head: [Bundle.Line] = [
            .header(size: TreeSize(UInt64(count)), tick: now), .agreement(agreement.text),
            .checkpoint(try checkpoint()),
        ]
        for line in head { file.write(line.bytes) }
        file.copy(path + ".entries")
        for order in orders { file.write(Bundle.Line.order(order).bytes) }
        file.write(Bundle.Line.state(brake.state(at: now).json).bytes)
        file.close()
        unlink(path + ".entries")
    }

    // MARK: - Entries

    private mutating func next(_ number: Int) throws -> [UInt8] {
        let (predicate, signer, sealed) = say(number)
        var stream = signer.publicKey.keyID
        if case .telemetry(let period) = predicate { stream += period.site }
        sequences[stream, default: 0] += 1
        let statement = Statement(
            agreement: agreement.id, terms: agreement.terms, sequence: sequences[stream]!,
            predicate: predicate, sealed: sealed)
        let envelope = try Envelope.sign(
            payload: statement.payload, payloadType: Envelope.inToto, with: [signer])
        let leaf = Entry.leaf(received: now, envelope: envelope)
        let entry = try Entry(parsing: leaf, index: LogIndex(UInt64(number)))
        let summary = brake.fold(entry)
        guard summary.effect == .effective else { fatalError("entry \(number): \(summary)") }
        tree.append(MerkleHash.leaf(leaf))
        return leaf
    }

    /// The first entries open the log, join, and declare; after them each round is an hour.
    private mutating func say(_ number: Int) -> (Predicate, PrivateKey, Commitments) {
        switch number {
        case 0:
            let opening = Opening(
                rules: Int64(agreement.rules), origin: agreement.log.origin,
                policy: agreement.policy().text)
            return (.opening(opening), log, .none)
        case 1:
            let commitment = Commitment(
                atLeast: 0, of: nil, leastShare: nil, leastJurisdictions: nil)
            return (.accession(Accession(commitment: commitment)), developer, .none)
        case 2:
            let model = ModelRegistration(
                model: "fiction-1", digest: Digest.sha256([1]), parents: [], released: false)
            return (.model(model), developer, .none)
        case 3..<3 + ReplayScene.sites:
            let site = SiteDeclaration(site: "site-\(number - 3)", emulated: true)
            return (.site(site), developer, sealed(["devices"]))
        default: return report(number - 3 - ReplayScene.sites)
        }
    }

    private mutating func report(_ number: Int) -> (Predicate, PrivateKey, Commitments) {
        // Each hour 64 sites, then 21 measurements.
        let inRound = number % (ReplayScene.sites + ReplayScene.sites / 3)
        let hour = TimeSpan("1 h")!
        if inRound == 0 { now = now + hour }
        guard inRound < ReplayScene.sites else { return (measurement(), evaluator, .none) }
        let period = TelemetryPeriod(
            site: "site-\(inRound)", from: now - hour, to: now,
            root: Digest.sha256(Array("\(number)".utf8)), events: [], emulated: true)
        return (
            .telemetry(period), developer,
            sealed(["energy", "device-hours", "by-class", "samples"])
        )
    }

    private func measurement() -> Predicate {
        .measurement(
            MeasuredValue(
                indicator: "score", subject: .model("fiction-1"),
                value: ExactDecimal("0.1")!, unit: .share, interval: nil,
                n: 100, clusters: nil, suite: "made-up-v1", method: "any",
                assurance: .thirdParty, made: now, elicitation: nil, modelDigest: nil,
                evidence: [], source: nil, fictional: true))
    }

    private func sealed(_ names: [String]) -> Commitments {
        Commitments(
            Dictionary(
                uniqueKeysWithValues: names.map {
                    ($0, CommitmentDigest(Base64.encodeURL(Digest.sha256(Array($0.utf8)).bytes))!)
                }))
    }

    // MARK: - Notes

    private func order() throws -> String {
        let order = brake.order(
            at: now, size: tree.size, root: tree.root(), silentSince: nil)
        let lines = try monitors.map { name, key in
            try NoteSignature.sign(text: order.text, as: "\(name).replay.example", with: key)
        }
        return note(order.text, lines)
    }

    private func checkpoint() throws -> String {
        let text = Checkpoint(
            origin: agreement.log.origin, size: tree.size, root: tree.root()
        ).text
        let lines = try monitors.map { name, key in
            try NoteSignature.cosign(
                checkpointText: text, timeSeconds: UInt64(now.milliseconds / 1000),
                as: "\(name).replay.example", with: key)
        }
        let own = try NoteSignature.sign(text: text, as: agreement.log.origin, with: log)
        return note(text, [own] + lines)
    }

    private func note(_ text: String, _ lines: [NoteSignature]) -> String {
        String(decoding: UnverifiedNote(text: text, signatures: lines).bytes, as: UTF8.self)
    }
}

private enum ReplayAgreement {
    private static func spki(_ number: UInt8) -> String {
        Base64.encode(ReplayScene.key(number).publicKey.spki)
    }

    static let text = """
        agreement: replay-pause
        title: A pause to be measured
        rules: 1
        prose: {file: agreement.md, sha256: \(Digest.sha256([]).hex)}
        log: {origin: replay.example/log, key: \(spki(1)), tick: 30 min, merge-delay: 1 h, skew: 5 min}
        monitoring: {signatures: 2, liars: 0}
        parties:
          developer-a: {roles: [developer], jurisdiction: Norland, share: 50 %, key: \(spki(2)), sealing-key: MCowBQYDK2VuAyEAzo060cy2M+x7cMF4FKXHbs0CloUFDTRHRboFhw5YfVk=}
          auditor-1: {roles: [auditor], jurisdiction: Sudland, key: \(spki(7)), sealing-key: MCowBQYDK2VuAyEAE75P6uryBMf9M1j8nAByGIHRdCeBKCJ+xnTzf3/pe20=}
          evaluator-1: {roles: [evaluator], jurisdiction: Norland, key: \(spki(3))}
          councillor-1: {roles: [authority], jurisdiction: Norland, key: \(spki(4)), sealing-key: MCowBQYDK2VuAyEArAGyIJ6GNU+4UyN7XeD0+rE8f8v0M6YcAZNpYX/s8Qs=}
          councillor-2: {roles: [authority], jurisdiction: Sudland, key: \(spki(5))}
          councillor-3: {roles: [authority], jurisdiction: Westland, key: \(spki(6))}
          monitor-1: {roles: [monitor], jurisdiction: Norland, key: \(spki(11))}
          monitor-2: {roles: [monitor], jurisdiction: Sudland, key: \(spki(12))}
          monitor-3: {roles: [monitor], jurisdiction: Westland, key: \(spki(13))}
        entry-into-force: {at-least: 1, states: 0, developers: 1, least-share: 50 %, article: "2"}
        legal-basis: [none, as this is made up]
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
        on-expiry: {sunset: 2090-01-01, lapses-to: notify, article: "12"}
        exit: {notice: 90 d, article: "13"}
        """
}

/// A file that is written line by line; the program ends where the disk fails.
private struct OutputStream {
    private let file: UnsafeMutablePointer<FILE>

    init(_ path: String) {
        guard let file = fopen(path, "w") else { fatalError("\(path) cannot be written") }
        self.file = file
    }

    func write(_ line: [UInt8]) {
        guard fwrite(line, 1, line.count, file) == line.count, fputc(0x0A, file) >= 0 else {
            fatalError("the disk failed")
        }
    }

    /// All of another file.
    func copy(_ path: String) {
        guard let other = fopen(path, "r") else { fatalError("\(path) cannot be read") }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while case let count = fread(&buffer, 1, buffer.count, other), count > 0 {
            guard fwrite(buffer, 1, count, file) == count else { fatalError("the disk failed") }
        }
        fclose(other)
    }

    func close() {
        guard fclose(file) == 0 else { fatalError("the disk failed") }
    }
}
