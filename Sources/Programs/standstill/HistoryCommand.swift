// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Brake
import PauseAgreement
import Roles
import TransparencyLog

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show every revision of an indicator's measurements, the oldest first.",
        discussion: """
            A label that stays the same while its number moves is how a threshold is crossed, or missed, by \
            a new analysis alone. This lists all that was ever logged of one indicator: who signed it, when \
            it was made, what it corrects, by how much it moved, what the developer commented, and whether \
            it was challenged. Without --policy, --agreement or --agreement-id it is marked as unverified.

              standstill history horizon --node https://log.example --agreement pause.yaml
              standstill history horizon --subject model:fiction-1 --bundle pause.bundle --json
            """)

    @Argument(help: "The indicator, as the agreement names it.")
    var indicator: String

    @Option(
        help: ArgumentHelp(
            "Only of this subject: model:NAME, or frontier.", valueName: "subject"))
    var subject: String?

    @OptionGroup var log: LogOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if let subject, Subject(subject) == nil {
            throw ValidationError("--subject wants model:NAME or frontier, not '\(subject)'")
        }
    }

    func run() async throws {
        let read = try await log.read()
        guard read.agreement.indicator(indicator) != nil else {
            let names = read.agreement.indicators.map(\.name).joined(separator: ", ")
            throw Failure.usage(
                "the agreement has no indicator \"\(indicator)\"", hint: "indicators: \(names)")
        }
        let history = MeasurementHistory(
            of: indicator, about: subject.flatMap { Subject($0) }, in: read.replay)
        if json {
            printJSON([
                "indicator": .string(indicator), "verified": .bool(read.vouched > .empty),
                "verification": .string(read.verification),
                "size": .integer(Int64(read.replay.size.value)),
                "revisions": .array(history.revisions.map { .object($0.json) }),
            ])
        } else {
            print(
                ([read.verification, ""] + history.lines(of: indicator)).joined(separator: "\n"))
        }
    }
}

/// All that a log says about one indicator's measurements, in the order of its entries.
struct MeasurementHistory {
    /// One measurement, and what was said about it since.
    struct Revision {
        let entry: LogIndex
        let signer: String
        let value: MeasuredValue
        /// The same signer's measurement of the same subject before it.
        let before: (entry: LogIndex, value: ExactDecimal)?
        /// Why it has no effect; nil where it has.
        let withoutEffect: String?
        var comments: [(entry: LogIndex, party: String, text: String)] = []
        var challenges: [(entry: LogIndex, party: String, value: ExactDecimal)] = []
    }

    private(set) var revisions: [Revision] = []

    init(of indicator: String, about subject: Subject?, in replay: LogReplay) {
        var places: [LogIndex: Int] = [:]
        for number in 0..<replay.size.value {
            let index = LogIndex(number)
            guard let summary = replay.summary(index) else { continue }
            switch summary.kind {
            case .measurement, .comment, .challenge: break
            default: continue
            }
            switch replay.entry(index).statement.predicate {
            case .measurement(let value):
                guard value.indicator == indicator, subject == nil || value.subject == subject
                else { continue }
                let before = revisions.last {
                    $0.signer == summary.signer && $0.value.subject == value.subject
                }
                places[index] = revisions.count
                revisions.append(
                    Revision(
                        entry: index, signer: summary.signer, value: value,
                        before: before.map { ($0.entry, $0.value.value) },
                        withoutEffect: summary.effect.sentence))
            case .comment(let comment):
                guard let place = places[comment.about] else { continue }
                revisions[place].comments.append((index, summary.signer, comment.text))
            case .challenge(let challenge):
                guard let place = places[challenge.measurement] else { continue }
                revisions[place].challenges.append((index, summary.signer, challenge.value))
            default: continue
            }
        }
    }

    func lines(of indicator: String) -> [String] {
        guard !revisions.isEmpty else { return ["nobody has measured \(indicator) yet"] }
        return revisions.flatMap(\.lines)
    }
}

extension Effect {
    /// Why a statement has no effect, with the clause; nil where it has one.
    fileprivate var sentence: String? {
        guard case .without(let why) = self else { return nil }
        return why.sentence + (why.clause.map { " (article \($0))" } ?? "")
    }
}

extension MeasurementHistory.Revision {
    fileprivate var lines: [String] {
        let unit = value.unit.rawValue
        var words = "entry \(entry)  \(value.subject)  \(signer): \(value.value) \(unit)"
        if let interval = value.interval {
            words += " (\(interval.low) to \(interval.high), \(interval.confidence.percent))"
        }
        words += ", \(value.assurance.rawValue), \(value.suite), made \(value.made)"
        if value.stage == .preliminary { words += ", preliminary" }
        var lines = [words]
        if let corrected = value.corrects {
            lines.append("  corrects entry \(corrected): \(value.reason ?? "no reason given")")
        }
        if let before {
            let moved =
                before.value == value.value ? "unchanged since" : "was \(before.value) \(unit) in"
            lines.append("  \(moved) entry \(before.entry)")
        }
        if let withoutEffect { lines.append("  without effect: \(withoutEffect)") }
        lines += comments.map { "  entry \($0.entry): \($0.party) comments: \($0.text)" }
        lines += challenges.map {
            "  entry \($0.entry): \($0.party) challenges it with \($0.value) \(unit)"
        }
        return lines
    }

    fileprivate var json: JSONObject {
        var object = value.json
        object["entry"] = .integer(Int64(entry.value))
        object["signer"] = .string(signer)
        object["before"] = before.map {
            ["entry": .integer(Int64($0.entry.value)), "value": .string($0.value.description)]
        }
        object["without-effect"] = withoutEffect.map { .string($0) }
        object["comments"] = .array(
            comments.map {
                [
                    "entry": .integer(Int64($0.entry.value)), "party": .string($0.party),
                    "text": .string($0.text),
                ]
            })
        object["challenges"] = .array(
            challenges.map {
                [
                    "entry": .integer(Int64($0.entry.value)), "party": .string($0.party),
                    "value": .string($0.value.description),
                ]
            })
        return object
    }
}
