// SPDX-License-Identifier: Apache-2.0

extension AgreementReader {
    /// The examples that the text gives of its triggers, in the order written.
    ///
    /// - Parameter parties: nil where they could not be read, or where there are none to resolve.
    mutating func triggerTests(
        _ term: Term?, indicators: [Indicator]?, claims: [Claim]?, triggers: [Trigger]?,
        parties: [String]?
    ) -> [TriggerTest]? {
        guard let elements = list(term) else { return nil }
        let known = TriggerTestNames(
            indicators: indicators, claims: claims, triggers: triggers, parties: parties)
        var names: [String] = []
        let tests = elements.map { element in
            let test = triggerTest(element, known)
            if let test, names.contains(test.name) {
                refuse(element.members?.first { $0.key == "name" }, "another test has this name")
            }
            if let test { names.append(test.name) }
            return test
        }
        return tests.contains { $0 == nil } ? nil : tests.compactMap(\.self)
    }

    private mutating func triggerTest(_ term: Term, _ known: TriggerTestNames) -> TriggerTest? {
        guard let fields = section(term, required: ["name", "given", "expect"]) else { return nil }
        let name = line(fields["name"])
        let given = given(fields["given"], known)
        let model = given.flatMap { $0.lazy.compactMap(\.model).first }
        let end = given?.last?.at ?? .zero
        let expectations = expectations(fields["expect"], known, model: model, end: end)
        guard let name, let given, let expectations else { return nil }
        return TriggerTest(
            name: name, given: given, expectations: expectations, place: term.place)
    }
}

/// What a test may name; nil where it could not be read.
struct TriggerTestNames {
    let indicators: [Indicator]?
    let claims: [Claim]?
    let triggers: [Trigger]?
    let parties: [String]?

    /// The members of a given and of an expectation that name no indicator and no trigger.
    static let members = [
        "at", "day", "by", "of", "claims", "elicitation", "assurance", "confidence", "table",
        "stage",
    ]
}

// MARK: - Given

extension AgreementReader {
    private mutating func given(
        _ term: Term?, _ known: TriggerTestNames
    ) -> [TriggerTest.Given]? {
        guard let elements = list(term) else { return nil }
        var found: [TriggerTest.Given] = []
        var model: String?
        for element in elements {
            guard let given = given(element, known) else { continue }
            if let last = found.last, given.at < last.at {
                refuse(
                    element, "comes before the one above it",
                    hint: "what is given stands in the order of time")
            }
            if let other = given.model, let model, other != model {
                refuse(
                    element.members?.first { $0.key == "of" },
                    "the test speaks of \"\(model)\" already",
                    hint: "a test speaks of one model; write another test")
            }
            model = model ?? given.model
            found.append(given)
        }
        return found.count == elements.count ? found : nil
    }

    private mutating func given(
        _ element: Term, _ known: TriggerTestNames
    ) -> TriggerTest.Given? {
        guard
            let fields = section(
                element, required: [],
                optional: TriggerTestNames.members + (known.indicators ?? []).map(\.name)
                    + (known.indicators == nil ? element.members ?? [] : []).map(\.key))
        else { return nil }
        let at = instant(fields)
        let values = values(fields, known)
        let claims = fields["claims"] == nil ? [] : holdings(fields["claims"], known)
        let by = fields["by"] == nil ? [] : reporters(fields["by"], known)
        let model = line(fields["of"])
        let elicited =
            fields["elicitation"] == nil
            ? true : choice(fields["elicitation"], yes: "stated", no: "none")
        let assurance =
            fields["assurance"] == nil
            ? .thirdParty : word(fields["assurance"], as: Assurance.self)
        let confidence =
            fields["confidence"] == nil
            ? ExactDecimal(coefficient: 95, exponent: -2) : level(fields["confidence"])
        let stage =
            fields["stage"] == nil ? .final : word(fields["stage"], as: MeasuredValue.Stage.self)
        let table = line(fields["table"])
        guard let at, let values, let claims, let by, let elicited, let assurance, let confidence,
            let stage, isWhole(fields, by: by, model: model, values, claims, known)
        else { return nil }
        return TriggerTest.Given(
            at: at, by: by, model: model, values: values, claims: claims, isElicited: elicited,
            assurance: assurance, confidence: confidence, table: table, stage: stage,
            place: element.place)
    }

