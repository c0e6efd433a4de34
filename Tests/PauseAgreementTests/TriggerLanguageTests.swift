// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import TransparencyLog

@testable import PauseAgreement

/// What the parts of the trigger language that may be left out mean, written and not written.
@Suite struct TriggerLanguageTests {
    private func agreement(_ edits: [(String, String)]) throws -> Agreement {
        let text = try edits.reduce(ExampleAgreement.yaml) { text, edit in
            let parts = text.components(separatedBy: edit.0)
            try #require(parts.count == 2, "\(edit.0) stands there \(parts.count - 1) times")
            return parts.joined(separator: edit.1)
        }
        let reading = Agreement.read(yaml: text)
        return try #require(reading.agreement, "\(reading.problems.map(\.message))")
    }

    private func span(_ text: String) -> TimeSpan { TimeSpan(text)! }

    @Test func `an indicator that says nothing of it is sampled, and a model's is elicited`() throws
    {
        let plain = try agreement([])
        let expected: [(String, Indicator.Uncertainty, Indicator.Elicitation, TimeSpan?)] = [
            ("doubling-time", .sampled, .none, nil),
            ("horizon-50", .sampled, .needed, span("90 d")),
            ("research-tasks", .sampled, .needed, nil),
            ("training-compute", .sampled, .none, nil),
        ]
        #expect(plain.indicators.map(\.name) == expected.map(\.0))
        for (name, uncertainty, elicitation, every) in expected {
            let indicator = try #require(plain.indicator(name))
            #expect(indicator.uncertainty == uncertainty, "\(name)")
            #expect(indicator.elicitation == elicitation, "\(name)")
            #expect(indicator.every == every, "\(name)")
        }
        let counted = try agreement([
            ("    elicitation: none\n    valid", "    uncertainty: counted\n    valid")
        ])
        #expect(counted.indicator("training-compute")?.elicitation == Indicator.Elicitation.none)
        let elicited = try agreement([
            (
                "    elicitation: none\n    valid",
                "    uncertainty: counted\n    elicitation: needed\n    valid"
            )
        ])
        #expect(elicited.indicator("training-compute")?.elicitation == .needed)
    }

    @Test func `a count is compared itself, or by a bound`() throws {
        let counted = ("    elicitation: none\n    valid", "    uncertainty: counted\n    valid")
        let leaf = "{indicator: training-compute, above: 1e26 FLOP, bound: lower, confidence: 90 %}"
        for (written, bound, confidence) in [
            ("{indicator: training-compute, above: 1e26 FLOP}", Comparison.Bound.estimate, "0"),
            ("{indicator: training-compute, above: 1e26 FLOP, bound: estimate}", .estimate, "0"),
            (leaf, .lower, "0.9"),
        ] {
            let read = try agreement(leaf == written ? [counted] : [counted, (leaf, written)])
            let found = try #require(read.trigger("large-training-run")?.condition.leaves.first)
            #expect(found.bound == bound && found.confidence == ExactDecimal(confidence))
            #expect(Agreement.read(canonicalJSON: read.text.canonicalBytes).problems == [])
        }
    }

