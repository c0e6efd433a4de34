// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// A question's place in the order of the log: the entry that opened it, and which of that entry's
/// it is.
struct QuestionNumber: Hashable, Comparable, Sendable {
    let entry: LogIndex
    /// 1 for the first question of an entry.
    let suffix: Int

    /// `q12`, and `q12.2` for the second question that entry 12 opened.
    var id: String { suffix == 1 ? "q\(entry)" : "q\(entry).\(suffix)" }

    static func < (a: QuestionNumber, b: QuestionNumber) -> Bool {
        (a.entry, a.suffix) < (b.entry, b.suffix)
    }
}

/// What a question is about.
struct Matter: Sendable {
    var trigger: TriggerPair?
    /// The place of the party accused, or whose model is in question.
    var accused: Int?
    /// The place of the cause to be confirmed or cleared.
    var cause: Int?
    /// The entry of the measurement that is challenged.
    var measurement: LogIndex?
}

/// Something to be decided, and how far it has come.
struct Question: Sendable {
    let number: QuestionNumber
    let kind: QuestionKind
    var matter: Matter
    let rule: DecisionRule
    let opened: Time
    /// What is said by then counts.
    let deadline: Time
    /// When it closes: one merge delay after the deadline, for what was said before and withheld.
    let closes: Time
    /// Places of members without a vote on it, and why.
    var recused: [(member: Int, why: DecisionRule.Recusal)]
    var status = QuestionStatus.open
    var closed: Time?
    var closing: Closing?
    /// The votes that count: one a member at most, however many it sends.
    var ballots: [Ballot] = []
    /// All votes, those without effect too.
    var votes: [CastVote] = []
    var hearings: [Heard] = []

    /// Why a question closed otherwise than by its votes or its deadline.
    enum Closing: Hashable, Sendable {
        case causeEnded(String)
        /// There is nothing left to confirm.
        case causeCleared(String)
        case agreementEnded
        /// The vote carried, but the trigger no longer read clear.
        case noLongerClear(TriggerVerdict)
        /// The vote carried, but mitigations or milestones were no longer attested.
        case noLongerAttested
        /// Too few members have a vote.
        case neverAdoptable
    }

    struct Ballot: Hashable, Sendable {
        let member: Int
        let choice: Vote.Choice
        let entry: LogIndex
    }

    var id: String { number.id }

    /// Why what was said then is too late; nil where it is not.
    func refuses(said: Time) -> NoEffect.Reason? {
        deadline < said
            ? .afterDeadline(question: id, deadline: deadline, closes: closes) : nil
    }

    /// Keeps a vote, in the place of the same one where that was late and now is not.
    mutating func record(_ vote: CastVote) {
        if let place = votes.firstIndex(where: { $0.entry == vote.entry }) {
            votes[place] = vote
        } else {
            votes.append(vote)
        }
    }

    /// Takes the ballots of these members back; their votes stay on the record without counting.
    mutating func strike(_ members: [Int], of roster: Roster) {
        ballots.removeAll { members.contains($0.member) }
        let names = members.map { roster.parties[$0].name }
        votes = votes.map {
            CastVote(
                party: $0.party, choice: $0.choice, reason: $0.reason, entry: $0.entry,
                counts: $0.counts && !names.contains($0.party))
        }
    }
}

/// All questions so far, in the order in which they were opened.
struct Docket: Sendable {
    private(set) var questions: [Question] = []
    /// Places of the open ones, in order.
    private(set) var open: [Int] = []
    private var places: [String: Int] = [:]

    func place(of id: String) -> Int? { places[id] }

    subscript(place: Int) -> Question {
        get { questions[place] }
        _modify { yield &questions[place] }
    }

    /// The number that the next question opened by this entry gets.
    func nextNumber(at entry: LogIndex) -> QuestionNumber {
        let last = questions.last?.number
        return QuestionNumber(entry: entry, suffix: last?.entry == entry ? last!.suffix + 1 : 1)
    }

    mutating func add(_ question: Question) -> Int {
        let place = questions.count
        questions.append(question)
        places[question.id] = place
        open.append(place)
        return place
    }

    mutating func close(_ place: Int, as status: QuestionStatus, at time: Time) {
        questions[place].status = status
        questions[place].closed = time
        open.removeAll { $0 == place }
    }
}

// MARK: - Opening and closing

