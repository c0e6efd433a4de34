// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
public import TransparencyLog

/// Decides what a mailbox takes and gives out. It opens nothing: whoever runs it learns who writes
/// to whom about which statement, and no more.
///
/// Mail is taken only from who signed the statement that it is about, and only for those whom one
/// of the statement's sealed fields is meant for: nobody can fill another's mailbox with anything
/// else.
public struct MailRoom: Sendable {
    public let agreement: Agreement
    /// How far a request's time may stand from ours.
    public let skew: TimeSpan

    /// Messages that may wait from one sender for one reader.
    public static let mostWaiting = 1000
    /// Bytes of envelopes that may wait from one sender for one reader.
    public static let mostWaitingBytes = 64 << 20
    /// Messages that nobody collects are forgotten after this.
    public static let keptFor = TimeSpan(milliseconds: 90 * 86_400_000)
    /// About how many bytes of envelopes one answer brings; one message it always may.
    public static let largestAnswer = 8 << 20
    /// Clocks may stand this far apart, even where the agreement asks for less.
    public static let leastSkew = TimeSpan(milliseconds: 5000)

    public init(agreement: Agreement) {
        self.agreement = agreement
        skew = max(agreement.log.skew, MailRoom.leastSkew)
    }

    /// Mail whose signatures hold.
    public struct Signed: Hashable, Sendable {
        public let mail: Mail
        public let sender: String
    }

    /// A logged statement, and who said it.
    public struct Logged: Hashable, Sendable {
        public let signer: String
        /// The digest of the payload as it was signed: written again it may have other bytes, since
        /// authors may leave out what is optional.
        public let payload: Digest
        public let statement: Statement

        public init(signer: String, payload: Digest, statement: Statement) {
            self.signer = signer
            self.payload = payload
            self.statement = statement
        }
    }

    // MARK: - Handing in

    /// The mail in an envelope, or why it is none.
    public func read(mail envelope: Envelope) -> Result<Signed, MailRefusal> {
        guard envelope.payloadType == Mail.payloadType else {
            return .failure(.otherType(got: envelope.payloadType, expected: Mail.payloadType))
        }
        let mail: Mail
        do throws(MalformedStatement) {
            mail = try Mail(parsing: envelope.payload)
        } catch {
            return .failure(.malformed(error))
        }
        guard mail.agreement == agreement.id else {
            return .failure(.wrongAgreement(got: mail.agreement, expected: agreement.id))
        }
        return author(of: envelope).map { Signed(mail: mail, sender: $0.name) }
    }

    /// Why mail is not taken; nil where it is.
    ///
    /// - Parameter logged: the statement with the payload that it is about: that of its sender
    ///   where there is one, otherwise anybody's.
    public func refuses(_ signed: Signed, about logged: Logged?) -> MailRefusal? {
        let mail = signed.mail
        guard let logged, logged.payload == mail.about else {
            return .unknownStatement(mail.about)
        }
        guard logged.signer == signed.sender else {
            return .notTheSigner(sender: signed.sender, signer: logged.signer)
        }
        guard agreement.party(mail.to) != nil else { return .unknownReader(mail.to) }
        let fields = readable(by: mail.to, in: logged.statement)
        return fields.isEmpty ? .wrongAudience(reader: mail.to, kind: logged.statement.kind) : nil
    }

    /// The sealed fields of a statement that are meant for a party.
    private func readable(by party: String, in statement: Statement) -> [FieldRule] {
        statement.kind.sealedFields.filter { field in
            statement.sealed[field.name] != nil
                && agreement.readers(of: field, in: statement.predicate).contains {
                    $0.name == party
                }
        }
    }

    // MARK: - Collecting

    /// The request in an envelope, or why it is none.
    ///
    /// Whether it is newer than the party's last one only the store can say.
    public func read(
        request envelope: Envelope, now: Time
    ) -> Result<MailRequest, MailRefusal> {
        guard envelope.payloadType == MailRequest.payloadType else {
            return .failure(
                .otherType(got: envelope.payloadType, expected: MailRequest.payloadType))
        }
        let request: MailRequest
        do throws(MalformedStatement) {
            request = try MailRequest(parsing: envelope.payload)
        } catch {
            return .failure(.malformed(error))
        }
        guard request.agreement == agreement.id else {
            return .failure(.wrongAgreement(got: request.agreement, expected: agreement.id))
        }
        switch author(of: envelope) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let party) where party.name != request.party:
            return .failure(.notYours(party: request.party, signer: party.name))
        case .success: break
        }
        guard now - skew <= request.time, request.time <= now + skew else {
            return .failure(.clock(asked: request.time, now: now, skew: skew))
        }
        return .success(request)
    }

    // MARK: - Signatures

    /// The one party that has signed, with as many keys as it has to.
    private func author(of envelope: Envelope) -> Result<Party, MailRefusal> {
        let ids = envelope.signatures.map(\.keyID)
        let unknown = ids.filter { agreement.holder(ofKeyID: $0) == nil }
        guard unknown.isEmpty, let party = ids.first.flatMap(agreement.holder(ofKeyID:)) else {
            return .failure(.unknownKey(keyIDs: unknown))
        }
        if let other = ids.first(where: { agreement.holder(ofKeyID: $0)?.name != party.name }) {
            let names = [party.name, agreement.holder(ofKeyID: other)?.name ?? ""].sorted()
            return .failure(.severalSigners(parties: names))
        }
        let signers = envelope.signers(among: party.keys)
        guard signers.count == ids.count else {
            let held = Set(signers.map(\.keyID))
            return .failure(.badSignature(keyID: ids.first { !held.contains($0) } ?? ""))
        }
        guard signers.count >= party.threshold else {
            return .failure(
                .tooFewSignatures(party: party.name, needed: party.threshold, got: signers.count))
        }
        return .success(party)
    }
}
