// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import TransparencyLog

struct CountersignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "countersign",
        abstract: "Add the signature of another key of the same party to an envelope.",
        discussion: """
            For a party whose keys are held by several people: one signs with --partial, the others add \
            theirs, each on a machine of its own. `standstill show` says what is being signed.

              standstill sign vote vote.json --agreement pause.yaml --key first.pem --partial > one.json
              standstill countersign one.json --agreement pause.yaml --key second.pem > two.json
            """)

    @Argument(
        help: ArgumentHelp("The envelope, or - for standard input.", valueName: "envelope.json"))
    var envelope: String

    @OptionGroup var signing: SigningOptions

    @Flag(help: "More keys of the party are to sign it after these.")
    var partial = false

    func run() throws {
        let countersigned = try signing.countersign(try readEnvelope(envelope), partial: partial)
        print(String(decoding: countersigned.json.canonicalBytes, as: UTF8.self))
    }
}