extension Brake {
    /// Opens a question where the agreement has a rule for its kind.
    mutating func open(
        _ kind: QuestionKind, on matter: Matter, at index: LogIndex, noLaterThan limit: Time? = nil
    ) {
        guard let rule = agreement.decisions.rule(for: kind) else { return }
        let deadline = min(clock.later(by: rule.deadline), limit ?? .last)
        let question = Question(
            number: docket.nextNumber(at: index), kind: kind, matter: matter, rule: rule,
            opened: clock, deadline: deadline, closes: closing(deadline),
            recused: recused(by: rule, accused: matter.accused))
        let place = docket.add(question)
        deadlines.insert(Deadline(time: question.closes, event: .voting(question.number)))
        if kind == .determination, let pair = matter.trigger {
            board[pair].determination = question.number
        }
        derived.isStale = true
        decide(place, at: index)
    }

    private func recused(
        by rule: DecisionRule, accused: Int?
    ) -> [(member: Int, why: DecisionRule.Recusal)] {
        guard let accused else { return [] }
        return roster.council.compactMap { member in
            if rule.recusal.contains(.accused), member == accused { return (member, .accused) }
            if rule.recusal.contains(.nominatedByAccused),
                roster.parties[member].nominatedBy == roster.parties[accused].name
            {
                return (member, .nominatedByAccused)
            }
            return nil
        }
    }

    /// A developer has come forward as the one that answers for a model: what is open about it, and
    /// what its cause will lead to, is about this developer from now on.
    ///
    /// Votes of members that it nominated count no longer, else staying unregistered until they
    /// have voted would be a way around recusal.
    mutating func accuse(_ developer: Int, of subject: SubjectPlace, at index: LogIndex) {
        for place in causes.open where causes[place].trigger?.subject == subject {
            causes[place].accused = developer
        }
        for place in docket.open where docket[place].matter.trigger?.subject == subject {
            let recused = recused(by: docket[place].rule, accused: developer)
            docket[place].matter.accused = developer
            docket[place].recused = recused
            docket[place].strike(recused.map(\.member), of: roster)
        }
        for place in docket.open where docket[place].matter.trigger?.subject == subject {
            decide(place, at: index)
        }
    }

    /// Closes the question as soon as its votes leave nothing open.
    mutating func decide(_ place: Int, at index: LogIndex) {
        switch tally(docket[place]) {
        case .open: break
        case .adopted: close(place, as: .adopted, at: index)
        case .rejected:
            if docket[place].ballots.isEmpty { docket[place].closing = .neverAdoptable }
            close(place, as: .rejected, at: index)
        }
    }

    mutating func timeOut(_ number: QuestionNumber) {
        guard let place = docket.place(of: number.id), docket[place].status == .open else { return }
        close(place, as: .timedOut, at: record.last)
    }

    private mutating func close(_ place: Int, as status: QuestionStatus, at index: LogIndex) {
        let question = docket[place]
        var status = status
        if question.kind == .resume, status == .adopted, let cause = question.matter.cause {
            // Evidence can grow old while the council votes.
            if let closing = closingAgainstResuming(cause) {
                docket[place].closing = closing
                status = .rejected
            }
        }
        docket.close(place, as: status, at: clock)
        derived.isStale = true
        switch question.kind {
        case .determination: determined(question, adopted: status == .adopted, at: index)
        case .confirmation:
            guard let cause = question.matter.cause else { return }
            if status == .adopted {
                confirm(cause)
            } else {
                lapse(cause, since: status == .timedOut ? question.deadline : clock)
            }
        case .resume:
            guard status == .adopted, let cause = question.matter.cause else { return }
            if let pair = causes[cause].trigger { decided(pair, upTo: index) }
            beginResuming(cause)
        case .nonCompliance:
            guard status == .adopted, let accused = question.matter.accused else { return }
            nonCompliant[accused] = question.id
        case .challenge:
            guard status == .adopted, let entry = question.matter.measurement else { return }
            withdraw(entry, by: question)
        }
    }

    private mutating func determined(_ question: Question, adopted: Bool, at index: LogIndex) {
        guard let pair = question.matter.trigger else { return }
        board[pair].determination = nil
        decided(pair, upTo: index)
        switch (board[pair].cause, adopted) {
        case (nil, true): beginCause(pair, accused: question.matter.accused, at: index)
        case (let cause?, true): snapBack(cause, at: index)
        case (nil, false): board.reconsider(pair)
        case (let cause?, false):
            board.reconsider(pair)
            goOnResuming(cause)
        }
    }

