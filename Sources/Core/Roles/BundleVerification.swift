// SPDX-License-Identifier: Apache-2.0

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
public struct BundleVerification: Sendable {
    private let expected: Digest?
    /// The line that is read now, counted from 1.
    private var lineNumber = 0
    private var unfinished: [UInt8] = []
    private var stage = Stage.header
    private var size = TreeSize.empty
    private var tick = Time(milliseconds: 0)
    private var roots: BundleKeys?
    private var checkpoint: Checkpoint?
    private var cosigners: [String] = []
    private var replay: LogReplay?
    private var orders = OrderTally()
    private var state: JSON?

    private enum Stage { case header, agreement, checkpoint, entries, state, end }

    /// - Parameter agreementID: the agreement that the reader trusts; nil where the reader names
    ///   none.
    public init(agreementID: Digest? = nil) {
        expected = agreementID
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
        guard stage == .end, let roots, let checkpoint, let replay, let state else {
            lineNumber += 1
            throw failure("the bundle ends before \(awaited)")
        }
        let vouched = roots.policy.isMet(by: cosigners) ? size : orders.vouched
        return BundleReport(
            agreement: roots.agreement, isTrusted: expected != nil, checkpoint: checkpoint,
            cosigners: cosigners, orders: orders.count, vouched: vouched, tick: tick, state: state,
            replay: replay)
    }
}

// MARK: - Lines

extension BundleVerification {
    private mutating func receive(line bytes: [UInt8]) throws(BundleFailure) {
        lineNumber += 1
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
        case (.entries, .entry(let leaf, let hash)): try receive(leaf: leaf, hash: hash)
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
        replay = LogReplay(agreement: agreement)
    }

    private mutating func receive(checkpoint text: String) throws(BundleFailure) {
        guard let roots else { preconditionFailure("the agreement comes before the checkpoint") }
        let note = try verify(text, by: [roots.log] + roots.witnesses.map(\.key))
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
        cosigners = roots.witnesses.filter { note.signers.contains($0.key) }.map(\.name)
    }

    private mutating func receive(leaf: JSON, hash: Digest) throws(BundleFailure) {
        let bytes = leaf.canonicalBytes
        let index = LogIndex(replay!.size.value)
        let actual = MerkleHash.leaf(bytes)
        guard actual == hash else {
            throw failure(
                "the leaf hash is \(hash.base64), but the entry's is \(actual.base64)", entry: index
            )
        }
        do throws(LogFailure) {
            try replay!.append(bytes)
        } catch {
            throw failure(error.reason, entry: index)
        }
        guard replay!.size == size else { return }
        let root = replay!.root(at: size)
        guard root == checkpoint?.root else {
            throw failure(
                "the entries have the root \(root.base64), but the checkpoint signs "
                    + "\(checkpoint?.root.base64 ?? "none")")
        }
        stage = .state
    }

    private mutating func receive(order text: String) throws(BundleFailure) {
        guard let roots else { preconditionFailure("the agreement comes before the orders") }
        let note = try verify(text, by: roots.monitors)
        let needed = roots.agreement.monitoring.signatures
        guard note.signers.count >= needed else {
            throw failure(
                "\(note.signers.count) monitors have signed the order, \(needed) are needed")
        }
        let order: Order
        do throws(MalformedStatement) {
            order = try Order(parsing: note.text)
        } catch {
            throw failure("the order \(error)")
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
        let derived = replay!.order(
            at: order.tick, size: order.size, silentSince: order.silentSince)
        if let difference = JSONDifference.first(order.json, derived.json) {
            throw failure("the order is not what follows from the log, \(difference)")
        }
        orders.count(order)
    }

    private mutating func receive(state given: JSON) throws(BundleFailure) {
        let derived = replay!.state(at: tick, size: size)
        if let difference = JSONDifference.first(given, derived) {
            throw failure("the state is not what follows from the log, \(difference)")
        }
        state = given
    }

    /// The note, if every one of its lines is a valid signature of one of the keys.
    private func verify(_ text: String, by keys: [NoteKey]) throws(BundleFailure) -> Note {
        let unverified: UnverifiedNote
        do throws(MalformedNote) {
            unverified = try UnverifiedNote(parsing: Array(text.utf8))
        } catch {
            throw failure("\(error)")
        }
        let note: Note
        do throws(NoteFailure) {
            note = try unverified.verified(by: keys)
        } catch {
            throw failure("\(error)")
        }
        guard note.signers.count == unverified.signatures.count else {
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
    /// The log itself, for questions about other instants.
    public let replay: LogReplay

    fileprivate init(
        agreement: Agreement, isTrusted: Bool, checkpoint: Checkpoint, cosigners: [String],
        orders: Int,
        vouched: TreeSize, tick: Time, state: JSON, replay: LogReplay
    ) {
        self.agreement = agreement
        self.isTrusted = isTrusted
        self.checkpoint = checkpoint
        self.cosigners = cosigners
        self.orders = orders
        self.vouched = vouched
        self.tick = tick
        self.state = state
        self.replay = replay
    }
}

/// Whose signatures a bundle may hold.
private struct BundleKeys: Sendable {
    let agreement: Agreement
    let policy: WitnessPolicy
    let log: NoteKey
    let witnesses: [(name: String, key: NoteKey)]
    let monitors: [NoteKey]

    init(_ agreement: Agreement) {
        self.agreement = agreement
        policy = agreement.policy()
        log = policy.logs[0].key
        witnesses = policy.witnesses.map { (name: $0.name, key: $0.key) }
        monitors = agreement.monitorKeys.map(\.order)
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
