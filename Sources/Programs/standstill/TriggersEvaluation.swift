// SPDX-License-Identifier: Apache-2.0

import Brake
import Dashboard
import EvaluationLogs
import PauseAgreement
import TransparencyLog

/// What the triggers of one file read of a table at one instant.
struct TriggersEvaluation {
    let file: TriggerFile
    /// In the order of the file's triggers.
    let readings: [TriggerReading]
    /// Rows without effect, each with why.
    let ignored: [String]

    init(of file: TriggerFile, against table: MeasurementTable, at time: Time) {
        var trial = file.trial
        var ignored: [String] = []
        let topics = Set(file.indicators.map(\.name) + file.claims.map(\.name))
        let rows = table.rows.filter { topics.contains($0.topic) && $0.known <= time }
            .sorted { ($0.known, $0.line) < ($1.known, $1.line) }
        for row in rows {
            let by = row.by ?? "table"
            var why: String?
            if let value = row.measurement {
                why = trial.report(value, by: by, at: row.known)
            } else if let judgement = row.judgement {
                why = trial.report(judgement, by: by, at: row.known)
            }
            if let why { ignored.append("line \(row.line), \(by)'s \(row.topic): \(why)") }
        }
        trial.advance(to: time)
        let standings = trial.standings
        self.file = file
        self.ignored = ignored
        readings = file.triggers.map { trigger in
            let topics = Set(trigger.condition.leaves.map(\.indicator) + trigger.condition.claims)
            let measured = rows.filter { topics.contains($0.topic) }
            // A model of which nothing was said that this trigger reads is none of its business.
            let subjects = Set(measured.map(\.subject))
            let mine = standings.filter {
                $0.trigger == trigger.name
                    && (trigger.subject == .frontier || subjects.contains($0.subject))
            }
            return TriggerReading(
                trigger: trigger, published: file.published[trigger.name], standings: mine,
                rows: measured, file: file)
        }
    }
}

/// What one trigger reads, about all of its subjects.
struct TriggerReading {
    let trigger: Trigger
    let published: PublishedThreshold?
    let standings: [TriggerStanding]
    fileprivate let rows: [MeasurementTable.Row]
    fileprivate let file: TriggerFile

    /// The worst of all subjects; unknown where there are none.
    var verdict: TriggerVerdict {
        for verdict in [TriggerVerdict.crossed, .unknown]
        where standings.contains(where: { $0.verdict == verdict }) {
            return verdict
        }
        return standings.isEmpty ? .unknown : .clear
    }

    /// The subject that decides: of those that read as the verdict says, the one whose figure goes
    /// furthest.
    private var deciding: TriggerStanding? {
        let first = trigger.condition.leaves.first
        return standings.filter { $0.verdict == verdict }.max { a, b in
            guard let first, let left = row(first.indicator, a.subject)?.measurement?.value,
                let right = row(first.indicator, b.subject)?.measurement?.value
            else {
                return row(first?.indicator ?? "", a.subject) == nil
                    && row(first?.indicator ?? "", b.subject) != nil
            }
            return first.isRising ? left < right : left > right
        }
    }

    /// The newest row about a subject, or about the frontier where the indicator is.
    private func row(_ topic: String, _ subject: Subject) -> MeasurementTable.Row? {
        rows.filter { $0.topic == topic && ($0.subject == subject || $0.subject == .frontier) }
            .max { ($0.known, $0.line) < ($1.known, $1.line) }
    }

    /// The figures that it rests on, in a sentence.
    var figure: String {
        guard let standing = deciding else {
            return trigger.condition.leaves.isEmpty ? "nobody has judged it" : "nothing is measured"
        }
        var parts = trigger.condition.leaves.map { words($0, standing.subject) }
        parts += trigger.condition.claims.map { words(claim: $0, standing.subject) }
        let same = standings.count { $0.verdict == verdict }
        let others =
            same > 1 ? "; so \(same) of \(standings.count) models" : ""
        let pending = standing.pending.map { "; holds since \($0.since), not for long enough" }
        return parts.joined(separator: "; ") + (pending ?? "") + others
    }

    private func words(_ leaf: Comparison, _ subject: Subject) -> String {
        let unit = file.indicator(leaf.indicator)?.unit ?? .count
        let against = "\(leaf.direction.words) \(Quantity(leaf.figure, unit).words)"
        guard let row = row(leaf.indicator, subject), let value = row.measurement else {
            return "\(leaf.indicator) not measured (\(against))"
        }
        var text = "\(leaf.indicator) \(Quantity(value.value, unit).words)"
        if let interval = value.interval {
            text += " [\(interval.low) to \(interval.high)]"
        } else if leaf.bound != .estimate {
            text += " without an interval"
        }
        text += " against \(against)"
        if case .model(let name) = row.subject { text += ", \(name)" }
        return text + row.by.map { " by \($0)" }.orNothing
    }

    private func words(claim: String, _ subject: Subject) -> String {
        guard let row = row(claim, subject), let judgement = row.judgement else {
            return "\(claim) not judged"
        }
        return "\(claim): \(judgement.holds.rawValue)" + row.by.map { " by \($0)" }.orNothing
    }

    var json: JSON {
        var object: JSONObject = [
            "trigger": .string(trigger.name), "file": .string(file.path),
            "verdict": .string(verdict.rawValue), "figure": .string(figure),
            "subjects": .array(
                standings.map { standing in
                    [
                        "subject": .string(standing.subject.description),
                        "verdict": .string(standing.verdict.rawValue),
                        "since": .integer(standing.since.milliseconds),
                        "reason": standing.reason.tree,
                    ]
                }),
        ]
        if let published {
            object["status"] = .string(published.status.rawValue)
            object["title"] = .string(published.title)
            object["by"] = .string(published.by)
            object["source"] = .string(published.source)
            object["date"] = .string(String(published.date.description.prefix { $0 != "T" }))
            object["seen"] = .string(published.seen.rawValue)
            object["words"] = .string(published.words)
            object["note"] = published.note.map { .string($0) }
            object["in-force"] = published.inForce.map { .string($0) }
            object["clock"] = published.clock.map { .string($0) }
        }
        return .object(object)
    }
}

extension MeasurementTable.Row {
    fileprivate var subject: Subject {
        measurement?.subject ?? judgement?.subject ?? .frontier
    }

    /// When it became known.
    fileprivate var known: Time {
        reported ?? measurement?.made ?? judgement?.made ?? Time(milliseconds: 0)
    }
}

extension Comparison {
    fileprivate var isRising: Bool { direction == .atLeast || direction == .above }
}

extension Comparison.Direction {
    fileprivate var words: String {
        switch self {
        case .atLeast: "at least"
        case .atMost: "at most"
        case .above: "above"
        case .below: "below"
        }
    }
}

extension String? {
    fileprivate var orNothing: String { self ?? "" }
}
