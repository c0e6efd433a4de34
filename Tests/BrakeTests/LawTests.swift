// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// Corners of the law that a story would not reach.
@Suite struct LawTests {
    // MARK: - The opening

    @Test func `without its opening a log says nothing`() throws {
        var play = try Play()
        let joins = try play.envelope(
            "norland", .accession(Accession(commitment: .unconditional)), sequence: 1)
        let first = try play.log(joins, at: Scene.day(1))
        #expect(first.noEffect?.reason == .logNotOpened)
        let opening = try play.envelope(
            "log", .opening(Opening(rules: 1, origin: play.agreement.log.origin, policy: "")),
            sequence: 1)
        let late = try play.log(opening, at: Scene.day(1))
        #expect(late.noEffect?.reason == .inadmissible(.openingNotFirst))
        #expect(play.brake.state.parties.allSatisfy { $0.state == .outside })
    }

    @Test(arguments: [(Int64(2), "two-state-pause.example/log"), (1, "another.example/log")])
    func `an opening for other rules or another log opens nothing`(rules: Int64, origin: String)
        throws
    {
        var play = try Play()
        let opening = Opening(rules: rules, origin: origin, policy: "")
        let outcome = try play.say("log", .opening(opening), at: Scene.day(1))
        #expect(outcome.noEffect?.reason == .wrongOpening(rules: rules, origin: origin))
        let joins = try play.say(
            "norland", .accession(Accession(commitment: .unconditional)), at: Scene.day(1))
        #expect(joins.noEffect?.reason == .logNotOpened)
    }

    // MARK: - An unfaithful node

