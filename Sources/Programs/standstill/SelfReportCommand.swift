// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Disclosure
import PauseAgreement
import TransparencyLog

struct SelfReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "self-report",
        abstract: "Say of your own party that something went wrong, before somebody else does.",
        discussion: """
            Signs a self-report and writes it to --out; with --node it is logged, and what is sealed goes to \
            the authority. What is told in --detail only the authority can read. Whoever reports itself first \
            is on record with it, with the time; what that is worth is for the agreement's clauses on \
            non-compliance and on what breaking the rules costs, which are named.

              standstill self-report 'A run of 12 h went on after the order.' --site north-1 \\
                --detail incident.txt --agreement pause.yaml --key developer-a.pem \\
                --out report.json --node https://log.example
            """)

    @Argument(help: "What went wrong, in public words.")
    var what: String

    @Option(help: ArgumentHelp("The site that it is about.", valueName: "name"))
    var site: String?

    @Option(
        help: ArgumentHelp("What only the authority is to read, as a text file.", valueName: "file")
    )
    var detail: String?

    @OptionGroup var signing: SigningOptions

    @OptionGroup var numbering: SequenceOption

    @Option(help: ArgumentHelp("Where the envelope goes.", valueName: "envelope.json"))
    var out: String

    @Option(help: ArgumentHelp("The log node to hand it to.", valueName: "url"))
    var node: String?

    @Option(
        help: ArgumentHelp("Where the receipt goes, with --node.", valueName: "file.tlog-proof"))
    var receipt: String?

    func validate() throws {
        if let node { try GateOptions.validate(node, of: "--node") }
        if receipt != nil, node == nil { throw ValidationError("--receipt wants a --node") }
        if out == "-" { throw ValidationError("--out wants a file: the openings lie beside it") }
    }

    func run() async throws {
        var members: JSONObject = ["what": .string(what)]
        members["site"] = site.map { .string($0) }
        if let detail { members["detail"] = .string(try readText(detail, limit: 16_384)) }
        let signed = try signing.sign(
            .selfReport, .object(members), from: "the report", sequence: numbering.sequence)
        if let openings = signed.openings {
            try OpeningsFile.create(openings, at: OpeningsFile.beside(out))
        }
        let line = String(decoding: signed.envelope.json.canonicalBytes, as: UTF8.self) + "\n"
        try OutputFile.write(Array(line.utf8), to: out)
        print("self-report written to \(out)")
        if let openings = signed.openings {
            let names = openings.disclosures.map(\.name).joined(separator: ", ")
            print(
                "openings of \(names) written to \(OpeningsFile.beside(out)): keep them, "
                    + "the log does not hold them")
        }
        for line in try meaning(under: signed.agreement) { print(line) }
        guard let node else {
            return print("not logged yet: standstill submit \(out) --node URL hands it in")
        }
        try await submit(to: node)
    }

    /// What the agreement says about what a report of oneself is worth.
    private func meaning(under agreement: Agreement) throws(Failure) -> [String] {
        let prose = try? ProseText.find(of: agreement, at: nil, beside: signing.agreement)
        func quote(_ clause: String) -> [String] {
            prose?.article(clause).map { ["  “\($0)”"] } ?? []
        }
        let decided = agreement.decisions.rule(for: .nonCompliance)?.article
        let cost = agreement.incentives.article
        return
            (decided.map {
                ["on record for any question of non-compliance: article \($0)"] + quote($0)
            } ?? []) + ["for what breaking the rules costs, see article \(cost)"] + quote(cost)
    }

    private func submit(to node: String) async throws {
        var arguments = [out, "--node", node, "--agreement", signing.agreement]
        for key in signing.keys { arguments += ["--key", key] }
        if let receipt { arguments += ["--receipt", receipt] }
        try await SubmitCommand.parse(arguments).run()
    }
}
