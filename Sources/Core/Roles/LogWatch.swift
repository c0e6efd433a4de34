// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// One who looks on: follows a log from the outside and finds out when it, or those who sign over
/// it, say two things, take something back, or say what the law does not.
///
/// It is given notes, tiles and leaves by whoever fetches them, and asks for what is missing
/// (``wanted``). A newer checkpoint counts once tiles show that it extends the one before; then
/// the entries between them are read and folded, and forgotten. All that it once saw it holds
/// against all that comes later, also after a restart (``mark``).
public struct LogWatch: Sendable {
    public let agreement: Agreement
    /// So many of the first entries are vouched for by enough witnesses.
    public internal(set) var vouched = TreeSize.empty
    /// When enough witnesses last vouched for anything; nil where they never did.
    public internal(set) var vouchedAt: Time?

    let policy: WitnessPolicy
    /// The same, content with the log's own signature: who cosigned is looked at afterwards.
    let withoutQuorum: WitnessPolicy
    let patience: Int
    var replay: FlatReplay
    /// For orders over a few entries less than were read.
    var recent: RecentEntries?
    /// The newest checkpoint that was shown to be of one history with all before it.
    var held: SignedCheckpoint?
    /// A newer one, for which tiles are being fetched.
    private var next: SignedCheckpoint?
    /// Older ones that others were shown, likewise.
    private var others: [(source: Source, checkpoint: SignedCheckpoint)] = []
    /// What others were shown, over more entries than are held.
    private var ahead: [(source: Source, checkpoint: SignedCheckpoint)] = []
    /// Heads that others were shown and that agree with what is held, the newest last.
    private var agreed: [TreeHead] = []
    /// Whether tiles did not show what they were fetched for once already.
    private var isAskedAgain = false
    /// The first entry that does not hold, and the tree read on: it is an entry of the log only if
    /// the root comes out as signed.
    private var broken: (failure: LogFailure, edge: MerkleFrontier)?
    /// So many entries were read, and have the root that was signed.
    var settled = TreeSize.empty
    /// So many of the first entries were told before this watch began.
    private var told = TreeSize.empty

    /// Orders over more entries than are settled.
    var waiting: [(source: Source, note: UnverifiedNote)] = []
    var texts = OrderTexts()
    /// The newest order that the node called its newest.
    var newest: (order: Order, note: UnverifiedNote)?

    /// Who said it.
    public enum Source: Hashable, Sendable {
        /// The node's newest, which must not go back.
        case node
        /// The node, about some earlier tick.
        case record
        /// A monitor by its address: it may lag behind, and alone it is not enough for an order.
        case monitor(String)
    }

    /// What was seen and held.
    public enum Sighting: Hashable, Sendable {
        case checkpoint(Checkpoint, cosigners: [String])
        case entry(EntrySummary)
        case order(Order, monitors: [String])
        /// Well signed, but over so many entries less than were read that it is not derived again.
        case tooOld(Order)
        case alarm(WatchAlarm)
    }

    /// What has to be fetched next.
    public enum Want: Hashable, Sendable {
        /// The tiles of ``TileGrowth`` between these sizes.
        case tiles(from: TreeSize, to: TreeSize)
        case leaves(from: TreeSize, to: TreeSize)
    }

    struct SignedCheckpoint: Sendable {
        let checkpoint: Checkpoint
        let note: UnverifiedNote
        let cosigners: [String]
        /// When enough witnesses cosigned.
        let at: Time?

        var size: TreeSize { checkpoint.size }
        var text: String { String(decoding: note.bytes, as: UTF8.self) }
    }

    /// - Parameter patience: after how many ticks without anything new vouched for the log counts
    ///   as stale.
    public init(agreement: Agreement, policy: WitnessPolicy, patience: Int) {
        self.agreement = agreement
        self.policy = policy
        self.patience = patience
        withoutQuorum = policy.withoutQuorum
        replay = FlatReplay(agreement: agreement)
    }

