// SPDX-License-Identifier: Apache-2.0

public import Brake
import PauseAgreement
public import TransparencyLog

/// What a store that several processes share holds beyond the entries that one of them has read.
public struct FollowedPart: Sendable {
    /// How many entries had been read.
    public let start: TreeSize
    /// Contiguous, from the first entry that was not read.
    public let leaves: [[UInt8]]
    /// The heads that their appends ended with, ascending; the last is over the last leaf.
    public let heads: [TreeHead]
    /// The store's head, read before the rest.
    public let head: TreeHead
    /// The newest checkpoint with enough cosignatures that the store keeps.
    public let checkpoint: UnverifiedNote?
    /// The newest order that the store keeps.
    public let order: UnverifiedNote?

    public init(
        start: TreeSize, leaves: [[UInt8]], heads: [TreeHead], head: TreeHead,
        checkpoint: UnverifiedNote?, order: UnverifiedNote?
    ) {
        self.start = start
        self.leaves = leaves
        self.heads = heads
        self.head = head
        self.checkpoint = checkpoint
        self.order = order
    }
}

// MARK: - While another process sequences

/// One of several operators of one log that share its store and its key.
///
/// It reads what the one that sequences has stored, and answers readers as that one does.
/// Statements are handed over to it through the store. Checkpoints it signs itself, and so
/// receipts: only over heads that the store holds, and with the same key, so that they are the same
/// bytes.
extension LogOperator {
    /// How long a sender waits for the operator that sequences.
    static let handOverPatience = TimeSpan(milliseconds: 30_000)

    /// Whether it orders statements itself.
    public var isSequencing: Bool { if case .open = phase { true } else { false } }

    /// Entries that were read, whether published or not: what is stored from here on is new.
    public var readHead: TreeHead { log.head }

    /// What the store's head will be once the leaves are durable that were sent to it last.
    public var pendingHead: TreeHead? { batch?.frontier.head }

    /// The newest checkpoint with enough cosignatures; nil while there is none.
    public var cosignedCheckpoint: UnverifiedNote? { cosigned?.note }

    mutating func follow() -> [Action] {
        phase = .following
        return log.size > .empty ? signCheckpoint(at: log.size) : []
    }

    /// Gives the statement to the operator that sequences, by way of the store.
    mutating func handOver(_ saying: Saying, _ now: Time) -> [Action] {
        guard let candidate = waiting[saying] else { return [] }
        // Refused here, since whoever sequences can answer by logging only.
        let leaf = Entry.leaf(received: max(now, log.received), envelope: candidate.envelope)
        guard leaf.count <= Entry.largestLeaf else {
            let refusal = Refusal.tooLarge(bytes: leaf.count, limit: Entry.largestLeaf)
            return giveUp(saying, .refused(refusal))
        }
        handedOver[saying] = now
        return [.handOver(candidate.envelope, signer: saying.signer)]
    }

    /// The store did not take a statement that was to be handed over.
    mutating func notTaken(
        _ signer: String, _ payload: Digest, _ answer: SubmissionAnswer
    ) -> [Action] {
        giveUp(Saying(signer: signer, payload: payload), answer)
    }

    private mutating func giveUp(_ saying: Saying, _ answer: SubmissionAnswer) -> [Action] {
        handedOver[saying] = nil
        let tickets = waiting.removeValue(forKey: saying)?.tickets ?? []
        return tickets.map { .reply($0, answer) }
    }

    /// Tells senders that nobody has logged their statements yet.
    mutating func lookAtHandedOver(_ now: Time) -> [Action] {
        guard case .following = phase else { return [] }
        let late = handedOver.filter { $0.value + LogOperator.handOverPatience <= now }.keys
        let answer = SubmissionAnswer.unable(
            "no node is sequencing; the statement is kept, and sending it again is safe")
        let tickets = late.flatMap { waiting[$0]?.tickets ?? [] }.sorted { $0.number < $1.number }
        for saying in Array(late) { _ = giveUp(saying, answer) }
        return tickets.map { .reply($0, answer) }
    }

