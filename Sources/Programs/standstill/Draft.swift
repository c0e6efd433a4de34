// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// What somebody proposes that their party sign, and who has approved it.
///
/// One person writes it, others approve its digest, and only then the party's key is touched. Whose
/// approval counts is the party's own matter: the agreement knows nothing of it.
struct Draft {
    static let format = "standstill-draft/v1"
    /// The payload type of an approval, so that its signature can never be a statement's.
    static let approvalType = "application/vnd.standstill.approval+json"

    let agreement: Digest
    let terms: Digest
    let kind: StatementKind
    let sequence: Int64
    /// The members as their author wrote them, those below public among them.
    let members: JSONObject
    /// Who wrote it: a claim, since nothing is signed by then.
    let drafter: String
    let note: String
    let drafted: Time
    private(set) var approvals: [Envelope] = []

    init(
        of kind: StatementKind, _ members: JSONObject, sequence: Int64, under agreement: Agreement,
        by drafter: String, note: String, at time: Time
    ) {
        self.agreement = agreement.id
        terms = agreement.terms
        self.kind = kind
        self.sequence = sequence
        self.members = members
        self.drafter = drafter
        self.note = note
        drafted = time
    }

    /// Reads a draft's file; anything in it that is not known is refused.
    init(json: JSON) throws(MalformedStatement) {
        var outer = try Fields(json)
        guard try outer.string("format") == Draft.format else {
            throw outer.missing("format", Draft.format)
        }
        var fields = try outer.object("draft")
        agreement = try fields.digest("agreement")
        terms = try fields.digest("terms")
        kind = try fields.word("kind", as: StatementKind.self)
        sequence = try fields.integer("sequence", in: 1...Statement.largestSequence)
        guard let members = try fields.value("predicate").object else {
            throw fields.missing("predicate", "an object with the members of a \(kind.rawValue)")
        }
        self.members = members
        drafter = try fields.name("drafter")
        note = try fields.prose("note")
        drafted = Time(
            milliseconds: try fields.integer("drafted", in: 0...Statement.largestSequence))
        try fields.end()
        for (position, element) in try outer.array("approvals", most: 64).enumerated() {
            do throws(MalformedEnvelope) {
                approvals.append(try Envelope(json: element))
            } catch {
                throw outer.missing("approvals/\(position)", "a DSSE envelope (\(error))")
            }
        }
        try outer.end()
    }

    var json: JSON {
        [
            "format": .string(Draft.format), "draft": content,
            "approvals": .array(approvals.map(\.json)),
        ]
    }

    private var content: JSON {
        [
            "agreement": .string(agreement.hex), "terms": .string(terms.hex),
            "kind": .string(kind.rawValue), "sequence": .integer(sequence),
            "predicate": .object(members), "drafter": .string(drafter), "note": .string(note),
            "drafted": .integer(drafted.milliseconds),
        ]
    }

    /// What approvals are about: all of the draft but the approvals.
    var digest: Digest { Digest.sha256(content.canonicalBytes) }

    /// The bytes that an approver signs.
    private var approval: [UInt8] {
        JSON.object(["agreement": .string(agreement.hex), "draft": .string(digest.hex)])
            .canonicalBytes
    }

    // MARK: - Approving

    /// Adds an approval.
    ///
    /// - Throws: ``Failure`` 64 where this key has approved it already.
    mutating func approve(with key: PrivateKey) throws(Failure) {
        let isThere = approvals.contains { !$0.signers(among: [key.publicKey]).isEmpty }
        guard !isThere else {
            throw .usage("this key has approved the draft already", hint: "another person has to")
        }
        guard
            let envelope = try? Envelope.sign(
                payload: approval, payloadType: Draft.approvalType, with: [key])
        else { throw .bug("this key cannot sign") }
        approvals.append(envelope)
    }

    /// Who has approved exactly this draft and is not its author, sorted by name; each once.
    func approvers(among known: Approvers) -> [String] {
        let names = approvals.filter {
            $0.payloadType == Draft.approvalType && $0.payload == approval
        }
        .flatMap { envelope in
            known.people.filter { !envelope.signers(among: [$0.key]).isEmpty }.map(\.name)
        }
        return Set(names).subtracting([drafter]).sorted()
    }
}

extension Draft {
    static func read(_ path: String) throws(Failure) -> Draft {
        let json = try readJSON(path, limit: 1 << 22)
        do throws(MalformedStatement) {
            return try Draft(json: json)
        } catch {
            throw .malformed(
                "\(path): no draft: \(error)", hint: "`standstill draft` writes them")
        }
    }

    /// Only its owner may read it: it holds what is not for the public as it will be said.
    func write(to path: String) throws(Failure) {
        try OutputFile.write(json.prettyBytes, to: path, isSecret: true)
    }
}

/// Whose approvals count within a party: names and public keys.
struct Approvers {
    let people: [(name: String, key: PublicKey)]

    /// Reads an object from names to keys as the agreement writes them; one key has one name, or
    /// one person would be two.
    static func read(_ path: String) throws(Failure) -> Approvers {
        guard let members = try readJSON(path, limit: 1 << 20).object, !members.isEmpty else {
            throw .malformed(
                "\(path): expected an object from names to public keys",
                hint: "standstill key show KEY.pem prints a public key")
        }
        var people: [(name: String, key: PublicKey)] = []
        for (name, value) in members.members {
            guard name.isPlainName else {
                throw .malformed(
                    "\(path): at /\(name): expected a name of lower-case letters, digits, '.' and '-'"
                )
            }
            guard let bytes = value.string.flatMap({ Base64.decode($0) }),
                let key = try? PublicKey(spki: bytes)
            else {
                throw .malformed("\(path): at /\(name): expected a public key in base64")
            }
            if let other = people.first(where: { $0.key == key }) {
                throw .malformed("\(path): at /\(name): this is the key of \(other.name)")
            }
            people.append((name, key))
        }
        return Approvers(people: people)
    }
}
