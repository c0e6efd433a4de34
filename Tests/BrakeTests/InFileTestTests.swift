// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// An agreement's own examples, played as they are written.
@Suite struct InFileTestTests {
    /// The design sketch's triggers and tests, in the agreement's language: figures, dates and
    /// expectations are the sketch's own.
    private static let sketch = """
        indicators:
          horizon-p50:
            unit: min
            subject: model
            method: METR-Horizon-v1.1, logistic in log2, cheating as failure
            valid: {least: 0.01 min, most: 960 min}
            stale-after: 120 d
            article: "4"
          doubling-time:
            unit: d
            subject: frontier
            method: of horizon-p50 since 2023
            valid: {least: 1 d, most: 3650 d}
            stale-after: 120 d
            article: "4"
          ai-code-share:
            unit: share
            subject: frontier
            method: merged lines attributed to a model over merged lines, generated files excluded
            valid: {least: 0 %, most: 100 %}
            uncertainty: counted
            stale-after: 100 d
            article: "4"
          progress-rate:
            unit: ratio
            subject: frontier
            method: ln of the yearly effective scale-up over ln of the baseline
            valid: {least: 0 ratio, most: 100 ratio}
            stale-after: 200 d
            article: "4"
          train-compute:
            unit: FLOP
            subject: model
            method: 6ND
            valid: {least: 1e20 FLOP, most: 1e29 FLOP}
            uncertainty: counted
            stale-after: 400 d
            article: "4"
        triggers:
          aird-acceleration:
            subject: model
            when:
              any:
                - {indicator: progress-rate, at-least: 2 ratio, bound: lower, confidence: 95 %}
                - at-least: 2
                  of:
                    - {indicator: horizon-p50, at-least: 14 h, bound: lower, confidence: 95 %}
                    - {indicator: ai-code-share, at-least: 95 %}
                    - {indicator: doubling-time, at-most: 60 d, bound: upper, confidence: 95 %}
            evidence: {evaluators: 2, assurance: third-party, pool: worst-case}
            for: {reports: 2, over: 30 d}
            keep: 30 d
            on-unknown: question
            measure: pause
            article: "4"
          compute-notify:
            subject: model
            when: {indicator: train-compute, above: 1e26 FLOP}
            evidence: {evaluators: 1, assurance: self-reported, pool: k-of-n}
            on-unknown: question
            measure: notify
            article: "4"
        tests:
          - name: point above the line, lower bound below it
            given:
              - {at: 0 d, by: [evaluator-1, evaluator-2], of: m, progress-rate: {value: 1.5 ratio, low: 1.2 ratio, high: 1.8 ratio}, horizon-p50: {value: 718.8 min, low: 316.7 min, high: 3633.8 min}, ai-code-share: 82 %, doubling-time: {value: 128.7 d, low: 104.4 d, high: 158.0 d}}
            expect: {aird-acceleration: clear, compute-notify: unknown}
          - name: only the horizon is known
            given:
              - {at: 0 d, by: [evaluator-1, evaluator-2], of: m, horizon-p50: {value: 718.8 min, low: 316.7 min, high: 3633.8 min}}
            expect: {aird-acceleration: unknown}
          - name: two of three hold in two reports 31 days apart
            given:
              - {day: 0, by: [evaluator-1, evaluator-2], of: m, horizon-p50: {value: 1200 min, low: 900 min, high: 2400 min}, ai-code-share: 96 %}
              - {day: 31, by: [evaluator-1, evaluator-2], of: m, horizon-p50: {value: 1250 min, low: 930 min, high: 2500 min}, ai-code-share: 97 %}
            expect: [{day: 30, aird-acceleration: clear}, {day: 31, aird-acceleration: crossed}]
          - name: compute above the line
            given:
              - {day: 0, by: [developer-a], of: m, assurance: self-reported, train-compute: 3.0e26 FLOP}
            expect: {compute-notify: crossed}
        """

