// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// Where a trigger stands between a condition that holds and one that is crossed.
enum TriggerPhase: Sendable {
    /// The condition does not hold, or is not known to.
    case idle
    /// It holds, and not yet for as long, or in as many reports, as the trigger asks.
    case pending(PendingHold)
    case crossed
    /// It was crossed and holds no longer, but stays crossed until then.
    case kept(until: Time)

    /// What the trigger reads in this phase; nil where its condition decides.
    var verdict: TriggerVerdict? {
        switch self {
        case .idle: nil
        case .pending: .clear
        case .crossed, .kept: .crossed
        }
    }

    var pending: PendingHold? { if case .pending(let hold) = self { hold } else { nil } }
    var keptUntil: Time? { if case .kept(let until) = self { until } else { nil } }
}

/// A condition that has begun to hold.
struct PendingHold: Sendable {
    /// How often somebody whose evidence holds it up has reported while it held.
    struct Rounds: Sendable {
        let signer: Int
        var reports: Int
        let first: Time
        var newest: Time
        /// What was reported in the current round: something a second time begins the next.
        var topics: Set<Int>
    }

    let since: Time
    /// In the order of signers; empty where one report is enough.
    var rounds: [Rounds] = []
    /// Pairs of signers who were one root at any time since.
    var links: [(Int, Int)] = []
}

extension TriggerLaw {
    /// Takes a standing on to what the condition reads now.
    ///
    /// - Parameter report: what somebody reported, where it counts.
    func next(
        _ phase: TriggerPhase, of pair: TriggerPair, reading: Reading, after report: Report?,
        at time: Time
    ) -> TriggerPhase {
        let trigger = triggers[pair.trigger]
        guard reading.truth == .yes else {
            switch phase {
            case .crossed where TimeSpan.zero < trigger.keep:
                return .kept(until: time.later(by: trigger.keep))
            case .kept(let until) where time < until: return phase
            case .idle, .pending, .crossed, .kept: return .idle
            }
        }
        var hold: PendingHold
        switch phase {
        case .crossed, .kept: return .crossed
        case .idle: hold = PendingHold(since: time)
        case .pending(let held): hold = held
        }
        let persistence = trigger.persistence
        guard persistence.reports > 1 else {
            return hold.since.later(by: persistence.over) <= time ? .crossed : .pending(hold)
        }
        let isOld = hold.since < time || !hold.rounds.isEmpty
        record(supporters(in: reading), after: isOld ? report : nil, at: time, in: &hold)
        merge(rootLinks(in: reading), into: &hold)
        let isMet =
            report != nil && isReported(hold, persistence, by: rules[pair.trigger].evaluators)
        return isMet ? .crossed : .pending(hold)
    }

    mutating func advance(
        _ standing: inout Standing, of pair: TriggerPair, reading: Reading, after report: Report?,
        at time: Time
    ) {
        let before = standing.phase
        standing.phase = next(before, of: pair, reading: reading, after: report, at: time)
        if case .pending = before, case .crossed = standing.phase { standing.isCrossedAnew = true }
        guard !standing.isAwaited else { return }
        let persistence = triggers[pair.trigger].persistence
        switch standing.phase {
        case .idle, .crossed: return
        case .pending(let hold):
            // Several reports are waited for, not an instant.
            guard persistence.reports <= 1 else { return }
            ask(.persists(pair), at: hold.since.later(by: persistence.over))
        case .kept(let until): ask(.keepEnds(pair), at: until)
        }
        standing.isAwaited = true
    }

    // MARK: - Reports

    /// Whose evidence holds the condition up: on what, sorted by signer.
    private func supporters(in reading: Reading) -> [(signer: Int, topics: Set<Int>)] {
        var found: [Int: Set<Int>] = [:]
        for leaf in reading.leaves where leaf.truth == .yes {
            guard let slot = leaf.slot else { continue }
            let held = evidence.held(in: slot)
            for vote in leaf.counted where vote.shows == .yes {
                found[held[vote.place].signer, default: []].insert(slot.topic)
            }
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func record(
        _ supporters: [(signer: Int, topics: Set<Int>)], after report: Report?, at time: Time,
        in hold: inout PendingHold
    ) {
        hold.rounds = supporters.map { signer, topics in
            guard var rounds = hold.rounds.first(where: { $0.signer == signer }) else {
                // What counts when it begins to hold somebody up is the first report.
                return PendingHold.Rounds(
                    signer: signer, reports: 1, first: time, newest: time, topics: topics)
            }
            guard let report, report.signer == signer, topics.contains(report.topic),
                !report.isCorrection
            else { return rounds }
            rounds.newest = time
            if rounds.topics.insert(report.topic).inserted { return rounds }
            rounds.reports += 1
            rounds.topics = [report.topic]
            return rounds
        }
    }

    private func rootLinks(in reading: Reading) -> [(Int, Int)] {
        reading.leaves.flatMap { leaf -> [(Int, Int)] in
            guard !leaf.roots.isEmpty, let slot = leaf.slot else { return [] }
            let held = evidence.held(in: slot)
            let signers = leaf.roots.map { $0.map { held[leaf.counted[$0].place].signer } }
            return signers.flatMap { root in root.dropFirst().map { (root[0], $0) } }
        }
    }

    private func merge(_ links: [(Int, Int)], into hold: inout PendingHold) {
        for link in links where !hold.links.contains(where: { $0 == link }) {
            hold.links.append(link)
        }
    }

    /// Whether enough roots have reported as often, and for as long, as the trigger asks.
    private func isReported(
        _ hold: PendingHold, _ persistence: Persistence, by evaluators: Int
    ) -> Bool {
        var leader = Dictionary(uniqueKeysWithValues: hold.rounds.map { ($0.signer, $0.signer) })
        func root(_ signer: Int) -> Int {
            guard let next = leader[signer], next != signer else { return signer }
            return root(next)
        }
        for (a, b) in hold.links where leader[a] != nil && leader[b] != nil {
            let (one, other) = (root(a), root(b))
            leader[max(one, other)] = min(one, other)
        }
        let done = hold.rounds.filter {
            $0.reports >= persistence.reports && persistence.over <= $0.newest - $0.first
        }
        return Set(done.map { root($0.signer) }).count >= evaluators
    }
}
