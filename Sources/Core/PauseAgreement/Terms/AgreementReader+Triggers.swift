// SPDX-License-Identifier: Apache-2.0

extension AgreementReader {
    mutating func indicators(_ term: Term?) -> [Indicator]? {
        guard let terms = named(term) else { return nil }
        let indicators = terms.map { indicator($0) }
        guard !indicators.contains(where: { $0 == nil }) else { return nil }
        return indicators.compactMap(\.self)
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private mutating func indicator(_ term: Term) -> Indicator? {
        guard
            let fields = section(
                term, required: ["unit", "subject", "method", "valid", "stale-after", "article"],
                optional: ["uncertainty", "elicitation", "every"])
        else { return nil }
        let unit = word(fields["unit"], as: QuantityUnit.self)
        let subject = word(fields["subject"], as: SubjectKind.self)
        let method = line(fields["method"])
        let range = unit.flatMap { valid(fields["valid"], in: $0) }
        let staleAfter = span(fields["stale-after"], least: .leastClock)
        let article = article(fields)
        let uncertainty =
            fields["uncertainty"] == nil
            ? .sampled : word(fields["uncertainty"], as: Indicator.Uncertainty.self)
        let elicitation = word(fields["elicitation"], as: Indicator.Elicitation.self)
        let every = optionalSpan(fields["every"], least: .leastClock)
        guard let unit, let subject, let method, let range, let staleAfter, let article,
            let uncertainty, let every, elicitation != nil || fields["elicitation"] == nil
        else { return nil }
        return Indicator(
            name: term.key, unit: unit, subject: subject, method: method, least: range.least,
            most: range.most, staleAfter: staleAfter, article: article, uncertainty: uncertainty,
            elicitation: elicitation, every: every)
    }

    private mutating func valid(
        _ term: Term?, in unit: QuantityUnit
    ) -> (least: ExactDecimal, most: ExactDecimal)? {
        guard let fields = section(term, required: ["least", "most"]) else { return nil }
        let least = quantity(fields["least"], in: unit)
        let most = quantity(fields["most"], in: unit)
        guard let least, let most else { return nil }
        guard least < most else {
            refuse(fields["most"], "expected more than \"least\"")
            return nil
        }
        return (least, most)
    }

    mutating func claims(_ term: Term?) -> [Claim]? {
        guard let terms = named(term) else { return nil }
        let claims = terms.map { claim($0) }
        guard !claims.contains(where: { $0 == nil }) else { return nil }
        return claims.compactMap(\.self)
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private mutating func claim(_ term: Term) -> Claim? {
        guard
            let fields = section(term, required: ["subject", "text", "stale-after", "article"])
        else { return nil }
        let subject = word(fields["subject"], as: SubjectKind.self)
        let text = line(fields["text"])
        let staleAfter = span(fields["stale-after"], least: .leastClock)
        let article = article(fields)
        guard let subject, let text, let staleAfter, let article else { return nil }
        return Claim(
            name: term.key, subject: subject, text: text, staleAfter: staleAfter, article: article)
    }

    /// - Parameter parties: nil where they could not be read, or where there are none to resolve.
    mutating func triggers(
        _ term: Term?, indicators: [Indicator]?, claims: [Claim]?, parties: [String]?
    ) -> [Trigger]? {
        guard let terms = named(term) else { return nil }
        let known = Measurable(indicators: indicators, claims: claims)
        let triggers = terms.map { trigger($0, known, parties: parties) }
        guard !triggers.contains(where: { $0 == nil }) else { return nil }
        return triggers.compactMap(\.self).sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
    }

    private mutating func trigger(
        _ term: Term, _ known: Measurable, parties: [String]?
    ) -> Trigger? {
        guard
            let fields = section(
                term,
                required: ["subject", "when", "evidence", "on-unknown", "measure", "article"],
                optional: ["lifted-by", "rearm", "for", "keep"])
        else { return nil }
        let subject = word(fields["subject"], as: SubjectKind.self)
        let condition = condition(fields["when"], known)
        let evidence = evidence(fields["evidence"], parties: parties)
        let onUnknown = word(fields["on-unknown"], as: OnUnknown.self)
        let measure = word(fields["measure"], as: Measure.self)
        let article = article(fields)
        let liftedBy = fields["lifted-by"] == nil ? [] : distinctLines(fields["lifted-by"])
        let persistence = persistence(fields["for"])
        let keep = fields["keep"] == nil ? .zero : span(fields["keep"])
        guard let subject, let condition, let evidence, let onUnknown, let measure, let article,
            let liftedBy, let persistence, let keep
        else { return nil }
        let written = fields["rearm"]
        let rearm = written == nil ? [] : rearm(written, condition: condition, known)
        guard let rearm else { return nil }
        return Trigger(
            name: term.key, subject: subject, condition: condition, evidence: evidence,
            onUnknown: onUnknown, measure: measure, article: article, liftedBy: liftedBy,
            rearm: rearm, persistence: persistence, keep: keep)
    }

    /// `{reports: 2, over: 30 d}`, of which either is enough.
    mutating func persistence(_ term: Term?) -> Persistence? {
        guard let term else { return .immediate }
        guard let fields = section(term, required: [], optional: ["reports", "over"]) else {
            return nil
        }
        guard fields["reports"] != nil || fields["over"] != nil else {
            refuse(
                term, "expected reports, over or both",
                hint: "{reports: 2, over: 30 d}: in two reports, at least so long apart")
            return nil
        }
        let reports = fields["reports"] == nil ? 1 : integer(fields["reports"], in: 1...1000)
        let over = fields["over"] == nil ? .zero : span(fields["over"])
        guard let reports, let over else { return nil }
        return Persistence(reports: reports, over: over)
    }

    /// Names, sorted, none twice.
    private mutating func distinctLines(_ term: Term?) -> [String]? {
        guard let elements = list(term) else { return nil }
        var found: [String] = []
        for element in elements {
            guard let name = line(element) else { continue }
            if found.contains(name) { refuse(element, "\"\(name)\" stands here a second time") }
            found.append(name)
        }
        guard found.count == elements.count else { return nil }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Figures for the one comparison of the condition; with several it would be open which.
    private mutating func rearm(
        _ term: Term?, condition: Condition, _ known: Measurable
    ) -> [ExactDecimal]? {
        guard let elements = list(term) else { return nil }
        let leaves = condition.leaves
        guard let leaf = leaves.first, leaves.count == 1, condition.claims.isEmpty else {
            let parts =
                condition.claims.isEmpty
                ? "\(leaves.count) comparisons"
                : "\(leaves.count) comparisons and \(condition.claims.count) claims"
            refuse(
                term, "the condition has \(parts), so none is the one to rearm",
                hint: "only a trigger of a single comparison can be rearmed")
            return nil
        }
        guard let unit = known.indicators?.first(where: { $0.name == leaf.indicator })?.unit
        else {
            return nil
        }
        let figures = elements.map { quantity($0, in: unit) }
        return figures.contains { $0 == nil } ? nil : figures.compactMap(\.self)
    }

    mutating func evidence(_ term: Term?, parties: [String]?) -> EvidenceRule? {
        guard
            let fields = section(
                term, required: ["evaluators", "assurance", "pool"], optional: ["from"])
        else { return nil }
        let evaluators = integer(fields["evaluators"], in: 1...1000)
        let assurance = word(fields["assurance"], as: Assurance.self)
        let pool = word(fields["pool"], as: EvidenceRule.Pool.self)
        let from = fields["from"] == nil ? [] : namedEvaluators(fields["from"], parties: parties)
        guard let evaluators, let assurance, let pool, let from else { return nil }
        return EvidenceRule(evaluators: evaluators, assurance: assurance, pool: pool, from: from)
    }

    /// Names of parties, sorted, none twice, at least one.
    private mutating func namedEvaluators(_ term: Term?, parties: [String]?) -> [String]? {
        guard let elements = list(term), let names = distinctLines(term) else { return nil }
        guard !names.isEmpty else {
            refuse(term, "expected the names of those whose evidence counts")
            return nil
        }
        guard let parties else { return names }
        var known = true
        for element in elements {
            guard let name = element.node.scalar else { continue }
            known = resolved(name, at: element, "party", among: parties) != nil && known
        }
        return known ? names : nil
    }
}

/// What conditions are written in; nil where it could not be read.
struct Measurable {
    let indicators: [Indicator]?
    let claims: [Claim]?
}

// MARK: - Conditions

extension AgreementReader {
    /// `{all: […]}`, `{any: […]}`, `{at-least: 2, of: […]}`, `{claim: NAME}` or a comparison.
    mutating func condition(_ term: Term?, _ known: Measurable) -> Condition? {
        guard let term else { return nil }
        let keys = term.members?.map(\.key) ?? []
        if keys.contains("indicator") { return comparison(term, known).map(Condition.compare) }
        if keys.contains("of") { return someOf(term, known) }
        if keys == ["claim"] { return claimed(term.members?.first, known) }
        if keys == ["all"] { return conditions(term.members?.first, known).map(Condition.all) }
        if keys == ["any"] { return conditions(term.members?.first, known).map(Condition.any) }
        refuse(
            term, "expected a condition",
            hint:
                "{all: […]}, {any: […]}, {at-least: 2, of: […]}, {claim: NAME} or {indicator: …, at-least: …, bound: …}"
        )
        return nil
    }

    private mutating func claimed(_ term: Term?, _ known: Measurable) -> Condition? {
        guard let name = line(term), let claims = known.claims else { return nil }
        return resolved(name, at: term, "claim", among: claims.map(\.name)).map(Condition.claim)
    }

    private mutating func someOf(_ term: Term, _ known: Measurable) -> Condition? {
        guard let fields = section(term, required: ["at-least", "of"]) else { return nil }
        let parts = conditions(fields["of"], known)
        guard let parts, let count = integer(fields["at-least"], in: 1...parts.count) else {
            return nil
        }
        return .atLeast(count, of: parts)
    }

    private mutating func conditions(_ term: Term?, _ known: Measurable) -> [Condition]? {
        guard let elements = list(term) else { return nil }
        guard !elements.isEmpty else {
            refuse(term, "expected at least one condition")
            return nil
        }
        let parts = elements.map { condition($0, known) }
        return parts.contains { $0 == nil } ? nil : parts.compactMap(\.self)
    }

    private mutating func comparison(_ term: Term, _ known: Measurable) -> Comparison? {
        let directions = Comparison.Direction.allCases.map(\.rawValue)
        let named = term.members?.first { $0.key == "indicator" }?.node.scalar
        let isCounted =
            known.indicators?.first { $0.name == named }?.uncertainty == .counted
        // An exact count has no interval, so nobody has to say which end of it counts.
        let interval = ["bound", "confidence"]
        guard
            let fields = section(
                term, required: ["indicator"] + (isCounted ? [] : interval),
                optional: directions + (isCounted ? interval : []))
        else { return nil }
        let bound =
            isCounted && fields["bound"] == nil
            ? .estimate : word(fields["bound"], as: Comparison.Bound.self)
        let confidence = confidence(fields, isCounted: isCounted, bound: bound)
        let direction = direction(fields)
        guard let indicators = known.indicators, let name = line(fields["indicator"]),
            resolved(name, at: fields["indicator"], "indicator", among: indicators.map(\.name))
                != nil,
            let indicator = indicators.first(where: { $0.name == name }), let direction,
            let figure = quantity(fields[direction.rawValue], in: indicator.unit), let bound,
            let confidence
        else { return nil }
        return Comparison(
            indicator: name, direction: direction, figure: figure, bound: bound,
            confidence: confidence)
    }

    private mutating func confidence(
        _ fields: TermSection, isCounted: Bool, bound: Comparison.Bound?
    ) -> ExactDecimal? {
        guard isCounted, bound == .estimate else {
            if isCounted, fields["confidence"] == nil, bound != nil {
                refuse(
                    at: fields.term.place, fields.term.path, "\"confidence\" is missing",
                    hint: "leave the bound out as well to compare the count itself")
            }
            return confidence(fields["confidence"])
        }
        if let written = fields["confidence"] {
            refuse(written, "a count is compared itself, so it has no confidence")
        }
        return .zero
    }

    private mutating func direction(_ fields: TermSection) -> Comparison.Direction? {
        let found = Comparison.Direction.allCases.filter { fields[$0.rawValue] != nil }
        guard let first = found.first, found.count == 1 else {
            refuse(
                at: fields.term.place, fields.term.path,
                "expected exactly one of \(Comparison.Direction.allCases.map(\.rawValue).joined(separator: ", "))"
            )
            return nil
        }
        return first
    }

    /// Below one half an interval's end would be no bound at all.
    private mutating func confidence(_ term: Term?) -> ExactDecimal? {
        guard let value = quantity(term, in: .share) else { return nil }
        guard ExactDecimal(coefficient: 5, exponent: -1) <= value,
            value < ExactDecimal(coefficient: 1)
        else {
            refuse(term, "expected a confidence from 50 % to less than 100 %")
            return nil
        }
        return value
    }
}
