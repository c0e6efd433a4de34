// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

// MARK: - The node proposes, the monitor derives and signs

extension Monitor {
    mutating func proposed(_ ticket: Ticket, _ body: [UInt8], _ now: Time) -> [Action] {
        if let distrust { return refuse(ticket, .stopped, distrust) }
        if let why = reasonNotToSign { return refuse(ticket, .starting, why) }
        let known: SignedProposal
        do {
            known = try SignedProposal(
                verifying: try UnverifiedNote(parsing: body), under: agreement)
        } catch let failure as ProposalFailure {
            return refuse(ticket, failure)
        } catch {
            return refuse(ticket, .malformed, "\(error)")
        }
        if let note = noteAlreadySigned(for: known.proposal) {
            return [.reply(ticket, .signed(note))]
        }
        if let (refusal, why) = objection(to: known.proposal, now) {
            return (refusal == .fork ? stopSigning(why) : []) + refuse(ticket, refusal, why)
        }
        return want(Want(known.proposal, from: .node, for: .signing(ticket, known)), now)
    }

    func refuse(_ ticket: Ticket, _ refusal: ProposalRefusal, _ why: String) -> [Action] {
        [.reply(ticket, .refused(refusal, why))]
    }

    private func refuse(_ ticket: Ticket, _ failure: ProposalFailure) -> [Action] {
        switch failure {
        case .malformed(let why): refuse(ticket, .malformed, why)
        case .otherAgreement(let id):
            refuse(ticket, .wrongAgreement, "expected agreement \(agreement.id), found \(id)")
        case .notSigned:
            refuse(ticket, .notSigned, "the log \(agreement.log.origin) has not signed this")
        }
    }

    /// The same proposal again brings the same note, so that a lost answer does no harm.
    private func noteAlreadySigned(for proposal: Proposal) -> UnverifiedNote? {
        guard let signed, let mark, signed.monitors.contains(party),
            signed.order.silentSince == nil,
            Digest.sha256(Array(signed.order.text.utf8)) == mark.text,
            mark.tick == proposal.tick, mark.size == proposal.size, mark.root == proposal.root
        else { return nil }
        return signed.note
    }

    /// What speaks against signing for this tick and tree, whatever the entries say.
    func objection(to proposal: Proposal, _ now: Time) -> (ProposalRefusal, String)? {
        if proposal.tick > now + agreement.log.skew {
            return (.clock, "the tick \(proposal.tick) is ahead of my clock, \(now)")
        }
        if proposal.tick <= startedAt {
            return (
                .clock, "the tick \(proposal.tick) is not after \(startedAt), when I was started"
            )
        }
        guard let mark else { return nil }
        if proposal.tick <= mark.tick {
            return (.clock, "the tick \(proposal.tick) is not after \(mark.tick), which I signed")
        }
        if proposal.size < mark.size {
            return (
                .rollback, "a tree of \(proposal.size) entries, after I signed over \(mark.size)"
            )
        }
        if proposal.size == mark.size, proposal.root != mark.root {
            return (.fork, "another root at size \(mark.size) than the one I signed over")
        }
        return nil
    }

    /// The entries are here, and their root is the proposal's.
    mutating func sign(_ ticket: Ticket, _ known: SignedProposal, _ now: Time) -> [Action] {
        let proposal = known.proposal
        // Others may have been signed while the entries came.
        if let (refusal, why) = objection(to: proposal, now) { return refuse(ticket, refusal, why) }
        if let why = contradiction { return stopSigning(why) + refuse(ticket, .fork, why) }
        let received = log.received(at: proposal.size)
        guard received <= now + agreement.log.skew, received <= proposal.tick else {
            return refuse(
                ticket, .clock,
                "an entry is stamped \(received); the tick is \(proposal.tick), my clock \(now)")
        }
        if let why = backdating(in: proposal) { return refuse(ticket, .clock, why) }
        if let why = reasonNotToStepDown(to: proposal) { return refuse(ticket, .withheld, why) }
        silence = Silence()
        self.proposal = known
        return sign(at: proposal.tick, over: proposal, silentSince: nil, for: ticket)
    }