    @Test func `what a node should have refused has no effect when it is logged all the same`()
        throws
    {
        var play = try Play.inForce()
        let before = play.brake.state
        let accession = PauseAgreement.Predicate.accession(Accession(commitment: .unconditional))
        let wrong = Digest.sha256([])
        let envelopes = [
            try play.envelope(
                "norland", .vote(Vote(question: "q1", choice: .yes, reason: "")), sequence: 90),
            try play.envelope("norland", accession, sequence: 91, terms: wrong),
            try play.envelope("norland", accession, sequence: 92, about: wrong),
            try play.envelope("monitor-1", accession, sequence: 93),
            try Envelope.sign(
                payload: Statement(
                    agreement: play.agreement.id, terms: play.agreement.terms, sequence: 94,
                    predicate: accession
                ).payload,
                payloadType: Envelope.inToto, with: [Scene.freshKey("a stranger")]),
        ]
        for envelope in envelopes {
            let outcome = try play.log(envelope, at: Scene.day(3))
            guard case .inadmissible? = outcome.noEffect?.reason else {
                Issue.record("\(outcome)")
                continue
            }
        }
        #expect(play.brake.state.order == before.order)
        #expect(play.brake.state.parties == before.parties)
        #expect(play.summaries.last?.signer == "")
        // What was not to be logged does not use up the signer's numbers.
        #expect(
            try play.say(
                "norland", .withdrawal(Withdrawal(reason: "")), at: Scene.day(3), sequence: 50
            ).isEffective)
    }

    @Test func `a stamp that goes back has no effect`() throws {
        var play = try Play.inForce()
        let outcome = try play.say(
            "norland", .withdrawal(Withdrawal(reason: "")), at: Scene.day(1))
        #expect(
            outcome.noEffect?.reason
                == .stampBeforePrevious(stamp: Scene.day(1), previous: Scene.day(2)))
    }

    @Test func `what has no effect cites the article that decides, where one does`() throws {
        var play = try Play.determinationOpen()
        let id = try #require(play.openQuestion(.determination)).id
        func clause(_ party: String, _ predicate: PauseAgreement.Predicate) throws -> String? {
            let outcome = try play.say(party, predicate, at: Scene.day(6))
            #expect(outcome.noEffect != nil, "\(outcome)")
            return outcome.noEffect?.clause
        }
        let vote = PauseAgreement.Predicate.vote(Vote(question: id, choice: .yes, reason: ""))
        #expect(try clause("councillor-7", vote) == "5.1")
        #expect(try play.say("councillor-1", vote, at: Scene.day(6)).isEffective)
        #expect(try clause("councillor-1", vote) == "5.1")
        #expect(try clause("evaluator-1", .measurement(.horizon(60, made: Scene.day(1)))) == "4.1")
        #expect(try clause("evaluator-1", .measurement(.horizon(60, made: Scene.day(9)))) == "4.1")
        let harder = Commitment(atLeast: 9, of: nil, leastShare: nil, leastJurisdictions: nil)
        #expect(try clause("norland", .accession(Accession(commitment: harder))) == "13")
        #expect(
            try clause("councillor-1", .vote(Vote(question: "q999", choice: .yes, reason: "")))
                == nil)
    }

    // MARK: - Numbers and orders

    @Test func `several questions of one entry are numbered, and the ids are names`() throws {
        var play = try Play(
            Scene.agreement(changing: [
                ("triggers.autonomy.on-unknown", "question"),
                ("triggers.large-run.on-unknown", "question"),
            ]))
        try play.open()
        try play.register("fiction-1", by: "developer-b", at: Scene.day(1))
        for party in play.agreement.parties
        where !party.roles.contains(.monitor) && !play.brake.membership.inForce {
            try play.join(party.name, at: Scene.day(2))
        }
        let last = play.leaves.count - 1
        #expect(play.brake.state.questions.map(\.id) == ["q\(last)", "q\(last).2"])
        #expect(play.brake.state.questions.map(\.trigger) == ["autonomy", "large-run"])
        #expect(play.brake.state.questions.allSatisfy { $0.id.isPlainName })
    }

    @Test func `an order says what the state says, and reads back from its text`() throws {
        let play = try Play.provisionallyPaused()
        let state = play.brake.state(at: Scene.day(8))
        let root = Digest.sha256([7])
        let order = play.brake.order(
            at: Scene.day(8), size: play.brake.size, root: root, silentSince: nil)
        #expect(try Order(parsing: order.text) == order)
        #expect(order.epoch == state.order.epoch && order.state == state.brake)
        #expect(order.measures == state.order.measures && order.causes == state.order.causes)
        #expect(order.models == state.models && order.expiry == state.order.expiry)
        #expect(order.agreement == play.agreement.id && order.terms == play.agreement.terms)
        #expect(order.tick == Scene.day(8) && order.root == root && order.silentSince == nil)
    }

    @Test func `silence adds a cause to the order, keeps the epoch, and reads back`() throws {
        let play = try Play.inForce()
        let silent = play.brake.order(
            at: Scene.day(9), size: play.brake.size, root: MerkleHash.empty,
            silentSince: Scene.day(5))
        let spoken = play.brake.order(
            at: Scene.day(9), size: play.brake.size, root: MerkleHash.empty, silentSince: nil)
        #expect(silent.epoch == spoken.epoch && silent.state == spoken.state)
        #expect(spoken.causes.isEmpty)
        let cause = try #require(silent.causes.first)
        #expect(cause.id == "silence" && cause.kind == .silence && cause.standing == .automatic)
        #expect(cause.since == Scene.day(6) && cause.entry == nil && cause.expiry == nil)
        #expect(try Order(parsing: silent.text) == silent)
        checkSentence(cause.sentence)
    }

    @Test func `one measure holds all causes for it, silence too`() throws {
        var play = try Play.provisionallyPaused(
            Scene.agreement(changing: [("on-silence.measure", "notify")]))
        let confirmation = try #require(play.openQuestion(.confirmation))
        try play.vote(.no, 1, 2, 3, on: confirmation.id, at: Scene.day(7))
        let order = play.brake.order(
            at: Scene.day(20), size: play.brake.size, root: MerkleHash.empty,
            silentSince: Scene.day(8))
        #expect(order.measures.count == 1)
        #expect(order.measures.first?.causes == order.causes.map(\.id))
        #expect(order.measures.first?.causes.last == "silence")
        #expect(order.measures.first?.from == Scene.day(7))
        let longer = play.brake.order(
            at: Scene.day(20), size: play.brake.size, root: MerkleHash.empty,
            silentSince: Scene.day(3))
        #expect(longer.measures.first?.from == Scene.day(4))
    }

    @Test func `a span beyond all time still makes a state that can be read`() throws {
        let play = try Play.provisionallyPaused(
            Scene.agreement(changing: [("measures.pause.grace", "999999999 d")]))
        let state = play.brake.state(at: Scene.day(8))
        #expect(state.brake == .called)
        #expect(throws: Never.self) { try JSON.parse(state.json.canonicalBytes) }
    }

    @Test func `a confirmation closes with the order's time, however long its rule would give`()
        throws
    {
        let agreement = try Scene.standard.get()
        let rules = agreement.decisions.rules.map {
            DecisionRule(
                kind: $0.kind, quorum: $0.quorum, jurisdictions: $0.jurisdictions,
                recusal: $0.recusal, deadline: TimeSpan("300 d")!, onTimeout: $0.onTimeout,
                article: $0.article)
        }
        let decisions = Decisions(council: agreement.decisions.council, rules: rules)
        let play = try Play.provisionallyPaused(agreement.with(decisions: decisions))
        let confirmation = try #require(play.openQuestion(.confirmation))
        #expect(confirmation.deadline == Scene.day(36))
        #expect(play.brake.state.order.expiry == Scene.day(36))
        let later = play.brake.state(at: Scene.day(37))
        #expect(later.brake == .notified)
        #expect(later.order.causes.map(\.expiry) == [Scene.day(66)])
    }

    @Test func `a grace of nothing holds at once`() throws {
        let play = try Play.provisionallyPaused(
            Scene.agreement(changing: [("measures.pause.grace", "0 s")]), expecting: .paused)
        #expect(play.brake.state.brake == .paused)
    }

    @Test func `two names that look the same are two models`() throws {
        var play = try Play.inForce()
        for name in ["mod\u{E8}le", "mode\u{300}le"] {
            let value = MeasuredValue.horizon(60, of: name, made: Scene.day(3))
            #expect(try play.measure(value, by: "evaluator-1", at: Scene.day(3)).isEffective)
        }
        #expect(play.brake.models.models.count == 2)
        #expect(play.brake.state.measurements.map(\.entry.value) == [19, 18])
        try checkInvariants(of: play)
    }

    // MARK: - Deadlines

    @Test(arguments: 0..<50)
    func `deadlines come out by time, and at one instant in a fixed order`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let deadlines = (0..<200).map { _ in
            let time = Time(milliseconds: Int64.random(in: 0...9, using: &random))
            let n = Int.random(in: 0...5, using: &random)
            let events: [Deadline.Event] = [
                .voting(QuestionNumber(entry: LogIndex(UInt64(n)), suffix: 1 + n % 2)),
                .causeEnds(n),
                .takesHold(n), .evidenceDue(n), .noticeEnds(party: n),
                .evidence(
                    .stale(
                        EvidenceSlot(topic: n, subject: n == 0 ? .frontier : .model(n)), signer: n,
                        preliminary: n == 1)),
                .evidence(.evaluationDue(EvidenceSlot(topic: n, subject: .model(n)))),
                .evidence(.keepEnds(TriggerPair(trigger: n, subject: .model(n)))),
                .evidence(.persists(TriggerPair(trigger: n, subject: .model(n)))), .sunset,
            ]
            return Deadline(time: time, event: events.randomElement(using: &random)!)
        }
        var queue = DeadlineQueue()
        for deadline in deadlines { queue.insert(deadline) }
        var found: [Deadline] = []
        while let next = queue.first {
            found.append(next)
            queue.removeFirst()
        }
        #expect(found == deadlines.sorted())
        // A total order: what is neither before nor after is the same.
        for (a, b) in zip(found, found.dropFirst()) { #expect(a < b || a == b) }
    }

    @Test func `votes close before causes end, and the sunset is last`() {
        let time = Scene.day(1)
        let events: [Deadline.Event] = [
            .voting(QuestionNumber(entry: LogIndex(9), suffix: 1)),
            .voting(QuestionNumber(entry: LogIndex(9), suffix: 2)),
            .voting(QuestionNumber(entry: LogIndex(10), suffix: 1)), .causeEnds(0), .takesHold(0),
            .evidenceDue(0), .noticeEnds(party: 0),
            .evidence(
                .stale(EvidenceSlot(topic: 1, subject: .frontier), signer: 1, preliminary: false)),
            .evidence(
                .stale(EvidenceSlot(topic: 0, subject: .model(0)), signer: 0, preliminary: false)),
            .evidence(.evaluationDue(EvidenceSlot(topic: 0, subject: .frontier))),
            .evidence(.keepEnds(TriggerPair(trigger: 0, subject: .frontier))),
            .evidence(.persists(TriggerPair(trigger: 0, subject: .frontier))), .sunset,
        ]
        let deadlines = events.map { Deadline(time: time, event: $0) }
        #expect(deadlines.reversed().sorted() == deadlines)
    }

    // MARK: - Growth

    @Test func `a member that votes a thousand times is one ballot`() throws {
        var play = try Play.inForce()
        try play.register("fiction-1", by: "developer-b", at: Scene.day(3))
        for value in [
            MeasuredValue.horizon(600, made: Scene.day(3)), .tasks("0.9", made: Scene.day(3)),
        ] {
            try play.measure(value, by: "evaluator-1", at: Scene.day(3))
        }
        let question = try #require(play.openQuestion(.determination))
        for _ in 0..<200 { try play.vote(.yes, 1, on: question.id, at: Scene.day(4)) }
        #expect(play.brake.docket[0].ballots.count == 1)
        #expect(play.brake.state.questions[0].votes.count == 200)
        #expect(play.brake.state.questions[0].yes == 1)
    }

    @Test func `measuring again and again keeps one measurement and one deadline`() throws {
        var play = try Play.inForce()
        try play.register("fiction-1", by: "developer-b", at: Scene.day(3))
        let before = play.brake.deadlines.count
        for day in 4..<60 {
            try play.measure(
                .horizon(60, made: Scene.day(day)), by: "evaluator-1", at: Scene.day(day))
        }
        #expect(play.brake.state.measurements.count == 1)
        #expect(play.brake.deadlines.count == before + 1)
        try checkInvariants(of: play)
    }

    @Test func `preliminary, final and corrected in turn keep few deadlines and a short history`()
        throws
    {
        var play = try Play.inForce(
            Scene.agreement(changing: [
                ("triggers.autonomy.for", "{\"over\": \"3 d\"}"), ("triggers.autonomy.keep", "3 d"),
                ("indicators.horizon.every", "30 d"),
            ]))
        try play.register("fiction-1", by: "developer-b", at: Scene.day(3))
        let before = play.brake.deadlines.count
        for hour in 0..<120 {
            let time = Scene.day(4, hour: hour)
            var work = CaseRun.Work()
            switch hour % 3 {
            case 0: work.stage = .preliminary
            case 1: break
            default: work.corrects = play.brake.revisions.all.first?.series.revisions.last?.entry
            }
            let value = ExactDecimal(coefficient: hour % 2 == 0 ? 600 : 300)
            let said = MeasuredValue(
                indicator: "horizon", subject: .model("fiction-1"), value: value, unit: .minutes,
                low: value, high: value, made: time, work: work)
            #expect(try play.note("evaluator-1", .measurement(said), at: time).isEffective)
        }
        // Two kinds of results that grow old; a time to hold or to keep each trigger waits for
        // once.
        #expect(play.brake.deadlines.count <= before + 3)
        let history = try #require(play.brake.state.history.first)
        #expect(history.count == 120 && history.revisions.count == 32)
        #expect(history.revisions.map(\.entry) == history.revisions.map(\.entry).sorted())
        try checkInvariants(of: play)
    }
}
