// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

extension StatementKind {
    /// The roles that may say this; nil for a rule of another kind.
    fileprivate var roles: [Role]? {
        switch self {
        case .model: [.developer]
        case .measurement: [.auditor, .developer, .evaluator]
        case .selfPause, .selfResume: [.developer, .operator]
        case .question: [.authority, .developer, .secretariat, .state]
        case .site, .stop, .telemetry, .answer, .selfReport: [.developer, .operator]
        case .draw, .finding: [.auditor]
        case .mitigation: [.developer]
        case .attestation, .judgement: [.auditor, .authority, .evaluator, .state]
        case .accessRequest: [.auditor, .evaluator]
        case .accessAnswer, .comment: [.developer]
        case .challenge: [.auditor, .authority, .developer, .evaluator, .state]
        // The note that it carries is what counts; they only hand it in.
        case .monitors: [.depositary, .monitor, .secretariat]
        case .acceptance: [.monitor]
        case .opening, .accession, .withdrawal, .vote, .hearing: nil
        }
    }
}

extension Brake {
    /// Who may say what, and only of things that the agreement names.
    func refuses(_ statement: Statement, from speaker: Speaker) -> Refusal? {
        guard case .party(let place) = speaker else {
            guard statement.kind == .opening else {
                return .mayNotSay(
                    party: roster.name(of: speaker), kind: statement.kind,
                    rolesNeeded: statement.kind.roles ?? [])
            }
            return size == .empty ? nil : .openingNotFirst
        }
        let party = roster.parties[place]
        if let roles = statement.kind.roles, !party.holds(any: roles) {
            return .mayNotSay(party: party.name, kind: statement.kind, rolesNeeded: roles)
        }
        switch statement.predicate {
        case .opening: return .mayNotSay(party: party.name, kind: .opening, rolesNeeded: [])
        case .accession(let accession): return refuses(accession, by: party)
        case .withdrawal: return refusesJoining(party, kind: .withdrawal)
        case .measurement(let value): return refuses(value, by: party)
        case .judgement(let judgement): return refuses(judgement, by: party)
        case .question(let request): return refuses(request, by: party)
        case .vote:
            guard roster.council.contains(place) else {
                let clause = agreement.decisions.rule(for: .determination)?.article
                return .notAMember(party: party.name, clause: clause)
            }
            return nil
        case .draw(let draw): return refusesUnknown(draw.party, at: "/predicate/party")
        case .finding(let finding): return refuses(finding)
        case .monitors(let rotation): return refuses(rotation)
        case .acceptance(let acceptance):
            return refusesUnknown(acceptance.party, at: "/predicate/party")
        case .answer(let answer):
            return answer.readers.lazy.compactMap {
                refusesUnknown($0, at: "/predicate/readers")
            }.first
        case .model, .selfPause, .selfResume, .hearing, .site, .stop, .telemetry, .mitigation,
            .attestation, .selfReport, .accessRequest, .accessAnswer, .comment, .challenge:
            return nil
        }
    }

    /// Whoever only watches the log takes no side in it.
    private func refusesJoining(_ party: Party, kind: StatementKind) -> Refusal? {
        let joining = Role.allCases.filter { $0 != .monitor && $0 != .witness }
        guard party.holds(any: joining) else {
            return .mayNotSay(party: party.name, kind: kind, rolesNeeded: joining.sorted())
        }
        return nil
    }

    private func refuses(_ accession: Accession, by party: Party) -> Refusal? {
        if let refusal = refusesJoining(party, kind: .accession) { return refusal }
        for (position, name) in (accession.commitment.of ?? []).enumerated()
        where roster.place(of: name) == nil {
            return .malformed(
                MalformedStatement(
                    pointer: "/predicate/commitment/of/\(position)",
                    expected: "a party of the agreement, not \(name)"))
        }
        return nil
    }

