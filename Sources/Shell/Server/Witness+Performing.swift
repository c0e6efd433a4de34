// SPDX-License-Identifier: Apache-2.0

import Roles
import Storage
import TransparencyLog

extension Witness.Action {
    /// Does what a witness wants done; `reply` and `receive` lead back to it.
    func perform(
        as name: String, with signer: any Signer, keepingIn store: any LogStore,
        reply: (Ticket, Witness.Cosigning) async -> Void, receive: (Witness.Event) async -> Void
    ) async throws {
        switch self {
        case .cosign(let ticket, let text, let seconds):
            do {
                let line = try NoteSignature.cosign(
                    checkpointText: text, timeSeconds: seconds, as: name, with: signer)
                await receive(.cosigned(ticket, line))
            } catch {
                await receive(.signingFailed(ticket, "\(error)"))
            }
        case .keep(let origin, let note):
            try await store.replace(WitnessMarks.key(origin: origin), with: note.bytes)
            await receive(.kept(origin: origin, note))
        case .reply(let ticket, let cosigning): await reply(ticket, cosigning)
        }
    }
}

/// Names of a witness's marks, one a log.
enum WitnessMarks {
    static let prefix = "witness/"

    static func key(origin: String) -> String { prefix + Digest.sha256(Array(origin.utf8)).hex }
}
