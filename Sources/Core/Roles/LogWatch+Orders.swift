// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
public import TransparencyLog

extension LogWatch {
    /// Takes an order: checks who signed it, that the law derives the very text, and that nobody
    /// signed another one for the same moment.
    ///
    /// One over more entries than were checked waits for them.
    public mutating func receive(order note: UnverifiedNote, from source: Source) -> [Sighting] {
        let order: Order
        do throws(MalformedStatement) {
            order = try Order(parsing: note.text)
        } catch {
            return [alarm(.unsignedOrder, "the order of \(source) is none: \(error)", [note])]
        }
        guard order.agreement == agreement.id else {
            return [
                alarm(
                    .unsignedOrder,
                    "the order of \(source) is of agreement \(order.agreement.hex)", [note])
            ]
        }
        guard order.size <= settled else {
            wait(for: order, note, from: source)
            return []
        }
        return check(order, note, from: source)
    }

    private static let mostWaiting = 16_384

    private mutating func wait(for order: Order, _ note: UnverifiedNote, from source: Source) {
        guard waiting.count < LogWatch.mostWaiting else { return }
        waiting.append((source, note))
        // Entries are read once, so that the law is asked while they pass.
        if replay.size <= order.size {
            replay.expectOrder(at: order.tick, size: order.size, silentSince: order.silentSince)
        }
    }

    /// Those orders for which the entries have come.
    mutating func receiveWaiting() -> [Sighting] {
        let notes = waiting
        waiting = []
        return notes.flatMap { receive(order: $0.note, from: $0.source) }
    }

    /// An alarm where the node showed orders over entries that its checkpoint does not have.
    ///
    /// To be asked once a checkpoint that was fetched after them is held.
    public func unfounded() -> WatchAlarm? {
        guard let held, settled == held.size else { return nil }
        let orders = waiting.filter { if case .monitor = $0.source { false } else { true } }
        guard let note = orders.first?.note, let order = try? Order(parsing: note.text) else {
            return nil
        }
        return WatchAlarm(
            kind: .rollback,
            sentence:
                "the node showed an order over \(order.size) entries, and now a checkpoint over "
                + "\(held.size): entries were taken back",
            evidence: [String(decoding: note.bytes, as: UTF8.self), held.text])
    }

    private mutating func check(_ order: Order, _ note: UnverifiedNote, from source: Source)
        -> [Sighting]
    {
        // Whether that set counts over these entries is a part of what the law derives below.
        guard let set = law.monitors.set(named: order.monitors) else {
            return [
                alarm(
                    .unsignedOrder,
                    "the order of tick \(order.tick) names monitors that no entry has brought",
                    [note])
            ]
        }
        let signers = set.members.filter { (try? note.verified(by: [$0.order])) != nil }
        let names = signers.map(\.party)
        let needed = set.needed
        if let objection = objection(to: order, note, from: source, signedBy: names, needed) {
            return [objection]
        }
        if let other = texts.contradiction(of: order, signedBy: names, needed: needed) {
            return [
                alarm(
                    .twoOrders,
                    "two orders for epoch \(order.epoch), tick \(order.tick), \(order.size) entries, "
                        + "signed by \(other.monitors.joined(separator: ", ")) and by "
                        + names.joined(separator: ", "), [other.note, note])
            ]
        }
        if source == .node, let taken = takenBack(order, note) { return [taken] }
        if !texts.contains(order) {
            guard let derived = derive(order) else { return [.tooOld(order)] }
            if let difference = JSONDifference.first(order.json, derived.json) {
                return [
                    alarm(
                        .underivedOrder,
                        "the order of tick \(order.tick), signed by \(names.joined(separator: ", ")), "
                            + "does not follow from the log, \(difference)", [note])
                ]
            }
        }
        return believe(order, note, signedBy: signers, needed, from: source)
    }

    /// An alarm where the node's newest order is older than the one before.
    private func takenBack(_ order: Order, _ note: UnverifiedNote) -> Sighting? {
        guard let newest, order.tick < newest.order.tick || order.epoch < newest.order.epoch else {
            return nil
        }
        return alarm(
            .rollback,
            "the node's newest order was of tick \(newest.order.tick), epoch "
                + "\(newest.order.epoch); now it shows one of tick \(order.tick), "
                + "epoch \(order.epoch)", [newest.note, note])
    }

    /// Too few signatures. One monitor's word is no order, but it must not be another one either.
    private func objection(
        to order: Order, _ note: UnverifiedNote, from source: Source, signedBy names: [String],
        _ needed: Int
    ) -> Sighting? {
        if case .monitor = source {
            guard names.isEmpty else { return nil }
            return alarm(
                .unsignedOrder, "the order of \(source) bears no monitor's signature", [note])
        }
        guard names.count < needed else { return nil }
        return alarm(
            .unsignedOrder,
            "the order of tick \(order.tick) has \(names.count) of \(needed) signatures", [note])
    }

    /// What follows from the log for that tick and size; nil where the entries have long passed.
    private func derive(_ order: Order) -> Order? {
        let (tick, since) = (order.tick, order.silentSince)
        if let asked = replay.order(at: tick, size: order.size, silentSince: since) {
            return asked
        }
        guard order.size < replay.size else {
            return law.order(
                at: tick, size: order.size, root: replay.head.root, silentSince: since)
        }
        return recent?.order(like: order)
    }

    private mutating func believe(
        _ order: Order, _ note: UnverifiedNote, signedBy signers: [MonitorKey], _ needed: Int,
        from source: Source
    ) -> [Sighting] {
        let names = signers.map(\.party)
        let isNews = texts.keep(order, note, signedBy: names, needed: needed)
        if source == .node {
            newest = (order, note)
        }
        guard names.count >= needed else { return [] }
        // The policy's own keys decide who vouches, not the agreement that the log brought along.
        let policy = followed
        let known = policy.witnesses.filter { witness in
            signers.contains { $0.order.key == witness.key.key }
        }
        if policy.isMet(by: known.map(\.name)) {
            vouched = max(vouched, order.size)
            vouchedAt = max(vouchedAt ?? order.tick, order.tick)
        }
        return isNews ? [.order(order, monitors: names)] : []
    }

    /// Takes a text that an earlier watch derived already.
    mutating func remember(_ note: UnverifiedNote) {
        // A text under a later set than the agreement's own waits until the entries are read again.
        guard let order = try? Order(parsing: note.text),
            let set = law.monitors.set(named: order.monitors)
        else { return }
        let names = set.signatures(of: note).parties
        guard !names.isEmpty else { return }
        _ = texts.keep(order, note, signedBy: names, needed: set.needed)
    }
}
