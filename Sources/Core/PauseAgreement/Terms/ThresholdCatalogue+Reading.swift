// SPDX-License-Identifier: Apache-2.0

extension ThresholdCatalogue {
    /// Reads and checks a catalogue, collecting every problem.
    public static func read(yaml bytes: [UInt8]) -> ThresholdCatalogueReading {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let place = AgreementText.firstPlaceThatIsNotUTF8(in: bytes)
            return ThresholdCatalogueReading(
                catalogue: nil,
                problems: [.init("the file is not UTF-8 from here on", at: place)])
        }
        let parsed = AgreementText.parse(yaml: text)
        guard let root = parsed.root, parsed.problems.isEmpty else {
            return ThresholdCatalogueReading(catalogue: nil, problems: parsed.problems)
        }
        var reader = AgreementReader()
        guard let catalogue = reader.catalogue(root), reader.problems.isEmpty else {
            return ThresholdCatalogueReading(
                catalogue: nil, problems: inOrder(reader.problems))
        }
        var check = ThresholdCheck(catalogue, root)
        check.run()
        let isRefused = check.problems.contains { $0.severity == .error }
        return ThresholdCatalogueReading(
            catalogue: isRefused ? nil : catalogue, problems: inOrder(check.problems))
    }

    /// Whether a file that begins so is a catalogue rather than an agreement: its first key says.
    public static func matches(_ bytes: [UInt8]) -> Bool {
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        let first = lines.lazy.map { $0.drop { $0 == UInt8(ascii: " ") } }
            .first { !$0.isEmpty && $0.first != UInt8(ascii: "#") }
        return first?.starts(with: "catalogue:".utf8) ?? false
    }

    private static func inOrder(
        _ problems: [AgreementReading.Problem]
    ) -> [AgreementReading.Problem] {
        problems.enumerated().sorted { a, b in
            switch (a.element.place, b.element.place) {
            case (.text(let lineA, let columnA), .text(let lineB, let columnB)):
                (lineA, columnA, a.offset) < (lineB, columnB, b.offset)
            default: a.offset < b.offset
            }
        }.map(\.element)
    }
}

extension AgreementReader {
    mutating func catalogue(_ root: TermNode) -> ThresholdCatalogue? {
        guard
            let top = section(
                Term(root: root),
                required: ["catalogue", "title", "as-of", "indicators", "thresholds", "tests"],
                optional: ["claims"], unanswered: [:])
        else { return nil }
        let name = plainName(top["catalogue"])
        let title = line(top["title"])
        let asOf = day(top["as-of"])
        let indicators = indicators(top["indicators"])
        let claims = top["claims"] == nil ? [] : claims(top["claims"])
        let thresholds = thresholds(
            top["thresholds"], Measurable(indicators: indicators, claims: claims))
        // Whoever is named in a test needs no key: nobody is a party to a catalogue.
        let tests = triggerTests(
            top["tests"], indicators: indicators, claims: claims,
            triggers: thresholds?.map(\.trigger), parties: nil)
        guard let name, let title, let asOf, let indicators, let claims, let thresholds, let tests
        else { return nil }
        return ThresholdCatalogue(
            name: name, title: title, asOf: asOf, indicators: indicators, claims: claims,
            thresholds: thresholds, tests: tests)
    }

    private mutating func thresholds(
        _ term: Term?, _ known: Measurable
    ) -> [PublishedThreshold]? {
        guard let terms = named(term) else { return nil }
        guard !terms.isEmpty else {
            refuse(term, "expected at least one threshold")
            return nil
        }
        let thresholds = terms.map { threshold($0, known) }
        return thresholds.contains { $0 == nil } ? nil : thresholds.compactMap(\.self)
    }

    private mutating func threshold(_ term: Term, _ known: Measurable) -> PublishedThreshold? {
        guard
            let fields = section(
                term,
                required: [
                    "title", "by", "source", "date", "seen", "status", "words", "subject", "when",
                ],
                optional: ["in-force", "clock", "note", "for", "keep", "evidence"],
                unanswered: [
                    "status": "computable, partly or attested",
                    "seen": "copy, secondary or memory: how it is known",
                ])
        else { return nil }
        let title = line(fields["title"])
        let by = line(fields["by"])
        let source = line(fields["source"])
        let date = day(fields["date"])
        let seen = word(fields["seen"], as: PublishedThreshold.Seen.self)
        let status = word(fields["status"], as: PublishedThreshold.Status.self)
        let words = line(fields["words"])
        let (inForce, clock) = (line(fields["in-force"]), line(fields["clock"]))
        let note = line(fields["note"])
        let trigger = published(term.key, fields, known)
        guard let title, let by, let source, let date, let seen, let status, let words, let trigger
        else { return nil }
        return PublishedThreshold(
            name: term.key, title: title, by: by, source: source, date: date, seen: seen,
            status: status, inForce: inForce, clock: clock, words: words, note: note,
            trigger: trigger)
    }

    /// A trigger that opens nothing: anybody's evidence counts, unless the source asks for more.
    private mutating func published(
        _ name: String, _ fields: TermSection, _ known: Measurable
    ) -> Trigger? {
        let subject = word(fields["subject"], as: SubjectKind.self)
        let condition = condition(fields["when"], known)
        let anybody = EvidenceRule(evaluators: 1, assurance: .selfReported, pool: .kOfN)
        let rule =
            fields["evidence"] == nil ? anybody : evidence(fields["evidence"], parties: nil)
        let persistence = persistence(fields["for"])
        let keep = fields["keep"] == nil ? .zero : span(fields["keep"])
        guard let subject, let condition, let rule, let persistence, let keep else { return nil }
        return Trigger(
            name: name, subject: subject, condition: condition, evidence: rule, onUnknown: .hold,
            measure: .notify, article: fields["source"]?.node.scalar ?? "", liftedBy: [],
            rearm: [], persistence: persistence, keep: keep)
    }

    private mutating func day(_ term: Term?) -> Time? {
        guard let text = line(term) else { return nil }
        guard let date = CivilDate(text) else {
            refuse(term, "expected a day such as 2026-11-21, found \"\(text)\"")
            return nil
        }
        return Time(milliseconds: date.daysSinceEpoch * 86_400_000)
    }
}
