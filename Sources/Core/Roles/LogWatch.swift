// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// One who looks on: follows a log from the outside and finds out when it, or those who sign over
/// it, say two things, take something back, or say what the law does not.
///
/// It is given notes and leaves by whoever fetches them, in any order, and asks for what is missing
/// (``wanted``). All that it once saw it holds against all that comes later.
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
    var replay: LogReplay
    /// The newest checkpoint whose entries are all held.
    var held: SignedCheckpoint?
    /// A newer one, whose entries are being fetched.
    var next: SignedCheckpoint?
    /// Entries that do not fit to those held, and what they would mean if the log is still one:
    /// all are read again, to tell a second history from a false entry.
    private var doubt: (replay: LogReplay, alarm: WatchAlarm)?
    /// What others were shown, over more entries than are held.
    var ahead: [(source: String, checkpoint: SignedCheckpoint)] = []
    /// Orders over more entries than are held.
    var waiting: [(source: Source, note: UnverifiedNote)] = []
    var texts = OrderTexts()
    /// The newest order that the node called its newest.
    var newest: Order?
    private var told: TreeSize = .empty

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
        case alarm(WatchAlarm)
    }

    struct SignedCheckpoint: Sendable {
        let checkpoint: Checkpoint
        let note: UnverifiedNote
        let cosigners: [String]
        /// The newest time of a cosignature.
        let at: Time?

        var text: String { String(decoding: note.bytes, as: UTF8.self) }
    }

    /// - Parameter patience: after how many ticks without anything new vouched for the log counts
    ///   as stale.
    public init(agreement: Agreement, policy: WitnessPolicy, patience: Int) {
        self.agreement = agreement
        self.policy = policy
        self.patience = patience
        let relaxed = try? WitnessPolicy(
            logs: policy.logs, witnesses: policy.witnesses, groups: policy.groups,
            quorum: WitnessPolicy.noQuorum)
        guard let relaxed else { preconditionFailure("to ask for no quorum is well-formed") }
        withoutQuorum = relaxed
        replay = LogReplay(agreement: agreement)
    }

    /// How many entries are held.
    public var size: TreeSize { replay.size }

    /// The entries that are to be fetched next; nil where none are missing.
    public var wanted: (from: TreeSize, to: TreeSize)? {
        next.map { (doubt?.replay.size ?? replay.size, $0.checkpoint.size) }
    }

    /// Where an event stream is to begin, so that nothing after what is held is missed.
    public var cursor: String {
        "\(replay.size)-\(newest?.tick.milliseconds ?? 0)"
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
        let (checkpoint, signed) = try withoutQuorum.verify(note)
        let cosigners = policy.witnesses.filter { signed.signers.contains($0.key) }.map(\.name)
        let seconds = signed.times.values.max()
        return SignedCheckpoint(
            checkpoint: checkpoint, note: note, cosigners: cosigners,
            at: seconds.flatMap { Int64(exactly: $0) }
                .map { Time(milliseconds: $0.multipliedReportingOverflow(by: 1000).partialValue) })
    }

    private mutating func take(_ signed: SignedCheckpoint) -> [Sighting] {
        guard let held else {
            next = signed
            return signed.checkpoint.size == .empty ? settle() : []
        }
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
        next = signed
        return []
    }

    /// What a monitor was shown must be of one history with what we were shown.
    private mutating func compare(_ signed: SignedCheckpoint, from source: Source) -> [Sighting] {
        guard let held else { return [] }
        if signed.checkpoint.size <= replay.size, next == nil {
            let root = replay.root(at: signed.checkpoint.size)
            return root == signed.checkpoint.root ? [] : [fork(held, signed, from: source)]
        }
        if ahead.count < LogWatch.mostAhead { ahead.append(("\(source)", signed)) }
        return []
    }

    /// What monitors were shown is not held for ever: they are few, and say one thing a tick.
    private static let mostAhead = 64

    private func fork(
        _ one: SignedCheckpoint, _ other: SignedCheckpoint, from source: Source = .node
    ) -> Sighting {
        let whom = source == .node ? "" : ", as \(source) was shown it,"
        return alarm(
            .fork,
            "two histories: the checkpoint over \(other.checkpoint.size) entries\(whom) is not of one log "
                + "with the one over \(one.checkpoint.size)", [one.note, other.note])
    }

    // MARK: - Entries

    /// Takes the next entries, as ``wanted`` asked for them.
    public mutating func receive(leaves: [[UInt8]]) -> [Sighting] {
        guard let next else { return [] }
        if doubt != nil { return receiveAgain(leaves, upTo: next) }
        for leaf in leaves where replay.size < next.checkpoint.size {
            do throws(LogFailure) {
                try replay.append(leaf)
            } catch {
                let notes = [held?.note, next.note].compactMap(\.self)
                let alarm = raised(.invalidEntry, "\(error)", notes)
                guard let held, held.checkpoint.size > .empty else { return [.alarm(alarm)] }
                doubt = (LogReplay(agreement: agreement), alarm)
                return []
            }
        }
        return replay.size < next.checkpoint.size ? [] : settle()
    }

    /// The log from its beginning: if it leads to the newer root, both roots were signed, and they
    /// are of two histories.
    private mutating func receiveAgain(_ leaves: [[UInt8]], upTo next: SignedCheckpoint)
        -> [Sighting]
    {
        guard let held, case (var again, let alarm)? = doubt else { return [] }
        for leaf in leaves where again.size < next.checkpoint.size {
            guard (try? again.append(leaf)) != nil else { return [.alarm(alarm)] }
        }
        doubt = (again, alarm)
        guard again.size == next.checkpoint.size else { return [] }
        let isSigned = again.root(at: again.size) == next.checkpoint.root
        return isSigned ? [fork(held, next)] : [.alarm(alarm)]
    }

    /// All entries of the next checkpoint are there: its root has to be theirs.
    private mutating func settle() -> [Sighting] {
        guard let next else { return [] }
        let root = replay.root(at: next.checkpoint.size)
        guard root == next.checkpoint.root else {
            guard let held else {
                return [
                    alarm(
                        .fork, "the log's entries are not those that its checkpoint signs",
                        [next.note])
                ]
            }
            return [fork(held, next)]
        }
        held = next
        self.next = nil
        vouch(next)
        var sightings: [Sighting] = []
        while told < replay.size {
            if let summary = replay.summary(LogIndex(told.value)) {
                sightings.append(.entry(summary))
            }
            told = TreeSize(told.value + 1)
        }
        sightings.append(.checkpoint(next.checkpoint, cosigners: next.cosigners))
        let others = ahead
        ahead = []
        for other in others {
            sightings += compare(other.checkpoint, from: .monitor(other.source))
        }
        return sightings + receiveWaiting()
    }

    private mutating func vouch(_ signed: SignedCheckpoint) {
        guard policy.isMet(by: signed.cosigners), let at = signed.at else { return }
        vouched = max(vouched, signed.checkpoint.size)
        vouchedAt = max(vouchedAt ?? at, at)
    }

    // MARK: - The clock

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
        .alarm(raised(kind, sentence, evidence))
    }

    private func raised(
        _ kind: WatchAlarm.Kind, _ sentence: String, _ evidence: [UnverifiedNote]
    ) -> WatchAlarm {
        WatchAlarm(
            kind: kind, sentence: sentence,
            evidence: evidence.map { String(decoding: $0.bytes, as: UTF8.self) })
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
