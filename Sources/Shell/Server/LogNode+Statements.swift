// SPDX-License-Identifier: Apache-2.0

import Brake
import HTTPTypes
import Hummingbird
import PauseAgreement
import Roles
import Storage
import TransparencyLog

// MARK: - Statements

extension LogNode {
    /// Takes a statement; answers once it is durable.
    func submit(_ request: Request) async throws -> Response {
        let bytes = try await request.bytes(atMost: Brake.largestEnvelope)
        let submission = try admitted(bytes)
        switch await sequencer.submit(submission) {
        case .logged(let logged, let isNew):
            let json: JSON = .object([
                "index": .integer(Int64(logged.index.value)),
                "received": .integer(logged.received.milliseconds),
                "receipt": .string(String(decoding: logged.receipt.bytes, as: UTF8.self)),
            ])
            return .json(json, status: isNew ? .created : .ok)
        case .refused(let refusal): throw ProblemDocument.refused(refusal)
        case .busy: throw ProblemDocument.tooBusy
        case .unable(let why): throw ProblemDocument.cannotLog(why)
        }
    }

    private func admitted(_ bytes: [UInt8]) throws -> Submission {
        let envelope: Envelope
        do {
            envelope = try Envelope(json: try JSON.parse(bytes))
        } catch let error as MalformedJSON {
            throw ProblemDocument.malformedJSON(error)
        } catch let error as MalformedEnvelope {
            throw ProblemDocument.malformedEnvelope(error)
        }
        switch admission.admit(envelope, bytes: bytes.count) {
        case .admitted(let submission): return submission
        case .refused(let refusal): throw ProblemDocument.refused(refusal)
        }
    }

    /// One entry, with its envelope.
    func statement(_ index: LogIndex) async throws -> Response {
        guard let summary = await sequencer.read({ $0.summary(of: index) }),
            let leaf = try await store.leaves(from: index, limit: 1).first
        else { throw ProblemDocument.notFound("the log has no entry \(index)") }
        let entry = try Entry(parsing: leaf, index: index)
        var object = try LogNode.object(entry, summary)
        object["envelope"] = entry.envelope.json
        return .json(.object(object))
    }

    static let largestPage = 200

    /// Entries behind `after`, narrowed down by signer, kind, subject or payload.
    func statements(_ request: Request) async throws -> Response {
        let after = try request.query("after", "an entry's index") {
            plainNumber($0).map { LogIndex($0) }
        }
        let limit = try request.query("limit", "a number from 1 to \(LogNode.largestPage)") {
            text in
            plainNumber(text).map { Int($0) }.flatMap {
                (1...LogNode.largestPage).contains($0) ? $0 : nil
            }
        }
        let selection = LogOperator.Selection(
            signer: try request.query("signer", "a party or the log's origin") { signer($0) },
            kind: try request.query("kind", "a kind of statement") { StatementKind(rawValue: $0) },
            subject: try request.query("subject", "a subject") { $0 })
        if let payload = try request.query(
            "payload", "64 lower-case hex digits", { Digest(hex: $0) })
        {
            return try await statements(withPayload: payload, by: selection.signer)
        }
        let (found, hasMore) = await sequencer.read {
            $0.summaries(selection, after: after, limit: limit ?? 50)
        }
        var list: [JSON] = []
        for summary in found {
            guard let leaf = try await store.leaves(from: summary.index, limit: 1).first else {
                continue
            }
            list.append(
                .object(try LogNode.object(Entry(parsing: leaf, index: summary.index), summary)))
        }
        let next = hasMore ? found.last.map { JSON.integer(Int64($0.index.value)) } : nil
        return .json(.object(["statements": .array(list), "next": next ?? .null]))
    }

    /// Nil for what can be nobody's name, so that a slip does not look like silence.
    private func signer(_ text: String) -> String? {
        let isName =
            text.utf8.first.map { $0 != UInt8(ascii: "-") } ?? false
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
        return isName || text == agreement.log.origin ? text : nil
    }

    /// - Parameter signer: whose of several that say the same; nil for any.
    private func statements(
        withPayload digest: Digest, by signer: String?
    ) async throws -> Response {
        var list: [JSON] = []
        var place: LogIndex?
        if let signer {
            place = await sequencer.read { $0.index(of: digest, by: signer) }
        } else {
            place = try await store.index(ofPayload: digest)
        }
        if let index = place,
            let summary = await sequencer.read({ $0.summary(of: index) }),
            let leaf = try await store.leaves(from: index, limit: 1).first
        {
            list = [.object(try LogNode.object(Entry(parsing: leaf, index: index), summary))]
        }
        return .json(.object(["statements": .array(list), "next": .null]))
    }

    /// What is shown of an entry; `effect` is null where it had one, else the reason why not.
    private static func object(_ entry: Entry, _ summary: EntrySummary) throws -> JSONObject {
        var object: JSONObject = [
            "index": .integer(Int64(entry.index.value)),
            "received": .integer(entry.received.milliseconds),
            "kind": .string(summary.kind.rawValue), "signer": .string(summary.signer),
            "effect": .null, "statement": try JSON.parse(entry.envelope.payload),
        ]
        object["subject"] = summary.subject.map { .string($0) }
        if case .without(let why) = summary.effect {
            object["effect"] = .string(why.sentence)
            object["clause"] = why.clause.map { .string($0) }
        }
        return object
    }
}
