// SPDX-License-Identifier: Apache-2.0

import Disclosure
import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// The small agreement of the cases, and keys for everybody in it.
enum Scene {
    /// The package's root, found from this file so that tests run from any directory.
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let cases = root.appending(path: "Vectors/cases")

    /// Day 1 of every case, at midnight UTC.
    static let firstDay = Time("2027-01-01")!

    static func day(_ number: Int, hour: Int = 0) -> Time {
        firstDay
            + TimeSpan(milliseconds: (Int64(number) - 1) * 86_400_000 + Int64(hour) * 3_600_000)
    }

    /// The agreement of that name, with these values of its text changed.
    static func agreement(
        _ name: String = "two-state-pause", changing changes: [(path: String, value: String)] = []
    ) throws -> Agreement {
        let yaml = try String(contentsOf: cases.appending(path: "\(name).yaml"), encoding: .utf8)
        let reading = Agreement.read(yaml: yaml)
        let written = try #require(
            reading.agreement,
            "\(name).yaml: \(reading.problems.map { "\($0.place) \($0.message)" })")
        if changes.isEmpty { return written }
        var text = written.text
        for change in changes {
            text = text.setting(
                change.path.split(separator: ".").map(String.init), to: change.value)
        }
        let changed = Agreement.read(canonicalJSON: text.canonicalBytes)
        return try #require(
            changed.agreement, "\(changed.problems.map { "\($0.place) \($0.message)" })")
    }

    static let standard = Result { try agreement() }

    /// The key of a party, or of the log, from its fixed seed.
    static func key(_ name: String, of agreement: String = "two-state-pause") -> PrivateKey {
        keys[name] ?? freshKey(name, of: agreement)
    }

    private static let keys: [String: PrivateKey] = {
        let names = (try? standard.get().parties.map(\.name)) ?? []
        return Dictionary(
            uniqueKeysWithValues: (names + ["log"]).map {
                ($0, freshKey($0, of: "two-state-pause"))
            })
    }()

    static func freshKey(_ name: String, of agreement: String = "two-state-pause") -> PrivateKey {
        try! PrivateKey(seed: Digest.sha256(Array("\(agreement)/\(name)".utf8)).bytes)
    }

    static func digest(ofModel name: String) -> Digest { Digest.sha256(Array(name.utf8)) }
}

extension JSON {
    /// A copy with the text at `path` changed or added, or the list where it is written `[a, b]`;
    /// an object, or a list of them, as JSON.
    ///
    /// A path through what is not there is a mistake of the test.
    func setting(_ path: [String], to value: String) -> JSON {
        guard let key = path.first else { return .written(value) }
        let rest = Array(path.dropFirst())
        guard var members = object, let inner = members[key] ?? (rest.isEmpty ? .null : nil) else {
            preconditionFailure("no member \(key)")
        }
        members[key] = inner.setting(rest, to: value)
        return .object(members)
    }

    private static func written(_ value: String) -> JSON {
        if value.hasPrefix("[{") || value.hasPrefix("{"),
            let json = try? JSON.parse(Array(value.utf8))
        {
            return json
        }
        guard value.hasPrefix("["), value.hasSuffix("]") else { return .string(value) }
        let elements = value.dropFirst().dropLast().split(separator: ",")
        return .array(elements.map { .string($0.trimmingCharacters(in: .whitespaces)) })
    }
}

extension Commitments {
    /// Commitments to made-up values of the fields below public that a kind requires.
    static func required(by kind: StatementKind) -> Commitments {
        let names = kind.sealedFields.filter(\.isRequired).map(\.name)
        return Commitments(
            Dictionary(
                uniqueKeysWithValues: names.map {
                    ($0, CommitmentDigest(Digest.sha256(Array($0.utf8))))
                }))
    }
}

/// A log being written, each statement really signed, admitted, encoded, read back and folded.
struct Play {
    let agreement: Agreement
    private(set) var brake: Brake
    private(set) var leaves: [[UInt8]] = []
    /// What became of each.
    private(set) var summaries: [EntrySummary] = []
    private var sequences: [String: Int64] = [:]

