// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// Orders statements, and is believed by nobody: whatever it says can be checked.
///
/// A statement is answered once it is durable and its receipt is signed. Statements that come while
/// the disk is busy wait and go together.
///
/// `LogOperator+Sequencing` puts statements into the log, `LogOperator+Rounds` asks the monitors,
/// `LogOperator+Questions` is what readers may ask.
public struct LogOperator: Sendable {
    public let agreement: Agreement
    /// The monitors that can be reached, by party, sorted.
    public let monitors: [String]

    var log: FoldedLog
    var snapshots = Snapshots()
    var logged: [Saying: LogIndex] = [:]
    var phase = Phase.restoring
    /// Admitted and not yet durable.
    var waiting: [Saying: Waiting] = [:]
    /// Those of them that are not on their way to the disk yet, in the order in which they came.
    var queue: [Saying] = []
    var batch: Batch?
    /// Whether the next batch waits until the last one is published and an order is proposed over
    /// it.
    var isHeld = false
    /// What the texts are for that are being signed.
    var signing: [String: SigningPurpose] = [:]

    /// The newest checkpoint, signed by the log, with the cosignatures that came.
    var published: CheckpointNote?
    /// The newest checkpoint with as many cosignatures as the agreement asks for.
    var cosigned: CheckpointNote?
    var links: [String: MonitorLink] = [:]
    var round: Round?
    var pace = Pace()
    /// The newest order with enough signatures.
    var newest: SignedOrder?
    /// Orders that listeners may not have heard yet, oldest first.
    var recent: [SignedOrder] = []
    var lastKeptEpoch: Int64?
    /// The last tick that was proposed, or signed in an earlier life.
    var lastTick = Time(milliseconds: 0)

    /// Statements that may wait; beyond, senders are told to come again.
    public static let longestQueue = 10_000
    static let largestBatch = 512
    /// Monitors are waited for this long at the start.
    static let patience = TimeSpan(milliseconds: 3000)

    enum Phase: Sendable {
        case restoring
        /// Asking the monitors what was signed before, until then at most.
        case asking(Set<String>, until: Time)
        case open
        /// It signs nothing any more, and says why.
        case halted(String)
    }

    /// - Precondition: `monitors` are monitors of the agreement.
    public init(agreement: Agreement, monitors: [String]) {
        self.agreement = agreement
        self.monitors = monitors.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        log = FoldedLog(agreement: agreement)
        for key in agreement.monitorKeys where monitors.contains(key.party) {
            links[key.party] = MonitorLink(key: key)
        }
        precondition(links.count == monitors.count, "the monitors are the agreement's")
    }

    public enum Event: Sendable {
        /// Once, after everything was restored.
        case started
        /// From time to time, at least four times a tick.
        case clock
        /// A statement that ``Brake/admit(_:bytes:)`` has admitted under this agreement.
        case submitted(Ticket, Submission)
        /// The opening that ``Action/signOpening(payload:)`` asked for.
        case openingSigned(Envelope)
        /// The leaves of the last ``Action/append(_:at:)`` are durable.
        case appended
        case appendFailed(String)
        case signed([TextSignature])
        case signingFailed([String], String)
        case answered(monitor: String, MonitorAnswer)
        /// The newest checkpoint that a monitor holds, unverified; nil where none could be had.
        case monitorHolds(monitor: String, UnverifiedNote?)
        /// The disk failed; nothing that followed in the same list of actions was done.
        case faulted(String)
    }

    /// To be done one after another; where one that writes fails, the rest of the list is not done.
    public enum Action: Sendable {
        case signOpening(payload: [UInt8])
        /// Answered by ``Event/appended``; what follows in the list need not wait for it.
        case append([PendingLeaf], at: TreeSize)
        /// Texts to be signed with the log's key, answered in one piece.
        case sign([String])
        /// The newest checkpoint that was signed, to be kept in the second place.
        case writeMark(UnverifiedNote)
        case reply(Ticket, SubmissionAnswer)
        /// Somebody may want to know: new entries or a new order.
        case wake
        case send(monitor: String, MonitorRequest)
        /// For the newest checkpoint that it holds.
        case ask(monitor: String)
        /// The newest order; as the first of its epoch, too, where that is given.
        case keepOrder(UnverifiedNote, firstOfEpoch: Int64?)
        case report(Report)
    }

    /// A signature over one text.
    public struct TextSignature: Sendable {
        public let text: String
        public let signature: NoteSignature

        public init(text: String, signature: NoteSignature) {
            self.text = text
            self.signature = signature
        }
    }

    public enum MonitorRequest: Sendable {
        /// The body of an `add-checkpoint` call.
        case addCheckpoint([UInt8])
        /// The body of a `propose` call.
        case propose([UInt8])
    }

    public enum MonitorAnswer: Sendable {
        case cosigned([NoteSignature])
        case expected(TreeSize)
        case order(UnverifiedNote)
        case refused(String)
        case unreachable(String)
    }

