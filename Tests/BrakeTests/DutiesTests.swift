// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// What a party owes, and when.
@Suite struct DutiesTests {
    /// A party owes exactly this: identities with dates, in order.
    private func check(
        _ play: Play, _ party: String, at time: Time, _ expected: [(String, Time?)],
        of kind: Duty.Kind? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let duties = play.brake.duties(of: party, at: time).filter {
            kind == nil || $0.kind == kind
        }
        let found = duties.map { "\($0.id) \($0.due.map { "\($0)" } ?? "open")" }
        #expect(
            found == expected.map { "\($0.0) \($0.1.map { "\($0)" } ?? "open")" }, "\(duties)",
            sourceLocation: sourceLocation)
    }

    @Test func `before it joins, a party owes an answer, and a monitor nothing`() throws {
        var play = try Play()
        try play.open()
        check(play, "norland", at: Scene.day(1), [("accede-accession", nil)])
        check(play, "monitor-1", at: Scene.day(1), [])
        check(play, "a-stranger", at: Scene.day(1), [])
        try play.join("norland", at: Scene.day(2))
        check(play, "norland", at: Scene.day(2), [])
        let duty = play.brake.duties(of: "sudland", at: Scene.day(2)).first
        #expect(duty?.sentence.contains("entry into force waits for") == true)
    }

    @Test func `a member of the council owes its vote until the deadline, once, unless recused`()
        throws
    {
        var play = try Play.determinationOpen()
        let question = try #require(play.openQuestion(.determination))
        let owed = [("vote-\(question.id)", Optional(question.deadline))]
        check(play, "councillor-1", at: Scene.day(6), owed)
        check(play, "norland", at: Scene.day(6), [])
        let recused = try #require(question.recused.first?.party)
        check(play, recused, at: Scene.day(6), [])
        try play.vote(.no, 1, on: question.id, at: Scene.day(6))
        check(play, "councillor-1", at: Scene.day(6), [])
        check(play, "councillor-2", at: Scene.day(6), owed)
        // The instant of the deadline still counts; afterwards nothing is owed any longer.
        check(play, "councillor-2", at: question.deadline, owed)
        check(play, "councillor-2", at: question.deadline + TimeSpan(milliseconds: 1), [])
    }

    @Test func `who is bound by a called pause owes the stop by its grace, and then evidence`()
        throws
    {
        let play = try Play.provisionallyPaused()
        let pause = try #require(play.brake.state.order.measures.first)
        let cause = try #require(pause.causes.first)
        let evidence = pause.from + play.agreement.verification.stopEvidenceWithin
        check(
            play, "developer-b", at: Scene.day(6),
            [
                ("save-pause-\(cause)", pause.from), ("declare-site-site", evidence),
                ("show-stop-\(cause)", evidence),
            ])
        check(
            play, "developer-b", at: pause.from + TimeSpan(milliseconds: 1),
            [
                ("declare-site-site", evidence), ("show-stop-\(cause)", evidence),
                ("comply-pause-\(cause)", nil),
            ])
        let late = play.brake.duties(
            of: "developer-b", at: evidence + TimeSpan(milliseconds: 1))
        #expect(late.first { $0.kind == .showStop }?.isOverdue == true)
        // An indicator of the frontier is owed for the frontier, whatever the cause is about.
        check(
            play, "evaluator-2", at: Scene.day(6),
            [
                ("measure-doubling-time-frontier", nil), ("measure-horizon-model:fiction-1", nil),
                ("measure-tasks-model:fiction-1", nil),
            ])
    }

    @Test func `a measurement made since the cause is owed again before it is too old`() throws {
        var play = try Play.provisionallyPaused()
        let made = Scene.day(7)
        try play.measure(.horizon(60, made: made), by: "evaluator-1", at: Scene.day(7))
        let indicator = try #require(play.agreement.indicator("horizon"))
        let due = made + indicator.staleAfter
        let duties = play.brake.duties(of: "evaluator-1", at: Scene.day(7))
        #expect(duties.first?.id == "measure-horizon-model:fiction-1")
        #expect(duties.first?.due == due)
        let other = duties.first { $0.about == "tasks-model:fiction-1" }
        #expect(other?.due == nil)
        #expect(other?.sentence.contains("and its last is of \(Scene.day(4))") == true)
        #expect(other?.clause == play.agreement.indicator("tasks")?.article)
    }

    @Test func `a notice is owed until it ends, and a party that is gone owes nothing`() throws {
        var play = try Play.inForce()
        let leave = Withdrawal(reason: "elections")
        #expect(try play.say("sudland", .withdrawal(leave), at: Scene.day(3)).isEffective)
        let end = Scene.day(3) + play.agreement.exit.notice
        check(play, "sudland", at: Scene.day(4), [("notice-withdrawal", end)])
        check(play, "sudland", at: end + TimeSpan(milliseconds: 1), [])
    }

    @Test func `a party that stopped itself complies until it says otherwise`() throws {
        var play = try Play.inForce()
        try play.register("fiction-1", by: "developer-a", at: Scene.day(3))
        let pause = SelfPause(model: "fiction-1", reason: "too good")
        #expect(try play.say("developer-a", .selfPause(pause), at: Scene.day(4)).isEffective)
        let duties = play.brake.duties(of: "developer-a", at: Scene.day(4, hour: 1))
        let comply = duties.first { $0.kind == .comply }
        #expect(comply?.sentence.contains("until the party itself ends it") == true)
        check(play, "developer-b", at: Scene.day(4, hour: 1), [("declare-site-site", nil)])
    }

    @Test func `a stop is owed piece by piece, by its party and by the auditor`() throws {
        var play = try Play.provisionallyPaused()
        let evidence = Scene.day(14)
        func site(_ predicate: PauseAgreement.Predicate, at time: Time) throws {
            #expect(try play.say("developer-b", predicate, at: time).isEffective)
        }
        try site(.site(SiteDeclaration(site: "north-1", emulated: false)), at: Scene.day(9))
        check(
            play, "developer-b", at: Scene.day(9, hour: 1),
            [
                ("telemetry-north-1", Scene.day(10, hour: 6)), ("show-stop-c23", evidence),
                ("stop-north-1", evidence), ("comply-pause-c23", nil),
            ])
        try site(.stop(StopDeclaration(site: "north-1", since: Scene.day(9))), at: Scene.day(10))
        let period = TelemetryPeriod(
            site: "north-1", from: Scene.day(9), to: Scene.day(10), root: Digest.sha256([1]),
            events: [], emulated: false)
        try site(.telemetry(period), at: Scene.day(10))
        check(
            play, "developer-b", at: Scene.day(10),
            [
                ("telemetry-north-1", Scene.day(11, hour: 6)), ("show-stop-c23", evidence),
                ("comply-pause-c23", nil),
            ])
        let telemetry = try #require(play.brake.state.sites.first?.telemetry)
        let draw = InspectionDraw(
            party: "developer-b", site: "north-1", telemetry: telemetry, seed: Digest.sha256([2]),
            count: 3)
        #expect(try play.say("auditor-1", .draw(draw), at: Scene.day(10)).isEffective)
        let owed = play.brake.duties(of: "developer-b", at: Scene.day(10)).map(\.kind)
        #expect(owed.contains(.answer))
        let auditor = play.brake.duties(of: "auditor-1", at: Scene.day(10))
        #expect(auditor.first { $0.about == "developer-b/north-1" }?.due == evidence)
    }

    @Test func `evaluators owe what has to be measured every so often, overdue once it was missed`()
        throws
    {
        let agreement = try Scene.agreement(changing: [
            ("indicators.horizon.every", "30 d"), ("indicators.doubling-time.every", "60 d"),
            ("triggers.autonomy.evidence.from", "[auditor-1, evaluator-1]"),
        ])
        var play = try Play.inForce(agreement)
        try play.register("fiction-1", by: "developer-a", at: Scene.day(3))
        let field = ("evaluate-doubling-time-frontier", Optional(Scene.day(61)))
        let first = ("evaluate-horizon-model:fiction-1", Optional(Scene.day(33)))
        check(play, "evaluator-1", at: Scene.day(4), [first, field])
        // Nobody asks it about horizons, but the field's trigger asks anybody.
        check(play, "evaluator-2", at: Scene.day(4), [field])
        check(play, "developer-a", at: Scene.day(4), [], of: .evaluate)
        try play.measure(
            .horizon(300, made: Scene.day(9)), by: "evaluator-1", at: Scene.day(10))
        let next = ("evaluate-horizon-model:fiction-1", Optional(Scene.day(39)))
        check(play, "auditor-1", at: Scene.day(11), [next, field])
        check(play, "auditor-1", at: Scene.day(40), [next, field])
        let duty = try #require(play.brake.duties(of: "auditor-1", at: Scene.day(40)).first)
        #expect(
            duty.isOverdue && duty.sentence.contains("nothing older says that a trigger is clear"))
        #expect(play.brake.state(at: Scene.day(40)).missed.map(\.indicator) == ["horizon"])
    }

    @Test func `a developer owes an answer to each request for access, once`() throws {
        let agreement = try Scene.agreement(changing: [("clocks.access-answer-within", "7 d")])
        var play = try Play.inForce(agreement)
        try play.register("fiction-1", by: "developer-a", at: Scene.day(3))
        let request = AccessRequest(model: "fiction-1", access: .whiteBox, what: "weights")
        let outcome = try play.say("evaluator-1", .accessRequest(request), at: Scene.day(4))
        guard case .effective(let entry) = outcome else { throw Misread("\(outcome)") }
        let owed = [("access-e\(entry)", Optional(Scene.day(11)))]
        check(play, "developer-a", at: Scene.day(5), owed, of: .access)
        check(play, "developer-b", at: Scene.day(5), [], of: .access)
        #expect(play.brake.duties(of: "developer-a", at: Scene.day(12)).first?.isOverdue == true)
        let answer = AccessAnswer(request: entry, access: nil, reason: "not before release")
        try play.say("developer-a", .accessAnswer(answer), at: Scene.day(12))
        check(play, "developer-a", at: Scene.day(12), [], of: .access)
        #expect(play.brake.state.evaluations.first?.answer?.inTime == false)
    }
}
