// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// What a party signs: an in-toto Statement v1 whose subject 0 is the agreement.
///
/// Source: in-toto Attestation Framework, Statement v1.
public struct Statement: Hashable, Sendable {
    public let agreement: Digest
    /// The version of the agreement that the signer had before it.
    public let terms: Digest
    /// Grows with every statement of one signer; a lower one has no effect.
    public let sequence: Int64
    public let predicate: Predicate
    /// What it commits to for smaller audiences.
    public let sealed: Commitments

    public init(
        agreement: Digest, terms: Digest, sequence: Int64, predicate: Predicate,
        sealed: Commitments = .none
    ) {
        self.agreement = agreement
        self.terms = terms
        self.sequence = sequence
        self.predicate = predicate
        self.sealed = sealed
    }

    public var kind: StatementKind { predicate.kind }

    public static let type = "https://in-toto.io/Statement/v1"
    public static let largestSequence: Int64 = (1 << 53) - 1

    /// Reads the payload of an envelope.
    public init(parsing payload: [UInt8]) throws(MalformedStatement) {
        let json: JSON
        do throws(MalformedJSON) {
            json = try JSON.parse(payload)
        } catch {
            throw MalformedStatement(pointer: "", expected: "strict JSON (\(error))")
        }
        var fields = try Fields(json)
        guard try fields.string("_type") == Statement.type else {
            throw fields.missing("_type", Statement.type)
        }
        agreement = try Statement.agreement(subjects: fields.array("subject"), fields)
        let type = try fields.string("predicateType")
        guard let kind = StatementKind(predicateType: type) else {
            let kinds = StatementKind.allCases.map(\.predicateType).joined(separator: ", ")
            throw fields.missing("predicateType", "one of \(kinds)")
        }
        var inner = try fields.object("predicate")
        try fields.end()
        terms = try inner.digest("terms")
        sequence = try inner.integer("sequence", in: 1...Statement.largestSequence)
        predicate = try Predicate(kind, &inner)
        sealed = try Commitments(&inner, of: kind)
        try inner.end()
    }

    private static func agreement(
        subjects: [JSON], _ fields: Fields
    ) throws(MalformedStatement) -> Digest {
        guard let first = subjects.first else {
            throw fields.missing("subject", "the agreement as subject 0")
        }
        var subject = try Fields(first, at: "/subject/0")
        guard try subject.string("name") == "agreement" else {
            throw subject.missing("name", "\"agreement\"")
        }
        var digests = try subject.object("digest")
        let id = try digests.digest("sha256")
        try digests.end()
        try subject.end()
        return id
    }

    /// The payload that a signer signs: canonical, so that the same statement has the same bytes.
    public var payload: [UInt8] {
        var inner = predicate.json
        inner["terms"] = .string(terms.hex)
        inner["sequence"] = .integer(sequence)
        inner["sealed"] = sealed.json
        let subject: JSON = .object([
            "name": "agreement", "digest": .object(["sha256": .string(agreement.hex)]),
        ])
        return JSON.object([
            "_type": .string(Statement.type), "subject": .array([subject]),
            "predicateType": .string(kind.predicateType), "predicate": .object(inner),
        ]).canonicalBytes
    }
}

/// Every kind of statement.
public enum StatementKind: String, Hashable, Sendable, CaseIterable {
    /// Entry 0, by the node: which agreement, which rules, which log.
    case opening
    case accession
    case withdrawal
    case model
    case measurement
    case selfPause = "self-pause"
    case selfResume = "self-resume"
    case question
    case vote
    case hearing
    case site
    case stop
    case telemetry
    case draw
    case answer
    case finding
    case mitigation
    case attestation
    case selfReport = "self-report"
    case judgement
    case accessRequest = "access-request"
    case accessAnswer = "access-answer"
    case comment
    case challenge
    /// The next version of the set of monitors that count.
    case monitors
    /// A monitor holds a statement that the node has not logged.
    case acceptance

    private static let prefix = "https://standstill.example/statement/"

    public var predicateType: String { "\(StatementKind.prefix)\(rawValue)/v1" }

    public init?(predicateType: String) {
        guard let kind = StatementKind.allCases.first(where: { $0.predicateType == predicateType })
        else { return nil }
        self = kind
    }
}

