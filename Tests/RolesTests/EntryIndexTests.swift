// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Testing
import TransparencyLog

@testable import Roles

/// The index against a plain list that is filtered.
struct EntryIndexTests {
    /// Summaries of a log that never was: many of the same instant, of few signers and kinds.
    private static func summaries(_ count: Int, seed: UInt64 = 1) -> [EntrySummary] {
        var state = seed
        func draw(_ below: UInt64) -> UInt64 {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
            return (bits ^ bits >> 31) % below
        }
        var received: Int64 = 1_763_700_000_000
        let kinds: [StatementKind] = [.hearing, .vote, .telemetry, .telemetry, .question]
        return (0..<count).map { place in
            received += draw(3) == 0 ? Int64(draw(1000)) : 0
            let subject = draw(4) == 0 ? nil : "q\(draw(9))"
            let effect: Effect =
                draw(3) == 0
                ? .without(
                    NoEffect(
                        reason: .unknownQuestion(subject ?? ""), clause: place % 2 == 0 ? "1" : nil)
                ) : .effective
            return EntrySummary(
                index: LogIndex(UInt64(place)), received: Time(milliseconds: received),
                kind: place == 0 ? .opening : kinds[Int(draw(5))], signer: "party-\(draw(4))",
                subject: subject, effect: effect)
        }
    }

    private static func index(_ summaries: [EntrySummary]) -> EntryIndex {
        var index = EntryIndex()
        for summary in summaries { index.append(summary) }
        return index
    }

    /// Everything that a search brings, part by part.
    private static func all(
        _ index: EntryIndex, _ selection: EntryIndex.Selection, in range: Range<UInt64>,
        _ direction: EntryIndex.Direction, limit: Int, effort: Int
    ) -> [EntrySummary] {
        var range = range
        var found: [EntrySummary] = []
        while true {
            let part = index.search(selection, in: range, direction, limit: limit, effort: effort)
            #expect(part.found.count <= limit)
            found += part.found
            guard let next = part.next else { return found }
            #expect(range.contains(next.value), "a search that goes on gets further")
            range =
                direction == .oldestFirst
                ? next.value + 1..<range.upperBound : range.lowerBound..<next.value
        }
    }

    private static let selections: [EntryIndex.Selection] = {
        var selections: [EntryIndex.Selection] = []
        for signer in [nil, "party-1", "nobody"] as [String?] {
            for kind in [nil, .telemetry, .vote, .opening] as [StatementKind?] {
                for subject in [nil, "q3", "nothing"] as [String?] {
                    selections.append(.init(signer: signer, kind: kind, subject: subject))
                }
            }
        }
        return selections
    }()

    @Test func `a row says what it was given`() {
        let summaries = EntryIndexTests.summaries(10_000)
        let index = EntryIndexTests.index(summaries)
        #expect(index.size == TreeSize(10_000))
        for summary in summaries {
            #expect(index[summary.index] == summary)
            #expect(index.received(summary.index) == summary.received)
        }
        #expect(index[LogIndex(10_000)] == nil && index.received(LogIndex(.max)) == nil)
    }

    @Test func `an empty log has nothing to be found`() {
        let index = EntryIndex()
        #expect(index.size == .empty)
        #expect(index[LogIndex(0)] == nil)
        let findings = index.search(.init(), in: 0..<10, limit: 1)
        #expect(findings == EntryIndex.Findings(found: [], next: nil))
        #expect(index.size(receivedBefore: Time(milliseconds: .max)) == .empty)
    }

    @Test func `whatever is looked for is found, in both directions, in parts of any size`() {
        let summaries = EntryIndexTests.summaries(1500)
        let index = EntryIndexTests.index(summaries)
        let times = [nil, summaries[400].received, summaries[1100].received]
        for base in EntryIndexTests.selections {
            for from in times {
                for until in times {
                    var selection = base
                    selection.from = from
                    selection.until = until
                    for range: Range<UInt64> in [0..<1500, 300..<1200, 0..<9999, 1499..<1500] {
                        let expected = summaries.filter {
                            range.contains($0.index.value) && selection.takes($0)
                        }
                        for (limit, effort) in [(7, 50), (1000, 1_000_000)] {
                            let forward = EntryIndexTests.all(
                                index, selection, in: range, .oldestFirst, limit: limit,
                                effort: effort)
                            #expect(forward == expected, "\(selection) \(range)")
                            let backward = EntryIndexTests.all(
                                index, selection, in: range, .newestFirst, limit: limit,
                                effort: effort)
                            #expect(backward == expected.reversed(), "\(selection) \(range)")
                        }
                    }
                }
            }
        }
    }