    /// A watch that goes on where another one ended.
    ///
    /// - Throws: ``MalformedStatement`` where the mark is of another agreement or not signed as
    ///   this policy asks.
    public init(
        agreement: Agreement, policy: WitnessPolicy, patience: Int, mark: WatchMark
    ) throws(MalformedStatement) {
        self.init(agreement: agreement, policy: policy, patience: patience)
        guard mark.agreement == agreement.id else {
            throw MalformedStatement(pointer: "/agreement", expected: agreement.id.hex)
        }
        guard mark.isOf(policy) else {
            throw MalformedStatement(pointer: "/policy", expected: "the digest of this policy")
        }
        do throws(PolicyFailure) {
            held = try read(mark.checkpoint)
        } catch {
            throw MalformedStatement(
                pointer: "/checkpoint", expected: "one that the policy's log signed (\(error))")
        }
        told = held?.size ?? .empty
        vouched = mark.vouched
        vouchedAt = mark.vouchedAt
        for note in mark.seen { remember(note) }
        if let note = mark.order, let order = try? Order(parsing: note.text) {
            newest = (order, note)
        }
    }

    /// What a later watch has to know; nil before anything was checked.
    public var mark: WatchMark? {
        guard let held, settled == held.size else { return nil }
        return WatchMark(
            agreement: agreement.id, policy: policy, checkpoint: held.note, order: newest?.note,
            seen: texts.newest(256), vouched: vouched, vouchedAt: vouchedAt)
    }

    /// How many entries were read.
    public var size: TreeSize { broken?.edge.size ?? replay.size }
    /// The law over the entries read, for reading the next ones.
    public var law: Brake { replay.brake }

    /// What has to be fetched next; nil where nothing is missing.
    public var wanted: Want? {
        guard let held else { return nil }
        if let next { return .tiles(from: held.size, to: next.size) }
        if size < held.size { return .leaves(from: size, to: held.size) }
        return others.first.map { .tiles(from: $0.checkpoint.size, to: held.size) }
    }

    /// Where an event stream is to begin, so that nothing after what is held is missed.
    public var cursor: String {
        "\(size)-\(newest?.order.tick.milliseconds ?? 0)"
    }

    // MARK: - Checkpoints

    /// Takes a checkpoint: the node's newest, or what a monitor was shown.
    public mutating func receive(checkpoint note: UnverifiedNote, from source: Source)
        -> [Sighting]
    {
        let signed: SignedCheckpoint
        do throws(PolicyFailure) {
            signed = try read(note)
        } catch {
            return [
                alarm(
                    .invalidCheckpoint, "the checkpoint of \(source) does not hold: \(error)",
                    [note])
            ]
        }
        guard case .monitor = source else { return take(signed) }
        return compare(signed, from: source)
    }

    private func read(_ note: UnverifiedNote) throws(PolicyFailure) -> SignedCheckpoint {
        let policy = followed
        let relaxed = policy == self.policy ? withoutQuorum : policy.withoutQuorum
        let (checkpoint, signed) = try relaxed.verify(note)
        let cosigners = policy.witnesses.filter { signed.signers.contains($0.key) }.map(\.name)
        return SignedCheckpoint(
            checkpoint: checkpoint, note: note, cosigners: cosigners, at: policy.vouchedAt(signed))
    }

    private mutating func take(_ signed: SignedCheckpoint) -> [Sighting] {
        guard let held else { return accept(signed) }
        let (old, new) = (held.checkpoint, signed.checkpoint)
        if new.size < old.size {
            return [
                alarm(
                    .rollback,
                    "the log showed \(old.size) entries and now shows \(new.size): entries were taken back",
                    [held.note, signed.note])
            ]
        }
        if new.size == old.size {
            guard new.root == old.root else { return [fork(held, signed)] }
            self.held = signed
            vouch(signed)
            return []
        }
        guard old.size > .empty else { return accept(signed) }
        next = signed
        return []
    }

