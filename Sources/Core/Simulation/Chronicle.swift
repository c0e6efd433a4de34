// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Roles
import TransparencyLog

/// Everything that was signed, promised or shown in a world, held against what was promised.
///
/// It is told of a signature when it is made, whether or not it arrives anywhere. Liars are taken
/// to have signed everything that an honest one has signed.
struct Chronicle: Sendable {
    /// What one append added to a history.
    struct Branch: Sendable {
        let parent: TreeHead?
        let received: [Time]
        let leaves: [[UInt8]]
        let brake: Brake
    }

    private struct Promise: Sendable {
        let logged: LoggedStatement
        let leaf: [UInt8]
        let face: Int
    }

    let cast: Cast
    let node: Plan.Node
    var isHonest: Bool { node == .honest }
    let liars: Int
    var counts = Outcome.Counts()
    private(set) var violations: [Violation] = []
    /// What the roles said last, to be read where nothing goes on.
    private var lastReports: [String] = []

    /// All histories that a log has begun to write, by the heads of their appends.
    private(set) var branches: [TreeHead: Branch] = [:]
    /// Statements that an honest monitor has said it holds.
    private var accepted: [Envelope] = []
    private var newestSigned = TreeHead.empty
    private var promises: [Digest: Promise] = [:]
    /// The largest checkpoint of which each honest monitor has let a cosignature out.
    private var cosigned: [Int: TreeHead] = [:]
    private var cosigners: [TreeHead: Set<Int>] = [:]
    private var certified: [TreeHead] = []
    /// The newest order of each honest monitor.
    private var ordered: [Int: Order] = [:]
    private var orderers: [String: Set<Int>] = [:]
    /// Orders that gates would believe, by their ticks.
    private var believed: [Order] = []

    init(_ cast: Cast, _ plan: Plan) {
        self.cast = cast
        node = plan.node
        liars = plan.liars
        branches[.empty] = Branch(
            parent: nil, received: [], leaves: [], brake: Brake(agreement: cast.agreement))
    }

    mutating func record(_ kind: Violation.Kind, _ detail: String, at time: Time) {
        let reports = kind == .standstill ? lastReports.map { "\n    \($0)" }.joined() : ""
        violations.append(Violation(kind: kind, detail: detail + reports, time: time))
    }

    // MARK: - Histories

    mutating func extended(_ append: World.Append) {
        guard branches[append.new] == nil, let base = branches[append.old] else { return }
        var brake = base.brake
        var received: [Time] = []
        for (place, leaf) in append.leaves.enumerated() {
            let index = LogIndex(append.old.size.value + UInt64(place))
            guard let entry = try? Entry(parsing: leaf.leaf, index: index) else {
                preconditionFailure("a log appends entries")
            }
            brake.fold(entry)
            received.append(entry.received)
        }
        counts.entries += append.leaves.count
        branches[append.new] = Branch(
            parent: append.old, received: received, leaves: append.leaves.map(\.leaf), brake: brake)
    }

    /// Whether one of them is the beginning of the other.
    private func isOneHistory(_ one: TreeHead, _ other: TreeHead) -> Bool {
        let (short, long) = one.size <= other.size ? (one, other) : (other, one)
        var head = long
        while head.size > short.size, let parent = branches[head]?.parent { head = parent }
        return head == short
    }

    /// The stamp of the first entry that `head` has and a tree of `size` has not.
    private func stamp(behind size: TreeSize, in head: TreeHead) -> Time? {
        var head = head
        while let branch = branches[head], let parent = branch.parent {
            if parent.size <= size { return branch.received[Int(size.value - parent.size.value)] }
            head = parent
        }
        return nil
    }

    /// The order that the law gives; nil over entries that were never written.
    func order(over proposal: Proposal) -> Order? {
        let head = TreeHead(size: proposal.size, root: proposal.root)
        return branches[head]?.brake.order(
            at: proposal.tick, size: proposal.size, root: proposal.root, silentSince: nil)
    }

    // MARK: - The log

    /// The log has signed a text.
    mutating func signed(_ text: String, at time: Time) {
        guard node != .twoFaced, let checkpoint = try? Checkpoint(parsing: text) else { return }
        let head = TreeHead(size: checkpoint.size, root: checkpoint.root)
        // Of what only the log has signed an older copy knows nothing, and nobody else need.
        if node == .restored {
            if let other = certified.first(where: { !isOneHistory($0, head) }) {
                record(.forkSigned, "\(head), though enough cosigned \(other)", at: time)
            }
            return
        }
        guard isOneHistory(head, newestSigned) else {
            return record(.forkSigned, "\(head), after \(newestSigned)", at: time)
        }
        if newestSigned.size < head.size { newestSigned = head }
    }