    /// Whether it says by whom and of what whatever is given is given.
    private mutating func isWhole(
        _ fields: TermSection, by: [String], model: String?, _ values: [TriggerTest.Value],
        _ claims: [TriggerTest.Holding], _ known: TriggerTestNames
    ) -> Bool {
        if by.isEmpty, !values.isEmpty || !claims.isEmpty {
            refuse(
                at: fields.term.place, fields.term.path, "\"by\" is missing",
                hint: "a list of those who report it")
            return false
        }
        guard model == nil, fields["of"] == nil else { return model != nil }
        let first =
            values.first { value in
                known.indicators?.first { $0.name == value.indicator }?.subject == .model
            }?.indicator
            ?? claims.first { holding in
                known.claims?.first { $0.name == holding.claim }?.subject == .model
            }?.claim
        guard let first else { return true }
        refuse(
            at: fields.term.place, fields.term.path, "\"of\" is missing",
            hint: "\"\(first)\" is about a model")
        return false
    }

    /// `at: 31 d`, or `day: 31`.
    private mutating func instant(_ fields: TermSection) -> TimeSpan? {
        switch (fields["at"], fields["day"]) {
        case (let at?, nil): return span(at)
        case (nil, let day?):
            return integer(day, in: 0...100_000).map {
                TimeSpan(milliseconds: Int64($0) * 86_400_000)
            }
        case (let at?, .some):
            refuse(at, "either \"at\" or \"day\", not both")
            return nil
        case (nil, nil):
            refuse(
                at: fields.term.place, fields.term.path, "\"at\" is missing",
                hint: "how long after the test began, such as \"31 d\"")
            return nil
        }
    }

    private mutating func reporters(_ term: Term?, _ known: TriggerTestNames) -> [String]? {
        guard let elements = list(term) else { return nil }
        guard !elements.isEmpty else {
            refuse(term, "expected the names of those who report it")
            return nil
        }
        var names: [String] = []
        for element in elements {
            guard let name = plainName(element) else { continue }
            if let parties = known.parties,
                resolved(name, at: element, "party", among: parties) == nil
            {
                continue
            }
            if names.contains(name) { refuse(element, "\"\(name)\" stands here a second time") }
            names.append(name)
        }
        return names.count == elements.count ? names : nil
    }

    private mutating func values(
        _ fields: TermSection, _ known: TriggerTestNames
    ) -> [TriggerTest.Value]? {
        guard let indicators = known.indicators else { return nil }
        let written = fields.members.filter { !TriggerTestNames.members.contains($0.key) }
        var found: [TriggerTest.Value] = []
        for member in written {
            // An unknown key has been refused already.
            guard let indicator = indicators.first(where: { $0.name == member.key }),
                let value = value(member, of: indicator)
            else { continue }
            found.append(value)
        }
        guard found.count == written.count else { return nil }
        return found.sorted { $0.indicator.utf8.lexicographicallyPrecedes($1.indicator.utf8) }
    }

    /// A quantity, which stands for an interval of that one value, or `{value, low, high}`.
    private mutating func value(_ term: Term, of indicator: Indicator) -> TriggerTest.Value? {
        guard term.members != nil else {
            return quantity(term, in: indicator.unit).map {
                TriggerTest.Value(
                    indicator: indicator.name, value: $0, interval: .init(low: $0, high: $0),
                    place: term.place)
            }
        }
        guard let fields = section(term, required: ["value"], optional: ["low", "high"]) else {
            return nil
        }
        guard let value = quantity(fields["value"], in: indicator.unit) else { return nil }
        guard fields["low"] != nil || fields["high"] != nil else {
            return TriggerTest.Value(
                indicator: indicator.name, value: value, interval: nil, place: term.place)
        }
        guard fields["low"] != nil, fields["high"] != nil else {
            refuse(term, "an interval has two ends, \"low\" and \"high\"")
            return nil
        }
        guard let low = quantity(fields["low"], in: indicator.unit),
            let high = quantity(fields["high"], in: indicator.unit)
        else { return nil }
        guard low <= value, value <= high else {
            refuse(term, "the interval does not lie around the value")
            return nil
        }
        return TriggerTest.Value(
            indicator: indicator.name, value: value, interval: .init(low: low, high: high),
            place: term.place)
    }