    /// The reader's policy; where that is the agreement's own, with the monitors that count now.
    var followed: WitnessPolicy { agreement.policy(policy, following: law.monitors) }

    /// One more checkpoint that is of one history with all before it.
    private mutating func accept(_ signed: SignedCheckpoint) -> [Sighting] {
        held = signed
        next = nil
        isAskedAgain = false
        vouch(signed)
        // Where much is to be read, nobody asks for what was said on the way.
        if signed.size.value - size.value > UInt64(RecentEntries.most) { recent = nil }
        let later = ahead
        ahead = []
        var sightings: [Sighting] = []
        for other in later { sightings += compare(other.checkpoint, from: other.source) }
        return sightings + (size == signed.size ? settle() : [])
    }

    /// What a monitor was shown must be of one history with what we were shown.
    private mutating func compare(_ signed: SignedCheckpoint, from source: Source) -> [Sighting] {
        guard let held, signed.size <= held.size else {
            if ahead.count < LogWatch.mostOthers { ahead.append((source, signed)) }
            return []
        }
        if signed.size == held.size || signed.size == .empty {
            let root = signed.size == .empty ? MerkleHash.empty : held.checkpoint.root
            return root == signed.checkpoint.root ? [] : [fork(held, signed, from: source)]
        }
        let head = TreeHead(size: signed.size, root: signed.checkpoint.root)
        if !agreed.contains(head), others.count < LogWatch.mostOthers {
            others.append((source, signed))
        }
        return []
    }

    /// What monitors were shown is not held for ever: they are few, and say one thing a tick.
    private static let mostOthers = 64

    private func fork(
        _ one: SignedCheckpoint, _ other: SignedCheckpoint, from source: Source = .node
    ) -> Sighting {
        let whom = source == .node ? "" : ", as \(source) was shown it,"
        return alarm(
            .fork,
            "two histories: the checkpoint over \(other.size) entries\(whom) is not of one log "
                + "with the one over \(one.size)", [one.note, other.note])
    }

    /// Only the entries tell which monitors count by now.
    private mutating func vouchAgain(_ signed: SignedCheckpoint) {
        guard law.monitors.sets.count > 1, let again = try? read(signed.note) else { return }
        held = again
        vouch(again)
    }

    private mutating func vouch(_ signed: SignedCheckpoint) {
        // Entries that came since may have brought other monitors than those that were looked for.
        let isRead = law.monitors.current.version == 1
        guard let signed = isRead ? signed : try? read(signed.note),
            followed.isMet(by: signed.cosigners), let at = signed.at
        else { return }
        vouched = max(vouched, signed.size)
        vouchedAt = max(vouchedAt ?? at, at)
    }

    // MARK: - Tiles

    /// Takes the tiles that ``wanted`` asked for; none where they cannot be had.
    ///
    /// Tiles that do not lead to the newer root are fetched once more before they are an alarm.
    public mutating func receive(tiles: [TilePath: [UInt8]]) -> [Sighting] {
        guard let held, case .tiles(let from, let to)? = wanted else { return [] }
        let roots = TileGrowth(from: from, to: to).roots(tiles)
        let newer = next ?? held
        guard let roots, roots.new == newer.checkpoint.root else {
            guard isAskedAgain else {
                isAskedAgain = true
                return []
            }
            return [unproven(from, newer)]
        }
        isAskedAgain = false
        if let next {
            return roots.old == held.checkpoint.root ? accept(next) : [fork(held, next)]
        }
        let other = others.removeFirst()
        guard roots.old == other.checkpoint.checkpoint.root else {
            return [fork(held, other.checkpoint, from: other.source)]
        }
        agreed =
            agreed.suffix(LogWatch.mostOthers - 1)
            + [TreeHead(size: from, root: roots.old)]
        return []
    }

