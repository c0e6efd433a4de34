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

    /// The newest proposal that monitors were sent; nil while there is none.
    public var newestProposal: UnverifiedNote? { round?.proposal?.note }

    /// Why nothing is signed any more; nil while all is well.
    public var reasonHalted: String? {
        if case .halted(let why) = phase { why } else { nil }
    }

    /// Whether statements are taken.
    public var isReady: Bool {
        if case .open = phase { published != nil } else { false }
    }

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
        guard let summary = log.brake.summary(of: index) else {
            preconditionFailure("entry \(index) is logged")
        }
        return summary.received
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
        index.value < size.value ? log.brake.summary(of: index) : nil
    }

    /// Which entries a list is narrowed down to; nil takes all.
    public struct Selection: Hashable, Sendable {
        public var signer: String?
        public var kind: StatementKind?
        public var subject: String?

        public init(signer: String? = nil, kind: StatementKind? = nil, subject: String? = nil) {
            self.signer = signer
            self.kind = kind
            self.subject = subject
        }

        func takes(_ summary: EntrySummary) -> Bool {
            (signer ?? summary.signer) == summary.signer && (kind ?? summary.kind) == summary.kind
                && (subject == nil || subject == summary.subject)
        }
    }

    /// Published entries behind `after`, oldest first, and whether there are more.
    public func summaries(
        _ selection: Selection, after: LogIndex?, limit: Int
    ) -> (found: [EntrySummary], hasMore: Bool) {
        var found: [EntrySummary] = []
        var index = after.map { $0.value + 1 } ?? 0
        while index < size.value {
            if let summary = log.brake.summary(of: LogIndex(index)), selection.takes(summary) {
                if found.count == limit { return (found, true) }
                found.append(summary)
            }
            index += 1
        }
        return (found, false)
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
            if let summary = log.brake.summary(of: LogIndex(index)) {
                happenings.append(.entry(summary))
            }
            index += 1
        }
        guard happenings.count < limit else { return happenings }
        let missed = recent.filter { cursor.tick < $0.order.tick }
        return happenings
            + (cursor.tick.milliseconds == 0 ? missed.suffix(1) : missed).map { .order($0) }
    }
}
