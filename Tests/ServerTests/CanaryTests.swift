// SPDX-License-Identifier: Apache-2.0

import Client
import Disclosure
import Foundation
import PauseAgreement
import Testing
import TransparencyLog

/// What is below public stays with its readers: a canary in every such field of every kind is
/// looked for everywhere else.
@Suite struct CanaryTests {
    private struct Planted {
        let kind: StatementKind
        let rule: FieldRule
        /// Words that stand nowhere but in the field's value.
        let words: String
    }

    private struct Sent {
        let statement: Statement
        let payload: [UInt8]
        let disclosures: [Disclosure]
    }

    private static let signers: [(party: String, key: PrivateKey)] = [
        ("auditor-1", ServerScene.key(37)), ("councillor-1", ServerScene.councillor),
        ("councillor-2", ServerScene.key(35)), ("councillor-3", ServerScene.key(36)),
        ("developer-a", ServerScene.developer), ("evaluator-1", ServerScene.key(33)),
    ]

    /// The private halves of the scene's sealing keys, which grow from one number each.
    private static let sealingKeys: [String: SealingPrivateKey] = {
        let keys = (0...255).compactMap {
            try? SealingPrivateKey(seed: [UInt8](repeating: UInt8($0), count: 32))
        }
        var found: [String: SealingPrivateKey] = [:]
        for party in ServerScene.agreement.parties {
            found[party.name] = keys.first { $0.publicKey == party.sealingKey }
        }
        return found
    }()

    /// The public members of a statement of each kind that has fields below public. A new kind
    /// without a sample does not compile, and one with such fields and without members fails.
    private static func members(of kind: StatementKind) -> JSONObject? {
        let time: JSON = "2026-11-21T20:00:00Z"
        let later: JSON = "2026-11-21T21:00:00Z"
        let digest: JSON = .string(Digest.sha256([1]).hex)
        switch kind {
        case .model: return ["model": "fiction-1", "sha256": digest, "released": false]
        case .measurement:
            return [
                "indicator": "score", "subject": "model:fiction-2", "value": "0.4",
                "unit": "share", "suite": "s", "method": "m", "assurance": "third-party",
                "made": time,
            ]
        case .selfPause: return ["model": "fiction-1", "reason": "r"]
        case .hearing: return ["question": "q1", "position": "p"]
        case .site: return ["site": "north-1", "emulated": true]
        case .stop: return ["site": "north-1", "since": time]
        case .telemetry:
            return [
                "site": "north-1", "from": time, "to": later, "root": digest, "emulated": true,
            ]
        case .answer: return ["draw": 0, "readers": ["auditor-1"]]
        case .finding:
            return [
                "party": "developer-a", "site": "north-1", "from": time, "to": later,
                "telemetry": [], "correctness": "unknown", "completeness": "unknown",
                "in-time": false, "reason": "r", "readers": ["developer-a"],
            ]
        case .mitigation: return ["cause": "c1", "what": "w"]
        case .selfReport: return ["what": "w"]
        case .judgement:
            return [
                "claim": "substitution", "subject": "frontier", "holds": "unclear", "reason": "r",
                "assurance": "third-party", "made": time,
            ]
        case .accessRequest: return ["model": "fiction-1", "access": "grey-box", "what": "w"]
        case .accessAnswer: return ["request": 0, "granted": false, "reason": "r"]
        case .comment: return ["about": 0, "text": "t"]
        case .challenge:
            return ["measurement": 0, "value": "0.4", "unit": "share", "reason": "r"]
        case .opening, .accession, .withdrawal, .selfResume, .question, .vote, .draw,
            .attestation, .monitors, .acceptance:
            return nil
        }
    }

    private static func signer(of kind: StatementKind) -> (party: String, key: PrivateKey) {
        let name =
            switch kind {
            case .finding: "auditor-1"
            case .measurement, .accessRequest, .judgement: "evaluator-1"
            default: "developer-a"
            }
        return signers.first { $0.party == name }!
    }

    /// A value of the field's form with the words in it.
    private static func value(_ planted: Planted, number: Int) -> (JSON, words: String) {
        switch planted.rule.form {
        case .integer:
            let integer = 771_928_374_650 + Int64(number)
            return (.integer(integer), "\(integer)")
        case .decimal:
            return (.string("771928374.65\(100 + number)"), "771928374.65\(100 + number)")
        case .decimals:
            return (.object(["canary\(number)x9f3b": "1"]), "canary\(number)x9f3b")
        case .records:
            return (.array([.object(["note": .string(planted.words)])]), planted.words)
        case .text, nil: return (.string(planted.words), planted.words)
        }
    }

    @Test(.enabled(if: NodeProcess.canRun, "skipped: standstill-node is not built"))
    func `a canary in every field below public is found by its readers and by nobody else`()
        async throws
    {
        let folder = try NodeProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let node = try await NodeProcess(in: folder)
        var planted: [Planted] = []
        var sent: [Sent] = []
        for kind in StatementKind.allCases where !kind.sealedFields.isEmpty {
            sent.append(try await plant(kind, in: node.client, &planted, sequence: sent.count))
        }
        #expect(planted.count >= 15, "fields below public were looked at")

        let words = planted.map(\.words)
        #expect(Set(words).count == words.count)
        try await lookAtPages(of: node.client, entries: sent.count + 1, for: words)
        let found = try await lookIntoMailboxes(of: node.client, planted)
        #expect(node.stop() < .seconds(20))
        try lookAtFiles(in: folder, for: words)

        // The control: what was looked for did travel, to everybody in its audience with a key.
        for one in planted {
            let readers = sent.first { $0.statement.kind == one.kind }.map {
                ServerScene.agreement.readers(of: one.rule, in: $0.statement.predicate)
            }
            let keyed = (readers ?? []).filter { $0.sealingKey != nil }.map(\.name)
            #expect(!keyed.isEmpty, "\(one.kind).\(one.rule.name) has a reader in the scene")
            #expect(found[one.words, default: []].sorted() == keyed.sorted(), "\(one)")
        }
    }

