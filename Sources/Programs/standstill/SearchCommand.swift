// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import PauseAgreement
import Roles
import TransparencyLog

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract:
            "Find entries by signer, kind, subject and time, and check what the node answers.",
        discussion: """
            Every entry that is found comes with its receipt, and is checked: its signature, its place, and \
            that it is what was looked for. Whether the node left one out cannot be seen from its answer: \
            --check replays the log and says so, with exit 1 where it did. Exit 2 where your witnesses do \
            not vouch for all of it yet.

              standstill search --node https://log.example --policy pause.policy --kind vote --subject q1
              standstill search --node https://log.example --agreement pause.yaml --signer lab-a \\
                --from 2026-11-01 --until 2026-12-01 --check
            """)

    @OptionGroup var node: NodeOption

    @OptionGroup var trust: TrustOptions

    @Option(help: ArgumentHelp("Only this party's; or the log's origin.", valueName: "name"))
    var signer: String?

    @Option(
        help: ArgumentHelp("Only of this kind, such as vote or measurement.", valueName: "kind"))
    var kind: String?

    @Option(
        help: ArgumentHelp(
            "Only those that speak of this: a question, a cause, a site, model:NAME.",
            valueName: "text"))
    var subject: String?

    @Option(help: ArgumentHelp("Only those received then or later.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Only those received before then.", valueName: "time"))
    var until: String?

    @Flag(help: "Replay the log, and say whether the node left anything out.")
    var check = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if let kind, StatementKind(rawValue: kind) == nil {
            let kinds = StatementKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--kind: there is no '\(kind)', but \(kinds)")
        }
        for (name, text) in [("--from", from), ("--until", until)] {
            if let text, Time(text) == nil {
                throw ValidationError(
                    "\(name) wants a time such as 2026-11-21T20:00:00Z, not '\(text)'")
            }
        }
    }

    private var selection: EntryIndex.Selection {
        EntryIndex.Selection(
            signer: signer, kind: kind.flatMap { StatementKind(rawValue: $0) }, subject: subject,
            from: from.flatMap { Time($0) }, until: until.flatMap { Time($0) })
    }

    func run() async throws {
        let (policy, id) = try trust.required()
        let client = try node.client()
        let report: SearchReport
        do throws(Failure) {
            let answer = try await SearchAnswer(
                of: client, to: selection, policy: policy, agreementID: id)
            let replayed = check ? try await answer.checkAgainstLog() : nil
            report = SearchReport(answer: answer, replayed: replayed)
        } catch {
            if json { CheckOutcome.reportFailure(error) }
            throw error
        }
        let outcome: CheckOutcome = report.isVouched ? .holds : .unknown
        outcome.report(report.json, json: json) { report.lines.joined(separator: "\n") }
        guard report.isVouched else {
            throw Failure.unknown(
                "too few of the policy's witnesses vouch for all of it yet",
                hint: "what is newer than the last tick rests on the log's word")
        }
    }
}

/// What is shown of a search.
private struct SearchReport {
    let answer: SearchAnswer
    /// The log that it was held against; nil where it was not.
    let replayed: SearchAnswer.Replayed?

    /// Whether enough witnesses vouch for what is shown.
    var isVouched: Bool {
        replayed?.isVouched ?? answer.hits.allSatisfy(\.receipt.isCosigned)
    }

    var lines: [String] {
        let count = answer.hits.count
        var lines = answer.hits.flatMap(lines(of:))
        lines.append(
            "\(count) \(count == 1 ? "entry" : "entries") of the first \(answer.size)")
        if count > 0 { lines.append("each is signed by its author and stands in the log") }
        lines.append(
            replayed.map { "complete: the log was replayed, \($0.size) entries; none is left out" }
                ?? "whether the node left any out is not known: --check replays the log")
        return lines
    }

    private func lines(of hit: SearchAnswer.Hit) -> [String] {
        let entry = hit.entry
        let words = [entry.signer, entry.kind.rawValue, entry.subject ?? ""]
            .filter { !$0.isEmpty }.joined(separator: "  ")
        let line = "entry \(entry.index)  \(entry.received)  \(words)"
        guard let why = entry.withoutEffect else { return [line] }
        let source = replayed == nil ? ", as the node says" : ""
        return [line, "  without effect\(source): \(why)"]
    }

    var json: JSONObject {
        let list = answer.hits.map { hit -> JSON in
            var object = hit.entry.json
            object["cosigned-by"] = .array(hit.receipt.cosigners.map { .string($0) })
            object["quorum"] = .bool(hit.receipt.isCosigned)
            return .object(object)
        }
        var object: JSONObject = [
            "size": .integer(Int64(answer.size.value)), "entries": .array(list),
            "complete": replayed == nil ? .null : .bool(true),
        ]
        if let replayed {
            object["replayed"] = .integer(Int64(replayed.size.value))
            object["root"] = .string(replayed.root.base64)
        }
        return object
    }
}
