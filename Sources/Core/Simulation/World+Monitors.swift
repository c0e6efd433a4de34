// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import TransparencyLog

// MARK: - What a monitor wants done

extension World {
    mutating func tell(monitor number: Int, _ event: Monitor.Event) {
        let now = clock(of: .monitor(number))
        monitors[number].receive { $0.receive(event, now: now) }
        work(monitor: number)
    }

    private mutating func work(monitor number: Int) {
        guard !monitors[number].isWorking else { return }
        monitors[number].isWorking = true
        let life = monitors[number].life
        while let action = monitors[number].next() {
            if isWrite(action) {
                if plan.mutation == .repliesEarly, number == 0 {
                    monitors[number].neglected.append(action)
                    write(.monitor(number))
                    continue
                }
                monitors[number].writing = action
                return write(.monitor(number))
            }
            perform(action, monitor: number)
            guard life == monitors[number].life else { return }
        }
        monitors[number].isWorking = false
    }

    private func isWrite(_ action: Monitor.Action) -> Bool {
        switch action {
        case .append, .keep, .keepOrder, .keepProposal, .witness(.keep), .keepHeld, .forgetHeld:
            true
        default: false
        }
    }

    /// False where the store is not where the role thinks.
    private mutating func apply(_ action: Monitor.Action, monitor number: Int) -> Bool {
        switch action {
        case .append(let leaves, let old, let new):
            return monitorDisks[number].append(leaves, from: old, to: new)
        case .keep, .witness(.keep):
            if plan.mutation == .monitorsForget { return true }
            if case .keep(let mark) = action { monitorDisks[number].mark = mark }
            if case .witness(.keep(_, let note)) = action {
                monitorDisks[number].checkpoint = note
            }
        case .keepOrder(let note): monitorDisks[number].order = note
        case .keepProposal(let note): monitorDisks[number].proposal = note
        case .keepHeld(let slot, let held): monitorDisks[number].held[slot] = held
        case .forgetHeld(let slot): monitorDisks[number].held[slot] = nil
        default: break
        }
        return true
    }

    mutating func applyHalf(monitor number: Int) {
        guard let action = monitors[number].writing, dice.isTrue(in: 500) else { return }
        _ = apply(action, monitor: number)
    }

    mutating func written(monitor number: Int, _ fate: WriteFate) {
        if !monitors[number].neglected.isEmpty {
            _ = apply(monitors[number].neglected.removeFirst(), monitor: number)
            return
        }
        guard let action = monitors[number].writing else { return }
        monitors[number].writing = nil
        var isKept = true
        if fate == .done || fate == .failedButKept || fate == .crashAfter {
            isKept = apply(action, monitor: number)
        }
        switch fate {
        case .done where isKept:
            monitors[number].isWorking = false
            if case .witness(.keep(let origin, let note)) = action {
                tell(monitor: number, .witness(.kept(origin: origin, note)))
            }
            work(monitor: number)
        case .done, .failedAndLost, .failedButKept:
            for action in monitors[number].giveUpList() { giveUp(action, monitor: number) }
            monitors[number].isWorking = false
            failed(.monitor(number))
            tell(monitor: number, .faulted("\(fate)"))
        case .crashBefore, .crashAfter: crash(.monitor(number))
        }
    }

    private mutating func giveUp(_ action: Monitor.Action, monitor number: Int) {
        switch action {
        case .reply(let ticket, _): reply(ticket, .refused(.stopped, "the disk failed"), number)
        case .witness(.reply(let ticket, _)), .witness(.cosign(let ticket, _, _)):
            reply(ticket, .unable("the disk failed"), number)
        case .signOrder(let text):
            tell(monitor: number, .signingFailed(text: text, "the disk failed"))
        case .signAcceptance(let payload):
            tell(monitor: number, .acceptanceFailed(.sha256(payload), "the disk failed"))
        case .answer(let ticket, _): answer(ticket, .unable("the disk failed"), number)
        default: break
        }
    }

    private mutating func perform(_ action: Monitor.Action, monitor number: Int) {
        switch action {
        case .witness(let action): perform(action, monitor: number)
        case .signOrder(let text): signOrder(text, number)
        case .reply(let ticket, let answer): reply(ticket, answer, number)
        case .fetch(let source, let start, let end):
            call(place(of: source, for: number), .leaves(start, end), by: caller(number))
        case .ask(let source):
            call(place(of: source, for: number), .newest, by: caller(number), source: source)
        case .report(let report):
            let place = Place.monitor(number)
            chronicle.reported(report, by: place, monitors[number].hasFailed, at: now)
        case .signAcceptance(let payload):
            guard
                let envelope = try? Envelope.sign(
                    payload: payload, payloadType: Envelope.inToto, with: [cast.monitors[number]])
            else { preconditionFailure("an acceptance can be signed") }
            tell(monitor: number, .acceptanceSigned(envelope))
        case .answer(let ticket, let handing): answer(ticket, handing, number)
        case .passOn(let payload, let signer, let source, let envelopes):
            passOn(
                Call.Passing(
                    payload: payload, signer: signer, rest: envelopes.map(parties.admitted)),
                to: source, number)
        case .append, .keep, .keepOrder, .keepProposal, .keepHeld, .forgetHeld: break
        }
    }

    private func caller(_ number: Int) -> Call.Caller {
        .process(.monitor(number), life: monitors[number].life)
    }

    private mutating func place(of source: Monitor.Source, for monitor: Int) -> Place {
        switch source {
        case .node: .log(face: dice.pick(shown[monitor]))
        case .peer(let name): .monitor(number(of: name))
        }
    }

