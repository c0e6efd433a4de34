// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import TransparencyLog

/// Several log operators over one store, which takes an append only from who holds the tenure and
/// knows the head. Nobody else is there: no monitors, no network.
struct SharedStore {
    private(set) var leaves: [[UInt8]] = []
    private(set) var heads: [TreeHead] = []
    private(set) var inbox: [Submission] = []
    /// Whose appends are taken.
    var holder: Int?
    private(set) var operators: [LogOperator]
    private(set) var answers: [Ticket: SubmissionAnswer] = [:]
    /// Every text that was signed for a checkpoint, by size.
    private(set) var signed: [TreeSize: Set<String>] = [:]
    private(set) var reports: [Report] = []
    /// Appends that were asked for and not tried yet, by operator: it was stopped just then.
    private(set) var stopped: [Int: (leaves: [PendingLeaf], old: TreeHead, new: TreeHead)] = [:]
    /// Operators whose appends do not reach the store.
    var paused: Set<Int> = []
    var now = RoleScene.start
    private var nextTicket: UInt64 = 0

    init(_ count: Int) {
        let agreement = RoleScene.agreement
        operators = (0..<count).map { _ in LogOperator(agreement: agreement, monitors: []) }
        for number in 0..<count { tell(number, .following) }
    }

    mutating func tell(_ number: Int, _ event: LogOperator.Event) {
        for action in operators[number].receive(event, now: now) { perform(action, of: number) }
    }

    mutating func submit(_ submission: Submission, to number: Int) -> Ticket {
        nextTicket += 1
        tell(number, .submitted(Ticket(nextTicket), submission))
        return Ticket(nextTicket)
    }

    /// Gives the tenure to one operator, which reads everything before it begins.
    mutating func begin(_ number: Int) {
        holder = number
        follow(number)
        tell(number, .started)
        takeIn()
    }

    /// Lets everybody who does not sequence read what is stored.
    mutating func followAll() {
        for number in operators.indices where !operators[number].isSequencing { follow(number) }
    }

    mutating func follow(_ number: Int) {
        let start = operators[number].readHead.size
        let part = FollowedPart(
            start: start, leaves: Array(leaves.dropFirst(Int(start.value))),
            heads: heads.filter { start < $0.size }, head: heads.last ?? .empty, checkpoint: nil,
            order: nil)
        tell(number, .followed(part))
    }

    /// The one that sequences logs what others have handed over.
    mutating func takeIn() {
        guard let holder else { return }
        for submission in inbox { _ = submit(submission, to: holder) }
        inbox = []
    }

    /// An operator that was stopped goes on where it was, and finds out what has become of its
    /// append; false where the store did not take it.
    mutating func resume(_ number: Int) -> Bool {
        paused.remove(number)
        guard let append = stopped.removeValue(forKey: number) else { return true }
        return write(append.leaves, append.old, append.new, by: number)
    }

    /// As a database would be that was put back to an older state.
    mutating func forget(after size: Int) {
        leaves = Array(leaves.prefix(size))
        heads = heads.filter { $0.size.value <= UInt64(size) }
    }

    private mutating func write(
        _ new: [PendingLeaf], _ old: TreeHead, _ head: TreeHead, by number: Int
    ) -> Bool {
        guard holder == number, (heads.last ?? .empty) == old else { return false }
        leaves += new.map(\.leaf)
        heads.append(head)
        tell(number, .appended)
        return true
    }

    private mutating func perform(_ action: LogOperator.Action, of number: Int) {
        switch action {
        case .signOpening(let payload):
            let envelope = try! Envelope.sign(
                payload: payload, payloadType: Envelope.inToto, with: [RoleScene.log])
            tell(number, .openingSigned(envelope))
        case .append(let leaves, let old, let new):
            if paused.contains(number) { return stopped[number] = (leaves, old, new) }
            if !write(leaves, old, new, by: number) { tell(number, .stoodDown) }
        case .sign(let texts):
            for text in texts {
                if let checkpoint = try? Checkpoint(parsing: text) {
                    signed[checkpoint.size, default: []].insert(text)
                }
            }
            let signatures = texts.map {
                LogOperator.TextSignature(text: $0, signature: RoleScene.signed($0).signatures[0])
            }
            tell(number, .signed(signatures))
        case .writeMark(let note): tell(number, .marked(note))
        case .reply(let ticket, let answer): answers[ticket] = answer
        case .handOver(let envelope, _):
            let bytes = envelope.json.canonicalBytes.count
            guard
                case .admitted(let submission) = Brake(agreement: RoleScene.agreement).admit(
                    envelope, bytes: bytes)
            else { preconditionFailure("only what was admitted is handed over") }
            inbox.append(submission)
        case .report(let report): reports.append(report)
        default: break
        }
    }
}
