// SPDX-License-Identifier: Apache-2.0

import Client
import Disclosure
import PauseAgreement
import TransparencyLog

/// A party emptying its mailbox: fetch, check, keep, acknowledge, until nothing new comes.
struct MailCollection {
    private let agreement: Agreement
    private let party: Party
    private let sealingKey: SealingPrivateKey
    private let signers: [PrivateKey]
    private let node: NodeClient
    private let folder: MailFolder
    private var lastRequest = Time(milliseconds: 0)
    /// Safely on the disk, and not acknowledged yet.
    private var done: [Digest] = []
    private var acknowledged = 0
    private var opened: [(logged: LoggedStatement, fields: [String], file: String)] = []
    private var rejected: [(id: Digest, reason: String, file: String)] = []
    private var undecided: [(id: Digest, failure: Failure)] = []

    init(
        agreement: Agreement, party: Party, sealingKey: SealingPrivateKey, signers: [PrivateKey],
        node: NodeClient, folder: MailFolder
    ) {
        self.agreement = agreement
        self.party = party
        self.sealingKey = sealingKey
        self.signers = signers
        self.node = node
        self.folder = folder
    }

    mutating func run() async throws(Failure) {
        var seen: Set<Digest> = []
        while true {
            let delivery = try await ask(limit: MailRequest.mostMessages)
            let new = delivery.messages.filter { !seen.contains($0.id) }
            for message in new {
                seen.insert(message.id)
                try await take(message)
            }
            // What cannot be decided is not acknowledged, so it comes again: not for ever.
            guard delivery.more, !new.isEmpty else { break }
        }
        if !done.isEmpty { _ = try await ask(limit: 0) }
    }

    private mutating func take(_ message: MailDelivery.Message) async throws(Failure) {
        let collected: CollectedMail
        do throws(Failure) {
            collected = try await CollectedMail(
                message, for: party, key: sealingKey, under: agreement, node: node)
        } catch {
            // Nobody there: the rest would wait as long, and comes again.
            if error.exitCode == 69 { throw error }
            undecided.append((message.id, error))
            return
        }
        switch collected {
        case .refused(let reason):
            rejected.append((message.id, reason, try folder.keep(rejected: message)))
        case .opened(let logged, let disclosures, let mismatches):
            if !disclosures.isEmpty {
                let openings = Openings(
                    about: logged.digest, kind: logged.statement.kind, disclosures: disclosures)
                let file = try folder.keep(openings)
                opened.append((logged, disclosures.map(\.name).sorted(), file))
            }
            if !mismatches.isEmpty {
                let file = try folder.keep(rejected: message)
                for mismatch in mismatches {
                    let reason =
                        "\(logged.statement.kind.rawValue) of \(logged.signer.name), "
                        + "entry \(logged.index): \(mismatch)"
                    rejected.append((message.id, reason, file))
                }
            }
        }
        done.append(message.id)
    }

    /// Asks for what waits, and acknowledges what is done.
    private mutating func ask(limit: Int64) async throws(Failure) -> MailDelivery {
        // Requests of one party must grow, also within a millisecond.
        lastRequest = max(Time.now, Time(milliseconds: lastRequest.milliseconds + 1))
        let request = MailRequest(
            agreement: agreement.id, party: party.name, time: lastRequest, done: done, limit: limit)
        let envelope: Envelope
        do {
            envelope = try Envelope.sign(
                payload: request.payload, payloadType: MailRequest.payloadType, with: signers)
        } catch {
            throw .usage("the request cannot be signed: \(error)", hint: "give every --key once")
        }
        let node = self.node
        let answer = try await asking { () throws(ClientFault) in
            try await node.collect(request: envelope.json.canonicalBytes)
        }
        acknowledged += done.count
        done = []
        do throws(MalformedStatement) {
            return try MailDelivery(json: answer)
        } catch {
            throw .malformed("the node's answer is no mail: \(error)")
        }
    }
}

// MARK: - Telling about it

extension MailCollection {
    /// Whether no message has come to anything yet.
    var isEmpty: Bool { opened.isEmpty && rejected.isEmpty && undecided.isEmpty }

    func tell(json: Bool) {
        guard !json else { return printJSON(.object(members)) }
        for (logged, fields, file) in opened {
            let names = fields.joined(separator: ", ")
            print(
                "\(logged.statement.kind.rawValue) of \(logged.signer.name), entry \(logged.index): "
                    + "\(names) written to \(file)")
        }
        for (_, reason, file) in rejected { print("does not match: \(reason), kept in \(file)") }
        for (id, failure) in undecided { print("undecided: message \(id): \(failure.message)") }
        if isEmpty {
            print("nothing waits for \(party.name)")
        }
    }

    private var members: JSONObject {
        [
            "party": .string(party.name), "acknowledged": .integer(Int64(acknowledged)),
            "opened": .array(
                opened.map { logged, fields, file in
                    [
                        "entry": .integer(Int64(logged.index.value)),
                        "about": .string(logged.digest.hex),
                        "kind": .string(logged.statement.kind.rawValue),
                        "from": .string(logged.signer.name),
                        "fields": .array(fields.map { .string($0) }), "file": .string(file),
                    ]
                }),
            "rejected": .array(
                rejected.map { id, reason, file in
                    [
                        "id": .string(id.hex), "reason": .string(reason), "file": .string(file),
                    ]
                }),
            "undecided": .array(
                undecided.map { id, failure in
                    ["id": .string(id.hex), "reason": .string(failure.message)]
                }),
        ]
    }

    /// How the command ends where not everything held.
    var failure: Failure? {
        if let first = rejected.first {
            let count = Set(rejected.map(\.id)).count
            return .doesNotHold(
                "\(count == 1 ? "1 message does" : "\(count) messages do") not match what was logged: "
                    + first.reason,
                hint: "the file holds it as its sender signed it")
        }
        if let first = undecided.first {
            return .unknown(
                "\(undecided.count) of the messages could not be decided and still wait: "
                    + first.failure.message,
                hint: "collect them again later")
        }
        return nil
    }
}