    /// Reads on in the store; readers are told, and senders whose statements are in it answered.
    mutating func followed(_ part: FollowedPart, _ now: Time) -> [Action] {
        guard case .following = phase, part.start == log.size else { return [] }
        if let why = contradiction(with: part.head) { return halt(why) }
        do throws(LogFailure) {
            for leaf in part.leaves { try restore(leaf: leaf) }
            if !part.leaves.isEmpty { try log.check(heads: part.heads) }
        } catch {
            return halt("\(error)")
        }
        batchEnds += part.heads.map(\.size)
        var actions = adopt(order: part.order)
        actions += answerHandedOver()
        if part.start < log.size { actions += signCheckpoint(at: log.size) }
        if let note = part.checkpoint { adopt(checkpoint: note) }
        return actions
    }

    /// What the store's head says against the entries that we have read from it: each was durable.
    private func contradiction(with head: TreeHead) -> String? {
        if head.size < log.size {
            return "the store holds \(head.size) entries, but held \(log.size): it is older than "
                + "what was signed"
        }
        if head.size == log.size, head.root != log.head.root {
            return "the store holds other entries than those that it held at size \(log.size)"
        }
        return nil
    }

    private mutating func answerHandedOver() -> [Action] {
        let found = waiting.compactMap { saying, waiting in
            logged[saying].map { (saying: saying, index: $0, tickets: waiting.tickets) }
        }.sorted { $0.index < $1.index }
        var actions: [Action] = []
        for (saying, index, tickets) in found {
            waiting[saying] = nil
            handedOver[saying] = nil
            let asked = tickets.enumerated().map {
                SigningPurpose.Asked(ticket: $1, index: index, isNew: $0 == 0)
            }
            actions += signCheckpoint(at: endOfBatch(with: index), for: asked)
        }
        return actions
    }

    /// Takes over the cosignatures that the operator that sequences was given.
    private mutating func adopt(checkpoint note: UnverifiedNote) {
        guard let signature = note.line(by: agreement.logKey),
            let checkpoint = try? Checkpoint(parsing: note.text), checkpoint.size <= log.size,
            checkpoint.root == log.tree.root(at: checkpoint.size)
        else { return }
        let taken = CheckpointNote(checkpoint: checkpoint, signature: signature, note: note)
        if cosigned.map({ $0.checkpoint.size <= checkpoint.size }) ?? true { cosigned = taken }
        if published?.checkpoint == checkpoint { published = taken }
    }

    private mutating func adopt(order note: UnverifiedNote?) -> [Action] {
        guard let note,
            let order = SignedOrder(reading: note, under: agreement, monitors: log.brake.monitors),
            (newest?.order.tick ?? Time(milliseconds: -1)) <= order.order.tick,
            order.note != newest?.note
        else { return [] }
        let isNew = newest?.order.tick != order.order.tick
        newest = order
        lastTick = max(lastTick, order.order.tick)
        lastKeptEpoch = order.order.epoch
        guard isNew else {
            if !recent.isEmpty { recent[recent.count - 1] = order }
            return []
        }
        recent = recent.suffix(63) + [order]
        return [.wake]
    }

    /// Another has taken the tenure, or is to: whatever is not durable yet is handed over.
    mutating func stoodDown(_ now: Time) -> [Action] {
        switch phase {
        case .open, .asking: break
        case .following, .restoring, .halted: return []
        }
        phase = .following
        // In the order in which they came; whether the last batch is in the store will be read.
        let sayings = (batch?.sayings ?? []) + queue
        batch = nil
        queue = []
        isHeld = false
        round = nil
        for name in links.keys { links[name]?.asked = nil }
        for name in witnesses.keys { witnesses[name]?.asked = nil }
        signing = signing.filter { if case .checkpoint = $0.value { true } else { false } }
        // The second place may be what failed.
        marking = published?.checkpoint.size ?? .empty
        let checkpoint = marking < log.size ? signCheckpoint(at: log.size) : []
        return checkpoint
            + sayings.flatMap { saying -> [Action] in
                // An opening that is not stored is made anew by whoever sequences.
                guard waiting[saying]?.statement.kind != .opening else {
                    return giveUp(saying, .unable("starting"))
                }
                return handOver(saying, now)
            }
    }

    /// It sequences from now on: what it had handed over it logs itself.
    mutating func takeOver() {
        queue = handedOver.sorted {
            ($0.value, $0.key.payload.hex) < ($1.value, $1.key.payload.hex)
        }.map(\.key)
        handedOver = [:]
    }
}