/// What the statement says.
public enum Predicate: Hashable, Sendable {
    case opening(Opening)
    case accession(Accession)
    case withdrawal(Withdrawal)
    case model(ModelRegistration)
    case measurement(MeasuredValue)
    case selfPause(SelfPause)
    case selfResume(SelfResume)
    case question(QuestionRequest)
    case vote(Vote)
    case hearing(Hearing)
    case site(SiteDeclaration)
    case stop(StopDeclaration)
    case telemetry(TelemetryPeriod)
    case draw(InspectionDraw)
    case answer(InspectionAnswer)
    case finding(Finding)
    case mitigation(Mitigation)
    case attestation(Attestation)
    case selfReport(SelfReport)
    case judgement(Judgement)
    case accessRequest(AccessRequest)
    case accessAnswer(AccessAnswer)
    case comment(ResultComment)
    case challenge(Challenge)
    case monitors(MonitorRotation)
    case acceptance(Acceptance)

    public var kind: StatementKind {
        switch self {
        case .opening: .opening
        case .accession: .accession
        case .withdrawal: .withdrawal
        case .model: .model
        case .measurement: .measurement
        case .selfPause: .selfPause
        case .selfResume: .selfResume
        case .question: .question
        case .vote: .vote
        case .hearing: .hearing
        case .site: .site
        case .stop: .stop
        case .telemetry: .telemetry
        case .draw: .draw
        case .answer: .answer
        case .finding: .finding
        case .mitigation: .mitigation
        case .attestation: .attestation
        case .selfReport: .selfReport
        case .judgement: .judgement
        case .accessRequest: .accessRequest
        case .accessAnswer: .accessAnswer
        case .comment: .comment
        case .challenge: .challenge
        case .monitors: .monitors
        case .acceptance: .acceptance
        }
    }

    /// Reads the members of `fields` that belong to `kind`; the caller refuses the rest.
    public init(_ kind: StatementKind, _ fields: inout Fields) throws(MalformedStatement) {
        self =
            switch kind {
            case .opening: .opening(try Opening(&fields))
            case .accession: .accession(try Accession(&fields))
            case .withdrawal: .withdrawal(try Withdrawal(&fields))
            case .model: .model(try ModelRegistration(&fields))
            case .measurement: .measurement(try MeasuredValue(&fields))
            case .selfPause: .selfPause(try SelfPause(&fields))
            case .selfResume: .selfResume(try SelfResume(&fields))
            case .question: .question(try QuestionRequest(&fields))
            case .vote: .vote(try Vote(&fields))
            case .hearing: .hearing(try Hearing(&fields))
            case .site: .site(try SiteDeclaration(&fields))
            case .stop: .stop(try StopDeclaration(&fields))
            case .telemetry: .telemetry(try TelemetryPeriod(&fields))
            case .draw: .draw(try InspectionDraw(&fields))
            case .answer: .answer(try InspectionAnswer(&fields))
            case .finding: .finding(try Finding(&fields))
            case .mitigation: .mitigation(try Mitigation(&fields))
            case .attestation: .attestation(try Attestation(&fields))
            case .selfReport: .selfReport(try SelfReport(&fields))
            case .judgement: .judgement(try Judgement(&fields))
            case .accessRequest: .accessRequest(try AccessRequest(&fields))
            case .accessAnswer: .accessAnswer(try AccessAnswer(&fields))
            case .comment: .comment(try ResultComment(&fields))
            case .challenge: .challenge(try Challenge(&fields))
            case .monitors: .monitors(try MonitorRotation(&fields))
            case .acceptance: .acceptance(try Acceptance(&fields))
            }
    }

    /// The predicate's own members, without `terms` and `sequence`.
    public var json: JSONObject {
        switch self {
        case .opening(let value): value.json
        case .accession(let value): value.json
        case .withdrawal(let value): value.json
        case .model(let value): value.json
        case .measurement(let value): value.json
        case .selfPause(let value): value.json
        case .selfResume(let value): value.json
        case .question(let value): value.json
        case .vote(let value): value.json
        case .hearing(let value): value.json
        case .site(let value): value.json
        case .stop(let value): value.json
        case .telemetry(let value): value.json
        case .draw(let value): value.json
        case .answer(let value): value.json
        case .finding(let value): value.json
        case .mitigation(let value): value.json
        case .attestation(let value): value.json
        case .selfReport(let value): value.json
        case .judgement(let value): value.json
        case .accessRequest(let value): value.json
        case .accessAnswer(let value): value.json
        case .comment(let value): value.json
        case .challenge(let value): value.json
        case .monitors(let value): value.json
        case .acceptance(let value): value.json
        }
    }
}
