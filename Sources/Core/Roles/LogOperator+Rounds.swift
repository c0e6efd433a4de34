// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

/// Every monitor asked once: to cosign one checkpoint, and to sign the order that follows from it.
struct Round: Sendable {
    var target: CheckpointNote
    /// The monitors that count over the log as it is asked about.
    let set: MonitorSet
    let began: Time
    /// What monitors are to sign; nil while the log's own signature is awaited, or where only
    /// cosignatures are wanted.
    var proposal: SignedProposal?
    /// The order that we derive ourselves, with the signatures that came.
    var order: SignedOrder?
    /// Monitors that have not answered everything yet.
    var pending: Set<String>

    /// Whether another round may begin.
    var isOver: Bool { pending.isEmpty }
}

/// What is known of one monitor.
struct MonitorLink: Sendable {
    /// The size that it cosigned last, as far as we know.
    var cosigned = TreeSize.empty
    /// What it was asked and has not answered.
    var asked: Asked?
    /// How often its size was learnt anew in this round.
    var corrections = 0
    /// The last thing that went wrong, so that it is reported once.
    var trouble: String?

    enum Asked: Sendable {
        case cosigning(CheckpointNote)
        case order(SignedProposal)
    }
}

/// When monitors are asked.
struct Pace: Sendable {
    var lastOrderRound: Time?
    var lastEpoch: Int64 = -1
    /// The version of the set of monitors that was asked last.
    var lastVersion: Int64 = 1
    /// The epoch as of the last look at the clock: deadlines change it without entries.
    var epoch: Int64 = 0
    var lastTarget = TreeSize.empty
    var lastRound = Time(milliseconds: 0)
    var retryAt: Time?
    var failures = 0

    /// Cosignatures between ticks are asked for this often.
    static let cosigning = TimeSpan(milliseconds: 1000)
    /// A round that some monitor leaves hanging holds up the next one for this long.
    static let patience = TimeSpan(milliseconds: 15_000)
}

// MARK: - Asking the monitors

extension LogOperator {
    /// Begins what is due of monitors and witnesses; goes on with what is under way.
    mutating func goOnAsking(_ now: Time) -> [Action] {
        askMonitors(now) + askWitnesses(now)
    }

    private mutating func askMonitors(_ now: Time) -> [Action] {
        guard case .open = phase, !monitors.isEmpty, let published else { return [] }
        if let round, !round.isOver, now < round.began + Pace.patience {
            let isSettled = round.order.map(\.isEnough) ?? false
            if round.order != nil && !isSettled { return [] }
        }
        if isOrderDue(now) {
            // An order stands over everything that was logged, so the newest checkpoint is waited
            // for; and over everything that was stamped, since its tick would come after the stamp.
            let isAllPublished = published.checkpoint.size == log.size && batch == nil
            return isAllPublished ? beginOrderRound(published, now) : []
        }
        guard isFreeToCosign(now), pace.lastTarget < published.checkpoint.size,
            pace.lastRound + Pace.cosigning <= now
        else { return [] }
        return begin(
            Round(target: published, set: counted, began: now, pending: Set(reachable)), now)
    }

    /// Whether cosignatures may be asked for: one monitor that is slow to cosign does not keep the
    /// others from it.
    private func isFreeToCosign(_ now: Time) -> Bool {
        guard let round, !round.isOver else { return true }
        return round.order == nil && round.began + Pace.cosigning <= now
    }

    /// Whether a round for an order is due that could begin.
    func isOrderWanted(_ now: Time) -> Bool {
        !monitors.isEmpty && (round?.isOver ?? true) && isOrderDue(now)
    }

    private func isOrderDue(_ now: Time) -> Bool {
        guard let last = pace.lastOrderRound else { return true }
        if let retryAt = pace.retryAt { return retryAt <= now }
        if last + agreement.log.tick <= now { return true }
        return max(pace.epoch, log.brake.epoch) > pace.lastEpoch
            || counted.version > pace.lastVersion
    }

    /// The monitors that count over all that was logged.
    var counted: MonitorSet { log.brake.monitors.current }

    /// Those of them that can be reached, sorted.
    private var reachable: [String] { monitors.filter { counted.member($0) != nil } }