    /// Why an entry that is new in this tree cannot have been received when it is stamped: the log
    /// had proposed a later tick without it. Deadlines have fired at that tick, and would not have.
    private func backdating(in proposal: Proposal) -> String? {
        guard let before = self.proposal?.proposal, before.size < proposal.size,
            let received = log.received(behind: before.size),
            received < before.tick - agreement.log.skew
        else { return nil }
        return
            "entry \(before.size) is stamped \(received), before the tick \(before.tick) that the log "
            + "proposed without it"
    }

    /// Derives the order, remembers it, and only then asks for the signature.
    mutating func sign(
        at tick: Time, over proposal: Proposal, silentSince: Time?, for ticket: Ticket?
    ) -> [Action] {
        guard let folded = foldedToCount(at: proposal.size) else {
            let why = "I am not among the monitors that count over \(proposal.size) entries"
            return ticket.map { refuse($0, .notCounted, why) } ?? []
        }
        log = folded
        let order = log.brake.order(
            at: tick, size: proposal.size, root: proposal.root, silentSince: silentSince)
        let mark = MonitorMark(order)
        precondition(
            self.mark.map { $0.tick < mark.tick && $0.size <= mark.size } ?? true, "marks only grow"
        )
        self.mark = mark
        signing[order.text] = Signing(
            order: order, set: log.brake.monitors.current, ticket: ticket)
        // The proposal, too: the next one is held against it.
        var actions: [Action] = [.keep(mark)]
        if ticket != nil, let known = self.proposal { actions.append(.keepProposal(known.note)) }
        return actions + [.signOrder(text: order.text)]
    }

    /// The law over the first `size` entries, where this monitor counts over them; nil where it
    /// does not: not yet, or no more.
    func foldedToCount(at size: TreeSize) -> FoldedLog? {
        var folded = log
        folded.fold(to: size)
        let member = folded.brake.monitors.current.member(party)
        return member?.order == orderKey ? folded : nil
    }

    /// Where what was signed before does not fit the entries that we hold: two histories.
    var contradiction: String? {
        if let mark, mark.size <= log.size, log.tree.root(at: mark.size) != mark.root {
            return
                "the log has shown two histories: at size \(mark.size) I had signed root \(mark.root.base64)"
        }
        if let latest = witness.latest(origin: agreement.log.origin), latest.size <= log.size,
            log.tree.root(at: latest.size) != latest.root
        {
            return
                "the log has shown two histories: at size \(latest.size) I had cosigned root \(latest.root.base64)"
        }
        return nil
    }

    mutating func stopSigning(_ why: String) -> [Action] {
        guard distrust == nil else { return [] }
        distrust = why
        return [.report(.alarm(why))]
    }

    mutating func signed(_ text: String, _ signature: NoteSignature) -> [Action] {
        guard let signing = signing.removeValue(forKey: text) else { return [] }
        var new = SignedOrder(signing.order, by: signing.set)
        if let signed, signed.order == signing.order { new = signed }
        _ = new.add(UnverifiedNote(text: text, signatures: [signature]))
        guard new.monitors.contains(party) else {
            let why = "the signer holds another key than \(orderKey.name)"
            return [.report(.fault(why))] + (signing.ticket.map { refuse($0, .stopped, why) } ?? [])
        }
        signed = new
        var actions: [Action] = signing.ticket.map { [.reply($0, .signed(new.note))] } ?? []
        actions.append(.keepOrder(new.note))
        return actions
    }

    mutating func signingFailed(_ text: String, _ why: String) -> [Action] {
        let ticket = signing.removeValue(forKey: text)?.ticket
        return [.report(.fault("signing: \(why)"))]
            + (ticket.map { refuse($0, .stopped, why) } ?? [])
    }
}

/// An order whose signature is being made.
struct Signing: Sendable {
    let order: Order
    let set: MonitorSet
    /// Who waits for it; nobody in silence.
    let ticket: Ticket?
}
