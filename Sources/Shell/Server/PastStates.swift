// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import Storage
import TransparencyLog

/// States at past instants, derived again from the stored entries.
///
/// One after the other, few may wait, and some are kept: links to instants must not be a way to
/// keep a node busy.
actor PastStates {
    private let agreement: Agreement
    private let store: any LogStore
    /// Folded over as many entries as were last asked for; going on from there is cheap.
    private var earlier: Brake
    /// The newest last.
    private var kept: [(instant: LogOperator.Cursor, state: State)] = []
    private var waiting = 0
    private var last: Task<Void, Never>?

    private static let mostKept = 32
    private static let mostWaiting = 8

    init(agreement: Agreement, store: any LogStore) {
        self.agreement = agreement
        self.store = store
        earlier = Brake(agreement: agreement)
    }

    /// The state over the first entries at an instant that was, as the caller has made sure.
    ///
    /// - Throws: ``ProblemDocument/tooBusy`` where too many ask.
    func state(at instant: LogOperator.Cursor) async throws -> State {
        if let found = kept.first(where: { $0.instant == instant }) { return found.state }
        guard waiting < PastStates.mostWaiting else { throw ProblemDocument.tooBusy }
        waiting += 1
        defer { waiting -= 1 }
        let before = last
        let task = Task {
            await before?.value
            return try await self.derive(instant)
        }
        last = Task { _ = try? await task.value }
        return try await task.value
    }

    private func derive(_ instant: LogOperator.Cursor) async throws -> State {
        if let found = kept.first(where: { $0.instant == instant }) { return found.state }
        if instant.size < earlier.size { earlier = Brake(agreement: agreement) }
        while earlier.size < instant.size {
            let start = LogIndex(earlier.size.value)
            let count = min(UInt64(TilePath.fullWidth), instant.size.value - start.value)
            let leaves = try await store.leaves(from: start, limit: Int(count))
            guard leaves.count == count else {
                throw ProblemDocument.fault("an entry cannot be read")
            }
            for (offset, leaf) in leaves.enumerated() {
                let index = LogIndex(start.value + UInt64(offset))
                earlier.fold(try Entry(parsing: leaf, index: index))
            }
        }
        let state = earlier.state(at: instant.tick)
        kept.append((instant, state))
        if kept.count > PastStates.mostKept { kept.removeFirst() }
        return state
    }
}
