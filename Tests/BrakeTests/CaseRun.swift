// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import Testing
import TransparencyLog

@testable import Brake

/// A case being played, line by line, against the real law with real signatures.
struct CaseRun {
    private(set) var play: Play
    var time = Scene.firstDay
    /// What was said and not logged yet.
    var withheld: (party: String, envelope: Envelope)?

    /// Reads the header, which names the agreement and what is different in it.
    private init(header: [CaseLine]) throws {
        var name = ""
        var changes: [(path: String, value: String)] = []
        for line in header {
            var words = Words(line.sentence)
            if words.skip("agreement") {
                name = try words.take("an agreement")
            } else {
                _ = words.skip("given")
                let path = try words.take("a path")
                guard words.skip("is") else {
                    throw CaseFault(line: line.number, "expected \"is\"")
                }
                changes.append((path, words.rest))
            }
        }
        play = try Play(Scene.agreement(name, changing: changes))
    }

    /// Plays a case to its end, and throws at the first line that does not come out as it says.
    static func play(_ text: String) throws -> Play {
        let lines = try CaseLine.lines(of: text)
        let header = lines.prefix {
            $0.sentence.hasPrefix("agreement") || $0.sentence.hasPrefix("given")
        }
        var run = try CaseRun(header: Array(header))
        for line in lines.dropFirst(header.count) {
            run.time = line.time ?? run.time
            do {
                try run.play(line)
            } catch let fault as CaseFault {
                throw fault
            } catch {
                throw CaseFault(line: line.number, "\(error)")
            }
        }
        return run.play
    }

    private mutating func play(_ line: CaseLine) throws {
        var words = Words(line.sentence)
        if words.skip("expect") {
            try expect(&words)
            try words.end()
            return
        }
        if words.skip("it is logged") {
            try words.end()
            guard let withheld else { throw Misread("nothing was handed in yet") }
            let outcome = try play.log(withheld.envelope, at: time)
            return try check(outcome, of: withheld.party, as: line.outcome)
        }
        for said in try statements(words) {
            if let time = said.time { self.time = time }
            let sequence = said.sequence ?? play.nextSequence(of: said.party)
            try say(said.party, said.predicate, sequence: sequence, outcome: line.outcome)
        }
    }

    private mutating func say(
        _ party: String, _ predicate: PauseAgreement.Predicate, sequence: Int64, outcome: String?
    ) throws {
        try check(
            play.say(party, predicate, at: time, sequence: sequence), of: party, as: outcome)
    }

    private func check(_ outcomeSaid: Play.Outcome, of party: String, as outcome: String?) throws {
        var expected = Words(outcome ?? "")
        switch outcomeSaid {
        case .effective:
            guard outcome == nil else { throw Misread("\(party)'s statement had an effect") }
        case .without(_, let reason):
            guard expected.skip("without effect:") else {
                throw Misread("\(party)'s statement had no effect: \(reason.sentence)")
            }
            try contains(expected.rest, in: reason.sentence)
        case .refused(let refusal):
            guard expected.skip("refused:") else {
                throw Misread("\(party)'s statement was refused: \(refusal.sentence)")
            }
            try contains(expected.rest, in: "\(refusal.slug): \(refusal.sentence)")
        }
    }

    mutating func nextSequence(of party: String) -> Int64 { play.nextSequence(of: party) }

    func contains(_ part: String, in whole: String) throws {
        guard whole.contains(part) else { throw Misread("expected \"\(part)\" in \"\(whole)\"") }
    }

    // MARK: - References

    /// `q12`, or the newest of a kind.
    func question(_ words: inout Words) throws -> String {
        let kinds: [(String, QuestionKind)] = [
            ("the determination", .determination), ("the confirmation", .confirmation),
            ("the resumption", .resume), ("the accusation", .nonCompliance),
            ("the challenge", .challenge),
        ]
        for (name, kind) in kinds where words.skip(name) {
            guard
                let question = play.brake.state(at: time).questions.last(where: { $0.kind == kind })
            else { throw Misread("there is no \(kind.rawValue) question yet") }
            return question.id
        }
        return try words.take("a question")
    }

    /// `c12`, or the newest.
    func cause(_ words: inout Words) throws -> String {
        guard words.skip("the cause") else { return try words.take("a cause") }
        guard let cause = play.brake.causes.causes.last else {
            throw Misread("there is no cause yet")
        }
        return cause.id
    }

    func subject(_ words: inout Words) throws -> Subject {
        words.skip("the frontier") ? .frontier : .model(try words.take("a model"))
    }
}
