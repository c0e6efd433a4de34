// SPDX-License-Identifier: Apache-2.0

import Brake
import Disclosure
import Foundation
import PauseAgreement
import Testing
import TransparencyLog

/// A short log that is really signed, hashed, cosigned and folded: what proofs are checked with.
struct Record {
    let agreement = Scene.agreement
    private(set) var brake = Brake(agreement: Scene.agreement)
    /// What became of each entry.
    private(set) var summaries: [EntrySummary] = []
    private(set) var leaves: [[UInt8]] = []
    private var sequences: [String: Int64] = [:]

    static func key(_ name: String) throws -> PrivateKey {
        let file = Scene.example.appending(path: "keys/\(name).pem")
        return try PrivateKey(pem: String(contentsOf: file, encoding: .utf8))
    }

    /// Says something, one minute after the last.
    mutating func say(
        _ party: String, _ predicate: PauseAgreement.Predicate, sealed: Commitments = .none
    ) throws {
        let sequence = sequences[party, default: 0] + 1
        sequences[party] = sequence
        let statement = Statement(
            agreement: agreement.id, terms: agreement.terms, sequence: sequence,
            predicate: predicate, sealed: sealed)
        let envelope = try Envelope.sign(
            payload: statement.payload, payloadType: Envelope.inToto,
            with: [try Record.key(party)])
        let received = Scene.now + TimeSpan(milliseconds: Int64(leaves.count) * 60_000)
        let leaf = Entry.leaf(received: received, envelope: envelope)
        let index = LogIndex(UInt64(leaves.count))
        leaves.append(leaf)
        summaries.append(brake.fold(try Entry(parsing: leaf, index: index)))
    }

    static let standard = Result { try played() }
    private static let cosigned = Result { try standard.get().signedCheckpoint(monitors: 4) }

    private static func played() throws -> Record {
        var record = Record()
        let opening = Opening(
            rules: 1, origin: record.agreement.log.origin, policy: record.agreement.policy().text)
        try record.say("node", .opening(opening))
        for party in record.agreement.parties where !party.roles.contains(.monitor) {
            let free = Commitment(
                atLeast: 0, of: nil, leastShare: nil, leastJurisdictions: nil)
            try record.say(party.name, .accession(Accession(commitment: free)))
        }
        try record.say(
            "developer-b",
            .model(
                ModelRegistration(
                    model: "fiction-1", digest: Digest.sha256([1]), parents: [], released: false)))
        try record.say(
            "developer-b",
            .selfPause(SelfPause(model: "fiction-1", reason: "It wrote its own training loop.")))
        let devices = Disclosure(
            salt: [UInt8](repeating: 7, count: 16), name: "devices", value: .integer(4096))
        try record.say(
            "developer-a", .site(SiteDeclaration(site: "north", emulated: true)),
            sealed: Commitments(to: [devices]))
        // A vote on a question that does not exist: logged, without effect.
        try record.say(
            "councillor-1",
            .vote(Vote(question: "q7", choice: .yes, reason: "<b>Yes</b>, of course")))
        return record
    }

    var size: TreeSize { TreeSize(UInt64(leaves.count)) }
    var tree: MerkleTree { MerkleTree(leafHashes: leaves.map { MerkleHash.leaf($0) }) }

    /// The checkpoint over all entries, signed by the log and cosigned by so many monitors.
    func checkpoint(monitors: Int = 4) throws -> UnverifiedNote {
        try monitors == 4 ? Record.cosigned.get() : signedCheckpoint(monitors: monitors)
    }

    private func signedCheckpoint(monitors: Int) throws -> UnverifiedNote {
        let text = Checkpoint(origin: agreement.log.origin, size: size, root: tree.root()).text
        var signatures = [
            try NoteSignature.sign(
                text: text, as: agreement.log.origin, with: try Record.key("node"))
        ]
        for monitor in agreement.monitorKeys.prefix(monitors) {
            signatures.append(
                try NoteSignature.cosign(
                    checkpointText: text, timeSeconds: 1_795_000_000, as: monitor.cosigning.name,
                    with: try Record.key(monitor.party)))
        }
        return UnverifiedNote(text: text, signatures: signatures)
    }

    func proof(of index: UInt64, monitors: Int = 4) throws -> LogProof {
        LogProof(
            extra: Array("1".utf8), index: LogIndex(index),
            path: tree.proveInclusion(of: LogIndex(index), in: size),
            checkpoint: try checkpoint(monitors: monitors))
    }
}
