// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import TransparencyLog

struct VerifyReceiptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Check offline that a statement stands in a log.",
        discussion: """
            Exit 2 where the log has signed, but not as many witnesses as the policy asks for: fetch the \
            receipt again with `standstill receipt` after the next tick.

              standstill verify receipt vote.tlog-proof --entry vote.json --policy pause.policy
            """)

    @Argument(help: ArgumentHelp("The receipt.", valueName: "file.tlog-proof"))
    var receipt: String

    @Option(help: ArgumentHelp("The envelope that was submitted.", valueName: "envelope.json"))
    var entry: String

    @OptionGroup var trust: TrustOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let (policy, _) = try trust.required()
        let envelope = try readEnvelope(entry)
        let proof = try parseReceipt(try readFile(receipt, limit: 1 << 20), from: receipt)
        let checked = try CheckOutcome.reporting(json: json) { () throws(Failure) in
            try CheckedReceipt(proof, of: envelope, policy: policy)
        }
        let verdict: CheckOutcome = checked.isCosigned ? .holds : .unknown
        verdict.report(checked.json, json: json) { "the receipt holds: \(checked.sentence)" }
        guard checked.isCosigned else {
            throw Failure.unknown(
                "the log's word alone vouches for the receipt: the quorum \(policy.quorum) is not met",
                hint:
                    "standstill receipt \(checked.index) --node URL --out \(receipt) fetches it with newer cosignatures"
            )
        }
    }
}