    private mutating func holdings(
        _ term: Term?, _ known: TriggerTestNames
    ) -> [TriggerTest.Holding]? {
        guard let members = named(term), let claims = known.claims else { return nil }
        var found: [TriggerTest.Holding] = []
        for member in members {
            guard
                resolved(
                    member.key, at: member.keyPlace, member.path, "claim",
                    among: claims.map(\.name)),
                let holds = word(member, as: Judgement.Holds.self)
            else { continue }
            found.append(.init(claim: member.key, holds: holds, place: member.place))
        }
        guard found.count == members.count else { return nil }
        return found.sorted { $0.claim.utf8.lexicographicallyPrecedes($1.claim.utf8) }
    }

    /// A confidence level, above 0 and below 1.
    private mutating func level(_ term: Term?) -> ExactDecimal? {
        guard let value = quantity(term, in: .share) else { return nil }
        guard .zero < value, value < ExactDecimal(coefficient: 1) else {
            refuse(term, "expected a level between 0 % and 100 %")
            return nil
        }
        return value
    }

    private mutating func resolved(
        _ name: String, at place: AgreementReading.Place, _ path: String, _ kind: String,
        among names: [String]
    ) -> Bool {
        if names.contains(name) { return true }
        refuse(
            at: place, path, "no \(kind) is named \"\(name)\"",
            hint: Spelling.hint(for: name, among: names))
        return false
    }
}

// MARK: - Expected

extension AgreementReader {
    /// A mapping from triggers to verdicts for the end of the test, or a list of such with times.
    private mutating func expectations(
        _ term: Term?, _ known: TriggerTestNames, model: String?, end: TimeSpan
    ) -> [TriggerTest.Expectation]? {
        guard let term else { return nil }
        guard let elements = term.elements else {
            guard let verdicts = verdicts(term, known, model: model, isTimed: false) else {
                return nil
            }
            return [.init(at: end, verdicts: verdicts, place: term.keyPlace)]
        }
        guard !elements.isEmpty else {
            refuse(term, "expected at least one verdict")
            return nil
        }
        var found: [TriggerTest.Expectation] = []
        for element in elements {
            guard let verdicts = verdicts(element, known, model: model, isTimed: true),
                let members = element.members,
                let at = instant(TermSection(term: element, members: members))
            else { continue }
            if let last = found.last, at < last.at {
                refuse(
                    element, "comes before the one above it",
                    hint: "what is expected stands in the order of time")
            }
            found.append(.init(at: at, verdicts: verdicts, place: element.place))
        }
        return found.count == elements.count ? found : nil
    }

    private mutating func verdicts(
        _ term: Term, _ known: TriggerTestNames, model: String?, isTimed: Bool
    ) -> [TriggerTest.Expected]? {
        let times = isTimed ? ["at", "day"] : []
        guard let members = term.members else {
            refuse(term, "expected triggers, each with crossed, clear or unknown")
            return nil
        }
        guard let triggers = known.triggers else { return nil }
        let written = members.filter { !times.contains($0.key) }
        guard !written.isEmpty else {
            refuse(term, "expected at least one verdict")
            return nil
        }
        var found: [TriggerTest.Expected] = []
        for member in written {
            guard
                resolved(
                    member.key, at: member.keyPlace, term.path, "trigger",
                    among: triggers.map(\.name)),
                let trigger = triggers.first(where: { $0.name == member.key }),
                let verdict = word(member, as: TriggerVerdict.self),
                let subject = subject(of: trigger, member, model: model)
            else { continue }
            found.append(
                .init(
                    trigger: trigger.name, subject: subject, verdict: verdict,
                    place: member.place))
        }
        guard found.count == written.count else { return nil }
        return found.sorted { $0.trigger.utf8.lexicographicallyPrecedes($1.trigger.utf8) }
    }

    private mutating func subject(
        of trigger: Trigger, _ term: Term, model: String?
    ) -> Subject? {
        guard trigger.subject == .model else { return .frontier }
        guard let model else {
            refuse(
                at: term.keyPlace, term.path, "is about a model, but the test names none",
                hint: "name one with \"of\" in what is given")
            return nil
        }
        return .model(model)
    }
}
