// SPDX-License-Identifier: Apache-2.0

import Client
import Disclosure
import PauseAgreement
import TransparencyLog

/// Openings of one statement, sealed and signed for each party that may read some of them.
struct SealedMail {
    /// What goes to one party.
    struct Letter {
        let party: String
        let fields: [String]
        let envelope: Envelope
    }

    /// What became of a letter.
    struct Outcome {
        let letter: Letter
        /// What the mailbox calls it, or why it did not take it.
        let result: Result<Digest, Failure>
    }

    let letters: [Letter]
    /// Parties that may read something and have no key that it could be sealed to.
    let unreachable: [SealedReader]

    /// - Parameters:
    ///   - openings: of this statement; what is missing among them is an error, so that nobody gets
    ///     half a message without its sender knowing.
    ///   - only: the parties to write to, where not to all.
    init(
        _ openings: Openings, of statement: Statement, under agreement: Agreement,
        signedBy keys: [PrivateKey], only: [String] = []
    ) throws(Failure) {
        let signer = try SealedMail.sender(keys, under: agreement)
        let readers = agreement.readers(of: statement).filter { $0.party.name != signer.name }
        try SealedMail.check(only, among: readers)
        var letters: [Letter] = []
        var unreachable: [SealedReader] = []
        for reader in readers where only.isEmpty || only.contains(reader.party.name) {
            guard let key = reader.party.sealingKey else {
                unreachable.append(reader)
                continue
            }
            let disclosures = openings.disclosures.filter { reader.fields.contains($0.name) }
            if let missing = reader.fields.first(where: { openings[$0] == nil }) {
                throw .malformed(
                    "the openings do not hold \(missing), which \(reader.party.name) may read")
            }
            let mail = Mail(
                MailContents(about: openings.about, disclosures: disclosures),
                agreement: agreement.id, to: reader.party.name, key: key)
            guard mail.box.count <= Mail.largestBox else {
                throw .malformed(
                    "the openings for \(reader.party.name) are longer than the \(Mail.largestBox) bytes of a message"
                )
            }
            letters.append(
                Letter(
                    party: reader.party.name, fields: reader.fields,
                    envelope: try SealedMail.sign(mail, with: keys)))
        }
        self.letters = letters
        self.unreachable = unreachable
    }

    /// Hands every letter to the mailbox; one that is not taken keeps no other back.
    func send(to node: NodeClient) async -> [Outcome] {
        var outcomes: [Outcome] = []
        for letter in letters {
            do throws(Failure) {
                let id = try await asking { () throws(ClientFault) in
                    try await node.send(mail: letter.envelope.json.canonicalBytes)
                }
                outcomes.append(Outcome(letter: letter, result: .success(id)))
            } catch {
                outcomes.append(Outcome(letter: letter, result: .failure(error)))
            }
        }
        return outcomes
    }

    /// Whose keys these are: all of one party.
    private static func sender(
        _ keys: [PrivateKey], under agreement: Agreement
    ) throws(Failure) -> Party {
        let parties = agreement.parties.filter { party in
            keys.contains { party.keys.contains($0.publicKey) }
        }
        guard let party = parties.first, parties.count == 1,
            keys.allSatisfy({ party.keys.contains($0.publicKey) })
        else {
            throw .notPermitted(
                "the keys are not those of one party of the agreement",
                hint: "mail is signed by who signed the statement")
        }
        return party
    }

    private static func check(_ only: [String], among readers: [SealedReader]) throws(Failure) {
        for name in only where !readers.contains(where: { $0.party.name == name }) {
            let known = readers.map(\.party.name).joined(separator: ", ")
            throw .notPermitted(
                "nothing in this statement is for \(name)",
                hint: known.isEmpty ? "it is for nobody" : "it is for \(known)")
        }
    }

    private static func sign(_ mail: Mail, with keys: [PrivateKey]) throws(Failure) -> Envelope {
        do {
            return try Envelope.sign(
                payload: mail.payload, payloadType: Mail.payloadType, with: keys)
        } catch {
            throw .usage("the mail cannot be signed: \(error)", hint: "give every --key once")
        }
    }
}

extension SealedReader {
    fileprivate var sentence: String { "\(party.name) (\(fields.joined(separator: ", ")))" }
}

// MARK: - Telling about it

extension [SealedMail.Outcome] {
    /// Lines for people, of what was taken.
    var sentences: [String] {
        compactMap { outcome in
            guard case .success = outcome.result else { return nil }
            return
                "sealed for \(outcome.letter.party): \(outcome.letter.fields.joined(separator: ", "))"
        }
    }

    /// A member for each letter.
    var json: JSON {
        .array(
            map { outcome in
                var object: JSONObject = [
                    "to": .string(outcome.letter.party),
                    "fields": .array(outcome.letter.fields.map { .string($0) }),
                ]
                switch outcome.result {
                case .success(let id): object["id"] = .string(id.hex)
                case .failure(let failure): object["error"] = .string(failure.message)
                }
                return .object(object)
            })
    }

    /// The first letter that was not taken.
    var failed: (party: String, failure: Failure)? {
        for outcome in self {
            if case .failure(let failure) = outcome.result {
                return (outcome.letter.party, failure)
            }
        }
        return nil
    }
}

extension SealedMail {
    /// Lines for people, of whom nothing could be sealed to.
    var warnings: [String] {
        unreachable.map {
            "not sealed for \($0.sentence): the agreement holds no sealing key for it"
        }
    }

    /// Whom nothing could be sealed to.
    var unreachableJSON: JSON { .array(unreachable.map { .string($0.party.name) }) }
}
