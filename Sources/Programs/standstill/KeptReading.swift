// SPDX-License-Identifier: Apache-2.0

import Brake
import Client
import PauseAgreement
import Roles
import Storage
import TransparencyLog

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What a reader remembers of a log between two runs: the newest that it was shown, and the leaves.
///
/// Nothing older than the mark is ever shown again, and a log that is not of one history with it is
/// found out. The leaves spare the download only.
struct KeptReading {
    let mark: WatchMark?
    private let log: KeptLog

    /// - Throws: ``Failure`` 74 where the folder cannot be used, 65 where its mark is none, or was
    ///   kept under another policy.
    init(folder: String, _ policy: WitnessPolicy) throws(Failure) {
        let log = try storing { () throws(StorageFault) in try KeptLog(folder: folder) }
        self.log = log
        guard let bytes = try storing({ () throws(StorageFault) in try log.mark() }) else {
            mark = nil
            return
        }
        do throws(MalformedStatement) {
            mark = try WatchMark(parsing: bytes)
        } catch {
            throw .malformed(
                "\(folder)/mark.json: \(error)",
                hint: "remove the folder to begin anew; what was seen before is then forgotten")
        }
        guard mark?.isOf(policy) ?? true else {
            throw .malformed(
                "\(folder): what it holds was kept under another policy",
                hint: "name another folder with --state")
        }
    }

    /// The folder of a reader who believes this policy about this agreement, below `base`.
    static func folder(
        below base: String, _ agreement: Digest, _ policy: WitnessPolicy
    ) -> String {
        let reader = Digest.sha256(Array(policy.text.utf8)).hex.prefix(16)
        return "\(base)/\(agreement.hex)-\(reader)"
    }

    /// Where programs keep such things: `$XDG_STATE_HOME`, or `~/.local/state`; nil where neither
    /// is known.
    static var defaultBase: String? {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        let base = variable("XDG_STATE_HOME") ?? variable("HOME").map { "\($0)/.local/state" }
        return base.map { "\($0)/standstill" }
    }

    // MARK: - Against what was seen

    /// Whether a checkpoint is of one history with the mark, and not behind it.
    ///
    /// - Throws: ``Failure`` 1 where it is not of one history, 2 where it is behind.
    func check(_ checkpoint: Checkpoint, of node: NodeClient) async throws(Failure) {
        guard let old = mark?.head else { return }
        guard old.size <= checkpoint.size else {
            throw .unknown(
                "the node shows \(checkpoint.size) entries, but a signed checkpoint over "
                    + "\(old.size) was seen before: entries were taken back, or it lags behind",
                hint: "standstill watch finds out which")
        }
        guard old.size > .empty else { return }
        if old.size == checkpoint.size, old.root == checkpoint.root { return }
        let growth = TileGrowth(from: old.size, to: checkpoint.size)
        let tiles = try await asking { () throws(ClientFault) in
            try await node.tiles(growth.paths)
        }
        guard let roots = growth.roots(tiles), roots.new == checkpoint.root else {
            throw .doesNotHold(
                "the node's tiles do not show that its checkpoint over \(checkpoint.size) entries "
                    + "extends the one over \(old.size) that was seen before")
        }
        guard roots.old == old.root else {
            throw .doesNotHold(
                "two histories: the node's checkpoint over \(checkpoint.size) entries is not of one "
                    + "log with the one over \(old.size) that was seen before",
                hint: "standstill watch --alarm FILE keeps the proof")
        }
    }

    /// Whether the instant that is going to be shown is as new as the one that was shown before.
    ///
    /// - Throws: ``Failure`` 2 where it is older.
    func checkNotOlder(_ at: Time) throws(Failure) {
        guard let last = mark?.shownAt, at < last else { return }
        throw .unknown(
            "the node speaks of \(at), but a newer moment was shown before: \(last)",
            hint: "the node's clock was put back, or it hides what came since")
    }

    // MARK: - Leaves

    /// The leaves that were checked before.
    func leaves(law: Brake) throws(Failure) -> CheckedLeaves {
        log.rewind()
        return CheckedLeaves(keptIn: log, to: mark?.head?.size ?? .empty, law: law)
    }

    /// Whether the entries that were taken from here are those of the mark. Where some were lost
    /// they are not, and all are fetched again.
    func agrees(with replay: FlatReplay) -> Bool {
        mark?.head.map { replay.head == $0 } ?? (replay.size == .empty)
    }

    func cut() throws(Failure) { try storing { () throws(StorageFault) in try log.cut() } }

    /// Forgets the leaves, but not the mark.
    func drop() throws(Failure) {
        log.rewind()
        try cut()
    }

    func append(_ chunk: LeafChunk) throws(Failure) {
        try storing { () throws(StorageFault) in try log.append(chunk.leaves) }
    }

    func replace(mark: WatchMark) throws(Failure) {
        try storing { () throws(StorageFault) in try log.replaceMark(with: mark.bytes) }
    }
}
