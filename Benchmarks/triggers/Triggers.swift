// SPDX-License-Identifier: Apache-2.0

import Brake
import PauseAgreement
import TransparencyLog

/// How long one new measurement takes that a thousand triggers ask about: evidence of five
/// evaluators, three comparisons and a claim each, every pool, with and without a time to hold.
///
/// Prints the median and the slowest of two hundred measurements, in milliseconds.
@main
struct TriggerBenchmark {
    static let start = Time("2026-01-01")!
    static let count = 1000

    static func main() {
        var trial = TriggerTrial(
            indicators: indicators, claims: [claim], triggers: (0..<count).map(trigger))
        trial.advance(to: start)
        trial.begin(model: "fiction-1", at: start)
        for evaluator in 0..<5 {
            for indicator in indicators { report(indicator, 50, by: evaluator, day: 1, to: &trial) }
            let judgement = Judgement(
                claim: claim.name, subject: .model("fiction-1"), holds: .no, reason: "seen",
                assurance: .thirdParty, made: start)
            precondition(trial.report(judgement, by: "evaluator-\(evaluator)", at: start) == nil)
        }
        let clock = ContinuousClock()
        var times: [Double] = []
        for day in 0..<200 {
            // Up and down across every figure, so that all verdicts change.
            let value = day % 2 == 0 ? 100 : 0
            let begun = clock.now
            report(indicators[0], value, by: day % 5, day: 2 + day, to: &trial)
            times.append((clock.now - begun) / .milliseconds(1))
        }
        times.sort()
        let crossed = trial.standings.count { $0.verdict == .crossed }
        print(
            "\(count) triggers, one new measurement: median \(times[times.count / 2]) ms, "
                + "slowest \(times[times.count - 1]) ms; \(crossed) crossed at the end")
    }

    static let indicators = (0..<3).map { number in
        Indicator(
            name: "indicator-\(number)", unit: .minutes, subject: .model, method: "any",
            least: .zero, most: ExactDecimal(coefficient: 1000),
            staleAfter: TimeSpan("3000 d")!, article: "1")
    }

    static let claim = Claim(
        name: "claimed", subject: .model, text: "it is so", staleAfter: TimeSpan("3000 d")!,
        article: "1")

    static func trigger(_ number: Int) -> Trigger {
        let comparisons = indicators.map { indicator in
            Condition.compare(
                Comparison(
                    indicator: indicator.name, direction: .atLeast,
                    figure: ExactDecimal(coefficient: Int128(1 + number % 90)), bound: .lower,
                    confidence: ExactDecimal(coefficient: 9, exponent: -1)))
        }
        return Trigger(
            name: "trigger-\(number)", subject: .model,
            condition: .any([.atLeast(2, of: comparisons), .claim(claim.name)]),
            evidence: EvidenceRule(
                evaluators: 1 + number % 3, assurance: .thirdParty,
                pool: EvidenceRule.Pool.allCases[number % 3]),
            onUnknown: .hold, measure: .pause, article: "1",
            persistence: Persistence(
                reports: 1 + number % 2, over: TimeSpan("\(number % 7) d")!),
            keep: TimeSpan("\(number % 5) d")!)
    }

    static func report(
        _ indicator: Indicator, _ value: Int, by evaluator: Int, day: Int,
        to trial: inout TriggerTrial
    ) {
        let made = start + TimeSpan("\(day) d")!
        let figure = ExactDecimal(coefficient: Int128(value))
        let measured = MeasuredValue(
            indicator: indicator.name, subject: .model("fiction-1"), value: figure,
            unit: indicator.unit,
            interval: .init(
                low: figure, high: figure, confidence: ExactDecimal(coefficient: 95, exponent: -2),
                method: "any"),
            n: nil, clusters: nil, suite: "any", method: "any", assurance: .thirdParty, made: made,
            elicitation: "any", modelDigest: nil, evidence: [], source: nil, fictional: true)
        let refused = trial.report(measured, by: "evaluator-\(evaluator)", at: made)
        precondition(refused == nil, refused ?? "")
    }
}
