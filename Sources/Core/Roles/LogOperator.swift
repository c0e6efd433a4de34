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
/// `LogOperator+Questions` is what readers may ask, `LogOperator+Following` is for processes that
/// share a store.
public struct LogOperator: Sendable {
    public let agreement: Agreement
    /// The monitors that can be reached, by party, sorted.
    public let monitors: [String]

    /// How much each party may have logged.
    public var quota: Quota

    var log: FoldedLog
    /// What became of each entry.
    var entries = EntryIndex()
    /// The sizes at which batches ended, ascending: those whose checkpoints were signed.
    var batchEnds: [TreeSize] = []
    var snapshots = Snapshots()
    var logged: [Saying: LogIndex] = [:]
    var phase = Phase.restoring
    /// Whether the operator vouches that nothing newer was signed, where too few can be asked.
    public var isVouchedFor = false
    /// Admitted and not yet durable.
    var waiting: WaitingRoom = [:]
    /// Those of them that are not on their way to the disk yet, in the order in which they came.
    var queue: [Saying] = []
    /// Those of them that wait for another process to log them, and since when.
    var handedOver: [Saying: Time] = [:]
    var batch: Batch?
    /// Whether the next batch waits until the last one is published and an order is proposed over
    /// it.
    var isHeld = false
    /// What the texts are for that are being signed.
    var signing: [String: SigningPurpose] = [:]

    /// The newest checkpoint, signed by the log, with the cosignatures that came.
    var published: CheckpointNote?
    /// The size of the newest checkpoint that was sent to the second place.
    var marking = TreeSize.empty
    /// The newest checkpoint with as many cosignatures as the agreement asks for.
    var cosigned: CheckpointNote?
    var links: [String: MonitorLink] = [:]
    /// Parties that cosign checkpoints and sign no orders.
    var witnesses: [String: WitnessLink] = [:]
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
    /// Bytes of their payloads, likewise.
    public static let largestQueue = 128 << 20
    static let largestBatch = 512

    enum Phase: Sendable {
        case restoring
        /// Asking the monitors what was signed before.
        case asking(LogInquiry)
        case open
        /// Another process sequences; this one reads along.
        case following
        /// It signs nothing any more, and says why.
        case halted(String)
    }

    /// - Parameter monitors: those that can be reached. Only who counts over a tree is asked about
    ///   it: one that a later set names may be given before, and one that left may stay.
    /// - Parameter witnesses: the keys of those that cosign and sign no orders, by name.
    /// - Precondition: each is named once.
    public init(agreement: Agreement, monitors: [String], witnesses: [String: NoteKey] = [:]) {
        self.agreement = agreement
        self.monitors = monitors.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        log = FoldedLog(agreement: agreement)
        quota = Quota(statements: Quota.usual, window: agreement.log.mergeDelay)
        for monitor in monitors { links[monitor] = MonitorLink() }
        precondition(links.count == monitors.count, "every monitor is named once")
        precondition(
            links.keys.allSatisfy { witnesses[$0] == nil }, "a monitor is asked as a monitor")
        self.witnesses = witnesses.mapValues { WitnessLink(key: $0) }
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
        /// The leaves of the last ``Action/append(_:from:to:)`` are durable.
        case appended
        case appendFailed(String)
        case signed([TextSignature])
        /// The second place holds what ``Action/writeMark(_:)`` asked for: now it may be seen.
        case marked(UnverifiedNote)
        case signingFailed([String], String)
        case answered(monitor: String, MonitorAnswer)
        /// The newest checkpoint that a monitor holds, unverified; nil where it holds none. Where
        /// it does not answer, nothing is to be said.
        case monitorHolds(monitor: String, UnverifiedNote?)
        /// Another process sequences: instead of ``started``, which may come later.
        case following
        /// What the other process has stored.
        case followed(FollowedPart)
        /// The store did not take a statement that was to be handed over; senders are told why.
        case notTaken(signer: String, payload: Digest, SubmissionAnswer)
        /// Another process sequences from now on.
        case stoodDown
        /// The disk failed; nothing that followed in the same list of actions was done.
        case faulted(String)
    }