    @Test func `where nothing more is to be found, a full part says so`() {
        let summaries = EntryIndexTests.summaries(300)
        let index = EntryIndexTests.index(summaries)
        let selection = EntryIndex.Selection(signer: "party-2", kind: .telemetry)
        let count = summaries.count { selection.takes($0) }
        #expect(count > 2)
        #expect(index.search(selection, in: 0..<300, limit: count).next == nil)
        let part = index.search(selection, in: 0..<300, limit: count - 1)
        #expect(part.next == part.found.last?.index)
    }

    @Test func `how many were received by an instant is known`() {
        let summaries = EntryIndexTests.summaries(700)
        let index = EntryIndexTests.index(summaries)
        for summary in summaries {
            let before = summaries.count { $0.received < summary.received }
            let upTo = summaries.count { $0.received <= summary.received }
            #expect(index.size(receivedBefore: summary.received) == TreeSize(UInt64(before)))
            #expect(index.size(receivedUpTo: summary.received) == TreeSize(UInt64(upTo)))
        }
        #expect(index.size(receivedUpTo: Time(milliseconds: .max)) == TreeSize(700))
    }

    @Test func `the stamp of a signer's last entries is that of a list counted backwards`() {
        let summaries = EntryIndexTests.summaries(900)
        let index = EntryIndexTests.index(summaries)
        for signer in ["party-0", "party-3", "nobody"] {
            for isPeriodic in [true, false] {
                let own = summaries.filter {
                    $0.signer == signer && ($0.kind == .telemetry) == isPeriodic
                }
                for count in [1, 2, 50, 900] {
                    let expected = count <= own.count ? own[own.count - count].received : nil
                    #expect(
                        index.stamp(ofLast: count, by: signer, periodic: isPeriodic) == expected)
                }
            }
        }
    }

    @Test func `a row takes 20 bytes, and a subject spoken of once no list`() {
        #expect(MemoryLayout<Row>.stride == 20)
        #expect(MemoryLayout<Postings>.stride == 16)
    }

    @Test func `an entry takes about 32 bytes`() {
        let index = EntryIndexTests.index(EntryIndexTests.summaries(100_000))
        // Lists grow by doubling, so that up to half of each is reserved and not used.
        #expect((32...45).contains(index.reserved / 100_000), "\(index.reserved)")
    }

    // MARK: - Held against the log

    private static func replayed(_ leaves: [[UInt8]]) throws -> IndexReplay {
        var replay = IndexReplay(agreement: RoleScene.agreement)
        for leaf in leaves { try replay.append(leaf) }
        return replay
    }

    @Test func `the index is derived again from the leaves, and shows what an answer left out`()
        throws
    {
        let leaves = RoleScene.leaves(40)
        let replay = try EntryIndexTests.replayed(leaves)
        let tree = MerkleTree(leafHashes: leaves.map { MerkleHash.leaf($0) })
        #expect(replay.head == tree.head)
        let selection = EntryIndex.Selection(signer: "developer-a", kind: .hearing)
        let size = TreeSize(30)
        let right = replay.findings(selection, in: size).map { ListedEntry($0) }
        #expect(right.map(\.index.value) == Array(1..<30))
        #expect(right.map { ListedEntry(json: .object($0.json)) } == right)
        #expect(replay.fault(in: right, to: selection, over: size) == nil)
        for place in right.indices {
            var wrong = right
            wrong.remove(at: place)
            #expect(
                replay.fault(in: wrong, to: selection, over: size)
                    == .leftOut(right[place].index))
            wrong = right
            wrong.insert(ListedEntry(replay.index[LogIndex(0)]!), at: place)
            #expect(
                replay.fault(in: wrong, to: selection, over: size) == .notSought(LogIndex(0)))
            wrong = right
            let one = right[place]
            wrong[place] = ListedEntry(
                EntrySummary(
                    index: one.index, received: one.received, kind: one.kind, signer: one.signer,
                    subject: one.subject, effect: .effective))
            #expect(
                replay.fault(in: wrong, to: selection, over: size) == .misdescribed(one.index))
        }
        let more = right + [ListedEntry(replay.index[LogIndex(30)]!)]
        #expect(
            replay.fault(in: more, to: selection, over: size) == .notSought(LogIndex(30)))
    }

    @Test func `a leaf that may not stand in the log is not indexed`() throws {
        var leaves = RoleScene.leaves(3)
        leaves.swapAt(2, 3)
        #expect(throws: LogFailure.self) { try EntryIndexTests.replayed(leaves) }
        var forged = RoleScene.leaves(2)
        forged[2] = RoleScene.leaves(2, variant: 1)[2]
        forged[2][forged[2].count / 2] ^= 1
        #expect(throws: LogFailure.self) { try EntryIndexTests.replayed(forged) }
        #expect(throws: LogFailure.self) {
            try EntryIndexTests.replayed([RoleScene.leaves(1)[1]])
        }
    }
}
