// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import TransparencyLog

/// The one place where a monitor's events meet, as ``LogSequencer`` is for a log.
actor MonitorKeeper {
    private var role: Monitor
    private var askers: [Ticket: Asker] = [:]
    private var nextTicket: UInt64 = 0
    private var isClosed = false

    nonisolated let work: AsyncStream<[Monitor.Action]>
    private let toDo: AsyncStream<[Monitor.Action]>.Continuation

    private enum Asker {
        case proposal(CheckedContinuation<ProposalAnswer, Never>)
        case cosigning(CheckedContinuation<Witness.Cosigning, Never>)
        case handing(CheckedContinuation<HandingAnswer, Never>)
    }

    init(_ role: Monitor) {
        self.role = role
        (work, toDo) = AsyncStream.makeStream()
    }

    func receive(_ event: Monitor.Event) {
        let actions = role.receive(event, now: WallClock.now())
        if !actions.isEmpty { toDo.yield(actions) }
    }

    func propose(_ body: [UInt8]) async -> ProposalAnswer {
        guard !isClosed else { return .refused(.stopped, "the monitor is stopping") }
        let ticket = newTicket()
        return await withCheckedContinuation { continuation in
            askers[ticket] = .proposal(continuation)
            receive(.proposed(ticket, body))
        }
    }

    func addCheckpoint(_ body: [UInt8]) async -> Witness.Cosigning {
        guard !isClosed else { return .unable("the monitor is stopping") }
        let ticket = newTicket()
        return await withCheckedContinuation { continuation in
            askers[ticket] = .cosigning(continuation)
            receive(.witness(.asked(ticket, body)))
        }
    }

    /// A statement that was admitted; answered once it is held durably.
    func hold(_ submission: Submission) async -> HandingAnswer {
        guard !isClosed else { return .unable("the monitor is stopping") }
        let ticket = newTicket()
        return await withCheckedContinuation { continuation in
            askers[ticket] = .handing(continuation)
            receive(.handed(ticket, submission))
        }
    }

    private func newTicket() -> Ticket {
        nextTicket += 1
        return Ticket(nextTicket)
    }

    func reply(_ ticket: Ticket, _ answer: ProposalAnswer) {
        guard case .proposal(let continuation)? = askers.removeValue(forKey: ticket) else { return }
        continuation.resume(returning: answer)
    }

    func reply(_ ticket: Ticket, _ cosigning: Witness.Cosigning) {
        guard case .cosigning(let continuation)? = askers.removeValue(forKey: ticket) else {
            return
        }
        continuation.resume(returning: cosigning)
    }

    func reply(_ ticket: Ticket, _ answer: HandingAnswer) {
        guard case .handing(let continuation)? = askers.removeValue(forKey: ticket) else { return }
        continuation.resume(returning: answer)
    }

    /// Tells whoever waits that nothing will come of it.
    func fail(_ ticket: Ticket, _ why: String) {
        switch askers.removeValue(forKey: ticket) {
        case .proposal(let continuation)?: continuation.resume(returning: .refused(.stopped, why))
        case .cosigning(let continuation)?: continuation.resume(returning: .unable(why))
        case .handing(let continuation)?: continuation.resume(returning: .unable(why))
        case nil: break
        }
    }

    func close() {
        isClosed = true
        toDo.finish()
        for ticket in Array(askers.keys) { fail(ticket, "the monitor is stopping") }
    }

    func read<Value: Sendable>(_ question: @Sendable (Monitor) throws -> Value) rethrows -> Value {
        try question(role)
    }
}