    /// A receipt is about to leave the house.
    mutating func acknowledged(
        _ submission: Submission, _ logged: LoggedStatement, _ face: Int, _ disk: LogDisk,
        at time: Time
    ) {
        counts.acknowledged += 1
        let leaf = Entry.leaf(received: logged.received, envelope: submission.envelope)
        if let why = objection(to: logged, leaf) { record(.receipt, why, at: time) }
        guard disk.leaves.count > Int(logged.index.value),
            disk.leaves[Int(logged.index.value)] == leaf
        else {
            return record(.lost, "entry \(logged.index) is not on the disk", at: time)
        }
        let saying = Digest.sha256(
            Array(submission.signer.utf8) + submission.envelope.payloadDigest.bytes)
        guard let before = promises[saying] else {
            promises[saying] = Promise(logged: logged, leaf: leaf, face: face)
            return
        }
        if isHonest, before.logged != logged {
            record(.receipt, "entry \(logged.index) got two receipts", at: time)
        }
    }

    private func objection(to logged: LoggedStatement, _ leaf: [UInt8]) -> String? {
        let note = logged.receipt.checkpoint
        guard (try? note.verified(by: [cast.agreement.logKey])) != nil,
            let checkpoint = try? Checkpoint(parsing: note.text)
        else { return "its checkpoint is not signed" }
        do throws(ProofFailure) {
            try MerkleProof.verifyInclusion(
                leaf: MerkleHash.leaf(leaf), index: logged.receipt.index, size: checkpoint.size,
                proof: logged.receipt.path, root: checkpoint.root)
        } catch {
            return "entry \(logged.index): \(error)"
        }
        let stamp = Array(String(logged.received.milliseconds).utf8)
        let isItsOwn = logged.receipt.index == logged.index && logged.receipt.extra == stamp
        return isItsOwn ? nil : "the receipt of entry \(logged.index) speaks of another one"
    }

    /// What was acknowledged is there after every restart.
    mutating func restarted(_ face: Int, _ disk: LogDisk, at time: Time) {
        guard isHonest else { return }
        for promise in promises.values where promise.face == face {
            let place = Int(promise.logged.index.value)
            if place < disk.leaves.count, disk.leaves[place] == promise.leaf { continue }
            return record(.lost, "entry \(place) is gone after a restart", at: time)
        }
    }

    /// Somebody was shown a checkpoint: what it could contradict later is on the disk.
    mutating func shown(
        _ note: UnverifiedNote?, marked: UnverifiedNote?, by place: Place, at time: Time
    ) {
        guard let size = note.flatMap({ try? Checkpoint(parsing: $0.text) })?.size else { return }
        let kept = marked.flatMap { try? Checkpoint(parsing: $0.text) }?.size ?? .empty
        guard kept < size else { return }
        record(.shownTooEarly, "\(place) shows size \(size), its disk holds \(kept)", at: time)
    }

    /// Alarms that say no more than that somebody could not be reached.
    private static let expectedAlarms = [
        "the node has been silent", "the node has not logged", "signing nothing yet",
        "signing without the node",
    ]

    /// The roles' own alarms: an honest log is never accused.
    mutating func reported(
        _ report: Report, by place: Place, _ diskHasFailed: Bool, at time: Time
    ) {
        lastReports = lastReports.suffix(7) + ["\(time) \(place): \(report)"]
        guard isHonest, case .alarm(let why) = report, !diskHasFailed,
            !Chronicle.expectedAlarms.contains(where: { why.hasPrefix($0) })
        else { return }
        record(.falseAlarm, "\(place): \(why)", at: time)
    }

    /// A monitor says that it holds a statement: so its disk does, or did until it was logged.
    mutating func accepted(
        _ submission: Submission, by monitor: Int, _ disk: MonitorDisk, at time: Time
    ) {
        counts.accepted += 1
        accepted.append(submission.envelope)
        guard !disk.held.values.contains(where: { $0.statement == submission.envelope }) else {
            return
        }
        record(.shownTooEarly, "monitor-\(monitor + 1) accepts what it does not hold", at: time)
    }

    /// What monitors held is in the log in the end.
    mutating func expectAccepted(in disk: LogDisk, at time: Time) {
        let logged = Set(
            disk.leaves.enumerated().compactMap { place, leaf in
                try? Entry(parsing: leaf, index: LogIndex(UInt64(place))).envelope
            })
        if accepted.contains(where: { !logged.contains($0) }) {
            record(.lost, "what a monitor accepted is not in the log", at: time)
        }
    }

    // MARK: - Cosignatures

