// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// A tree that the log has signed and whose entries are needed, and what for.
struct Want: Sendable {
    enum Purpose: Sendable {
        case signing(Ticket, SignedProposal)
        /// A newer proposal that a peer knows.
        case adopting(SignedProposal)
        /// A checkpoint that must be extended by whatever is cosigned from now on.
        case raising(Checkpoint)
    }

    let size: TreeSize
    let root: Digest
    let source: Monitor.Source
    let purpose: Purpose

    init(_ proposal: Proposal, from source: Monitor.Source, for purpose: Purpose) {
        size = proposal.size
        root = proposal.root
        self.source = source
        self.purpose = purpose
    }

    init(_ checkpoint: Checkpoint, from source: Monitor.Source) {
        size = checkpoint.size
        root = checkpoint.root
        self.source = source
        purpose = .raising(checkpoint)
    }
}

/// The one fetch that is under way, and those that wait for it.
struct Fetching: Sendable {
    struct Active: Sendable {
        let want: Want
        /// Where the fetch began: behind our own entries, or at 0 to see whose fault it is that
        /// those do not lead to the root.
        let start: TreeSize
        var tree: MerkleFrontier
        /// Whether the entries so far are those that we hold, as far as we hold them.
        var beginsWithOurs = true
        var leaves: [[UInt8]] = []
    }

    var active: Active?
    var queue: [Want] = []

    /// More than this many wants at once are refused.
    static let longestQueue = 64
    /// Leaves are asked for in pieces.
    static let piece: UInt64 = 1024

    var isIdle: Bool { active == nil }
}

// MARK: - Getting entries

extension Monitor {
    /// Does at once what the entries at hand are enough for, otherwise fetches the missing ones.
    mutating func want(_ want: Want, _ now: Time) -> [Action] {
        if want.size <= log.size {
            return log.tree.root(at: want.size) == want.root ? satisfied(want, now) : forked(want)
        }
        guard fetching.isIdle else {
            guard fetching.queue.count < Fetching.longestQueue else {
                return failed(want, "too many proposals at once")
            }
            fetching.queue.append(want)
            return []
        }
        fetching.active = Fetching.Active(want: want, start: log.size, tree: log.tree.frontier)
        return [nextPiece(of: want, after: log.size)]
    }

    private func nextPiece(of want: Want, after size: TreeSize) -> Action {
        let end = min(want.size.value, size.value + Fetching.piece)
        return .fetch(from: want.source, start: LogIndex(size.value), end: TreeSize(end))
    }

    mutating func fetched(_ leaves: [[UInt8]], _ now: Time) -> [Action] {
        guard var active = fetching.active else { return [] }
        guard !leaves.isEmpty,
            active.tree.size.value + UInt64(leaves.count) <= active.want.size.value
        else {
            return fetchFailed("expected entries up to \(active.want.size)", now)
        }
        for leaf in leaves {
            active.tree.append(MerkleHash.leaf(leaf))
            if active.tree.size == log.size { active.beginsWithOurs = active.tree.head == log.head }
        }
        active.leaves += leaves
        fetching.active = active
        guard active.tree.size == active.want.size else {
            return [nextPiece(of: active.want, after: active.tree.size)]
        }
        if active.tree.root() == active.want.root { return took(active, now) }
        guard active.start > .empty else {
            return fetchFailed("the entries do not have the root that the log signed", now)
        }
        // Either the source gave us something else, or the log has another history than ours.
        fetching.active = Fetching.Active(want: active.want, start: .empty, tree: MerkleFrontier())
        return [nextPiece(of: active.want, after: .empty)]
    }

    /// The log has signed a root over exactly these entries, so whatever is wrong with one is its
    /// doing.
    private mutating func took(_ active: Fetching.Active, _ now: Time) -> [Action] {
        fetching.active = nil
        let start = log.head
        guard active.beginsWithOurs else {
            return forked(active.want) + goOnFetching(now)
        }
        var longer = log
        var new: [PendingLeaf] = []
        var entries: [Entry] = []
        do throws(LogFailure) {
            for leaf in active.leaves.dropFirst(Int(start.size.value - active.start.value)) {
                new.append(
                    PendingLeaf(leaf: leaf, payloadDigest: try longer.read(leaf, trusting: false)))
                if let entry = longer.newest { entries.append(entry) }
            }
        } catch {
            let why = "the log has signed over an entry that cannot stand: \(error)"
            return stopSigning(why) + refused(active.want, .fork, why) + goOnFetching(now)
        }
        log = longer
        let append = Action.append(new, from: start, to: log.head)
        let forget = entries.flatMap { noteLogged($0) }
        return [append] + forget + satisfied(active.want, now) + goOnFetching(now)
    }

    mutating func fetchFailed(_ why: String, _ now: Time) -> [Action] {
        guard let active = fetching.active else { return [] }
        fetching.active = nil
        return failed(active.want, why) + goOnFetching(now)
    }

    private mutating func goOnFetching(_ now: Time) -> [Action] {
        var actions: [Action] = []
        while fetching.isIdle, !fetching.queue.isEmpty {
            actions += want(fetching.queue.removeFirst(), now)
        }
        return actions
    }

    // MARK: - What it was for

    private mutating func satisfied(_ want: Want, _ now: Time) -> [Action] {
        switch want.purpose {
        case .signing(let ticket, let known): return sign(ticket, known, now)
        case .adopting(let known):
            guard proposal.map({ $0.proposal.tick < known.proposal.tick }) ?? true,
                reasonNotToStepDown(to: known.proposal) == nil
            else { return [] }
            proposal = known
            return [.keepProposal(known.note)]
        case .raising(let checkpoint):
            if let why = contradiction { return stopSigning(why) }
            witness.raise(to: checkpoint)
            inquiry.floors.removeAll { $0.checkpoint == checkpoint }
            return []
        }
    }

    /// Our entries have another root there, and some root at least as large was signed by the log,
    /// too.
    private mutating func forked(_ want: Want) -> [Action] {
        let why =
            "the log has shown two histories: at size \(want.size) it signed root \(want.root.base64), too"
        return stopSigning(why) + refused(want, .fork, why)
    }

    private func failed(_ want: Want, _ why: String) -> [Action] {
        if case .signing = want.purpose { return refused(want, .behind, why) }
        return [.report(.warning("entries up to \(want.size): \(why)"))]
    }

    private func refused(_ want: Want, _ refusal: ProposalRefusal, _ why: String) -> [Action] {
        guard case .signing(let ticket, _) = want.purpose else { return [] }
        return refuse(ticket, refusal, why)
    }
}
