// SPDX-License-Identifier: Apache-2.0

public import Brake
public import PauseAgreement
public import TransparencyLog

/// What became of every entry of a log, small enough to be held for all of them, and found again by
/// signer, kind, subject and time.
///
/// It is a function of the log alone: whoever folds the same entries gets the same index, and can
/// tell whether somebody's answer from it left anything out (``IndexReplay``).
///
/// An entry costs 32 bytes: a row of 20, and its index in three lists. Names are kept once each.
public struct EntryIndex: Sendable {
    private var rows = RowStore()
    private(set) var signers = NameTable()
    private(set) var subjects = NameTable()
    /// Why entries had no effect, each reason once.
    private var reasons: [NoEffect] = []
    private var places: [NoEffect: UInt32] = [:]

    /// Entries by signer: what people say, and what machines say at every period.
    private(set) var spoken: [Postings] = []
    private(set) var metered: [Postings] = []
    /// By the place of the kind among all kinds.
    private(set) var byKind = [Postings](repeating: Postings(), count: StatementKind.allCases.count)
    private(set) var bySubject: [Postings] = []

    public init() {}

    public var size: TreeSize { TreeSize(UInt64(rows.count)) }

    /// Adds what became of the next entry.
    ///
    /// - Precondition: entries come in the order of their indices, from 0, and their stamps never
    ///   go back; there are fewer than 2³² of them.
    public mutating func append(_ summary: EntrySummary) {
        precondition(summary.index.value == size.value, "entries are indexed in order")
        precondition(size.value < UInt64(UInt32.max), "an index holds fewer than 2^32 entries")
        precondition(
            summary.received >= (rows.last?.received ?? summary.received),
            "stamps never go back")
        let index = UInt32(size.value)
        let kind = EntryIndex.place(of: summary.kind)
        let signer = signers.place(adding: summary.signer)
        if Int(signer) == spoken.count {
            spoken.append(Postings())
            metered.append(Postings())
        }
        if summary.kind.isPeriodic {
            metered[Int(signer)].append(index)
        } else {
            spoken[Int(signer)].append(index)
        }
        byKind[kind].append(index)
        var subject: UInt32?
        if let name = summary.subject {
            let place = subjects.place(adding: name)
            if Int(place) == bySubject.count { bySubject.append(Postings()) }
            bySubject[Int(place)].append(index)
            subject = place
        }
        rows.append(
            Row(
                received: summary.received, subject: subject,
                reason: place(of: summary.effect), signer: signer, kind: kind))
    }

    /// What became of an entry; nil where the log does not reach that far.
    public subscript(index: LogIndex) -> EntrySummary? {
        guard index.value < size.value else { return nil }
        let row = rows[Int(index.value)]
        return EntrySummary(
            index: index, received: row.received, kind: StatementKind.allCases[row.kind],
            signer: signers[row.signer], subject: row.subject.map { subjects[$0] },
            effect: row.reason.map { .without(reasons[Int($0)]) } ?? .effective)
    }

    /// The node's stamp on an entry; nil where the log does not reach that far.
    public func received(_ index: LogIndex) -> Time? {
        index.value < size.value ? rows[Int(index.value)].received : nil
    }

    func row(_ index: UInt32) -> Row { rows[Int(index)] }

    /// How many entries were received before an instant.
    ///
    /// - Complexity: O(log n).
    public func size(receivedBefore time: Time) -> TreeSize {
        TreeSize(UInt64((0..<rows.count).firstPlace { time <= rows[$0].received }))
    }

    /// How many entries were received up to an instant, and at it.
    ///
    /// - Complexity: O(log n).
    public func size(receivedUpTo time: Time) -> TreeSize {
        time.milliseconds == .max
            ? size : size(receivedBefore: Time(milliseconds: time.milliseconds + 1))
    }

    /// The stamp of a signer's last entry but `count` − 1, so that `count` entries of it were
    /// received from then on; nil where it has fewer.
    ///
    /// - Parameter periodic: of those that machines sign at every period, or of all others.
    /// - Precondition: `count` is at least 1.
    func stamp(ofLast count: Int, by signer: String, periodic: Bool) -> Time? {
        precondition(count >= 1, "the last entry is the first counted")
        guard let place = signers[signer] else { return nil }
        let list = periodic ? metered[Int(place)] : spoken[Int(place)]
        return count <= list.count ? rows[Int(list[list.count - count])].received : nil
    }

