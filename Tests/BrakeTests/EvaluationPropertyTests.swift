// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

extension Scene {
    /// The small agreement with triggers that use everything: reports and time, keep, claims,
    /// schedules, all pools, and clocks for answers.
    static let evaluating = Result {
        let replaced =
            #"{"replaced": {"subject": "model", "text": "it is so", "stale-after": "60 d", "article": "4"}}"#
        let judgedOrMeasured =
            #"{"any": [{"claim": "replaced"}, {"indicator": "tasks", "at-least": "80 %", "bound": "lower", "confidence": "90 %"}]}"#
        return try agreement(changing: [
            ("indicators.horizon.every", "40 d"), ("indicators.doubling-time.every", "50 d"),
            ("claims", replaced),
            ("triggers.autonomy.for", #"{"reports": "2", "over": "10 d"}"#),
            ("triggers.autonomy.keep", "15 d"),
            ("triggers.autonomy.evidence.evaluators", "2"),
            ("triggers.large-run.when", judgedOrMeasured),
            ("triggers.large-run.for", #"{"over": "7 d"}"#), ("triggers.large-run.keep", "3 d"),
            ("triggers.large-run.evidence.pool", "median"),
            ("triggers.acceleration.evidence.pool", "worst-case"),
            ("triggers.acceleration.for", #"{"over": "5 d"}"#),
            ("parties.evaluator-3.nominated-by", "norland"),
            ("parties.evaluator-2.nominated-by", "norland"),
            ("clocks.access-answer-within", "3 d"), ("clocks.comment-within", "3 d"),
        ])
    }
}

/// What evaluators, developers and time make of evidence, tried with many at random.
@Suite struct EvaluationPropertyTests {
    @Test(arguments: 0..<12)
    func `whatever is said of results, replays agree`(seed: UInt64) throws {
        let play = try Self.play(seed)
        try checkInvariants(of: play)
        let state = play.brake.state
        for sentence in state.schedules.map(\.sentence) + state.evaluations.map(\.sentence)
            + state.dissent.map(\.sentence)
        {
            checkSentence(sentence)
        }
        for trigger in state.triggers {
            #expect(TriggerVerdict(trigger.reason.verdict) == trigger.verdict)
            for line in trigger.reason.tree.split(separator: "\n") { checkSentence(String(line)) }
        }
    }

    @Test func `the random logs reach what they are about`() throws {
        var reached: Set<String> = []
        for seed in 0..<12 {
            let play = try Self.play(UInt64(seed))
            var brake = Brake(agreement: play.agreement)
            for (place, leaf) in play.leaves.enumerated() {
                brake.fold(try Entry(parsing: leaf, index: LogIndex(UInt64(place))))
                for pair in brake.law.pairs {
                    switch brake.law[pair].phase {
                    case .idle: reached.insert("idle")
                    case .pending: reached.insert("pending")
                    case .crossed: reached.insert("crossed")
                    case .kept: reached.insert("kept")
                    }
                }
            }
            let state = play.brake.state
            for question in state.questions where question.kind == .challenge {
                reached.insert("challenge \(question.status)")
            }
            if !state.missed.isEmpty { reached.insert("missed") }
            if !state.comments.isEmpty { reached.insert("comment") }
            if !state.judgements.isEmpty { reached.insert("judgement") }
            if !state.dissent.isEmpty { reached.insert("dissent") }
            for asked in state.evaluations {
                reached.insert(
                    asked.answer.map { $0.access == nil ? "refused" : "granted" } ?? "asked")
            }
        }
        let expected: Set = [
            "idle", "pending", "crossed", "kept", "challenge adopted",
            "missed", "comment", "judgement", "dissent", "refused", "granted", "asked",
        ]
        #expect(expected.subtracting(reached).isEmpty, "\(expected.subtracting(reached))")
    }

    private static func play(_ seed: UInt64) throws -> Play {
        var random = SplitMix(seed: seed)
        var play = try Play.inForce(Scene.evaluating.get())
        for (model, developer) in [("fiction-1", "developer-a"), ("fiction-2", "developer-b")] {
            try play.register(model, by: developer, at: Scene.day(2))
        }
        let evaluators = ["evaluator-1", "evaluator-2", "evaluator-3", "auditor-1"]
        try play.babble(
            evaluators + evaluators + play.agreement.decisions.council
                + ["developer-a", "developer-b", "norland"],
            count: 160, from: Scene.day(2), until: Scene.day(700), evaluating: true,
            using: &random)
        return play
    }
}
