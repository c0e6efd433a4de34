// SPDX-License-Identifier: Apache-2.0
import Disclosure
import PauseAgreement
import Testing
import TransparencyLog

@Suite struct StatementTests {
    private static let digest = Digest.sha256([1])
    private static let other = Digest.sha256([2])

    private static let measured = MeasuredValue(
        indicator: "horizon-50", subject: .model("fiction-1"), value: ExactDecimal("500")!,
        unit: .minutes,
        interval: .init(
            low: ExactDecimal("481.5")!, high: ExactDecimal("900")!,
            confidence: ExactDecimal("0.95")!,
            method: "percentile bootstrap"),
        n: 170, clusters: 40, suite: "METR-Horizon-v1.1", method: "weighted logistic fit",
        assurance: .thirdParty, made: Time("2026-11-21T20:00:00Z")!,
        elicitation: "best of three scaffolds",
        modelDigest: digest, evidence: [.init(name: "runs.csv", digest: other)], source: nil,
        fictional: true)

    /// With everything that may be left out.
    private static let corrected = MeasuredValue(
        indicator: "horizon-50", subject: .model("fiction-1"), value: ExactDecimal("410")!,
        unit: .minutes, interval: nil, n: 168, clusters: nil, suite: "METR-Horizon-v1.1",
        method: "weighted logistic fit", assurance: .thirdParty,
        made: Time("2026-11-21T20:00:00Z")!, elicitation: nil, modelDigest: nil,
        evidence: [.init(name: "runs.csv", digest: other)], source: nil, fictional: true,
        stage: .preliminary, corrects: LogIndex(40), reason: "two runs were counted twice",
        access: .whiteBox, safeguards: .off, budget: "8,000 USD, 3 weeks",
        relationship: .collaborative, recipe: "metr agent=fiction-1")

