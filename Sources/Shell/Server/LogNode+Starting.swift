// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Roles
import Storage
import TransparencyLog

// MARK: - What was before

extension LogNode {
    /// Reads the store, compares it with what it says of itself and with the mark, and refuses it
    /// where it is damaged or older than what was signed.
    static func restore(
        _ role: inout LogOperator, from store: any LogStore, mark: MarkFile?, key: PrivateKey,
        _ location: StoreLocation
    ) async throws {
        // Read first, since another process may append meanwhile.
        let heads = try await store.heads()
        let end = heads.last?.size ?? .empty
        do {
            for try await leaf in LeafSequence(
                store: store, end: store is PostgresStore ? end : nil)
            {
                try role.restore(leaf: leaf)
            }
            try role.restore(heads: heads)
            let signed = try mark.flatMap { try LogNode.read($0, of: role.agreement) }
            if signed == nil, let mark {
                try LogNode.begin(
                    mark, role, isEmpty: end == .empty, isShared: store is PostgresStore, key: key)
            }
            let newest = try await store.value(OrderMarks.newest)
            let proposal = try await store.value(OrderMarks.proposal)
            try role.restore(
                mark: signed, newestOrder: newest.flatMap { try? UnverifiedNote(parsing: $0) },
                proposal: proposal.flatMap { try? UnverifiedNote(parsing: $0) })
            guard newest == nil || role.newestOrder?.isEnough == true else {
                throw StartFault(
                    .store, "\(location): the newest order is not one that the monitors signed",
                    hint: "standstill-node fsck says what else is wrong")
            }
        } catch let failure as LogFailure {
            throw StartFault(
                .store, "\(location): \(failure)",
                hint:
                    "restore the newest copy of the store; signing over this one could fork the log"
            )
        }
    }

    /// The last checkpoint that was signed; nil where there is no mark.
    private static func read(
        _ mark: MarkFile, of agreement: Agreement
    ) throws -> UnverifiedNote? {
        guard let bytes = try mark.read() else { return nil }
        let hint = "it holds the last checkpoint that was signed; do not delete it lightly"
        let note: UnverifiedNote
        do {
            note = try UnverifiedNote(parsing: bytes)
        } catch {
            throw StartFault(.store, "\(mark.path) is not a checkpoint: \(error)", hint: hint)
        }
        guard note.line(by: agreement.logKey) != nil,
            (try? Checkpoint(parsing: note.text))?.origin == agreement.log.origin
        else {
            throw StartFault(
                .store, "\(mark.path) is not a checkpoint that this log has signed", hint: hint)
        }
        return note
    }

    /// Writes the first mark, over nothing, before anything is stored: from then on a store without
    /// a mark is one whose mark was lost.
    private static func begin(
        _ mark: MarkFile, _ role: LogOperator, isEmpty: Bool, isShared: Bool, key: PrivateKey
    ) throws {
        guard isEmpty else {
            // Another process may have filled the database; whoever vouches has looked.
            if isShared || role.isVouchedFor { return }
            throw StartFault(
                .store, "\(mark.path) is missing: nothing says what was signed last",
                hint: "put it back; if it is lost for good, read docs/OPERATING.md and use --vouch")
        }
        let origin = role.agreement.log.origin
        let text = Checkpoint(origin: origin, size: .empty, root: MerkleHash.empty).text
        let signature = try NoteSignature.sign(text: text, as: origin, with: key)
        try mark.replace(with: UnverifiedNote(text: text, signatures: [signature]).bytes)
    }
}
