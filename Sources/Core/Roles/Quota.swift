// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

/// How much one party may have logged within a time, counted from the log itself: everybody who
/// holds the log can tell who was over it, and within it no limit refuses.
///
/// What machines sign at every period is counted apart, so that a site gone mad cannot keep its
/// party from voting.
public struct Quota: Hashable, Sendable {
    /// Entries within ``window``; 0 for any number.
    public let statements: Int
    public let window: TimeSpan

    public init(statements: Int, window: TimeSpan) {
        self.statements = statements
        self.window = window
    }

    /// Far more than people say, and than a site's backlog of a month.
    public static let usual = 10_000
}

/// Whose statements are counted together.
struct Voice: Hashable, Sendable {
    let signer: String
    let isPeriodic: Bool

    init(signer: String, isPeriodic: Bool) {
        self.signer = signer
        self.isPeriodic = isPeriodic
    }

    init(_ saying: Saying, _ statement: Statement) {
        self.init(signer: saying.signer, isPeriodic: statement.kind.isPeriodic)
    }
}

/// Statements that are admitted and not logged yet, and how many each party has among them.
struct WaitingRoom: Sendable, Sequence, ExpressibleByDictionaryLiteral {
    private var room: [Saying: Waiting] = [:]
    private var counts: [Voice: Int] = [:]
    /// Of all payloads together.
    private(set) var bytes = 0

    init(dictionaryLiteral elements: (Saying, Waiting)...) {
        for (saying, waiting) in elements { self[saying] = waiting }
    }

    subscript(saying: Saying) -> Waiting? {
        get { room[saying] }
        set {
            let before = room[saying]
            room[saying] = newValue
            if let before { count(-1, before, saying) }
            if let newValue { count(1, newValue, saying) }
        }
    }

    mutating func removeValue(forKey saying: Saying) -> Waiting? {
        let removed = room.removeValue(forKey: saying)
        if let removed { count(-1, removed, saying) }
        return removed
    }

    /// Somebody else waits for the same.
    mutating func add(_ ticket: Ticket, to saying: Saying) {
        room[saying]?.tickets.append(ticket)
    }

    var values: Dictionary<Saying, Waiting>.Values { room.values }

    func count(of voice: Voice) -> Int { counts[voice, default: 0] }

    func makeIterator() -> Dictionary<Saying, Waiting>.Iterator { room.makeIterator() }

    private mutating func count(_ change: Int, _ waiting: Waiting, _ saying: Saying) {
        bytes += change * waiting.envelope.payload.count
        let voice = Voice(saying, waiting.statement)
        let now = counts[voice, default: 0] + change
        counts[voice] = now == 0 ? nil : now
    }
}

extension LogOperator {
    /// Whether one more statement may wait. When too many do, only who has less than its share
    /// among them may add another: one party's flood delays all others, and refuses none of them.
    func hasRoom(for voice: Voice) -> Bool {
        let isFull =
            queue.count + handedOver.count >= LogOperator.longestQueue
            || waiting.bytes >= LogOperator.largestQueue
        guard isFull else { return true }
        let share = max(1, LogOperator.longestQueue / (4 * max(1, agreement.parties.count)))
        return waiting.count(of: voice) < share
    }

    /// How long a party has to wait until it is within its quota; nil where it is.
    ///
    /// - Complexity: O(1).
    func overQuota(_ voice: Voice, _ now: Time) -> TimeSpan? {
        guard quota.statements > 0 else { return nil }
        let logged = quota.statements - waiting.count(of: voice)
        guard logged > 0 else { return quota.window }
        guard
            let oldest = entries.stamp(
                ofLast: logged, by: voice.signer, periodic: voice.isPeriodic)
        else { return nil }
        let free = oldest + quota.window
        return now < free ? free - now : nil
    }
}
