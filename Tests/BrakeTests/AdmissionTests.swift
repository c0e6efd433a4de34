// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// Who may say what; and that what is refused is told why, with the way out.
@Suite struct AdmissionTests {
    private let play: Play
    private let join = PauseAgreement.Predicate.accession(Accession(commitment: .unconditional))

    init() throws {
        play = try Play()
    }

    @Test func `a party's own statement is admitted under the party's name`() throws {
        let envelope = try play.envelope("norland", join, sequence: 1)
        guard case .admitted(let submission) = admit(envelope) else {
            Issue.record("not admitted")
            return
        }
        #expect(submission.signer == "norland")
        #expect(submission.envelope == envelope)
        #expect(submission.statement.kind == .accession)
    }

    // MARK: - Form

    @Test func `an envelope that is too large is refused before anything is read`() throws {
        let envelope = try play.envelope("norland", join, sequence: 1)
        check(
            play.brake.admit(envelope, bytes: 61_441), .tooLarge(bytes: 61_441, limit: 61_440),
            "too-large")
        guard case .admitted = play.brake.admit(envelope, bytes: 61_440) else {
            Issue.record("61,440 bytes are allowed")
            return
        }
    }

    @Test func `another payload type is refused`() throws {
        let envelope = try Envelope.sign(
            payload: [1], payloadType: "text/plain", with: [Scene.key("norland")])
        check(admit(envelope), .unknownPayloadType(got: "text/plain"), "malformed-envelope")
    }

