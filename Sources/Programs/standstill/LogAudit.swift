// SPDX-License-Identifier: Apache-2.0

import Brake
import Client
import PauseAgreement
import Roles
import Storage
import TransparencyLog

/// A node's whole log, fetched and checked against a policy: signatures, hashes, entries, orders,
/// state.
///
/// Every order and state is derived while the entries pass, so that none of them has to be held.
struct LogAudit {
    let agreement: Agreement
    let checkpoint: Checkpoint
    /// As it was signed.
    let note: UnverifiedNote
    /// Derives states and orders from the entries; nil where nobody wanted them held.
    let held: LogReplay?
    /// The witnesses of the policy that cosigned the checkpoint.
    private(set) var cosigners: [String] = []
    /// Checked orders, by tick.
    private(set) var orders: [Order] = []
    /// So many of the first entries are vouched for by enough witnesses.
    private(set) var vouched = TreeSize.empty
    /// When enough witnesses last vouched for anything; nil where they never did.
    private(set) var vouchedAt: Time?
    /// What the node says, shown to follow from its own log.
    let nodeState: JSON
    /// The instant that the node's state is of.
    let at: Time
    private let flat: FlatReplay

    /// Which orders are fetched: one an epoch, or the newest only.
    enum Orders { case all, newest }

    /// - Parameters:
    ///   - holding: whether the entries are held, for questions about any of them.
    ///   - kept: what an earlier run checked, which is not fetched again.
    /// - Throws: ``Failure`` 1 where anything does not hold.
    init(
        of node: NodeClient, policy: WitnessPolicy, agreementID: Digest?, orders wanted: Orders,
        holding: Bool = false, kept: KeptReading? = nil, progress: Progress
    ) async throws(Failure) {
        agreement = try await LogAudit.agreement(of: node, expected: agreementID)
        // What the node says is fetched before the checkpoint, which then covers all of it.
        nodeState = try await asking { () throws(ClientFault) in try await node.state() }
        let claim = try StateClaim(nodeState)
        at = claim.at
        let notes = try await LogAudit.orders(of: node, wanted)
        note = try await asking { () throws(ClientFault) in try await node.checkpoint() }
        do throws(PolicyFailure) {
            checkpoint = try policy.withoutQuorum.verify(note).0
        } catch {
            throw .doesNotHold("the node's checkpoint does not hold: \(error.lowercased)")
        }
        guard claim.size <= checkpoint.size else {
            throw .doesNotHold("the node's state does not say over which entries it is")
        }
        try await kept?.check(checkpoint, of: node)
        let orders = try LogAudit.parse(notes, upTo: checkpoint)
        var reading = LogReading(agreement, holding: holding)
        let end = checkpoint.size
        let sizes = [end, kept?.mark?.vouched].compactMap(\.self)
        reading.expect(orders.map(\.order), claim, sizes.filter { $0 <= end })
        try await reading.read(node, upTo: checkpoint, kept: kept, progress: progress)
        held = reading.held
        flat = reading.flat
        try vouch(by: policy)
        for (order, note) in orders { try check(order, note, by: policy) }
        try checkState(claim)
        // It is of one history with what was vouched for before, which therefore still counts.
        guard let mark = kept?.mark else { return }
        vouched = max(vouched, min(mark.vouched, checkpoint.size))
        vouchedAt = [vouchedAt, mark.vouchedAt].compactMap(\.self).max()
    }

    /// What the law says over the entries that are vouched for, at the instant of the node's state.
    var state: JSON { flat.state(at: at, size: vouched)?.json ?? .null }

    /// The whole log.
    ///
    /// - Precondition: it was to be held.
    var whole: LogReplay {
        guard let held else { preconditionFailure("the entries were to be held") }
        return held
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

    private static func parse(
        _ notes: [UnverifiedNote], upTo checkpoint: Checkpoint
    ) throws(Failure) -> [(order: Order, note: UnverifiedNote)] {
        var orders: [(order: Order, note: UnverifiedNote)] = []
        for note in notes {
            do throws(MalformedStatement) {
                orders.append((try Order(parsing: note.text), note))
            } catch {
                throw .doesNotHold("the node's order is none: \(error)")
            }
        }
        if let beyond = orders.first(where: { checkpoint.size < $0.order.size })?.order {
            throw .doesNotHold(
                "the node's order speaks of \(beyond.size) entries, its checkpoint of "
                    + "\(checkpoint.size)")
        }
        return orders
    }

    // MARK: - Who vouches

    /// The cosignatures of the checkpoint, by the monitors that count now where the reader believes
    /// those of the agreement.
    private mutating func vouch(by policy: WitnessPolicy) throws(Failure) {
        let policy = agreement.policy(policy, following: flat.brake.monitors)
        guard let (_, signed) = try? policy.withoutQuorum.verify(note) else {
            throw .bug("a checkpoint that held holds under the monitors of its log")
        }
        cosigners = policy.witnesses.filter { signed.signers.contains($0.key) }.map(\.name)
        guard policy.isMet(by: cosigners) else { return }
        vouched = checkpoint.size
        vouchedAt = policy.vouchedAt(signed)
    }

    /// An order has to follow from the log, whoever signed it; the policy says whether they vouch
    /// for it.
    private mutating func check(
        _ order: Order, _ note: UnverifiedNote, by policy: WitnessPolicy
    ) throws(Failure) {
        guard let set = flat.brake.monitors.set(named: order.monitors) else {
            throw .doesNotHold(
                "the order of tick \(order.tick) names monitors that no entry has brought")
        }
        let signers = set.members.filter { (try? note.verified(by: [$0.order])) != nil }
        guard signers.count >= set.needed else {
            throw .doesNotHold(
                "the order of tick \(order.tick) has \(signers.count) of \(set.needed) signatures")
        }
        let derived = flat.order(
            at: order.tick, size: order.size, silentSince: order.silentSince)
        guard let derived else { throw .bug("an order was asked for before its entries came") }
        if let difference = JSONDifference.first(order.json, derived.json) {
            throw .doesNotHold(
                "the order of tick \(order.tick) does not follow from the log, \(difference)")
        }
        orders.append(order)
        // The policy's own keys decide who vouches, not the agreement that the log brought along.
        let followed = agreement.policy(policy, following: flat.brake.monitors)
        let known = followed.witnesses.filter { witness in
            signers.contains { $0.order.key == witness.key.key }
        }
        guard followed.isMet(by: known.map(\.name)) else { return }
        vouched = max(vouched, order.size)
        vouchedAt = max(vouchedAt ?? order.tick, order.tick)
    }

    /// The node's own words have to follow from its own log.
    private func checkState(_ claim: StateClaim) throws(Failure) {
        guard let derived = flat.state(at: claim.at, size: claim.size) else {
            throw .bug("a state was asked for before its entries came")
        }
        if let difference = JSONDifference.first(nodeState, derived.json) {
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

/// Over which entries, and at which instant, a node says that its state is.
struct StateClaim {
    let at: Time
    let size: TreeSize

    init(_ state: JSON) throws(Failure) {
        guard let at = state["at"]?.integer, let size = state["size"]?.integer, size >= 0 else {
            throw .doesNotHold("the node's state does not say over which entries it is")
        }
        self.at = Time(milliseconds: at)
        self.size = TreeSize(UInt64(size))
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

extension TimeSpan {
    static func + (a: TimeSpan, b: TimeSpan) -> TimeSpan {
        let (sum, overflow) = a.milliseconds.addingReportingOverflow(b.milliseconds)
        return TimeSpan(milliseconds: overflow ? .max : sum)
    }
}
