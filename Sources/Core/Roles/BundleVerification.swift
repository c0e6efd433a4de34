// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// Checks a bundle while it is read, from nothing but its bytes.
///
/// Every line must be canonical, every signature line known and valid, every entry in its place
/// under the signed root and admitted by the law, every order and the state the very bytes that
/// follow from the entries: one flipped bit anywhere is found.
///
/// Without an agreement id given by the reader this shows only that the bundle is consistent with
/// itself: whoever made it may have made all of it.
///
/// Nearly all the work are the entries' lines. They can be read many at once, as
/// ``CheckedEntryLine``, and handed over in order.
public struct BundleVerification: Sendable {
    /// What is left of the entries once they were checked.
    public enum Keeping: Sendable {
        /// All of them, for questions about any of them.
        case entries
        /// Nothing, so that memory does not grow with the log. The bundle's orders, which stand
        /// behind the entries, have to be known beforehand: ``BundleOrders`` finds them.
        case nothing(orders: [Order])
    }

    private let expected: Digest?
    private let keeping: Keeping
    /// The line that is read now, counted from 1.
    private var lineNumber = 0
    private var unfinished: [UInt8] = []
    private var stage = Stage.header
    private var size = TreeSize.empty
    private var tick = Time(milliseconds: 0)
    private var roots: BundleKeys?
    private var checkpoint: Checkpoint?
    private var checkpointNote: UnverifiedNote?
    private var cosigners: [String] = []
    private var replay: BundleReplay?
    private var orders = OrderTally()
    private var state: JSON?

    /// After the header and the agreement.
    private static let checkpointLine = 3

    private enum Stage { case header, agreement, checkpoint, entries, state, end }

    /// - Parameter agreementID: the agreement that the reader trusts; nil where the reader names
    ///   none.
    public init(agreementID: Digest? = nil, keeping: Keeping = .entries) {
        expected = agreementID
        self.keeping = keeping
    }

    /// Takes the next bytes of the bundle, in pieces of any length.
    ///
    /// - Throws: ``BundleFailure`` at the first line that does not hold; nothing after it is looked
    ///   at.
    public mutating func receive(_ bytes: [UInt8]) throws(BundleFailure) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = unfinished + rest[..<end]
            unfinished = []
            rest = rest[rest.index(after: end)...]
            try receive(line: line)
        }
        unfinished += rest
        guard unfinished.count <= Bundle.longestLine else {
            lineNumber += 1
            throw failure("the line is longer than \(Bundle.longestLine) bytes")
        }
    }

    /// The entry whose line comes next, and how many are to come; nil where another line does.
    public var awaitedEntries: (first: LogIndex, count: UInt64)? {
        guard stage == .entries, unfinished.isEmpty, let replay else { return nil }
        return (LogIndex(replay.size.value), size.value - replay.size.value)
    }

    /// The law over the entries so far; nil before the agreement's line.
    public var law: Brake? { replay?.law }

    /// Takes the next line, which was read elsewhere.
    ///
    /// - Precondition: it was read as that of the entry that is awaited.
    public mutating func receive(_ line: CheckedEntryLine) throws(BundleFailure) {
        precondition(awaitedEntries?.first == line.index, "entries' lines come in order")
        lineNumber += 1
        try take(line)
    }

    /// The state that the last line has to hold; nil while entries are missing.
    public var derivedState: JSON? {
        guard stage == .state, var replay else { return nil }
        return replay.state(at: tick, size: size)
    }

    /// Says what held, once all bytes were received.
    public mutating func finish() throws(BundleFailure) -> BundleReport {
        guard unfinished.isEmpty else {
            lineNumber += 1
            throw failure("the last line has no newline at its end")
        }
        guard stage == .end, let roots, let checkpoint, let checkpointNote, let replay, let state
        else {
            lineNumber += 1
            throw failure("the bundle ends before \(awaited)")
        }
        let policy = roots.agreement.policy(monitors: replay.law.monitors.current)
        let vouched = policy.isMet(by: cosigners) ? size : orders.vouched
        return BundleReport(
            agreement: roots.agreement, isTrusted: expected != nil, checkpoint: checkpoint,
            note: checkpointNote, cosigners: cosigners, orders: orders.count, vouched: vouched,
            tick: tick, state: state,
            replay: replay.whole)
    }
}

// MARK: - Lines