    /// The small agreement with these sections in the place of its own.
    ///
    /// - Parameter nominated: whether evaluator-1 put evaluator-2 forward.
    private func agreement(_ sections: String, nominated: Bool = false) throws -> Agreement {
        let yaml = try String(
            contentsOf: Scene.cases.appending(path: "two-state-pause.yaml"), encoding: .utf8)
        let start = try #require(yaml.range(of: "indicators:\n")).lowerBound
        let end = try #require(yaml.range(of: "decisions:\n")).lowerBound
        let head = yaml[..<start].replacingOccurrences(
            of: "  evaluator-2:\n", with: "  evaluator-2:\n    nominated-by: evaluator-1\n")
        let text = (nominated ? head : String(yaml[..<start])) + sections + "\n" + yaml[end...]
        let reading = Agreement.read(yaml: text)
        return try #require(
            reading.agreement, "\(reading.problems.map { "\($0.place) \($0.message)" })")
    }

    @Test func `the sketch's four tests come out as it says`() throws {
        let results = try agreement(InFileTestTests.sketch).runTests()
        #expect(results.count == 4)
        for result in results {
            #expect(result.passed, "\(result.name): \(result.failures.map(\.sentence))")
            #expect(result.ignored == [])
        }
    }

    /// What is changed in the sketch's tests, and which of them no longer comes out.
    private static let mistakes: [(String, String, Int)] = [
        ("day: 31, by: [evaluator-1, evaluator-2], of", "day: 31, by: [evaluator-1], of", 2),
        ("ai-code-share: 97 %", "ai-code-share: 94 %", 2),
        ("low: 930 min", "low: 830 min", 2),
        ("3.0e26 FLOP", "1e26 FLOP", 3),
        ("compute-notify: unknown", "compute-notify: clear", 0),
        ("low: 900 min, high: 2400 min}, ai", "low: 900 min, high: 2400 min}, table: t, ai", 2),
    ]

    @Test(arguments: mistakes)
    func `a test that says what is not so fails, and says what was found`(
        part: String, replacement: String, test: Int
    ) throws {
        let text = InFileTestTests.sketch.replacingOccurrences(of: part, with: replacement)
        let results = try agreement(text).runTests()
        #expect(results.map(\.passed).enumerated().filter { !$0.element }.map(\.offset) == [test])
        let failure = try #require(results[test].failures.first)
        #expect(failure.found != failure.expected && failure.reason != nil)
        #expect(failure.sentence.contains("on model:m at"))
    }

    @Test func `whom an agreement lets nominate whom holds in its tests too`() throws {
        let text = """
            indicators:
              score: {unit: share, subject: model, method: any, valid: {least: 0 %, most: 100 %}, stale-after: 100 d, article: "4"}
            claims:
              replaced: {subject: model, text: it replaces people, stale-after: 50 d, article: "4"}
            triggers:
              high:
                subject: model
                when: {all: [{indicator: score, at-least: 50 %, bound: lower, confidence: 95 %}, {claim: replaced}]}
                evidence: {evaluators: 2, assurance: third-party, pool: k-of-n}
                on-unknown: hold
                measure: pause
                article: "4"
            tests:
              - name: two evaluators
                given:
                  - {at: 0 d, by: [evaluator-1, auditor-1], of: m, score: 60 %, claims: {replaced: yes}}
                expect: {high: crossed}
              - name: one and whom it nominated
                given:
                  - {at: 0 d, by: [evaluator-1, evaluator-2], of: m, score: 60 %, claims: {replaced: yes}}
                expect: {high: unknown}
              - name: one judges no, and evidence grows old
                given:
                  - {at: 0 d, by: [evaluator-1, evaluator-3], of: m, score: 60 %, claims: {replaced: yes}}
                  - {at: 10 d, by: [evaluator-3], of: m, claims: {replaced: no}}
                  - {at: 20 d, by: [evaluator-1], of: m, claims: {replaced: no}}
                expect:
                  - {at: 0 d, high: crossed}
                  - {at: 10 d, high: unknown}
                  - {at: 20 d, high: clear}
                  - {at: 59 d, high: clear}
                  - {at: 60 d, high: unknown}
            """
        for result in try agreement(text, nominated: true).runTests() {
            #expect(result.passed, "\(result.name): \(result.failures.map(\.sentence))")
        }
    }
}
