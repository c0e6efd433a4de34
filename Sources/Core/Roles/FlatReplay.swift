// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// A log's entries, each checked and folded as it comes, and none kept: memory for the law and the
/// right edge of the tree, however long the log is.
///
/// What the law said over fewer entries has to be asked for before they are passed.
public struct FlatReplay: Sendable {
    public let agreement: Agreement
    /// The law folded over all entries so far.
    public private(set) var brake: Brake
    /// The node's stamp on the last entry; nil for an empty log.
    public private(set) var received: Time?
    private(set) var frontier = MerkleFrontier()
    /// By the size at which they are to be answered.
    private var asked: [TreeSize: [Question]] = [:]
    private var orders: [Question: Order] = [:]
    private var states: [Question: State] = [:]

    /// What the law says at an instant over some first entries.
    private struct Question: Hashable, Sendable {
        let time: Time
        let size: TreeSize
        var silentSince: Time?
        var isOrder = true
    }

    public init(agreement: Agreement) {
        self.agreement = agreement
        brake = Brake(agreement: agreement)
    }

    public var size: TreeSize { frontier.size }
    public var head: TreeHead { frontier.head }

    // MARK: - Entries

    /// Checks the next entry's form, place, time and signatures, and folds it.
    ///
    /// - Returns: what became of it.
    @discardableResult
    public mutating func append(_ leaf: [UInt8]) throws(LogFailure) -> EntrySummary {
        try append(try CheckedLeaf(leaf, index: LogIndex(size.value), law: brake))
    }

    /// Checks the next entry's place and time, and that it is admitted, and folds it.
    ///
    /// - Returns: what became of it.
    /// - Precondition: the leaf was read as the one of this index.
    @discardableResult
    public mutating func append(_ checked: CheckedLeaf) throws(LogFailure) -> EntrySummary {
        let entry = checked.entry
        precondition(entry.index.value == size.value, "entries come in order")
        try entry.checkPlace(after: received)
        if case .refused(let refusal) = admission(of: checked) {
            throw LogFailure(
                index: entry.index, reason: "the law does not admit it: \(refusal.sentence)")
        }
        let summary = brake.fold(entry)
        frontier.append(checked.hash)
        received = entry.received
        answer()
        return summary
    }

    /// The law of this very place decides: a signature that another one did not know is looked at
    /// again.
    private func admission(of checked: CheckedLeaf) -> Admission {
        checked.isSigned
            ? brake.admit(signed: checked.entry, bytes: checked.envelopeBytes)
            : brake.admit(checked.entry.envelope, bytes: checked.envelopeBytes)
    }

    // MARK: - Questions

    /// Asks for the order at a tick over the first `size` entries, to be had by
    /// ``order(at:size:silentSince:)`` once they have come.
    ///
    /// - Precondition: no more entries have come already.
    public mutating func expectOrder(at tick: Time, size: TreeSize, silentSince: Time?) {
        expect(Question(time: tick, size: size, silentSince: silentSince))
    }

    /// Asks for the state at an instant over the first `size` entries, to be had by
    /// ``state(at:size:)`` once they have come.
    ///
    /// - Precondition: no more entries have come already.
    public mutating func expectState(at time: Time, size: TreeSize) {
        expect(Question(time: time, size: size, isOrder: false))
    }

    /// The order that was asked for; nil where the entries have not come.
    public func order(at tick: Time, size: TreeSize, silentSince: Time?) -> Order? {
        orders[Question(time: tick, size: size, silentSince: silentSince)]
    }

    /// The state that was asked for; nil where the entries have not come.
    public func state(at time: Time, size: TreeSize) -> State? {
        states[Question(time: time, size: size, isOrder: false)]
    }

    /// Forgets the answers that it holds, so that a replay that goes on for years stays small.
    public mutating func forgetAnswers() {
        orders = [:]
        states = [:]
    }

    private mutating func expect(_ question: Question) {
        precondition(size <= question.size, "what is passed cannot be asked for")
        if asked[question.size]?.contains(question) ?? false { return }
        asked[question.size, default: []].append(question)
        if question.size == size { answer() }
    }

    private mutating func answer() {
        guard !asked.isEmpty, let questions = asked.removeValue(forKey: size) else { return }
        let root = frontier.root()
        for question in questions {
            if question.isOrder {
                orders[question] = brake.order(
                    at: question.time, size: size, root: root, silentSince: question.silentSince)
            } else {
                states[question] = brake.state(at: question.time)
            }
        }
    }
}