    /// Closes what depends on a cause that is no more, or on its way out.
    mutating func closeQuestions(about cause: Int, as closing: Question.Closing) {
        for place in docket.open where docket[place].matter.cause == cause {
            docket[place].closing = closing
            docket.close(place, as: .rejected, at: clock)
        }
    }

    /// Closes everything without consequence: there is no agreement left to decide under.
    mutating func closeAllQuestions() {
        for place in docket.open {
            docket[place].closing = .agreementEnded
            docket.close(place, as: .timedOut, at: clock)
        }
    }
}

// MARK: - Statements

extension Brake {
    mutating func ask(_ request: QuestionRequest, at index: LogIndex) -> NoEffect.Reason? {
        guard membership.inForce else { return .notInForce }
        guard agreement.decisions.rule(for: request.question) != nil else {
            return .noRule(request.question)
        }
        if let id = request.cause { return askToResume(id, at: index) }
        guard let accused = request.accused.flatMap({ roster.place(of: $0) }) else {
            preconditionFailure("admission refuses unknown parties")
        }
        guard membership.standings[accused].member != nil else {
            return .notBound(party: roster.parties[accused].name)
        }
        guard nonCompliant[accused] == nil else {
            return .alreadyNonCompliant(party: roster.parties[accused].name)
        }
        let asked = docket.open.first {
            docket[$0].kind == .nonCompliance && docket[$0].matter.accused == accused
        }
        if let asked { return .alreadyAsked(question: docket[asked].id) }
        open(.nonCompliance, on: Matter(accused: accused), at: index)
        return nil
    }

    private mutating func askToResume(_ id: String, at index: LogIndex) -> NoEffect.Reason? {
        guard let place = causes.place(of: id) else { return .unknownCause(id) }
        let cause = causes[place]
        if let ended = cause.ended { return .causeClosed(id, at: ended) }
        if let party = cause.party { return .ownCause(id, party: roster.parties[party].name) }
        let asked = docket.open.first {
            docket[$0].kind == .resume && docket[$0].matter.cause == place
        }
        if let asked { return .alreadyAsked(question: docket[asked].id) }
        if cause.resumption != nil { return .alreadyResuming(cause: id) }
        if let reason = reasonAgainstResuming(place) { return reason }
        guard let pair = cause.trigger else { preconditionFailure("a decided cause has a trigger") }
        open(.resume, on: Matter(trigger: pair, accused: cause.accused, cause: place), at: index)
        return nil
    }

    /// - Parameter entry: the vote's own.
    /// - Parameter said: when it was said.
    /// - Parameter index: the entry that makes it count: its own, or the last acceptance of it.
    mutating func vote(
        _ vote: Vote, by member: Int, of entry: LogIndex, said: Time, at index: LogIndex
    ) -> NoEffect.Reason? {
        guard membership.inForce else { return .notInForce }
        guard let place = docket.place(of: vote.question) else {
            return .unknownQuestion(vote.question)
        }
        let refused = refuses(voteBy: member, said: said, on: docket[place])
        docket[place].record(
            CastVote(
                party: roster.parties[member].name, choice: vote.choice, reason: vote.reason,
                entry: entry, counts: refused == nil))
        if let refused { return refused }
        docket[place].ballots.append(
            Question.Ballot(member: member, choice: vote.choice, entry: entry))
        decide(place, at: index)
        return nil
    }

    private func refuses(
        voteBy member: Int, said: Time, on question: Question
    ) -> NoEffect.Reason? {
        if let closed = question.closed {
            return .questionClosed(question.id, status: question.status, at: closed)
        }
        if let recusal = question.recused.first(where: { $0.member == member }),
            let accused = question.matter.accused
        {
            return .recused(recusal.why, accused: roster.parties[accused].name)
        }
        if let first = question.ballots.first(where: { $0.member == member }) {
            return .alreadyVoted(entry: first.entry)
        }
        return question.refuses(said: said)
    }

    mutating func hear(
        _ hearing: Hearing, by party: Int, at index: LogIndex, said: Time
    ) -> NoEffect.Reason? {
        guard let place = docket.place(of: hearing.question) else {
            return .unknownQuestion(hearing.question)
        }
        if let closed = docket[place].closed {
            return .questionClosed(hearing.question, status: docket[place].status, at: closed)
        }
        if let late = docket[place].refuses(said: said) { return late }
        docket[place].hearings.append(
            Heard(party: roster.parties[party].name, position: hearing.position, entry: index))
        return nil
    }
}