    init(_ agreement: Agreement? = nil) throws {
        self.agreement = try agreement ?? Scene.standard.get()
        brake = Brake(agreement: self.agreement)
    }

    func summary(of index: LogIndex) -> EntrySummary? {
        index.value < UInt64(summaries.count) ? summaries[Int(index.value)] : nil
    }

    mutating func nextSequence(of party: String) -> Int64 {
        let next = sequences[party, default: 0] + 1
        sequences[party] = next
        return next
    }

    func envelope(
        _ party: String, _ predicate: PauseAgreement.Predicate, sequence: Int64,
        about id: Digest? = nil,
        terms: Digest? = nil
    ) throws -> Envelope {
        let statement = Statement(
            agreement: id ?? agreement.id, terms: terms ?? agreement.terms, sequence: sequence,
            predicate: predicate, sealed: .required(by: predicate.kind))
        return try Envelope.sign(
            payload: statement.payload, payloadType: Envelope.inToto, with: [Scene.key(party)])
    }

    /// Says something: nil where it was logged and had an effect, otherwise the refusal or the
    /// reason.
    @discardableResult
    mutating func say(
        _ party: String, _ predicate: PauseAgreement.Predicate, at time: Time,
        sequence: Int64? = nil
    ) throws -> Outcome {
        let sequence = sequence ?? nextSequence(of: party)
        let envelope = try envelope(party, predicate, sequence: sequence)
        let bytes = envelope.json.canonicalBytes.count
        switch brake.admit(envelope, bytes: bytes) {
        case .refused(let refusal): return .refused(refusal)
        case .admitted(let submission):
            #expect(submission.signer == (party == "log" ? agreement.log.origin : party))
        }
        return try log(envelope, at: time)
    }

    /// Logs without asking for admission, as an unfaithful node might.
    mutating func log(_ envelope: Envelope, at time: Time) throws -> Outcome {
        let leaf = Entry.leaf(received: time, envelope: envelope)
        let index = LogIndex(UInt64(leaves.count))
        leaves.append(leaf)
        let summary = brake.fold(try Entry(parsing: leaf, index: index))
        summaries.append(summary)
        switch summary.effect {
        case .effective: return .effective(index)
        case .without(let reason): return .without(index, reason)
        }
    }

    enum Outcome {
        case effective(LogIndex)
        case without(LogIndex, NoEffect)
        case refused(Refusal)

        var isEffective: Bool { if case .effective = self { true } else { false } }
        var noEffect: NoEffect? { if case .without(_, let reason) = self { reason } else { nil } }
        var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
    }
}

// MARK: - Common beginnings

extension Play {
    mutating func open(at time: Time = Scene.day(1)) throws {
        let opening = Opening(
            rules: Int64(agreement.rules), origin: agreement.log.origin,
            policy: agreement.policy().text)
        #expect(try say("log", .opening(opening), at: time).isEffective)
    }

    mutating func join(
        _ party: String, if commitment: Commitment = .unconditional, at time: Time
    ) throws {
        let outcome = try say(party, .accession(Accession(commitment: commitment)), at: time)
        #expect(outcome.isEffective, "\(party): \(outcome)")
    }

    /// Opened on day 1, and in force on day 2 with everybody who can join.
    static func inForce(_ agreement: Agreement? = nil) throws -> Play {
        guard let agreement else { return try standardInForce.get() }
        return try enteringIntoForce(agreement)
    }

    private static let standardInForce = Result { try enteringIntoForce(nil) }
    private static let standardPaused = Result { try pausing(nil, expecting: .called) }

    private static func enteringIntoForce(_ agreement: Agreement?) throws -> Play {
        var play = try Play(agreement)
        try play.open()
        for party in play.agreement.parties where !party.roles.contains(.monitor) {
            try play.join(party.name, at: Scene.day(2))
        }
        #expect(play.brake.state.entryIntoForce.inForce)
        return play
    }

