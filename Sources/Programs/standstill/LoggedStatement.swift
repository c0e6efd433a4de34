// SPDX-License-Identifier: Apache-2.0

import Client
import PauseAgreement
import TransparencyLog

/// A statement that the log of the agreement has signed for, and whose it is.
struct LoggedStatement {
    let index: LogIndex
    let statement: Statement
    let digest: Digest
    let signer: Party

    /// Asks a node for what a party said in these words, and believes it only with a receipt that
    /// the agreement's log has signed. Others may have copied the words: that is another statement.
    ///
    /// - Throws: ``Failure`` 2 where the node does not have it, 1 where what it gives does not
    ///   hold.
    init(
        payload digest: Digest, by signer: Party, of node: NodeClient, under agreement: Agreement
    ) async throws(Failure) {
        let page = try await asking { () throws(ClientFault) in
            try await node.statements(signer: signer.name, payload: digest)
        }
        guard let number = page["statements"]?.array?.first?["index"]?.integer, number >= 0 else {
            throw .unknown(
                "the node has no statement of \(signer.name) with the payload \(digest.hex)")
        }
        try await self.init(entry: LogIndex(UInt64(number)), of: node, under: agreement)
        guard self.digest == digest else {
            throw .doesNotHold("the node's entry \(index) is another statement")
        }
    }

    /// Asks a node for the statement of an entry, and believes it only with a receipt that the
    /// agreement's log has signed.
    ///
    /// - Throws: ``Failure`` 2 where the node does not have it, 1 where what it gives does not
    ///   hold.
    init(
        entry index: LogIndex, of node: NodeClient, under agreement: Agreement
    ) async throws(Failure) {
        let answer = try await asking { () throws(ClientFault) in
            try await node.statement(index)
        }
        guard let json = answer["envelope"], let envelope = try? Envelope(json: json) else {
            throw .doesNotHold("the node's entry \(index) holds no envelope")
        }
        let receipt = try await asking { () throws(ClientFault) in try await node.receipt(index) }
        let proof = try parseReceipt(receipt, from: "the node's receipt")
        let checked = try CheckedReceipt(proof, of: envelope, policy: agreement.policy())
        guard checked.index == index else {
            throw .doesNotHold("the node gave the receipt of another entry than \(index)")
        }
        let signer = agreement.parties.first { party in
            envelope.signers(among: party.keys).count >= party.threshold
        }
        guard let signer else { throw .doesNotHold("entry \(index) is signed by no party") }
        self.index = index
        self.statement = try readStatement(in: envelope, from: "entry \(index)")
        self.digest = envelope.payloadDigest
        self.signer = signer
    }
}
