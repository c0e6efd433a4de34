// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// Gives the text's strings their meaning, one part after the other, and keeps every problem.
///
/// A method that returns nil has recorded why, or was handed nil by one that had.
struct AgreementReader {
    private(set) var problems: [AgreementReading.Problem] = []

    mutating func agreement(_ root: TermNode) -> Agreement? {
        guard
            let top = section(
                Term(root: root), required: Self.parts, optional: ["claims", "tests"],
                unanswered: Self.questions)
        else { return nil }
        let head = head(top)
        let log = logTerms(top["log"])
        let monitoring = monitorTerms(top["monitoring"])
        let parties = parties(top["parties"])
        refuseRepeatedKeys(log: top["log"], parties: top["parties"])
        refuseRepeatedSealingKeys(parties: top["parties"])
        let names = top["parties"]?.members?.map(\.key)
        let entry = entryIntoForce(top["entry-into-force"])
        let legalBasis = lines(top["legal-basis"])
        let indicators = indicators(top["indicators"])
        let claims = top["claims"] == nil ? [] : claims(top["claims"])
        let triggers = triggers(
            top["triggers"], indicators: indicators, claims: claims, parties: names)
        let tests =
            top["tests"] == nil
            ? []
            : triggerTests(
                top["tests"], indicators: indicators, claims: claims, triggers: triggers,
                parties: names)
        let decisions = decisions(top["decisions"], parties: names)
        let measures = measures(top["measures"])
        let scope = scope(top["scope"])
        let verification = verification(top["verification"])
        let resume = resume(top["resume"])
        let incentives = incentives(top["incentives"])
        let disclosure = disclosure(top["disclosure"])
        let clocks = clocks(top["clocks"], provisional: top["provisional"])
        let onSilence = onSilence(top["on-silence"])
        let onExpiry = onExpiry(top["on-expiry"])
        let exit = exit(top["exit"])
        guard let head, let log, let monitoring, let parties, let entry, let legalBasis,
            let indicators, let claims, let tests,
            let triggers, let decisions, let measures, let scope, let verification, let resume,
            let incentives, let disclosure, let clocks, let onSilence, let onExpiry, let exit
        else { return nil }
        let text = root.json
        let id = Digest.sha256(text.canonicalBytes)
        return Agreement(
            id: id, terms: id, text: text, name: head.name, title: head.title, rules: head.rules,
            log: log, monitoring: monitoring, parties: parties, entryIntoForce: entry,
            legalBasis: legalBasis, indicators: indicators, triggers: triggers,
            decisions: decisions,
            measures: measures, scope: scope, verification: verification, resume: resume,
            incentives: incentives, disclosure: disclosure, clocks: clocks, onSilence: onSilence,
            onExpiry: onExpiry, exit: exit, claims: claims, tests: tests)
    }

    private static let parts = [
        "agreement", "title", "rules", "prose", "log", "monitoring", "parties", "entry-into-force",
        "legal-basis", "indicators", "triggers", "decisions", "measures", "provisional", "scope",
        "verification", "resume", "incentives", "disclosure", "clocks", "on-silence", "on-expiry",
        "exit",
    ]

    /// What stays open without these parts: first of all the five questions a pause stands or falls
    /// on.
    static let questions = [
        "triggers": "what triggers a pause is left open",
        "resume": "what lets work resume is left open",
        "decisions": "who decides is left open",
        "verification": "how rivals know that everyone stopped is left open",
        "incentives": "why breaking the rules does not pay is left open",
        "on-silence": "what follows when the log falls silent is left open",
        "on-expiry": "what becomes of an open order when the agreement ends is left open",
        "on-unknown": "a trigger says what unknown leads to: hold or question",
        "key": "a public key in base64",
        "sealing-key": "an X25519 public key in base64",
        "on-timeout": "a rule says what a missed deadline leads to: reject or lapse",
    ]

