// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// An example that the agreement gives of its own triggers: what is reported when, and what each
/// trigger then reads.
public struct TriggerTest: Hashable, Sendable {
    public let name: String
    /// In the order of time.
    public let given: [Given]
    /// In the order of time.
    public let expectations: [Expectation]
    public let place: AgreementReading.Place

    public init(
        name: String, given: [Given], expectations: [Expectation], place: AgreementReading.Place
    ) {
        self.name = name
        self.given = given
        self.expectations = expectations
        self.place = place
    }

    /// The one model that it speaks of, where it speaks of one.
    public var model: String? { given.lazy.compactMap(\.model).first }

    /// What some evaluators report at one time, each of them the same.
    public struct Given: Hashable, Sendable {
        /// Since the test began.
        public let at: TimeSpan
        /// In the order written.
        public let by: [String]
        /// The model that is reported on; indicators of the frontier need none.
        public let model: String?
        /// Sorted by indicator.
        public let values: [Value]
        /// Sorted by claim.
        public let claims: [Holding]
        /// Whether the reports say how capability was drawn out.
        public let isElicited: Bool
        public let assurance: Assurance
        /// The confidence level of every interval.
        public let confidence: ExactDecimal
        /// Reports with one table rest on the same evidence file.
        public let table: String?
        public let stage: MeasuredValue.Stage
        public let place: AgreementReading.Place

        public init(
            at: TimeSpan, by: [String], model: String?, values: [Value], claims: [Holding],
            isElicited: Bool, assurance: Assurance, confidence: ExactDecimal, table: String?,
            stage: MeasuredValue.Stage, place: AgreementReading.Place
        ) {
            self.at = at
            self.by = by
            self.model = model
            self.values = values
            self.claims = claims
            self.isElicited = isElicited
            self.assurance = assurance
            self.confidence = confidence
            self.table = table
            self.stage = stage
            self.place = place
        }
    }

    /// A value of one indicator, in the indicator's unit.
    public struct Value: Hashable, Sendable {
        public let indicator: String
        public let value: ExactDecimal
        /// The ends of its interval; nil for a value without one. A bare quantity stands for an
        /// interval that is that one value.
        public let interval: Interval?
        public let place: AgreementReading.Place

        public struct Interval: Hashable, Sendable {
            public let low: ExactDecimal
            public let high: ExactDecimal

            public init(low: ExactDecimal, high: ExactDecimal) {
                self.low = low
                self.high = high
            }
        }

        public init(
            indicator: String, value: ExactDecimal, interval: Interval?,
            place: AgreementReading.Place
        ) {
            self.indicator = indicator
            self.value = value
            self.interval = interval
            self.place = place
        }
    }

    /// A judgement of one claim.
    public struct Holding: Hashable, Sendable {
        public let claim: String
        public let holds: Judgement.Holds
        public let place: AgreementReading.Place

        public init(claim: String, holds: Judgement.Holds, place: AgreementReading.Place) {
            self.claim = claim
            self.holds = holds
            self.place = place
        }
    }

    /// What triggers read after everything that was given, and every deadline, at or before a time.
    public struct Expectation: Hashable, Sendable {
        public let at: TimeSpan
        /// Sorted by trigger.
        public let verdicts: [Expected]
        public let place: AgreementReading.Place

        public init(at: TimeSpan, verdicts: [Expected], place: AgreementReading.Place) {
            self.at = at
            self.verdicts = verdicts
            self.place = place
        }
    }

    public struct Expected: Hashable, Sendable {
        public let trigger: String
        public let subject: Subject
        public let verdict: TriggerVerdict
        public let place: AgreementReading.Place

        public init(
            trigger: String, subject: Subject, verdict: TriggerVerdict,
            place: AgreementReading.Place
        ) {
            self.trigger = trigger
            self.subject = subject
            self.verdict = verdict
            self.place = place
        }
    }
}

// MARK: - As statements

extension TriggerTest.Given {
    /// What each of ``by`` would sign about these indicators, in the order of ``values``.
    ///
    /// - Parameter start: when the test began.
    public func measurements(of indicators: [Indicator], from start: Time) -> [MeasuredValue] {
        values.compactMap { value in
            guard let indicator = indicators.first(where: { $0.name == value.indicator }) else {
                return nil
            }
            let interval = value.interval.map {
                MeasuredValue.Interval(
                    low: $0.low, high: $0.high, confidence: confidence, method: "given")
            }
            return MeasuredValue(
                indicator: indicator.name, subject: subject(of: indicator.subject),
                value: value.value, unit: indicator.unit,
                interval: indicator.uncertainty == .counted ? nil : interval, n: nil,
                clusters: nil, suite: "given", method: "given", assurance: assurance,
                made: start + at, elicitation: isElicited ? "given" : nil, modelDigest: nil,
                evidence: evidence, source: nil, fictional: true, stage: stage)
        }
    }

    /// What each of ``by`` would sign about these claims, in the order of ``claims``.
    public func judgements(of known: [Claim], from start: Time) -> [Judgement] {
        claims.compactMap { holding in
            guard let claim = known.first(where: { $0.name == holding.claim }) else { return nil }
            return Judgement(
                claim: claim.name, subject: subject(of: claim.subject), holds: holding.holds,
                reason: "given", assurance: assurance, made: start + at, modelDigest: nil,
                evidence: evidence)
        }
    }

    private func subject(of kind: SubjectKind) -> Subject {
        kind == .frontier ? .frontier : .model(model ?? "")
    }

    private var evidence: [MeasuredValue.EvidenceFile] {
        guard let table else { return [] }
        return [.init(name: table, digest: Digest.sha256(Array("table \(table)".utf8)))]
    }
}
