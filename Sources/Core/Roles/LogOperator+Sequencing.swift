// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

/// A statement that is to be logged, and everybody who waits for it.
struct Waiting: Sendable {
    let envelope: Envelope
    let statement: Statement
    var tickets: [Ticket]
}

/// Who said what: the same again gets the first receipt. The payload alone would not do, since it
/// does not name its signer: whoever saw a vote could have it swallowed by saying the same words
/// first.
struct Saying: Hashable, Sendable {
    let signer: String
    /// The payload's digest.
    let payload: Digest
}

/// Entries on their way to the disk.
struct Batch: Sendable {
    var entries: [Entry] = []
    /// As many as entries, in their order.
    var sayings: [Saying] = []
    /// As many as entries, in their order.
    var leaves: [PendingLeaf] = []
}

/// What a text is signed for.
enum SigningPurpose: Sendable {
    struct Asked: Sendable {
        let ticket: Ticket
        let isNew: Bool
    }

    /// The checkpoint that ends with an entry, for its receipt.
    case receipt(LogIndex, [Asked])
    /// The newest checkpoint, at the start.
    case publication
    case proposal(Proposal)
}

/// A checkpoint that the log has signed.
struct CheckpointNote: Sendable {
    let checkpoint: Checkpoint
    /// The log's own.
    let signature: NoteSignature
    var note: UnverifiedNote
    /// Monitors whose cosignatures are on the note.
    var cosigners: Set<String> = []
}

// MARK: - From statement to receipt

extension LogOperator {
    mutating func submitted(_ ticket: Ticket, _ submission: Submission, _ now: Time) -> [Action] {
        if case .halted(let why) = phase { return [.reply(ticket, .unable(why))] }
        guard submission.statement.kind != .opening else {
            return [.reply(ticket, .refused(.openingNotFirst))]
        }
        let saying = Saying(
            signer: submission.signer, payload: submission.envelope.payloadDigest)
        if let index = logged[saying] {
            return signReceipt(of: index, for: [.init(ticket: ticket, isNew: false)])
        }
        if waiting[saying] != nil {
            waiting[saying]?.tickets.append(ticket)
            return []
        }
        guard queue.count < LogOperator.longestQueue else { return [.reply(ticket, .busy)] }
        waiting[saying] = Waiting(
            envelope: submission.envelope, statement: submission.statement, tickets: [ticket])
        queue.append(saying)
        return startBatch(now)
    }

    mutating func opened(_ envelope: Envelope, _ now: Time) -> [Action] {
        guard log.size == .empty, batch == nil,
            let statement = try? Statement(parsing: envelope.payload)
        else {
            return []
        }
        let saying = Saying(signer: agreement.log.origin, payload: envelope.payloadDigest)
        waiting[saying] = Waiting(envelope: envelope, statement: statement, tickets: [])
        queue.insert(saying, at: 0)
        return startBatch(now)
    }

    /// Stamps what waits and sends it to the disk, unless the disk is busy.
    mutating func startBatch(_ now: Time) -> [Action] {
        guard case .open = phase, batch == nil, !isHeld, isOpening || log.size > .empty else {
            return []
        }
        let received = max(now, log.received, lastTick)
        var batch = Batch()
        var actions: [Action] = []
        for saying in queue.prefix(LogOperator.largestBatch) {
            guard let candidate = waiting[saying] else { continue }
            let index = LogIndex(log.size.value + UInt64(batch.entries.count))
            let entry = Entry(
                index: index, received: received, envelope: candidate.envelope,
                statement: candidate.statement)
            let leaf = entry.leaf
            guard leaf.count <= Entry.largestLeaf else {
                let refusal = Refusal.tooLarge(bytes: leaf.count, limit: Entry.largestLeaf)
                actions += candidate.tickets.map { .reply($0, .refused(refusal)) }
                waiting[saying] = nil
                continue
            }
            batch.entries.append(entry)
            batch.sayings.append(saying)
            batch.leaves.append(PendingLeaf(leaf: leaf, payloadDigest: saying.payload))
        }
        queue.removeFirst(min(queue.count, LogOperator.largestBatch))
        if batch.entries.isEmpty { return queue.isEmpty ? actions : actions + startBatch(now) }
        self.batch = batch
        return actions + [.append(batch.leaves, at: log.size)]
    }

    /// Whether what waits begins with the opening of an empty log.
    private var isOpening: Bool { queue.first.flatMap { waiting[$0] }?.statement.kind == .opening }

