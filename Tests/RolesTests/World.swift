// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import TransparencyLog

/// One log and its monitors without a network, a disk or a clock: messages are delivered one after
/// another, and a test says who is there.
struct World {
    /// What a log would find again on its disks.
    struct LogDisk {
        var leaves: [[UInt8]] = []
        var heads: [TreeHead] = []
        var mark: UnverifiedNote?
        var order: UnverifiedNote?
        var epochs: [Int64: UnverifiedNote] = [:]
        var proposal: UnverifiedNote?
    }

    struct MonitorDisk {
        var leaves: [[UInt8]] = []
        var heads: [TreeHead] = []
        var mark: MonitorMark?
        var order: UnverifiedNote?
        var proposal: UnverifiedNote?
        var checkpoint: UnverifiedNote?
        var held: [Int: HeldStatement] = [:]
    }

    private enum Message {
        case log(LogOperator.Event)
        case monitor(String, Monitor.Event)
    }

    var now = RoleScene.start
    private(set) var log: LogOperator
    var logDisk = LogDisk()
    private(set) var monitors: [String: Monitor] = [:]
    var disks: [String: MonitorDisk] = [:]
    /// Who answers: `log` and the monitors' names.
    var present: Set<String>
    /// Monitors there are, whether or not the agreement names them.
    let names: [String]
    /// Keeps what the log sends to the disk from being acknowledged.
    var diskIsBusy = false
    private(set) var answers: [Ticket: SubmissionAnswer] = [:]
    private(set) var reports: [Report] = []
    /// Every order that a monitor ever signed.
    private(set) var ordersSigned: [String: [Order]] = [:]

    private var queue: [Message] = []
    private var held: [Message] = []
    private var asked: [Ticket: (monitor: String, isProposal: Bool)] = [:]
    private var nextTicket: UInt64 = 0

    init(starting: Bool = true, names: [String] = RoleScene.names) {
        self.names = names
        present = Set(["log"] + names)
        log = LogOperator(agreement: RoleScene.agreement, monitors: names)
        for name in names { disks[name] = MonitorDisk() }
        guard starting else { return }
        for name in names { restart(name) }
        restartLog()
        advance(by: 2)
    }

    // MARK: - What tests do

    /// Starts a monitor from its disk; what was under way is lost.
    mutating func restart(_ name: String) {
        var monitor = Monitor(
            agreement: RoleScene.agreement, party: name, key: RoleScene.monitor(name).publicKey,
            peers: names.filter { $0 != name })!
        let disk = disks[name]!
        for leaf in disk.leaves { try! monitor.restore(leaf: leaf) }
        try! monitor.restore(heads: disk.heads)
        try! monitor.restore(
            mark: disk.mark, order: disk.order, proposal: disk.proposal, checkpoint: disk.checkpoint
        )
        for (slot, kept) in disk.held.sorted(by: { $0.key < $1.key }) {
            try! monitor.restore(held: kept, slot: slot)
        }
        monitors[name] = monitor
        present.insert(name)
        queue.removeAll { if case .monitor(name, _) = $0 { true } else { false } }
        queue.append(.monitor(name, .started))
    }

    mutating func restartLog(vouching: Bool = false) {
        log = LogOperator(agreement: RoleScene.agreement, monitors: names)
        log.isVouchedFor = vouching
        for leaf in logDisk.leaves { try! log.restore(leaf: leaf) }
        try! log.restore(heads: logDisk.heads)
        try! log.restore(mark: logDisk.mark, newestOrder: logDisk.order, proposal: logDisk.proposal)
        present.insert("log")
        queue.removeAll { if case .log = $0 { true } else { false } }
        held = []
        queue.append(.log(.started))
    }

    mutating func submit(_ submission: Submission) -> Ticket {
        let ticket = newTicket()
        queue.append(.log(.submitted(ticket, submission)))
        settle()
        return ticket
    }

    /// Lets time pass, a second at a time.
    mutating func advance(by seconds: Int) {
        for _ in 0..<seconds {
            now = now + 1
            queue.append(.log(.clock))
            for name in names { queue.append(.monitor(name, .clock)) }
            settle()
        }
    }

    /// Delivers messages until there are none.
    mutating func settle() {
        while !queue.isEmpty { deliver(queue.removeFirst()) }
    }

    mutating func acknowledgeDisk() {
        diskIsBusy = false
        queue += held
        held = []
        settle()
    }

    /// A proposal sent to a monitor by hand; nil while it has not answered.
    mutating func propose(_ note: UnverifiedNote, to name: String) -> ProposalAnswer? {
        let ticket = newTicket()
        queue.append(.monitor(name, .proposed(ticket, note.bytes)))
        settle()
        return proposalAnswers[ticket]
    }

