// SPDX-License-Identifier: Apache-2.0

import Brake
import HTTPTypes
import Hummingbird
import PauseAgreement
import Roles
import Storage
import TransparencyLog

// MARK: - The mailbox

extension LogNode {
    /// Takes a sealed message; answers once it is durable.
    func send(_ request: Request) async throws -> Response {
        let envelope = try await mailEnvelope(request, atMost: Mail.largestEnvelope)
        let signed = try MailRefusal.orProblem(mailRoom.read(mail: envelope))
        try flood.enter(mailOf: signed.sender)
        if let refusal = mailRoom.refuses(signed, about: try await logged(signed)) {
            throw ProblemDocument.refused(refusal)
        }
        let now = WallClock.now()
        try await mail.remove(before: (now - MailRoom.keptFor).milliseconds)
        let message = WaitingMail(
            id: signed.mail.id, sender: signed.sender, recipient: signed.mail.to,
            receivedMilliseconds: now.milliseconds, envelope: envelope.json.canonicalBytes)
        let quota = MailQuota(messages: MailRoom.mostWaiting, bytes: MailRoom.mostWaitingBytes)
        guard try await mail.keep(message, within: quota) != .full else {
            throw ProblemDocument.refused(.full(sender: signed.sender, reader: signed.mail.to))
        }
        return .json(.object(["id": .string(message.id.hex)]), status: .accepted)
    }

    /// The statement that mail is about: its sender's own, where there is one with that payload.
    private func logged(_ signed: MailRoom.Signed) async throws -> MailRoom.Logged? {
        let about = signed.mail.about
        var place = await sequencer.read { $0.index(of: about, by: signed.sender) }
        if place == nil { place = try await store.index(ofPayload: about) }
        guard let index = place, let summary = await sequencer.read({ $0.summary(of: index) }),
            let leaf = try await store.leaves(from: index, limit: 1).first
        else { return nil }
        let entry = try Entry(parsing: leaf, index: index)
        return MailRoom.Logged(
            signer: summary.signer, payload: entry.envelope.payloadDigest,
            statement: entry.statement)
    }

    /// Gives a party what waits for it, and forgets what it has.
    func collect(_ request: Request) async throws -> Response {
        let envelope = try await mailEnvelope(request, atMost: LogNode.largestMailRequest)
        let now = WallClock.now()
        let asked = try MailRefusal.orProblem(mailRoom.read(request: envelope, now: now))
        try flood.enter(mailOf: asked.party)
        guard try await mail.advance(asked.party, to: asked.time.milliseconds) else {
            throw ProblemDocument.refused(.replayed(asked.time))
        }
        try await mail.remove(asked.done, of: asked.party)
        try await mail.remove(before: (now - MailRoom.keptFor).milliseconds)
        let page = try await mail.page(
            for: asked.party, limit: Int(asked.limit), bytes: MailRoom.largestAnswer)
        let messages = try page.mail.map {
            MailDelivery.Message(
                id: $0.id, received: Time(milliseconds: $0.receivedMilliseconds),
                envelope: try Envelope(
                    parsing: $0.envelope, maximumBytes: Mail.largestEnvelope))
        }
        return .json(MailDelivery(messages: messages, more: page.hasMore).json)
    }

    /// A thousand digests in base64, and signatures.
    static let largestMailRequest = 256 << 10

    private func mailEnvelope(_ request: Request, atMost limit: Int) async throws -> Envelope {
        let bytes = try await request.bytes(atMost: limit)
        do {
            return try Envelope(json: try JSON.parse(bytes))
        } catch let error as MalformedJSON {
            throw ProblemDocument.malformedJSON(error)
        } catch let error as MalformedEnvelope {
            throw ProblemDocument.malformedEnvelope(error)
        }
    }
}

extension MailRefusal {
    fileprivate static func orProblem<Value>(_ result: Result<Value, MailRefusal>)
        throws(ProblemDocument) -> Value
    {
        switch result {
        case .success(let value): return value
        case .failure(let refusal): throw .refused(refusal)
        }
    }
}
