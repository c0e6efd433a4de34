// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import Testing
import TransparencyLog

@testable import Roles

/// What a party may have logged follows from the log; nothing else keeps it out.
struct QuotaTests {
    private static let window = TimeSpan(milliseconds: 60_000)

    /// A log in which developer-a said something every second.
    private static func log(_ count: Int, quota: Int) throws -> LogOperator {
        var log = LogOperator(agreement: RoleScene.agreement, monitors: [])
        log.quota = Quota(statements: quota, window: window)
        for leaf in RoleScene.leaves(count) { try log.restore(leaf: leaf) }
        return log
    }

    /// What the sender is told at once; nil where the statement is taken.
    private static func answer(
        _ log: inout LogOperator, _ submission: Submission, at now: Time
    ) -> SubmissionAnswer? {
        for action in log.receive(.submitted(Ticket(7), submission), now: now) {
            if case .reply(Ticket(7), let answer) = action { return answer }
        }
        return nil
    }

    private static func wait(_ answer: SubmissionAnswer?) -> TimeSpan? {
        if case .overQuota(_, let wait)? = answer { wait } else { nil }
    }

    private func check(
        _ count: Int, quota: Int, after seconds: Int64, wait expected: Int64?,
        by signer: PrivateKey = RoleScene.developer
    ) throws {
        var log = try QuotaTests.log(count, quota: quota)
        let answer = QuotaTests.answer(
            &log, RoleScene.hearing(500, by: signer), at: RoleScene.start + seconds)
        #expect(
            QuotaTests.wait(answer) == expected.map { TimeSpan(milliseconds: $0 * 1000) },
            "\(count) statements, a quota of \(quota), after \(seconds) s")
        #expect((answer == nil) == (expected == nil))
    }

    @Test func `a party waits until its last statements but so many are older than the window`()
        throws
    {
        try check(10, quota: 3, after: 11, wait: 57)
        try check(10, quota: 3, after: 67, wait: 1)
        try check(10, quota: 3, after: 68, wait: nil)
        try check(10, quota: 10, after: 11, wait: 50)
        try check(10, quota: 11, after: 11, wait: nil)
        try check(10, quota: 0, after: 11, wait: nil)
        try check(10, quota: 3, after: 11, wait: nil, by: RoleScene.council[0])
    }

    @Test func `what waits counts as logged`() throws {
        var log = try QuotaTests.log(1, quota: 3)
        let now = RoleScene.start + 2
        for number in Int64(2)...3 {
            #expect(QuotaTests.answer(&log, RoleScene.hearing(number), at: now) == nil)
        }
        #expect(
            QuotaTests.wait(QuotaTests.answer(&log, RoleScene.hearing(4), at: now))
                == TimeSpan(milliseconds: 59_000))
        log.quota = Quota(statements: 2, window: QuotaTests.window)
        #expect(
            QuotaTests.wait(QuotaTests.answer(&log, RoleScene.hearing(4), at: now))
                == QuotaTests.window)
    }

    @Test func `who is over its quota still gets the receipt of what it has said`() throws {
        var log = try QuotaTests.log(10, quota: 3)
        let now = RoleScene.start + 11
        #expect(QuotaTests.answer(&log, RoleScene.hearing(9), at: now) == nil)
        #expect(QuotaTests.wait(QuotaTests.answer(&log, RoleScene.hearing(11), at: now)) != nil)
    }

    @Test func `what machines sign at every period is counted apart`() throws {
        var log = try QuotaTests.log(10, quota: 3)
        let now = RoleScene.start + 11
        let telemetry = Voice(signer: "developer-a", isPeriodic: true)
        let speech = Voice(signer: "developer-a", isPeriodic: false)
        #expect(log.overQuota(speech, now) != nil && log.overQuota(telemetry, now) == nil)
        for number in UInt64(11)...13 {
            log.entries.append(
                EntrySummary(
                    index: LogIndex(number), received: now, kind: .telemetry,
                    signer: "developer-a", subject: "north-1", effect: .effective))
        }
        #expect(log.overQuota(telemetry, now) == QuotaTests.window)
    }

    @Test func `a full queue refuses who fills it, and nobody else`() throws {
        var log = try QuotaTests.log(0, quota: 0)
        let one = RoleScene.hearing(1)
        let other = Saying(signer: "somebody", payload: Digest.sha256([]))
        log.queue = [Saying](repeating: other, count: LogOperator.longestQueue)
        let now = RoleScene.start + 1
        #expect(QuotaTests.answer(&log, one, at: now) == nil)
        let share = LogOperator.longestQueue / (4 * RoleScene.agreement.parties.count)
        for number in 0..<share {
            let bytes = Array("\(number)".utf8)
            log.waiting[Saying(signer: "developer-a", payload: Digest.sha256(bytes))] = Waiting(
                envelope: one.envelope, statement: one.statement, tickets: [])
        }
        guard case .busy? = QuotaTests.answer(&log, RoleScene.hearing(2), at: now) else {
            Issue.record("taken beyond its share")
            return
        }
        let councillor = RoleScene.hearing(1, by: RoleScene.council[0])
        #expect(QuotaTests.answer(&log, councillor, at: now) == nil)
    }

    @Test func `the waiting room counts who waits, and how much`() throws {
        var room: WaitingRoom = [:]
        let said = RoleScene.hearing(1)
        let saying = Saying(signer: said.signer, payload: said.envelope.payloadDigest)
        let voice = Voice(saying, said.statement)
        let waiting = Waiting(envelope: said.envelope, statement: said.statement, tickets: [])
        room[saying] = waiting
        room[saying] = waiting
        room.add(Ticket(3), to: saying)
        #expect(room.count(of: voice) == 1)
        #expect(room.bytes == said.envelope.payload.count)
        #expect(room[saying]?.tickets == [Ticket(3)])
        #expect(room.removeValue(forKey: saying) != nil)
        #expect(room.removeValue(forKey: saying) == nil)
        #expect(room.count(of: voice) == 0 && room.bytes == 0)
    }
}
