// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

extension Play {
    /// Logs a statement whose signature nobody checks again, for logs too long to sign each entry
    /// of.
    ///
    /// The fold goes by key IDs; that admission does not is what AdmissionTests are for.
    @discardableResult
    mutating func note(
        _ party: String, _ predicate: PauseAgreement.Predicate, at time: Time
    ) throws -> Outcome {
        let statement = Statement(
            agreement: agreement.id, terms: agreement.terms, sequence: nextSequence(of: party),
            predicate: predicate, sealed: .required(by: predicate.kind))
        let envelope = try Envelope(
            json: [
                "payload": .string(Base64.encode(statement.payload)),
                "payloadType": .string(Envelope.inToto),
                "signatures": [
                    ["keyid": .string(try keyID(of: party)), "sig": .string(Play.noSignature)]
                ],
            ])
        return try log(envelope, at: time)
    }

    private func keyID(of party: String) throws -> String {
        if party == "log" { return agreement.log.key.keyID }
        return try #require(agreement.party(party)?.keys.first, "there is no party \(party)").keyID
    }

    private static let noSignature = Base64.encode([UInt8](repeating: 0, count: 64))

    /// Lets these parties say `count` things at random, hours apart, and none after `end`.
    ///
    /// - Parameter evaluating: whether they often speak of results and of access to models.
    mutating func babble(
        _ parties: [String], count: Int, from start: Time, until end: Time,
        evaluating: Bool = false, using random: inout SplitMix
    ) throws {
        var time = start
        for _ in 0..<count {
            time =
                time + TimeSpan(milliseconds: Int64.random(in: 0...24, using: &random) * 3_600_000)
            if end < time { return }
            let party = parties.randomElement(using: &random)!
            // Now and then something that is not for this party to say.
            let kind =
                Int.random(in: 0...9, using: &random) == 0
                ? StatementKind.allCases.randomElement(using: &random)!
                : evaluating && Int.random(in: 0...2, using: &random) == 0
                    ? evaluation(by: agreement.party(party)!, using: &random)
                    : likely(for: agreement.party(party)!, using: &random)
            try note(party, randomPredicate(kind, by: party, at: time, using: &random), at: time)
        }
    }

    private func evaluation(by party: Party, using random: inout SplitMix) -> StatementKind {
        let kinds: [StatementKind] =
            party.roles.contains(.developer)
            ? [.accessAnswer, .comment, .challenge]
            : party.mayAttest ? [.accessRequest, .judgement, .judgement, .challenge] : [.vote]
        return kinds.randomElement(using: &random)!
    }

    private func likely(for party: Party, using random: inout SplitMix) -> StatementKind {
        if agreement.decisions.council.contains(party.name) {
            return Int.random(in: 0...7, using: &random) == 0 ? .attestation : .vote
        }
        if party.roles.contains(.auditor) {
            return [.measurement, .draw, .finding, .attestation].randomElement(using: &random)!
        }
        if party.roles.contains(.evaluator) {
            return [.measurement, .measurement, .attestation].randomElement(using: &random)!
        }
        if party.roles == [.monitor] { return .acceptance }
        let developers: [StatementKind] = [
            .measurement, .model, .selfPause, .selfResume, .question, .hearing, .withdrawal,
            .accession, .site, .stop, .telemetry, .telemetry, .answer, .mitigation, .selfReport,
        ]
        let others: [StatementKind] = [
            .question, .question, .hearing, .withdrawal, .accession, .attestation,
        ]
        return (party.doesCoveredWork ? developers : others).randomElement(using: &random)!
    }

