// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// Who may speak of sites, inspections and what clears a cause; and what such statements commit to.
@Suite struct EvidenceAdmissionTests {
    private let play: Play

    init() throws { play = try Play() }

    private static let digest = Digest.sha256([])

    private static let finding = Finding(
        party: "developer-a", site: "north-1", from: Scene.day(1), to: Scene.day(2),
        telemetry: [], draw: nil, correctness: .unknown, completeness: .unknown, inTime: false,
        couldHaveMissed: nil, reason: "", readers: ["norland"])

    private static let said: [(PauseAgreement.Predicate, Set<String>)] = [
        (.site(SiteDeclaration(site: "north-1", emulated: true)), ["developer-a"]),
        (.stop(StopDeclaration(site: "north-1", since: Scene.day(1))), ["developer-a"]),
        (
            .telemetry(
                TelemetryPeriod(
                    site: "north-1", from: Scene.day(1), to: Scene.day(2), root: digest,
                    events: ["reset"], emulated: true)), ["developer-a"]
        ),
        (
            .draw(
                InspectionDraw(
                    party: "developer-a", site: "north-1", telemetry: [LogIndex(1)], seed: digest,
                    count: 3)), ["auditor-1"]
        ),
        (.answer(InspectionAnswer(draw: LogIndex(1), readers: ["auditor-1"])), ["developer-a"]),
        (.finding(finding), ["auditor-1"]),
        (.mitigation(Mitigation(cause: "c1", what: "")), ["developer-a"]),
        (
            .attestation(Attestation(about: .milestone("oversight"), verdict: .pass, reason: "")),
            ["auditor-1", "councillor-1", "evaluator-1", "norland"]
        ),
        (.selfReport(SelfReport(what: "", site: nil)), ["developer-a"]),
    ]

    @Test func `each kind is admitted from exactly the roles that may say it`() throws {
        let speakers = [
            "developer-a", "evaluator-1", "auditor-1", "norland", "secretariat", "councillor-1",
            "monitor-1", "log",
        ]
        for (predicate, allowed) in Self.said {
            let admitted = try speakers.filter {
                admit(try play.envelope($0, predicate, sequence: 1)) == nil
            }
            #expect(Set(admitted) == allowed, "\(predicate.kind.rawValue)")
        }
    }

    @Test func `what must be committed to is, or the statement is none`() throws {
        for (predicate, allowed) in Self.said {
            let signer = try #require(allowed.sorted().first)
            let bare = Statement(
                agreement: play.agreement.id, terms: play.agreement.terms, sequence: 1,
                predicate: predicate)
            let envelope = try Envelope.sign(
                payload: bare.payload, payloadType: Envelope.inToto, with: [Scene.key(signer)])
            let required = predicate.kind.sealedFields.filter(\.isRequired)
            #expect((admit(envelope) == nil) == required.isEmpty, "\(predicate.kind.rawValue)")
            guard let first = required.first else { continue }
            let pointer = "/predicate/sealed/\(first.name)"
            #expect(admit(envelope)?.pointer == pointer, "\(predicate.kind.rawValue)")
        }
    }

    @Test func `names that the agreement does not have are refused at their place`() throws {
        let draw = InspectionDraw(
            party: "nobody", site: "north-1", telemetry: [LogIndex(1)], seed: Self.digest, count: 1)
        let elsewhere = Finding(
            party: "nobody", site: "north-1", from: Scene.day(1), to: Scene.day(2), telemetry: [],
            draw: nil, correctness: .unknown, completeness: .fail, inTime: false,
            couldHaveMissed: nil, reason: "", readers: [])
        let told = Finding(
            party: "developer-a", site: "north-1", from: Scene.day(1), to: Scene.day(2),
            telemetry: [], draw: nil, correctness: .unknown, completeness: .fail, inTime: false,
            couldHaveMissed: nil, reason: "", readers: ["nobody"])
        let answer = InspectionAnswer(draw: LogIndex(1), readers: ["nobody"])
        let said: [(String, PauseAgreement.Predicate, String)] = [
            ("auditor-1", .draw(draw), "/predicate/party"),
            ("auditor-1", .finding(elsewhere), "/predicate/party"),
            ("auditor-1", .finding(told), "/predicate/readers"),
            ("developer-a", .answer(answer), "/predicate/readers"),
        ]
        for (party, predicate, pointer) in said {
            let refusal = admit(try play.envelope(party, predicate, sequence: 1))
            #expect(refusal?.pointer == pointer)
        }
    }

    private func admit(_ envelope: Envelope) -> Refusal? {
        play.brake.admit(envelope, bytes: envelope.json.canonicalBytes.count).refusal
    }
}
