// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// What no sequence of statements may bring about, tried with many at random.
@Suite struct PropertyTests {
    private static let developers = ["developer-a", "developer-b", "developer-c"]

    @Test(arguments: 0..<seeds)
    func `whatever is said by whomever, replays agree and the epoch counts the changes`(seed: Int)
        throws
    {
        let play = try Self.randomPlay(seed: UInt64(seed))
        try checkInvariants(of: play)
        checkWords(of: play.brake.state)
    }

    @Test func `the random logs do not stay on the beaten track`() throws {
        var reached: Set<String> = []
        for seed in 0..<Self.seeds {
            let play = try Self.randomPlay(seed: UInt64(seed))
            for question in play.brake.docket.questions {
                reached.insert("\(question.kind) \(question.status)")
            }
            var brake = Brake(agreement: play.agreement)
            for (place, leaf) in play.leaves.enumerated() {
                brake.fold(try Entry(parsing: leaf, index: LogIndex(UInt64(place))))
                for cause in brake.derived.core.causes { reached.insert("\(cause.standing)") }
                for cause in brake.causes.openCauses {
                    if cause.attestedAfter != cause.entry { reached.insert("called back") }
                    if cause.resumption?.isHeld == true { reached.insert("held") }
                }
                for party in brake.derived.parties { reached.insert("\(party.state)") }
                reached.insert("\(brake.derived.core.state)")
            }
        }
        let expected: Set = [
            "determination adopted", "determination rejected", "determination timedOut",
            "confirmation adopted", "confirmation rejected", "confirmation timedOut",
            "resume adopted", "resume rejected",
            "nonCompliance adopted", "provisional", "confirmed", "lapsed", "own", "notified",
            "paused", "called", "resuming", "called back", "held",
            "stopping", "unverified", "nonCompliant",
        ]
        #expect(expected.subtracting(reached).isEmpty, "\(expected.subtracting(reached))")
    }

    private static let seeds = 36

    private static func randomPlay(seed: UInt64) throws -> Play {
        var random = SplitMix(seed: seed)
        // Half of them begin when a pause is on its way out, which chance alone hardly reaches, and
        // half of those with new evidence against it.
        var play = try seed % 2 == 0 ? Play.inForce() : Play.resuming()
        if seed % 2 == 0 { try play.register("fiction-1", by: "developer-a", at: Scene.day(2)) }
        if seed % 4 == 1 {
            try play.note(
                "evaluator-2", .measurement(.horizon(700, made: Scene.day(9))), at: Scene.day(10))
            try play.note(
                "evaluator-2", .measurement(.tasks("0.9", made: Scene.day(9))), at: Scene.day(10))
        }
        let everybody = play.agreement.parties.map(\.name)
        let evaluators = ["evaluator-1", "evaluator-2", "evaluator-3", "auditor-1"]
        let busy =
            everybody + play.agreement.decisions.council + play.agreement.decisions.council
            + developers + evaluators + evaluators
        try play.babble(
            busy, count: 150, from: Scene.day(seed % 2 == 0 ? 2 : 10), until: Scene.day(2000),
            using: &random)
        return play
    }

