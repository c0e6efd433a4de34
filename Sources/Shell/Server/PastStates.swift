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
    private let sequencer: LogSequencer
    private let store: any LogStore
    /// The newest last.
    private var kept: [(instant: LogOperator.Cursor, state: State)] = []
    private var waiting = 0
    private var last: Task<Void, Never>?

    private static let mostKept = 32
    private static let mostWaiting = 8

    init(sequencer: LogSequencer, store: any LogStore) {
        self.sequencer = sequencer
        self.store = store
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
        let past = await sequencer.read { $0.past(at: instant.tick, over: instant.size) }
        let state = try await past.folded(over: store).state
        kept.append((instant, state))
        if kept.count > PastStates.mostKept { kept.removeFirst() }
        return state
    }
}

extension PastState {
    /// With the entries that it lacks read from our own store.
    func folded(over store: any LogStore) async throws -> PastState {
        var past = self
        while !past.isComplete {
            let limit = Int(min(256, past.size.value - past.next.value))
            let leaves = try await store.leaves(from: past.next, limit: limit)
            guard !leaves.isEmpty else { throw ProblemDocument.internalError }
            for leaf in leaves { try past.read(leaf) }
        }
        return past
    }
}
