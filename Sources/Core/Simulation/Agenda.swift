// SPDX-License-Identifier: Apache-2.0

import PauseAgreement

/// What is to happen, in the order of time; of what happens at one instant, first what was entered
/// first.
struct Agenda<Item: Sendable>: Sendable {
    private struct Slot: Sendable {
        let time: Time
        let number: UInt64
        let item: Item

        func comes(before other: Slot) -> Bool {
            (time, number) < (other.time, other.number)
        }
    }

    /// A binary heap.
    private var slots: [Slot] = []
    private var entered: UInt64 = 0

    mutating func enter(_ item: Item, at time: Time) {
        slots.append(Slot(time: time, number: entered, item: item))
        entered += 1
        var child = slots.count - 1
        while child > 0, slots[child].comes(before: slots[(child - 1) / 2]) {
            slots.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeNext() -> (time: Time, item: Item)? {
        guard let first = slots.first else { return nil }
        let last = slots.removeLast()
        if !slots.isEmpty {
            slots[0] = last
            sink()
        }
        return (first.time, first.item)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < slots.count else { return }
            let right = left + 1
            let least =
                right < slots.count && slots[right].comes(before: slots[left]) ? right : left
            guard slots[least].comes(before: slots[parent]) else { return }
            slots.swapAt(least, parent)
            parent = least
        }
    }
}