    /// Fires deadlines on a copy, to see whether the order has changed by itself.
    mutating func lookAtDeadlines(_ now: Time) {
        if case .open = phase, !monitors.isEmpty { pace.epoch = order(at: now).epoch }
    }

    private func order(at tick: Time) -> Order {
        log.brake.order(at: tick, size: log.size, root: log.tree.root(), silentSince: nil)
    }

    private mutating func beginOrderRound(_ target: CheckpointNote, _ now: Time) -> [Action] {
        let tick = max(now, log.received, Time(milliseconds: lastTick.milliseconds + 1))
        lastTick = tick
        let order = order(at: tick)
        pace.lastOrderRound = now
        pace.lastEpoch = order.epoch
        pace.lastVersion = counted.version
        pace.retryAt = nil
        let proposal = Proposal(
            agreement: agreement.id, size: target.checkpoint.size, root: target.checkpoint.root,
            tick: tick)
        signing[proposal.text] = .proposal(proposal)
        let round = Round(
            target: target, set: counted, began: now, order: SignedOrder(order, by: counted),
            pending: Set(reachable))
        return [.sign([proposal.text])] + begin(round, now)
    }

    private mutating func begin(_ round: Round, _ now: Time) -> [Action] {
        self.round = round
        pace.lastRound = now
        pace.lastTarget = max(pace.lastTarget, round.target.checkpoint.size)
        for monitor in monitors { links[monitor]?.corrections = 0 }
        return monitors.flatMap { step($0, now) }
    }

    /// The log has signed the proposal: monitors can have it.
    mutating func propose(_ proposal: Proposal, _ note: UnverifiedNote) -> [Action] {
        guard round?.order?.order.tick == proposal.tick,
            let signed = try? SignedProposal(verifying: note, under: agreement)
        else { return [] }
        round?.proposal = signed
        return [.keepProposal(signed.note)] + monitors.flatMap { step($0, pace.lastRound) }
    }

    /// The next thing to ask a monitor in this round.
    private mutating func step(_ monitor: String, _ now: Time) -> [Action] {
        guard let round, round.pending.contains(monitor), let link = links[monitor],
            link.asked == nil
        else {
            return []
        }
        let target = round.target.checkpoint
        if link.cosigned <= target.size, !hasCosigned(monitor, target) {
            links[monitor]?.asked = .cosigning(round.target)
            let request = AddCheckpoint(
                oldSize: link.cosigned,
                proof: log.tree.proveConsistency(from: link.cosigned, to: target.size),
                note: UnverifiedNote(text: target.text, signatures: [round.target.signature]))
            return [.send(monitor: monitor, .addCheckpoint(request.body))]
        }
        guard round.order != nil else { return finish(monitor, now) }
        guard let proposal = round.proposal else { return [] }
        links[monitor]?.asked = .order(proposal)
        return [.send(monitor: monitor, .propose(proposal.note.bytes))]
    }

    private func hasCosigned(_ monitor: String, _ checkpoint: Checkpoint) -> Bool {
        [round?.target, published, cosigned].contains { note in
            note.map { $0.checkpoint == checkpoint && $0.cosigners.contains(monitor) } ?? false
        }
    }

    /// Nothing more is to be asked of this monitor in this round.
    private mutating func finish(_ monitor: String, _ now: Time) -> [Action] {
        round?.pending.remove(monitor)
        guard let round, round.isOver, let order = round.order, pace.retryAt == nil else {
            return []
        }
        if order.isEnough {
            pace.failures = 0
        } else {
            let most = min(agreement.log.tick.milliseconds, 5000)
            let wait = min(most, 500 << min(pace.failures, 6))
            pace.failures += 1
            pace.retryAt = now + TimeSpan(milliseconds: wait)
        }
        return []
    }

    // MARK: - Answers

