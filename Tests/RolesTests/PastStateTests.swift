// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Testing
import TransparencyLog

@testable import Roles

/// What the law said at an instant is the same whether it is folded from the beginning or from a
/// copy on the way.
struct PastStateTests {
    /// A log in which the order changes now and then between statements without effect.
    private static let leaves: [[UInt8]] = {
        var submissions = [RoleScene.accession(1)] + RoleScene.selfPause(2)
        for number in Int64(4)...1100 {
            if number % 250 == 0 {
                let resume = SelfResume(model: "fiction-1", reason: "looked again")
                submissions.append(RoleScene.submission(.selfResume(resume), sequence: number))
            } else if number % 250 == 100 {
                let pause = SelfPause(model: "fiction-1", reason: "again")
                submissions.append(RoleScene.submission(.selfPause(pause), sequence: number))
            } else {
                submissions.append(RoleScene.hearing(number))
            }
        }
        let opening = Entry.leaf(received: RoleScene.start, envelope: RoleScene.opening())
        return [opening]
            + submissions.enumerated().map { place, submission in
                // In threes of the same instant, some minutes apart.
                Entry.leaf(
                    received: RoleScene.start + Int64(place / 3 + 1) * 420,
                    envelope: submission.envelope)
            }
    }()

    private static let entries: [Entry] = leaves.enumerated().map {
        try! Entry(parsing: $1, index: LogIndex(UInt64($0)))
    }

    private static let end = entries.last!.received

    private static let restored: LogOperator = {
        var log = LogOperator(agreement: RoleScene.agreement, monitors: [])
        for leaf in leaves { try! log.restore(leaf: leaf) }
        return log
    }()

    /// From the beginning, without any copy.
    private static func replayed(at time: Time) -> [UInt8] {
        var brake = Brake(agreement: RoleScene.agreement)
        for entry in entries where entry.received <= time { brake.fold(entry) }
        return brake.state(at: time).json.canonicalBytes
    }

    private static func asked(at time: Time) throws -> (bytes: [UInt8], folded: Int)? {
        guard case .state(var past) = restored.past(at: time, now: end + 1) else { return nil }
        let start = Int(past.next.value)
        while !past.isComplete { try past.read(leaves[Int(past.next.value)]) }
        return (past.state.json.canonicalBytes, Int(past.size.value) - start)
    }

    @Test func `from copies comes the same as from the beginning, byte for byte`() throws {
        let span = (PastStateTests.end - RoleScene.start).milliseconds
        var seed: UInt64 = 20_261_121
        var folds: [Int] = []
        for _ in 0..<60 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let time = RoleScene.start + TimeSpan(milliseconds: Int64(seed >> 33) % span)
            let asked = try #require(try PastStateTests.asked(at: time))
            #expect(asked.bytes == PastStateTests.replayed(at: time), "at \(time)")
            folds.append(asked.folded)
        }
        #expect(folds.max()! <= 256, "no more is folded than lies between two copies")
        #expect(folds.contains { $0 > 0 })
    }

    @Test func `an entry counts from its own instant on`() throws {
        for place in [0, 1, 255, 256, 257, 512, 1000] {
            let stamp = PastStateTests.entries[place].received
            for time in [stamp, stamp + TimeSpan(milliseconds: -1)] where time >= RoleScene.start {
                let asked = try #require(try PastStateTests.asked(at: time))
                #expect(asked.bytes == PastStateTests.replayed(at: time), "at \(time)")
            }
        }
    }

    @Test func `what has not come, and what was before the opening, is not answered`() {
        let log = PastStateTests.restored
        let now = PastStateTests.end + 10
        guard case .future(now) = log.past(at: now, now: now) else {
            Issue.record("now is not over yet")
            return
        }
        guard case .future = log.past(at: now + 1, now: now) else {
            Issue.record("the future was answered")
            return
        }
        let before = RoleScene.start + TimeSpan(milliseconds: -1)
        guard case .beforeOpening(RoleScene.start) = log.past(at: before, now: now) else {
            Issue.record("the time before the opening was answered")
            return
        }
    }

    @Test func `copies are bounded, and lie evenly`() {
        var brake = Brake(agreement: RoleScene.agreement)
        var snapshots = Snapshots(stride: 4)
        for entry in PastStateTests.entries {
            brake.fold(entry)
            snapshots.note(brake)
        }
        let sizes = snapshots.kept.map(\.size.value)
        #expect(sizes.count <= Snapshots.most && sizes.count >= Snapshots.most / 2 - 1)
        let gaps = zip(sizes.dropFirst(), sizes).map { $0 - $1 }
        #expect(gaps.allSatisfy { $0 == snapshots.stride })
        #expect(snapshots.latest(within: TreeSize(sizes[3] + 1))?.size.value == sizes[3])
        #expect(snapshots.latest(within: TreeSize(3)) == nil)
    }
}
