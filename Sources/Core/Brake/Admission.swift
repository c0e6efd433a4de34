// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// Whether a statement is logged: well-formed, signed, and said by one who may say it.
///
/// Whether it then has an effect is another question (``Effect``): a late vote is admitted.
public enum Admission: Hashable, Sendable {
    case admitted(Submission)
    case refused(Refusal)
}

/// A statement whose signatures were checked.
public struct Submission: Hashable, Sendable {
    public let envelope: Envelope
    public let statement: Statement
    /// The party that said it; the log's origin for the opening.
    public let signer: String
}

extension Brake {
    /// The most bytes that an envelope may have as it was received.
    public static let largestEnvelope = 61_440

    /// Whether this envelope is logged. Looks at no clock, and at the log only to keep the opening
    /// first.
    ///
    /// - Parameter bytes: how many bytes the envelope had as received.
    public func admit(_ envelope: Envelope, bytes: Int) -> Admission {
        guard bytes <= Brake.largestEnvelope else {
            return .refused(.tooLarge(bytes: bytes, limit: Brake.largestEnvelope))
        }
        guard envelope.payloadType == Envelope.inToto else {
            return .refused(.unknownPayloadType(got: envelope.payloadType))
        }
        let statement: Statement
        do throws(MalformedStatement) {
            statement = try Statement(parsing: envelope.payload)
        } catch {
            return .refused(.malformed(error))
        }
        if let refusal = refusesText(of: statement) { return .refused(refusal) }
        if let refusal = refusesSignatures(of: envelope) { return .refused(refusal) }
        return admit(statement, of: envelope)
    }

    /// The rest of ``admit(_:bytes:)`` for an entry whose signatures were checked, by
    /// ``refusesSignatures(of:)`` of the same agreement.
    ///
    /// - Parameter bytes: how many bytes the envelope had as received.
    public func admit(signed entry: Entry, bytes: Int) -> Admission {
        guard bytes <= Brake.largestEnvelope else {
            return .refused(.tooLarge(bytes: bytes, limit: Brake.largestEnvelope))
        }
        guard entry.envelope.payloadType == Envelope.inToto else {
            return .refused(.unknownPayloadType(got: entry.envelope.payloadType))
        }
        if let refusal = refusesText(of: entry.statement) { return .refused(refusal) }
        return admit(entry.statement, of: entry.envelope)
    }

    private func admit(_ statement: Statement, of envelope: Envelope) -> Admission {
        switch speaker(of: envelope) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let speaker):
            if let refusal = refuses(statement, from: speaker) { return .refused(refusal) }
            return .admitted(
                Submission(
                    envelope: envelope, statement: statement, signer: roster.name(of: speaker)))
        }
    }

    /// Another agreement, or another version of it.
    func refusesText(of statement: Statement) -> Refusal? {
        guard statement.agreement == agreement.id else {
            return .wrongAgreement(got: statement.agreement, expected: agreement.id)
        }
        guard statement.terms == agreement.terms else {
            return .wrongTerms(got: statement.terms, current: agreement.terms)
        }
        return nil
    }

    /// Why the envelope's signatures do not hold; nil where they do.
    ///
    /// One signature that is unknown or invalid spoils the envelope: what is logged is wholly
    /// checked. Nearly all the work of ``admit(_:bytes:)``, and looks at the keys alone: many
    /// envelopes can be checked at once, in any order.
    public func refusesSignatures(of envelope: Envelope) -> Refusal? {
        let unknown = envelope.signatures.map(\.keyID).filter { roster.holder(ofKeyID: $0) == nil }
        guard unknown.isEmpty else { return .unknownKey(keyIDs: unknown) }
        let message = Envelope.pae(payloadType: envelope.payloadType, payload: envelope.payload)
        for signature in envelope.signatures {
            guard let holder = roster.holder(ofKeyID: signature.keyID),
                holder.key.verifies(signature.signature, over: message)
            else { return .badSignature(keyID: signature.keyID) }
        }
        return nil
    }

    /// Whose statement an envelope is, going by its key IDs alone: a party, or the log's origin;
    /// nil where it is nobody's.
    public func signer(of envelope: Envelope) -> String? {
        (try? speaker(of: envelope).get()).map { roster.name(of: $0) }
    }

    /// Who an envelope speaks for, going by its key IDs alone.
    func speaker(of envelope: Envelope) -> Result<Speaker, Refusal> {
        var speakers: [Speaker] = []
        for signature in envelope.signatures {
            guard let holder = roster.holder(ofKeyID: signature.keyID) else {
                return .failure(.unknownKey(keyIDs: [signature.keyID]))
            }
            if !speakers.contains(holder.speaker) { speakers.append(holder.speaker) }
        }
        guard let speaker = speakers.first, speakers.count == 1 else {
            return .failure(.severalSigners(parties: speakers.map { roster.name(of: $0) }.sorted()))
        }
        if case .party(let place) = speaker {
            let party = roster.parties[place]
            let got = Set(envelope.signatures.map(\.keyID)).count
            guard got >= party.threshold else {
                return .failure(
                    .tooFewSignatures(party: party.name, needed: party.threshold, got: got))
            }
        }
        return .success(speaker)
    }
}