    mutating func register(
        _ model: String, by developer: String, released: Bool = false, at time: Time
    ) throws {
        let registration = ModelRegistration(
            model: model, digest: Scene.digest(ofModel: model), parents: [], released: released)
        #expect(try say(developer, .model(registration), at: time).isEffective)
    }

    @discardableResult
    mutating func measure(_ value: MeasuredValue, by evaluator: String, at time: Time) throws
        -> Outcome
    {
        try say(evaluator, .measurement(value), at: time)
    }

    @discardableResult
    mutating func vote(
        _ choice: Vote.Choice = .yes, _ members: Int..., on question: String, at time: Time
    ) throws -> [Outcome] {
        try members.map {
            try say(
                "councillor-\($0)", .vote(Vote(question: question, choice: choice, reason: "")),
                at: time)
        }
    }

    /// In force, with `fiction-1` of developer-a past the trigger `autonomy` on day 5, determined
    /// by three.
    static func provisionallyPaused(
        _ agreement: Agreement? = nil, expecting state: BrakeState = .called
    ) throws -> Play {
        guard let agreement else { return try standardPaused.get() }
        return try pausing(agreement, expecting: state)
    }

    private static func pausing(_ agreement: Agreement?, expecting state: BrakeState) throws -> Play
    {
        var play = try inForce(agreement)
        try play.register("fiction-1", by: "developer-a", at: Scene.day(3))
        for value in [
            MeasuredValue.horizon(600, made: Scene.day(4)), .tasks("0.9", made: Scene.day(4)),
        ] {
            #expect(try play.measure(value, by: "evaluator-1", at: Scene.day(5)).isEffective)
        }
        let question = try #require(play.openQuestion(.determination))
        try play.vote(.yes, 1, 2, 4, on: question.id, at: Scene.day(6))
        #expect(play.brake.state.brake == state)
        return play
    }

    func openQuestion(_ kind: QuestionKind) -> QuestionStanding? {
        brake.state.questions.last { $0.kind == kind && $0.status == .open }
    }
}

extension Commitment {
    static let unconditional = Commitment(
        atLeast: 0, of: nil, leastShare: nil, leastJurisdictions: nil)
}

extension MeasuredValue {
    /// A horizon of `fiction-1` in minutes, with an interval a fifth around it at 95 %.
    static func horizon(_ minutes: Int, of model: String = "fiction-1", made: Time) -> MeasuredValue
    {
        let value = ExactDecimal(coefficient: Int128(minutes))
        return MeasuredValue(
            indicator: "horizon", subject: .model(model), value: value, unit: .minutes,
            low: ExactDecimal(coefficient: Int128(minutes * 8), exponent: -1),
            high: ExactDecimal(coefficient: Int128(minutes * 12), exponent: -1), made: made)
    }

    static func tasks(_ share: String, of model: String = "fiction-1", made: Time) -> MeasuredValue
    {
        let value = ExactDecimal(share)!
        return MeasuredValue(
            indicator: "tasks", subject: .model(model), value: value, unit: .share, low: value,
            high: value,
            made: made)
    }

    init(
        indicator: String, subject: Subject, value: ExactDecimal, unit: QuantityUnit,
        low: ExactDecimal?, high: ExactDecimal?, confidence: ExactDecimal = ExactDecimal("0.95")!,
        assurance: Assurance = .thirdParty, made: Time,
        elicitation: String? = "scaffolded, 3 attempts",
        modelDigest: Digest? = nil, work: CaseRun.Work = CaseRun.Work()
    ) {
        var interval: Interval?
        if let low, let high {
            interval = Interval(low: low, high: high, confidence: confidence, method: "bootstrap")
        }
        self.init(
            indicator: indicator, subject: subject, value: value, unit: unit, interval: interval,
            n: nil,
            clusters: nil, suite: "made-up-1", method: "as the agreement says",
            assurance: assurance,
            made: made, elicitation: elicitation, modelDigest: modelDigest,
            evidence: work.evidence, source: nil, fictional: true, stage: work.stage,
            corrects: work.corrects, reason: work.corrects.map { _ in "a task was wrong" })
    }
}