    @Test func `a trigger lasts as long as it says, or not at all`() throws {
        let plain = try agreement([])
        func lasting(_ agreement: Agreement, _ name: String) -> (Persistence, TimeSpan)? {
            agreement.trigger(name).map { ($0.persistence, $0.keep) }
        }
        #expect(try #require(lasting(plain, "research-automation")) == (.immediate, .zero))
        #expect(
            try #require(lasting(plain, "frontier-acceleration"))
                == (Persistence(reports: 1, over: span("14 d")), .zero))
        #expect(
            try #require(lasting(plain, "research-substitution"))
                == (Persistence(reports: 2, over: span("30 d")), span("60 d")))
        let reports = try agreement([("for: {over: 14 d}", "for: {reports: 3}")])
        #expect(
            lasting(reports, "frontier-acceleration")?.0 == Persistence(reports: 3, over: .zero))
    }

    @Test
    func `a condition's claims and figures are in the order written, and lifting keeps the rest`()
        throws
    {
        let trigger = try #require(try agreement([]).trigger("research-substitution"))
        #expect(trigger.condition.claims == ["full-substitution"])
        #expect(trigger.condition.leaves.map(\.indicator) == ["research-tasks"])
        #expect(trigger.subject == .model && trigger.evidence.from.count == 5)
        let frontier = try #require(try agreement([]).trigger("frontier-acceleration"))
        let lifted = frontier.with(frontier.condition(afterLiftings: 1))
        #expect(lifted.condition.leaves.map(\.figure) == [ExactDecimal(coefficient: 30)])
        #expect(lifted.persistence == frontier.persistence && lifted.evidence == frontier.evidence)
        let claim = try #require(try agreement([]).claim("full-substitution"))
        #expect(claim.subject == .model && claim.staleAfter == span("180 d"))
        #expect(claim.article == "4.1" && claim.text.hasPrefix("Inside its developer"))
    }

    @Test func `a challenge is decided by its own rule, or like a determination`() throws {
        let plain = try agreement([]).decisions
        let determination = try #require(plain.rule(for: .determination))
        let challenge = try #require(plain.rule(for: .challenge))
        #expect(challenge.kind == .challenge && challenge.quorum == determination.quorum)
        #expect(challenge.deadline == determination.deadline)
        let own = """
            decisions:
              challenge:
                quorum: 4
                jurisdictions: 2
                recusal: [accused, nominated-by-accused]
                deadline: 30 d
                on-timeout: reject
                article: "5.1"

            """
        let other = try agreement([("decisions:\n", own)]).decisions
        #expect(other.rule(for: .challenge)?.quorum == 4)
        #expect(other.rules.map(\.kind) == QuestionKind.allCases)
        // It is checked like the others: whoever is challenged must not be able to block it.
        let late = own.replacing("quorum: 4", with: "quorum: 5")
        let text = ExampleAgreement.yaml.replacing("decisions:\n", with: late)
        let messages = Agreement.read(yaml: text).problems.map(\.message)
        #expect(
            messages.count == 1
                && messages[0].hasPrefix("decisions.challenge.quorum: cannot be met"))
    }

    // MARK: - Tests in the text

    private func tests(_ yaml: String) throws -> [TriggerTest] {
        var block = BlockText(ExampleAgreement.yaml)
        try block.remove("tests")
        let reading = Agreement.read(yaml: block.text + "\ntests:\n" + yaml)
        return try #require(reading.agreement, "\(reading.problems.map(\.message))").tests
    }

    @Test func `a test says who reported what when, and what follows`() throws {
        let test = try #require(
            try tests(
                """
                  - name: one
                    given:
                      - {at: 0 d, by: [evaluator-2, evaluator-1], of: fiction-1, horizon-50: {value: 10 h, low: 500 min, high: 700 min}, research-tasks: 82 %}
                      - {day: 31, by: [auditor-1], of: fiction-1, claims: {full-substitution: unclear}, elicitation: none, confidence: 99 %, table: t1, stage: preliminary}
                      - {at: 32 d, by: [evaluator-1], doubling-time: {value: 50 d}}
                    expect: {research-automation: unknown, frontier-acceleration: clear}
                """
            ).first)
        #expect(test.given.map(\.at) == [.zero, span("31 d"), span("32 d")])
        #expect(test.given[0].by == ["evaluator-2", "evaluator-1"])
        #expect(test.model == "fiction-1" && test.given[2].model == nil)
        let values = test.given[0].values
        #expect(values.map(\.indicator) == ["horizon-50", "research-tasks"])
        #expect(values[0].value == ExactDecimal(coefficient: 600))
        #expect(values[0].interval?.low == ExactDecimal(coefficient: 500))
        // A bare quantity is known exactly; one that only says its value has no interval.
        #expect(values[1].interval?.high == ExactDecimal("0.82"))
        #expect(test.given[2].values[0].interval == nil)
        #expect(test.given[0].isElicited && test.given[0].assurance == .thirdParty)
        #expect(test.given[0].confidence == ExactDecimal("0.95") && test.given[0].stage == .final)
        #expect(!test.given[1].isElicited && test.given[1].stage == .preliminary)
        #expect(test.given[1].claims.map(\.holds) == [.unclear] && test.given[1].table == "t1")
        let expected = try #require(test.expectations.first)
        #expect(test.expectations.count == 1 && expected.at == span("32 d"))
        #expect(expected.verdicts.map(\.subject) == [.frontier, .model("fiction-1")])
        #expect(expected.verdicts.map(\.verdict) == [.clear, .unknown])
    }

    @Test func `what is given becomes what each would sign`() throws {
        let agreement = try agreement([])
        let given = try #require(
            try tests(
                """
                  - name: one
                    given:
                      - {at: 2 d, by: [evaluator-1], of: fiction-1, horizon-50: {value: 10 h, low: 500 min, high: 700 min}, doubling-time: 50 d, claims: {full-substitution: yes}, table: t1, confidence: 99 %}
                    expect: {research-automation: unknown}
                """
            ).first?.given.first)
        let start = Time("2026-01-01")!
        let values = given.measurements(of: agreement.indicators, from: start)
        #expect(values.map(\.indicator) == ["doubling-time", "horizon-50"])
        #expect(values.map(\.subject) == [.frontier, .model("fiction-1")])
        #expect(values.allSatisfy { $0.made == start + span("2 d") && $0.elicitation != nil })
        #expect(values[1].interval?.confidence == ExactDecimal("0.99"))
        #expect(values[1].unit == .minutes && values[1].value == ExactDecimal(coefficient: 600))
        let judgement = try #require(
            given.judgements(of: agreement.claims, from: start).first)
        #expect(judgement.holds == .yes && judgement.subject == .model("fiction-1"))
        #expect(judgement.evidence == values[0].evidence && judgement.evidence.count == 1)
    }

    // MARK: - What implies what

    private static let indicators = [
        Indicator(
            name: "x", unit: .count, subject: .frontier, method: "", least: .zero,
            most: ExactDecimal(coefficient: 100), staleAfter: .zero, article: "1"),
        Indicator(
            name: "y", unit: .count, subject: .frontier, method: "", least: .zero,
            most: ExactDecimal(coefficient: 100), staleAfter: .zero, article: "1"),
    ]

    private static func leaf(
        _ name: String, _ direction: Comparison.Direction, _ figure: Int,
        _ bound: Comparison.Bound? = nil, level: String = "0.9"
    ) -> Condition {
        let comparison = Comparison(
            indicator: name, direction: direction,
            figure: ExactDecimal(coefficient: Int128(figure)), bound: .lower,
            confidence: ExactDecimal(level)!)
        return .compare(
            Comparison(
                indicator: name, direction: direction, figure: comparison.figure,
                bound: bound ?? (comparison.isFloor ? .lower : .upper),
                confidence: comparison.confidence))
    }

    private static let implications: [(Condition, Condition, Bool)] = [
        (leaf("x", .atLeast, 10), leaf("x", .atLeast, 8), true),
        (leaf("x", .atLeast, 8), leaf("x", .atLeast, 10), false),
        (leaf("x", .above, 10), leaf("x", .atLeast, 10), true),
        (leaf("x", .atLeast, 10), leaf("x", .above, 10), false),
        (leaf("x", .atMost, 10), leaf("x", .below, 11), true),
        // A measurement confident enough for one is not for the other.
        (leaf("x", .atLeast, 10), leaf("x", .atLeast, 8, level: "0.95"), false),
        (leaf("x", .atLeast, 10, level: "0.95"), leaf("x", .atLeast, 8), true),
        // The lower bound is past it, so the value is; not the other way around.
        (leaf("x", .atLeast, 10), leaf("x", .atLeast, 10, .estimate), true),
        (leaf("x", .atLeast, 10, .estimate), leaf("x", .atLeast, 10), false),
        // Every value is on one side, but an interval may lie across.
        (
            leaf("y", .atLeast, 1),
            .any([leaf("x", .atLeast, 10), leaf("x", .below, 10)]), false
        ),
        // What is always so where it is measured may not be measured.
        (leaf("x", .atLeast, 10), .all([leaf("x", .atLeast, 8), leaf("y", .atLeast, 0)]), false),
        (leaf("x", .atLeast, 10), .any([leaf("x", .atLeast, 8), leaf("y", .atLeast, 50)]), true),
        (.all([leaf("x", .atLeast, 10), .claim("c")]), .claim("c"), true),
        (.any([leaf("x", .atLeast, 10), .claim("c")]), .claim("c"), false),
        (
            .atLeast(2, of: [leaf("x", .atLeast, 10), leaf("y", .atLeast, 10), .claim("c")]),
            .any([leaf("x", .atLeast, 5), leaf("y", .atLeast, 5)]), true
        ),
        (
            .atLeast(2, of: [leaf("x", .atLeast, 10), leaf("y", .atLeast, 10), .claim("c")]),
            .all([leaf("x", .atLeast, 5), leaf("y", .atLeast, 5)]), false
        ),
    ]

    @Test(arguments: implications.indices)
    func `one condition implies another, or does not`(_ row: Int) {
        let (first, second, expected) = Self.implications[row]
        var space = ConditionSpace([first, second], indicators: Self.indicators, evidence: .any)
        let isImplied = space.firstImpliesSecond()
        #expect(isImplied == expected, "row \(row)")
    }

    @Test func `pooled evidence at different levels says nothing about each other`() {
        let pair = [
            Self.leaf("x", .atLeast, 10, level: "0.95"), Self.leaf("x", .atLeast, 8),
        ]
        for (apart, expected) in [(false, true), (true, false)] {
            var space = ConditionSpace(
                pair, indicators: Self.indicators, evidence: .any, keepsLevelsApart: apart)
            let isImplied = space.firstImpliesSecond()
            #expect(isImplied == expected)
        }
    }

    @Test func `what has too many states is given the benefit of the doubt`() {
        let parts = (0..<90).flatMap { figure in
            [
                Self.leaf("x", .atLeast, figure), Self.leaf("x", .atMost, figure),
                Self.leaf("x", .above, figure, .estimate),
            ]
        }
        // It contradicts itself, and a smaller part of it is found to.
        for (conditions, canHold) in [(parts, true), (Array(parts.prefix(9)), false)] {
            var space = ConditionSpace(
                [.all(conditions)], indicators: Self.indicators, evidence: .any)
            let found = space.canHold()
            #expect(found == canHold)
        }
    }

    /// Where every state can be tried, the search agrees with trying them.
    @Test func `what can hold and fail is what some value makes hold and fail`() {
        for low in 0...4 {
            for high in 0...4 {
                let condition = Condition.all([
                    Self.leaf("x", .atLeast, low), Self.leaf("x", .below, high),
                ])
                var space = ConditionSpace(
                    [condition], indicators: Self.indicators, evidence: .exact)
                let canHold = space.canHold()
                #expect(canHold == (low < high), "\(low) \(high)")
                var other = ConditionSpace(
                    [condition], indicators: Self.indicators, evidence: .exact)
                let canFail = other.canFail()
                #expect(canFail, "\(low) \(high)")
            }
        }
    }
}
