// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import TransparencyLog

// MARK: - What a log wants done

extension World {
    mutating func tell(log face: Int, _ event: LogOperator.Event) {
        let now = clock(of: .log(face: face))
        logs[face].receive { $0.receive(event, now: now) }
        work(log: face)
    }

    /// Does what is to be done until a write must be waited for.
    private mutating func work(log face: Int) {
        guard !logs[face].isWorking else { return }
        logs[face].isWorking = true
        let life = logs[face].life
        while let action = logs[face].next() {
            if isWrite(action) {
                logs[face].writing = action
                return write(.log(face: face))
            }
            perform(action, log: face)
            guard life == logs[face].life else { return }
        }
        logs[face].isWorking = false
    }

    private func isWrite(_ action: LogOperator.Action) -> Bool {
        switch action {
        case .writeMark, .keepOrder, .keepProposal: true
        default: false
        }
    }

    private mutating func apply(_ action: LogOperator.Action, face: Int) {
        switch action {
        case .writeMark(let note): logDisks[face].mark = note
        case .keepOrder(let note, _): logDisks[face].newestOrder = note
        case .keepProposal(let note): logDisks[face].proposal = note
        default: break
        }
    }

    /// What was being written when the power failed may be there or not.
    mutating func applyHalf(log face: Int) {
        if let action = logs[face].writing, dice.isTrue(in: 500) { apply(action, face: face) }
        for append in appends[face] where dice.isTrue(in: 500) {
            _ = logDisks[face].append(append.leaves, from: append.old, to: append.new)
        }
        appends[face] = []
    }

    mutating func written(log face: Int, _ fate: WriteFate) {
        guard let action = logs[face].writing else { return }
        logs[face].writing = nil
        if fate == .done || fate == .failedButKept || fate == .crashAfter {
            apply(action, face: face)
        }
        switch fate {
        case .done:
            logs[face].isWorking = false
            if case .writeMark(let note) = action { tell(log: face, .marked(note)) }
            work(log: face)
        case .failedAndLost, .failedButKept:
            for case .reply(let ticket, _) in logs[face].giveUpList() {
                reply(ticket, .unable("the disk failed"), by: face)
            }
            logs[face].isWorking = false
            failed(.log(face: face))
            tell(log: face, .faulted("\(fate)"))
        case .crashBefore, .crashAfter: crash(.log(face: face))
        }
    }

    private mutating func perform(_ action: LogOperator.Action, log face: Int) {
        switch action {
        case .signOpening(let payload):
            guard
                let envelope = try? Envelope.sign(
                    payload: payload, payloadType: Envelope.inToto, with: [cast.log])
            else { preconditionFailure("an opening can be signed") }
            tell(log: face, .openingSigned(envelope))
        case .append(let leaves, let old, let new):
            append(Append(leaves: leaves, old: old, new: new), face: face)
        case .sign(let texts):
            let signatures = texts.map { text in
                chronicle.signed(text, at: now)
                return LogOperator.TextSignature(text: text, signature: signature(of: text))
            }
            tell(log: face, .signed(signatures))
        case .reply(let ticket, let answer): reply(ticket, answer, by: face)
        case .send(let monitor, let request): send(request, to: monitor, by: face)
        case .ask(let monitor):
            let place = Place.monitor(number(of: monitor))
            let caller = Call.Caller.process(.log(face: face), life: logs[face].life)
            call(place, .checkpoint, by: caller, monitor: monitor)
        case .report(let report):
            chronicle.reported(report, by: .log(face: face), logs[face].hasFailed, at: now)
        case .wake, .writeMark, .keepOrder, .keepProposal, .handOver: break
        }
    }

    private func signature(of text: String) -> NoteSignature {
        guard
            let signature = try? NoteSignature.sign(
                text: text, as: cast.agreement.log.origin, with: cast.log)
        else { preconditionFailure("the log's texts can be signed") }
        return signature
    }

    func number(of monitor: String) -> Int {
        guard let number = cast.names.firstIndex(of: monitor) else {
            preconditionFailure("\(monitor) is a monitor")
        }
        return number
    }

