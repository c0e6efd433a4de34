// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// A witness that also replays the law: it signs the order that it derives itself, and no other.
///
/// It signs at most one order a tick, ticks only ever grow, and trees never shrink under them. What
/// it is about to sign is on the disk before the signature is made.
///
/// `Monitor+Starting` is what it does before it may sign, `Monitor+Proposals` the normal way,
/// `Monitor+Silence` what it does without the node, `Monitor+Fetching` how it gets entries.
public struct Monitor: Sendable {
    public let agreement: Agreement
    /// The party that it signs for.
    public let party: String
    /// Its key for orders and its key for checkpoints, which are one under two algorithms.
    public let orderKey: NoteKey
    public let cosigningKey: NoteKey
    /// Addresses of other monitors, to be asked when the node is silent.
    public let peers: [String]

    var log: FoldedLog
    var witness: Witness
    /// The newest order that was signed, or is about to be.
    var mark: MonitorMark?
    /// The note of the newest order signed, with peers' signatures that were seen.
    var signed: SignedOrder?
    /// The newest proposal of the log that was checked against the entries.
    var proposal: SignedProposal?
    var inquiry = Inquiry()
    var fetching = Fetching()
    /// Orders whose signatures are being made, by their texts.
    var signing: [String: Signing] = [:]
    var silence = Silence()
    var holding = Holding()
    /// Why it will not sign again before its operator looks: two histories, a broken law, a failed
    /// disk.
    public internal(set) var distrust: String?
    var startedAt = Time(milliseconds: 0)

    /// Nil where the party is no monitor of the agreement, and no key is given with which a later
    /// set of monitors may name it.
    public init?(agreement: Agreement, party: String, key: PublicKey? = nil, peers: [String]) {
        let own = agreement.monitorKeys.first { $0.party == party }
        guard let keys = key.map({ agreement.monitorKey(party, $0) }) ?? own else { return nil }
        self.agreement = agreement
        self.party = party
        self.peers = peers
        orderKey = keys.order
        cosigningKey = keys.cosigning
        log = FoldedLog(agreement: agreement)
        witness = Witness(name: keys.cosigning.name, logs: [agreement.logKey])
    }

    /// Where something can be asked for.
    public enum Source: Hashable, Sendable {
        case node
        /// By its address.
        case peer(String)
    }

    public enum Event: Sendable {
        /// Once, after everything was restored.
        case started
        /// From time to time, at least four times a tick.
        case clock
        case witness(Witness.Event)
        /// The body of a `propose` call.
        case proposed(Ticket, [UInt8])
        /// The signature that ``Action/signOrder(_:)`` asked for.
        case signed(text: String, NoteSignature)
        case signingFailed(text: String, String)
        /// What ``Action/fetch(from:start:end:)`` brought.
        case fetched([[UInt8]])
        case fetchFailed(String)
        /// What ``Action/ask(_:)`` brought; nil where the source could not be reached.
        case told(Source, Told?)
        /// The disk failed; nothing that followed in the same list of actions was done.
        case faulted(String)
        /// A statement handed in, which ``Brake/admit(_:bytes:)`` has admitted under this
        /// agreement.
        case handed(Ticket, Submission)
        /// The acceptance that ``Action/signAcceptance(payload:)`` asked for.
        case acceptanceSigned(Envelope)
        /// By the digest of the payload.
        case acceptanceFailed(Digest, String)
        /// What became of ``Action/passOn(_:signer:to:_:)``.
        case passedOn(Digest, signer: String, to: Source, PassingOn)
    }

    /// What a node or peer says when asked for its newest; nothing of it is verified.
    public struct Told: Sendable {
        public var order: UnverifiedNote?
        public var proposal: UnverifiedNote?
        public var checkpoint: UnverifiedNote?

        public init(order: UnverifiedNote?, proposal: UnverifiedNote?, checkpoint: UnverifiedNote?)
        {
            self.order = order
            self.proposal = proposal
            self.checkpoint = checkpoint
        }
    }

    /// To be done one after another; where one that writes fails, the rest of the list is not done.
    public enum Action: Sendable {
        case witness(Witness.Action)
        /// To be written where the store's head is `from`, leaves and new head together.
        case append([PendingLeaf], from: TreeHead, to: TreeHead)
        case keep(MonitorMark)
        case keepOrder(UnverifiedNote)
        case keepProposal(UnverifiedNote)
        case signOrder(text: String)
        case reply(Ticket, ProposalAnswer)
        case fetch(from: Source, start: LogIndex, end: TreeSize)
        /// For its newest order, proposal and checkpoint.
        case ask(Source)
        case report(Report)
        /// As the party's statement, with its key.
        case signAcceptance(payload: [UInt8])
        /// A statement that is held, to be kept under a number of its own.
        case keepHeld(slot: Int, HeldStatement)
        case forgetHeld(slot: Int)
        case answer(Ticket, HandingAnswer)
        /// To be submitted to the node, or handed to a peer, one after another; named by the
        /// payload and the party of the statement that it is about.
        case passOn(Digest, signer: String, to: Source, [Envelope])
    }

