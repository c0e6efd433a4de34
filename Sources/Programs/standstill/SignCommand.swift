// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Disclosure
import PauseAgreement
import TransparencyLog

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

struct SignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a statement and print its envelope.",
        discussion: """
            The file holds the members of the statement's own kind; the agreement's id, the digest of its \
            terms and the sequence are added. What the log would refuse is refused here, with the clause. \
            The envelope (DSSE, one JSON document) goes to standard output.

              standstill sign measurement horizon.json --agreement pause.yaml --key evaluator.pem \\
                | standstill submit - --node https://log.example

            Members that are not for the public are taken out: the statement only commits to them, and \
            their openings go into a file beside the envelope that only you may read. Keep it; without it \
            nobody can read them again.

              standstill sign site north-1.json --agreement pause.yaml --key operator.pem --out site.json

            With --draft nothing is signed that too few people have approved (`standstill draft`).
            """)

    @Argument(help: "What kind of statement it is.")
    var kind: StatementKind?

    @Argument(
        help: ArgumentHelp(
            "The statement's members, or - for standard input.", valueName: "predicate.json"))
    var predicate: String?

    @OptionGroup var approval: ApprovalOptions

    @OptionGroup var signing: SigningOptions

    @OptionGroup var numbering: SequenceOption

    @Option(
        help: ArgumentHelp(
            "Where the envelope goes, instead of standard output.", valueName: "envelope.json"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Where the openings go. (default: beside the envelope)", valueName: "file"))
    var openings: String?

    @Flag(help: "More keys of the party are to sign it, with `standstill countersign`.")
    var partial = false

    func validate() throws {
        guard approval.draft == nil else {
            guard kind == nil, predicate == nil, numbering.sequence == nil else {
                throw ValidationError("a --draft says kind, members and sequence itself")
            }
            return
        }
        guard kind != nil else { throw ValidationError("missing expected argument '<kind>'") }
        guard predicate != nil else {
            throw ValidationError("missing expected argument '<predicate.json>'")
        }
    }

    func run() throws {
        let (kind, signed) = try sign()
        let kept = try keep(signed)
        do {
            try write(signed.envelope)
        } catch {
            // Openings of a statement that nobody has would stand in the way of the next try.
            if let kept { unlink(kept) }
            throw error
        }
        guard let out, out != "-" else { return }
        print("\(kind.rawValue) written to \(out)")
        if let kept, let openings = signed.openings {
            let names = openings.disclosures.map(\.name).joined(separator: ", ")
            print("openings of \(names) written to \(kept): keep them, the log does not hold them")
        }
    }

    private func sign() throws(Failure) -> (StatementKind, SignedStatement) {
        if approval.draft != nil {
            let agreement = try readAgreement(signing.agreement)
            guard let draft = try approval.approved(under: agreement) else {
                throw .usage("name an approved --draft")
            }
            return (
                draft.kind,
                try signing.sign(
                    draft.kind, .object(draft.members), from: "the draft",
                    sequence: draft.sequence, partial: partial)
            )
        }
        guard let kind, let predicate else { throw .usage("name a kind and its members") }
        let members = try readJSON(predicate)
        return (
            kind,
            try signing.sign(
                kind, members, from: predicate, sequence: numbering.sequence, partial: partial)
        )
    }

    /// Writes the openings before the envelope: a statement without them would be lost to its own
    /// author. Returns where they are; nil where there are none.
    private func keep(_ signed: SignedStatement) throws(Failure) -> String? {
        guard let openings = signed.openings else { return nil }
        let besideOut = out.flatMap { $0 == "-" ? nil : OpeningsFile.beside($0) }
        guard let path = self.openings ?? besideOut else {
            let names = openings.disclosures.map(\.name).joined(separator: ", ")
            throw .usage(
                "not for the public, and with nowhere to keep the openings: \(names)",
                hint: "--out FILE writes the envelope there and the openings beside it")
        }
        try OpeningsFile.create(openings, at: path)
        return path
    }

    private func write(_ envelope: Envelope) throws(Failure) {
        let line = String(decoding: envelope.json.canonicalBytes, as: UTF8.self)
        guard let out, out != "-" else { return print(line) }
        try OutputFile.write(Array((line + "\n").utf8), to: out)
    }
}
