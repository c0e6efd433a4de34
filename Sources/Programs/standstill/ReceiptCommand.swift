// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import TransparencyLog

struct ReceiptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Fetch the receipt of an entry, with the cosignatures that the node holds now.",
        discussion: """
            `standstill verify receipt` checks it offline.

              standstill receipt 12 --node https://log.example --out vote.tlog-proof
            """)

    @Argument(help: "The entry's index.")
    var index: UInt64

    @OptionGroup var node: NodeOption

    @Option(
        help: ArgumentHelp(
            "Where the receipt goes, or - for standard output.", valueName: "file.tlog-proof"))
    var out: String

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if json, out == "-" {
            throw ValidationError("--json and --out - both want standard output")
        }
    }

    func run() async throws {
        let client = try node.client()
        let index = LogIndex(index)
        let bytes = try await asking { () throws(ClientFault) in try await client.receipt(index) }
        let proof = try parseReceipt(bytes, from: "the node's receipt")
        guard proof.index == index else {
            throw Failure.doesNotHold(
                "the node gave the receipt of entry \(proof.index), not of \(index)")
        }
        try OutputFile.write(bytes, to: out)
        guard out != "-" else { return }
        // The first line of signatures is the log's; what they are worth is for `verify receipt` to
        // say.
        let cosignatures = max(0, proof.checkpoint.signatures.count - 1)
        guard !json else {
            return printJSON([
                "index": .integer(Int64(index.value)), "receipt": .string(out),
                "cosignatures": .integer(Int64(cosignatures)),
            ])
        }
        print(
            "receipt of entry \(index) with \(cosignatures) cosignatures written to \(out), not verified"
        )
    }
}
