// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EvaluationLogs
import Measurement
import Site
import TransparencyLog

struct ReadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Recompute an indicator from the files of an evaluation.",
        discussion: """
            Nothing that a file states is believed where the file holds what it was computed from: \
            the figure is computed again from the single results. With --measurement it is written \
            as a statement's predicate, with --sign as an envelope, ready for `standstill submit`. \
            Both hold a recipe, by which `standstill verify measurement` computes the figure again \
            from the same files.
            """,
        subcommands: [
            ReadMETRCommand.self, ReadInspectCommand.self, ReadEveryEvalEverCommand.self,
            ReadLMEvalCommand.self, ReadHELMCommand.self, ReadGitCommand.self,
            ReadSurveyCommand.self, ReadMeasurementsCommand.self,
        ]
    )
}

/// Opens and reads evidence, and says what is wrong with it in the program's own terms.
func readingEvidence<Value>(_ body: () throws -> Value) throws(Failure) -> Value {
    do {
        return try body()
    } catch let failure as Failure {
        throw failure
    } catch let error as MalformedEvidence {
        throw .malformed(error.description)
    } catch let error as UnreadableFile {
        throw .fault(error.description)
    } catch let error as UnfitSelection {
        throw .usage(error.reason, hint: error.hint)
    } catch let error as UnusableSample {
        throw .malformed(error.reason)
    } catch {
        throw .bug("\(error)")
    }
}

/// Reads without waiting for anything but the disk and other cores.
func readingEvidence<Value>(
    _ body: () async throws -> Value
) async throws(Failure) -> Value {
    do {
        return try await body()
    } catch {
        return try readingEvidence { throw error }
    }
}

extension JSON {
    /// The rules that applied, each with its weight and what was found.
    static func rules(_ remarks: [ImportRemark]) -> JSON {
        .array(
            remarks.map {
                .object([
                    "rule": .string($0.rule.rawValue), "weight": .string($0.rule.weight.rawValue),
                    "found": .string($0.sentence),
                ])
            })
    }

    /// The number with all its digits; null where JSON has no way to write it.
    static func number(_ value: Double?) -> JSON {
        guard let value, value.isFinite else { return .null }
        return .decimal(value.description)
    }

    /// The two ends, the upper one null where there is none; null where there is no interval.
    static func interval(_ interval: Interval?) -> JSON {
        guard let interval else { return .null }
        return .array([.number(interval.lower), .number(interval.upper)])
    }
}

extension Double {
    /// For people: six significant digits.
    var sentence: String { SignificantDigits.text(of: self) ?? "none" }
}

extension Interval {
    /// For people: six significant digits, and words for an upper end that does not exist.
    var sentence: String {
        upper.isFinite ? "\(lower.sentence) to \(upper.sentence)" : "\(lower.sentence) and up"
    }
}
