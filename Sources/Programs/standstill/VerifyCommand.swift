// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Check a receipt, a log, a bundle, a state or a measurement, believing only what you name.",
        discussion: """
            All but `log` work without a network. Exit 0 means that it holds, 1 that it does not, 2 that \
            what is there does not tell.
            """,
        subcommands: [
            VerifyReceiptCommand.self, VerifyLogCommand.self, VerifyBundleCommand.self,
            VerifyStateCommand.self, VerifyMeasurementCommand.self,
        ]
    )
}
