// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

@testable import Brake

extension CaseRun {
    struct Said {
        let party: String
        let predicate: PauseAgreement.Predicate
        var sequence: Int64?
        /// When, where that is not the line's own time.
        var time: Time?
    }

    /// What a line says, by whom: several statements where several parties say the same.
    mutating func statements(_ written: Words) throws -> [Said] {
        var words = written
        if words.skip("the log opens") {
            let terms = play.agreement
            let opening = Opening(
                rules: Int64(terms.rules), origin: terms.log.origin, policy: terms.policy().text)
            return [Said(party: "log", predicate: .opening(opening))]
        }
        if words.skip("everybody joins") || words.skip("everybody else joins") {
            return everybodyElse().map {
                Said(party: $0, predicate: .accession(Accession(commitment: .unconditional)))
            }
        }
        let verbs = [
            "accept", "accepts", "accuses", "answers", "are", "asks", "attest", "attests",
            "challenges", "comments", "declares", "draws", "finds", "goes", "grants", "hands", "is",
            "join", "joins", "judge", "judges", "measure", "measures", "mitigates", "refuses",
            "registers", "releases", "reports", "stops", "vote", "votes", "withdraws",
        ]
        let sequence = words.dropNumber(after: "with sequence").map { Int64($0) }
        let parties = try words.names(before: verbs)
        let verb = try words.take("a verb")
        if verb == "reports", let party = parties.first, let site = words.site(before: "every day")
        {
            return try dailyReports(&words, of: site, by: party)
        }
        if verb == "hands", !words.rest.hasPrefix("in the monitors") {
            try handIn(&words, by: parties[0], sequence: sequence)
            return []
        }
        let predicate = try predicate(verb, &words, by: parties)
        try words.end()
        return parties.map { Said(party: $0, predicate: predicate, sequence: sequence) }
    }

    /// `in: votes yes on the determination`: said to the monitors, and not logged so far.
    private mutating func handIn(_ words: inout Words, by party: String, sequence: Int64?) throws {
        guard words.skip("in"), words.skip(":") else { throw Misread("expected \"hands in:\"") }
        let verb = try words.take("a verb")
        let predicate = try predicate(verb, &words, by: [party])
        try words.end()
        let envelope = try play.envelope(
            party, predicate, sequence: sequence ?? nextSequence(of: party))
        withheld = (party, envelope)
    }

    /// `it`, or `it since day 3 14:30`.
    private func acceptance(_ words: inout Words) throws -> Acceptance {
        guard words.skip("it"), let withheld else { throw Misread("nothing was handed in yet") }
        let since = words.skip("since day") ? try words.day() : time
        return Acceptance(
            party: withheld.party, payload: withheld.envelope.payloadDigest, accepted: since)
    }

    /// Who has not joined yet and may, in the order of names.
    private func everybodyElse() -> [String] {
        play.brake.state(at: time).parties.filter {
            $0.state == .outside && !$0.roles.contains(.monitor)
        }.map(\.name)
    }

    private func predicate(
        _ verb: String, _ words: inout Words, by parties: [String]
    ) throws -> PauseAgreement.Predicate {
        switch verb {
        case "join", "joins": return .accession(Accession(commitment: try commitment(&words)))
        case "accept", "accepts": return .acceptance(try acceptance(&words))
        case "withdraws": return .withdrawal(Withdrawal(reason: ""))
        case "registers": return .model(try registration(&words))
        case "releases":
            let model = try words.take("a model")
            return .model(
                ModelRegistration(
                    model: model, digest: Scene.digest(ofModel: model), parents: [], released: true)
            )
        case "measure", "measures": return .measurement(try measurement(&words, by: parties[0]))
        case "stops" where words.skip("at"): return .stop(try stop(&words))
        case "stops":
            _ = words.skip("itself over")
            return .selfPause(SelfPause(model: try words.take("a model"), reason: ""))
        case "goes":
            _ = words.skip("on with")
            return .selfResume(SelfResume(model: try words.take("a model"), reason: ""))
        case "asks" where words.skip("for"): return try accessRequest(&words)
        case "asks":
            guard words.skip("to resume") else { throw Misread("expected \"asks to resume\"") }
            let cause = try cause(&words)
            return .question(
                QuestionRequest(question: .resume, cause: cause, accused: nil, reason: ""))
        case "accuses":
            let accused = try words.take("a party")
            return .question(
                QuestionRequest(question: .nonCompliance, cause: nil, accused: accused, reason: ""))
        case "hands": return try rotation(&words)
        case "vote", "votes":
            guard let choice = Vote.Choice(rawValue: try words.take("a choice")), words.skip("on")
            else {
                throw Misread("expected \"votes yes on\", with yes, no or abstain")
            }
            return .vote(Vote(question: try question(&words), choice: choice, reason: ""))
        case "is", "are":
            guard words.skip("heard on") else { throw Misread("expected \"is heard on\"") }
            return .hearing(Hearing(question: try question(&words), position: "heard"))
        default: return try evidence(verb, &words, by: parties[0])
        }
    }

