// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// One reason for a measure, from the decision (or the party's own word) until it ends.
struct Cause: Sendable {
    let id: String
    let entry: LogIndex
    /// What it rests on; nil for a party's own.
    let trigger: TriggerPair?
    /// Whose model it is about; nil for the frontier.
    var accused: Int?
    /// Who stopped itself; nil for a cause by decision.
    let party: Int?
    /// The model behind a party's own.
    let model: Int?
    let since: Time
    var standing: CauseInForce.Standing
    /// What was called; ``measure`` may have become milder since.
    let called: Measure
    var measure: Measure
    /// The threshold of a stage on the way out; nil for the measure's own.
    var threshold: ExactDecimal?
    /// The way out, once the council cleared it.
    var resumption: Resumption?
    /// Only what was attested after this entry counts for clearing it: the one that established it,
    /// or that called it back on its way out.
    var attestedAfter: LogIndex
    /// When the measure takes hold.
    var from: Time
    /// Whether it has taken hold.
    var holds: Bool
    /// Whether the time to show a stop has run out.
    var evidenceOverdue = false
    var expiry: Time?
    var ended: Time?

    var isByDecision: Bool { party == nil }
}

/// All causes so far, in the order of their entries.
struct CauseBook: Sendable {
    private(set) var causes: [Cause] = []
    /// Places of the open ones, in order.
    private(set) var open: [Int] = []
    private var places: [String: Int] = [:]

    func place(of id: String) -> Int? { places[id] }

    subscript(place: Int) -> Cause {
        get { causes[place] }
        _modify { yield &causes[place] }
    }

    var openCauses: [Cause] { open.map { causes[$0] } }

    /// Open causes by which the council stops everybody.
    var calledByDecision: [String] {
        openCauses.filter { $0.isByDecision && $0.measure == .pause }.map(\.id)
    }

    mutating func add(_ cause: Cause) -> Int {
        let place = causes.count
        causes.append(cause)
        places[cause.id] = place
        open.append(place)
        return place
    }

    mutating func end(_ place: Int, at time: Time) {
        causes[place].ended = time
        open.removeAll { $0 == place }
    }
}

// MARK: - By decision

extension Brake {
    /// A determination was adopted: the trigger's measure is called, for a while.
    mutating func beginCause(_ pair: TriggerPair, accused: Int?, at index: LogIndex) {
        let measure = agreement.triggers[pair.trigger].measure
        let expiry = clock.later(by: agreement.clocks.provisional)
        let from = takesHold(measure)
        let place = causes.add(
            Cause(
                id: "c\(index)", entry: index, trigger: pair, accused: accused, party: nil,
                model: nil,
                since: clock, standing: .provisional, called: measure, measure: measure,
                attestedAfter: index, from: from, holds: from <= clock, expiry: expiry))
        board[pair].cause = place
        schedule(place)
        deadlines.insert(Deadline(time: closing(expiry), event: .causeEnds(place)))
        let matter = Matter(trigger: pair, accused: accused, cause: place)
        open(.confirmation, on: matter, at: index, noLaterThan: expiry)
    }

    /// After the grace; but a second cause gives nobody who is stopped already a new grace.
    private func takesHold(_ measure: Measure) -> Time {
        let grace = agreement.measure(measure)?.grace ?? .zero
        let standing = causes.openCauses.filter { $0.isByDecision && $0.measure == measure }.map(
            \.from)
        let own = clock.later(by: grace)
        return max(clock, min(own, standing.min() ?? own))
    }

    mutating func schedule(_ place: Int) {
        let from = causes[place].from
        if !causes[place].holds { deadlines.insert(Deadline(time: from, event: .takesHold(place))) }
        if causes[place].measure == .pause {
            let due = from.later(by: agreement.verification.stopEvidenceWithin)
            deadlines.insert(Deadline(time: closing(due), event: .evidenceDue(place)))
        }
    }

    mutating func confirm(_ place: Int) {
        guard causes[place].ended == nil, causes[place].resumption == nil else { return }
        causes[place].standing = .confirmed
        causes[place].expiry = agreement.onExpiry.sunset
        derived.isStale = true
    }

    /// Nobody confirmed it: a milder measure for as long again, then nothing.
    ///
    /// - Parameter since: from when it counts: the deadline that passed, though that closed one
    ///   merge delay later.
    mutating func lapse(_ place: Int, since: Time) {
        guard causes[place].ended == nil, causes[place].standing == .provisional else { return }
        lapse(place, to: agreement.clocks.lapsesTo, since: since)
    }

    private mutating func lapse(_ place: Int, to measure: Measure, since: Time) {
        var end = since.later(by: agreement.clocks.provisional)
        // A cause that lapsed, or was on its way out, before the sunset is not drawn out by it.
        let isEnding = causes[place].resumption.map { !$0.isHeld }
        if isEnding ?? (causes[place].standing == .lapsed), let expiry = causes[place].expiry {
            end = min(end, expiry)
        }
        causes[place].standing = .lapsed
        causes[place].resumption = nil
        if measure < causes[place].measure {
            causes[place].measure = measure
            causes[place].threshold = nil
            causes[place].from = clock
            causes[place].holds = true
        }
        causes[place].expiry = end
        deadlines.insert(Deadline(time: end, event: .causeEnds(place)))
        derived.isStale = true
    }