    @Test(arguments: 0..<12)
    func `before entry into force nothing is called, whatever is said`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var play = try Play()
        try play.open()
        let few = Self.developers + ["evaluator-1", "councillor-1", "councillor-4", "councillor-5"]
        try play.babble(few, count: 150, from: Scene.day(2), until: Scene.day(900), using: &random)
        let state = play.brake.state
        #expect(state.brake == .openForSignature && state.questions.isEmpty)
        #expect(state.order.causes.allSatisfy { $0.standing == .own })
        try checkInvariants(of: play)
    }

    // MARK: - Law 6

    @Test(arguments: 0..<12)
    func `developers alone call nothing`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var play = try Play.inForce()
        try play.babble(
            Self.developers, count: 150, from: Scene.day(3), until: Scene.day(1400), using: &random)
        checkNothingCalled(play)
    }

    @Test(arguments: 0..<12)
    func `developers alone lift nothing while an order stands`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var play = try Play.provisionallyPaused()
        // Until the confirmation's deadline: what nobody confirms lapses by itself after that.
        try play.babble(
            Self.developers, count: 100, from: Scene.day(6), until: Scene.day(27), using: &random)
        checkStillStopped(play)
    }

    @Test(arguments: (try? Scene.standard.get().parties.map(\.name)) ?? [])
    func `no party alone calls or lifts anything for others`(party: String) throws {
        for seed in 0..<3 {
            var random = SplitMix(seed: UInt64(seed))
            var running = try Play.determinationOpen()
            try running.babble(
                [party], count: 60, from: Scene.day(5), until: Scene.day(1400), using: &random)
            checkNothingCalled(running)
            var paused = try Play.provisionallyPaused()
            try paused.babble(
                [party], count: 60, from: Scene.day(6), until: Scene.day(27), using: &random)
            checkStillStopped(paused)
        }
    }

    private func checkNothingCalled(_ play: Play, sourceLocation: SourceLocation = #_sourceLocation)
    {
        #expect(
            play.brake.causes.causes.allSatisfy { $0.party != nil }, sourceLocation: sourceLocation)
        let measures = play.brake.state.order.measures
        #expect(measures.allSatisfy { $0.models != nil }, sourceLocation: sourceLocation)
    }

    private func checkStillStopped(_ play: Play, sourceLocation: SourceLocation = #_sourceLocation)
    {
        let state = play.brake.state(at: Scene.day(27))
        #expect([.called, .paused].contains(state.brake), sourceLocation: sourceLocation)
        let pause = state.order.measures.first { $0.measure == .pause && $0.models == nil }
        #expect(pause?.parties == Self.developers, sourceLocation: sourceLocation)
        #expect(pause?.from == Scene.day(9), sourceLocation: sourceLocation)
    }

    // MARK: - Votes

    @Test(arguments: 0..<60)
    func `a question closes exactly when its votes decide it`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var play = try Play.determinationOpen()
        let question = try #require(play.openQuestion(.determination))
        var said: [(member: Int, choice: Vote.Choice)] = []
        for _ in 0..<14 {
            let member = Int.random(in: 1...7, using: &random)
            let choice = [Vote.Choice.yes, .no, .abstain].randomElement(using: &random)!
            let expected = decided(said)
            let outcome = try play.note(
                "councillor-\(member)",
                .vote(Vote(question: question.id, choice: choice, reason: "")),
                at: Scene.day(6))
            // councillor-7 was nominated by the accused.
            let counts = expected == .open && member != 7 && !said.contains { $0.member == member }
            #expect(outcome.isEffective == counts, "seed \(seed)")
            if counts { said.append((member, choice)) }
            let found = play.brake.state.questions.first { $0.id == question.id }
            #expect(found?.status == decided(said), "seed \(seed)")
            #expect(found?.yes == said.count { $0.choice == .yes })
        }
    }

    /// By trying every way in which those who have not voted could.
    private func decided(_ said: [(member: Int, choice: Vote.Choice)]) -> QuestionStatus {
        let norland = [1, 2, 3]
        func adopts(_ yes: [Int]) -> Bool {
            yes.count >= 3 && yes.contains { norland.contains($0) }
                && yes.contains { !norland.contains($0) }
        }
        let yes = said.filter { $0.choice == .yes }.map(\.member)
        if adopts(yes) { return .adopted }
        let silent = (1...6).filter { member in !said.contains { $0.member == member } }
        let ways = (0..<(1 << silent.count)).map { bits in
            yes + silent.enumerated().filter { bits & (1 << $0.offset) != 0 }.map(\.element)
        }
        return ways.contains(where: adopts) ? .open : .rejected
    }

    // MARK: - Order of unrelated statements

    @Test(arguments: 0..<30)
    func `the order of statements that do not touch each other does not matter`(seed: UInt64) throws
    {
        var random = SplitMix(seed: seed)
        let at = Scene.day(4)
        var said: [(String, PauseAgreement.Predicate)] = [
            ("norland", .withdrawal(Withdrawal(reason: ""))),
            ("evaluator-1", .measurement(.horizon(600, made: at))),
            ("evaluator-2", .measurement(.tasks("0.9", made: at))),
            ("evaluator-3", .measurement(.horizon(100, of: "fiction-2", made: at))),
            ("auditor-1", .measurement(.horizon(300, made: at))),
            ("developer-c", .selfPause(SelfPause(model: "fiction-2", reason: ""))),
            (
                "secretariat",
                .question(
                    QuestionRequest(
                        question: .nonCompliance, cause: nil, accused: "developer-a", reason: ""))
            ),
        ]
        let expected = try summary(saying: said, at: at)
        said.shuffle(using: &random)
        #expect(try summary(saying: said, at: at) == expected, "seed \(seed)")
    }

    /// What the law says, without the numbers of entries and what is named after them.
    private func summary(
        saying said: [(String, PauseAgreement.Predicate)], at time: Time
    ) throws -> [String] {
        var play = try Play.inForce()
        try play.register("fiction-1", by: "developer-b", at: Scene.day(3))
        try play.register("fiction-2", by: "developer-c", at: Scene.day(3))
        for (party, predicate) in said {
            let outcome = try play.note(party, predicate, at: time)
            #expect(outcome.isEffective, "\(party): \(outcome)")
        }
        let state = play.brake.state
        var lines = ["\(state.brake) \(state.order.epoch)"]
        lines += state.parties.map { "\($0.name) \($0.state) \($0.since)" }
        lines += state.triggers.map { "\($0.trigger) \($0.subject) \($0.verdict)" }
        lines += state.questions.map {
            "\($0.kind) \($0.accused ?? "") \($0.status) \($0.deadline)"
        }.sorted()
        lines += state.order.measures.map {
            "\($0.measure) \($0.parties) \($0.models ?? []) \($0.from)"
        }
        return lines + state.measurements.map { "\($0.signer) \($0.value)" }
    }

    // MARK: - Words

    private func checkWords(of state: State) {
        checkSentence(state.sentence)
        for entry in state.withoutEffect { checkSentence(entry.reason) }
        for cause in state.order.causes { checkSentence(cause.sentence) }
        for measure in state.order.measures { checkSentence(measure.sentence) }
        for question in state.questions { checkSentence(question.sentence) }
        for site in state.sites {
            checkSentence(site.reason)
            for event in site.events { checkSentence(event.effect) }
        }
        for party in state.parties { if let reason = party.reason { checkSentence(reason) } }
        for trigger in state.triggers {
            #expect(TriggerVerdict(trigger.reason.verdict) == trigger.verdict)
            for line in trigger.reason.tree.split(separator: "\n") { checkSentence(String(line)) }
        }
    }
}

extension Play {
    /// In force, and a determination about `fiction-1` of developer-a open since day 5.
    static func determinationOpen() throws -> Play {
        var play = try inForce()
        try play.register("fiction-1", by: "developer-a", at: Scene.day(3))
        for value in [
            MeasuredValue.horizon(600, made: Scene.day(4)), .tasks("0.9", made: Scene.day(4)),
        ] {
            try play.measure(value, by: "evaluator-1", at: Scene.day(5))
        }
        #expect(play.openQuestion(.determination) != nil)
        return play
    }
}
