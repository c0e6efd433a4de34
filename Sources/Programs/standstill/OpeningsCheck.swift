// SPDX-License-Identifier: Apache-2.0

import Brake
import Disclosure
import PauseAgreement
import Roles
import TransparencyLog

/// What the openings that one party holds show about the statements of a whole log.
struct OpeningsCheck {
    /// One statement of which this party may read something, or holds an opening.
    struct Row {
        let index: LogIndex
        let kind: StatementKind
        let signer: String
        /// Fields that were opened, and belong to the statement.
        let opened: [String]
        /// Fields that the party may read and does not hold.
        let notHeld: [String]
        let mismatches: [OpeningMismatch]
        /// Where the openings lie; nil where there are none.
        let file: String?
    }

    let party: String
    let rows: [Row]
    /// Files of openings of statements that this log does not hold.
    let strays: [String]
    let findings: [FindingCheck]
    /// Openings that hold, by entry.
    private let held: [LogIndex: Openings]

    /// - Parameter files: with the names of their files.
    init(
        _ replay: LogReplay, as party: Party, files: [(file: String, openings: Openings)]
    ) {
        var rows: [Row] = []
        var held: [LogIndex: Openings] = [:]
        var known: Set<Digest> = []
        for number in 0..<replay.size.value {
            let entry = replay.entry(LogIndex(number))
            guard !entry.statement.sealed.isEmpty else { continue }
            let digest = entry.envelope.payloadDigest
            known.insert(digest)
            let found = files.first { $0.openings.about == digest }
            guard
                let row = Row(
                    entry, digest, of: replay, for: party, openings: found?.openings,
                    file: found?.file)
            else { continue }
            rows.append(row)
            if let found, row.mismatches.isEmpty { held[entry.index] = found.openings }
        }
        self.party = party.name
        self.rows = rows
        strays = files.filter { !known.contains($0.openings.about) }.map(\.file)
        self.held = held
        findings = FindingCheck.all(in: replay, held: held)
    }

    /// What cannot be, of openings and of findings.
    var contradictions: [String] {
        rows.flatMap { row in
            row.mismatches.map {
                "\(row.kind.rawValue) of \(row.signer), entry \(row.index): \($0)"
            }
        } + findings.flatMap(\.contradictions)
    }
}

extension OpeningsCheck.Row {
    /// Nil where the statement holds nothing for this party, and the party has nothing of it.
    fileprivate init?(
        _ entry: Entry, _ digest: Digest, of replay: LogReplay, for party: Party,
        openings: Openings?, file: String?
    ) {
        let statement = entry.statement
        let readable =
            replay.agreement.readers(of: statement).first { $0.party.name == party.name }?.fields
            ?? []
        guard openings != nil || !readable.isEmpty else { return nil }
        let names = openings?.disclosures.map(\.name) ?? []
        let mismatches = openings?.mismatches(with: statement, about: digest) ?? []
        index = entry.index
        kind = statement.kind
        signer = replay.summary(entry.index)?.signer ?? "nobody"
        opened = (openings?.disclosures ?? []).filter { statement.mismatch(of: $0) == nil }
            .map(\.name).sorted()
        notHeld = readable.filter { !names.contains($0) }
        self.mismatches = mismatches
        self.file = file
    }

    /// One word for programs and people.
    var verdict: String {
        if !mismatches.isEmpty { return "does-not-match" }
        return notHeld.isEmpty ? "opened" : "not-held"
    }

    fileprivate var sentence: String {
        let place = "\(kind.rawValue) of \(signer), entry \(index)"
        if !mismatches.isEmpty {
            return "\(place): does not match: "
                + mismatches.map(\.description).joined(separator: "; ")
        }
        let shown = opened.isEmpty ? "" : "opened \(opened.joined(separator: ", "))"
        let missing = notHeld.isEmpty ? "" : "not held \(notHeld.joined(separator: ", "))"
        return "\(place): " + [shown, missing].filter { !$0.isEmpty }.joined(separator: "; ")
    }
}

// MARK: - Telling about it

extension OpeningsCheck {
    var sentences: [String] {
        let opened = rows.count { $0.verdict == "opened" }
        return [
            "as \(party): \(opened) of \(rows.count) statements with something sealed are opened"
        ]
            + rows.map(\.sentence)
            + findings.map(\.sentence)
            + strays.map { "of a statement that is not in this log: \($0)" }
    }

    var json: JSON {
        [
            "party": .string(party),
            "statements": .array(
                rows.map { row in
                    [
                        "entry": .integer(Int64(row.index.value)),
                        "kind": .string(row.kind.rawValue), "signer": .string(row.signer),
                        "verdict": .string(row.verdict),
                        "opened": .array(row.opened.map { .string($0) }),
                        "not-held": .array(row.notHeld.map { .string($0) }),
                        "mismatches": .array(row.mismatches.map { .string("\($0)") }),
                        "file": row.file.map { .string($0) } ?? .null,
                    ]
                }),
            "findings": .array(findings.map(\.json)),
            "not-in-this-log": .array(strays.map { .string($0) }),
        ]
    }
}