    mutating func answered(_ monitor: String, _ answer: MonitorAnswer, _ now: Time) -> [Action] {
        if witnesses[monitor] != nil { return witnessed(monitor, answer, now) }
        guard let asked = links[monitor]?.asked else { return [] }
        links[monitor]?.asked = nil
        var actions: [Action] = []
        switch (asked, answer) {
        case (.cosigning(let target), .cosigned(let lines)):
            actions = cosigned(monitor, target, lines, now)
        case (.cosigning, .expected(let size)): actions = corrected(monitor, size, now)
        case (.order(let proposal), .order(let note)):
            actions = ordered(monitor, proposal, note, now)
        case (.cosigning, .refused(let why)):
            // Perhaps it has cosigned another history of ours: our key would be in two places.
            actions = failed(monitor, why, now) + [.ask(monitor: monitor)]
        case (_, .refused(let why)), (_, .unreachable(let why)): actions = failed(monitor, why, now)
        default: actions = failed(monitor, "answered something else than it was asked for", now)
        }
        return actions + step(monitor, now) + goOnAsking(now)
    }

    private mutating func failed(_ monitor: String, _ why: String, _ now: Time) -> [Action] {
        let isKnown = links[monitor]?.trouble == why
        links[monitor]?.trouble = why
        return finish(monitor, now) + (isKnown ? [] : [.report(.warning("\(monitor): \(why)"))])
    }

    private mutating func cosigned(
        _ monitor: String, _ target: CheckpointNote, _ lines: [NoteSignature], _ now: Time
    ) -> [Action] {
        guard let key = (round?.set ?? counted).member(monitor)?.cosigning,
            let line = UnverifiedNote(text: target.note.text, signatures: lines)
                .cosignature(by: key)
        else { return failed(monitor, "its cosignature does not hold", now) }
        let before = links[monitor]?.cosigned ?? .empty
        links[monitor]?.cosigned = max(before, target.checkpoint.size)
        var note = target
        if let round, round.target.checkpoint == target.checkpoint { note = round.target }
        note.note.add(line)
        note.cosigners.insert(monitor)
        if round?.target.checkpoint == target.checkpoint { round?.target = note }
        if published?.checkpoint == target.checkpoint { published = note }
        let size = cosigned?.checkpoint.size ?? .empty
        if note.cosigners.count(where: { counted.member($0) != nil }) >= counted.needed,
            size <= target.checkpoint.size
        {
            cosigned = note
        }
        return []
    }

    /// The monitor says that it has cosigned another size than we believed.
    private mutating func corrected(_ monitor: String, _ size: TreeSize, _ now: Time) -> [Action] {
        links[monitor]?.corrections += 1
        guard size <= log.size, (links[monitor]?.corrections ?? 0) <= 3 else {
            // Perhaps it has seen what we have lost; only a checkpoint that we signed would show
            // that.
            return failed(monitor, "has cosigned size \(size)", now) + [.ask(monitor: monitor)]
        }
        links[monitor]?.cosigned = size
        return []
    }

    private mutating func ordered(
        _ monitor: String, _ proposal: SignedProposal, _ note: UnverifiedNote, _ now: Time
    ) -> [Action] {
        guard round?.proposal == proposal, let before = round?.order else { return [] }
        guard note.text.utf8.elementsEqual(before.order.text.utf8) else {
            return failed(monitor, "derives another order at \(before.order.tick)", now)
        }
        let new = round?.order?.add(note) ?? []
        guard new.contains(monitor), let order = round?.order else {
            return failed(monitor, "its signature under the order does not hold", now)
        }
        links[monitor]?.trouble = nil
        let actions = finish(monitor, now)
        guard order.isEnough else { return actions }
        pace.retryAt = nil
        return actions + publish(order, isNew: !before.isEnough)
    }

    private mutating func publish(_ order: SignedOrder, isNew: Bool) -> [Action] {
        let epoch = order.order.epoch
        let isFirst = lastKeptEpoch != epoch
        newest = order
        lastKeptEpoch = epoch
        if !isNew {
            if !recent.isEmpty { recent[recent.count - 1] = order }
            return [.keepOrder(order.note, firstOfEpoch: nil)]
        }
        recent = recent.suffix(63) + [order]
        let news = Report.news(
            "order epoch \(epoch) \(order.order.state.rawValue), tick \(order.order.tick)")
        return [.keepOrder(order.note, firstOfEpoch: isFirst ? epoch : nil), .wake]
            + (isFirst ? [.report(news)] : [])
    }
}
