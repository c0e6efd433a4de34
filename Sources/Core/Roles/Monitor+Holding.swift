// SPDX-License-Identifier: Apache-2.0

import Brake
public import PauseAgreement
public import TransparencyLog

// MARK: - Statements that the node does not log

extension Monitor {
    /// A statement that somebody hands in, because the node would not take it.
    ///
    /// It is on the disk, with the signed acceptance, before the sender is answered; then node and
    /// peers get it.
    mutating func handed(_ ticket: Ticket, _ submission: Submission, _ now: Time) -> [Action] {
        if let distrust { return [.answer(ticket, .unable(distrust))] }
        guard let key = agreement.party(party)?.keys.first, key == orderKey.key else {
            let why = "\(party) signs with a key that is no party's, so that it can accept nothing"
            return [.answer(ticket, .unable(why))]
        }
        switch submission.statement.kind {
        case .opening, .acceptance:
            let kind = submission.statement.kind.rawValue
            return [.answer(ticket, .notHeld("monitors hold no \(kind) statements"))]
        default: break
        }
        let payload = submission.envelope.payloadDigest
        let print = Holding.Print(signer: submission.signer, payload: payload)
        if holding.logged.contains(print) { return [.answer(ticket, .logged)] }
        if let held = holding.held[print] {
            return [.answer(ticket, .accepted(acceptance: held.kept.acceptance))]
        }
        for (digest, signing) in holding.signing where signing.print == print {
            holding.signing[digest]?.tickets.append(ticket)
            return []
        }
        guard holding.count(of: submission.signer) < Holding.most else {
            return [.answer(ticket, .busy)]
        }
        let acceptance = Statement(
            agreement: agreement.id, terms: agreement.terms, sequence: max(1, now.milliseconds),
            predicate: .acceptance(
                Acceptance(party: submission.signer, payload: payload, accepted: now)))
        let text = acceptance.payload
        holding.signing[Digest.sha256(text)] = Holding.Signing(
            print: print, signer: submission.signer, statement: submission.envelope, accepted: now,
            tickets: [ticket])
        return [.signAcceptance(payload: text)]
    }

    mutating func acceptanceSigned(_ acceptance: Envelope, _ now: Time) -> [Action] {
        guard let signing = holding.signing.removeValue(forKey: acceptance.payloadDigest) else {
            return []
        }
        let slot = holding.freeSlot
        let kept = HeldStatement(statement: signing.statement, acceptance: acceptance)
        let target = Holding.Target(next: now)
        let targets = Dictionary(uniqueKeysWithValues: sources.map { ($0, target) })
        holding.held[signing.print] = Holding.Held(
            slot: slot, signer: signing.signer, payload: signing.statement.payloadDigest,
            kept: kept, accepted: signing.accepted,
            isLogged: holding.logged.contains(signing.print), targets: targets)
        let answers: [Action] = signing.tickets.map {
            .answer($0, .accepted(acceptance: acceptance))
        }
        return [.keepHeld(slot: slot, kept)] + answers + passOn(now)
    }

    mutating func acceptanceFailed(_ payload: Digest, _ why: String) -> [Action] {
        let tickets = holding.signing.removeValue(forKey: payload)?.tickets ?? []
        return [.report(.fault("signing an acceptance: \(why)"))]
            + tickets.map { .answer($0, .unable(why)) }
    }

    /// What the disk held at the start, after all leaves.
    ///
    /// - Throws: ``LogFailure`` where it is nothing that this monitor can have accepted.
    public mutating func restore(held kept: HeldStatement, slot: Int) throws(LogFailure) {
        guard let (monitor, acceptance) = kept.accepted(under: log.brake), monitor == party else {
            throw LogFailure(
                index: LogIndex(log.size.value),
                reason: "the held statement in slot \(slot) is not what was accepted")
        }
        let print = Holding.Print(signer: acceptance.party, payload: acceptance.payload)
        let isLogged = holding.logged.contains(print)
        let isAcceptanceLogged = holding.logged.contains(
            Holding.Print(signer: party, payload: kept.acceptance.payloadDigest))
        // Both were logged, and the slot was not freed any more before it was stopped. It is free.
        if isLogged && isAcceptanceLogged { return }
        let target = Holding.Target(next: Time(milliseconds: 0))
        holding.held[print] = Holding.Held(
            slot: slot, signer: acceptance.party, payload: acceptance.payload, kept: kept,
            accepted: acceptance.accepted, isLogged: isLogged,
            isAcceptanceLogged: isAcceptanceLogged,
            targets: Dictionary(uniqueKeysWithValues: sources.map { ($0, target) }))
    }

    // MARK: - What is logged

    /// Called for every entry that is read, in order.
    mutating func noteLogged(_ entry: Entry) -> [Action] {
        let signer = log.brake.signer(of: entry.envelope) ?? ""
        let print = Holding.Print(signer: signer, payload: entry.envelope.payloadDigest)
        holding.logged.insert(print)
        guard !holding.held.isEmpty else { return [] }
        for print in holding.held.keys where holding.held[print]?.signer == signer {
            holding.held[print]?.others += 1
        }
        holding.held[print]?.isLogged = true
        if signer == party, case .acceptance(let acceptance) = entry.statement.predicate {
            let print = Holding.Print(signer: acceptance.party, payload: acceptance.payload)
            holding.held[print]?.isAcceptanceLogged = true
            return letGo(print)
        }
        return letGo(print)
    }

