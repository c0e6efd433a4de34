// SPDX-License-Identifier: Apache-2.0
import Disclosure
import PauseAgreement
import Testing
import TransparencyLog

private let agreementID = Digest.sha256(Array("agreement".utf8))
private let about = Digest.sha256(Array("statement".utf8))
private let key = try! SealingPrivateKey(seed: [UInt8](repeating: 1, count: 32))
private let otherKey = try! SealingPrivateKey(seed: [UInt8](repeating: 2, count: 32))
private let contents = MailContents(
    about: about,
    disclosures: [
        Disclosure(salt: [UInt8](repeating: 3, count: 16), name: "devices", value: 40_000),
        Disclosure(salt: [UInt8](repeating: 4, count: 16), name: "location", value: "canary"),
    ])

private func mail(to party: String = "auditor-1") -> Mail {
    Mail(contents, agreement: agreementID, to: party, key: key.publicKey)
}

/// Changes one member of a payload and expects it to be refused.
private func check<Value>(
    _ payload: [UInt8], _ member: String, _ value: JSON?,
    isRefusedBy parse: ([UInt8]) throws(MalformedStatement) -> Value,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    var object = try #require(JSON.parse(payload).object)
    object[member] = value
    #expect(throws: MalformedStatement.self, "\(member)", sourceLocation: sourceLocation) {
        _ = try parse(JSON.object(object).canonicalBytes)
    }
}

@Suite struct MailTests {
    @Test func `mail is read back, and only its reader opens it`() throws {
        let mail = mail()
        let read = try Mail(parsing: mail.payload)
        #expect(read == mail && read.id == Digest.sha256(mail.payload))
        #expect(try read.open(with: key) == contents)
        #expect(throws: UnopenedMail.shut(.notForThisKey)) { try read.open(with: otherKey) }
        #expect(!String(decoding: mail.payload, as: UTF8.self).contains("canary"))
    }

    @Test func `what the box is sealed for is spelled as the format says`() {
        #expect(
            String(decoding: mail().info, as: UTF8.self)
                == "standstill.example/mail/v1\n\(agreementID.hex)\nauditor-1\n\(about.hex)")
    }

    @Test func `a box moved to another agreement, reader or statement stays shut`() throws {
        let box = mail().box
        let elsewhere = Digest.sha256([1])
        for moved in [
            Mail(agreement: elsewhere, to: "auditor-1", about: about, box: box),
            Mail(agreement: agreementID, to: "auditor-2", about: about, box: box),
            Mail(agreement: agreementID, to: "auditor-1", about: elsewhere, box: box),
        ] {
            #expect(throws: UnopenedMail.shut(.notForThisKey)) { try moved.open(with: key) }
        }
        #expect(
            try Mail(agreement: agreementID, to: "auditor-1", about: about, box: box)
                .open(with: key) == contents)
    }

    @Test func `a box that speaks of another statement than its envelope is told apart`() {
        let mail = mail()
        let elsewhere = Digest.sha256([1])
        let lying = MailContents(about: elsewhere, disclosures: contents.disclosures)
        let box = SealedBox.seal(lying.bytes, to: key.publicKey, info: mail.info)
        let moved = Mail(agreement: mail.agreement, to: mail.to, about: mail.about, box: box)
        #expect(throws: UnopenedMail.aboutAnother(elsewhere)) { try moved.open(with: key) }
        let noise = SealedBox.seal([1, 2, 3], to: key.publicKey, info: mail.info)
        let broken = Mail(agreement: mail.agreement, to: mail.to, about: mail.about, box: noise)
        do {
            _ = try broken.open(with: key)
            Issue.record("noise was read")
        } catch {
            guard case .malformed = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func `mail with another spelling or a wrong member is refused`() throws {
        let payload = mail().payload
        #expect(throws: MalformedStatement.self) { try Mail(parsing: payload + [0x0A]) }
        #expect(throws: MalformedStatement.self) {
            try Mail(parsing: JSON.parse(payload).prettyBytes)
        }
        for (member, value): (String, JSON?) in [
            ("agreement", "x"), ("to", "Auditor 1"), ("to", nil), ("about", "00"),
            ("box", "AAAA"), ("box", "!"), ("box", nil), ("subject", "hello"),
            ("box", .string(Base64.encode([UInt8](repeating: 0, count: Mail.largestBox + 1)))),
        ] {
            try check(payload, member, value) { (bytes) throws(MalformedStatement) in
                try Mail(parsing: bytes)
            }
        }
    }

    @Test func `contents hold one to sixty-four openings, each of another field`() throws {
        #expect(try MailContents(parsing: contents.bytes) == contents)
        let one = try #require(contents.disclosures.first)
        let other = Disclosure(salt: [UInt8](repeating: 9, count: 16), name: one.name, value: 1)
        for disclosures in [[], [one, one], [one, other]] {
            let bytes = MailContents(about: about, disclosures: disclosures).bytes
            #expect(throws: MalformedStatement.self) { try MailContents(parsing: bytes) }
        }
    }

    @Test func `a request is read back and sorts what is done`() throws {
        let ids = (0..<4).map { Digest.sha256([$0]) }
        let request = MailRequest(
            agreement: agreementID, party: "auditor-1", time: Time(milliseconds: 7),
            done: ids + ids, limit: 100)
        #expect(request.done == ids.sorted())
        #expect(try MailRequest(parsing: request.payload) == request)
    }

    @Test func `a request with another spelling or a wrong member is refused`() throws {
        let ids = (0..<2).map { Digest.sha256([$0]) }.sorted().map { JSON.string($0.hex) }
        let payload = MailRequest(
            agreement: agreementID, party: "auditor-1", time: Time(milliseconds: 7), done: [],
            limit: 0
        ).payload
        for (member, value): (String, JSON?) in [
            ("limit", 101), ("limit", -1), ("limit", "1"), ("time", -1), ("time", nil),
            ("party", ""), ("agreement", nil), ("done", [ids[1], ids[0]]),
            ("done", [ids[0], ids[0]]),
            ("done", ["x"]), ("done", nil), ("more", true),
        ] {
            try check(payload, member, value) { (bytes) throws(MalformedStatement) in
                try MailRequest(parsing: bytes)
            }
        }
        #expect(throws: MalformedStatement.self) {
            try MailRequest(parsing: JSON.parse(payload).prettyBytes)
        }
    }

    @Test func `a delivery is read back with its envelopes`() throws {
        let signer = try PrivateKey(seed: [UInt8](repeating: 7, count: 32))
        let mail = mail()
        let envelope = try Envelope.sign(
            payload: mail.payload, payloadType: Mail.payloadType, with: [signer])
        let delivery = MailDelivery(
            messages: [.init(id: mail.id, received: Time(milliseconds: 5), envelope: envelope)],
            more: true)
        #expect(try MailDelivery(json: delivery.json) == delivery)
        for json: JSON in [
            [], ["messages": [], "more": 1], ["messages": [], "more": true, "next": 1],
            ["messages": [["id": "x"]], "more": false],
        ] {
            #expect(throws: MalformedStatement.self) { try MailDelivery(json: json) }
        }
    }
}
