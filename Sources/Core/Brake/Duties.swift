// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

/// Something that a party owes under the agreement, and by when.
public struct Duty: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// To say whether it joins.
        case accede
        case vote
        /// To save and hold covered work before a called pause takes hold.
        case save
        /// To keep covered work as a measure in force says.
        case comply
        /// To show, by all of its sites, that it stopped.
        case showStop = "show-stop"
        /// To name the places where it does covered work.
        case declareSite = "declare-site"
        /// To say of one site that it stopped.
        case stop
        case telemetry
        /// To open the samples that an auditor drew.
        case answer
        /// To say what samples, or a site, show.
        case finding
        /// To take a safety measure about a cause.
        case mitigate
        /// To judge a mitigation or a milestone.
        case attest
        /// To measure again, before a measurement is too old or since a cause began.
        case measure
        /// To measure what an indicator asks to be measured every so often.
        case evaluate
        /// To answer an evaluator who asked for access to a model.
        case access
        /// It stays bound until then.
        case notice
    }

    public let kind: Kind
    /// What it is about: a question, a cause, a site, an indicator. Within its kind it stays the
    /// same for as long as the duty does.
    public let about: String
    /// Nil for what has no term of its own.
    public let due: Time?
    public let isOverdue: Bool
    /// One sentence without a full stop.
    public let sentence: String
    /// The article behind it.
    public let clause: String

    /// The same for the same duty, whenever and wherever it is derived.
    public var id: String { "\(kind.rawValue)-\(about)" }
}

extension Brake {
    /// What a party owes at an instant, or as of the last entry where that is later: overdue and
    /// dated duties first, by their dates.
    ///
    /// Empty for a name that is no party's.
    public func duties(of name: String, at time: Time) -> [Duty] {
        guard let place = roster.place(of: name) else { return [] }
        var copy = self
        copy.advance(to: time)
        let view = DutyView(brake: copy, place: place, state: copy.derivedState())
        let duties =
            view.membership + view.votes + view.measures + view.stopping + view.inspections
            + view.safety + view.evidence + view.evaluations
        return duties.sorted { a, b in
            switch (a.due, b.due) {
            case (let one?, let other?) where one != other: one < other
            case (nil, .some): false
            case (.some, nil): true
            default: a.id.utf8.lexicographicallyPrecedes(b.id.utf8)
            }
        }
    }
}

/// The law as one party looks at it.
struct DutyView {
    let brake: Brake
    let place: Int
    let state: State

    var party: Party { brake.roster.parties[place] }
    var agreement: Agreement { brake.agreement }

    // MARK: - Joining and leaving

    var membership: [Duty] {
        switch brake.membership.standings[place] {
        case .outside: accession
        case .withdrawn: []
        case .joined(let member):
            member.noticeEnds.map { end in
                [
                    duty(
                        .notice, "withdrawal", due: end,
                        "its notice runs: bound by every measure until then",
                        agreement.exit.article)
                ]
            } ?? []
        }
    }

    private var accession: [Duty] {
        // Whoever only watches the log takes no side in it, and what is over is not joined.
        let joins = Set(party.roles).subtracting([.monitor, .witness])
        guard !joins.isEmpty, state.brake != .ended else { return [] }
        let waits =
            state.entryIntoForce.waitsFor.isEmpty
            ? "" : "; entry into force waits for \(listed(state.entryIntoForce.waitsFor))"
        return [
            duty(
                .accede, "accession", due: nil,
                "to say whether it joins, and on which condition\(waits)",
                agreement.entryIntoForce.article)
        ]
    }

    // MARK: - Deciding

    var votes: [Duty] {
        guard agreement.decisions.council.contains(party.name) else { return [] }
        return state.questions.filter { question in
            // It closes later, but only for what was said by then.
            question.status == .open && state.at <= question.deadline
                && !question.recused.contains { $0.party == party.name }
                && !question.votes.contains { $0.counts && $0.party == party.name }
        }
        .map { question in
            let timeout =
                question.rule.onTimeout == .lapse
                ? "without it the order lapses" : "without enough votes nothing changes"
            return duty(
                .vote, question.id, due: question.deadline,
                "to vote on \(question.sentence); \(timeout)", question.clause)
        }
    }

    // MARK: - Stopping

    var measures: [Duty] {
        state.order.measures.filter { $0.parties.contains(party.name) && $0.measure != .notify }
            .map { obey($0) }
    }

    private func obey(_ measure: MeasureInForce) -> Duty {
        let about = "\(measure.measure.rawValue)-\(measure.causes.first ?? "none")"
        if measure.measure == .pause, state.at < measure.from {
            return duty(
                .save, about, due: measure.from,
                "to save and hold all covered work: \(measure.sentence)", measure.clause)
        }
        let end =
            measure.models == nil
            ? "until the order ends" : "until the party itself ends it (self-resume)"
        return duty(.comply, about, due: nil, "\(measure.sentence), \(end)", measure.clause)
    }

    // MARK: - Evidence

    /// What whoever measures has to measure again, for the causes that are open.
    var evidence: [Duty] {
        guard !party.doesCoveredWork,
            party.roles.contains(.evaluator) || party.roles.contains(.auditor)
        else { return [] }
        var seen: Set<String> = []
        return state.order.causes.flatMap { cause -> [Duty] in
            guard let trigger = cause.trigger.flatMap({ brake.currentTrigger($0) }),
                let subject = cause.subject
            else { return [] }
            let names = trigger.condition.leaves.map(\.indicator)
            return names.compactMap { name in
                guard seen.insert("\(name) \(subject)").inserted else { return nil }
                return measurement(of: name, for: cause, about: subject)
            }
        }
    }

    private func measurement(of name: String, for cause: CauseInForce, about subject: Subject)
        -> Duty?
    {
        guard let indicator = agreement.indicator(name) else { return nil }
        let asked = indicator.subject == .frontier ? Subject.frontier : subject
        let about = "\(name)-\(asked)"
        let held = state.measurements.first {
            $0.signer == party.name && $0.value.indicator == name && $0.value.subject == asked
        }
        guard let held, held.value.made > cause.since else {
            let has = held.map { ", and its last is of \($0.value.made)" } ?? ""
            return duty(
                .measure, about, due: nil,
                "to measure \(name) of \(asked): only evidence made after \(cause.since) counts for "
                    + "clearing \(cause.id)\(has)", indicator.article)
        }
        let due = held.value.made.later(by: indicator.staleAfter)
        return duty(
            .measure, about, due: due,
            "to measure \(name) of \(asked) again: \(cause.id) is open, and its measurement of "
                + "\(held.value.made) counts until then", indicator.article)
    }

    // MARK: - Parts

    func duty(
        _ kind: Duty.Kind, _ about: String, due: Time?, _ sentence: String, _ clause: String
    ) -> Duty {
        Duty(
            kind: kind, about: about, due: due, isOverdue: due.map { $0 < state.at } ?? false,
            sentence: sentence, clause: clause)
    }
}

extension Brake {
    /// A trigger with the figures that hold now.
    fileprivate func currentTrigger(_ name: String) -> Trigger? {
        triggers.first { $0.name == name }
    }
}
