// SPDX-License-Identifier: Apache-2.0

extension AgreementReader {
    mutating func verification(_ term: Term?) -> VerificationTerms? {
        guard
            let fields = section(
                term,
                required: [
                    "stop-evidence-within", "telemetry-every", "telemetry-late-after",
                    "answer-within", "inspection-every", "article",
                ])
        else { return nil }
        let stop = span(fields["stop-evidence-within"], least: .leastClock)
        let every = span(fields["telemetry-every"], least: .leastClock)
        let late = span(fields["telemetry-late-after"], least: .leastClock)
        let answer = span(fields["answer-within"], least: .leastClock)
        let inspection = span(fields["inspection-every"], least: .leastClock)
        let article = article(fields)
        guard let stop, let every, let late, let answer, let inspection, let article else {
            return nil
        }
        return VerificationTerms(
            stopEvidenceWithin: stop, telemetryEvery: every, telemetryLateAfter: late,
            answerWithin: answer, inspectionEvery: inspection, article: article)
    }

    mutating func resume(_ term: Term?) -> ResumeTerms? {
        guard
            let fields = section(
                term,
                required: [
                    "requires-clear-trigger", "requires-elicitation", "requires-mitigations",
                    "opens-after", "stages", "article",
                ], optional: ["milestones"])
        else { return nil }
        let clear = choice(fields["requires-clear-trigger"], yes: "required", no: "not-required")
        let elicitation = choice(
            fields["requires-elicitation"], yes: "required", no: "not-required")
        let mitigations = integer(fields["requires-mitigations"], in: 0...1000)
        let opensAfter = span(fields["opens-after"], least: .leastClock)
        let stages = stages(fields["stages"])
        let milestones = fields["milestones"] == nil ? [] : milestones(fields["milestones"])
        let article = article(fields)
        guard let clear, let elicitation, let mitigations, let opensAfter, let stages,
            let milestones, let article
        else { return nil }
        return ResumeTerms(
            requiresClearTrigger: clear, requiresElicitation: elicitation,
            requiredMitigations: mitigations, opensAfter: opensAfter, stages: stages,
            milestones: milestones, article: article)
    }

    /// In the order written, which is the order of the way back.
    private mutating func stages(_ term: Term?) -> [ResumeStage]? {
        guard let elements = list(term) else { return nil }
        let stages = elements.map { stage($0) }
        return stages.contains { $0 == nil } ? nil : stages.compactMap(\.self)
    }

    private mutating func stage(_ term: Term) -> ResumeStage? {
        guard let fields = section(term, required: ["measure", "threshold", "lasts"]) else {
            return nil
        }
        let measure = word(fields["measure"], as: Measure.self)
        let threshold = quantity(fields["threshold"], in: .flop)
        let lasts = span(fields["lasts"], least: .leastClock)
        guard let measure, let threshold, let lasts else { return nil }
        return ResumeStage(measure: measure, threshold: threshold, lasts: lasts)
    }

    private mutating func milestones(_ term: Term?) -> [Milestone]? {
        guard let terms = named(term) else { return nil }
        let milestones = terms.map { milestone($0) }
        guard !milestones.contains(where: { $0 == nil }) else { return nil }
        return milestones.compactMap(\.self).sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
    }

    private mutating func milestone(_ term: Term) -> Milestone? {
        guard
            let fields = section(
                term, required: ["attesters", "jurisdictions", "text", "article"])
        else { return nil }
        let attesters = integer(fields["attesters"], in: 1...1000)
        let jurisdictions = integer(fields["jurisdictions"], in: 1...1000)
        let text = line(fields["text"])
        let article = article(fields)
        guard let attesters, let jurisdictions, let text, let article else { return nil }
        return Milestone(
            name: term.key, attesters: attesters, jurisdictions: jurisdictions, text: text,
            article: article)
    }
}
