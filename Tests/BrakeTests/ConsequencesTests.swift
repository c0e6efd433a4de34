// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// What one entry led to.
@Suite struct ConsequencesTests {
    /// The law before the last entry of a play, and that entry.
    private func last(of play: Play) throws -> (Brake, Entry) {
        var brake = Brake(agreement: play.agreement)
        let entries = try play.leaves.enumerated().map {
            try Entry(parsing: $0.element, index: LogIndex(UInt64($0.offset)))
        }
        for entry in entries.dropLast() { brake.fold(entry) }
        return (brake, try #require(entries.last))
    }

    /// The last entry changed exactly these things, each with these words in its sentence.
    private func check(
        _ play: Play, _ expected: [(Consequences.Change.Kind, String, String)],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let (brake, entry) = try last(of: play)
        let found = brake.consequences(of: entry).changes
        let names = found.map { "\($0.kind.rawValue) \($0.about)" }
        #expect(
            names == expected.map { "\($0.0.rawValue) \($0.1)" }, "\(found)",
            sourceLocation: sourceLocation)
        for (change, wanted) in zip(found, expected) {
            #expect(
                change.sentence.contains(wanted.2), "\(change)", sourceLocation: sourceLocation)
        }
    }

    @Test func `of a registration are a model and what its triggers read`() throws {
        var play = try Play.inForce()
        try play.register("fiction-1", by: "developer-a", at: Scene.day(3))
        let (brake, entry) = try last(of: play)
        let found = brake.consequences(of: entry)
        #expect(found.epochAfter == found.epochBefore + 1)
        #expect(found.brakeBefore == .running && found.brakeAfter == .running)
        #expect(Set(found.changes.map(\.kind)) == [.trigger, .model])
        #expect(found.changes.last?.sentence.contains("of developer-a, not released") == true)
        #expect(
            found.changes.first { $0.kind == .trigger }?.sentence.hasPrefix("reads unknown: ")
                == true)
    }

    @Test func `of a measurement that crosses are a trigger, a question and the state`() throws {
        var play = try Play.inForce()
        try play.register("fiction-1", by: "developer-a", at: Scene.day(3))
        try play.measure(.horizon(600, made: Scene.day(4)), by: "evaluator-1", at: Scene.day(5))
        try play.measure(.tasks("0.9", made: Scene.day(4)), by: "evaluator-1", at: Scene.day(5))
        let question = try #require(play.openQuestion(.determination))
        try check(
            play,
            [
                (.brake, "brake", "a determination is open (it was running before)"),
                (.question, question.id, "opened: is autonomy crossed"),
                (.trigger, "autonomy on model:fiction-1", "reads crossed, where it read unknown"),
                (.measurement, "tasks", "evaluator-1's newest on model:fiction-1 is 0.9 share"),
            ])
        let (brake, entry) = try last(of: play)
        #expect(brake.consequences(of: entry).opened == [question.id])
    }

    @Test func `of a vote short of the quorum is a question, of the last one a cause`() throws {
        var play = try Play.determinationOpen()
        let id = try #require(play.openQuestion(.determination)).id
        try play.vote(.yes, 1, on: id, at: Scene.day(6))
        try check(play, [(.question, id, "votes: is autonomy crossed")])
        try play.vote(.yes, 2, 4, on: id, at: Scene.day(6))
        let (brake, entry) = try last(of: play)
        let found = brake.consequences(of: entry)
        #expect(found.brakeBefore == .notified && found.brakeAfter == .called)
        let cause = "c\(entry.index)"
        let confirmation = try #require(play.openQuestion(.confirmation)).id
        #expect(found.opened == [cause, confirmation])
        let about = found.changes.map { "\($0.kind.rawValue) \($0.about)" }
        for wanted in [
            "brake brake", "measure pause", "cause \(cause)", "question \(id)",
            "question \(confirmation)", "party developer-a", "party developer-b",
        ] {
            #expect(about.contains(wanted), "\(wanted) in \(about)")
        }
        #expect(found.changes.first { $0.about == id }?.sentence.hasPrefix("closed: ") == true)
        #expect(found.changes.first { $0.about == "pause" }?.clause == "6.4")
    }

    @Test func `of the end of a cause are the end of its measure and of what asked about it`()
        throws
    {
        var play = try Play.inForce()
        try play.register("fiction-1", by: "developer-a", at: Scene.day(3))
        let pause = SelfPause(model: "fiction-1", reason: "too good")
        #expect(try play.say("developer-a", .selfPause(pause), at: Scene.day(4)).isEffective)
        let cause = try #require(play.brake.state.order.causes.first).id
        let resume = SelfResume(model: "fiction-1", reason: "mended")
        #expect(try play.say("developer-a", .selfResume(resume), at: Scene.day(5)).isEffective)
        try check(
            play,
            [
                (.measure, "pause", "on developer-a is in force no longer"),
                (.cause, cause, "ended"),
                (.party, "developer-a", "is free, no longer stopping"),
            ])
    }

    @Test func `of an entry without effect are none, and it says why`() throws {
        var play = try Play.determinationOpen()
        let vote = Vote(question: "q999", choice: .yes, reason: "")
        #expect(
            try play.say("councillor-1", .vote(vote), at: Scene.day(6)).noEffect != nil)
        try check(play, [])
        let (brake, entry) = try last(of: play)
        let found = brake.consequences(of: entry)
        guard case .without(let why) = found.entry.effect else {
            Issue.record("\(found.entry)")
            return
        }
        #expect(why.sentence == "there is no question q999")
        #expect(found.epochBefore == found.epochAfter)
    }

    @Test func `do not count deadlines that ran out before the entry came`() throws {
        var play = try Play.determinationOpen()
        let id = try #require(play.openQuestion(.determination)).id
        let vote = Vote(question: id, choice: .yes, reason: "")
        #expect(
            try play.say("councillor-1", .vote(vote), at: Scene.day(60)).noEffect != nil)
        let (brake, entry) = try last(of: play)
        let found = brake.consequences(of: entry)
        #expect(found.brakeBefore == .running)
        #expect(found.changes.allSatisfy { $0.about == id && $0.sentence.hasPrefix("closed") })
    }

    @Test func `about a site are told piece by piece, down to the auditor's verdict`() throws {
        var play = try Play.provisionallyPaused()
        let site = SiteDeclaration(site: "north-1", emulated: true)
        #expect(try play.say("developer-b", .site(site), at: Scene.day(9)).isEffective)
        try checkSite(play, "declared, as emulated")
        let stop = StopDeclaration(site: "north-1", since: Scene.day(9))
        #expect(try play.say("developer-b", .stop(stop), at: Scene.day(10)).isEffective)
        try checkSite(play, "its stop is declared since \(Scene.day(9))")
        let period = TelemetryPeriod(
            site: "north-1", from: Scene.day(9), to: Scene.day(10), root: Digest.sha256([1]),
            events: ["counter-reset"], emulated: true)
        #expect(try play.say("developer-b", .telemetry(period), at: Scene.day(10)).isEffective)
        try checkSite(play, "telemetry covers \(Scene.day(9)) to \(Scene.day(10)) without a gap")
        try checkSite(play, "counter-reset: named by the site")
        let telemetry = try #require(play.brake.state.sites.first?.telemetry)
        let draw = InspectionDraw(
            party: "developer-b", site: "north-1", telemetry: telemetry, seed: Digest.sha256([2]),
            count: 3)
        #expect(try play.say("auditor-1", .draw(draw), at: Scene.day(10)).isEffective)
        try checkSite(play, "auditor-1 asks for samples, to be opened by ")
        let report = SelfReport(what: "A fan failed.", site: "north-1")
        #expect(try play.say("developer-b", .selfReport(report), at: Scene.day(10)).isEffective)
        try check(play, [(.selfReport, "developer-b", "of its site north-1: A fan failed.")])
    }

    private func checkSite(
        _ play: Play, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let (brake, entry) = try last(of: play)
        let found = brake.consequences(of: entry).changes.first { $0.kind == .site }
        #expect(found?.about == "developer-b/north-1", sourceLocation: sourceLocation)
        #expect(
            found?.sentence.contains(words) == true, "\(found?.sentence ?? "none")",
            sourceLocation: sourceLocation)
    }
}
