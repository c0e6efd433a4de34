// SPDX-License-Identifier: Apache-2.0

import Brake
import HTTPTypes
import Hummingbird
import PauseAgreement
import Roles
import Storage
import TransparencyLog

// MARK: - Searching

extension LogNode {
    static let largestPage = 200
    /// A page ends with the entry that makes its leaves longer than this, in bytes.
    private static let largestAnswer = 4 << 20

    /// Entries behind `after`, narrowed down by signer, kind, subject, time or payload.
    ///
    /// The answer names the size that it stands for: whoever reads the first `size` entries can
    /// tell whether one was left out.
    func statements(_ request: Request) async throws -> Response {
        let asked = try Asked(request, origin: agreement.log.origin)
        if let payload = asked.payload { return try await statements(withPayload: payload, asked) }
        let (findings, size) = await sequencer.read {
            ($0.search(asked.selection, after: asked.after, limit: asked.limit), $0.size)
        }
        var hits: [Hit] = []
        var next = findings.next
        var bytes = 0
        for summary in findings.found {
            guard let hit = try await hit(summary) else { continue }
            hits.append(hit)
            bytes += hit.bytes
            if bytes > LogNode.largestAnswer, summary.index != findings.found.last?.index {
                next = summary.index
                break
            }
        }
        return try await page(hits, next: next, over: size, withProofs: asked.withProofs)
    }

    private func statements(withPayload digest: Digest, _ asked: Asked) async throws -> Response {
        var place: LogIndex?
        if let signer = asked.selection.signer {
            place = await sequencer.read { $0.index(of: digest, by: signer) }
        } else {
            place = try await store.index(ofPayload: digest)
        }
        let size = await sequencer.read { $0.size }
        var hits: [Hit] = []
        if let index = place, let summary = await sequencer.read({ $0.summary(of: index) }),
            asked.selection.takes(summary), let hit = try await hit(summary)
        {
            hits = [hit]
        }
        return try await page(hits, next: nil, over: size, withProofs: asked.withProofs)
    }

    private func hit(_ summary: EntrySummary) async throws -> Hit? {
        guard let leaf = try await store.leaves(from: summary.index, limit: 1).first else {
            return nil
        }
        return Hit(
            entry: try Entry(parsing: leaf, index: summary.index), summary: summary,
            bytes: leaf.count)
    }

    private func page(
        _ hits: [Hit], next: LogIndex?, over size: TreeSize, withProofs: Bool
    ) async throws -> Response {
        let indices = hits.map(\.entry.index)
        let receipts =
            withProofs
            ? await sequencer.read { log in indices.map { log.receipt(of: $0)?.bytes } } : []
        var list: [JSON] = []
        for (place, hit) in hits.enumerated() {
            var object = try hit.json
            if withProofs, let receipt = receipts[place] {
                object["envelope"] = hit.entry.envelope.json
                object["receipt"] = .string(String(decoding: receipt, as: UTF8.self))
            }
            list.append(.object(object))
        }
        return .json(
            .object([
                "statements": .array(list),
                "next": next.map { .integer(Int64($0.value)) } ?? .null,
                "size": .integer(Int64(size.value)),
            ]))
    }
}

/// One entry of an answer.
struct Hit {
    let entry: Entry
    let summary: EntrySummary
    var bytes = 0

    /// What is shown of it; `effect` is null where it had one, else the reason why not.
    var json: JSONObject {
        get throws {
            var object = ListedEntry(summary).json
            object["statement"] = try JSON.parse(entry.envelope.payload)
            return object
        }
    }
}

/// What a query asks for.
private struct Asked {
    let selection: EntryIndex.Selection
    let payload: Digest?
    let after: LogIndex?
    let limit: Int
    let withProofs: Bool

    init(_ request: Request, origin: String) throws {
        after = try request.query("after", "an entry's index") {
            plainNumber($0).map { LogIndex($0) }
        }
        limit =
            try request.query("limit", "a number from 1 to \(LogNode.largestPage)") { text in
                plainNumber(text).map { Int($0) }.flatMap {
                    (1...LogNode.largestPage).contains($0) ? $0 : nil
                }
            } ?? 50
        let instant = "a time such as 2026-11-21T20:00:00Z, or milliseconds"
        selection = EntryIndex.Selection(
            signer: try request.query("signer", "a party or the log's origin") {
                Asked.signer($0, origin)
            },
            kind: try request.query("kind", "a kind of statement") { StatementKind(rawValue: $0) },
            subject: try request.query("subject", "a subject") { $0 },
            from: try request.query("from", instant, Asked.time),
            until: try request.query("until", instant, Asked.time))
        payload = try request.query("payload", "64 lower-case hex digits") { Digest(hex: $0) }
        withProofs =
            try request.query("proofs", "true or false") { ["true": true, "false": false][$0] }
            ?? false
    }

    private static func time(_ text: String) -> Time? {
        plainNumber(text).map { Time(milliseconds: Int64($0)) } ?? Time(text)
    }

    /// Nil for what can be nobody's name, so that a slip does not look like silence.
    private static func signer(_ text: String, _ origin: String) -> String? {
        let isName =
            text.utf8.first.map { $0 != UInt8(ascii: "-") } ?? false
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
        return isName || text == origin ? text : nil
    }
}
