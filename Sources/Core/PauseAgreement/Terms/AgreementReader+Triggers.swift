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
                term, required: ["unit", "subject", "method", "valid", "stale-after", "article"])
        else { return nil }
        let unit = word(fields["unit"], as: QuantityUnit.self)
        let subject = word(fields["subject"], as: SubjectKind.self)
        let method = line(fields["method"])
        let range = unit.flatMap { valid(fields["valid"], in: $0) }
        let staleAfter = span(fields["stale-after"], least: .leastClock)
        let article = article(fields)
        guard let unit, let subject, let method, let range, let staleAfter, let article else {
            return nil
        }
        return Indicator(
            name: term.key, unit: unit, subject: subject, method: method, least: range.least,
            most: range.most, staleAfter: staleAfter, article: article)
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

    mutating func triggers(_ term: Term?, indicators: [Indicator]?) -> [Trigger]? {
        guard let terms = named(term) else { return nil }
        let triggers = terms.map { trigger($0, indicators: indicators) }
        guard !triggers.contains(where: { $0 == nil }) else { return nil }
        return triggers.compactMap(\.self).sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
    }

    private mutating func trigger(_ term: Term, indicators: [Indicator]?) -> Trigger? {
        guard
            let fields = section(
                term,
                required: ["subject", "when", "evidence", "on-unknown", "measure", "article"],
                optional: ["lifted-by", "rearm"])
        else { return nil }
        let subject = word(fields["subject"], as: SubjectKind.self)
        let condition = condition(fields["when"], indicators: indicators)
        let evidence = evidence(fields["evidence"])
        let onUnknown = word(fields["on-unknown"], as: OnUnknown.self)
        let measure = word(fields["measure"], as: Measure.self)
        let article = article(fields)
        let liftedBy = fields["lifted-by"] == nil ? [] : distinctLines(fields["lifted-by"])
        guard let subject, let condition, let evidence, let onUnknown, let measure, let article,
            let liftedBy
        else { return nil }
        let written = fields["rearm"]
        let rearm =
            written == nil ? [] : rearm(written, condition: condition, indicators: indicators)
        guard let rearm else { return nil }
        return Trigger(
            name: term.key, subject: subject, condition: condition, evidence: evidence,
            onUnknown: onUnknown, measure: measure, article: article, liftedBy: liftedBy,
            rearm: rearm)
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
        _ term: Term?, condition: Condition, indicators: [Indicator]?
    ) -> [ExactDecimal]? {
        guard let elements = list(term) else { return nil }
        let leaves = condition.leaves
        guard let leaf = leaves.first, leaves.count == 1 else {
            refuse(
                term, "the condition has \(leaves.count) comparisons, so none is the one to rearm",
                hint: "only a trigger of a single comparison can be rearmed")
            return nil
        }
        guard let unit = indicators?.first(where: { $0.name == leaf.indicator })?.unit else {
            return nil
        }
        let figures = elements.map { quantity($0, in: unit) }
        return figures.contains { $0 == nil } ? nil : figures.compactMap(\.self)
    }

    private mutating func evidence(_ term: Term?) -> EvidenceRule? {
        guard let fields = section(term, required: ["evaluators", "assurance", "pool"]) else {
            return nil
        }
        let evaluators = integer(fields["evaluators"], in: 1...1000)
        let assurance = word(fields["assurance"], as: Assurance.self)
        let pool = word(fields["pool"], as: EvidenceRule.Pool.self)
        guard let evaluators, let assurance, let pool else { return nil }
        return EvidenceRule(evaluators: evaluators, assurance: assurance, pool: pool)
    }
}

// MARK: - Conditions

extension AgreementReader {
    /// `{all: […]}`, `{any: […]}`, `{at-least: 2, of: […]}`, or a comparison.
    private mutating func condition(_ term: Term?, indicators: [Indicator]?) -> Condition? {
        guard let term else { return nil }
        let keys = term.members?.map(\.key) ?? []
        if keys.contains("indicator") {
            return comparison(term, indicators: indicators).map(Condition.compare)
        }
        if keys.contains("of") { return someOf(term, indicators: indicators) }
        if keys == ["all"] {
            return conditions(term.members?.first, indicators: indicators).map(Condition.all)
        }
        if keys == ["any"] {
            return conditions(term.members?.first, indicators: indicators).map(Condition.any)
        }
        refuse(
            term, "expected a condition",
            hint:
                "{all: […]}, {any: […]}, {at-least: 2, of: […]} or {indicator: …, at-least: …, bound: …}"
        )
        return nil
    }

    private mutating func someOf(_ term: Term, indicators: [Indicator]?) -> Condition? {
        guard let fields = section(term, required: ["at-least", "of"]) else { return nil }
        let parts = conditions(fields["of"], indicators: indicators)
        guard let parts, let count = integer(fields["at-least"], in: 1...parts.count) else {
            return nil
        }
        return .atLeast(count, of: parts)
    }

    private mutating func conditions(_ term: Term?, indicators: [Indicator]?) -> [Condition]? {
        guard let elements = list(term) else { return nil }
        guard !elements.isEmpty else {
            refuse(term, "expected at least one condition")
            return nil
        }
        let parts = elements.map { condition($0, indicators: indicators) }
        return parts.contains { $0 == nil } ? nil : parts.compactMap(\.self)
    }

    private mutating func comparison(_ term: Term, indicators: [Indicator]?) -> Comparison? {
        let directions = Comparison.Direction.allCases.map(\.rawValue)
        guard
            let fields = section(
                term, required: ["indicator", "bound", "confidence"], optional: directions)
        else { return nil }
        let bound = word(fields["bound"], as: Comparison.Bound.self)
        let confidence = confidence(fields["confidence"])
        let direction = direction(fields)
        guard let indicators, let name = line(fields["indicator"]),
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
