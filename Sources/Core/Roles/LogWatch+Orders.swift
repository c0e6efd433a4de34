// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
public import TransparencyLog

extension LogWatch {
    /// Takes an order: checks who signed it, that the law derives the very text, and that nobody
    /// signed another one for the same moment.
    ///
    /// One over more entries than are held waits for them.
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
        guard order.size <= replay.size, next == nil else {
            if waiting.count < LogWatch.mostWaiting { waiting.append((source, note)) }
            return []
        }
        return check(order, note, from: source)
    }

    private static let mostWaiting = 1024

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
        guard next == nil, let held else { return nil }
        let orders = waiting.filter { if case .monitor = $0.source { false } else { true } }
        guard let note = orders.first?.note, let order = try? Order(parsing: note.text) else {
            return nil
        }
        return WatchAlarm(
            kind: .rollback,
            sentence:
                "the node showed an order over \(order.size) entries, and now a checkpoint over "
                + "\(held.checkpoint.size): entries were taken back",
            evidence: [String(decoding: note.bytes, as: UTF8.self), held.text])
    }

    private mutating func check(_ order: Order, _ note: UnverifiedNote, from source: Source)
        -> [Sighting]
    {
        let signers = agreement.monitorKeys.filter { (try? note.verified(by: [$0.order])) != nil }
        let names = signers.map(\.party)
        let needed = max(1, agreement.monitoring.signatures)
        if case .monitor = source {
            // One monitor's word is no order, but it must not be another one either.
            guard !signers.isEmpty else {
                return [
                    alarm(
                        .unsignedOrder, "the order of \(source) bears no monitor's signature",
                        [note])
                ]
            }
        } else if signers.count < needed {
            return [
                alarm(
                    .unsignedOrder,
                    "the order of tick \(order.tick) has \(signers.count) of \(needed) signatures",
                    [note])
            ]
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
        let derived = replay.order(at: order.tick, size: order.size, silentSince: order.silentSince)
        if let difference = JSONDifference.first(order.json, derived.json) {
            return [
                alarm(
                    .underivedOrder,
                    "the order of tick \(order.tick), signed by \(names.joined(separator: ", ")), "
                        + "does not follow from the log, \(difference)", [note])
            ]
        }
        return believe(order, note, signedBy: signers, from: source)
    }

    private mutating func believe(
        _ order: Order, _ note: UnverifiedNote, signedBy signers: [MonitorKey], from source: Source
    ) -> [Sighting] {
        let names = signers.map(\.party)
        let needed = max(1, agreement.monitoring.signatures)
        let isNews = texts.keep(order, note, signedBy: names, needed: needed)
        if source == .node {
            if let newest, order.tick < newest.tick || order.epoch < newest.epoch {
                return [
                    alarm(
                        .rollback,
                        "the node's newest order was of tick \(newest.tick), epoch \(newest.epoch); now it "
                            + "shows one of tick \(order.tick), epoch \(order.epoch)", [note])
                ]
            }
            newest = order
        }
        guard names.count >= needed else { return [] }
        // The policy's own keys decide who vouches, not the agreement that the log brought along.
        let known = policy.witnesses.filter { witness in
            signers.contains { $0.order.key == witness.key.key }
        }
        if policy.isMet(by: known.map(\.name)) {
            vouched = max(vouched, order.size)
            vouchedAt = max(vouchedAt ?? order.tick, order.tick)
        }
        return isNews ? [.order(order, monitors: names)] : []
    }
}

/// The order texts seen, by what must tell them apart.
struct OrderTexts: Sendable {
    struct Seen: Sendable {
        let order: Order
        let note: UnverifiedNote
        var monitors: [String]
    }

    private struct Moment: Hashable {
        let epoch: Int64
        let tick: Time
        let size: TreeSize

        init(_ order: Order) {
            epoch = order.epoch
            tick = order.tick
            size = order.size
        }
    }

    /// A watch that runs for years keeps the newest.
    private static let most = 4096

    private var seen: [Moment: [Seen]] = [:]

    /// Another text for the same moment, if it is proof of a lie: both are well signed, or one
    /// monitor signed both. Two monitors may each have thought the node silent since another
    /// instant.
    func contradiction(of order: Order, signedBy monitors: [String], needed: Int) -> Seen? {
        seen[Moment(order)]?.first { other in
            guard other.order != order else { return false }
            return other.monitors.count >= needed && monitors.count >= needed
                || other.monitors.contains { monitors.contains($0) }
        }
    }

    /// Returns whether the text has enough signatures with these and had too few before.
    mutating func keep(
        _ order: Order, _ note: UnverifiedNote, signedBy monitors: [String], needed: Int
    ) -> Bool {
        let moment = Moment(order)
        var texts = seen[moment] ?? []
        var before = 0
        if let place = texts.firstIndex(where: { $0.order == order }) {
            before = texts[place].monitors.count
            texts[place].monitors = Set(texts[place].monitors + monitors).sorted()
        } else {
            texts.append(Seen(order: order, note: note, monitors: monitors))
        }
        seen[moment] = texts
        if seen.count > OrderTexts.most, let oldest = seen.keys.min(by: { $0.tick < $1.tick }) {
            seen[oldest] = nil
        }
        let after = texts.first { $0.order == order }?.monitors.count ?? 0
        return before < needed && after >= needed
    }
}
