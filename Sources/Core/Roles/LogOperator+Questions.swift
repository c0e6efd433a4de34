// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

// MARK: - What readers may ask

extension LogOperator {
    /// Entries that have been published.
    public var size: TreeSize { published?.checkpoint.size ?? .empty }

    /// The newest checkpoint, with the cosignatures held for it; nil while nothing is published.
    public var checkpoint: UnverifiedNote? { published?.note }

    /// The newest order with enough signatures; nil while there is none.
    public var newestOrder: SignedOrder? { newest }

    /// The sets of monitors up to the one that counts over all that was logged.
    public var monitorChain: MonitorChain { log.brake.monitors }

    /// The newest proposal that monitors were sent; nil while there is none.
    public var newestProposal: UnverifiedNote? { round?.proposal?.note }

    /// Why nothing is signed any more; nil while all is well.
    public var reasonHalted: String? {
        if case .halted(let why) = phase { why } else { nil }
    }

    /// Whether statements are taken.
    public var isReady: Bool { reasonNotReady == nil }

    /// How many monitors have signed the newest order, and how many there are.
    public var monitorsHeard: (signed: Int, of: Int) {
        (newest?.monitors.count ?? 0, monitors.count)
    }

    /// The receipt of an entry with the cosignatures held now; nil where the entry is not
    /// published.
    public func receipt(of index: LogIndex) -> LogProof? {
        guard let published, index.value < published.checkpoint.size.value else { return nil }
        var note = published
        if let cosigned, index.value < cosigned.checkpoint.size.value { note = cosigned }
        return LogProof(
            extra: Array(String(stamp(of: index).milliseconds).utf8), index: index,
            path: log.tree.proveInclusion(of: index, in: note.checkpoint.size),
            checkpoint: note.note)
    }

    /// The node's stamp on an entry.
    ///
    /// - Precondition: the entry is logged.
    public func stamp(of index: LogIndex) -> Time {
        guard let received = entries.received(index) else {
            preconditionFailure("entry \(index) is logged")
        }
        return received
    }

    /// Hashes of the tree's leaves from an index on, at most `limit`; fewer where it ends.
    public func leafHashes(from index: LogIndex, limit: Int) -> [Digest] {
        log.leafHashes(from: index, limit: limit)
    }

    /// A tile of hashes of the published tree.
    public func tile(_ path: TilePath) -> [UInt8]? { log.tree.tile(path) }

    /// What the law says at an instant.
    public func state(at now: Time) -> State { log.brake.state(at: max(now, log.received)) }

    /// Where a party said this; nil where it has not, or where it is not published yet.
    public func index(of payload: Digest, by signer: String) -> LogIndex? {
        let index = logged[Saying(signer: signer, payload: payload)]
        return index.flatMap { $0.value < size.value ? $0 : nil }
    }

    public func summary(of index: LogIndex) -> EntrySummary? {
        index.value < size.value ? entries[index] : nil
    }

    /// Looks for published entries behind `after` and before `before`.
    public func search(
        _ selection: EntryIndex.Selection, after: LogIndex? = nil, before: LogIndex? = nil,
        _ direction: EntryIndex.Direction = .oldestFirst, limit: Int
    ) -> EntryIndex.Findings {
        let end = min(before?.value ?? .max, size.value)
        let start = min(after.map { min($0.value, .max - 1) + 1 } ?? 0, end)
        return entries.search(selection, in: start..<end, direction, limit: limit)
    }

    // MARK: - Listeners

    /// How far a listener has been told: `<size>-<tick>`.
    public struct Cursor: Hashable, Sendable, CustomStringConvertible {
        /// Entries below were told.
        public var size: TreeSize
        /// The tick of the last order that was told.
        public var tick: Time

        public init(size: TreeSize, tick: Time) {
            self.size = size
            self.tick = tick
        }

        public init?(_ text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let size = UInt64(parts[0]), let tick = Int64(parts[1]),
                tick >= 0, text == "\(size)-\(tick)"
            else {
                return nil
            }
            self.init(size: TreeSize(size), tick: Time(milliseconds: tick))
        }

        public var description: String { "\(size)-\(tick.milliseconds)" }
    }

    public enum Happening: Sendable {
        case entry(EntrySummary)
        case order(SignedOrder)
    }

    /// Where one begins who wants to hear only what is new, and the newest order.
    public var present: Cursor { Cursor(size: size, tick: Time(milliseconds: 0)) }

    /// What a listener has not been told: entries, then orders; one that comes back gets the newest
    /// order.
    public func happenings(after cursor: Cursor, limit: Int) -> [Happening] {
        var happenings: [Happening] = []
        var index = cursor.size.value
        while index < size.value, happenings.count < limit {
            if let summary = entries[LogIndex(index)] { happenings.append(.entry(summary)) }
            index += 1
        }
        guard happenings.count < limit else { return happenings }
        let missed = recent.filter { cursor.tick < $0.order.tick }
        return happenings
            + (cursor.tick.milliseconds == 0 ? missed.suffix(1) : missed).map { .order($0) }
    }
}
