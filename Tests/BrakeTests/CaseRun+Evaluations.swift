// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

@testable import Brake

// What evaluators and developers say to each other, and what is expected of it.
extension CaseRun {
    /// What a measurement says beside its figures: `preliminary`, `on table t1`, `correcting e5`.
    struct Work {
        var stage = MeasuredValue.Stage.final
        var corrects: LogIndex?
        var tables: [String] = []

        /// Whether the clause is one of these.
        mutating func read(
            _ clause: inout Words, _ run: CaseRun, by party: String
        ) throws -> Bool {
            if clause.skip("preliminary") {
                stage = .preliminary
            } else if clause.skip("on table") {
                tables.append(try clause.take("a table"))
            } else if clause.skip("correcting") {
                corrects = try run.entry(&clause, kind: .measurement, "its last", by: party)
            } else {
                return false
            }
            try clause.end()
            return true
        }

        var evidence: [MeasuredValue.EvidenceFile] {
            tables.map { .init(name: $0, digest: Digest.sha256(Array($0.utf8))) }
        }
    }

    func evaluation(_ verb: String, _ words: inout Words) throws -> PauseAgreement.Predicate {
        switch verb {
        case "judge", "judges": return .judgement(try judgement(&words))
        case "grants": return .accessAnswer(try grant(&words))
        case "refuses":
            let request = try entry(&words, kind: .accessRequest, "the request")
            return .accessAnswer(
                AccessAnswer(request: request, access: nil, reason: "not before release"))
        case "comments":
            guard words.skip("on") else { throw Misread("expected \"comments on\"") }
            let about = try entry(&words, kind: .measurement, "the measurement")
            return .comment(ResultComment(about: about, text: "it was run with old tools"))
        case "challenges": return .challenge(try challenge(&words))
        default: throw Misread("no such verb: \(verb)")
        }
    }

    /// `replaced for fiction-1: yes, made day 4, on table t1`.
    private func judgement(_ words: inout Words) throws -> Judgement {
        let claim = try words.take("a claim")
        guard words.skip("for") else { throw Misread("expected \"for\"") }
        let subject = try subject(&words)
        guard words.skip(":") else { throw Misread("expected a colon") }
        var clauses = words.rest.split(separator: ",").map { Words(String($0)) }
        words = Words("")
        guard let holds = Judgement.Holds(rawValue: clauses.removeFirst().rest) else {
            throw Misread("expected yes, no or unclear")
        }
        var made = time
        var assurance = Assurance.thirdParty
        var work = Work()
        for var clause in clauses {
            if clause.skip("made day") {
                made = try clause.day()
            } else if let word = Assurance(rawValue: clause.rest) {
                assurance = word
            } else if try !work.read(&clause, self, by: "") {
                throw Misread("not understood: \(clause.rest)")
            }
        }
        return Judgement(
            claim: claim, subject: subject, holds: holds, reason: "as it was seen",
            assurance: assurance, made: made, evidence: work.evidence)
    }

    /// `white-box access to fiction-1`.
    func accessRequest(_ words: inout Words) throws -> PauseAgreement.Predicate {
        guard let access = AccessTier(rawValue: try words.take("a tier")), words.skip("access to")
        else { throw Misread("expected \"white-box access to\"") }
        return .accessRequest(
            AccessRequest(model: try words.take("a model"), access: access, what: "the suite"))
    }

    /// `the request black-box access`.
    private func grant(_ words: inout Words) throws -> AccessAnswer {
        let request = try entry(&words, kind: .accessRequest, "the request")
        guard let access = AccessTier(rawValue: try words.take("a tier")), words.skip("access")
        else { throw Misread("expected \"black-box access\"") }
        return AccessAnswer(request: request, access: access, reason: "as agreed")
    }

    /// `e5: 400 min`, or `the measurement: 400 min`.
    private func challenge(_ words: inout Words) throws -> Challenge {
        let about = try entry(&words, kind: .measurement, "the measurement")
        guard words.skip(":"), let quantity = Quantity(words.rest) else {
            throw Misread("expected a colon and a quantity")
        }
        words = Words("")
        return Challenge(
            measurement: about, value: quantity.value, unit: quantity.unit,
            reason: "computed again")
    }

    // MARK: - Expected

    /// Whether the sentence is one of these.
    func expectEvaluations(_ words: inout Words) throws -> Bool {
        if words.skip("evaluation of") {
            try expectSchedule(&words)
        } else if words.skip("the request") {
            try expectRequest(&words)
        } else if words.skip("history of") {
            try expectHistory(&words)
        } else if words.skip("no dissent") {
            try same(state.dissent.map(\.sentence), [])
        } else if words.skip("dissent") {
            try because(&words, state.dissent.map(\.sentence).joined(separator: "\n"))
        } else if words.skip("comments by") {
            try same(state.comments.map(\.party), try words.names(before: [":"]))
            try because(&words, state.comments.map { $0.inTime ? "in time" : "late" }.joined())
        } else {
            return false
        }
        return true
    }

    /// `horizon of fiction-1 due day 34`, `… missed since day 34`.
    private func expectSchedule(_ words: inout Words) throws {
        let indicator = try words.take("an indicator")
        _ = words.skip("of")
        let subject = try subject(&words)
        guard
            let found = state.schedules.first(where: {
                $0.indicator == indicator && $0.subject == subject
            })
        else { throw Misread("\(indicator) of \(subject) has no schedule") }
        if words.skip("missed since day") {
            try same(found.missed, try words.day())
        } else if words.skip("due day") {
            try same(found.missed, nil)
            try same(found.due, try words.day())
        }
    }

    /// `overdue`, `open`, `granted`, `refused`, and a part of its sentence.
    private func expectRequest(_ words: inout Words) throws {
        guard let found = state.evaluations.last else { throw Misread("nobody asked for access") }
        let standing =
            if let answer = found.answer { answer.access == nil ? "refused" : "granted" } else {
                found.overdue ? "overdue" : "open"
            }
        try same(standing, try words.take("a standing"))
        try because(&words, found.sentence)
    }

    /// `horizon of fiction-1 by evaluator-1: 600, 500 corrects e5, 400 withdrawn`.
    private func expectHistory(_ words: inout Words) throws {
        let indicator = try words.take("an indicator")
        _ = words.skip("of")
        let subject = try subject(&words)
        guard words.skip("by") else { throw Misread("expected \"by\"") }
        let signer = try words.take("a party")
        guard
            let found = state.history.first(where: {
                $0.indicator == indicator && $0.subject == subject && $0.signer == signer
            })
        else { throw Misread("\(signer) measured no \(indicator) of \(subject)") }
        guard words.skip(":") else { throw Misread("expected a colon") }
        let told = found.revisions.map { revision in
            "\(revision.value)" + (revision.stage == .preliminary ? " preliminary" : "")
                + (revision.corrects.map { " corrects e\($0)" } ?? "")
                + (revision.outcome.map { " challenge \($0.rawValue)" } ?? "")
                + (revision.withdrawn ? " withdrawn" : "")
        }
        try same(told.joined(separator: ", "), words.rest)
        words = Words("")
    }
}