    /// A statement handed to a monitor; nil while it has not answered.
    mutating func handIn(_ submission: Submission, to name: String) -> HandingAnswer? {
        let ticket = newTicket()
        queue.append(.monitor(name, .handed(ticket, submission)))
        settle()
        return handingAnswers[ticket]
    }

    private(set) var handingAnswers: [Ticket: HandingAnswer] = [:]
    /// Statements that the node does not take, whoever brings them.
    var withheld: Set<Digest> = []
    /// Acceptances are not taken, either.
    var withholdsAcceptances = false

    private(set) var proposalAnswers: [Ticket: ProposalAnswer] = [:]

    // MARK: - Delivery

    private mutating func newTicket() -> Ticket {
        nextTicket += 1
        return Ticket(nextTicket)
    }

    private mutating func deliver(_ message: Message) {
        switch message {
        case .log(let event):
            guard present.contains("log") else { return }
            for action in log.receive(event, now: now) { perform(action) }
        case .monitor(let name, let event):
            guard present.contains(name) else { return fail(event, of: name) }
            for action in monitors[name]!.receive(event, now: now) { perform(action, of: name) }
        }
    }

    /// Whoever asked one that is not there is told so.
    private mutating func fail(_ event: Monitor.Event, of name: String) {
        switch event {
        case .proposed(let ticket, _), .witness(.asked(let ticket, _)):
            guard asked.removeValue(forKey: ticket) != nil else { return }
            queue.append(.log(.answered(monitor: name, .unreachable("gone"))))
        default: break
        }
    }

    private mutating func perform(_ action: LogOperator.Action) {
        switch action {
        case .signOpening(let payload):
            let envelope = try! Envelope.sign(
                payload: payload, payloadType: Envelope.inToto, with: [RoleScene.log])
            queue.append(.log(.openingSigned(envelope)))
        case .append(let leaves, let old, let new):
            precondition((logDisk.heads.last ?? .empty) == old, "appended where the disk ends")
            logDisk.leaves += leaves.map(\.leaf)
            logDisk.heads.append(new)
            if diskIsBusy { held.append(.log(.appended)) } else { queue.append(.log(.appended)) }
        case .sign(let texts):
            let signatures = texts.map {
                LogOperator.TextSignature(text: $0, signature: RoleScene.signed($0).signatures[0])
            }
            queue.append(.log(.signed(signatures)))
        case .writeMark(let note):
            logDisk.mark = note
            queue.append(.log(.marked(note)))
        case .reply(let ticket, let answer): answers[ticket] = answer
        case .wake: break
        case .send(let monitor, let request): send(request, to: monitor)
        case .ask(let monitor):
            guard present.contains(monitor) else { break }
            let note = monitors[monitor]!.checkpoint
            queue.append(.log(.monitorHolds(monitor: monitor, note)))
        case .keepOrder(let note, let epoch):
            logDisk.order = note
            if let epoch { logDisk.epochs[epoch] = note }
        case .keepProposal(let note): logDisk.proposal = note
        case .handOver: preconditionFailure("one log, one process")
        case .report(let report): reports.append(report)
        }
    }

    private mutating func send(_ request: LogOperator.MonitorRequest, to monitor: String) {
        let ticket = newTicket()
        switch request {
        case .addCheckpoint(let body):
            asked[ticket] = (monitor, false)
            queue.append(.monitor(monitor, .witness(.asked(ticket, body))))
        case .propose(let body):
            asked[ticket] = (monitor, true)
            queue.append(.monitor(monitor, .proposed(ticket, body)))
        }
    }

