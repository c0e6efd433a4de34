// SPDX-License-Identifier: Apache-2.0

import Client
import PauseAgreement
import Roles
import TransparencyLog

/// A node's whole log, fetched and checked against a policy: signatures, hashes, entries, orders,
/// state.
struct LogAudit {
    let agreement: Agreement
    let checkpoint: Checkpoint
    /// Derives states and orders from the entries.
    private(set) var replay: LogReplay
    /// The witnesses of the policy that cosigned the checkpoint.
    let cosigners: [String]
    /// Checked orders, by tick.
    private(set) var orders: [Order] = []
    /// So many of the first entries are vouched for by enough witnesses.
    private(set) var vouched: TreeSize
    /// When enough witnesses last vouched for anything; nil where they never did.
    private(set) var vouchedAt: Time?
    /// What the node says, shown to follow from its own log.
    let nodeState: JSON

    /// Which orders are fetched: one an epoch, or the newest only.
    enum Orders { case all, newest }

    /// - Throws: ``Failure`` 1 where anything does not hold.
    init(
        of node: NodeClient, policy: WitnessPolicy, agreementID: Digest?, orders wanted: Orders,
        progress: Progress
    ) async throws(Failure) {
        agreement = try await LogAudit.agreement(of: node, expected: agreementID)
        // What the node says is fetched before the checkpoint, which then covers all of it.
        nodeState = try await asking { () throws(ClientFault) in try await node.state() }
        let notes = try await LogAudit.orders(of: node, wanted)
        let note = try await asking { () throws(ClientFault) in try await node.checkpoint() }
        do throws(PolicyFailure) {
            let (checkpoint, signed) = try policy.withoutQuorum.verify(note)
            self.checkpoint = checkpoint
            cosigners = policy.witnesses.filter { signed.signers.contains($0.key) }.map(\.name)
            let isMet = policy.isMet(by: cosigners)
            vouched = isMet ? checkpoint.size : .empty
            vouchedAt =
                isMet ? signed.times.values.max().flatMap(Time.init(secondsSince1970:)) : nil
        } catch {
            throw .doesNotHold("the node's checkpoint does not hold: \(error.lowercased)")
        }
        replay = try await LogAudit.replay(node, agreement, upTo: checkpoint, progress: progress)
        for note in notes { try check(order: note, by: policy) }
        try checkState()
    }

    static func agreement(of node: NodeClient, expected: Digest?) async throws(Failure)
        -> Agreement
    {
        let bytes = try await asking { () throws(ClientFault) in try await node.agreement() }
        guard let agreement = Agreement.read(canonicalJSON: bytes).agreement else {
            throw .doesNotHold("the node's agreement cannot be read")
        }
        if let expected, agreement.id != expected {
            throw .doesNotHold("the node serves agreement \(agreement.id.hex), not \(expected.hex)")
        }
        return agreement
    }

    private static func orders(of node: NodeClient, _ wanted: Orders) async throws(Failure)
        -> [UnverifiedNote]
    {
        try await asking { () throws(ClientFault) in
            switch wanted {
            case .all: try await node.orders()
            case .newest: try await node.order().map { [$0] } ?? []
            }
        }
    }

    static func replay(
        _ node: NodeClient, _ agreement: Agreement, upTo checkpoint: Checkpoint, progress: Progress
    ) async throws(Failure) -> LogReplay {
        var replay = LogReplay(agreement: agreement)
        while replay.size < checkpoint.size {
            for leaf in try await nextLeaves(of: node, from: replay.size, to: checkpoint.size) {
                do throws(LogFailure) {
                    try replay.append(leaf)
                } catch {
                    throw .doesNotHold("the node's log does not hold: \(error)")
                }
            }
            progress.report(replay.size.value, of: checkpoint.size.value)
        }
        guard replay.root(at: checkpoint.size) == checkpoint.root else {
            throw .doesNotHold(
                "the node's entries are not those that its checkpoint signs: their roots differ")
        }
        return replay
    }

    /// An order has to follow from the log, whoever signed it; the policy says whether they vouch
    /// for it.
    private mutating func check(order note: UnverifiedNote, by policy: WitnessPolicy)
        throws(Failure)
    {
        let order: Order
        do throws(MalformedStatement) {
            order = try Order(parsing: note.text)
        } catch {
            throw .doesNotHold("the node's order is none: \(error)")
        }
        guard order.size <= checkpoint.size else {
            throw .doesNotHold(
                "the node's order speaks of \(order.size) entries, its checkpoint of \(checkpoint.size)"
            )
        }
        let signers = agreement.monitorKeys.filter { (try? note.verified(by: [$0.order])) != nil }
        guard signers.count >= agreement.monitoring.signatures else {
            throw .doesNotHold(
                "the order of tick \(order.tick) has \(signers.count) of \(agreement.monitoring.signatures) signatures"
            )
        }
        let derived = replay.order(at: order.tick, size: order.size, silentSince: order.silentSince)
        if let difference = JSONDifference.first(order.json, derived.json) {
            throw .doesNotHold(
                "the order of tick \(order.tick) does not follow from the log, \(difference)")
        }
        orders.append(order)
        // The policy's own keys decide who vouches, not the agreement that the log brought along.
        let known = policy.witnesses.filter { witness in
            signers.contains { $0.order.key == witness.key.key }
        }
        guard policy.isMet(by: known.map(\.name)) else { return }
        vouched = max(vouched, order.size)
        vouchedAt = max(vouchedAt ?? order.tick, order.tick)
    }

    /// The node's own words have to follow from its own log.
    private mutating func checkState() throws(Failure) {
        guard let at = nodeState["at"]?.integer, let size = nodeState["size"]?.integer, size >= 0,
            TreeSize(UInt64(size)) <= checkpoint.size
        else {
            throw .doesNotHold("the node's state does not say over which entries it is")
        }
        let derived = replay.state(at: Time(milliseconds: at), size: TreeSize(UInt64(size)))
        if let difference = JSONDifference.first(nodeState, derived) {
            throw .doesNotHold("the node's state does not follow from its log, \(difference)")
        }
    }
}

extension LogAudit {
    /// Whether witnesses vouched so lately that a node which hides newer words would be noticed.
    func isFresh(at now: Time) -> Bool {
        guard let vouchedAt else { return false }
        let patience = agreement.log.tick + agreement.log.tick + agreement.log.skew
        return now - vouchedAt <= patience
    }
}

/// The next entry bundle, so that a long log comes in pieces.
func nextLeaves(
    of node: NodeClient, from start: TreeSize, to end: TreeSize
) async throws(Failure) -> [[UInt8]] {
    let width = UInt64(TilePath.fullWidth)
    let stop = TreeSize(min(end.value, (start.value / width + 1) * width))
    return try await asking { () throws(ClientFault) in
        try await node.leaves(from: LogIndex(start.value), to: stop)
    }
}

extension Time {
    /// A cosignature's time; nil where it is past what a `Time` holds.
    init?(secondsSince1970 seconds: UInt64) {
        guard let signed = Int64(exactly: seconds) else { return nil }
        let (milliseconds, overflow) = signed.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return nil }
        self.init(milliseconds: milliseconds)
    }
}

extension TimeSpan {
    static func + (a: TimeSpan, b: TimeSpan) -> TimeSpan {
        let (sum, overflow) = a.milliseconds.addingReportingOverflow(b.milliseconds)
        return TimeSpan(milliseconds: overflow ? .max : sum)
    }
}