    /// The end of a cause's time. One that lapsed since has another, and the sunset ends the
    /// confirmed.
    mutating func endCause(_ place: Int, due: Time) {
        let cause = causes[place]
        guard cause.ended == nil, let expiry = cause.expiry, expiry <= due else { return }
        switch cause.standing {
        case .provisional: lapse(place, since: expiry)
        case .lapsed: endCause(place)
        case .confirmed, .own, .automatic, .resuming: break
        }
    }

    mutating func endCause(_ place: Int) {
        guard causes[place].ended == nil else { return }
        causes.end(place, at: clock)
        closeQuestions(about: place, as: .causeEnded(causes[place].id))
        if let pair = causes[place].trigger {
            board[pair].cause = nil
            board.reconsider(pair)
        }
        derived.isStale = true
    }

    mutating func takeHold(_ place: Int) {
        guard causes[place].ended == nil, causes[place].from <= clock else { return }
        causes[place].holds = true
        derived.isStale = true
    }

    mutating func findUnverified(_ place: Int) {
        let cause = causes[place]
        guard cause.ended == nil, cause.measure == .pause,
            cause.from.later(by: agreement.verification.stopEvidenceWithin) <= clock
        else { return }
        causes[place].evidenceOverdue = true
        derived.isStale = true
    }

    /// The sunset: what is open falls back in one more stage, and then ends too.
    mutating func end() {
        ended = true
        closeAllQuestions()
        for place in causes.open {
            if causes[place].isByDecision {
                lapse(place, to: agreement.onExpiry.lapsesTo, since: clock)
            } else {
                endCause(place)
            }
        }
        derived.isStale = true
    }
}

// MARK: - By the party itself

extension Brake {
    mutating func stop(_ pause: SelfPause, by party: Int, at index: LogIndex) -> NoEffect.Reason? {
        guard let model = models.place(of: pause.model) else {
            return .unregisteredModel(model: pause.model)
        }
        guard let developer = models[model].developer else {
            return .unregisteredModel(model: pause.model)
        }
        guard developer == party else {
            return .modelOfAnother(model: pause.model, developer: roster.parties[developer].name)
        }
        if let open = ownCause(of: party, about: model) {
            return .alreadyPaused(cause: causes[open].id)
        }
        let place = causes.add(
            Cause(
                id: "c\(index)", entry: index, trigger: nil, accused: nil, party: party,
                model: model,
                since: clock, standing: .own, called: .pause, measure: .pause,
                attestedAfter: index, from: clock, holds: true, expiry: nil))
        schedule(place)
        derived.isStale = true
        return nil
    }

    mutating func goOn(_ resume: SelfResume, by party: Int) -> NoEffect.Reason? {
        guard let model = models.place(of: resume.model),
            let open = ownCause(of: party, about: model)
        else { return .noOwnPause(model: resume.model) }
        endCause(open)
        return nil
    }

    private func ownCause(of party: Int, about model: Int) -> Int? {
        causes.open.first { causes[$0].party == party && causes[$0].model == model }
    }
}

// MARK: - Resuming

extension Brake {
    /// What the cause's trigger reads on the evidence that counts for resuming.
    func verdictForResuming(_ cause: Cause) -> TriggerVerdict {
        guard agreement.resume.requiresClearTrigger else { return .clear }
        guard let pair = cause.trigger, let reading = readingForResuming(cause) else {
            return .unknown
        }
        switch law[pair].phase {
        // What has begun to hold again is not clear, however long it takes until it is crossed.
        case .pending: return .unknown
        case .kept: return .crossed
        case .idle, .crossed: return TriggerVerdict(reading.truth)
        }
    }

    /// Why a cause may not be put to a vote on resuming, or nil.
    func reasonAgainstResuming(_ place: Int) -> NoEffect.Reason? {
        let cause = causes[place]
        guard let pair = cause.trigger else { return nil }
        if !triggers[pair.trigger].liftedBy.isEmpty {
            let missing = milestonesMissing(cause)
            return missing.isEmpty ? nil : .milestonesMissing(cause: cause.id, names: missing)
        }
        let reads = verdictForResuming(cause)
        guard reads == .clear else {
            return .notClear(
                cause: cause.id, trigger: triggers[pair.trigger].name, reads: reads,
                because: reasonForResuming(cause).text)
        }
        guard case .model = pair.subject else { return nil }
        let (have, need) = mitigated(place)
        return have < need ? .notMitigated(cause: cause.id, have: have, need: need) : nil
    }

    /// Evidence can grow old, and attestations can be taken back, while the council votes.
    func closingAgainstResuming(_ place: Int) -> Question.Closing? {
        switch reasonAgainstResuming(place) {
        case nil: nil
        case .notClear(_, _, let reads, _): .noLongerClear(reads)
        default: .noLongerAttested
        }
    }

    func readingForResuming(_ cause: Cause) -> Reading? {
        guard let pair = cause.trigger else { return nil }
        let filter = EvidenceFilter(
            after: cause.since, elicited: agreement.resume.requiresElicitation)
        return law.reading(of: pair, filter: filter)
    }
}