    /// One of each kind, and of each shape that a kind has.
    private static let predicates: [Predicate] = [
        .opening(Opening(rules: 1, origin: "frontier-pause.example/log", policy: "quorum none\n")),
        .accession(
            Accession(
                commitment: Commitment(
                    atLeast: 2, of: ["a", "b"], leastShare: ExactDecimal("0.55"),
                    leastJurisdictions: 2))),
        .accession(
            Accession(
                commitment: Commitment(
                    atLeast: 0, of: nil, leastShare: nil, leastJurisdictions: nil))),
        .withdrawal(Withdrawal(reason: "we leave")),
        .model(
            ModelRegistration(model: "fiction-1", digest: digest, parents: [other], released: false)
        ),
        .measurement(measured),
        .measurement(
            MeasuredValue(
                indicator: "doubling-time", subject: .frontier, value: ExactDecimal("-1e24")!,
                unit: .days,
                interval: nil, n: nil, clusters: nil, suite: "s", method: "m",
                assurance: .selfReported,
                made: Time("2026-11-21")!, elicitation: nil, modelDigest: nil, evidence: [],
                source: "a paper", fictional: false)),
        .selfPause(SelfPause(model: "fiction-1", reason: "it worried us")),
        .selfResume(SelfResume(model: "fiction-1", reason: "it no longer does")),
        .question(QuestionRequest(question: .resume, cause: "c31", accused: nil, reason: "clear")),
        .question(
            QuestionRequest(
                question: .nonCompliance, cause: nil, accused: "developer-a", reason: "it ran")),
        .vote(Vote(question: "q12", choice: .abstain, reason: "not convinced\neither way")),
        .hearing(Hearing(question: "q12", position: "we object")),
        .site(SiteDeclaration(site: "north-1", emulated: true)),
        .stop(StopDeclaration(site: "north-1", since: Time("2026-11-21T20:00:00Z")!)),
        .telemetry(
            TelemetryPeriod(
                site: "north-1", from: Time("2026-11-21T20:00:00Z")!,
                to: Time("2026-11-21T21:00:00Z")!, root: digest,
                events: ["blank", "counter-reset"], emulated: true)),
        .draw(
            InspectionDraw(
                party: "developer-a", site: "north-1", telemetry: [LogIndex(40), LogIndex(44)],
                seed: digest, count: 20)),
        .answer(InspectionAnswer(draw: LogIndex(50), readers: ["auditor-1"])),
        .finding(
            Finding(
                party: "developer-a", site: "north-1", from: Time("2026-11-21T20:00:00Z")!,
                to: Time("2026-11-21T22:00:00Z")!, telemetry: [LogIndex(40), LogIndex(44)],
                draw: LogIndex(50), correctness: .pass, completeness: .unknown, inTime: true,
                couldHaveMissed: BlindSpot(
                    share: ExactDecimal("0.05")!, confidence: ExactDecimal("0.95")!),
                reason: "all samples match", readers: ["developer-a"])),
        .finding(
            Finding(
                party: "developer-a", site: "north-1", from: Time("2026-11-21T20:00:00Z")!,
                to: Time("2026-11-21T22:00:00Z")!, telemetry: [], draw: nil,
                correctness: .unknown, completeness: .fail, inTime: false, couldHaveMissed: nil,
                reason: "nothing came", readers: [])),
        .mitigation(Mitigation(cause: "c31", what: "the agents lost their write access")),
        .attestation(
            Attestation(about: .mitigation(LogIndex(60)), verdict: .pass, reason: "tried")),
        .attestation(
            Attestation(about: .milestone("oversight"), verdict: .unknown, reason: "not yet")),
        .selfReport(SelfReport(what: "a job ran past the grace", site: "north-1")),
        .measurement(corrected),
        .judgement(
            Judgement(
                claim: "substitution", subject: .model("fiction-1"), holds: .unclear,
                reason: "some of them", assurance: .thirdParty,
                made: Time("2026-11-21T20:00:00Z")!, modelDigest: digest,
                evidence: [.init(name: "interviews.txt", digest: other)])),
        .judgement(
            Judgement(
                claim: "substitution", subject: .frontier, holds: .yes, reason: "all of them",
                assurance: .reproduced, made: Time("2026-11-21")!)),
        .accessRequest(
            AccessRequest(model: "fiction-1", access: .greyBox, what: "a variant without refusals")),
        .accessAnswer(
            AccessAnswer(request: LogIndex(70), access: .blackBox, reason: "no more than that")),
        .accessAnswer(AccessAnswer(request: LogIndex(70), access: nil, reason: "not now")),
        .comment(.init(about: LogIndex(71), text: "the scaffold was an old one")),
        .challenge(
            Challenge(
                measurement: LogIndex(71), value: ExactDecimal("410")!, unit: .minutes,
                interval: measured.interval.map {
                    .init(
                        low: ExactDecimal("300")!, high: $0.high, confidence: $0.confidence,
                        method: $0.method)
                }, recipe: "metr agent=fiction-1", reason: "two runs were counted twice",
                evidence: [.init(name: "runs.csv", digest: other)])),
        .challenge(
            Challenge(
                measurement: LogIndex(71), value: ExactDecimal("0.2")!, unit: .share,
                reason: "it does not follow")),
        .acceptance(
            Acceptance(
                party: "developer-a", payload: digest, accepted: Time("2026-11-21T20:00:00Z")!)),
        .monitors(
            MonitorRotation(
                note: UnverifiedNote(
                    text: "standstill.example/monitors/v1\nversion 2\n",
                    signatures: [NoteSignature(name: "m", keyID: [1, 2, 3, 4], signature: [5])!]))),
    ]

    /// With a commitment to every field below public.
    private func statement(_ predicate: Predicate, sequence: Int64 = 5) -> Statement {
        var sealed: [String: CommitmentDigest] = [:]
        for rule in predicate.kind.sealedFields {
            let disclosure = Disclosure(
                salt: Array(repeating: 7, count: 16), name: rule.name, value: .string("x"))
            sealed[rule.name] = disclosure.digest
        }
        return Statement(
            agreement: Self.digest, terms: Self.other, sequence: sequence, predicate: predicate,
            sealed: Commitments(sealed))
    }

    @Test(arguments: predicates)
    func `every field has a declared audience`(_ predicate: Predicate) throws {
        let fields = predicate.kind.fields
        let names = fields.map(\.name)
        #expect(Set(names).count == names.count)
        let open = Set(fields.filter { $0.audience == .public }.map(\.name))
        #expect(Set(predicate.json.keys).subtracting(open).sorted() == [])
        #expect(fields.allSatisfy { ($0.form == nil) == ($0.audience == .public) })
    }

