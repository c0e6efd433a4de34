// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Brake
import PauseAgreement
import TransparencyLog

struct AgreementActivateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Compute who is bound when everybody joins on a condition of its own.",
        discussion: """
            The file lists parties with their conditions; all members but `at-least` may be null or absent:

              {"parties": {"a": {"at-least": 2, "of": ["a", "b"], "share": "0.3", "least-share": "0.5",
                                 "jurisdiction": "Norland", "least-jurisdictions": 2}}}

            The answer is the largest set in which every condition holds: the same computation that puts an \
            agreement into force and releases parties after a defection.

              standstill agreement activate --commitments joining.json
            """)

    @Option(
        help: ArgumentHelp(
            "The parties and their conditions, or - for standard input.", valueName: "file"))
    var commitments: String

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let parties = try AgreementActivateCommand.parties(
            try readJSON(commitments), from: commitments)
        let result = Activation.greatestFixedPoint(parties)
        if json {
            printJSON(AgreementActivateCommand.document(result))
        } else {
            print(AgreementActivateCommand.table(result, of: parties.count), terminator: "")
        }
    }
}

// MARK: - Reading

extension AgreementActivateCommand {
    static func parties(_ json: JSON, from path: String) throws(Failure) -> [CommittedParty] {
        let members: [(key: String, value: JSON)]
        do throws(MalformedStatement) {
            var fields = try Fields(json)
            let listed = try fields.value("parties")
            try fields.end()
            guard let object = listed.object else {
                throw fields.missing("parties", "an object with a member for each party")
            }
            members = object.members
        } catch {
            throw .malformed("\(path): \(error)")
        }
        let known = Set(members.map(\.key))
        guard known.count == members.count else {
            throw .malformed(
                "\(path): at /parties: two names look the same",
                hint: "use one spelling of a letter")
        }
        var parties: [CommittedParty] = []
        for (name, value) in members {
            parties.append(try party(name, value, among: known, from: path))
        }
        return parties
    }

    private static func party(
        _ name: String, _ json: JSON, among known: Set<String>, from path: String
    ) throws(Failure) -> CommittedParty {
        guard !name.isEmpty else { throw .malformed("\(path): at /parties: a party needs a name") }
        let pointer = "/parties/\(escaped(name))"
        let party: CommittedParty
        do throws(MalformedStatement) {
            var fields = try Fields(json, at: pointer)
            let commitment = try Commitment(&fields)
            let share = try fields.optionalDecimal("share") ?? .zero
            let jurisdiction = try fields.optionalString("jurisdiction")
            try fields.end()
            guard share >= .zero else { throw fields.missing("share", "no negative number") }
            party = CommittedParty(
                name: name, commitment: commitment, share: share, jurisdiction: jurisdiction)
        } catch {
            throw .malformed("\(path): \(error)")
        }
        if let unknown = party.commitment.of?.first(where: { !known.contains($0) }) {
            throw .malformed(
                "\(path): at \(pointer)/of: no party is named \"\(unknown)\"",
                hint: Spelling.hint(for: unknown, among: known.sorted()))
        }
        return party
    }

    /// Source: RFC 6901 §3.
    private static func escaped(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}

// MARK: - Answering

extension AgreementActivateCommand {
    static func document(_ result: ActivationResult) -> JSON {
        [
            "in": .array(result.in.map { .string($0) }),
            "rounds": .array(result.rounds.map { .array($0.map(json)) }),
        ]
    }

    private static func json(_ dropped: Dropped) -> JSON {
        switch dropped.reason {
        case .tooFew(let have, let need):
            [
                "party": .string(dropped.party), "reason": "too-few", "have": .integer(Int64(have)),
                "need": .integer(Int64(need)),
            ]
        case .tooSmallShare(let have, let need):
            [
                "party": .string(dropped.party), "reason": "too-small-share",
                "have": .string(have.description), "need": .string(need.description),
            ]
        case .tooFewJurisdictions(let have, let need):
            [
                "party": .string(dropped.party), "reason": "too-few-jurisdictions",
                "have": .integer(Int64(have)), "need": .integer(Int64(need)),
            ]
        }
    }

    static func table(_ result: ActivationResult, of count: Int) -> String {
        let bound = result.in.isEmpty ? "" : ": \(result.in.joined(separator: ", "))"
        var lines = ["bound: \(result.in.count) of \(count)\(bound)"]
        let width = result.rounds.flatMap { $0 }.map { $0.party.count }.max() ?? 0
        for (round, dropped) in result.rounds.enumerated() {
            lines.append("round \(round + 1), out:")
            for party in dropped {
                let gap = String(repeating: " ", count: width - party.party.count)
                lines.append("  \(party.party)\(gap)  \(sentence(party.reason))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func sentence(_ reason: Dropped.Reason) -> String {
        switch reason {
        case .tooFew(let have, let need): "needs \(need) parties, has \(have)"
        case .tooSmallShare(let have, let need): "needs a share of \(need), has \(have)"
        case .tooFewJurisdictions(let have, let need): "needs \(need) jurisdictions, has \(have)"
        }
    }
}