    /// Something that refers to what there is, as often as not.
    private func randomPredicate(
        _ kind: StatementKind, by party: String, at time: Time, using random: inout SplitMix
    ) -> PauseAgreement.Predicate {
        let own = [
            "developer-a": "fiction-1", "developer-b": "fiction-2", "developer-c": "fiction-3",
        ]
        let any = own.values.sorted().randomElement(using: &random)!
        let model = Int.random(in: 0...9, using: &random) == 0 ? any : own[party] ?? any
        let open = brake.docket.open.map { brake.docket[$0].id }
        let question =
            open.randomElement(using: &random) ?? "q\(Int.random(in: 0...200, using: &random))"
        let decided = brake.causes.openCauses.filter(\.isByDecision)
        // What can be lifted is asked for first: chance alone would hardly ever find the moment.
        let ripe = brake.causes.open.first {
            brake.causes[$0].isByDecision && brake.causes[$0].resumption == nil
                && brake.reasonAgainstResuming($0) == nil
        }.map { brake.causes[$0].id }
        let cause =
            ripe ?? decided.randomElement(using: &random)?.id ?? brake.causes.causes.last?.id
            ?? "c1"
        switch kind {
        case .opening: return .opening(Opening(rules: 1, origin: "", policy: ""))
        case .accession:
            return .accession(Accession(commitment: .random(agreement, using: &random)))
        case .withdrawal: return .withdrawal(Withdrawal(reason: ""))
        case .model:
            return .model(
                ModelRegistration(
                    model: model, digest: Scene.digest(ofModel: model), parents: [],
                    released: Bool.random(using: &random)))
        case .measurement:
            return .measurement(.random(of: model, by: party, at: time, using: &random))
        case .selfPause: return .selfPause(SelfPause(model: model, reason: ""))
        case .selfResume: return .selfResume(SelfResume(model: model, reason: ""))
        case .question where ripe == nil && Bool.random(using: &random):
            let accused = agreement.parties.randomElement(using: &random)!.name
            return .question(
                QuestionRequest(question: .nonCompliance, cause: nil, accused: accused, reason: ""))
        case .question:
            return .question(
                QuestionRequest(question: .resume, cause: cause, accused: nil, reason: ""))
        case .hearing: return .hearing(Hearing(question: question, position: "heard"))
        case .vote:
            let choice = [Vote.Choice.yes, .yes, .yes, .no, .abstain].randomElement(using: &random)!
            return .vote(Vote(question: question, choice: choice, reason: ""))
        case .mitigation: return .mitigation(Mitigation(cause: cause, what: "retrained"))
        case .selfReport: return .selfReport(SelfReport(what: "it went wrong", site: nil))
        case .attestation: return .attestation(randomAttestation(using: &random))
        // A new set of monitors is signed by those before, in tests of its own.
        case .acceptance, .monitors:
            return .acceptance(randomAcceptance(at: time, using: &random))
        case .judgement, .accessRequest, .accessAnswer, .comment, .challenge:
            return randomEvaluation(kind, of: model, at: time, using: &random)
        case .site, .stop, .telemetry, .draw, .answer, .finding:
            return randomEvidence(kind, by: party, at: time, using: &random)
        }
    }

    /// About some entry, whatever that is.
    private func randomEvaluation(
        _ kind: StatementKind, of model: String, at time: Time, using random: inout SplitMix
    ) -> PauseAgreement.Predicate {
        // Mostly of what there is.
        let request = brake.evaluations.requests.values.map(\.entry).min()
        let result = brake.revisions.all.flatMap { $0.series.revisions.suffix(2) }.map(\.entry)
            .randomElement(using: &random)
        let any = LogIndex(UInt64.random(in: 0...200, using: &random))
        let entry =
            Int.random(in: 0...9, using: &random) == 0
            ? any : (kind == .accessAnswer ? request : result) ?? any
        switch kind {
        case .accessRequest:
            return .accessRequest(AccessRequest(model: model, access: .greyBox, what: ""))
        case .accessAnswer:
            let access: AccessTier? = Bool.random(using: &random) ? .blackBox : nil
            return .accessAnswer(AccessAnswer(request: entry, access: access, reason: ""))
        case .comment: return .comment(.init(about: entry, text: ""))
        case .challenge:
            return .challenge(
                Challenge(
                    measurement: entry, value: .zero,
                    unit: brake.revisions.place(of: entry).map {
                        agreement.indicators[$0.slot.topic].unit
                    } ?? .minutes, reason: ""))
        default:
            let claim = agreement.claims.randomElement(using: &random)
            return .judgement(
                Judgement(
                    claim: claim?.name ?? "none",
                    subject: claim?.subject == .frontier ? .frontier : .model(model),
                    holds: Judgement.Holds.allCases.randomElement(using: &random)!, reason: "",
                    assurance: .thirdParty, made: time))
        }
    }