    private mutating func head(_ top: TermSection) -> (name: String, title: String, rules: Int)? {
        let name = plainName(top["agreement"])
        let title = line(top["title"])
        let rules = integer(top["rules"], in: 1...1_000_000)
        if let rules, rules != Agreement.rulesVersion {
            refuse(
                top["rules"], "rules version \(rules) is not known here",
                hint: "this program reads version \(Agreement.rulesVersion)")
        }
        prose(top["prose"])
        guard let name, let title, let rules else { return nil }
        return (name, title, rules)
    }

    private mutating func prose(_ term: Term?) {
        guard let fields = section(term, required: ["file", "sha256"]) else { return }
        if let file = line(fields["file"]), !file.isPlainName {
            refuse(
                fields["file"],
                "expected the plain name of a file beside this one, found \"\(file)\"")
        }
        if let digest = line(fields["sha256"]), Digest(hex: digest) == nil {
            refuse(fields["sha256"], "expected 64 lower-case hexadecimal digits")
        }
    }
}

// MARK: - Problems

extension AgreementReader {
    mutating func refuse(
        _ term: Term?, _ message: String, hint: String? = nil, file: StaticString = #fileID,
        line: Int = #line
    ) {
        guard let term else { return }
        refuse(at: term.place, term.path, message, hint: hint, file: file, line: line)
    }

    mutating func refuse(
        at place: AgreementReading.Place, _ path: String, _ message: String, hint: String? = nil,
        file: StaticString = #fileID, line: Int = #line
    ) {
        let about = path.isEmpty ? message : "\(path): \(message)"
        problems.append(
            .init(
                about, at: place, hint: hint, severity: .error, origin: .init(file, line)))
    }
}

// MARK: - Mappings and lists

extension AgreementReader {
    /// The mapping of a part, after saying which of its keys are unknown or missing.
    mutating func section(
        _ term: Term?, required: [String], optional: [String] = [],
        unanswered: [String: String] = AgreementReader.questions
    ) -> TermSection? {
        guard let term else { return nil }
        guard let members = term.members else {
            refuse(term, "expected \(required.joined(separator: ", ")), each with its value")
            return nil
        }
        var missing = required.filter { key in !members.contains { $0.key == key } }
        let known = required + optional
        for member in members where !known.contains(member.key) {
            let meant = Spelling.nearest(to: member.key, among: missing)
            // A misspelt part is one problem, not also a missing one.
            missing.removeAll { $0 == meant }
            refuse(
                at: member.keyPlace, term.path, "unknown key \"\(member.key)\"",
                hint: meant.map { "did you mean \"\($0)\"?" }
                    ?? Spelling.hint(for: member.key, among: known))
        }
        for key in missing {
            refuse(at: term.keyPlace, term.path, "\"\(key)\" is missing", hint: unanswered[key])
        }
        return TermSection(term: term, members: members)
    }

    /// A mapping from names of the authors' choice.
    mutating func named(_ term: Term?) -> [Term]? {
        guard let term else { return nil }
        guard let members = term.members else {
            refuse(term, "expected a name and a colon for each")
            return nil
        }
        for member in members where !member.key.isPlainName {
            refuse(
                at: member.keyPlace, term.path, "\"\(member.key)\" is no name",
                hint: "names are lower-case letters, digits, '.' and '-', 64 at most")
        }
        return members
    }

    mutating func list(_ term: Term?) -> [Term]? {
        guard let term else { return nil }
        guard let elements = term.elements else {
            refuse(term, "expected a list")
            return nil
        }
        return elements
    }

    mutating func lines(_ term: Term?) -> [String]? {
        guard let elements = list(term) else { return nil }
        let texts = elements.map { line($0) }
        return texts.contains { $0 == nil } ? nil : texts.compactMap(\.self)
    }

    /// A list of an enumeration's words, sorted, none twice.
    mutating func words<T>(_ term: Term?, as type: T.Type, least: Int = 0) -> [T]?
    where T: RawRepresentable & CaseIterable & Hashable, T.RawValue == String {
        guard let elements = list(term) else { return nil }
        var found: [T] = []
        for element in elements {
            guard let word = word(element, as: type) else { continue }
            if found.contains(word) {
                refuse(element, "\"\(word.rawValue)\" stands here a second time")
            }
            found.append(word)
        }
        guard elements.count >= least else {
            refuse(term, "expected at least \(least)")
            return nil
        }
        guard found.count == elements.count else { return nil }
        return found.sorted { $0.rawValue.utf8.lexicographicallyPrecedes($1.rawValue.utf8) }
    }
}

