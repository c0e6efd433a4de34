// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

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

    /// Whether that very text was seen and derived before.
    func contains(_ order: Order) -> Bool {
        seen[Moment(order)]?.contains { $0.order == order } ?? false
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
            let all = Set(texts[place].monitors + monitors).sorted()
            // The note with more signatures proves more.
            let best = monitors.count > before ? note : texts[place].note
            texts[place] = Seen(order: order, note: best, monitors: all)
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

    /// Notes of the newest ticks, the oldest of them first.
    func newest(_ count: Int) -> [UnverifiedNote] {
        let all = seen.values.flatMap(\.self).sorted {
            ($0.order.tick, $0.order.size, $0.note.text) < (
                $1.order.tick, $1.order.size, $1.note.text
            )
        }
        return all.suffix(count).map(\.note)
    }
}
