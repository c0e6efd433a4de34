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
    var leafHashes: [Digest] = []
    /// The tree once the batch is in.
    var frontier: MerkleFrontier
}

/// What a text is signed for.
enum SigningPurpose: Sendable {
    struct Asked: Sendable {
        let ticket: Ticket
        let index: LogIndex
        let isNew: Bool
    }

    /// The checkpoint that a batch ended with: it is published, and the receipts of the batch's
    /// entries are over it.
    case checkpoint([Asked])
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
            return signCheckpoint(
                at: endOfBatch(with: index),
                for: [.init(ticket: ticket, index: index, isNew: false)])
        }
        if waiting[saying] != nil {
            waiting.add(ticket, to: saying)
            return []
        }
        let voice = Voice(saying, submission.statement)
        guard hasRoom(for: voice) else { return [.reply(ticket, .busy)] }
        if let wait = overQuota(voice, now) {
            return [.reply(ticket, .overQuota(statements: quota.statements, wait: wait))]
        }
        waiting[saying] = Waiting(
            envelope: submission.envelope, statement: submission.statement, tickets: [ticket])
        if case .following = phase { return handOver(saying, now) }
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
        var batch = Batch(frontier: log.tree.frontier)
        var leaves: [PendingLeaf] = []
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
            let hash = MerkleHash.leaf(leaf)
            batch.leafHashes.append(hash)
            batch.frontier.append(hash)
            leaves.append(PendingLeaf(leaf: leaf, payloadDigest: saying.payload))
        }
        queue.removeFirst(min(queue.count, LogOperator.largestBatch))
        if batch.entries.isEmpty { return queue.isEmpty ? actions : actions + startBatch(now) }
        self.batch = batch
        return actions + [.append(leaves, from: log.head, to: batch.frontier.head)]
    }

    /// Whether what waits begins with the opening of an empty log.
    private var isOpening: Bool { queue.first.flatMap { waiting[$0] }?.statement.kind == .opening }

    /// The batch is durable: the law is applied, receipts are asked for, and the next one goes.
    mutating func appended(_ now: Time) -> [Action] {
        guard let batch else { return [] }
        self.batch = nil
        var asked: [SigningPurpose.Asked] = []
        for (place, entry) in batch.entries.enumerated() {
            log.append(entry, leafHash: batch.leafHashes[place])
            let saying = batch.sayings[place]
            logged[saying] = entry.index
            let tickets = waiting.removeValue(forKey: saying)?.tickets ?? []
            asked += tickets.enumerated().map {
                SigningPurpose.Asked(ticket: $1, index: entry.index, isNew: $0 == 0)
            }
        }
        batchEnds.append(log.size)
        fold()
        // An order stands over everything that was logged: were the next batch to go at once, a
        // busy log would never stand still long enough for one.
        isHeld = isOrderWanted(now)
        let signing = signCheckpoint(at: log.size, for: asked)
        return startBatch(now) + signing + goOnAsking(now)
    }

    /// Applies the law to everything that was read.
    mutating func fold() {
        for summary in log.fold(to: log.size) { entries.append(summary) }
        snapshots.note(log.brake)
    }

    mutating func appendFailed(_ why: String) -> [Action] {
        // Whether the disk holds the batch is not known, and the next index depends on it.
        halt("the disk failed: \(why)")
    }

    // MARK: - Signing

    /// Has the checkpoint of a size signed, and the receipts over it sent; nothing where it is
    /// being signed already.
    mutating func signCheckpoint(at size: TreeSize, for asked: [SigningPurpose.Asked] = [])
        -> [Action]
    {
        let text = checkpoint(at: size).text
        if case .checkpoint(let before) = signing[text] {
            signing[text] = .checkpoint(before + asked)
            return []
        }
        signing[text] = .checkpoint(asked)
        return [.sign([text])]
    }

    func checkpoint(at size: TreeSize) -> Checkpoint {
        Checkpoint(origin: agreement.log.origin, size: size, root: log.tree.root(at: size))
    }

    /// The size at which the batch with this entry ended: the first receipt is over that tree, and
    /// whoever says the same again gets the same one.
    ///
    /// - Complexity: O(log n).
    func endOfBatch(with index: LogIndex) -> TreeSize {
        let place = batchEnds.firstPlace { index.value < $0.value }
        return place < batchEnds.count ? batchEnds[place] : TreeSize(index.value + 1)
    }

    mutating func signed(_ signatures: [TextSignature]) -> [Action] {
        var replies: [Action] = []
        var newest: UnverifiedNote?
        for signed in signatures {
            let note = UnverifiedNote(text: signed.text, signatures: [signed.signature])
            switch signing.removeValue(forKey: signed.text) {
            case .checkpoint(let asked):
                if isNews(note) { newest = note }
                replies += receipts(for: asked, over: note)
            case .proposal(let proposal): replies += propose(proposal, note)
            case nil: break
            }
        }
        // On the disk in a second place before anybody sees it.
        return (newest.map { [.writeMark($0)] } ?? []) + replies
    }

    /// Whether a checkpoint is larger than all before.
    private mutating func isNews(_ note: UnverifiedNote) -> Bool {
        guard let size = try? Checkpoint(parsing: note.text).size,
            published.map({ $0.checkpoint.size < size }) ?? true, marking < size
        else { return false }
        marking = size
        return true
    }

    /// The second place holds it: readers and monitors may see it.
    mutating func marked(_ note: UnverifiedNote, _ now: Time) -> [Action] {
        guard let checkpoint = try? Checkpoint(parsing: note.text),
            let signature = note.signatures.first,
            published.map({ $0.checkpoint.size < checkpoint.size }) ?? true
        else { return [] }
        published = CheckpointNote(checkpoint: checkpoint, signature: signature, note: note)
        let asks = goOnAsking(now)
        isHeld = false
        return [.wake] + asks + startBatch(now)
    }

    private func receipts(for asked: [SigningPurpose.Asked], over note: UnverifiedNote) -> [Action]
    {
        guard !asked.isEmpty, let size = try? Checkpoint(parsing: note.text).size else { return [] }
        return asked.map { asked in
            let received = stamp(of: asked.index)
            let receipt = LogProof(
                extra: Array(String(received.milliseconds).utf8), index: asked.index,
                path: log.tree.proveInclusion(of: asked.index, in: size), checkpoint: note)
            let logged = LoggedStatement(index: asked.index, received: received, receipt: receipt)
            return .reply(asked.ticket, .logged(logged, isNew: asked.isNew))
        }
    }

    mutating func signingFailed(_ texts: [String], _ why: String) -> [Action] {
        halt("the signer failed: \(why)")
    }
}
