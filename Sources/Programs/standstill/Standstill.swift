// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

@main
struct Standstill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "standstill",
        abstract: "A verifiable brake for frontier AI development.",
        discussion: """
            Parties who do not trust each other sign one agreement that software can read. What they say \
            afterwards stands in a public log, and anyone can derive from it whether a pause is in force, \
            and why.

            Every command ends with 0 (holds, or done), 1 (does not hold), 2 (unknown), 64 (wrong usage), \
            65 (malformed input), 69 (unreachable), 70 (a bug of ours), 74 (disk or network fault) or \
            77 (not permitted). With --json it prints one JSON document on standard output.

            Completions for a shell are printed by --generate-completion-script bash, zsh or fish; `make \
            completions` and `make man` write them and the manual pages.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Keys and agreements",
                subcommands: [KeyCommand.self, AgreementCommand.self, MonitorsCommand.self]),
            CommandGroup(
                name: "Evidence",
                subcommands: [
                    ReadCommand.self, EstimateCommand.self, TriggersCommand.self, PlotCommand.self,
                ]),
            CommandGroup(
                name: "Statements",
                subcommands: [
                    SignCommand.self, CountersignCommand.self, ShowCommand.self, SubmitCommand.self,
                    VoteCommand.self, SelfReportCommand.self, DraftCommand.self,
                    ApproveCommand.self, MailCommand.self,
                ]),
            CommandGroup(
                name: "Checking",
                subcommands: [
                    StatusCommand.self, SearchCommand.self, HistoryCommand.self,
                    ExplainCommand.self, DueCommand.self, WatchCommand.self, ReceiptCommand.self,
                    BundleCommand.self, ExportCommand.self,
                    VerifyCommand.self,
                ]),
            CommandGroup(
                name: "Sites and inspections", subcommands: [SiteCommand.self, AuditCommand.self]),
            CommandGroup(name: "Gates", subcommands: [GateCommand.self, MayICommand.self]),
        ]
    )

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            try flushOutput()
        } catch {
            end(error)
        }
    }

    /// Prints what went wrong as one `error:` line, with the way out below it, and ends the
    /// process.
    private static func end(_ error: any Error) -> Never {
        if let failure = error as? Failure {
            end(failure)
        }
        switch exitCode(for: error) {
        case .validationFailure: end(.usage(sentence(of: error), hint: wayOut(of: error)))
        // An error that no command foresaw is our mistake, not the user's.
        case .failure where !(error is ExitCode): end(.bug("\(error)"))
        default: exit(withError: error)
        }
    }

    private static func end(_ failure: Failure) -> Never {
        try? flushOutput()
        printError("error: \(failure.message)")
        if let hint = failure.hint { printError("hint: \(hint)") }
        exit(withError: ExitCode(failure.exitCode))
    }

    /// The parser's message on one line, starting like ours in lower case.
    private static func sentence(of error: any Error) -> String {
        let lines = message(for: error).split(whereSeparator: \.isNewline)
            .map { $0.trimmingPrefix(while: \.isWhitespace) }
        let words = lines.filter { $0.hasPrefix("- ") }.map { $0.dropFirst(2) }.joined(
            separator: ", ")
        let line = (lines.filter { !$0.hasPrefix("- ") } + [words[...]]).joined(separator: " ")
            .trimmingPrefix(while: \.isWhitespace)
        let open = line.hasSuffix(" ") ? line.dropLast() : line
        return open.prefix(1).lowercased() + open.dropFirst()
    }

    /// `see 'standstill key new --help'`, as the parser knows which command was meant.
    private static func wayOut(of error: any Error) -> String {
        let quoted = fullMessage(for: error).split(separator: "See '").last?.split(separator: "'")
            .first
        return "see '\(quoted.map { String($0) } ?? "standstill --help")'"
    }
}
