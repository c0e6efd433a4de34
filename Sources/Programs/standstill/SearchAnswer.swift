// SPDX-License-Identifier: Apache-2.0

import Brake
import Client
import PauseAgreement
import Roles
import TransparencyLog

/// A node's whole answer to a search, each entry checked by its receipt and its signatures.
struct SearchAnswer {
    struct Hit {
        /// As the node lists it: all but its effect was checked.
        let entry: ListedEntry
        let receipt: CheckedReceipt
    }

    let hits: [Hit]
    /// The answer stands for the first so many entries.
    let size: TreeSize
    private let agreement: Agreement
    private let policy: WitnessPolicy
    private let selection: EntryIndex.Selection
    private let node: NodeClient

    /// - Throws: ``Failure`` 1 where something in the answer does not hold.
    init(
        of node: NodeClient, to selection: EntryIndex.Selection, policy: WitnessPolicy,
        agreementID: Digest?
    ) async throws(Failure) {
        self.node = node
        self.policy = policy
        self.selection = selection
        let agreement = try await LogAudit.agreement(of: node, expected: agreementID)
        self.agreement = agreement
        var hits: [Hit] = []
        var size = TreeSize.empty
        var after: LogIndex?
        repeat {
            let page = try await SearchAnswer.page(of: node, selection, after: after)
            guard let list = page["statements"]?.array, let all = page["size"]?.integer,
                all >= Int64(size.value), let next = page["next"]
            else { throw .doesNotHold("the node's answer is no page of entries") }
            size = TreeSize(UInt64(all))
            for json in list {
                let hit = try Hit(json, policy, agreement)
                let isBehind = (hits.last?.entry.index ?? after).map { $0 < hit.entry.index }
                guard isBehind ?? true, hit.entry.index.value < size.value else {
                    throw .doesNotHold(
                        "the node's answer has entry \(hit.entry.index) out of place")
                }
                guard hit.matches(selection) else {
                    throw .doesNotHold(
                        "the node's answer has entry \(hit.entry.index), which was not looked for")
                }
                hits.append(hit)
            }
            let goesOn = next.integer.map { LogIndex(UInt64(max(0, $0))) }
            if let goesOn, let before = after, goesOn <= before {
                throw .doesNotHold("the node's answer does not come to an end")
            }
            after = goesOn
        } while after != nil
        self.hits = hits
        self.size = size
    }

    private static func page(
        of node: NodeClient, _ selection: EntryIndex.Selection, after: LogIndex?
    ) async throws(Failure) -> JSON {
        try await asking { () throws(ClientFault) in
            try await node.statements(
                signer: selection.signer, kind: selection.kind?.rawValue,
                subject: selection.subject, after: after, limit: 100,
                from: selection.from?.milliseconds, until: selection.until?.milliseconds,
                withProofs: true)
        }
    }
}

extension SearchAnswer.Hit {
    /// - Throws: ``Failure`` 1 where the entry is not in the log as it is listed.
    fileprivate init(
        _ json: JSON, _ policy: WitnessPolicy, _ agreement: Agreement
    ) throws(Failure) {
        guard let entry = ListedEntry(json: json), let text = json["receipt"]?.string,
            let envelope = json["envelope"].flatMap({ try? Envelope(json: $0) })
        else { throw .doesNotHold("the node's answer has an entry without envelope or receipt") }
        let place = "entry \(entry.index)"
        let proof = try parseReceipt(Array(text.utf8), from: "the receipt of \(place)")
        let receipt = try CheckedReceipt(proof, of: envelope, policy: policy)
        let statement = try readStatement(in: envelope, from: place)
        guard statement.agreement == agreement.id else {
            throw .doesNotHold("\(place) is under another agreement than the node's")
        }
        let signer = try SearchAnswer.signer(of: envelope, statement, agreement, place)
        let shown =
            receipt.index == entry.index && receipt.received == entry.received
            && statement.kind == entry.kind && statement.predicate.subject == entry.subject
            && signer == entry.signer
        guard shown else { throw .doesNotHold("\(place) is not what the node says it is") }
        self.entry = entry
        self.receipt = receipt
    }

    fileprivate func matches(_ selection: EntryIndex.Selection) -> Bool {
        // Its effect is no matter of a selection.
        selection.takes(
            EntrySummary(
                index: entry.index, received: entry.received, kind: entry.kind,
                signer: entry.signer, subject: entry.subject, effect: .effective))
    }
}

extension SearchAnswer {
    /// Who signed, by the agreement's keys.
    fileprivate static func signer(
        of envelope: Envelope, _ statement: Statement, _ agreement: Agreement, _ place: String
    ) throws(Failure) -> String {
        if statement.kind == .opening {
            guard envelope.signers(among: [agreement.log.key]).count == 1 else {
                throw .doesNotHold("\(place) is not signed by the log")
            }
            return agreement.log.origin
        }
        let party = agreement.parties.first { party in
            envelope.signers(among: party.keys).count >= party.threshold
        }
        guard let party else { throw .doesNotHold("\(place) is signed by no party") }
        return party.name
    }

    // MARK: - Against the whole log

    /// The log that an answer was held against.
    struct Replayed {
        let size: TreeSize
        let root: Digest
        /// Whether enough witnesses vouch for it.
        let isVouched: Bool
    }

    /// Reads the whole log and derives the answer again.
    ///
    /// - Throws: ``Failure`` 1 where the node left something out or says something else of it.
    func checkAgainstLog() async throws(Failure) -> Replayed {
        let note = try await asking { () throws(ClientFault) in try await node.checkpoint() }
        let checkpoint: Checkpoint
        let isVouched: Bool
        do throws(PolicyFailure) {
            let (found, signed) = try policy.withoutQuorum.verify(note)
            checkpoint = found
            let cosigners = policy.witnesses.filter { signed.signers.contains($0.key) }
            isVouched = policy.isMet(by: cosigners.map(\.name))
        } catch {
            throw .doesNotHold("the node's checkpoint does not hold: \(error.lowercased)")
        }
        guard size <= checkpoint.size else {
            throw .doesNotHold(
                "the node's answer is of \(size) entries, its checkpoint of \(checkpoint.size)")
        }
        var replay = IndexReplay(agreement: agreement)
        var chunks = CheckedLeaves(of: node, from: .empty, to: checkpoint.size, law: replay.law)
        let progress = Progress("entries")
        while let chunk = try await chunks.next() {
            do throws(LogFailure) {
                try replay.append(chunk)
            } catch {
                throw .doesNotHold("the node's log does not hold: \(error)")
            }
            progress.report(replay.size.value, of: checkpoint.size.value)
        }
        guard replay.head == TreeHead(size: checkpoint.size, root: checkpoint.root) else {
            throw .doesNotHold(
                "the node's entries are not those that its checkpoint signs: their roots differ")
        }
        if let fault = replay.fault(in: hits.map(\.entry), to: selection, over: size) {
            throw .doesNotHold("the answer does not hold: \(fault)")
        }
        return Replayed(size: checkpoint.size, root: checkpoint.root, isVouched: isVouched)
    }
}
