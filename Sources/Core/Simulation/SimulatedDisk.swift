// SPDX-License-Identifier: Apache-2.0

import Roles
import TransparencyLog

/// What a log would find again after a crash: its store and its second place.
struct LogDisk: Sendable {
    private(set) var leaves: [[UInt8]] = []
    private(set) var heads: [TreeHead] = []
    var mark: UnverifiedNote?
    var newestOrder: UnverifiedNote?
    var proposal: UnverifiedNote?

    var head: TreeHead { heads.last ?? .empty }

    /// Compares and swaps; false where the head is another one.
    mutating func append(_ new: [PendingLeaf], from old: TreeHead, to head: TreeHead) -> Bool {
        guard self.head == old else { return false }
        leaves += new.map(\.leaf)
        heads.append(head)
        return true
    }

    /// An older copy.
    mutating func goBack(toAppend count: Int) {
        heads = Array(heads.prefix(count))
        leaves = Array(leaves.prefix(Int(head.size.value)))
        mark = nil
        newestOrder = nil
        proposal = nil
    }
}

/// What a monitor would find again after a crash.
struct MonitorDisk: Sendable {
    private(set) var leaves: [[UInt8]] = []
    private(set) var heads: [TreeHead] = []
    var mark: MonitorMark?
    var order: UnverifiedNote?
    var proposal: UnverifiedNote?
    var checkpoint: UnverifiedNote?
    /// Statements that are held, by their slots.
    var held: [Int: HeldStatement] = [:]

    var head: TreeHead { heads.last ?? .empty }

    mutating func append(_ new: [PendingLeaf], from old: TreeHead, to head: TreeHead) -> Bool {
        guard self.head == old else { return false }
        leaves += new.map(\.leaf)
        heads.append(head)
        return true
    }
}
