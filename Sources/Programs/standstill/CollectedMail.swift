// SPDX-License-Identifier: Apache-2.0

import Client
import Disclosure
import PauseAgreement
import TransparencyLog

/// What became of one message from a mailbox.
enum CollectedMail {
    /// Some or all of it belongs to the logged statement; what does not is named.
    case opened(LoggedStatement, [Disclosure], [OpeningMismatch])
    /// Nothing of it can be used, and why.
    case refused(String)

    /// Opens a message and compares it with what was logged; the mailbox is believed in nothing.
    ///
    /// - Throws: ``Failure`` where it cannot be told yet: the statement is not to be had.
    init(
        _ message: MailDelivery.Message, for party: Party, key: SealingPrivateKey,
        under agreement: Agreement, node: NodeClient
    ) async throws(Failure) {
        guard message.envelope.payloadType == Mail.payloadType,
            let mail = try? Mail(parsing: message.envelope.payload), mail.id == message.id,
            mail.agreement == agreement.id, mail.to == party.name
        else {
            self = .refused("no mail to \(party.name) under this agreement")
            return
        }
        let sender = agreement.parties.first { party in
            message.envelope.signers(among: party.keys).count >= party.threshold
        }
        guard let sender else {
            self = .refused("not signed by a party")
            return
        }
        let contents: MailContents
        do throws(UnopenedMail) {
            contents = try mail.open(with: key)
        } catch {
            self = .refused(error.lowercased)
            return
        }
        let logged = try await LoggedStatement(
            payload: mail.about, by: sender, of: node, under: agreement)
        guard logged.signer == sender else {
            throw .doesNotHold("the node's entry \(logged.index) is not signed by \(sender.name)")
        }
        self = CollectedMail.judge(contents, of: logged, for: party, under: agreement)
    }

    private static func judge(
        _ contents: MailContents, of logged: LoggedStatement, for party: Party,
        under agreement: Agreement
    ) -> CollectedMail {
        let readable =
            agreement.readers(of: logged.statement)
            .first { $0.party.name == party.name }?.fields ?? []
        var good: [Disclosure] = []
        var mismatches: [OpeningMismatch] = []
        for disclosure in contents.disclosures {
            if let mismatch = logged.statement.mismatch(of: disclosure) {
                mismatches.append(mismatch)
            } else if !readable.contains(disclosure.name) {
                mismatches.append(.wrongAudience(disclosure.name, reader: party.name))
            } else {
                good.append(disclosure)
            }
        }
        return .opened(logged, good, mismatches)
    }
}
