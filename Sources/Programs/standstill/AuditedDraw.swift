// SPDX-License-Identifier: Apache-2.0

import Brake
import Measurement
import PauseAgreement
import Roles
import Site
import TransparencyLog

/// A draw with the answer to it, as an auditor judges them.
struct AuditedDraw {
    private let index: LogIndex
    private let draw: InspectionDraw
    private let drawnAt: Time
    private let entries: [Entry]
    private let replay: LogReplay

    /// - Throws: ``Failure`` 64 where the entry is no draw, 2 where the log does not hold it.
    init(_ index: LogIndex, in log: ReadLog) throws(Failure) {
        guard index.value < log.replay.size.value else {
            throw .unknown("the log holds \(log.replay.size) entries, so no entry \(index)")
        }
        let entry = log.replay.entry(index)
        guard case .draw(let draw) = entry.statement.predicate else {
            throw .usage("entry \(index) is a \(entry.statement.kind.rawValue), no draw")
        }
        self.index = index
        self.draw = draw
        drawnAt = entry.received
        replay = log.replay
        entries = (0..<log.replay.size.value).map { log.replay.entry(LogIndex($0)) }
    }

    /// What came of it.
    struct Result {
        let draw: InspectionDraw
        let index: LogIndex
        let from: Time
        let to: Time
        /// The entry of the answer; nil where there is none.
        let answer: LogIndex?
        let inTime: Bool
        let due: Time
        let correctness: PauseAgreement.Verdict
        let completeness: PauseAgreement.Verdict
        let confidence: ExactDecimal
        /// As an upper bound with two significant digits; nil where nothing can be said.
        let share: ExactDecimal?
        let objections: [Objection]
        let drawn: Int
        let holding: Int
    }

    /// - Parameter at: the instant for which an answer that is not there is late or not.
    func check(
        _ openings: [Openings], confidence: ExactDecimal, at now: Time
    ) throws(Failure) -> Result {
        let (from, to) = try span()
        // The first one closes the draw; what is said afterwards has no effect.
        let answer = entries.first { entry in
            guard case .answer(let answer) = entry.statement.predicate else { return false }
            return answer.draw == index && replay.summary(entry.index)?.signer == draw.party
        }
        let due = drawnAt + replay.agreement.verification.answerWithin
        guard answer != nil || now > due else {
            throw .unknown("draw \(index) is not answered yet; an answer is due by \(due)")
        }
        let outcome = try outcome(
            answer, held: held(openings), from: from, to: to, confidence: confidence)
        return Result(
            draw: draw, index: index, from: from, to: to, answer: answer?.index,
            inTime: answer.map { $0.received <= due } ?? false, due: due,
            correctness: outcome?.correctness ?? .unknown,
            completeness: outcome?.completeness ?? .unknown, confidence: confidence,
            share: outcome?.shareShown.flatMap(AuditedDraw.upperBound),
            objections: outcome?.objections ?? [
                Objection(.correctnessUnknown, "the draw was not answered by \(due)")
            ],
            drawn: outcome?.drawn ?? 0, holding: outcome?.holding ?? 0)
    }

    /// From the beginning of the first period drawn from to the end of the last.
    private func span() throws(Failure) -> (Time, Time) {
        var span: (Time, Time)?
        for index in draw.telemetry {
            guard index.value < UInt64(entries.count),
                case .telemetry(let period) = entries[Int(index.value)].statement.predicate
            else { throw .doesNotHold("entry \(index), which the draw names, is no telemetry") }
            span = (min(span?.0 ?? period.from, period.from), max(span?.1 ?? period.to, period.to))
        }
        guard let span else { throw .doesNotHold("draw \(index) names no telemetry") }
        return span
    }

    /// Openings that belong to what the log holds.
    private func held(_ openings: [Openings]) throws(Failure) -> [LogIndex: Openings] {
        var held: [LogIndex: Openings] = [:]
        for entry in entries where !entry.statement.sealed.isEmpty {
            let digest = entry.envelope.payloadDigest
            guard let found = openings.first(where: { $0.about == digest }) else { continue }
            if let mismatch = found.mismatches(with: entry.statement, about: digest).first {
                throw .doesNotHold("the openings of entry \(entry.index) do not hold: \(mismatch)")
            }
            held[entry.index] = found
        }
        return held
    }

    /// Derived as everyone who holds the openings derives the finding again; nil without an answer.
    private func outcome(
        _ answer: Entry?, held: [LogIndex: Openings], from: Time, to: Time,
        confidence: ExactDecimal
    ) throws(Failure) -> SiteInspection.Outcome? {
        guard let answer else { return nil }
        guard held[answer.index] != nil else {
            throw .unknown(
                "the answer, entry \(answer.index), is not among the openings",
                hint: "standstill mail collect fetches what was sealed for you")
        }
        // Only what the inputs are looked up by counts here; the verdicts come out below.
        let draft = Finding(
            party: draw.party, site: draw.site, from: from, to: to, telemetry: draw.telemetry,
            draw: index, correctness: .unknown, completeness: .unknown, inTime: true,
            couldHaveMissed: BlindSpot(share: .zero, confidence: confidence), reason: "",
            readers: [])
        let inputs = FindingInputs(
            draft, before: LogIndex(replay.size.value), entries: entries, replay: replay,
            held: held)
        switch inputs.outcome() {
        case .derived(let outcome): return outcome
        case .notDerivable(let why):
            throw .unknown(why, hint: "standstill mail collect fetches what was sealed for you")
        }
    }