    // MARK: - Restoring

    /// The next leaf of the store, at the start.
    public mutating func restore(leaf: [UInt8]) throws(LogFailure) {
        let index = LogIndex(log.size.value)
        let digest = try log.read(leaf, trusting: true)
        log.fold(to: log.size)
        snapshots.note(log.brake)
        guard let signer = log.brake.summary(of: index)?.signer else {
            preconditionFailure("a folded entry has a summary")
        }
        let saying = Saying(signer: signer, payload: digest)
        if logged[saying] == nil { logged[saying] = index }
    }

    /// Marks at the start, after all leaves.
    ///
    /// - Parameter mark: the newest checkpoint that was signed, from the second place.
    /// - Throws: ``LogFailure`` where the store holds less, or something else, than what was
    ///   signed.
    public mutating func restore(
        mark: UnverifiedNote?, newestOrder: UnverifiedNote?
    ) throws(LogFailure) {
        if let mark, let why = contradiction(with: mark) {
            throw LogFailure(index: LogIndex(log.size.value), reason: why)
        }
        newest = newestOrder.flatMap { SignedOrder(reading: $0, under: agreement) }
        recent = newest.map { [$0] } ?? []
        lastTick = newest?.order.tick ?? lastTick
        lastKeptEpoch = newest?.order.epoch
    }

    /// What a checkpoint that we did sign says against our entries; nil where nothing, or where we
    /// did not.
    func contradiction(with note: UnverifiedNote) -> String? {
        guard note.line(by: agreement.logKey) != nil,
            let signed = try? Checkpoint(parsing: note.text)
        else {
            return nil
        }
        guard signed.size <= log.size else {
            return
                "the store holds \(log.size) entries, but a checkpoint of \(signed.size) was "
                + "signed: it is older than what was signed"
        }
        guard log.tree.root(at: signed.size) == signed.root else {
            return
                "the store holds other entries than those that were signed at size \(signed.size)"
        }
        return nil
    }

    // MARK: - Events

    public mutating func receive(_ event: Event, now: Time) -> [Action] {
        switch event {
        case .started: return start(now)
        case .clock: return clock(now)
        case .submitted(let ticket, let submission): return submitted(ticket, submission, now)
        case .openingSigned(let envelope): return opened(envelope, now)
        case .appended: return appended(now)
        case .appendFailed(let why): return appendFailed(why)
        case .signed(let signatures): return signed(signatures, now)
        case .signingFailed(let texts, let why): return signingFailed(texts, why)
        case .answered(let monitor, let answer): return answered(monitor, answer, now)
        case .monitorHolds(let monitor, let note): return held(monitor, note, now)
        case .faulted(let why): return halt("the disk failed: \(why)")
        }
    }

    private mutating func start(_ now: Time) -> [Action] {
        guard !monitors.isEmpty else { return open(now) }
        phase = .asking(Set(monitors), until: now + LogOperator.patience)
        return monitors.map { .ask(monitor: $0) }
    }

    private mutating func clock(_ now: Time) -> [Action] {
        if case .asking(_, let until) = phase, until <= now { return open(now) }
        lookAtDeadlines(now)
        return goOnAsking(now)
    }

    /// What a monitor holds: something that we signed and do not have shows that our store is too
    /// old.
    private mutating func held(_ monitor: String, _ note: UnverifiedNote?, _ now: Time) -> [Action]
    {
        if let note, let why = contradiction(with: note) {
            return halt("\(why) (\(monitor) has it)")
        }
        guard case .asking(var missing, let until) = phase else { return [] }
        missing.remove(monitor)
        phase = .asking(missing, until: until)
        return missing.isEmpty ? open(now) : []
    }

    private mutating func open(_ now: Time) -> [Action] {
        phase = .open
        guard log.size > .empty else { return [.signOpening(payload: opening.payload)] }
        return publish(log.size) + startBatch(now)
    }

    /// Entry 0: what everything after it stands under.
    private var opening: Statement {
        let predicate = Opening(
            rules: Int64(agreement.rules), origin: agreement.log.origin,
            policy: agreement.policy().text)
        return Statement(
            agreement: agreement.id, terms: agreement.terms, sequence: 1,
            predicate: .opening(predicate))
    }

    /// Stops signing for good; whoever waits is told.
    mutating func halt(_ why: String) -> [Action] {
        if case .halted = phase { return [] }
        phase = .halted(why)
        var tickets = waiting.values.flatMap(\.tickets)
        for purpose in signing.values {
            if case .receipt(_, let asked) = purpose { tickets += asked.map(\.ticket) }
        }
        waiting = [:]
        queue = []
        batch = nil
        signing = [:]
        round = nil
        let sorted = Set(tickets).sorted { $0.number < $1.number }
        return [.report(.alarm("signing nothing any more: \(why)"))]
            + sorted.map { .reply($0, .unable(why)) }
    }
}
