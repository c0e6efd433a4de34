// SPDX-License-Identifier: Apache-2.0

extension AgreementReader {
    /// The council and its rules; `parties` is nil where the parties could not be read.
    mutating func decisions(_ term: Term?, parties: [String]?) -> Decisions? {
        let kinds = QuestionKind.allCases.filter { $0 != .challenge }.map(\.rawValue)
        guard
            let fields = section(
                term, required: ["council"] + kinds, optional: [QuestionKind.challenge.rawValue])
        else { return nil }
        let council = council(fields["council"], parties: parties)
        let written = QuestionKind.allCases.filter {
            $0 != .challenge || fields[$0.rawValue] != nil
        }
        let rules = written.map { rule(fields[$0.rawValue], $0) }
        guard let council, !rules.contains(where: { $0 == nil }) else { return nil }
        return Decisions(council: council, rules: rules.compactMap(\.self))
    }

    private mutating func council(_ term: Term?, parties: [String]?) -> [String]? {
        guard let elements = list(term) else { return nil }
        guard !elements.isEmpty else {
            refuse(
                term, "expected the names of the council's members",
                hint: Self.questions["decisions"])
            return nil
        }
        guard let parties else { return nil }
        var members: [String] = []
        for element in elements {
            guard let name = line(element),
                resolved(name, at: element, "party", among: parties) != nil
            else { continue }
            if members.contains(name) { refuse(element, "\"\(name)\" stands here a second time") }
            members.append(name)
        }
        guard members.count == elements.count else { return nil }
        return members.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private mutating func rule(_ term: Term?, _ kind: QuestionKind) -> DecisionRule? {
        guard
            let fields = section(
                term,
                required: [
                    "quorum", "jurisdictions", "recusal", "deadline", "on-timeout", "article",
                ])
        else { return nil }
        let quorum = integer(fields["quorum"], in: 1...1000)
        let jurisdictions = integer(fields["jurisdictions"], in: 1...1000)
        let recusal = words(fields["recusal"], as: DecisionRule.Recusal.self)
        let deadline = span(fields["deadline"], least: .leastClock)
        let onTimeout = word(fields["on-timeout"], as: DecisionRule.OnTimeout.self)
        let article = article(fields)
        guard let quorum, let jurisdictions, let recusal, let deadline, let onTimeout, let article
        else { return nil }
        return DecisionRule(
            kind: kind, quorum: quorum, jurisdictions: jurisdictions, recusal: recusal,
            deadline: deadline,
            onTimeout: onTimeout, article: article)
    }
}
