// SPDX-License-Identifier: Apache-2.0

import Roles
import TransparencyLog

/// The one place where a witness's events meet.
actor WitnessKeeper {
    private var role: Witness
    private var askers: [Ticket: CheckedContinuation<Witness.Cosigning, Never>] = [:]
    private var nextTicket: UInt64 = 0
    private var isClosed = false

    nonisolated let work: AsyncStream<[Witness.Action]>
    private let toDo: AsyncStream<[Witness.Action]>.Continuation

    init(_ role: Witness) {
        self.role = role
        (work, toDo) = AsyncStream.makeStream()
    }

    func receive(_ event: Witness.Event) {
        let actions = role.receive(event, now: WallClock.now())
        if !actions.isEmpty { toDo.yield(actions) }
    }

    func addCheckpoint(_ body: [UInt8]) async -> Witness.Cosigning {
        guard !isClosed else { return .unable("the witness is stopping") }
        nextTicket += 1
        let ticket = Ticket(nextTicket)
        return await withCheckedContinuation { continuation in
            askers[ticket] = continuation
            receive(.asked(ticket, body))
        }
    }

    func reply(_ ticket: Ticket, _ cosigning: Witness.Cosigning) {
        askers.removeValue(forKey: ticket)?.resume(returning: cosigning)
    }

    /// The disk failed: nothing is cosigned any more, since it could not be remembered.
    func close(_ why: String) {
        isClosed = true
        toDo.finish()
        for ticket in Array(askers.keys) { reply(ticket, .unable(why)) }
    }

    func checkpoint(originHash hash: String) -> UnverifiedNote? {
        role.origins.first { Digest.sha256(Array($0.utf8)).hex == hash }.flatMap {
            role.checkpoint(origin: $0)
        }
    }
}
