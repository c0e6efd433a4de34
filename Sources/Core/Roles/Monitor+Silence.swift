// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// Where a monitor stands while the node says nothing.
struct Silence: Sendable {
    /// The tick of the last proposal, once an order was signed without the node.
    var since: Time?
    /// The tick that is being prepared, and who has not answered yet.
    var preparing: Time?
    var waiting: Set<Monitor.Source> = []
    var until = Time(milliseconds: 0)
    var lastGathered = Time(milliseconds: 0)

    /// Others are waited for this long at most, and half a tick where that is shorter.
    static let patience: Int64 = 3000
    /// Peers are asked for their signatures this often, and four times a tick where that is more
    /// often.
    static let pause: Int64 = 1000
}

// MARK: - Without the node

extension Monitor {
    /// The last multiple of the tick's length: all monitors sign the same ticks in silence.
    private func aligned(_ now: Time) -> Time {
        let length = max(1, agreement.log.tick.milliseconds)
        return Time(milliseconds: now.milliseconds / length * length)
    }

    /// How old a proposal may be before the node counts as silent. The checker asks for leases that
    /// last until the order that is then signed.
    private var longestSilence: TimeSpan {
        TimeSpan(milliseconds: agreement.log.tick.milliseconds + agreement.log.skew.milliseconds)
    }

    private func shorter(_ milliseconds: Int64, _ part: Int64) -> TimeSpan {
        TimeSpan(milliseconds: min(milliseconds, agreement.log.tick.milliseconds / part))
    }

    mutating func goOnInSilence(_ now: Time) -> [Action] {
        // Peers were asked for what they know of us, and of newer proposals, before anything is
        // signed.
        guard distrust == nil, inquiry.isSettled, hasHeardPeers, let known = proposal?.proposal
        else {
            return []
        }
        let tick = aligned(now)
        if silence.since != nil, let signed, !signed.isEnough,
            signed.order.silentSince != nil, silence.lastGathered + shorter(Silence.pause, 4) <= now
        {
            silence.lastGathered = now
            let asks: [Action] = peers.map { .ask(.peer($0)) }
            return asks + prepare(tick, after: known, now)
        }
        return prepare(tick, after: known, now)
    }

    private mutating func prepare(_ tick: Time, after known: Proposal, _ now: Time) -> [Action] {
        guard known.tick + longestSilence < tick, startedAt < tick,
            mark.map({ $0.tick < tick }) ?? true
        else {
            return []
        }
        guard silence.preparing == tick else {
            silence.preparing = tick
            silence.waiting = Set(sources)
            silence.until = now + shorter(Silence.patience, 2)
            return sources.map { .ask($0) }
        }
        guard silence.waiting.isEmpty || silence.until <= now, fetching.isIdle else { return [] }
        return signSilent(at: tick, over: known)
    }

    private mutating func signSilent(at tick: Time, over known: Proposal) -> [Action] {
        guard holds(known), mark.map({ $0.size <= known.size }) ?? true else { return [] }
        if let why = contradiction { return stopSigning(why) }
        guard foldedToCount(at: known.size) != nil else { return [] }
        let isFirst = silence.since == nil
        silence.since = known.tick
        let actions = sign(at: tick, over: known, silentSince: known.tick, for: nil)
        guard isFirst else { return actions }
        let why =
            overdue(at: tick).isEmpty
            ? "the node has been silent since \(known.tick)"
            : "signing without the node since \(known.tick): it is silent, or proposes to step down "
                + "while it withholds a statement"
        return [.report(.alarm(why))] + actions
    }

    mutating func told(_ source: Source, _ told: Told?, _ now: Time) -> [Action] {
        silence.waiting.remove(source)
        guard let told else { return settle(now) + goOnInSilence(now) }
        var actions = inquiry.unanswered.contains(source) ? heard(source, told, now) : []
        if let note = told.order, signed?.add(note).isEmpty == false, let signed {
            actions.append(.keepOrder(signed.note))
        }
        if let note = told.proposal { actions += adopt(note, from: source, now) }
        return actions + settle(now) + goOnInSilence(now)
    }

    /// Takes over a newer proposal that another one has seen.
    mutating func adopt(_ note: UnverifiedNote, from source: Source, _ now: Time) -> [Action] {
        guard let known = try? SignedProposal(verifying: note, under: agreement),
            proposal.map({ $0.proposal.tick < known.proposal.tick }) ?? true,
            known.proposal.tick <= now + agreement.log.skew
        else { return [] }
        return want(Want(known.proposal, from: source, for: .adopting(known)), now)
    }
}
