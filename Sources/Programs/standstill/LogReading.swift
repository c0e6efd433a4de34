// SPDX-License-Identifier: Apache-2.0

import Client
import PauseAgreement
import Roles
import TransparencyLog

/// The entries of a log as they are read and checked: forgotten one after another, or held.
struct LogReading {
    private let agreement: Agreement
    private var forgetting: FlatReplay?
    /// Nil where the entries are forgotten.
    private(set) var held: LogReplay?
    /// What is to be answered on the way, in case the reading has to begin again.
    private var expected: [(inout FlatReplay) -> Void] = []

    init(_ agreement: Agreement, holding: Bool) {
        self.agreement = agreement
        forgetting = holding ? nil : FlatReplay(agreement: agreement)
        held = holding ? LogReplay(agreement: agreement) : nil
    }

    var flat: FlatReplay { forgetting ?? held!.flat }

    /// Asks for what is going to be compared: the orders, the node's state, and the state over
    /// whatever may turn out to be vouched for.
    mutating func expect(_ orders: [Order], _ claim: StateClaim, _ sizes: [TreeSize]) {
        for order in orders {
            expected.append {
                $0.expectOrder(at: order.tick, size: order.size, silentSince: order.silentSince)
                if orders.count == 1 { $0.expectState(at: claim.at, size: order.size) }
            }
        }
        expected.append {
            for size in [claim.size] + sizes { $0.expectState(at: claim.at, size: size) }
        }
        begin()
    }

    private mutating func begin() {
        var flat = FlatReplay(agreement: agreement)
        for ask in expected { ask(&flat) }
        if held == nil { forgetting = flat } else { held = LogReplay(flat) }
    }

    private mutating func append(_ chunk: LeafChunk) throws(LogFailure) {
        try forgetting?.append(chunk)
        try held?.append(chunk)
    }

    /// Reads all entries that a checkpoint signs, those first that were kept.
    ///
    /// - Throws: ``Failure`` 1 where the log does not hold.
    mutating func read(
        _ node: NodeClient, upTo checkpoint: Checkpoint, kept: KeptReading? = nil,
        progress: Progress
    ) async throws(Failure) {
        if let kept, try await !take(kept) {
            begin()
            try kept.drop()
        }
        var leaves = CheckedLeaves(
            of: node, from: flat.size, to: checkpoint.size, law: flat.brake)
        while let chunk = try await leaves.next() {
            do throws(LogFailure) {
                try append(chunk)
            } catch {
                throw .doesNotHold("the node's log does not hold: \(error)")
            }
            try kept?.append(chunk)
            progress.report(flat.size.value, of: checkpoint.size.value)
        }
        guard flat.head.root == checkpoint.root else {
            throw .doesNotHold(
                "the node's entries are not those that its checkpoint signs: their roots differ")
        }
    }

    /// What was kept; false where it is not what was checked.
    private mutating func take(_ kept: KeptReading) async throws(Failure) -> Bool {
        var leaves = try kept.leaves(law: flat.brake)
        while let chunk = try await leaves.next() {
            guard (try? append(chunk)) != nil else { return false }
        }
        guard kept.agrees(with: flat) else { return false }
        try kept.cut()
        return true
    }

    /// A whole log, held.
    static func whole(
        _ node: NodeClient, _ agreement: Agreement, upTo checkpoint: Checkpoint
    ) async throws(Failure) -> LogReplay {
        var reading = LogReading(agreement, holding: true)
        try await reading.read(node, upTo: checkpoint, progress: Progress("entries"))
        return reading.held!
    }
}
