// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// Cosigns checkpoints of the logs that it knows, and never two histories of one.
///
/// Source: C2SP tlog-witness.
public struct Witness: Sendable {
    public enum Event: Sendable {
        /// The body of an `add-checkpoint` call.
        case asked(Ticket, [UInt8])
        /// The cosignature that ``Action/cosign(_:text:timeSeconds:)`` asked for.
        case cosigned(Ticket, NoteSignature)
        /// What ``Action/keep(origin:_:)`` asked for is on the disk: now it may be seen.
        case kept(origin: String, UnverifiedNote)
        /// The signer did not sign.
        case signingFailed(Ticket, String)
    }

    public enum Action: Sendable {
        case cosign(Ticket, text: String, timeSeconds: UInt64)
        /// To be on the disk before anything that comes after it is done.
        case keep(origin: String, UnverifiedNote)
        case reply(Ticket, Cosigning)
    }

    /// What the caller is told.
    public enum Cosigning: Hashable, Sendable {
        case cosigned(NoteSignature)
        /// 400: not a request.
        case malformed(String)
        /// 404: no log of that origin is known.
        case unknownLog(String)
        /// 403: the log did not sign it.
        case notSigned
        /// 409: the proof does not start at what was cosigned last.
        case expected(TreeSize)
        /// 422: another history, as far as the proof shows.
        case inconsistent(String)
        /// 503: it cannot answer now.
        case unable(String)
    }

    private struct Log: Sendable {
        var keys: [NoteKey]
        /// The largest checkpoint that was cosigned or is being cosigned.
        var size = TreeSize.empty
        var root = MerkleHash.empty
        /// What is served: the log's signature and our cosignature, once the disk holds them.
        var note: UnverifiedNote?
        /// What was sent to the disk last.
        var sent: (size: TreeSize, note: UnverifiedNote)?
    }

    /// The name of the key that cosigns.
    public let name: String
    private var logs: [String: Log] = [:]
    /// Checkpoints whose cosignature is being made.
    private var pending: [Ticket: UnverifiedNote] = [:]

    /// A witness of the logs with these keys; a log may have several. The key's name is the log's
    /// origin.
    public init(name: String, logs keys: [NoteKey]) {
        self.name = name
        for key in keys { logs[key.name, default: Log(keys: [])].keys.append(key) }
    }

    /// What the disk held for a log, at the start. A log that is no longer known is passed over.
    ///
    /// - Throws: ``MalformedCheckpoint`` where the disk holds something else.
    public mutating func restore(_ note: UnverifiedNote) throws(MalformedCheckpoint) {
        let checkpoint = try Checkpoint(parsing: note.text)
        raise(to: checkpoint)
        logs[checkpoint.origin]?.note = note
        logs[checkpoint.origin]?.sent = (checkpoint.size, note)
    }

    /// Takes a checkpoint for one that was cosigned before: the caller has checked that it extends
    /// what this witness knows.
    mutating func raise(to checkpoint: Checkpoint) {
        guard let log = logs[checkpoint.origin], log.size < checkpoint.size else { return }
        logs[checkpoint.origin]?.size = checkpoint.size
        logs[checkpoint.origin]?.root = checkpoint.root
    }

    /// The newest checkpoint cosigned for a log, with its signatures; nil while there is none.
    public func checkpoint(origin: String) -> UnverifiedNote? { logs[origin]?.note }

    /// Size and root of the newest checkpoint that was cosigned, or was found to have been.
    func latest(origin: String) -> (size: TreeSize, root: Digest)? {
        logs[origin].map { ($0.size, $0.root) }
    }

    /// Origins of the known logs, sorted.
    public var origins: [String] { logs.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    public mutating func receive(_ event: Event, now: Time) -> [Action] {
        switch event {
        case .asked(let ticket, let body): return asked(ticket, body, now)
        case .cosigned(let ticket, let signature): return cosigned(ticket, signature)
        case .kept(let origin, let note):
            logs[origin]?.note = note
            return []
        case .signingFailed(let ticket, let why):
            pending[ticket] = nil
            return [.reply(ticket, .unable(why))]
        }
    }

    private mutating func asked(_ ticket: Ticket, _ body: [UInt8], _ now: Time) -> [Action] {
        guard let request = AddCheckpoint(parsing: body) else {
            return [
                .reply(
                    ticket,
                    .malformed("expected an old size, a proof, an empty line and a checkpoint"))
            ]
        }
        let checkpoint: Checkpoint
        do throws(MalformedCheckpoint) {
            checkpoint = try Checkpoint(parsing: request.note.text)
        } catch {
            return [.reply(ticket, .malformed("\(error)"))]
        }
        guard let log = logs[checkpoint.origin] else {
            return [.reply(ticket, .unknownLog(checkpoint.origin))]
        }
        guard let signed = try? request.note.verified(by: log.keys) else {
            return [.reply(ticket, .notSigned)]
        }
        if let refusal = refusal(of: request, checkpoint, by: log) {
            return [.reply(ticket, refusal)]
        }
        // From here on nothing older is cosigned, whatever becomes of this one.
        logs[checkpoint.origin]?.size = checkpoint.size
        logs[checkpoint.origin]?.root = checkpoint.root
        let lines = log.keys.filter(signed.signers.contains).compactMap {
            request.note.line(by: $0)
        }
        pending[ticket] = UnverifiedNote(text: request.note.text, signatures: lines)
        let seconds = UInt64(max(1, now.milliseconds / 1000))
        return [.cosign(ticket, text: request.note.text, timeSeconds: seconds)]
    }

    /// What speaks against cosigning a checkpoint that the log has signed; in the order of the
    /// standard.
    private func refusal(
        of request: AddCheckpoint, _ checkpoint: Checkpoint, by log: Log
    ) -> Cosigning? {
        guard request.oldSize <= checkpoint.size else {
            return .malformed(
                "the old size \(request.oldSize) is beyond the checkpoint's \(checkpoint.size)")
        }
        guard request.oldSize == log.size else { return .expected(log.size) }
        if checkpoint.size == .empty, checkpoint.root != MerkleHash.empty {
            return .inconsistent("the root of an empty tree is the hash of nothing")
        }
        do throws(ProofFailure) {
            try MerkleProof.verifyConsistency(
                from: log.size, oldRoot: log.root, to: checkpoint.size, newRoot: checkpoint.root,
                proof: request.proof)
            return nil
        } catch {
            return .inconsistent("\(error)")
        }
    }

    private mutating func cosigned(_ ticket: Ticket, _ signature: NoteSignature) -> [Action] {
        guard var note = pending.removeValue(forKey: ticket),
            let checkpoint = try? Checkpoint(parsing: note.text)
        else { return [] }
        note.add(signature)
        let origin = checkpoint.origin
        // A larger one may have been sent meanwhile: the disk only ever goes forward. Whether it
        // arrived is not known, so it is sent again before this one's cosignature is let out.
        if let sent = logs[origin]?.sent, checkpoint.size < sent.size {
            return [.keep(origin: origin, sent.note), .reply(ticket, .cosigned(signature))]
        }
        logs[origin]?.sent = (checkpoint.size, note)
        return [.keep(origin: origin, note), .reply(ticket, .cosigned(signature))]
    }
}