    private func plant(
        _ kind: StatementKind, in client: NodeClient, _ planted: inout [Planted], sequence: Int
    ) async throws -> Sent {
        var members = try #require(Self.members(of: kind), "\(kind) needs a sample in this test")
        for rule in kind.sealedFields {
            let one = Planted(
                kind: kind, rule: rule, words: "canary of \(kind.rawValue) \(rule.name) 9f3b1c")
            let (value, words) = Self.value(one, number: planted.count)
            members[rule.name] = value
            planted.append(Planted(kind: kind, rule: rule, words: words))
        }
        var salt: UInt8 = 0
        let draft = try SealedDraft(of: kind, members) {
            salt += 1
            return [UInt8](repeating: salt, count: 16)
        }
        var inner = draft.members
        inner["terms"] = .string(ServerScene.agreement.terms.hex)
        inner["sequence"] = .integer(Int64(sequence + 1))
        var sealed = JSONObject()
        for disclosure in draft.disclosures {
            sealed[disclosure.name] = .string(disclosure.digest.text)
        }
        inner["sealed"] = .object(sealed)
        let subject: JSON = [
            "name": "agreement", "digest": ["sha256": .string(ServerScene.agreement.id.hex)],
        ]
        let payload = JSON.object([
            "_type": .string(Statement.type), "subject": .array([subject]),
            "predicateType": .string(kind.predicateType), "predicate": .object(inner),
        ]).canonicalBytes
        let statement = try Statement(parsing: payload)
        let signer = Self.signer(of: kind)
        _ = try await client.submit(ServerScene.envelope(payload, by: [signer.key]))
        let about = Digest.sha256(payload)
        for reader in ServerScene.agreement.readers(of: statement) {
            guard let key = reader.party.sealingKey else { continue }
            let contents = MailContents(
                about: about,
                disclosures: draft.disclosures.filter { reader.fields.contains($0.name) })
            let mail = Mail(
                contents, agreement: ServerScene.agreement.id, to: reader.party.name, key: key)
            let envelope = try Envelope.sign(
                payload: mail.payload, payloadType: Mail.payloadType, with: [signer.key])
            _ = try await client.send(mail: envelope.json.canonicalBytes)
        }
        return Sent(statement: statement, payload: payload, disclosures: draft.disclosures)
    }

    private func lookAtPages(of client: NodeClient, entries: Int, for words: [String]) async throws
    {
        try await ServerScene.eventually {
            try await client.checkpoint().text.contains("\n\(entries)\n")
        }
        var paths = [
            "/", "/timeline", "/parties.csv", "/metrics", "/checkpoint", "/healthz", "/readyz",
            "/openapi.json", "/api/v1/state", "/api/v1/statements?limit=100", "/api/v1/agreement",
            "/api/v1/order", "/api/v1/orders", "/tile/0/000.p/\(entries)",
            "/tile/entries/000.p/\(entries)",
        ]
        for entry in 0..<entries {
            paths += [
                "/entry/\(entry)", "/api/v1/statements/\(entry)",
                "/api/v1/statements/\(entry)/receipt",
            ]
        }
        var seen = 0
        for path in paths {
            let answer = try await client.get(path)
            if answer.status == 200 { seen += 1 }
            let text = String(decoding: answer.body, as: UTF8.self)
            for word in words { #expect(!text.contains(word), "\(word) stands in \(path)") }
        }
        #expect(seen > entries * 2, "the paths are the node's")
        for leaf in try await client.leaves(from: LogIndex(0), to: TreeSize(UInt64(entries))) {
            let entry = try Entry(parsing: leaf, index: LogIndex(0))
            let payload = String(decoding: entry.envelope.payload, as: UTF8.self)
            for word in words { #expect(!payload.contains(word), "\(word) stands in the log") }
        }
    }

    /// Who found which words, after opening everything with the keys that it holds.
    private func lookIntoMailboxes(
        of client: NodeClient, _ planted: [Planted]
    ) async throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for signer in Self.signers {
            let now = Time(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            let request = MailRequest(
                agreement: ServerScene.agreement.id, party: signer.party, time: now, done: [],
                limit: 100)
            let envelope = try Envelope.sign(
                payload: request.payload, payloadType: MailRequest.payloadType,
                with: [signer.key])
            let answer = try await client.collect(request: envelope.json.canonicalBytes)
            let raw = String(decoding: answer.canonicalBytes, as: UTF8.self)
            for one in planted { #expect(!raw.contains(one.words)) }
            for message in try MailDelivery(json: answer).messages {
                let mail = try Mail(parsing: message.envelope.payload)
                #expect(mail.to == signer.party, "mail of another's")
                let key = try #require(Self.sealingKeys[signer.party])
                let opened = String(decoding: try mail.open(with: key).bytes, as: UTF8.self)
                // Disclosures are base64url inside; their values are looked at as JSON.
                let values = try mail.open(with: key).disclosures.map {
                    String(decoding: $0.value.canonicalBytes, as: UTF8.self)
                }
                for one in planted
                where (values + [opened]).contains(where: { $0.contains(one.words) }) {
                    found[one.words, default: []].append(signer.party)
                }
            }
        }
        return found
    }

    /// The log's store, the mailbox's, and everything that the process wrote.
    private func lookAtFiles(in folder: URL, for words: [String]) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.contains("log.db"))
        for name in names {
            let bytes = try Data(contentsOf: folder.appending(path: name))
            for word in words {
                #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word) stands in \(name)")
            }
        }
    }
}