    /// The batch is durable: the law is applied, receipts are asked for, and the next one goes.
    mutating func appended(_ now: Time) -> [Action] {
        guard let batch else { return [] }
        self.batch = nil
        var texts: [String] = []
        for (place, entry) in batch.entries.enumerated() {
            let new = batch.leaves[place]
            log.append(entry, leaf: new.leaf)
            let saying = batch.sayings[place]
            logged[saying] = entry.index
            let tickets = waiting.removeValue(forKey: saying)?.tickets ?? []
            let asked = tickets.enumerated().map {
                SigningPurpose.Asked(ticket: $1, isNew: $0 == 0)
            }
            texts += ask(forReceiptOf: entry.index, asked)
        }
        log.fold(to: log.size)
        snapshots.note(log.brake)
        // An order stands over everything that was logged: were the next batch to go at once, a
        // busy log would never stand still long enough for one.
        isHeld = isOrderWanted(now)
        return startBatch(now) + [.sign(texts)] + goOnAsking(now)
    }

    mutating func appendFailed(_ why: String) -> [Action] {
        // Whether the disk holds the batch is not known, and the next index depends on it.
        halt("the disk failed: \(why)")
    }

    // MARK: - Signing

    private mutating func signReceipt(of index: LogIndex, for asked: [SigningPurpose.Asked])
        -> [Action]
    {
        let texts = ask(forReceiptOf: index, asked)
        return texts.isEmpty ? [] : [.sign(texts)]
    }

    /// The text to be signed for a receipt; none where it is being signed already.
    private mutating func ask(forReceiptOf index: LogIndex, _ asked: [SigningPurpose.Asked])
        -> [String]
    {
        let text = checkpoint(at: TreeSize(index.value + 1)).text
        if case .receipt(_, let before) = signing[text] {
            signing[text] = .receipt(index, before + asked)
            return []
        }
        let isUnderWay = signing[text] != nil
        signing[text] = .receipt(index, asked)
        return isUnderWay ? [] : [text]
    }

    func checkpoint(at size: TreeSize) -> Checkpoint {
        Checkpoint(origin: agreement.log.origin, size: size, root: log.tree.root(at: size))
    }

    mutating func publish(_ size: TreeSize) -> [Action] {
        let text = checkpoint(at: size).text
        guard signing[text] == nil else { return [] }
        signing[text] = .publication
        return [.sign([text])]
    }

    mutating func signed(_ signatures: [TextSignature], _ now: Time) -> [Action] {
        var replies: [Action] = []
        var hasNews = false
        for signed in signatures {
            let note = UnverifiedNote(text: signed.text, signatures: [signed.signature])
            switch signing.removeValue(forKey: signed.text) {
            case .receipt(let index, let asked):
                hasNews = publish(note) || hasNews
                replies += asked.map { reply($0, index, note) }
            case .publication: hasNews = publish(note) || hasNews
            case .proposal(let proposal): replies += propose(proposal, note)
            case nil: break
            }
        }
        guard hasNews, let published else { return replies }
        // On the disk in a second place before anybody sees it.
        let news: [Action] = [.writeMark(published.note)] + replies + [.wake]
        let asks = goOnAsking(now)
        isHeld = false
        return news + asks + startBatch(now)
    }

    /// Takes a checkpoint for the newest, unless there is a newer one.
    private mutating func publish(_ note: UnverifiedNote) -> Bool {
        guard let checkpoint = try? Checkpoint(parsing: note.text),
            let signature = note.signatures.first
        else {
            return false
        }
        if let published, checkpoint.size <= published.checkpoint.size { return false }
        published = CheckpointNote(checkpoint: checkpoint, signature: signature, note: note)
        return true
    }

    private func reply(_ asked: SigningPurpose.Asked, _ index: LogIndex, _ note: UnverifiedNote)
        -> Action
    {
        let received = stamp(of: index)
        let path = log.tree.proveInclusion(of: index, in: TreeSize(index.value + 1))
        let receipt = LogProof(
            extra: Array(String(received.milliseconds).utf8), index: index, path: path,
            checkpoint: note)
        return .reply(
            asked.ticket,
            .logged(
                LoggedStatement(index: index, received: received, receipt: receipt),
                isNew: asked.isNew))
    }

    mutating func signingFailed(_ texts: [String], _ why: String) -> [Action] {
        halt("the signer failed: \(why)")
    }
}
