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
            "Who decides?",
            "- determination (article 5.1): 3 yes votes from 2 jurisdictions within 14 d. Without them nothing changes. The accused does not vote, nor whom it nominated.",
            "- confirmation (article 5.2): 5 yes votes from 3 jurisdictions within 21 d. Without them the order becomes notify, at the latest 30 d after it began. The accused does not vote, nor whom it nominated.",
            "What lets work resume?",
            "- The trigger reads clear on measurements made after the order.",
            "How do rivals know that everyone stopped?",
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
