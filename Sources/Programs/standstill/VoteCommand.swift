// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PauseAgreement
import TransparencyLog

struct VoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vote",
        abstract: "Sign a vote on an open question and hand it to a log node.",
        discussion: """
            The first vote of a member counts and is printed with its reason. The receipt is checked \
            against the agreement's log key.

              standstill vote q12 yes --reason "The lower bound is past the figure." \\
                --agreement pause.yaml --key councillor-1.pem --node https://log.example
            """)

    @Argument(help: "The question's id, as `standstill status` shows it.")
    var question: String

    @Argument(help: "What you say to it.")
    var choice: Vote.Choice

    @Option(help: "Why; printed with the vote, so that dissent is part of the record.")
    var reason: String

    @OptionGroup var signing: SigningOptions

    @OptionGroup var numbering: SequenceOption

    @OptionGroup var node: NodeOption

    @Option(help: ArgumentHelp("Where the receipt goes.", valueName: "file.tlog-proof"))
    var receipt: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let members: JSON = [
            "question": .string(question), "choice": .string(choice.rawValue),
            "reason": .string(reason),
        ]
        let signed = try signing.sign(
            .vote, members, from: "the vote", sequence: numbering.sequence)
        let outcome = try await SubmissionOutcome(
            signed.envelope, to: try node.client(), policy: signed.agreement.policy())
        try outcome.finish(receipt: receipt, json: json)
    }
}
