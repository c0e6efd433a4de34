// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Let work run, or not, as the monitors' signed orders say.",
        discussion: """
            A gate believes an order only with the signatures of enough monitors, never goes back to an \
            older one, and keeps the highest on disk. Without a fresh order no covered work starts: unknown \
            is not an all-clear. Serving what was released before an order to outside users goes on.
            """,
        subcommands: [GateRunCommand.self, GateCheckCommand.self]
    )
}
