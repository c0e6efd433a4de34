// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PauseAgreement
import TransparencyLog

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
            """)

    @Argument(help: "What kind of statement it is.")
    var kind: StatementKind

    @Argument(
        help: ArgumentHelp(
            "The statement's members, or - for standard input.", valueName: "predicate.json"))
    var predicate: String

    @OptionGroup var signing: SigningOptions

    @OptionGroup var numbering: SequenceOption

    @Flag(help: "More keys of the party are to sign it, with `standstill countersign`.")
    var partial = false

    func run() throws {
        let members = try readJSON(predicate)
        let (_, envelope) = try signing.sign(
            kind, members, from: predicate, sequence: numbering.sequence, partial: partial)
        print(String(decoding: envelope.json.canonicalBytes, as: UTF8.self))
    }
}
