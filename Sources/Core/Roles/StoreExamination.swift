// SPDX-License-Identifier: Apache-2.0

import Brake
public import PauseAgreement
public import TransparencyLog

/// Looks through everything that a store holds, and collects all that is wrong with it.
///
/// Marks are shown first, then every leaf, then ``finish(head:)`` is called. It stops at nothing:
/// behind an entry that cannot be read the tree goes on without the law, so that whatever follows
/// is compared, too.
///
/// `StoreExamination+Marks` reads what a role wrote beside its leaves.
public struct StoreExamination: Sendable {
    /// One thing that is wrong.
    public struct Finding: Hashable, Sendable {
        /// Where: an entry, a head, a mark, a message, the file.
        public let place: String
        /// What was expected there, and what was found.
        public let problem: String

        public init(place: String, problem: String) {
            self.place = place
            self.problem = problem
        }
    }

    /// A root that the tree is to have at some size.
    struct Expectation: Sendable {
        let place: String
        let head: TreeHead
        /// Whether the leaves may end before it: a monitor remembers what it has heard of before it
        /// holds the entries.
        let mayBeAhead: Bool
    }

    public let agreement: Agreement
    public private(set) var findings: [Finding] = []
    /// The tree and the law, up to the first entry that cannot be read.
    var log: FoldedLog
    /// The tree over all leaves.
    private var frontier = MerkleFrontier()
    private var isLawful = true
    private var expectations: [TreeSize: [Expectation]] = [:]
    private var orders: [TreeSize: [KeptOrder]] = [:]
    private var headCount = 0
    /// Heads that the tree did not have, by their places in the order of heads.
    private var wrongHeads: [(place: Int, from: TreeSize, head: TreeHead)] = []
    private var lastHead = TreeHead.empty
    private var firstPlaces: [Digest: LogIndex] = [:]

    public init(agreement: Agreement) {
        self.agreement = agreement
        log = FoldedLog(agreement: agreement)
    }

    /// Leaves that were shown.
    public var size: TreeSize { frontier.size }
    public var head: TreeHead { frontier.head }

    public mutating func note(_ place: String, _ problem: String) {
        findings.append(Finding(place: place, problem: problem))
    }

    // MARK: - Before the leaves

    /// A root that the tree is to have.
    mutating func expect(_ head: TreeHead, at place: String, mayBeAhead: Bool) {
        if head.size == .empty {
            if head.root != MerkleHash.empty {
                note(place, "the root of an empty tree is the hash of nothing")
            }
            return
        }
        expectations[head.size, default: []].append(
            Expectation(place: place, head: head, mayBeAhead: mayBeAhead))
    }

    mutating func expect(_ order: KeptOrder) { orders[order.order.size, default: []].append(order) }

    // MARK: - Leaves

    /// The next leaf, and the head of the store's append that ended with it, where one did.
    ///
    /// Returns the digest of its payload, and where a payload like it stood first; nil where it
    /// cannot be read.
    public mutating func examine(
        leaf: [UInt8], endingAt head: TreeHead?
    ) -> (payload: Digest, first: LogIndex)? {
        let index = LogIndex(frontier.size.value)
        frontier.append(MerkleHash.leaf(leaf))
        var payload: Digest?
        if isLawful {
            do throws(LogFailure) {
                payload = try log.read(leaf, trusting: false)
                log.fold(to: log.size)
            } catch {
                isLawful = false
                note(
                    "entry \(index)", "\(error.reason); the law is not applied from here on")
            }
        } else {
            payload = examineAlone(leaf, index)
        }
        if let head { compare(head) }
        for expectation in expectations.removeValue(forKey: frontier.size) ?? [] {
            compare(expectation)
        }
        if isLawful {
            for order in orders.removeValue(forKey: frontier.size) ?? [] { compare(order) }
        }
        guard let payload else { return nil }
        let first = firstPlaces[payload] ?? index
        firstPlaces[payload] = first
        return (payload, first)
    }

    /// Behind an entry that cannot be read: its form and its signatures are all that can be said.
    private mutating func examineAlone(_ leaf: [UInt8], _ index: LogIndex) -> Digest? {
        do throws(MalformedStatement) {
            let entry = try Entry(parsing: leaf, index: index)
            let bytes = entry.envelope.json.canonicalBytes.count
            if index.value > 0,
                case .refused(let refusal) = log.brake.admit(entry.envelope, bytes: bytes)
            {
                note("entry \(index)", "the law does not admit it: \(refusal.sentence)")
            }
            return entry.envelope.payloadDigest
        } catch {
            note("entry \(index)", "\(error)")
            return nil
        }
    }

    /// The head that the store says an append ended with here.
    private mutating func compare(_ head: TreeHead) {
        defer { headCount += 1 }
        if head != frontier.head { wrongHeads.append((headCount, lastHead.size, head)) }
        lastHead = head
    }

    private mutating func compare(_ expectation: Expectation) {
        let head = frontier.head
        guard expectation.head.root != head.root else { return }
        note(
            expectation.place,
            "it was signed over root \(expectation.head.root.base64) at \(head.size) entries, the "
                + "store's have \(head.root.base64)")
    }

    // MARK: - After the leaves

    /// Says what is missing once all leaves were shown.
    ///
    /// - Parameter head: the store's own, as of its last append.
    public mutating func finish(head: TreeHead) {
        if head.size != size {
            note("head", "the store holds \(size) entries, its last append ended at \(head.size)")
        } else if head.root != frontier.root(), wrongHeads.last?.place != headCount - 1 {
            note("head", "the last head is not the one that the last append wrote")
        }
        nameWrongHeads()
        for (ahead, waiting) in expectations.sorted(by: { $0.key < $1.key }) {
            for expectation in waiting where !expectation.mayBeAhead {
                note(
                    expectation.place,
                    "it was signed over \(ahead) entries, the store holds \(size): the store is "
                        + "older than what was signed")
            }
        }
        guard isLawful else { return }
        for (ahead, waiting) in orders.sorted(by: { $0.key < $1.key }) {
            for order in waiting where !order.mayBeAhead {
                note(
                    order.place, "the order stands over \(ahead) entries, the store holds \(size)")
            }
        }
    }

    /// Heads that are wrong up to the last one come from an entry, others from themselves.
    private mutating func nameWrongHeads() {
        var run = headCount
        while let last = wrongHeads.last, last.place == run - 1 {
            run = last.place
            if wrongHeads.count == 1 || wrongHeads[wrongHeads.count - 2].place != run - 1 {
                let start = last.from.value
                let end = max(start, last.head.size.value - 1)
                let entries = start == end ? "entry \(start)" : "entries \(start) to \(end)"
                note(
                    entries,
                    "one of them, or the root written with them, is not what was stored: the tree "
                        + "has another root at \(last.head.size) than the append that ended there")
            }
            wrongHeads.removeLast()
        }
        for wrong in wrongHeads {
            note(
                "head \(wrong.head.size)",
                "its root is not the one that the entries have, and later heads are right")
        }
    }
}