    private mutating func reply(_ ticket: Ticket, _ answer: SubmissionAnswer, by face: Int) {
        guard let call = logs[face].askers.removeValue(forKey: ticket) else { return }
        // What is promised is checked when it is said, whether or not it arrives.
        if case .submit(let submission) = call.request, case .logged(let logged, _) = answer {
            chronicle.acknowledged(submission, logged, face, logDisks[face], at: now)
        }
        self.answer(call, .submission(answer))
    }

    private mutating func send(
        _ request: LogOperator.MonitorRequest, to monitor: String, by face: Int
    ) {
        let number = number(of: monitor)
        let caller = Call.Caller.process(.log(face: face), life: logs[face].life)
        let asked: Call.Request =
            switch request {
            case .addCheckpoint(let body): .addCheckpoint(body)
            case .propose(let body): .propose(body)
            }
        guard shown[number].contains(face) else {
            return tell(log: face, .answered(monitor: monitor, .unreachable("not shown")))
        }
        call(.monitor(number), asked, by: caller, monitor: monitor)
    }

    // MARK: - Appending

    private mutating func append(_ append: Append, face: Int) {
        chronicle.extended(append)
        appends[face].append(append)
        if plan.mutation == .acknowledgesEarly { tell(log: face, .appended) }
        let fate = nextFate(.log(face: face))
        let happening = Happening.appended(face: face, life: logs[face].life, append, fate)
        enter(happening, in: writeTakes())
    }

    mutating func appended(_ face: Int, _ life: Int, _ append: Append, _ fate: WriteFate) {
        guard life == logs[face].life else { return }
        appends[face].removeAll { $0.new == append.new }
        var isKept = false
        if fate == .done || fate == .failedButKept || fate == .crashAfter {
            isKept = logDisks[face].append(append.leaves, from: append.old, to: append.new)
        }
        switch fate {
        case .done where plan.mutation == .acknowledgesEarly: break
        case .done where isKept: tell(log: face, .appended)
        case .done, .failedAndLost, .failedButKept:
            failed(.log(face: face))
            tell(log: face, .appendFailed("\(fate)"))
        case .crashBefore, .crashAfter: crash(.log(face: face))
        }
    }

    // MARK: - What it is asked

    mutating func asked(log face: Int, _ call: Call) {
        guard let role = logs[face].role else { return }
        switch call.request {
        case .submit(let submission):
            let ticket = newTicket()
            logs[face].askers[ticket] = call
            tell(log: face, .submitted(ticket, submission))
        case .checkpoint:
            shows(role.checkpoint, face)
            answer(call, .checkpoint(role.checkpoint))
        case .newest:
            shows(role.checkpoint, face)
            let told = Monitor.Told(
                order: role.newestOrder?.note, proposal: role.newestProposal,
                checkpoint: role.checkpoint)
            answer(call, .newest(told))
        case .leaves(let start, let end):
            let leaves = logDisks[face].leaves
            guard end <= role.size, end.value <= UInt64(leaves.count), start.value < end.value
            else {
                return answer(call, .unreachable)
            }
            answer(call, .leaves(Array(leaves[Int(start.value)..<Int(end.value)])))
        case .addCheckpoint, .propose, .hand: answer(call, .unreachable)
        }
    }

    private mutating func shows(_ note: UnverifiedNote?, _ face: Int) {
        chronicle.shown(note, marked: logDisks[face].mark, by: .log(face: face), at: now)
    }

    mutating func answered(log face: Int, _ call: Call, _ answer: Call.Answer) {
        guard let monitor = call.monitor else { return }
        if case .checkpoint = call.request {
            // A node that lies does not look at what it is told.
            if plan.node == .twoFaced {
                return tell(log: face, .monitorHolds(monitor: monitor, nil))
            }
            guard case .checkpoint(let held) = answer else { return }
            return tell(log: face, .monitorHolds(monitor: monitor, held))
        }
        let heard: LogOperator.MonitorAnswer =
            switch answer {
            case .cosigning(.cosigned(let line)): .cosigned([line])
            case .cosigning(.expected(let size)): .expected(size)
            case .cosigning(let other): .refused("\(other)")
            case .proposal(.signed(let note)): .order(note)
            case .proposal(.refused(let refusal, let why)): .refused("\(refusal): \(why)")
            default: .unreachable("no answer")
            }
        tell(log: face, .answered(monitor: monitor, heard))
    }
}