    private func unproven(_ from: TreeSize, _ newer: SignedCheckpoint) -> Sighting {
        alarm(
            .unproven,
            "the log's tiles do not show that its checkpoint over \(newer.size) entries extends "
                + "the one over \(from): they do not lead to the root that it signed, asked twice",
            [held?.note, newer.note].compactMap(\.self))
    }

    // MARK: - Entries

    /// Takes the next entries, as ``wanted`` asked for them.
    public mutating func receive(leaves: [[UInt8]]) -> [Sighting] {
        receive(LeafChunk(leaves, from: LogIndex(size.value), law: law))
    }

    /// Takes the next entries, as ``wanted`` asked for them, read elsewhere.
    public mutating func receive(_ chunk: LeafChunk) -> [Sighting] {
        guard let held, chunk.first.value == size.value else { return [] }
        var sightings: [Sighting] = []
        for (place, leaf) in chunk.leaves.enumerated() where size < held.size {
            guard broken == nil else {
                broken!.edge.append(MerkleHash.leaf(leaf))
                continue
            }
            do throws(LogFailure) {
                guard place < chunk.checked.count else {
                    throw chunk.failure
                        ?? LogFailure(
                            index: LogIndex(size.value), reason: "it was not read")
                }
                let summary = try replay.append(chunk.checked[place])
                recent?.note(leaf, after: replay)
                if summary.index.value >= told.value {
                    sightings.append(.entry(summary))
                    sightings += secondSet(in: chunk.checked[place].entry).map { [$0] } ?? []
                }
            } catch {
                broken = (error, replay.frontier)
                broken!.edge.append(MerkleHash.leaf(leaf))
            }
        }
        return sightings + (size == held.size ? settle() : [])
    }

    /// All entries of the checkpoint are there: its root has to be theirs.
    private mutating func settle() -> [Sighting] {
        guard let held else { return [] }
        guard (broken?.edge ?? replay.frontier).root() == held.checkpoint.root else {
            return [
                alarm(
                    .fork, "the log's entries are not those that its checkpoint signs",
                    [held.note])
            ]
        }
        if let broken { return [alarm(.invalidEntry, "\(broken.failure)", [held.note])] }
        settled = held.size
        told = max(told, settled)
        vouchAgain(held)
        recent = recent ?? RecentEntries(after: replay)
        let cosigners = self.held?.cosigners ?? []
        let sighting = Sighting.checkpoint(held.checkpoint, cosigners: cosigners)
        let orders = receiveWaiting()
        replay.forgetAnswers()
        return [sighting] + orders
    }
}

// MARK: - The clock

extension LogWatch {
    /// An alarm where nothing was vouched for lately: a node may show an old log for ever.
    ///
    /// - Parameter start: since when we have been looking, for a log that nobody vouched for yet.
    public func staleness(at now: Time, since start: Time) -> WatchAlarm? {
        let (ticks, overflow) = agreement.log.tick.milliseconds
            .multipliedReportingOverflow(by: Int64(patience))
        let deadline =
            (vouchedAt ?? start) + TimeSpan(milliseconds: overflow ? .max : ticks)
            + agreement.log.skew
        guard deadline < now else { return nil }
        let what =
            vouchedAt.map { "the witnesses' newest word is of \($0)" }
            ?? "no witness has vouched for anything since \(start)"
        return WatchAlarm(
            kind: .stale,
            sentence: "\(what), older than \(patience) ticks of \(agreement.log.tick): "
                + "the node may hide newer entries",
            evidence: held.map { [$0.text] } ?? [])
    }

    func alarm(_ kind: WatchAlarm.Kind, _ sentence: String, _ evidence: [UnverifiedNote])
        -> Sighting
    {
        .alarm(
            WatchAlarm(
                kind: kind, sentence: sentence,
                evidence: evidence.map { String(decoding: $0.bytes, as: UTF8.self) }))
    }
}

extension LogWatch.Source: CustomStringConvertible {
    public var description: String {
        switch self {
        case .node, .record: "the node"
        case .monitor(let address): address
        }
    }
}
