// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import Testing

struct StandbyTests {
    private static let span = TimeSpan(milliseconds: 4000)
    private static let pace = TimeSpan(milliseconds: 800)

    /// A role and its clock.
    private struct Play {
        var role = Standby(span: span, pace: pace, now: Time(milliseconds: 0))
        var now: Int64 = 0

        mutating func tell(_ event: Standby.Event, after milliseconds: Int64 = 0) -> [Standby
            .Action]
        {
            now += milliseconds
            // What people are told is looked at where it matters.
            return role.receive(event, now: Time(milliseconds: now)).filter {
                if case .report = $0 { false } else { true }
            }
        }

        /// What it wants done, as tests read it.
        mutating func check(
            _ event: Standby.Event, after milliseconds: Int64 = 0, _ expected: [Standby.Action],
            _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let actions = tell(event, after: milliseconds)
            #expect(actions == expected, comment, sourceLocation: sourceLocation)
        }

        /// Up to where it sequences.
        static func sequencing(_ epoch: Int64 = 7) -> Play {
            var play = Play()
            play.check(.clock, [.take])
            play.check(.taken(epoch: epoch), [.catchUp(epoch: epoch)])
            #expect(!play.role.isSequencing)
            play.check(.caughtUp(epoch: epoch), [.begin])
            #expect(play.role.isSequencing)
            return play
        }
    }

    @Test
    func `it asks for the tenure at its pace until it is given it, and reads before it begins`() {
        var play = Play()
        play.check(.clock, [.take])
        play.check(.clock, after: 5000, [], "one question at a time")
        play.check(.taken(epoch: nil), [])
        play.check(.clock, after: 799, [])
        play.check(.clock, after: 1, [.take])
        play.check(.taken(epoch: 3), [.catchUp(epoch: 3)])
        play.check(.caughtUp(epoch: 2), [], "an answer from another tenure")
        play.check(.caughtUp(epoch: 3), [.begin])
    }

    @Test func `a tenure that was given back is asked for at once`() {
        var play = Play()
        play.check(.clock, [.take])
        play.check(.taken(epoch: nil), [])
        play.check(.released, after: 1, [.take])
        play.check(.released, [])
    }

    @Test func `it renews the tenure at its pace`() {
        var play = Play.sequencing()
        play.check(.clock, after: 799, [])
        play.check(.clock, after: 1, [.renew(epoch: 7)])
        play.check(.clock, after: 400, [], "one question at a time")
        play.check(.renewed(epoch: 7, true), [])
        play.check(.clock, after: 799, [])
        play.check(.clock, after: 1, [.renew(epoch: 7)])
    }

    @Test func `where another has the tenure it stands down at once`() {
        var play = Play.sequencing()
        _ = play.tell(.clock, after: 800)
        play.check(.renewed(epoch: 7, false), [.standDown])
        #expect(!play.role.isSequencing)
        play.check(.clock, after: 100, [], "others go first")
        play.check(.clock, after: 8000, [.take])
    }

    @Test func `a database that is silent for a span ends the tenure on both sides`() {
        var play = Play.sequencing()
        play.check(.clock, after: 800, [.renew(epoch: 7)])
        play.check(.renewed(epoch: 7, nil), [])
        play.check(.clock, after: 800, [.renew(epoch: 7)])
        play.check(.clock, after: 2399, [])
        play.check(.clock, after: 1, [.standDown, .release])
        play.check(.renewed(epoch: 7, true), [], "too late")
        #expect(!play.role.isSequencing)
    }

    @Test func `one that cannot write lets others go first`() {
        var play = Play.sequencing()
        play.check(.failed("no"), [.standDown, .release])
        play.check(.failed("no"), [])
        play.check(.clock, after: 7999, [])
        play.check(.clock, after: 1, [.take])
    }

    @Test(arguments: [true, false])
    func `one that must not sign any more, or is told to stop, gives the tenure back for good`(
        isHalted: Bool
    ) {
        let end = isHalted ? Standby.Event.halted : .stopping
        var play = Play.sequencing()
        play.check(end, [.standDown, .release])
        play.check(.clock, after: 60_000, [])
        play.check(.released, [])
        play.check(end, [])
        var asked = Play()
        asked.check(.clock, [.take])
        asked.check(end, [])
        asked.check(.taken(epoch: 1), [.release], "it was given after all")
    }
}
