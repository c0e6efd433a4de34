// SPDX-License-Identifier: Apache-2.0

extension AgreementReader {
    /// The four rungs of the ladder, mildest first.
    mutating func measures(_ term: Term?) -> [MeasureTerms]? {
        guard let fields = section(term, required: Measure.allCases.map(\.rawValue)) else {
            return nil
        }
        let measures = Measure.allCases.map { measure(fields[$0.rawValue], $0) }
        return measures.contains { $0 == nil } ? nil : measures.compactMap(\.self)
    }

    private mutating func measure(_ term: Term?, _ measure: Measure) -> MeasureTerms? {
        guard let fields = section(term, required: ["grace", "activities", "threshold", "article"])
        else { return nil }
        let grace = span(fields["grace"])
        let activities = words(fields["activities"], as: Activity.self)
        let threshold = quantity(fields["threshold"], in: .flop)
        if let threshold, threshold < .zero {
            refuse(fields["threshold"], "expected no negative number")
        }
        let article = article(fields)
        guard let grace, let activities, let threshold, let article else { return nil }
        return MeasureTerms(
            measure: measure, grace: grace, activities: activities, threshold: threshold,
            article: article)
    }

    mutating func scope(_ term: Term?) -> Scope? {
        guard let fields = section(term, required: ["lineage", "exemptions", "article"]) else {
            return nil
        }
        let lineage = choice(fields["lineage"], yes: "covered", no: "not-covered")
        let exemptions = lines(fields["exemptions"])
        let article = article(fields)
        guard let lineage, let exemptions, let article else { return nil }
        return Scope(lineage: lineage, exemptions: exemptions, article: article)
    }

    mutating func incentives(_ term: Term?) -> IncentiveTerms? {
        guard let fields = section(term, required: ["bond", "catch-up-hold", "article"]) else {
            return nil
        }
        let bond = line(fields["bond"])
        let hold = span(fields["catch-up-hold"], least: .leastClock)
        let article = article(fields)
        guard let bond, let hold, let article else { return nil }
        return IncentiveTerms(bond: bond, catchUpHold: hold, article: article)
    }

    mutating func disclosure(_ term: Term?) -> DisclosureTerms? {
        guard let fields = section(term, required: ["audience", "article"]) else { return nil }
        let audience = line(fields["audience"])
        if let audience, audience != "declared" {
            refuse(
                fields["audience"], "\"\(audience)\" is not known here",
                hint:
                    "\"declared\": every field of every statement kind has the audience that its kind declares"
            )
        }
        let article = article(fields)
        guard let audience, let article else { return nil }
        return DisclosureTerms(audience: audience, article: article)
    }

    mutating func clocks(_ term: Term?, provisional: Term?) -> Clocks? {
        let clocks = section(
            term, required: ["lease"], optional: ["access-answer-within", "comment-within"])
        let lapse = section(provisional, required: ["lapses-after", "to"])
        let lease = span(clocks?["lease"], least: .leastClock)
        let lapsesAfter = span(lapse?["lapses-after"], least: .leastClock)
        let lapsesTo = word(lapse?["to"], as: Measure.self)
        let accessAnswer = optionalSpan(clocks?["access-answer-within"], least: .leastClock)
        let comment = optionalSpan(clocks?["comment-within"], least: .leastClock)
        guard let lease, let lapsesAfter, let lapsesTo, let accessAnswer, let comment else {
            return nil
        }
        return Clocks(
            lease: lease, provisional: lapsesAfter, lapsesTo: lapsesTo,
            accessAnswer: accessAnswer, comment: comment)
    }

    mutating func onSilence(_ term: Term?) -> OnSilence? {
        guard let fields = section(term, required: ["measure", "grace", "article"]) else {
            return nil
        }
        let measure = word(fields["measure"], as: Measure.self)
        let grace = span(fields["grace"])
        let article = article(fields)
        guard let measure, let grace, let article else { return nil }
        return OnSilence(measure: measure, grace: grace, article: article)
    }

    mutating func onExpiry(_ term: Term?) -> OnExpiry? {
        guard let fields = section(term, required: ["sunset", "lapses-to", "article"]) else {
            return nil
        }
        var sunset: Time?
        if let text = line(fields["sunset"]) {
            sunset = Time(text)
            if sunset == nil {
                refuse(fields["sunset"], "expected a day such as \"2031-01-01\", found \"\(text)\"")
            }
        }
        let lapsesTo = word(fields["lapses-to"], as: Measure.self)
        let article = article(fields)
        guard let sunset, let lapsesTo, let article else { return nil }
        return OnExpiry(sunset: sunset, lapsesTo: lapsesTo, article: article)
    }

    mutating func exit(_ term: Term?) -> ExitTerms? {
        guard let fields = section(term, required: ["notice", "article"]) else { return nil }
        let notice = span(fields["notice"])
        let article = article(fields)
        guard let notice, let article else { return nil }
        return ExitTerms(notice: notice, article: article)
    }
}
