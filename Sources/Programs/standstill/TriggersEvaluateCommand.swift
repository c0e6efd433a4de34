// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Brake
import EvaluationLogs
import PauseAgreement
import TransparencyLog

struct TriggersEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Say what triggers read of a table of measurements.",
        discussion: """
            A table of all thresholds: how much of each can be computed, what it reads at --at, and on \
            which figure. Whoever is named in the table counts as an evaluator. Unknown is a verdict: \
            without a measurement that counts, nothing is clear.

              standstill triggers evaluate --against measurements.csv
              standstill triggers evaluate agreement.yaml --against measurements.csv --reasons
            """)

    @Argument(
        help: ArgumentHelp(
            "Agreements and catalogues, or their folders. (default: the catalogue that comes along)",
            valueName: "file"))
    var files: [String] = []

    @Option(help: ArgumentHelp("The measurements and judgements (CSV).", valueName: "table.csv"))
    var against: String

    @Option(help: ArgumentHelp("As of when. (default: now)", valueName: "time"))
    var at: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Only these triggers; may be repeated.", valueName: "name"))
    var trigger: [String] = []

    @Flag(help: "Tell every reason.")
    var reasons = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let time = try instant()
        let bytes = try readFile(against, limit: 1 << 26)
        let table = try readingEvidence { try MeasurementTable(parsing: bytes, file: against) }
        let files = try TriggerFile.files(files)
        let known = Set(files.flatMap(\.triggers).map(\.name))
        for name in trigger where !known.contains(name) {
            throw Failure.usage("no file has a trigger \(name)")
        }
        var evaluations: [TriggersEvaluation] = []
        for file in files {
            evaluations.append(TriggersEvaluation(of: file, against: table, at: time))
        }
        let read = Set(
            files.flatMap { $0.indicators.map(\.name) + $0.claims.map(\.name) })
        let unread = table.rows.filter { !read.contains($0.topic) }
        if json {
            return printJSON([
                "at": .integer(time.milliseconds), "against": .string(against),
                "rows": .integer(Int64(table.rows.count)),
                "unread": .array(
                    Set(unread.map(\.topic)).sorted().map { .string($0) }),
                "triggers": .array(
                    evaluations.flatMap(\.readings).filter { isAsked($0) }.map(\.json)),
            ])
        }
        show(evaluations, at: time)
        if !unread.isEmpty {
            let names = Set(unread.map(\.topic)).sorted().joined(separator: ", ")
            print(
                "\n\(counted(unread.count, "row")) of the table \(unread.count == 1 ? "is" : "are") "
                    + "read by none of them: \(names)")
        }
    }

    private func isAsked(_ reading: TriggerReading) -> Bool {
        trigger.isEmpty || trigger.contains(reading.trigger.name)
    }

    private func instant() throws(Failure) -> Time {
        guard let at else { return .now }
        guard let time = Time(at) else {
            throw .usage("--at is a time such as 2026-11-21, not '\(at)'")
        }
        return time
    }

    // MARK: - For people

    private func show(_ evaluations: [TriggersEvaluation], at time: Time) {
        let all = evaluations.flatMap(\.readings).filter { isAsked($0) }
        let width = all.map { $0.trigger.name.count }.max() ?? 0
        let second = Time(milliseconds: time.milliseconds - time.milliseconds % 1000)
        print("what triggers read of \(against) at \(second)")
        for evaluation in evaluations {
            let readings = evaluation.readings.filter { isAsked($0) }
            guard !readings.isEmpty else { continue }
            print("\n\(evaluation.file.title)")
            for reading in readings {
                let name = reading.trigger.name
                let status = reading.published.map { $0.status.rawValue } ?? "binding"
                print(
                    "  \(padded(name, width))  \(padded(status, 10))  "
                        + "\(padded(reading.verdict.rawValue, 7))  \(reading.figure)")
                if let published = reading.published {
                    print("  \(padded("", width))  \(published.origin)")
                }
                guard reasons else { continue }
                for standing in reading.standings {
                    print("    \(standing.subject): \(standing.verdict.rawValue)")
                    for line in standing.reason.lines(depth: 3) { print(line) }
                }
            }
            for line in evaluation.ignored { print("  without effect: \(line)") }
        }
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

extension PublishedThreshold {
    /// Where it stands, and how that is known.
    fileprivate var origin: String {
        let how =
            switch seen {
            case .copy: ""
            case .secondary: "; known from a secondary source"
            case .memory: "; from memory, check before relying on it"
            }
        let day = date.description.prefix { $0 != "T" }
        return "\(source), \(day)\(how)" + (inForce.map { "; \($0)" } ?? "")
    }
}

extension MeasurementTable.Row {
    /// The indicator or the claim that it is about.
    var topic: String { measurement?.indicator ?? judgement?.claim ?? "" }
}