    /// Bytes that are reserved for rows and lists, names aside.
    var reserved: Int {
        let lists = [spoken, metered, byKind, bySubject]
        return rows.reserved
            + lists.reduce(0) { $0 + $1.reduce(0) { $0 + $1.reserved } }
    }

    static func place(of kind: StatementKind) -> Int { kindPlaces[kind]! }

    private static let kindPlaces = Dictionary(
        uniqueKeysWithValues: zip(StatementKind.allCases, 0...))

    private mutating func place(of effect: Effect) -> UInt32? {
        guard case .without(let reason) = effect else { return nil }
        if let place = places[reason] { return place }
        let place = UInt32(reasons.count)
        places[reason] = place
        reasons.append(reason)
        return place
    }
}

extension StatementKind {
    /// Whether machines say it at every period, rather than people when they have something to say.
    var isPeriodic: Bool { self == .telemetry }
}

// MARK: - Rows

/// What a list shows of one entry, beside its index.
struct Row: Sendable {
    private let receivedHigh: UInt32
    private let receivedLow: UInt32
    private let subjectPlace: UInt32
    private let reasonPlace: UInt32
    /// The signer's place, and the kind's in the lowest byte.
    private let signerAndKind: UInt32

    /// - Precondition: fewer than 2²⁴ signers: they are an agreement's parties.
    init(received: Time, subject: UInt32?, reason: UInt32?, signer: UInt32, kind: Int) {
        precondition(signer < 1 << 24 && kind < 1 << 8, "signers and kinds share four bytes")
        let bits = UInt64(bitPattern: received.milliseconds)
        receivedHigh = UInt32(truncatingIfNeeded: bits >> 32)
        receivedLow = UInt32(truncatingIfNeeded: bits)
        subjectPlace = subject ?? .max
        reasonPlace = reason ?? .max
        signerAndKind = signer << 8 | UInt32(kind)
    }

    var received: Time {
        Time(milliseconds: Int64(bitPattern: UInt64(receivedHigh) << 32 | UInt64(receivedLow)))
    }
    var subject: UInt32? { subjectPlace == .max ? nil : subjectPlace }
    var reason: UInt32? { reasonPlace == .max ? nil : reasonPlace }
    var signer: UInt32 { signerAndKind >> 8 }
    var kind: Int { Int(signerAndKind & 0xFF) }
}

/// Rows in blocks of one length, so that adding one never moves all others.
private struct RowStore: Sendable {
    private var blocks: [ContiguousArray<Row>] = []
    private(set) var count = 0

    private static let length = 4096

    subscript(place: Int) -> Row { blocks[place / Self.length][place % Self.length] }

    var reserved: Int {
        blocks.reduce(0) { $0 + $1.capacity * MemoryLayout<Row>.stride }
    }

    var last: Row? { count == 0 ? nil : self[count - 1] }

    mutating func append(_ row: Row) {
        if count % Self.length == 0 {
            var block = ContiguousArray<Row>()
            block.reserveCapacity(Self.length)
            blocks.append(block)
        }
        blocks[blocks.count - 1].append(row)
        count += 1
    }
}

/// Ascending indices of entries. Most subjects are spoken of once, so the first takes no list.
struct Postings: Sendable {
    private var others: [UInt32] = []
    private var first: UInt32 = 0
    private var isEmpty = true

    var count: Int { isEmpty ? 0 : others.count + 1 }

    var reserved: Int {
        MemoryLayout<Postings>.stride + others.capacity * MemoryLayout<UInt32>.stride
    }

    /// - Precondition: `place` is below ``count``.
    subscript(place: Int) -> UInt32 { place == 0 ? first : others[place - 1] }

    mutating func append(_ index: UInt32) {
        if isEmpty {
            first = index
            isEmpty = false
        } else {
            others.append(index)
        }
    }

    /// How many stand before `index`.
    func count(below index: UInt32) -> Int {
        (0..<count).firstPlace { index <= self[$0] }
    }
}

/// Names, each kept once and spoken of by its place.
struct NameTable: Sendable {
    private var names: [String] = []
    private var places: [String: UInt32] = [:]

    /// The place of a name; nil where it never came.
    subscript(name: String) -> UInt32? { places[name] }
    subscript(place: UInt32) -> String { names[Int(place)] }

    mutating func place(adding name: String) -> UInt32 {
        if let place = places[name] { return place }
        let place = UInt32(names.count)
        places[name] = place
        names.append(name)
        return place
    }
}