    /// To be done one after another; where one that writes fails, the rest of the list is not done.
    public enum Action: Sendable {
        case signOpening(payload: [UInt8])
        /// To be written where the store's head is `from`, leaves and new head together; answered
        /// by ``Event/appended``. What follows in the list need not wait for it.
        case append([PendingLeaf], from: TreeHead, to: TreeHead)
        /// Texts to be signed with the log's key, answered in one piece.
        case sign([String])
        /// The newest checkpoint that was signed, to be kept in the second place.
        case writeMark(UnverifiedNote)
        case reply(Ticket, SubmissionAnswer)
        /// Somebody may want to know: new entries or a new order.
        case wake
        /// To a monitor, or to a witness.
        case send(monitor: String, MonitorRequest)
        /// For the newest checkpoint that it holds.
        case ask(monitor: String)
        /// The newest order; as the first of its epoch, too, where that is given.
        case keepOrder(UnverifiedNote, firstOfEpoch: Int64?)
        /// The newest proposal, before monitors see it: nothing is stamped before its tick again.
        case keepProposal(UnverifiedNote)
        /// To the process that sequences; where that fails, ``Event/notTaken(signer:payload:_:)``.
        case handOver(Envelope, signer: String)
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
        fold()
        let saying = Saying(signer: entries[index]?.signer ?? "", payload: digest)
        if logged[saying] == nil { logged[saying] = index }
    }

    /// The heads that the store's appends ended with, ascending, after all leaves.
    ///
    /// - Throws: ``LogFailure`` where the leaves are not those that were stored: nothing is ever
    ///   signed over them.
    public mutating func restore(heads: [TreeHead]) throws(LogFailure) {
        try log.check(heads: heads)
        batchEnds = heads.map(\.size)
    }

    /// Marks at the start, after all leaves.
    ///
    /// - Parameter mark: the newest checkpoint that was signed, from the second place.
    /// - Throws: ``LogFailure`` where the store holds less, or something else, than what was
    ///   signed.
    public mutating func restore(
        mark: UnverifiedNote?, newestOrder: UnverifiedNote?, proposal: UnverifiedNote? = nil
    ) throws(LogFailure) {
        if let mark, let why = contradiction(with: mark) {
            throw LogFailure(index: LogIndex(log.size.value), reason: why)
        }
        newest = newestOrder.flatMap {
            SignedOrder(reading: $0, under: agreement, monitors: log.brake.monitors)
        }
        recent = newest.map { [$0] } ?? []
        let proposed = proposal.flatMap { try? SignedProposal(verifying: $0, under: agreement) }
        let ticks = [newest?.order.tick, proposed?.proposal.tick].compactMap(\.self)
        lastTick = ticks.reduce(lastTick) { max($0, $1) }
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
        case .signed(let signatures): return signed(signatures)
        case .marked(let note): return marked(note, now)
        case .signingFailed(let texts, let why): return signingFailed(texts, why)
        case .answered(let monitor, let answer): return answered(monitor, answer, now)
        case .monitorHolds(let monitor, let note): return held(monitor, note, now)
        case .following: return follow()
        case .followed(let part): return followed(part, now)
        case .notTaken(let signer, let payload, let answer):
            return notTaken(signer, payload, answer)
        case .stoodDown: return stoodDown(now)
        case .faulted(let why): return halt("the disk failed: \(why)")
        }
    }

    private mutating func clock(_ now: Time) -> [Action] {
        if case .asking = phase { return goOnInquiring(now) }
        if case .following = phase { return lookAtHandedOver(now) }
        lookAtDeadlines(now)
        return goOnAsking(now)
    }

    mutating func open(_ now: Time) -> [Action] {
        phase = .open
        guard log.size > .empty else { return [.signOpening(payload: opening.payload)] }
        return signCheckpoint(at: log.size) + startBatch(now)
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
            if case .checkpoint(let asked) = purpose { tickets += asked.map(\.ticket) }
        }
        waiting = [:]
        handedOver = [:]
        queue = []
        batch = nil
        signing = [:]
        round = nil
        let sorted = Set(tickets).sorted { $0.number < $1.number }
        return [.report(.alarm("signing nothing any more: \(why)"))]
            + sorted.map { .reply($0, .unable(why)) }
    }
}
