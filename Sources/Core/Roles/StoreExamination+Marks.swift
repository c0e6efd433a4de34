// SPDX-License-Identifier: Apache-2.0

import Brake
public import PauseAgreement
public import TransparencyLog

/// An order that a role has kept, until the tree has grown to its size.
struct KeptOrder: Sendable {
    let place: String
    let note: UnverifiedNote
    let order: Order
    /// Whether as many monitors have to have signed as count; otherwise one is enough.
    let isPublished: Bool
    let mayBeAhead: Bool
}

// MARK: - What stands beside the leaves

extension StoreExamination {
    /// The last checkpoint that the log signed, from the second place.
    public mutating func examine(mark bytes: [UInt8], at place: String) {
        guard let note = note(in: bytes, at: place) else { return }
        guard let checkpoint = checkpoint(in: note, by: [agreement.logKey], at: place) else {
            return
        }
        expect(TreeHead(size: checkpoint.size, root: checkpoint.root), at: place, mayBeAhead: false)
    }

    /// An order that was kept: its text, its signatures, and that the law derives the same.
    ///
    /// - Parameter isPublished: whether it was kept because enough monitors had signed it.
    public mutating func examine(order bytes: [UInt8], at place: String, isPublished: Bool) {
        guard let note = note(in: bytes, at: place) else { return }
        do throws(MalformedStatement) {
            let order = try Order(parsing: note.text)
            guard order.agreement == agreement.id else {
                return self.note(place, "an order of another agreement")
            }
            guard order.size > .empty else {
                return self.note(place, "an order over no entries")
            }
            expect(
                KeptOrder(
                    place: place, note: note, order: order, isPublished: isPublished,
                    mayBeAhead: !isPublished))
        } catch {
            self.note(place, "no order: \(error)")
        }
    }

    /// What a monitor remembers of its last order.
    public mutating func examine(monitorMark bytes: [UInt8], at place: String) {
        do throws(MalformedStatement) {
            let mark = try MonitorMark(parsing: bytes)
            expect(TreeHead(size: mark.size, root: mark.root), at: place, mayBeAhead: true)
        } catch {
            note(place, "no mark of a monitor: \(error)")
        }
    }

    /// The last proposal that a log has made, or a monitor has checked.
    public mutating func examine(proposal bytes: [UInt8], at place: String) {
        guard let note = note(in: bytes, at: place) else { return }
        do throws(ProposalFailure) {
            let proposal = try SignedProposal(verifying: note, under: agreement).proposal
            expect(TreeHead(size: proposal.size, root: proposal.root), at: place, mayBeAhead: true)
        } catch {
            self.note(place, "no proposal of the agreement's log: \(error)")
        }
    }

    /// A statement that a monitor holds, and its acceptance: admitted both, and one of the other.
    public mutating func examine(held bytes: [UInt8], at place: String) {
        let kept: HeldStatement
        do throws(MalformedStatement) {
            kept = try HeldStatement(parsing: bytes)
        } catch {
            return note(place, "no statement that is held: \(error)")
        }
        let law = Brake(agreement: agreement)
        for envelope in [kept.statement, kept.acceptance] {
            let size = envelope.json.canonicalBytes.count
            if case .refused(let refusal) = law.admit(envelope, bytes: size) {
                return note(place, "what is held is not admitted: \(refusal.sentence)")
            }
        }
        if kept.accepted(under: law) == nil {
            note(place, "the statement that is held is not what was accepted")
        }
    }

    /// The last checkpoint that a witness has cosigned of a log.
    ///
    /// - Parameter name: the mark's name behind its prefix: SHA-256 of the log's origin, in hex.
    /// - Parameter logs: keys of logs that are known besides the agreement's.
    public mutating func examine(
        cosigned bytes: [UInt8], named name: String, logs: [NoteKey], at place: String
    ) {
        guard let note = note(in: bytes, at: place),
            let checkpoint = checkpoint(in: note, by: logs + [agreement.logKey], at: place)
        else { return }
        guard Digest.sha256(Array(checkpoint.origin.utf8)).hex == name else {
            return self.note(place, "it holds a checkpoint of another log, \(checkpoint.origin)")
        }
        if checkpoint.origin == agreement.log.origin {
            expect(
                TreeHead(size: checkpoint.size, root: checkpoint.root), at: place, mayBeAhead: true)
        }
    }

    private mutating func note(in bytes: [UInt8], at place: String) -> UnverifiedNote? {
        do {
            return try UnverifiedNote(parsing: bytes)
        } catch {
            note(place, "no signed note: \(error)")
            return nil
        }
    }

    private mutating func checkpoint(
        in note: UnverifiedNote, by keys: [NoteKey], at place: String
    ) -> Checkpoint? {
        let checkpoint: Checkpoint
        do throws(MalformedCheckpoint) {
            checkpoint = try Checkpoint(parsing: note.text)
        } catch {
            self.note(place, "no checkpoint: \(error)")
            return nil
        }
        let known = keys.filter { $0.name == checkpoint.origin }
        guard !known.isEmpty else {
            self.note(place, "a checkpoint of \(checkpoint.origin), whose key is not known")
            return nil
        }
        guard known.contains(where: { note.line(by: $0) != nil }) else {
            self.note(place, "the log's signature under the checkpoint does not hold")
            return nil
        }
        return checkpoint
    }

    /// The tree and the law have come to where the order stands.
    mutating func compare(_ kept: KeptOrder) {
        let order = kept.order
        guard order.root == log.tree.root() else {
            return note(kept.place, "the order stands over other entries than the store's")
        }
        let derived = log.brake.order(
            at: order.tick, size: order.size, root: order.root, silentSince: order.silentSince)
        guard derived.text.utf8.elementsEqual(kept.note.text.utf8) else {
            return note(kept.place, "the law derives another order at \(order.tick)")
        }
        let signed = SignedOrder(
            reading: kept.note, under: agreement, monitors: log.brake.monitors)
        let isSigned = signed.map { kept.isPublished ? $0.isEnough : !$0.monitors.isEmpty } ?? false
        if !isSigned {
            note(
                kept.place,
                "\(signed?.monitors.count ?? 0) signatures under the order hold, "
                    + "\(kept.isPublished ? signed?.set.needed ?? 1 : 1) are needed")
        }
    }
}

// MARK: - Mail

extension StoreExamination {
    /// A message that waits: that it is what its sender signed, and lies in the right box.
    public mutating func examine(
        mail envelope: [UInt8], id: Digest?, sender: String, recipient: String, at place: String
    ) {
        let read: Result<MailRoom.Signed, MailRefusal>
        do throws(MalformedEnvelope) {
            read = MailRoom(agreement: agreement).read(
                mail: try Envelope(parsing: envelope, maximumBytes: Mail.largestEnvelope))
        } catch {
            return note(place, "no envelope: \(error)")
        }
        switch read {
        case .failure(let refusal): note(place, refusal.sentence)
        case .success(let signed):
            guard signed.mail.id == id, signed.sender == sender, signed.mail.to == recipient else {
                return note(place, "it is filed under another sender, reader or number")
            }
        }
    }
}