    @Test func `a payload that is no statement is refused with the place`() throws {
        let envelope = try Envelope.sign(
            payload: Array("{\"_type\":\"x\"}".utf8), payloadType: Envelope.inToto,
            with: [Scene.key("norland")])
        guard case .refused(let refusal) = admit(envelope) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.slug == "malformed-statement")
        #expect(refusal.pointer == "/_type")
    }

    @Test func `another agreement and other terms are refused`() throws {
        let other = Digest.sha256([1])
        check(
            admit(try play.envelope("norland", join, sequence: 1, about: other)),
            .wrongAgreement(got: other, expected: play.agreement.id), "wrong-agreement")
        check(
            admit(try play.envelope("norland", join, sequence: 1, terms: other)),
            .wrongTerms(got: other, current: play.agreement.terms), "wrong-terms")
    }

    // MARK: - Signatures

    @Test func `a stranger's key is refused`() throws {
        let stranger = Scene.freshKey("a stranger")
        check(
            admit(try sign(join, with: [stranger])),
            .unknownKey(keyIDs: [stranger.publicKey.keyID]),
            "unknown-key")
    }

    @Test func `one unknown signature beside a good one spoils the envelope`() throws {
        let stranger = Scene.freshKey("a stranger")
        check(
            admit(try sign(join, with: [Scene.key("norland"), stranger])),
            .unknownKey(keyIDs: [stranger.publicKey.keyID]), "unknown-key")
    }

    @Test func `a signature over something else is refused`() throws {
        let good = try play.envelope("norland", join, sequence: 1)
        let other = try play.envelope("norland", join, sequence: 2)
        var members = try #require(good.json.object)
        members["payload"] = other.json["payload"]
        check(
            admit(try Envelope(json: .object(members))),
            .badSignature(keyID: Scene.key("norland").publicKey.keyID), "bad-signature")
    }

    @Test func `a key ID that is not the signer's is refused, since it is what the law goes by`()
        throws
    {
        let envelope = try play.envelope("sudland", join, sequence: 1)
        let signature = try #require(envelope.json["signatures"]?.array?.first?["sig"])
        let keyID = Scene.key("norland").publicKey.keyID
        let forged: JSON = [
            "payload": envelope.json["payload"]!, "payloadType": .string(Envelope.inToto),
            "signatures": [["keyid": .string(keyID), "sig": signature]],
        ]
        check(admit(try Envelope(json: forged)), .badSignature(keyID: keyID), "bad-signature")
        let unnamed: JSON = [
            "payload": envelope.json["payload"]!, "payloadType": .string(Envelope.inToto),
            "signatures": [["sig": signature]],
        ]
        check(admit(try Envelope(json: unnamed)), .unknownKey(keyIDs: [""]), "unknown-key")
    }

    @Test func `two parties cannot sign one statement`() throws {
        check(
            admit(try sign(join, with: [Scene.key("sudland"), Scene.key("norland")])),
            .severalSigners(parties: ["norland", "sudland"]), "may-not-say")
    }

    @Test func `a party that signs with two keys of three needs two`() throws {
        let agreement = try Scene.standard.get()
        let keys = (1...3).map { Scene.freshKey("norland \($0)") }
        let parties = agreement.parties.map { party in
            party.name == "norland"
                ? Party(
                    name: "norland", roles: party.roles, jurisdiction: party.jurisdiction,
                    keys: keys.map(\.publicKey), threshold: 2, share: party.share, nominatedBy: nil)
                : party
        }
        let brake = Brake(agreement: agreement.with(parties: parties))
        check(
            admit(try sign(join, with: [keys[1]]), to: brake),
            .tooFewSignatures(party: "norland", needed: 2, got: 1), "too-few-signatures")
        for pair in [[0, 1], [2, 0], [0, 1, 2]] {
            guard case .admitted = admit(try sign(join, with: pair.map { keys[$0] }), to: brake)
            else {
                Issue.record("keys \(pair) suffice")
                return
            }
        }
    }

    // MARK: - Who may say what

    @Test func `each kind is admitted from exactly the roles that may say it`() throws {
        let speakers = [
            "developer-a", "evaluator-1", "auditor-1", "norland", "secretariat", "councillor-1",
            "monitor-1", "log",
        ]
        let said: [(PauseAgreement.Predicate, Set<String>)] = [
            (.opening(Opening(rules: 1, origin: "", policy: "")), ["log"]),
            (
                join,
                [
                    "developer-a", "evaluator-1", "auditor-1", "norland", "secretariat",
                    "councillor-1",
                ]
            ),
            (
                .withdrawal(Withdrawal(reason: "")),
                [
                    "developer-a", "evaluator-1", "auditor-1", "norland", "secretariat",
                    "councillor-1",
                ]
            ),
            (
                .model(
                    ModelRegistration(
                        model: "m", digest: Digest.sha256([]), parents: [], released: false)),
                ["developer-a"]
            ),
            (.measurement(.horizon(60, made: Scene.day(1))), ["evaluator-1", "auditor-1"]),
            (.selfPause(SelfPause(model: "m", reason: "")), ["developer-a"]),
            (.selfResume(SelfResume(model: "m", reason: "")), ["developer-a"]),
            (
                .question(
                    QuestionRequest(question: .resume, cause: "c1", accused: nil, reason: "")),
                ["developer-a", "norland", "secretariat", "councillor-1"]
            ),
            (
                .question(
                    QuestionRequest(
                        question: .nonCompliance, cause: nil, accused: "norland", reason: "")),
                ["norland", "secretariat", "councillor-1"]
            ),
            (.vote(Vote(question: "q1", choice: .yes, reason: "")), ["councillor-1"]),
            (.hearing(Hearing(question: "q1", position: "")), Set(speakers).subtracting(["log"])),
        ]
        for (predicate, allowed) in said {
            let admitted = try speakers.filter {
                if case .admitted = admit(try play.envelope($0, predicate, sequence: 1)) {
                    true
                } else {
                    false
                }
            }
            #expect(Set(admitted) == allowed, "\(predicate.kind.rawValue)")
        }
    }

    @Test func `an opening is refused once there is one`() throws {
        var play = try Play()
        try play.open()
        let again = Opening(rules: 1, origin: "", policy: "")
        check(
            play.brake.admit(try play.envelope("log", .opening(again), sequence: 2), bytes: 1),
            .openingNotFirst, "may-not-say")
    }

    @Test(arguments: [
        ("gpt_4", true), (String(repeating: "m", count: 128), true), ("modèle", true),
        (String(repeating: "m", count: 129), false), ("a b", false), ("a\u{7F}", false),
        ("a\u{85}b", false), ("a\nb", false),
    ])
    func `a model may be measured under any plain name`(name: String, admitted: Bool) throws {
        let value = PauseAgreement.Predicate.measurement(.horizon(60, of: name, made: Scene.day(1)))
        let refusal = admit(try play.envelope("evaluator-1", value, sequence: 1)).refusal
        #expect((refusal == nil) == admitted)
        if !admitted { #expect(refusal?.pointer == "/predicate/subject") }
    }

    @Test func `names that the agreement does not have are refused at their place`() throws {
        let condition = Commitment(
            atLeast: 1, of: ["norland", "nowhere"], leastShare: nil, leastJurisdictions: nil)
        let accession = try play.envelope(
            "norland", .accession(Accession(commitment: condition)), sequence: 1)
        #expect(admit(accession).refusal?.pointer == "/predicate/commitment/of/1")
        let question = QuestionRequest(
            question: .nonCompliance, cause: nil, accused: "nowhere", reason: "")
        let accusation = try play.envelope("norland", .question(question), sequence: 1)
        #expect(admit(accusation).refusal?.pointer == "/predicate/accused")
    }

    // MARK: - Words

    @Test func `every refusal has a sentence, a known slug, and no loose ends`() {
        let digest = Digest.sha256([])
        let refusals: [Refusal] = [
            .unknownPayloadType(got: "x"), .tooLarge(bytes: 2, limit: 1),
            .malformed(MalformedStatement(pointer: "/a", expected: "b")),
            .wrongAgreement(got: digest, expected: digest),
            .wrongTerms(got: digest, current: digest),
            .unknownKey(keyIDs: ["00"]), .badSignature(keyID: "00"),
            .severalSigners(parties: ["a", "b"]),
            .tooFewSignatures(party: "a", needed: 2, got: 1),
            .mayNotSay(party: "a", kind: .model, rolesNeeded: [.developer]),
            .mayNotSay(party: "a", kind: .opening, rolesNeeded: []),
            .mayNotSay(party: "log", kind: .vote, rolesNeeded: []),
            .mayNotClaim(party: "a", assurance: .selfReported, clause: "4.1"),
            .mayNotClaim(party: "a", assurance: .reproduced, clause: "4.1"),
            .mayNotAsk(party: "a", question: .nonCompliance, rolesNeeded: [.state, .authority]),
            .notAMember(party: "a", clause: "5.1"), .openingNotFirst,
        ]
        let slugs: Set = [
            "malformed-envelope", "malformed-statement", "too-large", "wrong-agreement",
            "wrong-terms",
            "unknown-key", "bad-signature", "too-few-signatures", "may-not-say", "not-a-member",
        ]
        #expect(Set(refusals.map(\.sentence)).count == refusals.count)
        for refusal in refusals {
            #expect(slugs.contains(refusal.slug))
            for text in [refusal.sentence, refusal.hint].compactMap(\.self) {
                checkSentence(text)
            }
        }
        #expect(
            Refusal.mayNotAsk(
                party: "a", question: .nonCompliance, rolesNeeded: [.state, .authority]
            ).sentence
                == "a may not ask for a non-compliance question; a party with the role authority or state may"
        )
        #expect(Refusal.notAMember(party: "a", clause: "5.1").clause == "5.1")
    }

    // MARK: -

    private func admit(_ envelope: Envelope, to brake: Brake? = nil) -> Admission {
        (brake ?? play.brake).admit(envelope, bytes: envelope.json.canonicalBytes.count)
    }

    private func sign(_ predicate: PauseAgreement.Predicate, with keys: [PrivateKey]) throws
        -> Envelope
    {
        let statement = Statement(
            agreement: play.agreement.id, terms: play.agreement.terms, sequence: 1,
            predicate: predicate)
        return try Envelope.sign(
            payload: statement.payload, payloadType: Envelope.inToto, with: keys)
    }

    private func check(
        _ admission: Admission, _ expected: Refusal, _ slug: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(admission == .refused(expected), sourceLocation: sourceLocation)
        #expect(expected.slug == slug, sourceLocation: sourceLocation)
    }
}

/// A sentence for people: something, on one line, without doubled blanks or a full stop of its own.
func checkSentence(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(!text.isEmpty && !text.contains("\n"), sourceLocation: sourceLocation)
    #expect(
        !text.split(separator: " ", omittingEmptySubsequences: false).contains(""), "\(text)",
        sourceLocation: sourceLocation)
    #expect(
        !text.hasSuffix(".") && !text.contains("Optional"), "\(text)",
        sourceLocation: sourceLocation)
}

extension Admission {
    var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
}

extension Agreement {
    /// The same agreement with other parts, which the reader would check and this does not.
    func with(parties: [Party]? = nil, decisions: Decisions? = nil) -> Agreement {
        Agreement(
            id: id, terms: terms, text: text, name: name, title: title, rules: rules, log: log,
            monitoring: monitoring, parties: parties ?? self.parties,
            entryIntoForce: entryIntoForce,
            legalBasis: legalBasis, indicators: indicators, triggers: triggers,
            decisions: decisions ?? self.decisions,
            measures: measures, scope: scope, verification: verification, resume: resume,
            incentives: incentives, disclosure: disclosure, clocks: clocks, onSilence: onSilence,
            onExpiry: onExpiry, exit: exit)
    }
}
