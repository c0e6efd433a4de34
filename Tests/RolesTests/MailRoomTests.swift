// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import Testing
import TransparencyLog

/// What a mailbox takes, and to whom it gives: each refusal has its name.
struct MailRoomTests {
    private static let room = MailRoom(agreement: RoleScene.agreement)
    private static let now = RoleScene.start

    /// A hearing by the developer; with something in it for the authority alone where `sealed`.
    private static func hearing(sealed: Bool = true) -> Statement {
        let plain = Statement(
            agreement: RoleScene.agreement.id, terms: RoleScene.agreement.terms, sequence: 1,
            predicate: .hearing(Hearing(question: "q1", position: "heard")))
        guard sealed, var root = (try? JSON.parse(plain.payload))?.object,
            var predicate = root["predicate"]?.object
        else { return plain }
        predicate["sealed"] = ["confidential": .string(String(repeating: "A", count: 43))]
        root["predicate"] = .object(predicate)
        return try! Statement(parsing: JSON.object(root).canonicalBytes)
    }

    private static func mail(
        to reader: String = "councillor-1", about statement: Statement = hearing(),
        agreement: Digest? = nil, by signers: [PrivateKey] = [RoleScene.developer],
        type: String = Mail.payloadType, spoilt: Bool = false
    ) -> Envelope {
        let mail = Mail(
            agreement: agreement ?? RoleScene.agreement.id, to: reader,
            about: Digest.sha256(statement.payload), box: [UInt8](repeating: 1, count: 64))
        return envelope(mail.payload, type, signers, spoilt: spoilt)
    }

    private static func envelope(
        _ payload: [UInt8], _ type: String, _ signers: [PrivateKey], spoilt: Bool = false
    ) -> Envelope {
        let envelope = try! Envelope.sign(payload: payload, payloadType: type, with: signers)
        guard spoilt, var json = envelope.json.object else { return envelope }
        json["payloadType"] = .string(type)
        json["signatures"] = [
            [
                "keyid": .string(signers[0].publicKey.keyID),
                "sig": .string(Base64.encode([UInt8](repeating: 7, count: 64))),
            ]
        ]
        return try! Envelope(json: .object(json))
    }

    /// The slug of the refusal, or nil where the mail is taken.
    private static func slug(
        _ envelope: Envelope, about logged: Statement? = hearing(),
        by signer: String = "developer-a"
    ) -> String? {
        switch room.read(mail: envelope) {
        case .failure(let refusal): return refusal.slug
        case .success(let signed):
            let found = logged.map {
                MailRoom.Logged(
                    signer: signer, payload: Digest.sha256($0.payload), statement: $0)
            }
            return room.refuses(signed, about: found)?.slug
        }
    }

    @Test func `mail about one's own statement is taken for those whom it is meant for`() {
        for reader in ["councillor-1", "councillor-2", "councillor-3"] {
            #expect(MailRoomTests.slug(MailRoomTests.mail(to: reader)) == nil)
        }
    }

    @Test func `everything else is refused by its name`() {
        typealias T = MailRoomTests
        let plain = T.hearing(sealed: false)
        let other = RoleScene.council[0]
        #expect(T.slug(T.mail(to: "auditor-1")) == "wrong-audience")
        #expect(T.slug(T.mail(to: "nobody")) == "wrong-audience")
        #expect(T.slug(T.mail(about: plain), about: plain) == "wrong-audience")
        #expect(T.slug(T.mail(), about: nil) == "unknown-statement")
        #expect(T.slug(T.mail(), about: plain) == "unknown-statement", "that is another one")
        #expect(T.slug(T.mail(by: [other])) == "not-the-signer")
        #expect(T.slug(T.mail(by: [RoleScene.developer, other])) == "not-the-signer")
        #expect(T.slug(T.mail(by: [RoleScene.key(250)])) == "unknown-key")
        #expect(T.slug(T.mail(by: [RoleScene.log])) == "unknown-key", "the log is no party")
        #expect(T.slug(T.mail(spoilt: true)) == "bad-signature")
        #expect(T.slug(T.mail(agreement: Digest.sha256([1]))) == "wrong-agreement")
        #expect(T.slug(T.mail(type: Envelope.inToto)) == "malformed-envelope")
        let nothing = T.envelope([0x7B, 0x7D], Mail.payloadType, [RoleScene.developer])
        #expect(T.slug(nothing) == "malformed-mail")
    }

    private static func request(
        party: String = "councillor-1", by signer: PrivateKey = RoleScene.council[0],
        after milliseconds: Int64 = 0, agreement: Digest? = nil
    ) -> String? {
        let request = MailRequest(
            agreement: agreement ?? RoleScene.agreement.id, party: party,
            time: now + TimeSpan(milliseconds: milliseconds), done: [], limit: 10)
        let envelope = envelope(request.payload, MailRequest.payloadType, [signer])
        switch room.read(request: envelope, now: now) {
        case .failure(let refusal): return refusal.slug
        case .success(let read): return read == request ? nil : "changed"
        }
    }

    @Test func `a party asks for its own mail, with its clock right`() {
        typealias T = MailRoomTests
        #expect(T.request() == nil)
        #expect(T.request(after: 5000) == nil && T.request(after: -5000) == nil)
        #expect(T.request(after: 5001) == "clock" && T.request(after: -5001) == "clock")
        #expect(T.request(by: RoleScene.council[1]) == "not-yours")
        #expect(T.request(party: "nobody") == "not-yours")
        #expect(T.request(by: RoleScene.key(250)) == "unknown-key")
        #expect(T.request(agreement: Digest.sha256([1])) == "wrong-agreement")
    }
}
