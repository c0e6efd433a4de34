// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

// MARK: - What is looked for

extension EntryIndex {
    /// Which entries are looked for; nil takes all.
    public struct Selection: Hashable, Sendable {
        public var signer: String?
        public var kind: StatementKind?
        public var subject: String?
        /// Received at this instant or later.
        public var from: Time?
        /// Received before this instant.
        public var until: Time?

        public init(
            signer: String? = nil, kind: StatementKind? = nil, subject: String? = nil,
            from: Time? = nil, until: Time? = nil
        ) {
            self.signer = signer
            self.kind = kind
            self.subject = subject
            self.from = from
            self.until = until
        }

        /// Whether an entry is one of them, going by itself alone.
        public func takes(_ summary: EntrySummary) -> Bool {
            (signer ?? summary.signer) == summary.signer && (kind ?? summary.kind) == summary.kind
                && (subject == nil || subject == summary.subject)
                && (from ?? summary.received) <= summary.received
                && (until.map { summary.received < $0 } ?? true)
        }
    }

    public enum Direction: Sendable {
        case oldestFirst, newestFirst
    }

    /// A part of an answer.
    public struct Findings: Hashable, Sendable {
        /// In the order in which they were looked for.
        public var found: [EntrySummary]
        /// Where to go on; nil where everything was looked at.
        public var next: LogIndex?
    }

    /// Rows that one call looks at; a search that finds little comes back in between, so that
    /// whoever holds the index is not held up.
    public static let largestEffort = 20_000

    /// Looks for entries in a range, `limit` at most.
    ///
    /// ``Findings/next`` is the last entry that was looked at, where there may be more: the search
    /// goes on behind it.
    ///
    /// - Parameters:
    ///   - range: entries outside of it are passed over; those that are not there, too.
    ///   - effort: rows that are looked at, at most.
    /// - Precondition: `limit` and `effort` are at least 1.
    /// - Complexity: O(`effort` + log n), whatever is looked for.
    public func search(
        _ selection: Selection, in range: Range<UInt64>, _ direction: Direction = .oldestFirst,
        limit: Int, effort: Int = EntryIndex.largestEffort
    ) -> Findings {
        precondition(limit >= 1 && effort >= 1, "a search looks at something")
        var findings = Findings(found: [], next: nil)
        guard let sought = Sought(selection, in: self) else { return findings }
        let bounds = bounds(of: selection, in: range)
        guard !bounds.isEmpty else { return findings }
        var cursor = Cursor(sought.lists(of: self), bounds, direction)
        var last: UInt32?
        for _ in 0..<effort {
            guard let index = cursor.next() else { return findings }
            if sought.takes(row(index)) {
                if findings.found.count == limit {
                    // There is another one: the search goes on behind the last that was taken.
                    findings.next = findings.found.last?.index
                    return findings
                }
                if let summary = self[LogIndex(UInt64(index))] { findings.found.append(summary) }
            }
            last = index
        }
        findings.next = cursor.next() == nil ? nil : last.map { LogIndex(UInt64($0)) }
        return findings
    }

    /// The entries of a range that were received at the right time.
    private func bounds(of selection: Selection, in range: Range<UInt64>) -> Range<UInt32> {
        var low = min(range.lowerBound, size.value)
        var high = min(range.upperBound, size.value)
        if let from = selection.from { low = max(low, size(receivedBefore: from).value) }
        if let until = selection.until { high = min(high, size(receivedBefore: until).value) }
        return UInt32(low)..<UInt32(max(low, high))
    }
}

// MARK: - How it is looked for

/// A selection in the index's own terms.
private struct Sought {
    let signer: UInt32?
    let kind: Int?
    let subject: UInt32?

    /// Nil where a name never came: there is nothing to be found.
    init?(_ selection: EntryIndex.Selection, in index: EntryIndex) {
        signer = selection.signer.flatMap { index.signers[$0] }
        subject = selection.subject.flatMap { index.subjects[$0] }
        kind = selection.kind.map { EntryIndex.place(of: $0) }
        if selection.signer != nil, signer == nil { return nil }
        if selection.subject != nil, subject == nil { return nil }
    }

    func takes(_ row: Row) -> Bool {
        (signer ?? row.signer) == row.signer && (kind ?? row.kind) == row.kind
            && (subject == nil || subject == row.subject)
    }

    /// The shortest lists in which everything stands that is looked for; none where that is the
    /// whole log.
    func lists(of index: EntryIndex) -> [Postings] {
        var choices: [[Postings]] = []
        if let subject { choices.append([index.bySubject[Int(subject)]]) }
        if let kind { choices.append([index.byKind[kind]]) }
        if let signer { choices.append([index.spoken[Int(signer)], index.metered[Int(signer)]]) }
        return choices.min { lengths($0) < lengths($1) } ?? []
    }

    private func lengths(_ lists: [Postings]) -> Int { lists.reduce(0) { $0 + $1.count } }
}

/// Goes over entries one after another: all of a range, or those that stand in lists.
private struct Cursor {
    private let lists: [Postings]
    private let direction: EntryIndex.Direction
    /// What is left of each list, or of the range itself where there are no lists.
    private var left: [Range<Int>]

    init(_ lists: [Postings], _ bounds: Range<UInt32>, _ direction: EntryIndex.Direction) {
        self.lists = lists
        self.direction = direction
        left = lists.map {
            $0.count(below: bounds.lowerBound)..<$0.count(below: bounds.upperBound)
        }
        if lists.isEmpty { left = [Int(bounds.lowerBound)..<Int(bounds.upperBound)] }
    }

    mutating func next() -> UInt32? {
        var best: (place: Int, index: UInt32)?
        for place in left.indices where !left[place].isEmpty {
            let index = front(of: place)
            if let known = best, !isBefore(index, known.index) { continue }
            best = (place, index)
        }
        guard let best else { return nil }
        let range = left[best.place]
        left[best.place] =
            direction == .oldestFirst
            ? range.lowerBound + 1..<range.upperBound : range.lowerBound..<range.upperBound - 1
        return best.index
    }

    private func front(of place: Int) -> UInt32 {
        let position =
            direction == .oldestFirst ? left[place].lowerBound : left[place].upperBound - 1
        return lists.isEmpty ? UInt32(position) : lists[place][position]
    }

    private func isBefore(_ one: UInt32, _ other: UInt32) -> Bool {
        direction == .oldestFirst ? one < other : other < one
    }
}