    /// Of something logged lately, or of nothing that anybody said.
    private func randomAcceptance(at time: Time, using random: inout SplitMix) -> Acceptance {
        let accepted =
            time - TimeSpan(milliseconds: Int64.random(in: -1...48, using: &random) * 3_600_000)
        let signers = Set(agreement.parties.map(\.name))
        let lately = summaries.suffix(6).filter { signers.contains($0.signer) }
        guard Int.random(in: 0...7, using: &random) > 0,
            let said = lately.randomElement(using: &random),
            let entry = try? Entry(parsing: leaves[Int(said.index.value)], index: said.index)
        else {
            return Acceptance(
                party: "developer-a", payload: .sha256(Array("nothing".utf8)), accepted: accepted)
        }
        return Acceptance(
            party: said.signer, payload: entry.envelope.payloadDigest, accepted: accepted)
    }

    private func randomAttestation(using random: inout SplitMix) -> Attestation {
        let milestones = agreement.resume.milestones.map { Attestation.Matter.milestone($0.name) }
        let taken = brake.safety.mitigations.map { Attestation.Matter.mitigation($0.entry) }
        let verdict = [Verdict.pass, .pass, .pass, .fail, .unknown].randomElement(using: &random)!
        return Attestation(
            about: (milestones + taken).randomElement(using: &random)!, verdict: verdict, reason: ""
        )
    }
}

extension Commitment {
    fileprivate static func random(_ agreement: Agreement, using random: inout SplitMix)
        -> Commitment
    {
        let developers = agreement.parties(with: .developer).map(\.name)
        return Commitment(
            atLeast: Int.random(in: 0...4, using: &random),
            of: Bool.random(using: &random) ? developers : nil,
            leastShare: Bool.random(using: &random) ? ExactDecimal("0.6") : nil,
            leastJurisdictions: nil)
    }
}

extension MeasuredValue {
    fileprivate static func random(
        of model: String, by party: String, at time: Time, using random: inout SplitMix
    ) -> MeasuredValue {
        // Some old, some from the future; some claimed to be more than they are.
        let age =
            Int.random(in: 0...9, using: &random) == 0
            ? Int64.random(in: -100...4000, using: &random)
            : Int64.random(in: 0...48, using: &random)
        let made = time - TimeSpan(milliseconds: age * 3_600_000)
        let honest: Assurance = party.hasPrefix("developer") ? .selfReported : .thirdParty
        let assurance =
            Int.random(in: 0...9, using: &random) == 0
            ? Assurance.allCases.randomElement(using: &random)! : honest
        let elicitation = Bool.random(using: &random) ? "scaffolded" : nil
        func value(
            _ indicator: String, _ subject: Subject, _ unit: QuantityUnit, _ figure: ExactDecimal
        ) -> MeasuredValue {
            MeasuredValue(
                indicator: indicator, subject: subject, value: figure, unit: unit, low: figure,
                high: figure,
                assurance: assurance, made: made, elicitation: elicitation)
        }
        func whole(_ range: ClosedRange<Int64>) -> ExactDecimal {
            ExactDecimal(coefficient: Int128(Int64.random(in: range, using: &random)))
        }
        switch Int.random(in: 0...3, using: &random) {
        case 0: return value("horizon", .model(model), .minutes, whole(300...700))
        case 1:
            let hundredths = whole(60...95).multiplied(by: ExactDecimal("0.01")!)!
            return value("tasks", .model(model), .share, hundredths)
        case 2:
            let operations = whole(1...200).multiplied(by: ExactDecimal("1e24")!)!
            return value("compute", .model(model), .flop, operations)
        default: return value("doubling-time", .frontier, .days, whole(40...200))
        }
    }
}
