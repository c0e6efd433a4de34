// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// Something that the agreement makes happen at an instant by itself.
struct Deadline: Hashable, Comparable, Sendable {
    enum Event: Hashable, Sendable {
        /// Voting on a question closes.
        case voting(QuestionNumber)
        /// A provisional cause lapses, or a lapsed one ends.
        case causeEnds(Int)
        /// A grace ends, and the cause's measure takes hold.
        case takesHold(Int)
        /// Evidence of a stop is overdue.
        case evidenceDue(Int)
        /// The next stage of a cause's way out, or its end.
        case stage(Int)
        /// A site's telemetry is overdue.
        case telemetryDue(site: Int)
        /// The samples that an auditor drew are overdue.
        case answerDue(site: Int, draw: LogIndex)
        /// A finding gets too old to count.
        case findingStale(site: Int, auditor: Int)
        case noticeEnds(party: Int)
        /// Something that evidence or a trigger waits for.
        case evidence(TriggerLaw.Event)
        case sunset

        /// Whether it may let somebody do more than before.
        var mayStepDown: Bool {
            switch self {
            case .voting, .causeEnds, .stage, .noticeEnds, .sunset: true
            case .takesHold, .evidenceDue, .telemetryDue, .answerDue, .findingStale, .evidence:
                false
            }
        }
    }

    let time: Time
    let event: Event

    /// At one instant: first questions in the order of their numbers, then causes, their stages,
    /// graces, evidence of stops and notices in the order of their entries or parties, then
    /// measurements, missed evaluations and triggers, the sunset last.
    private var rank: (Int, UInt64, Int, Int) {
        switch event {
        case .voting(let number): (0, number.entry.value, number.suffix, 0)
        case .causeEnds(let place): (1, UInt64(place), 0, 0)
        case .stage(let place): (2, UInt64(place), 0, 0)
        case .takesHold(let place): (3, UInt64(place), 0, 0)
        case .telemetryDue(let site): (4, UInt64(site), 0, 0)
        case .answerDue(let site, let draw): (5, draw.value, site, 0)
        case .findingStale(let site, let auditor): (6, UInt64(site), auditor, 0)
        case .evidenceDue(let place): (7, UInt64(place), 0, 0)
        case .noticeEnds(let party): (8, UInt64(party), 0, 0)
        case .evidence(let event): event.rank
        case .sunset: (13, 0, 0, 0)
        }
    }

    static func < (a: Deadline, b: Deadline) -> Bool {
        a.time != b.time ? a.time < b.time : a.rank < b.rank
    }
}

extension TriggerLaw.Event {
    /// Its place among deadlines of one instant: what evidence becomes, before what triggers make
    /// of it.
    fileprivate var rank: (Int, UInt64, Int, Int) {
        switch self {
        case .stale(let slot, let signer, let preliminary):
            (9, slot.subject.rank, slot.topic, 2 * signer + (preliminary ? 1 : 0))
        case .evaluationDue(let slot): (10, slot.subject.rank, slot.topic, 0)
        case .keepEnds(let pair): (11, pair.subject.rank, pair.trigger, 0)
        case .persists(let pair): (12, pair.subject.rank, pair.trigger, 0)
        }
    }
}

extension Time {
    /// The last instant that JSON can hold as an integer.
    static let last = Time(milliseconds: Statement.largestSequence)

    /// The instant `span` later, never past ``last``: an absurd span in an agreement must not make
    /// a state that nobody can read back.
    func later(by span: TimeSpan) -> Time { min(self + span, .last) }
}

/// Deadlines to come, the next one first: a binary heap.
struct DeadlineQueue: Sendable {
    private var heap: [Deadline] = []

    var first: Deadline? { heap.first }
    var count: Int { heap.count }

    mutating func insert(_ deadline: Deadline) {
        heap.append(deadline)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { break }
            let right = left + 1
            let child = right < heap.count && heap[right] < heap[left] ? right : left
            guard heap[child] < heap[parent] else { break }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}

extension Brake {
    mutating func fire(_ event: Deadline.Event) {
        switch event {
        case .voting(let number): timeOut(number)
        case .causeEnds(let place): endCause(place, due: clock)
        case .takesHold(let place): takeHold(place)
        case .evidenceDue(let place): findUnverified(place)
        case .stage(let place): beginStage(place, due: clock)
        case .telemetryDue(let site): findSilent(site)
        case .answerDue(let site, let draw): findUnanswered(draw, at: site)
        case .findingStale(let site, let auditor): expireFinding(by: auditor, at: site)
        case .noticeEnds(let party): endNotice(of: party, due: clock)
        case .evidence(let event): weigh { $0.fire(event, at: $1) }
        case .sunset: end()
        }
    }
}