    private mutating func letGo(_ print: Holding.Print) -> [Action] {
        guard let held = holding.held[print], held.isLogged, held.isAcceptanceLogged else {
            return []
        }
        holding.held[print] = nil
        return [.forgetHeld(slot: held.slot)]
    }

    // MARK: - Passing on

    /// Gives what is held to the node until it is logged, and to each peer until it holds it, too:
    /// so all honest monitors hold it, whomever its party could reach.
    mutating func passOn(_ now: Time) -> [Action] {
        guard distrust == nil else { return [] }
        return holding.prints.flatMap { print in
            sources.compactMap { passOn(print, to: $0, now) }
        }
    }

    private mutating func passOn(_ print: Holding.Print, to source: Source, _ now: Time)
        -> Action?
    {
        guard let held = holding.held[print], let target = held.targets[source],
            !target.isAsked, target.next <= now
        else { return nil }
        holding.held[print]?.targets[source]?.isAsked = true
        let statement = held.isLogged ? [] : [held.kept.statement]
        switch source {
        // The acceptance first, so that it is there when the law looks at the statement.
        case .node:
            let acceptance = held.isAcceptanceLogged ? [] : [held.kept.acceptance]
            return .passOn(held.payload, signer: held.signer, to: source, acceptance + statement)
        case .peer:
            guard !held.isLogged else {
                holding.held[print]?.targets[source] = nil
                return nil
            }
            return .passOn(held.payload, signer: held.signer, to: source, statement)
        }
    }

    mutating func passedOn(
        _ payload: Digest, signer: String, to source: Source, _ outcome: PassingOn, _ now: Time
    ) -> [Action] {
        let print = Holding.Print(signer: signer, payload: payload)
        guard let held = holding.held[print], var target = held.targets[source] else { return [] }
        target.isAsked = false
        target.failures += 1
        // Several times within the merge delay, however short that is.
        let longest = max(
            Holding.pause, min(Holding.longestPause, agreement.log.mergeDelay.milliseconds / 4))
        let wait = min(longest, Holding.pause << min(target.failures - 1, 5))
        target.next = now + TimeSpan(milliseconds: wait)
        var news: [Action] = []
        switch (source, outcome) {
        case (.peer, .taken), (.peer, .refused): holding.held[print]?.targets[source] = nil
        case (.node, .refused(let why)) where held.trouble != why:
            holding.held[print]?.targets[source] = target
            holding.held[print]?.trouble = why
            news = [.report(.warning("the node does not take a statement of \(signer): \(why)"))]
        // What the node says it has logged is believed once it is in the tree.
        default: holding.held[print]?.targets[source] = target
        }
        return news
    }

    // MARK: - Overdue

    /// What the node should have logged by `tick`, in the order in which it was accepted.
    ///
    /// A party that has had its quota logged meanwhile keeps nobody from anything: the node need
    /// not log more of it.
    func overdue(at tick: Time) -> [Holding.Held] {
        holding.prints.compactMap { holding.held[$0] }.filter {
            $0.accepted + agreement.log.mergeDelay < tick && $0.others < Quota.usual
        }
    }

    /// Says once of each statement that it is overdue.
    mutating func reportOverdue(_ now: Time) -> [Action] {
        guard !holding.held.isEmpty else { return [] }
        var actions: [Action] = []
        for held in overdue(at: now) where !held.isReported {
            let print = Holding.Print(signer: held.signer, payload: held.payload)
            holding.held[print]?.isReported = true
            let what = held.isLogged ? "my acceptance of a statement" : "a statement"
            actions.append(
                .report(
                    .alarm(
                        "the node has not logged \(what) of \(held.signer) "
                            + "(\(held.payload.hex)) that I hold since \(held.accepted); "
                            + "I sign no step down until it does")))
        }
        return actions
    }

    /// Why an order over this proposal is not signed: it would let somebody do more, and the node
    /// withholds what could speak against that.
    func reasonNotToStepDown(to proposal: Proposal) -> String? {
        guard let signed, let first = overdue(at: proposal.tick).first,
            log.brake.size <= proposal.size, proposal.size <= log.size,
            let folded = foldedToCount(at: proposal.size)
        else { return nil }
        let order = folded.brake.order(
            at: proposal.tick, size: proposal.size, root: proposal.root, silentSince: nil)
        guard signed.order.stepsDown(to: order) else { return nil }
        let what = first.isLogged ? "the acceptance of a statement" : "a statement"
        return
            "the order steps down, and the log withholds \(what) of \(first.signer) "
            + "(\(first.payload.hex)) that I hold since \(first.accepted)"
    }

    // MARK: - Questions

    /// How many statements it holds that are not logged, and how many of them are overdue.
    public func unlogged(at now: Time) -> (held: Int, overdue: Int) {
        (holding.held.count, overdue(at: now).count)
    }
}
