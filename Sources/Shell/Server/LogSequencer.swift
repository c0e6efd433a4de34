// SPDX-License-Identifier: Apache-2.0

package import Brake
import PauseAgreement
package import Roles
import TransparencyLog

/// The one place where a log's events meet: it hands them to the role, one after another, and what
/// the role wants done to ``LogWorker``. It waits for nothing, so readers never wait for the disk.
package actor LogSequencer {
    private var role: LogOperator
    private var senders: [Ticket: CheckedContinuation<SubmissionAnswer, Never>] = [:]
    private var nextTicket: UInt64 = 0
    private var listeners: [UInt64: AsyncStream<Wake>.Continuation] = [:]
    private var nextListener: UInt64 = 0
    private var isClosed = false

    /// What the role wants done, list by list.
    nonisolated let work: AsyncStream<[LogOperator.Action]>
    private let toDo: AsyncStream<[LogOperator.Action]>.Continuation

    /// Listeners at once; more are told to come again.
    static let mostListeners = 4096

    init(_ role: LogOperator) {
        self.role = role
        (work, toDo) = AsyncStream.makeStream()
    }

    func receive(_ event: LogOperator.Event) {
        let actions = role.receive(event, now: WallClock.now())
        if !actions.isEmpty { toDo.yield(actions) }
    }

    /// What the role asked for is durable; nothing where it has asked for something else since.
    func appended(to head: TreeHead) {
        if role.pendingHead == head { receive(.appended) }
    }

    /// Hands in a statement and waits until it is durable or refused.
    package func submit(_ submission: Submission) async -> SubmissionAnswer {
        guard !isClosed else { return .unable("the node is stopping") }
        nextTicket += 1
        let ticket = Ticket(nextTicket)
        return await withCheckedContinuation { continuation in
            senders[ticket] = continuation
            receive(.submitted(ticket, submission))
        }
    }

    func reply(_ ticket: Ticket, _ answer: SubmissionAnswer) {
        senders.removeValue(forKey: ticket)?.resume(returning: answer)
    }

    /// Nothing is done any more; whoever waits is told.
    func close() {
        isClosed = true
        toDo.finish()
        for ticket in senders.keys { reply(ticket, .unable("the node is stopping")) }
    }

    /// Asks the role something, between two events.
    package func read<Value: Sendable>(_ question: @Sendable (LogOperator) throws -> Value) rethrows
        -> Value
    {
        try question(role)
    }

    // MARK: - Listeners

    enum Wake: Sendable {
        case news
        case keepAlive
    }

    /// Wakes whoever listens, as often as there is something new, beginning at once; nil where too
    /// many do.
    func listen() -> AsyncStream<Wake>? {
        guard listeners.count < LogSequencer.mostListeners else { return nil }
        let (stream, continuation) = AsyncStream<Wake>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        nextListener += 1
        let number = nextListener
        listeners[number] = continuation
        continuation.onTermination = { _ in
            Task { await self.forget(number) }
        }
        continuation.yield(.news)
        return stream
    }

    private func forget(_ number: UInt64) { listeners[number] = nil }

    func wake(_ wake: Wake) {
        for listener in listeners.values { listener.yield(wake) }
    }

    var listenerCount: Int { listeners.count }
}