extension BundleVerification {
    private mutating func receive(line bytes: [UInt8]) throws(BundleFailure) {
        lineNumber += 1
        if stage == .entries, let replay {
            let index = LogIndex(replay.size.value)
            return try take(CheckedEntryLine(bytes, index: index, law: replay.law))
        }
        let line: Bundle.Line
        do throws(MalformedStatement) {
            line = try Bundle.Line(parsing: bytes)
        } catch {
            throw failure("\(error)")
        }
        switch (stage, line) {
        case (.header, .header(let size, let tick)):
            self.size = size
            self.tick = tick
            stage = .agreement
        case (.agreement, .agreement(let text)):
            try receive(agreement: text)
            stage = .checkpoint
        case (.checkpoint, .checkpoint(let note)):
            try receive(checkpoint: note)
            stage = size == .empty ? .state : .entries
            if size == .empty { try takeCosigners() }
        case (.state, .order(let note)): try receive(order: note)
        case (.state, .state(let given)):
            try receive(state: given)
            stage = .end
        case (.end, _): throw failure("nothing may follow the state, but here stands \(line.name)")
        default: throw failure("expected \(awaited), but here stands \(line.name)")
        }
    }

    private mutating func receive(agreement text: JSON) throws(BundleFailure) {
        let id = Digest.sha256(text.canonicalBytes)
        if let expected, id != expected {
            throw failure("the agreement is \(id.hex), not the expected \(expected.hex)")
        }
        let reading = Agreement.read(canonicalJSON: text.canonicalBytes)
        guard let agreement = reading.agreement else {
            let problem = reading.problems.first
            throw failure(
                "the agreement cannot be read: \(problem.map { "\($0)" } ?? "no reason known")")
        }
        roots = BundleKeys(agreement)
        replay = BundleReplay(agreement, keeping: keeping, size: size, tick: tick)
    }

    private mutating func receive(checkpoint text: String) throws(BundleFailure) {
        guard let roots else { preconditionFailure("the agreement comes before the checkpoint") }
        // Which monitors may have cosigned, the entries say.
        let own = [roots.log] + roots.agreement.monitorKeys.map(\.cosigning)
        let note = try verify(text, by: own, andOthers: true)
        guard note.signers.contains(roots.log) else {
            throw failure("the log has not signed the checkpoint")
        }
        let parsed: Checkpoint
        do throws(MalformedCheckpoint) {
            parsed = try Checkpoint(parsing: note.text)
        } catch {
            throw failure("\(error)")
        }
        guard parsed.origin == roots.agreement.log.origin else {
            throw failure(
                "the checkpoint is of \(parsed.origin), not of \(roots.agreement.log.origin)")
        }
        guard parsed.size == size else {
            throw failure("the checkpoint has \(parsed.size) entries, but the header says \(size)")
        }
        guard size != .empty || parsed.root == MerkleHash.empty else {
            throw failure("the checkpoint's root is not that of an empty log")
        }
        checkpoint = parsed
        checkpointNote = note.unverified
    }

    private mutating func take(_ line: CheckedEntryLine) throws(BundleFailure) {
        let checked: CheckedLeaf
        do throws(CheckedEntryLine.Problem) {
            checked = try line.outcome.get()
        } catch {
            switch error {
            case .malformed(let reason): throw failure(reason)
            case .other(let name): throw failure("expected \(awaited), but here stands \(name)")
            case .entry(let found): throw failure(found.reason, entry: found.index)
            }
        }
        do throws(LogFailure) {
            try replay!.append(checked)
        } catch {
            throw failure(error.reason, entry: error.index)
        }
        guard replay!.size == size else { return }
        let root = replay!.root
        guard root == checkpoint?.root else {
            throw failure(
                "the entries have the root \(root.base64), but the checkpoint signs "
                    + "\(checkpoint?.root.base64 ?? "none")")
        }
        stage = .state
        try takeCosigners()
    }

    /// Every line of the checkpoint has to be the log's or a monitor's that counts or has counted.
    private mutating func takeCosigners() throws(BundleFailure) {
        guard let roots, let note = checkpointNote, let chain = replay?.law.monitors else {
            preconditionFailure("the checkpoint comes before the end of the entries")
        }
        let known = chain.sets.flatMap { $0.members.map(\.cosigning) }
        let verified: Note
        do throws(BundleFailure) {
            verified = try verify(note, by: [roots.log] + known)
        } catch {
            throw BundleFailure(
                line: BundleVerification.checkpointLine, entry: nil, reason: error.reason)
        }
        cosigners = chain.current.members.filter { verified.signers.contains($0.cosigning) }
            .map(\.party)
    }

    private mutating func receive(order text: String) throws(BundleFailure) {
        guard let chain = replay?.law.monitors else {
            preconditionFailure("the agreement comes before the orders")
        }
        let note = try verify(text, by: chain.sets.flatMap { $0.members.map(\.order) })
        let order: Order
        do throws(MalformedStatement) {
            order = try Order(parsing: note.text)
        } catch {
            throw failure("the order \(error)")
        }
        // Whether that set counts over these entries is a part of what is derived below.
        guard let set = chain.set(named: order.monitors) else {
            throw failure("the order names monitors that no entry has brought")
        }
        let signers = set.members.count { note.signers.contains($0.order) }
        guard signers >= set.needed else {
            throw failure("\(signers) monitors have signed the order, \(set.needed) are needed")
        }
        guard orders.isNext(order) else {
            throw failure("the order does not stand after an earlier one")
        }
        guard order.size <= size else {
            throw failure("the order speaks of \(order.size) entries, the bundle holds \(size)")
        }
        guard order.tick <= tick else {
            throw failure("the order is of a later tick than the header")
        }
        guard let derived = replay!.order(like: order) else {
            throw failure("the order was not there when the bundle was first looked through")
        }
        if let difference = JSONDifference.first(order.json, derived.json) {
            throw failure("the order is not what follows from the log, \(difference)")
        }
        orders.count(order)
    }

