// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

/// Triggers over measurements and judgements as time passes, without membership, questions or
/// orders: what an agreement would make of evidence.
///
/// Whoever reports is an evaluator, and nobody is nominated by anybody. Everything else is as
/// ``Brake`` has it, since both use the same law.
public struct TriggerTrial: Sendable {
    private var law: TriggerLaw
    private var deadlines = DeadlineQueue()
    private var clock: Time?
    private var entries: UInt64 = 0
    private var signers: [String: Int] = [:]
    private var models: [String] = []
    /// By the name's bytes: Swift takes a composed and a decomposed letter for one.
    private var places: [[UInt8]: Int] = [:]

    /// - Parameter triggers: over these indicators and claims; what one asks of another name stays
    ///   unknown.
    public init(indicators: [Indicator], claims: [Claim], triggers: [Trigger]) {
        law = TriggerLaw(
            indicators: indicators, claims: claims, triggers: triggers, signers: [], groups: [],
            at: Time(milliseconds: 0))
    }

    /// Under an agreement: whom it lets nominate whom, and who may report, is as it says.
    public init(_ agreement: Agreement) {
        let roster = Roster(agreement)
        law = TriggerLaw(agreement, roster: roster)
        for (place, party) in roster.parties.enumerated() { signers[party.name] = place }
    }

    /// Somebody measured something.
    ///
    /// - Parameter time: when it became known; a time before the last one counts as the last one.
    /// - Returns: why it has no effect, in a sentence; nil where it has one.
    public mutating func report(
        _ value: MeasuredValue, by evaluator: String, at time: Time
    ) -> String? {
        guard let topic = law.topic(ofIndicator: value.indicator) else {
            return "there is no indicator \(value.indicator)"
        }
        let indicator = law.indicators[topic]
        guard value.unit == indicator.unit else {
            return "\(value.indicator) is measured in \(indicator.unit.rawValue)"
        }
        return put(.measured(value), topic, value.subject, by: evaluator, at: time)
    }

    /// Somebody judged a claim; like ``report(_:by:at:)-(MeasuredValue,_,_)``.
    public mutating func report(
        _ judgement: Judgement, by evaluator: String, at time: Time
    ) -> String? {
        guard let topic = law.topic(ofClaim: judgement.claim) else {
            return "there is no claim \(judgement.claim)"
        }
        return put(.judged(judgement), topic, judgement.subject, by: evaluator, at: time)
    }

    /// A model comes into being, so that triggers of models have it for a subject: from now on it
    /// has to be measured as often as indicators say. What is reported on begins by itself.
    public mutating func begin(model name: String, at time: Time) {
        pass(before: time)
        _ = place(ofModel: name)
        take()
    }

    /// Lets time pass: fires deadlines at or before an instant.
    public mutating func advance(to time: Time) {
        start(at: time)
        while let next = deadlines.first, next.time <= time { fireNext() }
        clock = max(clock ?? time, time)
    }

    /// What each trigger reads about each subject, sorted by trigger, then subject.
    public var standings: [TriggerStanding] {
        law.pairs.map { standing(of: $0) }.sorted {
            $0.trigger != $1.trigger ? $0.trigger < $1.trigger : $0.subject < $1.subject
        }
    }

    /// Where evaluators that count contradict each other, in the order of ``standings``.
    public var dissent: [DissentStanding] {
        law.pairs.flatMap {
            law.dissent(in: $0, about: subject(at: $0.subject), reading: law.reading(of: $0))
        }
        .sorted {
            $0.trigger != $1.trigger ? $0.trigger < $1.trigger : $0.subject < $1.subject
        }
    }

    /// How a trigger stands about a subject; nil for one that is no subject of it.
    public func standing(of trigger: String, about subject: Subject) -> TriggerStanding? {
        guard let place = law.triggers.firstIndex(where: { $0.name == trigger }),
            law.triggers[place].subject == subject.kind
        else { return nil }
        switch subject {
        case .frontier:
            return standing(of: TriggerPair(trigger: place, subject: .frontier))
        case .model(let name):
            return places[Array(name.utf8)].map {
                standing(of: TriggerPair(trigger: place, subject: .model($0)))
            }
        }
    }

    private func standing(of pair: TriggerPair) -> TriggerStanding {
        law.standing(of: pair, about: subject(at: pair.subject), reading: law.reading(of: pair))
    }

    // MARK: - Parts

    private mutating func put(
        _ content: Evidence.Content, _ topic: Int, _ subject: Subject, by evaluator: String,
        at time: Time
    ) -> String? {
        guard law.subjectKind(ofTopic: topic) == subject.kind else {
            return "it is about \(subject), which is no \(law.subjectKind(ofTopic: topic).rawValue)"
        }
        pass(before: time)
        let now = clock ?? time
        let signer = signer(evaluator)
        let place: SubjectPlace =
            if case .model(let name) = subject { .model(self.place(ofModel: name)) } else {
                .frontier
            }
        let slot = EvidenceSlot(topic: topic, subject: place)
        defer { take() }
        if let reason = law.reasonAgainst(content, in: slot, by: signer, at: now, skew: .zero) {
            return reason.sentence
        }
        var isCorrection = false
        if case .measured(let value) = content { isCorrection = value.corrects != nil }
        let item = Evidence(
            signer: signer, entry: LogIndex(entries), received: now, content: content)
        entries += 1
        law.put(item, in: slot, isCorrection: isCorrection, at: now)
        return nil
    }

    private mutating func signer(_ name: String) -> Int {
        if let known = signers[name] { return known }
        signers[name] = law.signers.count
        law.groups.append(law.groups.count)
        law.signers.append(
            TriggerLaw.Signer(name: name, measures: .anything, judges: true))
        return law.signers.count - 1
    }

    private mutating func place(ofModel name: String) -> Int {
        if let known = places[Array(name.utf8)] { return known }
        let place = models.count
        places[Array(name.utf8)] = place
        models.append(name)
        let now = clock ?? Time(milliseconds: 0)
        law.beginModel(owner: nil, at: now)
        law.schedule(.model(place), at: now)
        return place
    }

    private func subject(at place: SubjectPlace) -> Subject {
        if case .model(let model) = place { .model(models[model]) } else { .frontier }
    }

    // MARK: - Time

    private mutating func start(at time: Time) {
        guard clock == nil else { return }
        clock = time
        law.restart(at: time)
        take()
    }

    /// What is reported at a deadline's instant still counts before it.
    private mutating func pass(before time: Time) {
        start(at: time)
        while let next = deadlines.first, next.time < time { fireNext() }
        clock = max(clock ?? time, time)
    }

    private mutating func fireNext() {
        guard let next = deadlines.first else { return }
        deadlines.removeFirst()
        clock = max(clock ?? next.time, next.time)
        if case .evidence(let event) = next.event { law.fire(event, at: clock ?? next.time) }
        take()
    }

    private mutating func take() {
        for (time, event) in law.takeAsked() {
            deadlines.insert(Deadline(time: time, event: .evidence(event)))
        }
        _ = law.takeTouched()
    }
}