    /// `if at least 2 of a, b and 40 % of compute and 2 jurisdictions`, each part optional.
    private func commitment(_ words: inout Words) throws -> Commitment {
        var atLeast = 0
        var of: [String]?
        var share: ExactDecimal?
        var jurisdictions: Int?
        guard words.skip("if") else { return .unconditional }
        while !words.isAtEnd {
            _ = words.skip("and")
            if words.skip("at least") {
                atLeast = try words.number()
                if words.skip("of") { of = try words.names(before: ["with", "from"]).sorted() }
            } else if words.skip("with") {
                share = Quantity("\(try words.take("a share")) %")?.value
                guard words.skip("% of compute") else { throw Misread("expected \"% of compute\"") }
            } else if words.skip("from") {
                jurisdictions = try words.number()
                _ = words.skip("jurisdictions")
            } else {
                throw Misread("not understood: \(words.rest)")
            }
        }
        return Commitment(
            atLeast: atLeast, of: of, leastShare: share, leastJurisdictions: jurisdictions)
    }

    /// `fiction-2`, and optionally `from fiction-1`, `like fiction-1` (the same checkpoint), `as
    /// released`.
    private func registration(_ words: inout Words) throws -> ModelRegistration {
        let model = try words.take("a model")
        let parents = words.skip("from") ? [Scene.digest(ofModel: try words.take("a model"))] : []
        let digest = Scene.digest(ofModel: words.skip("like") ? try words.take("a model") : model)
        return ModelRegistration(
            model: model, digest: digest, parents: parents, released: words.skip("as released"))
    }

    /// `horizon of fiction-1: 600 min, 500 to 700 at 95 %, made day 3, without elicitation`.
    private func measurement(_ words: inout Words, by party: String) throws -> MeasuredValue {
        let indicator = try words.take("an indicator")
        _ = words.skip("of")
        let parts = words.rest.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { throw Misread("expected a colon before the value") }
        var about = Words(String(parts[0]))
        let subject = try subject(&about)
        words = Words("")
        var clauses = parts[1].split(separator: ",").map { Words(String($0)) }
        guard let quantity = clauses.first.flatMap({ Quantity($0.rest) }) else {
            throw Misread("expected a number and a unit, found \(clauses.first?.rest ?? "")")
        }
        clauses.removeFirst()
        var low: ExactDecimal?
        var high: ExactDecimal?
        var confidence = ExactDecimal.zero
        let isDeveloper = play.agreement.party(party)?.roles.contains(.developer) ?? false
        var assurance = isDeveloper ? Assurance.selfReported : .thirdParty
        var made = time
        var elicitation: String? = "scaffolded"
        var digest: Digest?
        var work = Work()
        for var clause in clauses {
            if clause.skip("made day") {
                made = try clause.day()
            } else if try work.read(&clause, self, by: party) {
                continue
            } else if clause.skip("without elicitation") {
                elicitation = nil
            } else if clause.skip("of another checkpoint") {
                digest = Scene.digest(ofModel: "another")
            } else if let word = Assurance(rawValue: clause.rest) {
                assurance = word
            } else {
                low = ExactDecimal(try clause.take("a bound"))
                guard clause.skip("to") else { throw Misread("not understood: \(clause.rest)") }
                high = ExactDecimal(try clause.take("a bound"))
                guard clause.skip("at"), let level = Quantity(clause.rest) else {
                    throw Misread("expected \"at 95 %\"")
                }
                confidence = level.value
            }
        }
        let unit = play.agreement.indicator(indicator)?.unit ?? quantity.unit
        return MeasuredValue(
            indicator: indicator, subject: subject,
            value: quantity.converted(to: unit)?.value ?? quantity.value,
            unit: quantity.converted(to: unit)?.unit ?? quantity.unit, low: low, high: high,
            confidence: confidence, assurance: assurance, made: made, elicitation: elicitation,
            modelDigest: digest, work: work)
    }
}
