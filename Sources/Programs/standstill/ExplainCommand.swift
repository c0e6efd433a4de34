// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Brake
import PauseAgreement
import Roles
import TransparencyLog

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a logged entry says, whether it had effect, and what followed from it.",
        discussion: """
            Derives the law just before the entry and just after it, and tells the difference: questions \
            opened and closed, causes, the brake, the epoch. Where it had no effect, the clause that decides; \
            with the agreement's authentic text at hand (beside --agreement, or --prose), its words. \
            Without --policy, --agreement or --agreement-id it is marked as unverified.

              standstill explain 31 --node https://log.example --agreement pause.yaml
              standstill explain 31 --bundle pause.bundle --agreement-id 3f8c… --json
            """)

    @Argument(help: "The entry's index.")
    var entry: UInt64

    @OptionGroup var log: LogOptions

    @Option(
        help: ArgumentHelp(
            "The agreement's authentic text. (default: the file it names, beside --agreement)",
            valueName: "file"))
    var prose: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        var read = try await log.read()
        let index = LogIndex(entry)
        guard index.value < read.replay.size.value else {
            throw Failure.unknown(
                "there is no entry \(index): the log holds \(read.replay.size) entries",
                hint: "the first entry has the index 0")
        }
        let prose = try ProseText.find(of: read.agreement, at: prose, beside: log.trust.agreement)
        let found = read.replay.entry(index)
        let law = read.replay.brake(at: TreeSize(index.value))
        let now = read.replay.brake(at: read.size).state(at: read.at)
        let page = EntryPage(
            entry: found, consequences: law.consequences(of: found), now: now,
            agreement: read.agreement, prose: prose)
        let isVerified = read.isVouched(index)
        let isUnvouched = read.vouched > .empty && !isVerified
        let verification =
            isUnvouched
            ? "unverified: enough witnesses vouch for the first \(read.vouched) entries only"
            : read.verification
        if json {
            printJSON(.object(page.json(isVerified: isVerified, verification)))
        } else {
            print(page.lines(verification: verification).joined(separator: "\n"))
        }
    }
}
