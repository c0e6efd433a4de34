// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// What monitors held in time counts, in whatever order an unfaithful node logs it.
@Suite struct AcceptanceTests {
    private static let minute = TimeSpan(milliseconds: 60_000)

    /// A determination with two of the three votes that it needs, and the third one withheld.
    private struct Withheld {
        var play: Play
        let question: QuestionStanding
        let vote: Envelope
    }

    private static let withheld = Result {
        var play = try Play.determinationOpen()
        let question = try #require(play.openQuestion(.determination))
        try play.vote(.yes, 1, 4, on: question.id, at: Scene.day(6))
        let vote = try play.envelope(
            "councillor-2", .vote(Vote(question: question.id, choice: .yes, reason: "")),
            sequence: play.nextSequence(of: "councillor-2"))
        return Withheld(play: play, question: question, vote: vote)
    }

    private func accept(
        _ withheld: inout Withheld, _ monitor: Int, since: Time, at time: Time
    ) throws -> Play.Outcome {
        let acceptance = Acceptance(
            party: "councillor-2", payload: withheld.vote.payloadDigest, accepted: since)
        return try withheld.play.say("monitor-\(monitor)", .acceptance(acceptance), at: time)
    }

    private func status(_ withheld: Withheld) -> QuestionStatus? {
        withheld.play.brake.state.questions.first { $0.id == withheld.question.id }?.status
    }

    @Test func `the order in which vote and acceptances are logged makes no difference`() throws {
        for vote in 0...3 {
            for last in 1...4 {
                var withheld = try Self.withheld.get()
                let deadline = withheld.question.deadline
                var time = deadline
                let monitors = (1...4).filter { $0 != last }
                for place in 0...3 {
                    time = time + Self.minute
                    #expect(status(withheld) == .open, "vote \(vote), without \(last)")
                    if place == vote {
                        _ = try withheld.play.log(withheld.vote, at: time)
                    } else {
                        let monitor = monitors[place < vote ? place : place - 1]
                        #expect(
                            try accept(&withheld, monitor, since: deadline, at: time).isEffective)
                    }
                }
                #expect(status(withheld) == .adopted, "vote \(vote), without \(last)")
                let standing = try #require(
                    withheld.play.brake.state.questions.first { $0.id == withheld.question.id })
                #expect(standing.votes.count == 3 && standing.votes.allSatisfy(\.counts))
                #expect(
                    !withheld.play.brake.state.withoutEffect.contains { vote in
                        standing.votes.contains { $0.entry == vote.entry }
                    })
                try checkInvariants(of: withheld.play)
            }
        }
    }

    @Test func `a liar with any time he likes makes nothing early, and keeps nothing late`() throws
    {
        // One liar, three of four: the third earliest is never earlier than an honest one.
        for (times, counts): ([Int64], Bool) in [
            ([-10_000, -1, 0, 1], true), ([-10_000, -1, 1, 1], false),
            ([-1, -1, -1, 10_000], true), ([-10_000, -10_000, 1, 1], false), ([0, 0, 0, 0], true),
        ] {
            for rotation in 0...3 {
                var withheld = try Self.withheld.get()
                let deadline = withheld.question.deadline
                let closing = deadline + withheld.play.agreement.log.mergeDelay
                _ = try withheld.play.log(withheld.vote, at: deadline + Self.minute)
                for place in 0...3 {
                    let since = deadline + TimeSpan(milliseconds: times[(place + rotation) % 4])
                    _ = try accept(&withheld, place + 1, since: since, at: closing)
                }
                #expect((status(withheld) == .adopted) == counts, "\(times), rotated \(rotation)")
            }
        }
    }

    @Test func `what a monitor says twice, or of the future, has no effect`() throws {
        var withheld = try Self.withheld.get()
        let now = withheld.question.deadline
        let skew = withheld.play.agreement.log.skew
        let ahead = try accept(&withheld, 1, since: now + skew + Self.minute, at: now)
        #expect(ahead.noEffect?.sentence.contains("after it was received") == true)
        #expect(try accept(&withheld, 1, since: now + skew, at: now).isEffective)
        let again = try accept(&withheld, 1, since: now - skew, at: now)
        #expect(again.noEffect?.sentence.contains("has accepted this statement already") == true)
    }

    @Test
    func `the book stays small whoever floods it, and forgets the oldest of that party first`() {
        var book = AcceptanceBook()
        func saying(_ number: Int, of party: Int = 0) -> AcceptanceBook.Saying {
            AcceptanceBook.Saying(party: party, payload: Digest.sha256(Array("\(number)".utf8)))
        }
        let time = Scene.day(1)
        #expect(book.add(saying(0, of: 1), by: 0, at: time, entry: LogIndex(0)) == nil)
        for number in 0..<200 {
            for monitor in 0..<2 {
                #expect(
                    book.add(saying(number), by: monitor, at: time, entry: LogIndex(9)) == nil)
            }
        }
        func isHeld(_ saying: AcceptanceBook.Saying) -> Bool {
            book.time(of: saying, count: 1, among: [0, 1]) != nil
        }
        #expect((0..<200).count { isHeld(saying($0)) } == AcceptanceBook.most)
        #expect(isHeld(saying(0, of: 1)) && isHeld(saying(199)) && !isHeld(saying(0)))
        for number in 0..<200 { book.settle(saying(number)) }
        book.settle(saying(0, of: 1))
        #expect(book.isEmpty)
    }
}
