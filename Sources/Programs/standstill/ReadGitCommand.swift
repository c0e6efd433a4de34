// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EvaluationLogs
import PauseAgreement
import Site

struct ReadGitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "git",
        abstract: "Count what a branch took in, and how much of it programs wrote.",
        discussion: """
            A merged change is a commit on the first-parent chain of the branch; its lines are those \
            that it adds against its first parent, without files that .gitattributes calls \
            generated. A change is attributed by its trailers; a merge without one, by the lines of \
            the commits that it brings in.

            --listing writes down all that was counted. It is the evidence: whoever has the \
            repository makes the same listing from the same commit.

              standstill read git . --trailer 'Co-authored-by: Claude' \\
                --since 2026-01-01 --until 2026-04-01 --listing changes.txt --json
              standstill read git . --figure multiplier --since 2026-04-01 --until 2026-07-01 \\
                --base-since 2024-01-01 --base-until 2025-01-01 --engineers 42,30
            """)

    enum Figure: String, ExpressibleByArgument, CaseIterable {
        /// Of the lines added, those with an attribution.
        case aiShare = "ai-share"
        /// Lines added for each engineer and day.
        case linesPerEngineer = "lines-per-engineer"
        /// That against the base period.
        case multiplier
    }

    @Argument(help: ArgumentHelp("The repository.", valueName: "folder"))
    var repository: String

    @Option(help: "What is computed.")
    var figure = Figure.aiShare

    @Option(
        name: .customLong("trailer"),
        help: ArgumentHelp(
            "A trailer that attributes a change to a program; again for another.",
            valueName: "key: part of its value"))
    var trailers: [String] = []

    @Option(help: ArgumentHelp("The first day of the period.", valueName: "day"))
    var since: String

    @Option(help: ArgumentHelp("The day after its last.", valueName: "day"))
    var until: String

    @Option(help: ArgumentHelp("The first day of the base period.", valueName: "day"))
    var baseSince: String?

    @Option(help: ArgumentHelp("The day after its last.", valueName: "day"))
    var baseUntil: String?

    @Option(
        help: ArgumentHelp(
            "How many engineers there were, and in the base period. (default: authors of changes)",
            valueName: "n[,base]"))
    var engineers: String?

    @Option(
        name: .customLong("exclude"),
        help: ArgumentHelp(
            "Paths that count as generated, too, as .gitattributes writes patterns.",
            valueName: "pattern"))
    var excluded: [String] = []

    @Option(help: ArgumentHelp("The end of the branch. (default: HEAD)", valueName: "commit"))
    var commit: String?

    @Option(help: ArgumentHelp("Where the listing goes.", valueName: "file"))
    var listing: String?

    @OptionGroup var measurement: MeasurementOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        for (name, day) in [
            ("--since", since), ("--until", until), ("--base-since", baseSince ?? since),
            ("--base-until", baseUntil ?? until),
        ] where Time(day) == nil {
            throw ValidationError("\(name) takes a day such as 2026-01-01, not '\(day)'")
        }
        if (trailers + excluded).contains(where: { $0.contains(",") || $0.contains("\n") }) {
            throw ValidationError("a trailer or a pattern cannot hold a comma")
        }
        guard figure == .multiplier || (baseSince == nil && baseUntil == nil) else {
            throw ValidationError("--base-since and --base-until are for --figure multiplier")
        }
        guard figure != .multiplier || (baseSince != nil && baseUntil != nil) else {
            throw ValidationError("--figure multiplier needs --base-since and --base-until")
        }
        guard !measurement.isAsked || listing != nil else {
            throw ValidationError("a measurement needs --listing, which is its evidence")
        }
    }

    func run() async throws {
        let source = GitRepository(path: repository)
        let first = [since, baseSince].compactMap { $0 }.compactMap { Time($0) }.min() ?? .now
        let (recipe, bytes) = try readingEvidence {
            let commit = try source.resolve(commit)
            let recipe = try Recipe(
                .git,
                [
                    "figure": figure.rawValue, "since": since, "until": until,
                    "base-since": baseSince, "base-until": baseUntil, "engineers": engineers,
                    "trailers": trailers.isEmpty ? nil : trailers.joined(separator: ","),
                    "exclude": excluded.isEmpty ? nil : excluded.joined(separator: ","),
                    "commit": commit,
                ])
            return (recipe, try source.listing(commit: commit, since: first, excluded: excluded))
        }
        if let listing { try OutputFile.write(bytes, to: listing) }
        let reading = try readingEvidence {
            try FigureReading(recipe, listing: bytes, name: listing?.lastPathComponent ?? "listing")
        }
        try reading.report(json: json, as: measurement)
    }
}