    /// The share rounded up to two significant digits: what is public must not give away how many
    /// samples there are, and rounding up claims no more than was shown.
    static func upperBound(_ share: Double) -> ExactDecimal? {
        guard share > 0, share <= 1 else { return nil }
        var exponent = 0
        var scaled = share
        while scaled < 10 {
            scaled *= 10
            exponent -= 1
        }
        let bound = ExactDecimal(coefficient: Int128(scaled.rounded(.up)), exponent: exponent)
        return min(bound, ExactDecimal(coefficient: 1))
    }
}

// MARK: - Telling about it

extension AuditedDraw.Result {
    /// The members that `standstill sign finding` takes.
    func predicate(readers: [String]) -> JSON {
        var object: JSONObject = [
            "party": .string(draw.party), "site": .string(draw.site),
            "from": .string(from.description), "to": .string(to.description),
            "telemetry": .array(draw.telemetry.map { .integer(Int64($0.value)) }),
            "draw": .integer(Int64(index.value)), "correctness": .string(correctness.rawValue),
            "completeness": .string(completeness.rawValue), "in-time": .bool(inTime),
            "reason": .string(reason),
            "readers": .array(Set([draw.party] + readers).sorted().map { .string($0) }),
            "detail": .string(detail),
        ]
        if let share {
            object["could-have-missed"] = BlindSpot(share: share, confidence: confidence).json
        }
        return .object(object)
    }

    /// For everybody: what kind of thing was found, without a figure of the site's.
    private var reason: String {
        var parts: [String] = []
        let unheld = drawn - holding
        if unheld > 0 {
            parts.append(
                "\(unheld) of the samples drawn are not what was committed to, or were withheld")
        }
        func count(_ weight: Objection.Weight) -> Int { objections.count { $0.weight == weight } }
        let contradictions = count(.correctnessFails) - unheld
        if contradictions > 0 {
            parts.append("\(contradictions) contradictions in what was opened")
        }
        if count(.correctnessUnknown) > 0 { parts.append("something said could not be told") }
        if count(.completenessFails) > 0 { parts.append("something was not declared") }
        if count(.completenessUnknown) > 0 { parts.append("some time or device is not shown") }
        if answer == nil {
            parts = ["the draw was not answered by \(due)"]
        } else if !inTime {
            parts.append("the answer came after \(due)")
        }
        guard parts.isEmpty else { return parts.joined(separator: "; ") }
        return "every sample drawn is what was committed to, and fits the sums and the devices "
            + "declared; a sample that was false when it was taken is not seen this way"
    }

    /// For those who may read it: each objection with its place, within what a text may hold.
    private var detail: String {
        var lines: [String] = []
        var length = 0
        for objection in objections {
            let line = "\(objection)"
            guard length + line.utf8.count < 15_000 else {
                lines.append("and \(objections.count - lines.count) more")
                break
            }
            lines.append(line)
            length += line.utf8.count + 1
        }
        return lines.isEmpty ? "no objection" : lines.joined(separator: "\n")
    }

    var sentences: [String] {
        var lines = objections.map { "\($0.weight.word): \($0)" }
        lines.append("\(holding) of \(drawn) samples drawn lead to their roots")
        lines.append("correctness \(correctness.rawValue), completeness \(completeness.rawValue)")
        if let share {
            lines.append(
                "a share of \(share) false samples would have been shown with a confidence of "
                    + "\(confidence); less could have been missed")
        } else {
            lines.append("what could have been missed cannot be told")
        }
        lines.append(inTime ? "answered in time, by \(due)" : "not answered by \(due)")
        return lines
    }

    func json(file: String) -> JSON {
        [
            "draw": .integer(Int64(index.value)),
            "answer": answer.map { .integer(Int64($0.value)) } ?? .null,
            "correctness": .string(correctness.rawValue),
            "completeness": .string(completeness.rawValue), "in-time": .bool(inTime),
            "due": .string(due.description), "drawn": .integer(Int64(drawn)),
            "holding": .integer(Int64(holding)),
            "could-have-missed": share.map {
                BlindSpot(share: $0, confidence: confidence).json
            } ?? .null,
            "objections": .array(
                objections.map { objection in
                    [
                        "weight": .string(objection.weight.word),
                        "telemetry": objection.entry.map { .integer(Int64($0)) } ?? .null,
                        "leaf": objection.leaf.map { .integer(Int64($0)) } ?? .null,
                        "reason": .string(objection.sentence),
                    ]
                }), "finding": .string(file),
        ]
    }
}

extension Objection.Weight {
    /// What it does to the verdicts, for people and programs.
    fileprivate var word: String {
        switch self {
        case .correctnessFails: "correctness fails"
        case .correctnessUnknown: "correctness unknown"
        case .completenessFails: "completeness fails"
        case .completenessUnknown: "completeness unknown"
        case .note: "note"
        }
    }
}