    // MARK: - Restoring

    /// The next leaf of the store, at the start.
    public mutating func restore(leaf: [UInt8]) throws(LogFailure) {
        try log.read(leaf, trusting: true)
        if let entry = log.newest { _ = noteLogged(entry) }
    }

    /// The heads that the store's appends ended with, ascending, after all leaves.
    ///
    /// - Throws: ``LogFailure`` where the leaves are not those that were stored.
    public mutating func restore(heads: [TreeHead]) throws(LogFailure) {
        try log.check(heads: heads)
    }

    /// Marks of the store, at the start, after all leaves.
    ///
    /// The mark may be ahead of the leaves, where it was raised to an order that others had kept
    /// for us.
    ///
    /// - Throws: ``LogFailure`` where the leaves are not those that the mark was signed over.
    public mutating func restore(
        mark: MonitorMark?, order: UnverifiedNote?, proposal: UnverifiedNote?,
        checkpoint: UnverifiedNote?
    ) throws(LogFailure) {
        if let mark {
            if mark.size <= log.size, log.tree.root(at: mark.size) != mark.root {
                throw LogFailure(
                    index: LogIndex(mark.size.value),
                    reason: "the store is not what the last order was signed over")
            }
            log.fold(to: min(mark.size, log.size))
        }
        self.mark = mark
        signed = order.flatMap {
            SignedOrder(reading: $0, under: agreement, monitors: log.brake.monitors)
        }
        if let known = proposal.flatMap({ try? SignedProposal(verifying: $0, under: agreement) }),
            holds(known.proposal)
        {
            self.proposal = known
        }
        if let checkpoint { try? witness.restore(checkpoint) }
    }

    // MARK: - Asked

    public mutating func receive(_ event: Event, now: Time) -> [Action] {
        switch event {
        case .started: return start(now)
        case .clock: return clock(now)
        case .witness(let event): return witnessed(event, now)
        case .proposed(let ticket, let body): return proposed(ticket, body, now)
        case .signed(let text, let signature): return signed(text, signature)
        case .signingFailed(let text, let why): return signingFailed(text, why)
        case .fetched(let leaves): return fetched(leaves, now) + settle(now)
        case .fetchFailed(let why): return fetchFailed(why, now) + settle(now)
        case .told(let source, let told): return self.told(source, told, now)
        case .faulted(let why):
            distrust = distrust ?? "the disk failed: \(why)"
            return [.report(.fault(why))]
        case .handed(let ticket, let submission): return handed(ticket, submission, now)
        case .acceptanceSigned(let acceptance): return acceptanceSigned(acceptance, now)
        case .acceptanceFailed(let payload, let why): return acceptanceFailed(payload, why)
        case .passedOn(let payload, let signer, let source, let outcome):
            return passedOn(payload, signer: signer, to: source, outcome, now)
        }
    }

    private mutating func clock(_ now: Time) -> [Action] {
        goOnInquiring(now) + goOnInSilence(now) + passOn(now) + reportOverdue(now)
    }

    /// The witness part, once it is known what was cosigned before.
    private mutating func witnessed(_ event: Witness.Event, _ now: Time) -> [Action] {
        if case .asked(let ticket, _) = event, let why = reasonNotToSign {
            return [.witness(.reply(ticket, .unable(why)))]
        }
        return witness.receive(event, now: now).map { .witness($0) }
    }

    var reasonNotToSign: String? {
        if let distrust { return distrust }
        if !inquiry.isSettled { return "starting: asking what was signed before" }
        return inquiry.floors.isEmpty
            ? nil : "starting: fetching entries that the log signed over before"
    }

    /// Whether our entries are those of the proposal.
    func holds(_ proposal: Proposal) -> Bool {
        proposal.size <= log.size && log.tree.root(at: proposal.size) == proposal.root
    }

    // MARK: - Questions

    /// The newest order note that it signed; nil while there is none.
    public var newestOrder: SignedOrder? { signed }
    public var newestProposal: SignedProposal? { proposal }
    public var isReady: Bool { reasonNotToSign == nil }
    /// The sets of monitors up to the one that counts over the entries of the last order.
    public var monitorChain: MonitorChain { log.brake.monitors }
    /// The newest checkpoint that it cosigned.
    public var checkpoint: UnverifiedNote? { witness.checkpoint(origin: agreement.log.origin) }
    /// Entries that it holds.
    public var size: TreeSize { log.size }
    /// Hashes of the tree's leaves from an index on, at most `limit`; fewer where it ends.
    public func leafHashes(from index: LogIndex, limit: Int) -> [Digest] {
        log.leafHashes(from: index, limit: limit)
    }
    /// Since when it signs without the node; nil while the node is there.
    public var silentSince: Time? { silence.since }

    /// What the law says at an instant over the entries of the last order that it signed.
    public func state(at now: Time) -> JSON { log.brake.state(at: now).json }
}