// MARK: - Scalars

extension AgreementReader {
    /// Text that is not empty.
    mutating func line(_ term: Term?) -> String? {
        guard let term else { return nil }
        guard let text = term.node.scalar, !text.isEmpty else {
            refuse(term, "expected text")
            return nil
        }
        return text
    }

    mutating func plainName(_ term: Term?) -> String? {
        guard let text = line(term) else { return nil }
        guard text.isPlainName else {
            refuse(
                term, "\"\(text)\" is no name",
                hint: "names are lower-case letters, digits, '.' and '-', 64 at most")
            return nil
        }
        return text
    }

    mutating func word<T>(_ term: Term?, as type: T.Type) -> T?
    where T: RawRepresentable & CaseIterable, T.RawValue == String {
        guard let text = line(term) else { return nil }
        guard let word = T(rawValue: text) else {
            let known = T.allCases.map(\.rawValue)
            refuse(
                term, "\"\(text)\" is not one of \(known.joined(separator: ", "))",
                hint: Spelling.nearest(to: text, among: known).map { "did you mean \"\($0)\"?" })
            return nil
        }
        return word
    }

    mutating func integer(_ term: Term?, in range: ClosedRange<Int>) -> Int? {
        guard let text = line(term) else { return nil }
        guard let value = Int(text), String(value) == text, range.contains(value) else {
            refuse(
                term,
                "expected a whole number from \(range.lowerBound) to \(range.upperBound), found \"\(text)\""
            )
            return nil
        }
        return value
    }

    mutating func span(_ term: Term?, least: TimeSpan = .zero) -> TimeSpan? {
        guard let text = line(term) else { return nil }
        guard let span = TimeSpan(text) else {
            refuse(
                term, "expected a length of time such as \"72 h\", found \"\(text)\"",
                hint: "units: ms, s, min, h, d")
            return nil
        }
        guard span >= least else {
            refuse(term, "expected at least \(least), found \"\(text)\"")
            return nil
        }
        return span
    }

    /// The length of time where one is written: nil inside where none is, nil where it is wrong.
    mutating func optionalSpan(_ term: Term?, least: TimeSpan = .zero) -> TimeSpan?? {
        guard let term else { return .some(nil) }
        return span(term, least: least).map { .some($0) }
    }

    /// A quantity in `unit`, converted exactly where it is written in another unit of time.
    mutating func quantity(_ term: Term?, in unit: QuantityUnit) -> ExactDecimal? {
        guard let text = line(term) else { return nil }
        let example = unit == .share ? "80 %" : "12 \(unit.rawValue)"
        guard let quantity = Quantity(text) else {
            refuse(
                term, "expected a number and a unit such as \"\(example)\", found \"\(text)\"",
                hint: "units: \(QuantityUnit.allCases.map(\.rawValue).joined(separator: ", ")), %")
            return nil
        }
        guard let converted = quantity.converted(to: unit) else {
            refuse(
                term,
                "wrong unit: expected \(unit == .share ? "a share (%)" : unit.rawValue), found \"\(text)\""
            )
            return nil
        }
        return converted.value
    }

    /// A share from 0 to 100 %.
    mutating func share(_ term: Term?) -> ExactDecimal? {
        guard let value = quantity(term, in: .share) else { return nil }
        guard .zero <= value, value <= ExactDecimal(coefficient: 1) else {
            refuse(term, "expected a share from 0 % to 100 %")
            return nil
        }
        return value
    }

    /// The number of the clause in the prose.
    mutating func article(_ fields: TermSection) -> String? { line(fields["article"]) }

    mutating func choice(_ term: Term?, yes: String, no: String) -> Bool? {
        guard let text = line(term) else { return nil }
        guard text == yes || text == no else {
            refuse(term, "\"\(text)\" is not one of \(yes), \(no)")
            return nil
        }
        return text == yes
    }
}
