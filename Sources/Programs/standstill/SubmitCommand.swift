// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Hand a signed statement to a log node and keep the receipt.",
        discussion: """
            Returns once the statement is durable. Submitting the same envelope again is safe and brings \
            the first receipt. With --policy or --agreement the receipt is checked at once; the monitors' \
            cosignatures come with the next tick, and `standstill receipt` fetches them.

              standstill submit vote.json --node https://log.example --receipt vote.tlog-proof \\
                --agreement pause.yaml
            """)

    @Argument(
        help: ArgumentHelp("The envelope, or - for standard input.", valueName: "envelope.json"))
    var envelope: String

    @OptionGroup var node: NodeOption

    @Option(help: ArgumentHelp("Where the receipt goes.", valueName: "file.tlog-proof"))
    var receipt: String?

    @OptionGroup var trust: TrustOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let policy = try trust.read()?.0
        let envelope = try readEnvelope(envelope)
        let outcome = try await SubmissionOutcome(envelope, to: try node.client(), policy: policy)
        try outcome.finish(receipt: receipt, json: json)
    }
}
