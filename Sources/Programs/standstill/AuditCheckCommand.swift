// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Measurement
import PauseAgreement
import Roles
import Site
import TransparencyLog

struct AuditCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check what a site opened for a draw, and write the finding.",
        discussion: """
            Each opened sample must lead to the root that was logged before the draw; the samples must be \
            what the sums say, and the sums what the declared devices can have done. The finding is what \
            `standstill sign finding` signs: its reason is public and names no figure of the site, its \
            detail is sealed for the site's party and whoever --reader names.

            Exit 0 where both verdicts are pass and the answer came in time, 1 where something is false, 2 \
            where something is unknown. A sample that was false when it was taken and fits everything else \
            is not seen by opening it.

              standstill audit check --draw 57 --openings openings --finding finding.json \\
                --agreement pause.yaml --node https://log.example
            """)

    @Option(help: ArgumentHelp("The log's entry of the draw.", valueName: "entry"))
    var draw: UInt64

    @Option(help: ArgumentHelp("The openings that you collected.", valueName: "folder"))
    var openings: String

    @Option(help: ArgumentHelp("Where the finding goes, to be signed.", valueName: "file.json"))
    var finding: String

    @OptionGroup var log: LogOptions

    @Option(help: ArgumentHelp("Of what could have been missed.", valueName: "0…1"))
    var confidence = "0.95"

    @Option(
        help: ArgumentHelp("A party that may read the finding's detail; may be repeated."))
    var reader: [String] = []

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard let level = ExactDecimal(confidence), Probability(Double("\(level)") ?? 0) != nil
        else { throw ValidationError("--confidence wants a level between 0 and 1, such as 0.95") }
    }

    func run() async throws {
        let log = try await log.read()
        let audited = try AuditedDraw(LogIndex(draw), in: log)
        for name in reader where log.agreement.party(name) == nil {
            throw Failure.usage("--reader \(name): the agreement names no such party")
        }
        let files = try MailFolder(reading: openings).read()
        let result = try audited.check(
            files.map(\.openings), confidence: ExactDecimal(confidence)!, at: log.at)
        try OutputFile.write(
            result.predicate(readers: reader).prettyBytes, to: finding, isSecret: true)
        report(result, log)
        switch (result.correctness, result.completeness) {
        case (.fail, _), (_, .fail): throw ExitCode(1)
        case (.pass, .pass): if !result.inTime { throw ExitCode(1) }
        default: throw ExitCode(2)
        }
    }

    private func report(_ result: AuditedDraw.Result, _ log: ReadLog) {
        guard json else {
            print(log.verification)
            for line in result.sentences { print(line) }
            print("finding written to \(finding): standstill sign finding \(finding) …")
            return
        }
        printJSON(result.json(file: finding))
    }
}