    private mutating func perform(_ action: Witness.Action, monitor number: Int) {
        switch action {
        case .cosign(let ticket, let text, let seconds):
            guard let key = monitors[number].role?.cosigningKey,
                let line = try? NoteSignature.cosign(
                    checkpointText: text, timeSeconds: seconds, as: key.name,
                    with: cast.monitors[number])
            else { preconditionFailure("a checkpoint can be cosigned") }
            tell(monitor: number, .witness(.cosigned(ticket, line)))
        case .reply(let ticket, let cosigning): reply(ticket, cosigning, number)
        case .keep: break
        }
    }

    private mutating func signOrder(_ given: String, _ number: Int) {
        var text = given
        if plan.mutation == .monitorMiscounts, number == 0 { text = miscounted(text) }
        chronicle.ordered(text, by: number, at: now)
        guard let key = monitors[number].role?.orderKey,
            let signature = try? NoteSignature.sign(
                text: text, as: key.name, with: cast.monitors[number])
        else { preconditionFailure("an order can be signed") }
        tell(monitor: number, .signed(text: given, signature))
    }

    // MARK: - Statements that are handed in

    private mutating func answer(_ ticket: Ticket, _ answer: HandingAnswer, _ number: Int) {
        guard let call = monitors[number].askers.removeValue(forKey: ticket) else { return }
        if case .accepted = answer, case .hand(let submission) = call.request {
            chronicle.accepted(submission, by: number, monitorDisks[number], at: now)
        }
        self.answer(call, .handing(answer))
    }

    /// One envelope after another, each once the one before was taken.
    private mutating func passOn(_ passing: Call.Passing, to source: Monitor.Source, _ number: Int)
    {
        var passing = passing
        guard !passing.rest.isEmpty else {
            let (payload, signer) = (passing.payload, passing.signer)
            return tell(
                monitor: number, .passedOn(payload, signer: signer, to: source, .taken))
        }
        let next = passing.rest.removeFirst()
        let request: Call.Request = source == .node ? .submit(next) : .hand(next)
        call(
            place(of: source, for: number), request, by: caller(number), source: source,
            passing: passing)
    }

    private mutating func passedOn(
        _ passing: Call.Passing, to source: Monitor.Source, _ number: Int, _ answer: Call.Answer
    ) {
        let outcome: PassingOn
        switch answer {
        case .submission(.logged), .handing(.accepted), .handing(.logged):
            return passOn(passing, to: source, number)
        case .submission(.refused(let refusal)): outcome = .refused("\(refusal)")
        case .handing(.notHeld(let why)): outcome = .refused(why)
        default: outcome = .unreachable("no answer")
        }
        tell(
            monitor: number,
            .passedOn(passing.payload, signer: passing.signer, to: source, outcome))
    }

    // MARK: - Answers

    private mutating func reply(_ ticket: Ticket, _ answer: ProposalAnswer, _ number: Int) {
        guard let call = monitors[number].askers.removeValue(forKey: ticket) else { return }
        self.answer(call, .proposal(answer))
    }

    private mutating func reply(_ ticket: Ticket, _ answer: Witness.Cosigning, _ number: Int) {
        guard let call = monitors[number].askers.removeValue(forKey: ticket) else { return }
        if case .cosigned = answer, case .addCheckpoint(let body) = call.request,
            let note = AddCheckpoint(parsing: body)?.note
        {
            shows(note, monitor: number)
        }
        self.answer(call, .cosigning(answer))
    }

    mutating func asked(monitor number: Int, _ call: Call) {
        guard let role = monitors[number].role else { return }
        switch call.request {
        case .addCheckpoint(let body):
            let ticket = newTicket()
            monitors[number].askers[ticket] = call
            tell(monitor: number, .witness(.asked(ticket, body)))
        case .propose(let body):
            let ticket = newTicket()
            monitors[number].askers[ticket] = call
            tell(monitor: number, .proposed(ticket, body))
        case .checkpoint:
            shows(role.checkpoint, monitor: number)
            answer(call, .checkpoint(role.checkpoint))
        case .newest:
            shows(role.checkpoint, monitor: number)
            let told = Monitor.Told(
                order: role.newestOrder?.note, proposal: role.newestProposal?.note,
                checkpoint: role.checkpoint)
            answer(call, .newest(told))
        case .leaves(let start, let end):
            let leaves = monitorDisks[number].leaves
            guard end.value <= UInt64(leaves.count), start.value < end.value else {
                return answer(call, .unreachable)
            }
            answer(call, .leaves(Array(leaves[Int(start.value)..<Int(end.value)])))
        case .hand(let submission):
            let ticket = newTicket()
            monitors[number].askers[ticket] = call
            tell(monitor: number, .handed(ticket, submission))
        case .submit: answer(call, .unreachable)
        }
    }

    /// A cosignature leaves the house.
    private mutating func shows(_ note: UnverifiedNote?, monitor number: Int) {
        guard let note else { return }
        let kept = monitorDisks[number].checkpoint
        chronicle.shown(note, marked: kept, by: .monitor(number), at: now)
        chronicle.cosigned(note, by: number, at: now)
    }

    mutating func answered(monitor number: Int, _ call: Call, _ answer: Call.Answer) {
        if let passing = call.passing, let source = call.source {
            return passedOn(passing, to: source, number, answer)
        }
        switch (call.request, answer) {
        case (.leaves, .leaves(let leaves)): tell(monitor: number, .fetched(leaves))
        case (.leaves, _): tell(monitor: number, .fetchFailed("no answer"))
        case (_, .newest(let told)):
            if let source = call.source { tell(monitor: number, .told(source, told)) }
        default: if let source = call.source { tell(monitor: number, .told(source, nil)) }
        }
    }
}
