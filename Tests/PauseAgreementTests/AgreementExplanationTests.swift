// SPDX-License-Identifier: Apache-2.0
import PauseAgreement
import Testing
import TransparencyLog

@Suite struct AgreementExplanationTests {
    @Test func `the five questions are answered in sentences`() throws {
        let text = try ExampleAgreement.agreement().explanation
        for sentence in [
            "What triggers a pause?",
            "- research-automation (article 4.3): for one model, both of these: (horizon-50 is at least 480 min by the lower bound of a 95 % interval; one of these: (doubling-time is at most 120 d by the upper bound of a 95 % interval; research-tasks is at least 80 % by the lower bound of a 95 % interval)).",
            "  It asks for pause. It needs third-party evidence of at least 1 evaluator (as many must say that it holds). While it is unknown, nothing opens and the state says so.",
            "  It is lifted by milestones: alignment, oversight, society. After it was lifted, its figure is 30 d.",
            "- research-substitution (article 4.7): for one model, both of these: (full-substitution is judged to hold; research-tasks is at least 50 % by the lower bound of a 95 % interval).",
            "  It asks for pause. It needs third-party evidence of at least 2 evaluators among auditor-1, auditor-2, evaluator-1, evaluator-2, evaluator-3 (all who measured must say that it holds). While it is unknown, nothing opens and the state says so.",
            "  It is crossed once it held in 2 reports of each, the last at least 30 d after the first. It stays crossed for 60 d after it last held.",
            "  It is crossed once it held for 14 d.",
            "- Claim full-substitution (article 4.1), judged of a model since nothing computes it, for 180 d: Inside its developer the model can do the work of all AI researchers and engineers there, at no more than five times their cost.",
            "- horizon-50 of each registered model is measured at least every 90 d (article 4.1); without, it is unknown where it was clear.",
            "- A low value of horizon-50, research-tasks counts only with a word on how capability was drawn out of the model.",
            "- 10 tests in the text show what the triggers read of made-up reports.",
            "- A developer answers within 14 d who asks for access to its model to evaluate it. It may comment within 14 d on what was found.",
            "Who decides?",
            "- determination (article 5.1): 3 yes votes from 2 jurisdictions within 14 d. Without them nothing changes. The accused does not vote, nor whom it nominated.",
            "- confirmation (article 5.2): 5 yes votes from 3 jurisdictions within 21 d. Without them the order becomes notify, at the latest 30 d after it began. The accused does not vote, nor whom it nominated.",
            "What lets work resume?",
            "- The trigger reads clear on measurements made after the order.",
            "- 1 auditor or evaluator, independent of the developer, attested that it mended the cause; for triggers about a model.",
            "- For a trigger of the frontier its milestones, attested since the order, stand in place of that.",
            "- All resume together, 1 d after the vote, in stages: slow from 1e24 FLOP for 14 d, then cap from 1e25 FLOP for 14 d.",
            "- If new evidence crosses the trigger meanwhile, the stages are held, and a determination puts the measure back at once, without grace.",
            "- Milestone oversight (article 8.6), reached when 2 from 2 jurisdictions attest it: The states can see and check what is done at the frontier while it is done.",
            "How do rivals know that everyone stopped?",
            "- Each site reports telemetry for every 1 h, 15 min late at most.",
            "- Auditors draw samples at random; what they draw is answered within 12 h. Each site has a finding at least every 7 d.",
            "- Every statement stands in the log frontier-pause.example/log. Each of its fields is public or sealed for those whom its kind names (article 10).",
            "Why does breaking the rules not pay?",
            "- Whoever is found to have broken them stays paused 60 d longer than the others.",
            "- pause (article 6.4), 3 d after the call: from 1e23 FLOP, distillation, internal-research-agents, post-training, pre-training, reinforcement-rollouts, synthetic-data.",
            "- Exempt by name: the weather service of Norland.",
            "- 3 of the 4 monitors sign each order, at least every 30 min; 1 of them may lie or be gone: monitor-1, monitor-2, monitor-3, monitor-4.",
            "- Until 2031-01-01T00:00:00Z, when an open measure becomes notify (article 12).",
        ] {
            #expect(text.contains(sentence + "\n"), "\(sentence)")
        }
    }

    @Test func `without stages all of it comes back at once`() throws {
        var block = BlockText(ExampleAgreement.yaml)
        try block.remove("resume.stages")
        block.lines.insert("  stages: []", at: try block.line(of: "resume") + 1)
        try block.set("resume.requires-mitigations", to: "2")
        try block.set("triggers.frontier-acceleration.rearm", to: "[30 d, 15 d, 10 d]")
        let text = try #require(Agreement.read(yaml: block.text).agreement).explanation
        for sentence in [
            "- All resume together, 1 d after the vote, at once.",
            "- 2 auditors or evaluators, independent of the developer, attested that it mended the cause; for triggers about a model.",
            "  It is lifted by milestones: alignment, oversight, society. After it was lifted, its figure is 30 d, then 15 d, then 10 d.",
        ] {
            #expect(text.contains(sentence + "\n"), "\(sentence)")
        }
        #expect(!text.contains("the stages are held"))
    }

    @Test func `what lasts is said in as many words as it has parts`() throws {
        func text(_ edits: [(String, String)]) throws -> String {
            let text = edits.reduce(ExampleAgreement.yaml) { $0.replacing($1.0, with: $1.1) }
            return try #require(Agreement.read(yaml: text).agreement).explanation
        }
        let reports = try text([("for: {reports: 2, over: 30 d}", "for: {reports: 3}")])
        #expect(
            reports.contains(
                "  It is crossed once it held in 3 reports of each. It stays crossed for 60 d after it last held.\n"
            ))
        let counted = try text([
            ("    elicitation: none\n    valid", "    uncertainty: counted\n    valid"),
            (
                "{indicator: training-compute, above: 1e26 FLOP, bound: lower, confidence: 90 %}",
                "{indicator: training-compute, above: 1e26 FLOP}"
            ), ("  access-answer-within: 14 d\n", ""),
        ])
        #expect(counted.contains("for one model, training-compute is above 1e26 FLOP, counted.\n"))
        #expect(counted.contains("- It may comment within 14 d on what was found.\n"))
        let short = try #require(Agreement.read(yaml: ExampleAgreement.short).agreement)
        #expect(!short.explanation.contains("tests in the text"))
    }

    @Test func `every party, trigger and article of a rule is named where it matters`() throws {
        let agreement = try ExampleAgreement.agreement()
        let text = agreement.explanation
        #expect(text.contains(agreement.id.hex))
        for trigger in agreement.triggers {
            #expect(text.contains("- \(trigger.name) (article \(trigger.article))"))
        }
        for rule in agreement.decisions.rules {
            #expect(text.contains("- \(rule.kind.rawValue) (article \(rule.article))"))
        }
        for measure in agreement.measures {
            #expect(text.contains("- \(measure.measure.rawValue) (article \(measure.article))"))
        }
        for part in [
            agreement.resume.article, agreement.verification.article, agreement.incentives.article,
        ] {
            #expect(text.contains("(article \(part))"))
        }
    }
}
