// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// What was asked and decided about each trigger and subject.
struct TriggerBoard: Sendable {
    struct Standing: Sendable {
        /// The last entry when the council last decided about the pair, or let its time run out.
        var decidedUpTo: LogIndex?
        var determination: QuestionNumber?
        /// The open cause's place.
        var cause: Int?
    }

    private var standings: [TriggerPair: Standing] = [:]
    /// Pairs that may need a question since the last event.
    private var pending: [TriggerPair] = []

    subscript(pair: TriggerPair) -> Standing {
        get { standings[pair] ?? Standing() }
        set { standings[pair] = newValue }
    }

    mutating func reconsider(_ pair: TriggerPair) { pending.append(pair) }
    mutating func reconsider(_ pairs: [TriggerPair]) { pending += pairs }

    mutating func takePending() -> [TriggerPair] {
        defer { pending.removeAll(keepingCapacity: true) }
        return pending.count < 2 ? pending : pending.sorted()
    }
}

extension Brake {
    /// Lets something happen to the evidence now, and takes over what the triggers make of it:
    /// which to ask about, and what to wait for.
    @discardableResult
    mutating func weigh<Result>(_ act: (inout TriggerLaw, Time) -> Result) -> Result {
        let result = act(&law, clock)
        for (time, event) in law.takeAsked() {
            deadlines.insert(Deadline(time: time, event: .evidence(event)))
        }
        board.reconsider(law.takeTouched())
        return result
    }

    /// Opens a determination wherever a trigger asks for one that was not decided yet.
    mutating func openQuestions() {
        // Deciding one may at once concern another: a question that nobody may vote on closes
        // again.
        while true {
            let pending = board.takePending()
            guard !pending.isEmpty, membership.inForce, !ended else { return }
            for pair in pending where asksForDetermination(pair) {
                let matter = Matter(
                    trigger: pair, accused: developer(of: pair.subject), cause: nil)
                open(.determination, on: matter, at: record.last)
            }
        }
    }

    private func asksForDetermination(_ pair: TriggerPair) -> Bool {
        switch law[pair].verdict {
        case .crossed: break
        case .unknown where triggers[pair.trigger].onUnknown == .question: break
        case .unknown, .clear: return false
        }
        let standing = board[pair]
        // On the way out, new evidence is asked about again.
        let isResuming = standing.cause.map { causes[$0].resumption != nil } ?? true
        return standing.determination == nil && isResuming && isUndecided(pair, standing)
    }

    /// Whether there is anything that the council did not have before it already.
    private func isUndecided(_ pair: TriggerPair, _ standing: TriggerBoard.Standing) -> Bool {
        guard let decidedUpTo = standing.decidedUpTo, !law[pair].isCrossedAnew else { return true }
        // What is only kept crossed was asked about when it was crossed.
        if law[pair].phase.keptUntil != nil { return false }
        return law[pair].latestEvidence.map { decidedUpTo < $0 } ?? false
    }

    /// The council has decided on a pair, with everything before it up to this entry.
    mutating func decided(_ pair: TriggerPair, upTo index: LogIndex) {
        board[pair].decidedUpTo = index
        law[pair].isCrossedAnew = false
    }

    /// Who answers for a model; nobody does for the frontier.
    private func developer(of subject: SubjectPlace) -> Int? {
        if case .model(let place) = subject { models[place].developer } else { nil }
    }
}
