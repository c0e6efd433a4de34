// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Brake
import Disclosure
import PauseAgreement
import TransparencyLog

/// Under which agreement and with which keys.
struct SigningOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The agreement that the statement stands under.", valueName: "file"))
    var agreement: String

    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            "A private key of the signing party; once for each key where it needs several.",
            valueName: "file"))
    var keys: [String]

    /// The statement that says this, signed; refused here by the rules by which the log would
    /// refuse it.
    ///
    /// - Parameters:
    ///   - members: the kind's own members, as a person wrote them.
    ///   - source: where they stand, for messages.
    ///   - partial: whether more of the party's keys may still have to sign.
    func sign(
        _ kind: StatementKind, _ members: JSON, from source: String, sequence: Int64?,
        partial: Bool = false
    ) throws(Failure) -> SignedStatement {
        let agreement = try readAgreement(self.agreement)
        let (statement, disclosures) = try Statement.draft(
            kind, members, from: source, sequence: sequence, under: agreement)
        // A key is only touched for what is worth signing.
        var signers: [PrivateKey] = []
        for path in keys { signers.append(try readPrivateKey(path)) }
        let envelope: Envelope
        do {
            envelope = try Envelope.sign(
                payload: statement.payload, payloadType: Envelope.inToto, with: signers)
        } catch {
            throw .usage("the statement cannot be signed: \(error)", hint: "give every --key once")
        }
        try checkAdmission(of: envelope, under: agreement, partial: partial)
        return SignedStatement(
            agreement: agreement, statement: statement, envelope: envelope,
            disclosures: disclosures)
    }

    /// The envelope with the signatures of these keys, too.
    func countersign(_ envelope: Envelope, partial: Bool) throws(Failure) -> Envelope {
        let agreement = try readAgreement(self.agreement)
        // Whoever adds a signature signs what stands there, so it has to be worth signing.
        try checkAdmission(of: envelope, under: agreement, partial: true)
        var signatures = envelope.json["signatures"]?.array ?? []
        let message = Envelope.pae(payloadType: envelope.payloadType, payload: envelope.payload)
        for path in keys {
            let key = try readPrivateKey(path)
            guard let signature = try? key.sign(message) else {
                throw .bug("\(path): this key cannot sign")
            }
            signatures.append([
                "keyid": .string(key.publicKey.keyID), "sig": .string(Base64.encode(signature)),
            ])
        }
        var object = envelope.json.object ?? [:]
        object["signatures"] = .array(signatures)
        let countersigned: Envelope
        do throws(MalformedEnvelope) {
            countersigned = try Envelope(json: .object(object))
        } catch {
            throw .usage("the envelope cannot be signed: \(error)", hint: "a key signs once")
        }
        try checkAdmission(of: countersigned, under: agreement, partial: partial)
        return countersigned
    }
}

/// A statement with its signatures, and the openings of what it only commits to.
struct SignedStatement {
    let agreement: Agreement
    let statement: Statement
    let envelope: Envelope
    let disclosures: [Disclosure]

    /// What has to be kept, since the log does not hold it; nil where everything is public.
    var openings: Openings? {
        guard !disclosures.isEmpty else { return nil }
        return Openings(
            about: envelope.payloadDigest, kind: statement.kind, disclosures: disclosures)
    }
}

/// As which of the signer's statements.
struct SequenceOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Must grow with every statement of one signer. (default: the clock's milliseconds)",
            valueName: "n"))
    var sequence: Int64?

    func validate() throws {
        if let sequence, !(1...Statement.largestSequence).contains(sequence) {
            throw ValidationError("--sequence is a number from 1 to \(Statement.largestSequence)")
        }
    }
}

extension Statement {
    /// The statement with these members of its kind, and the openings of those below public;
    /// agreement, terms and sequence are added.
    static func draft(
        _ kind: StatementKind, _ members: JSON, from source: String, sequence: Int64?,
        under agreement: Agreement
    ) throws(Failure) -> (Statement, [Disclosure]) {
        let place = source == "-" ? "standard input" : source
        guard var object = members.object else {
            throw .malformed("\(place): expected an object with the members of a \(kind.rawValue)")
        }
        if object["terms"] == nil { object["terms"] = .string(agreement.terms.hex) }
        if let sequence {
            object["sequence"] = .integer(sequence)
        } else if object["sequence"] == nil {
            object["sequence"] = .integer(Time.now.milliseconds)
        }
        do throws(MalformedStatement) {
            let draft = try SealedDraft(of: kind, object) { freshBytes(Disclosure.saltLength) }
            var fields = try Fields(.object(draft.members))
            let terms = try fields.digest("terms")
            let sequence = try fields.integer("sequence", in: 1...Statement.largestSequence)
            let predicate = try Predicate(kind, &fields)
            try fields.end()
            let statement = Statement(
                agreement: agreement.id, terms: terms, sequence: sequence, predicate: predicate,
                sealed: Commitments(to: draft.disclosures))
            return (statement, draft.disclosures)
        } catch {
            throw .malformed("\(place): \(error)")
        }
    }
}

/// Refuses what the log would refuse, before it is sent.
///
/// - Parameter partial: whether the party's signatures may still be too few.
private func checkAdmission(
    of envelope: Envelope, under agreement: Agreement, partial: Bool
) throws(Failure) {
    let bytes = envelope.json.canonicalBytes.count
    switch Brake(agreement: agreement).admit(envelope, bytes: bytes) {
    case .admitted: return
    case .refused(.tooFewSignatures) where partial: return
    case .refused(let refusal):
        let clause = refusal.clause.map { " (article \($0))" } ?? ""
        throw Failure(
            exitCode: refusal.isAboutForm ? 65 : 77, message: refusal.sentence + clause,
            hint: refusal.hint)
    }
}

extension Refusal {
    /// Whether the statement itself is at fault, not who signed it.
    fileprivate var isAboutForm: Bool {
        switch self {
        case .unknownPayloadType, .tooLarge, .malformed, .wrongAgreement, .wrongTerms: true
        default: false
        }
    }
}