    @Test(arguments: predicates)
    func `a field below public is no member of the predicate`(_ predicate: Predicate) throws {
        for rule in predicate.kind.sealedFields {
            var json = try JSON.parse(statement(predicate).payload).object!
            var inner = json["predicate"]!.object!
            inner[rule.name] = .string("in the open")
            json["predicate"] = .object(inner)
            #expect(throws: MalformedStatement.self) {
                try Statement(parsing: JSON.object(json).canonicalBytes)
            }
        }
    }

    @Test(arguments: predicates)
    func `a commitment is to a declared field, and a required one is there`(
        _ predicate: Predicate
    ) throws {
        let bare = Statement(
            agreement: Self.digest, terms: Self.other, sequence: 5, predicate: predicate)
        let required = predicate.kind.sealedFields.contains(where: \.isRequired)
        #expect(((try? Statement(parsing: bare.payload)) == nil) == required)
        var json = try JSON.parse(bare.payload).object!
        var inner = json["predicate"]!.object!
        for sealed: JSON in [["other": .string(String(repeating: "A", count: 43))], [:]] {
            inner["sealed"] = sealed
            json["predicate"] = .object(inner)
            #expect(throws: MalformedStatement.self) {
                try Statement(parsing: JSON.object(json).canonicalBytes)
            }
        }
    }

    @Test(arguments: predicates)
    func `a statement reads back from what is signed`(_ predicate: Predicate) throws {
        let statement = statement(predicate)
        let again = try Statement(parsing: statement.payload)
        #expect(again == statement)
        #expect(again.payload == statement.payload)
        #expect(try JSON.parse(statement.payload).canonicalBytes == statement.payload)
    }

    @Test func `every kind is among them`() {
        #expect(Set(Self.predicates.map(\.kind)) == Set(StatementKind.allCases))
        for kind in StatementKind.allCases {
            #expect(StatementKind(predicateType: kind.predicateType) == kind)
        }
    }

    @Test func `subject 0 is the agreement`() throws {
        let json = try JSON.parse(statement(Self.predicates[3]).payload)
        #expect(json["_type"]?.string == "https://in-toto.io/Statement/v1")
        #expect(json["subject"]?.array?.first?["digest"]?["sha256"]?.string == Self.digest.hex)
        #expect(
            json["predicateType"]?.string == "https://standstill.example/statement/withdrawal/v1")
        #expect(json["predicate"]?["terms"]?.string == Self.other.hex)
    }

    // MARK: - Refusals

    /// Changes one member of a statement's payload and expects it to be refused there.
    private func check(
        _ predicate: Predicate, _ path: String, _ value: JSON?, expected: String? = nil,
        at pointer: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let json = try JSON.parse(statement(predicate).payload)
        let changed = try set(json, path.split(separator: "/").map(String.init)[...], value)
        do throws(MalformedStatement) {
            _ = try Statement(parsing: changed.canonicalBytes)
            Issue.record("accepted", sourceLocation: sourceLocation)
        } catch {
            #expect(error.pointer == pointer ?? path, "\(error)", sourceLocation: sourceLocation)
            if let expected { #expect(error.expected == expected, sourceLocation: sourceLocation) }
        }
    }

    private func set(_ json: JSON, _ path: ArraySlice<String>, _ value: JSON?) throws -> JSON {
        guard let key = path.first else { return try #require(value) }
        if var array = json.array {
            let index = try #require(Int(key))
            array[index] = try set(array[index], path.dropFirst(), value)
            return .array(array)
        }
        var object = try #require(json.object)
        object[key] =
            path.count == 1 ? value : try set(try #require(object[key]), path.dropFirst(), value)
        return .object(object)
    }

    @Test func `the frame is read strictly`() throws {
        let vote = Self.predicates[11]
        try check(vote, "/_type", "https://in-toto.io/Statement/v0.1", expected: Statement.type)
        try check(vote, "/subject", [])
        try check(vote, "/subject/0/name", "the agreement")
        try check(vote, "/subject/0/digest/sha256", "abc", expected: "64 lower-case hex digits")
        try check(vote, "/subject/0/digest/sha512", "abc")
        try check(vote, "/subject/0/uri", "x")
        try check(vote, "/predicateType", "https://standstill.example/statement/vote/v2")
        try check(vote, "/predicate", "x", expected: "an object")
        try check(vote, "/extra", 1)
        try check(vote, "/predicate/terms", nil)
        try check(vote, "/predicate/sequence", 0)
        try check(vote, "/predicate/sequence", "5")
        try check(vote, "/predicate/extra", 1)
        #expect(throws: MalformedStatement.self) { try Statement(parsing: Array("[]".utf8)) }
        #expect(throws: MalformedStatement.self) { try Statement(parsing: Array("{".utf8)) }
    }

    @Test func `a vote, a hearing and a request are read strictly`() throws {
        let (resume, accusation, vote, hearing) =
            (Self.predicates[9], Self.predicates[10], Self.predicates[11], Self.predicates[12])
        try check(vote, "/predicate/choice", "maybe", expected: "one of yes, no, abstain")
        try check(vote, "/predicate/question", "Q 12")
        try check(vote, "/predicate/reason", nil)
        try check(vote, "/predicate/reason", "\u{1}")
        try check(vote, "/predicate/reason", .string(String(repeating: "é", count: 2049)))
        try check(hearing, "/predicate/position", .string(String(repeating: "x", count: 8193)))
        try check(resume, "/predicate/cause", nil)
        try check(resume, "/predicate/accused", "developer-a", at: "/predicate/cause")
        try check(resume, "/predicate/question", "confirmation")
        try check(accusation, "/predicate/accused", nil)
        try check(accusation, "/predicate/cause", "c1", at: "/predicate/accused")
    }

    @Test func `a measurement is read strictly`() throws {
        let measured = Self.predicates[5]
        try check(measured, "/predicate/subject", "model:")
        try check(measured, "/predicate/subject", "planet")
        try check(measured, "/predicate/unit", "minutes")
        try check(measured, "/predicate/value", 500)
        try check(measured, "/predicate/value", "5e2 min")
        try check(measured, "/predicate/value", "480", at: "/predicate/interval/low")
        try check(measured, "/predicate/value", "901", at: "/predicate/interval/low")
        try check(measured, "/predicate/interval/confidence", "1")
        try check(measured, "/predicate/interval/confidence", "95")
        try check(measured, "/predicate/interval/level", "0.95")
        try check(measured, "/predicate/assurance", "certain")
        try check(measured, "/predicate/made", "yesterday")
        try check(measured, "/predicate/n", -1)
        try check(measured, "/predicate/model-sha256", "00")
        try check(measured, "/predicate/evidence/0/sha256", "00")
        try check(measured, "/predicate/evidence/0/size", 1)
        try check(measured, "/predicate/fictional", "yes")
    }

    @Test func `an accession and a registration are read strictly`() throws {
        let (accession, model) = (Self.predicates[1], Self.predicates[4])
        try check(accession, "/predicate/commitment/at-least", -1)
        try check(accession, "/predicate/commitment/of", ["a", "a"], expected: "every party once")
        try check(
            accession, "/predicate/commitment/of", ["a", 1], at: "/predicate/commitment/of/1")
        try check(accession, "/predicate/commitment/least-share", 1)
        try check(accession, "/predicate/commitment/least-jurisdictions", "2")
        try check(accession, "/predicate/commitment/unless", "x")
        try check(model, "/predicate/model", "Fiction 1")
        try check(model, "/predicate/released", "no")
        try check(model, "/predicate/parents/0", "00", at: "/predicate/parents/0")
    }

    /// The statement of that kind, with something that may be left out where the kind has it.
    private func predicate(_ kind: StatementKind) throws -> PauseAgreement.Predicate {
        try #require(
            Self.predicates.filter { $0.kind == kind }.max {
                $0.json.keys.count < $1.json.keys.count
            })
    }

    @Test func `a correction and what an evaluator saw are read strictly`() throws {
        let corrected = try predicate(.measurement)
        #expect(corrected == .measurement(Self.corrected))
        try check(
            corrected, "/predicate/stage", "draft", expected: "one of preliminary, final")
        try check(corrected, "/predicate/corrects", "40")
        try check(corrected, "/predicate/corrects", -1)
        try check(corrected, "/predicate/corrects", nil, at: "/predicate/reason")
        try check(corrected, "/predicate/reason", nil)
        try check(corrected, "/predicate/access", "all")
        try check(corrected, "/predicate/safeguards", true, expected: "one of on, off")
        try check(corrected, "/predicate/budget", .string(String(repeating: "x", count: 1025)))
        try check(corrected, "/predicate/relationship", "first_party")
        try check(corrected, "/predicate/recipe", .string(String(repeating: "x", count: 1025)))
        // What was written before these members were known means what it meant.
        let plain = Self.predicates[5]
        #expect(plain.json["stage"] == nil)
        try check(plain, "/predicate/reason", "no correction")
    }

    @Test func `a judgement and a challenge are read strictly`() throws {
        let (judgement, challenge) = (try predicate(.judgement), try predicate(.challenge))
        try check(judgement, "/predicate/claim", "Full Substitution")
        try check(judgement, "/predicate/subject", "model:")
        try check(judgement, "/predicate/holds", true, expected: "one of yes, no, unclear")
        try check(judgement, "/predicate/reason", nil)
        try check(judgement, "/predicate/assurance", "certain")
        try check(judgement, "/predicate/made", "yesterday")
        try check(judgement, "/predicate/model-sha256", "00")
        try check(judgement, "/predicate/evidence/0/sha256", "00")
        try check(judgement, "/predicate/value", "1")
        try check(challenge, "/predicate/measurement", "71")
        try check(challenge, "/predicate/value", 410)
        try check(challenge, "/predicate/unit", "minutes")
        try check(challenge, "/predicate/value", "299", at: "/predicate/interval/low")
        try check(challenge, "/predicate/interval/level", "0.95")
        try check(challenge, "/predicate/reason", nil)
        try check(challenge, "/predicate/indicator", "horizon-50")
    }

    @Test func `access is asked for, granted, refused and commented on strictly`() throws {
        let (request, comment) = (try predicate(.accessRequest), try predicate(.comment))
        let granted = PauseAgreement.Predicate.accessAnswer(
            AccessAnswer(request: LogIndex(70), access: .blackBox, reason: "no more"))
        let refused = PauseAgreement.Predicate.accessAnswer(
            AccessAnswer(request: LogIndex(70), access: nil, reason: "not now"))
        try check(request, "/predicate/model", "Fiction 1")
        try check(
            request, "/predicate/access", "weights",
            expected: "one of black-box, grey-box, white-box")
        try check(request, "/predicate/what", nil)
        try check(granted, "/predicate/access", nil)
        try check(granted, "/predicate/granted", false, at: "/predicate/access")
        try check(granted, "/predicate/granted", "yes")
        try check(refused, "/predicate/access", "black-box")
        try check(refused, "/predicate/request", -1)
        try check(comment, "/predicate/about", "71")
        try check(comment, "/predicate/text", .string(String(repeating: "x", count: 4097)))
        #expect(AccessTier.blackBox < .greyBox && AccessTier.greyBox < .whiteBox)
    }

    // MARK: - Entries

    @Test func `a leaf is the one canonical spelling`() throws {
        let statement = statement(Self.predicates[11])
        let key = try PrivateKey(seed: [UInt8](repeating: 3, count: 32))
        let envelope = try Envelope.sign(
            payload: statement.payload, payloadType: Envelope.inToto, with: [key])
        let entry = Entry(
            index: LogIndex(4), received: Time("2026-11-21T20:00:00Z")!, envelope: envelope,
            statement: statement)
        let again = try Entry(parsing: entry.leaf, index: LogIndex(4))
        #expect(again == entry)
        #expect(throws: MalformedStatement.self) {
            try Entry(parsing: entry.leaf + [0x0A], index: LogIndex(4))
        }
        let spaced = JSON.object(["received": 1, "statement": envelope.json]).prettyBytes
        #expect(throws: MalformedStatement.self) { try Entry(parsing: spaced, index: LogIndex(4)) }
        for (received, statement) in [
            (JSON.string("1"), envelope.json), (-1, envelope.json), (1, ["payload": "x"]),
        ] {
            let leaf = JSON.object(["received": received, "statement": statement]).canonicalBytes
            #expect(throws: MalformedStatement.self) {
                try Entry(parsing: leaf, index: LogIndex(4))
            }
        }
    }
}