    private func refuses(_ value: MeasuredValue, by party: Party) -> Refusal? {
        guard let place = law.topic(ofIndicator: value.indicator) else {
            let names = agreement.indicators.map(\.name).joined(separator: ", ")
            return .malformed(
                MalformedStatement(pointer: "/predicate/indicator", expected: "one of \(names)"))
        }
        let indicator = agreement.indicators[place]
        guard value.unit == indicator.unit else {
            return .malformed(
                MalformedStatement(
                    pointer: "/predicate/unit",
                    expected: "\(indicator.unit.rawValue), the unit of \(indicator.name)"))
        }
        if let fault = subjectFault(value.subject, needed: indicator.subject) {
            return .malformed(fault)
        }
        // A developer's figure is its own word; an evaluator's never is.
        guard party.roles.contains(.developer) == (value.assurance == .selfReported) else {
            return .mayNotClaim(
                party: party.name, assurance: value.assurance, clause: indicator.article)
        }
        return nil
    }

    private func refuses(_ judgement: Judgement, by party: Party) -> Refusal? {
        guard party.mayAttest else {
            return .mayNotSay(
                party: party.name, kind: .judgement,
                rolesNeeded: StatementKind.judgement.roles ?? [])
        }
        guard let claim = agreement.claim(judgement.claim) else {
            let names = agreement.claims.map(\.name).joined(separator: ", ")
            return .malformed(
                MalformedStatement(
                    pointer: "/predicate/claim",
                    expected: names.isEmpty
                        ? "no judgement, since the agreement has no claims" : "one of \(names)"))
        }
        if let fault = subjectFault(judgement.subject, needed: claim.subject) {
            return .malformed(fault)
        }
        // Who does covered work may not judge at all, so nobody who may speaks for itself.
        guard judgement.assurance != .selfReported else {
            return .mayNotClaim(
                party: party.name, assurance: judgement.assurance, clause: claim.article)
        }
        return nil
    }

    /// What is wrong with a subject of something that is measured or judged.
    private func subjectFault(_ subject: Subject, needed: SubjectKind) -> MalformedStatement? {
        guard subject.kind == needed else {
            return MalformedStatement(
                pointer: "/predicate/subject",
                expected: needed == .frontier ? "\"frontier\"" : "\"model:NAME\"")
        }
        if case .model(let name) = subject, !name.isSubjectName {
            return MalformedStatement(
                pointer: "/predicate/subject",
                expected: "a name of at most 128 bytes without spaces or control characters")
        }
        return nil
    }

    private func refuses(_ finding: Finding) -> Refusal? {
        refusesUnknown(finding.party, at: "/predicate/party")
            ?? finding.readers.lazy.compactMap {
                refusesUnknown($0, at: "/predicate/readers")
            }.first
    }

    /// A set that the agreement cannot have. Who has to have signed it depends on the log.
    private func refuses(_ rotation: MonitorRotation) -> Refusal? {
        do throws(UnfitMonitorSet) {
            _ = try MonitorSet(parsing: rotation.note.text, under: agreement)
            return nil
        } catch {
            return .malformed(
                MalformedStatement(
                    pointer: "/predicate/note",
                    expected: "a set of monitors that the agreement can have (\(error))"))
        }
    }

    private func refusesUnknown(_ party: String, at pointer: String) -> Refusal? {
        guard roster.place(of: party) == nil else { return nil }
        return .malformed(
            MalformedStatement(pointer: pointer, expected: "parties of the agreement"))
    }

    private func refuses(_ request: QuestionRequest, by party: Party) -> Refusal? {
        let roles: [Role] = [.authority, .secretariat, .state]
        guard request.question == .resume || party.holds(any: roles) else {
            return .mayNotAsk(party: party.name, question: request.question, rolesNeeded: roles)
        }
        if let accused = request.accused, roster.place(of: accused) == nil {
            return .malformed(
                MalformedStatement(
                    pointer: "/predicate/accused", expected: "a party of the agreement"))
        }
        return nil
    }
}

extension String {
    /// Others measure models under names that their developers gave them elsewhere.
    fileprivate var isSubjectName: Bool {
        (1...128).contains(utf8.count)
            && unicodeScalars.allSatisfy { $0.value > 0x20 && !(0x7F...0x9F).contains($0.value) }
    }
}

extension Party {
    fileprivate func holds(any roles: [Role]) -> Bool { roles.contains { self.roles.contains($0) } }
}