    private mutating func perform(_ action: Monitor.Action, of name: String) {
        switch action {
        case .witness(let action): perform(action, of: name)
        case .append(let leaves, let old, let new):
            precondition((disks[name]!.heads.last ?? .empty) == old, "appended where the disk ends")
            disks[name]!.leaves += leaves.map(\.leaf)
            disks[name]!.heads.append(new)
        case .keep(let mark): disks[name]!.mark = mark
        case .keepOrder(let note): disks[name]!.order = note
        case .keepProposal(let note): disks[name]!.proposal = note
        case .signOrder(let text):
            ordersSigned[name, default: []].append(try! Order(parsing: text))
            let key = monitors[name]!.orderKey
            let note = RoleScene.signed(text, by: RoleScene.monitor(name), as: key.name)
            queue.append(.monitor(name, .signed(text: text, note.signatures[0])))
        case .reply(let ticket, let answer): reply(ticket, answer)
        case .fetch(let source, let start, let end): fetch(source, start, end, for: name)
        case .ask(let source): ask(source, for: name)
        case .report(let report): reports.append(report)
        case .signAcceptance(let payload):
            let envelope = try! Envelope.sign(
                payload: payload, payloadType: Envelope.inToto, with: [RoleScene.monitor(name)])
            queue.append(.monitor(name, .acceptanceSigned(envelope)))
        case .keepHeld(let slot, let kept):
            disks[name]!.held[slot] = try! HeldStatement(parsing: kept.bytes)
        case .forgetHeld(let slot): disks[name]!.held[slot] = nil
        case .answer(let ticket, let answer): handingAnswers[ticket] = answer
        case .passOn(let payload, let signer, let source, let envelopes):
            let outcome = passOn(envelopes, to: source)
            queue.append(.monitor(name, .passedOn(payload, signer: signer, to: source, outcome)))
        }
    }

    private mutating func passOn(_ envelopes: [Envelope], to source: Monitor.Source) -> PassingOn {
        let who = if case .peer(let peer) = source { peer } else { "log" }
        guard present.contains(who) else { return .unreachable("gone") }
        for envelope in envelopes {
            let law = Brake(agreement: RoleScene.agreement)
            guard
                case .admitted(let submission) = law.admit(
                    envelope, bytes: envelope.json.canonicalBytes.count)
            else { return .refused("not admitted") }
            let isAcceptance = submission.statement.kind == .acceptance
            guard who == "log" else {
                queue.append(.monitor(who, .handed(newTicket(), submission)))
                continue
            }
            guard !withheld.contains(envelope.payloadDigest),
                !(isAcceptance && withholdsAcceptances)
            else { return .refused("withheld") }
            queue.append(.log(.submitted(newTicket(), submission)))
        }
        return .taken
    }

    private mutating func perform(_ action: Witness.Action, of name: String) {
        switch action {
        case .cosign(let ticket, let text, let seconds):
            let key = monitors[name]!.cosigningKey
            let line = try! NoteSignature.cosign(
                checkpointText: text, timeSeconds: seconds, as: key.name,
                with: RoleScene.monitor(name))
            queue.append(.monitor(name, .witness(.cosigned(ticket, line))))
        case .keep(let origin, let note):
            disks[name]!.checkpoint = note
            queue.append(.monitor(name, .witness(.kept(origin: origin, note))))
        case .reply(let ticket, let cosigning):
            guard let asked = asked.removeValue(forKey: ticket) else { return }
            let answer: LogOperator.MonitorAnswer =
                switch cosigning {
                case .cosigned(let line): .cosigned([line])
                case .expected(let size): .expected(size)
                default: .refused("\(cosigning)")
                }
            queue.append(.log(.answered(monitor: asked.monitor, answer)))
        }
    }

    private mutating func reply(_ ticket: Ticket, _ answer: ProposalAnswer) {
        proposalAnswers[ticket] = answer
        guard let asked = asked.removeValue(forKey: ticket) else { return }
        switch answer {
        case .signed(let note): queue.append(.log(.answered(monitor: asked.monitor, .order(note))))
        case .refused(let refusal, let why):
            queue.append(.log(.answered(monitor: asked.monitor, .refused("\(refusal): \(why)"))))
        }
    }

    private mutating func fetch(
        _ source: Monitor.Source, _ start: LogIndex, _ end: TreeSize, for name: String
    ) {
        let (who, leaves) =
            switch source {
            case .node: ("log", served ?? logDisk.leaves)
            case .peer(let peer): (peer, disks[peer]!.leaves)
            }
        guard present.contains(who), end.value <= UInt64(leaves.count) else {
            queue.append(.monitor(name, .fetchFailed("not there")))
            return
        }
        queue.append(.monitor(name, .fetched(Array(leaves[Int(start.value)..<Int(end.value)]))))
    }

    /// What the node serves instead of its log, where a test lets it lie.
    var served: [[UInt8]]?

    private mutating func ask(_ source: Monitor.Source, for name: String) {
        var told: Monitor.Told?
        switch source {
        case .node:
            if present.contains("log") {
                told = .init(
                    order: log.newestOrder?.note, proposal: log.newestProposal,
                    checkpoint: log.checkpoint)
            }
        case .peer(let peer):
            if present.contains(peer), let other = monitors[peer] {
                told = .init(
                    order: other.newestOrder?.note, proposal: other.newestProposal?.note,
                    checkpoint: other.checkpoint)
            }
        }
        queue.append(.monitor(name, .told(source, told)))
    }
}
