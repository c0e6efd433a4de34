// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import Storage
import TransparencyLog

/// The store of several log nodes, one of which sequences: what a node reads from it and hands over
/// to it.
struct SharedLog: Sendable {
    let store: PostgresStore
    let sequencer: LogSequencer
    /// Says what may be logged.
    let admission: Brake
    /// What ``StandbyWorker`` is told.
    let events: AsyncStream<Standby.Event>
    private let sink: AsyncStream<Standby.Event>.Continuation

    /// Heads read at once; an append is a few hundred leaves at most.
    private static let headsAtOnce = 16
    private static let statementsAtOnce = 512

    init(store: PostgresStore, sequencer: LogSequencer, admission: Brake) {
        self.store = store
        self.sequencer = sequencer
        self.admission = admission
        (events, sink) = AsyncStream.makeStream()
    }

    func tell(_ event: Standby.Event) { sink.yield(event) }

    // MARK: - Standing by

    /// Reads what others have written, to its end.
    func follow() async throws {
        while try await followPart() {}
    }

    /// Whether there may be more. Two that read at once do no harm: the role takes what continues
    /// its own entries, and nothing else.
    private func followPart() async throws -> Bool {
        let start = await sequencer.read { $0.readHead.size }
        let head = try await store.head()
        let heads = try await store.heads(after: start, limit: SharedLog.headsAtOnce)
        let order = try await note(OrderMarks.newest)
        let checkpoint = try await note(SharedMarks.checkpoint)
        let leaves = try await leaves(from: start, to: heads.last?.size ?? start)
        let part = FollowedPart(
            start: start, leaves: leaves, heads: heads, head: head, checkpoint: checkpoint,
            order: order)
        await sequencer.receive(.followed(part))
        let reached = await sequencer.read { $0.readHead.size }
        let isBehind = reached < (heads.last?.size ?? start)
        return start < reached && (isBehind || heads.count == SharedLog.headsAtOnce)
    }

    private func leaves(from start: TreeSize, to end: TreeSize) async throws -> [[UInt8]] {
        var leaves: [[UInt8]] = []
        while start.value + UInt64(leaves.count) < end.value {
            let next = start.value + UInt64(leaves.count)
            let limit = Int(min(UInt64(LeafSequence.page), end.value - next))
            let page = try await store.leaves(from: LogIndex(next), limit: limit)
            guard !page.isEmpty else {
                throw StorageFault(
                    .notAStore, "read leaves", cause: "leaf \(next) is missing, of \(end)")
            }
            leaves += page
        }
        return leaves
    }

    private func note(_ key: String) async throws -> UnverifiedNote? {
        try await store.value(key).map { try UnverifiedNote(parsing: $0) }
    }

    /// Gives a statement to whoever sequences; what its senders are told where that cannot be.
    func handOver(_ envelope: Envelope, by signer: String) async -> SubmissionAnswer? {
        do {
            let isKept = try await store.handOver(
                envelope.json.canonicalBytes, signer: signer, payload: envelope.payloadDigest)
            return isKept ? nil : .busy
        } catch {
            return .unable("the database cannot be reached")
        }
    }

    // MARK: - Sequencing

    /// Logs what other nodes have handed over. A statement is taken out of the inbox once it is in
    /// the log, or refused for good; a crash in between leaves it there, and the log knows it.
    func takeIn() async throws {
        while true {
            let waiting = try await store.inbox(after: 0, limit: SharedLog.statementsAtOnce)
            let done = await withTaskGroup(of: Int64?.self) { group in
                for statement in waiting { group.addTask { await takeIn(statement) } }
                return await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
            }
            try await store.clear(done)
            if waiting.isEmpty || done.count < waiting.count { return }
        }
    }

    /// The number of a statement that need not wait any more.
    private func takeIn(_ statement: HandedOver) async -> Int64? {
        guard let envelope = try? Envelope(json: try JSON.parse(statement.envelope)),
            case .admitted(let submission) = admission.admit(
                envelope, bytes: statement.envelope.count)
        else { return statement.number }
        switch await sequencer.submit(submission) {
        case .logged, .refused, .overQuota: return statement.number
        case .busy, .unable: return nil
        }
    }
}

/// Names of the marks that one node keeps for the others.
enum SharedMarks {
    /// The newest checkpoint with enough cosignatures.
    static let checkpoint = "checkpoint/newest"
}