    /// An honest monitor's cosignature has left the house.
    mutating func cosigned(_ note: UnverifiedNote, by monitor: Int, at time: Time) {
        guard let checkpoint = try? Checkpoint(parsing: note.text) else { return }
        let head = TreeHead(size: checkpoint.size, root: checkpoint.root)
        if let before = cosigned[monitor], !isOneHistory(before, head) {
            record(.forkByOne, "monitor-\(monitor + 1): \(head), after \(before)", at: time)
        }
        if (cosigned[monitor] ?? .empty).size <= head.size { cosigned[monitor] = head }
        guard cosigners[head, default: []].insert(monitor).inserted else { return }
        counts.cosignatures += 1
        let count = cosigners[head, default: []].count + liars
        guard count >= cast.size.signatures, !certified.contains(head) else { return }
        if let other = certified.first(where: { !isOneHistory($0, head) }) {
            record(.forkCosigned, "\(count) cosigned \(head), and enough \(other)", at: time)
        }
        certified.append(head)
        counts.certified += 1
    }

    // MARK: - Orders

    /// An honest monitor signs an order.
    mutating func ordered(_ text: String, by monitor: Int, at time: Time) {
        guard let order = try? Order(parsing: text) else {
            return record(.otherState, "a text that is no order", at: time)
        }
        counts.orders += 1
        if order.silentSince != nil { counts.silentOrders += 1 }
        let name = "monitor-\(monitor + 1) at tick \(order.tick) over \(order.size)"
        let head = TreeHead(size: order.size, root: order.root)
        let lawful = branches[head]?.brake.order(
            at: order.tick, size: order.size, root: order.root, silentSince: order.silentSince)
        if lawful?.text != text { record(.otherState, name, at: time) }
        if let before = ordered[monitor] {
            if order.tick <= before.tick {
                record(.twoTexts, "\(name), after tick \(before.tick)", at: time)
            }
            if order.size < before.size {
                record(.rollback, "\(name), after \(before.size) entries", at: time)
            }
        }
        ordered[monitor] = order
        orderers[text, default: []].insert(monitor)
        let count = orderers[text, default: []].count
        if count + liars == cast.size.signatures || (count == 1 && liars >= cast.size.signatures) {
            believe(order, at: time)
        }
    }

    /// Gates would obey this one: it goes with all others that they would.
    private mutating func believe(_ order: Order, at time: Time) {
        counts.believed += 1
        counts.epochs = max(counts.epochs, Int(order.epoch))
        let head = TreeHead(size: order.size, root: order.root)
        for other in believed {
            let (first, second) = other.tick <= order.tick ? (other, order) : (order, other)
            let names = "tick \(first.tick) over \(first.size), \(second.tick) over \(second.size)"
            if !isOneHistory(head, TreeHead(size: other.size, root: other.root)) {
                return record(.forkCosigned, "orders over a fork: \(names)", at: time)
            }
            if first.tick == second.tick { return record(.twoTexts, names, at: time) }
            if second.size < first.size { return record(.rollback, names, at: time) }
            if second.epoch < first.epoch {
                return record(
                    .epoch, "\(names): \(first.epoch), then \(second.epoch)", at: time)
            }
            checkStamps(first, second, at: time)
        }
        believed.append(order)
    }

    /// What was logged after a tick is not stamped before it, less what clocks may differ.
    private mutating func checkStamps(_ first: Order, _ second: Order, at time: Time) {
        let head = TreeHead(size: second.size, root: second.root)
        guard first.silentSince == nil, first.size < second.size,
            let stamp = stamp(behind: first.size, in: head),
            stamp < first.tick - cast.agreement.log.skew
        else { return }
        record(
            .backdated,
            "entry \(first.size) is stamped \(stamp); without it, \(first.tick) was signed",
            at: time)
    }

    // MARK: - At the end

    mutating func expectOrder(over head: TreeHead, since: Time, at time: Time) {
        let newest = believed.max { $0.tick < $1.tick }
        if let newest, newest.size == head.size, since <= newest.tick, newest.silentSince == nil {
            return
        }
        let tick = newest.map { "\($0.tick) over \($0.size)" } ?? "none"
        record(.standstill, "the log has \(head.size) entries, the newest order: \(tick)", at: time)
    }

    mutating func expectState(_ state: JSON, over head: TreeHead, by name: String, at time: Time) {
        guard let size = state.object?["size"]?.integer, size == Int64(head.size.value),
            let brake = branches[head]?.brake
        else { return }
        if brake.state(at: time).json.canonicalBytes != state.canonicalBytes {
            record(.otherState, "\(name) over \(head.size) entries", at: time)
        }
    }
}
