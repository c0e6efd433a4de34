// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement

/// How one of an agreement's own examples came out.
public struct TriggerTestResult: Hashable, Sendable {
    public let name: String
    /// In the order of the expectations; empty where all of them came true.
    public let failures: [Failure]
    /// What was given and had no effect, each in a sentence; by itself no failure.
    public let ignored: [String]

    public var passed: Bool { failures.isEmpty }

    /// An expectation that did not come true.
    public struct Failure: Hashable, Sendable {
        /// Since the test began.
        public let at: TimeSpan
        public let trigger: String
        public let subject: Subject
        public let expected: TriggerVerdict
        /// Nil where the trigger has no such subject.
        public let found: TriggerVerdict?
        /// Why it reads so.
        public let reason: TriggerReason?
        public let place: AgreementReading.Place

        /// `autonomy on model:fiction-1 at 31 d: expected crossed, found clear`.
        public var sentence: String {
            "\(trigger) on \(subject) at \(at): expected \(expected.rawValue), found "
                + (found?.rawValue ?? "no such subject")
        }
    }
}

extension TriggerTest {
    /// When every test begins; nothing depends on it, since only spans count.
    private static let start = Time(milliseconds: 1_767_225_600_000)

    /// Plays the example, and compares what triggers read with what it expects.
    public func run(
        indicators: [Indicator], claims: [Claim], triggers: [Trigger]
    ) -> TriggerTestResult {
        run(
            TriggerTrial(indicators: indicators, claims: claims, triggers: triggers), indicators,
            claims)
    }

    fileprivate func run(
        _ trial: TriggerTrial, _ indicators: [Indicator], _ claims: [Claim]
    ) -> TriggerTestResult {
        var trial = trial
        trial.advance(to: TriggerTest.start)
        let named = expectations.lazy.flatMap(\.verdicts).compactMap { expected -> String? in
            if case .model(let name) = expected.subject { name } else { nil }
        }.first
        if let model = model ?? named { trial.begin(model: model, at: TriggerTest.start) }
        var failures: [TriggerTestResult.Failure] = []
        var ignored: [String] = []
        var left = given[...]
        for expectation in expectations {
            while let next = left.first, next.at <= expectation.at {
                ignored += next.tell(&trial, indicators, claims, from: TriggerTest.start)
                left.removeFirst()
            }
            trial.advance(to: TriggerTest.start + expectation.at)
            failures += expectation.failures(in: trial)
        }
        return TriggerTestResult(name: name, failures: failures, ignored: ignored)
    }
}

extension TriggerTest.Given {
    /// Returns what had no effect.
    fileprivate func tell(
        _ trial: inout TriggerTrial, _ indicators: [Indicator], _ known: [Claim],
        from start: Time
    ) -> [String] {
        let measurements = measurements(of: indicators, from: start)
        let judgements = judgements(of: known, from: start)
        var ignored: [String] = []
        for evaluator in by {
            for value in measurements {
                if let why = trial.report(value, by: evaluator, at: start + at) {
                    ignored.append("\(evaluator)'s \(value.indicator) at \(at): \(why)")
                }
            }
            for judgement in judgements {
                if let why = trial.report(judgement, by: evaluator, at: start + at) {
                    ignored.append("\(evaluator)'s \(judgement.claim) at \(at): \(why)")
                }
            }
        }
        return ignored
    }
}

extension TriggerTest.Expectation {
    fileprivate func failures(in trial: TriggerTrial) -> [TriggerTestResult.Failure] {
        verdicts.compactMap { expected in
            let found = trial.standing(of: expected.trigger, about: expected.subject)
            guard found?.verdict != expected.verdict else { return nil }
            return TriggerTestResult.Failure(
                at: at, trigger: expected.trigger, subject: expected.subject,
                expected: expected.verdict, found: found?.verdict, reason: found?.reason,
                place: expected.place)
        }
    }
}

extension Agreement {
    /// Plays every example that the text gives of its triggers, in the order written.
    public func runTests() -> [TriggerTestResult] {
        let trial = TriggerTrial(self)
        return tests.map { $0.run(trial, indicators, claims) }
    }
}
