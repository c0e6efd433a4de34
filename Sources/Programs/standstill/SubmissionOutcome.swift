// SPDX-License-Identifier: Apache-2.0

import Client
import PauseAgreement
import TransparencyLog

/// A statement that a node took, and how far its receipt could be checked.
struct SubmissionOutcome {
    let submitted: Submitted
    /// Nil where the reader named nobody to believe.
    let checked: CheckedReceipt?
    /// Why the statement changes nothing, where the node says so.
    let withoutEffect: String?

    init(
        _ envelope: Envelope, to node: NodeClient, policy: WitnessPolicy?
    ) async throws(Failure) {
        let submitted = try await asking { () throws(ClientFault) in
            try await node.submit(envelope.json.canonicalBytes)
        }
        self.submitted = submitted
        let proof = try parseReceipt(submitted.receipt, from: "the node's receipt")
        let received = Time(milliseconds: submitted.receivedMilliseconds)
        guard proof.isOf(Entry.leaf(received: received, envelope: envelope)) else {
            throw .doesNotHold(
                "this envelope is not logged: the node gave the receipt of entry \(submitted.index), "
                    + "which holds something else",
                hint:
                    "the same words under other signatures may stand there; sign with another --sequence"
            )
        }
        if let policy {
            let checked = try CheckedReceipt(proof, of: envelope, policy: policy)
            guard checked.index == submitted.index,
                checked.received.milliseconds == submitted.receivedMilliseconds
            else { throw .doesNotHold("the receipt is of another entry than the node says") }
            self.checked = checked
        } else {
            checked = nil
        }
        // The statement is logged, whether or not this second question is answered.
        let logged = try? await asking { () throws(ClientFault) in
            try await node.statement(submitted.index)
        }
        withoutEffect = logged?["effect"]?.string
    }

    /// Keeps the receipt and says what came of it.
    func finish(receipt path: String?, json: Bool) throws(Failure) {
        try keep(path)
        guard !json else { return printJSON(.object(members(receipt: path))) }
        tell(receipt: path)
    }

    /// Writes the receipt where one is wanted.
    func keep(_ path: String?) throws(Failure) {
        if let path { try OutputFile.write(submitted.receipt, to: path) }
    }

    /// Says to people what came of it.
    func tell(receipt path: String?) {
        let again = submitted.isNew ? "" : ", as it was before"
        print(
            "entry \(submitted.index)\(again), received \(Time(milliseconds: submitted.receivedMilliseconds))"
        )
        if let withoutEffect { print("without effect: \(withoutEffect)") }
        if let checked {
            let by =
                checked.cosigners.isEmpty ? "nobody yet" : checked.cosigners.joined(separator: ", ")
            print("the receipt holds: signed by \(checked.checkpoint.origin), cosigned by \(by)")
        }
        if let path { print("receipt written to \(path)") }
    }

    /// The same for programs.
    func members(receipt path: String?) -> JSONObject {
        var object: JSONObject = [
            "index": .integer(Int64(submitted.index.value)),
            "received": .integer(submitted.receivedMilliseconds), "new": .bool(submitted.isNew),
            "receipt": path.map { .string($0) } ?? .null,
            "effect": withoutEffect.map { .string($0) } ?? .null, "verified": .bool(checked != nil),
        ]
        if let checked {
            object["cosigned-by"] = .array(checked.cosigners.map { .string($0) })
            object["quorum"] = .bool(checked.isCosigned)
        }
        return object
    }
}

extension LogProof {
    /// Whether it leads from this leaf to the root that it names, whoever may have signed that.
    fileprivate func isOf(_ leaf: [UInt8]) -> Bool {
        guard let named = try? Checkpoint(parsing: checkpoint.text) else { return false }
        let verified: Void? = try? MerkleProof.verifyInclusion(
            leaf: MerkleHash.leaf(leaf), index: index, size: named.size, proof: path,
            root: named.root)
        return verified != nil
    }
}
