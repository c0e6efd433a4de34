// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// Statements that monitors say they hold, and statements that came late and may yet be shown to be
/// from before their deadline.
///
/// Bounded whoever floods: a monitor has so many acceptances of one party's statements here, the
/// newest.
struct AcceptanceBook: Sendable {
    /// What a party said, by the digest of its payload.
    struct Saying: Hashable, Sendable {
        /// The party's place.
        let party: Int
        let payload: Digest
    }

    private struct Accepted: Sendable {
        let monitor: Int
        let at: Time
        let entry: LogIndex
    }

    /// A statement that its deadline keeps from counting, while that may still change.
    struct Late: Sendable {
        let entry: LogIndex
        let predicate: Predicate
        /// From here on it stays late.
        let closes: Time
    }

    private struct Pair: Hashable, Sendable {
        let monitor: Int
        let party: Int
    }

    /// A monitor has so many acceptances of one party's unlogged statements at once.
    static let most = 64

    private var accepted: [Saying: [Accepted]] = [:]
    /// What a monitor accepted of a party, oldest first.
    private var order: [Pair: [Digest]] = [:]
    private var late: [Saying: Late] = [:]

    var isEmpty: Bool { accepted.isEmpty }

    /// Takes an acceptance, or returns the entry of the monitor's earlier one of the same.
    mutating func add(
        _ saying: Saying, by monitor: Int, at time: Time, entry: LogIndex
    ) -> LogIndex? {
        if let first = accepted[saying]?.first(where: { $0.monitor == monitor }) {
            return first.entry
        }
        accepted[saying, default: []].append(Accepted(monitor: monitor, at: time, entry: entry))
        let pair = Pair(monitor: monitor, party: saying.party)
        order[pair, default: []].append(saying.payload)
        if let oldest = order[pair]?.first, order[pair, default: []].count > AcceptanceBook.most {
            order[pair]?.removeFirst()
            drop(Saying(party: saying.party, payload: oldest), of: monitor)
        }
        return nil
    }

    private mutating func drop(_ saying: Saying, of monitor: Int) {
        accepted[saying]?.removeAll { $0.monitor == monitor }
        if accepted[saying]?.isEmpty ?? false { accepted[saying] = nil }
    }

    /// When the `count`-th of these monitors accepted it; nil where fewer have.
    ///
    /// With more of them than there are liars, one is honest: it was not later than this.
    func time(of saying: Saying, count: Int, among monitors: Set<Int>) -> Time? {
        let times = (accepted[saying] ?? []).filter { monitors.contains($0.monitor) }.map(\.at)
        return times.count < count ? nil : times.sorted()[count - 1]
    }

    /// It is logged, and nothing more can come of acceptances.
    mutating func settle(_ saying: Saying) {
        late[saying] = nil
        for one in accepted.removeValue(forKey: saying) ?? [] {
            let pair = Pair(monitor: one.monitor, party: saying.party)
            order[pair]?.removeAll { $0 == saying.payload }
            if order[pair]?.isEmpty ?? false { order[pair] = nil }
        }
    }

    mutating func wait(for saying: Saying, _ statement: Late, now: Time) {
        late = late.filter { now <= $0.value.closes }
        if late[saying] == nil { late[saying] = statement }
    }

    func late(_ saying: Saying) -> Late? { late[saying] }
}

extension Brake {
    /// Deadlines close this much later, so that a statement which the node withholds for up to one
    /// merge delay still comes to count.
    func closing(_ deadline: Time) -> Time { deadline.later(by: agreement.log.mergeDelay) }

    /// When a statement was said: the acceptance of the k-th monitor that counts, where that is
    /// logged and earlier than the statement's stamp.
    func time(of saying: AcceptanceBook.Saying, received: Time) -> Time {
        acceptedTime(of: saying).map { min($0, received) } ?? received
    }

    private func acceptedTime(of saying: AcceptanceBook.Saying) -> Time? {
        guard !acceptances.isEmpty else { return nil }
        let set = monitors.current
        return acceptances.time(
            of: saying, count: set.terms.signatures,
            among: Set(set.members.compactMap { roster.place(of: $0.party) }))
    }

    mutating func accept(
        _ acceptance: Acceptance, by monitor: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        let name = roster.parties[monitor].name
        guard monitors.current.members.contains(where: { $0.party == name }) else {
            return .noMonitorNow(party: name)
        }
        guard acceptance.accepted <= clock + agreement.log.skew else {
            return .madeInFuture(
                made: acceptance.accepted, received: clock, skew: agreement.log.skew)
        }
        guard let party = roster.place(of: acceptance.party) else {
            preconditionFailure("admission refuses unknown parties")
        }
        let saying = AcceptanceBook.Saying(party: party, payload: acceptance.payload)
        if let first = acceptances.add(
            saying, by: monitor, at: acceptance.accepted, entry: index)
        {
            return .alreadyAccepted(entry: first)
        }
        reconsider(saying, at: index)
        return nil
    }

    /// A statement that was logged late may count now.
    private mutating func reconsider(_ saying: AcceptanceBook.Saying, at index: LogIndex) {
        guard let late = acceptances.late(saying), clock <= late.closes,
            let said = acceptedTime(of: saying)
        else { return }
        let reason: NoEffect.Reason?
        switch late.predicate {
        case .vote(let vote):
            reason = self.vote(vote, by: saying.party, of: late.entry, said: said, at: index)
        case .hearing(let hearing):
            reason = hear(hearing, by: saying.party, at: late.entry, said: said)
        case .answer(let answer): reason = acceptAnswer(answer, of: late.entry, said: said)
        case .telemetry(let period):
            reason = acceptPeriod(period, by: saying.party, of: late.entry, said: said)
        default: preconditionFailure("only these wait")
        }
        guard reason == nil else { return }
        acceptances.settle(saying)
        record.forgive(late.entry)
    }

    /// What becomes of a statement's acceptances once it is logged.
    mutating func wait(
        for saying: AcceptanceBook.Saying, _ predicate: Predicate, at index: LogIndex,
        _ reason: NoEffect.Reason?
    ) {
        guard let closes = closing(of: predicate, reason), clock <= closes else {
            return acceptances.settle(saying)
        }
        acceptances.wait(
            for: saying, AcceptanceBook.Late(entry: index, predicate: predicate, closes: closes),
            now: clock)
    }

    /// Until when acceptances can make a difference to a statement; nil where they cannot.
    private func closing(of predicate: Predicate, _ reason: NoEffect.Reason?) -> Time? {
        switch (predicate, reason) {
        case (_, .afterDeadline(_, _, let closes)): closes
        case (.telemetry(let period), .periodTooOld): closing(dueAfter(period.to))
        case (.answer(let answer), nil):
            sites.draw(of: answer.draw).flatMap { draw in
                draw.answeredLate == true ? closing(draw.due) : nil
            }
        default: nil
        }
    }
}
