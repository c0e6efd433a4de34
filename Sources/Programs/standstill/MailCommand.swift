// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

struct MailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail",
        abstract:
            "Send what statements only commit to, sealed, to those who may read it; collect it.",
        subcommands: [MailSendCommand.self, MailCollectCommand.self]
    )
}
