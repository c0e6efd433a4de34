// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

/// What a monitor has heard so far about what it had signed before it was started.
///
/// Its disk may be an older copy, or empty. The node and the peers may hold what it signed since,
/// and checkpoints that the log signed since.
struct Inquiry: Sendable {
    struct Floor: Sendable {
        let checkpoint: Checkpoint
        let source: Monitor.Source
    }

    var unanswered: Set<Monitor.Source> = []
    var answered: Set<Monitor.Source> = []
    /// Checkpoints of the log that are larger than what we know. Until we hold their entries,
    /// nothing is cosigned and no proposal is signed.
    var floors: [Floor] = []
    var attempts = 0
    var lastAsked = Time(milliseconds: 0)
    /// Whether enough is known for signing.
    var isSettled = false

    var peersHeard: Int { answered.count { $0 != .node } }

    /// Those who were not heard are asked again after this long.
    static let pause = TimeSpan(milliseconds: 1000)
}

// MARK: - Before the first signature

extension Monitor {
    /// The node first, then the peers.
    var sources: [Source] { [.node] + peers.map { .peer($0) } }

    /// So many that an honest one is among them.
    var hasHeardPeers: Bool {
        inquiry.peersHeard >= min(peers.count, log.brake.monitors.current.terms.liars + 1)
    }

    mutating func start(_ now: Time) -> [Action] {
        startedAt = now
        inquiry.unanswered = Set(sources)
        inquiry.lastAsked = now
        return sources.map { .ask($0) }
    }

    mutating func goOnInquiring(_ now: Time) -> [Action] {
        guard inquiry.lastAsked + Inquiry.pause <= now else { return settle(now) }
        inquiry.lastAsked = now
        var actions: [Action] = sources.filter(inquiry.unanswered.contains).map { .ask($0) }
        if fetching.isIdle {
            // Whoever told of it may hold fewer entries than it has cosigned; the node holds them
            // all.
            inquiry.attempts += 1
            for floor in inquiry.floors {
                let source = inquiry.attempts.isMultiple(of: 2) ? floor.source : .node
                actions += want(Want(floor.checkpoint, from: source), now)
            }
        }
        return actions + settle(now)
    }

    /// What others know of the time before we were started.
    mutating func heard(_ source: Source, _ told: Told, _ now: Time) -> [Action] {
        inquiry.unanswered.remove(source)
        inquiry.answered.insert(source)
        var actions: [Action] = []
        if let note = told.order { actions += recall(note) }
        if let note = told.checkpoint { actions += raise(to: note, from: source, now) }
        return actions
    }

    /// An order that bears our own signature and is newer than our mark: the disk was older than we
    /// were.
    private mutating func recall(_ note: UnverifiedNote) -> [Action] {
        // By our own key alone: entries that say which set it stands under may be missing yet.
        guard let order = try? Order(parsing: note.text), order.agreement == agreement.id,
            note.line(by: orderKey) != nil
        else {
            return []
        }
        let theirs = SignedOrder(reading: note, under: agreement, monitors: log.brake.monitors)
        let recalled = MonitorMark(order)
        guard let mark else { return remember(recalled, theirs) }
        if recalled.tick == mark.tick, recalled.text != mark.text {
            return stopSigning(
                "two orders of the tick \(mark.tick) bear my signature: my key is in two places")
        }
        return mark.tick < recalled.tick ? remember(recalled, theirs) : []
    }

    private mutating func remember(_ recalled: MonitorMark, _ order: SignedOrder?) -> [Action] {
        mark = recalled
        signed = order
        return [
            .keep(recalled),
            .report(.news("had signed the tick \(recalled.tick), which the disk did not hold")),
        ]
    }

    private mutating func raise(to note: UnverifiedNote, from source: Source, _ now: Time)
        -> [Action]
    {
        guard note.line(by: agreement.logKey) != nil,
            let checkpoint = try? Checkpoint(parsing: note.text),
            checkpoint.origin == agreement.log.origin, checkpoint.size > .empty,
            !inquiry.floors.contains(where: { $0.checkpoint == checkpoint })
        else { return [] }
        inquiry.floors.append(Inquiry.Floor(checkpoint: checkpoint, source: source))
        return want(Want(checkpoint, from: source), now)
    }

    /// Enough were heard that an honest one is among them, or so much time has passed that whatever
    /// was signed before lies behind every tick that could be signed from now on.
    mutating func settle(_ now: Time) -> [Action] {
        guard !inquiry.isSettled, distrust == nil, fetching.isIdle else { return [] }
        let isEnough = inquiry.answered.contains(.node) && hasHeardPeers
        guard isEnough || startedAt + agreement.log.skew < now else { return [] }
        inquiry.isSettled = true
        return [.report(.news("ready to sign, over \(log.size) entries"))]
    }
}