    private mutating func receive(state given: JSON) throws(BundleFailure) {
        guard let derived = replay!.state(at: tick, size: size) else {
            preconditionFailure("the header's state is asked for before the entries")
        }
        if let difference = JSONDifference.first(given, derived) {
            throw failure("the state is not what follows from the log, \(difference)")
        }
        state = given
    }

    /// The note, if every one of its lines is a valid signature of one of the keys.
    ///
    /// - Parameter others: whether lines of other keys may stand there for now.
    private func verify(
        _ text: String, by keys: [NoteKey], andOthers others: Bool = false
    ) throws(BundleFailure) -> Note {
        let unverified: UnverifiedNote
        do throws(MalformedNote) {
            unverified = try UnverifiedNote(parsing: Array(text.utf8))
        } catch {
            throw failure("\(error)")
        }
        return try verify(unverified, by: keys, andOthers: others)
    }

    private func verify(
        _ unverified: UnverifiedNote, by keys: [NoteKey], andOthers others: Bool = false
    ) throws(BundleFailure) -> Note {
        let note: Note
        do throws(NoteFailure) {
            note = try unverified.verified(by: keys)
        } catch {
            throw failure("\(error)")
        }
        guard others || note.signers.count == unverified.signatures.count else {
            throw failure("a signature is of a key that the agreement does not name")
        }
        return note
    }

    private func failure(_ reason: String, entry: LogIndex? = nil) -> BundleFailure {
        BundleFailure(line: lineNumber, entry: entry, reason: reason)
    }

    private var awaited: String {
        switch stage {
        case .header: "the header"
        case .agreement: "the agreement"
        case .checkpoint: "the checkpoint"
        case .entries: "entry \(replay?.size.value ?? 0) of \(size)"
        case .state: "an order or the state"
        case .end: "the end"
        }
    }
}

/// Where a bundle does not hold, and why.
public struct BundleFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    public let line: Int
    /// The entry, where the line is one.
    public let entry: LogIndex?
    public let reason: String

    public var description: String {
        "line \(line)\(entry.map { ", entry \($0)" } ?? ""): \(reason)"
    }
}

/// What a bundle showed. Only a verification makes one.
public struct BundleReport: Sendable {
    public let agreement: Agreement
    /// Whether the agreement is the one that the reader named.
    public let isTrusted: Bool
    public let checkpoint: Checkpoint
    /// The checkpoint as it was signed.
    public let note: UnverifiedNote
    /// The monitors that cosigned the checkpoint.
    public let cosigners: [String]
    /// How many orders it holds.
    public let orders: Int
    /// So many of the first entries are vouched for by enough monitors, by a checkpoint or an
    /// order. What comes after rests on the log's word alone.
    public let vouched: TreeSize
    /// The instant of ``state``.
    public let tick: Time
    public let state: JSON
    /// The log itself, for questions about other instants; nil where nothing was to be kept.
    public let replay: LogReplay?

    fileprivate init(
        agreement: Agreement, isTrusted: Bool, checkpoint: Checkpoint, note: UnverifiedNote,
        cosigners: [String], orders: Int,
        vouched: TreeSize, tick: Time, state: JSON, replay: LogReplay?
    ) {
        self.agreement = agreement
        self.isTrusted = isTrusted
        self.checkpoint = checkpoint
        self.note = note
        self.cosigners = cosigners
        self.orders = orders
        self.vouched = vouched
        self.tick = tick
        self.state = state
        self.replay = replay
    }
}

/// What a bundle rests on.
private struct BundleKeys: Sendable {
    let agreement: Agreement
    let log: NoteKey

    init(_ agreement: Agreement) {
        self.agreement = agreement
        log = agreement.logKey
    }
}

/// The orders read so far, ascending by (tick, size).
private struct OrderTally: Sendable {
    private(set) var count = 0
    private(set) var vouched = TreeSize.empty
    private var last: (tick: Time, size: TreeSize)?

    func isNext(_ order: Order) -> Bool {
        guard let last else { return true }
        return (last.tick, last.size) < (order.tick, order.size)
    }

    mutating func count(_ order: Order) {
        count += 1
        vouched = max(vouched, order.size)
        last = (order.tick, order.size)
    }
}
