// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

struct SiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site",
        abstract: "Show that a site stands still: measure, commit, open what is drawn.",
        subcommands: [SiteRunCommand.self, SiteAnswerCommand.self])
}
