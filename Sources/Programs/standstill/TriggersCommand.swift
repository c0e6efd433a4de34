// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Brake
import PauseAgreement
import TransparencyLog

struct TriggersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "triggers",
        abstract: "Check, test and try triggers: of an agreement, or of published thresholds.",
        discussion: """
            A file is an agreement or a catalogue of thresholds that others have published, in the \
            language of agreements. Without any, the catalogue that comes with the program is taken: laws, \
            frameworks of developers, proposals.

              standstill triggers evaluate --against measurements.csv
            """,
        subcommands: [
            TriggersEvaluateCommand.self, TriggersCheckCommand.self, TriggersTestCommand.self,
        ])
}

struct TriggersCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Find everything that is wrong with the triggers of a file.",
        discussion: """
            Prints each problem with its line and column, and the way out below it. Exit 65 where an \
            error was found.

              standstill triggers check Examples/thresholds/laws.yaml
            """)

    @Argument(help: ArgumentHelp("Agreements and catalogues, or their folders.", valueName: "file"))
    var files: [String] = []

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        var refused: [String] = []
        var documents: [JSON] = []
        for path in try TriggerFile.paths(files) {
            let (file, problems) = try TriggerFile.read(path)
            if file == nil { refused.append(path) }
            documents.append(document(path, file, problems))
            guard !json else { continue }
            printProblems(problems, of: path)
            guard let file else { continue }
            print(
                "\(path): fine: \(file.name), \(counted(file.triggers.count, "trigger")), "
                    + "\(counted(file.tests.count, "test")), \(counted(problems.count, "warning"))")
        }
        if json { printJSON(["files": .array(documents)]) }
        guard refused.isEmpty else {
            throw Failure.malformed("\(refused.joined(separator: ", ")): refused")
        }
    }

    private func document(
        _ path: String, _ file: TriggerFile?, _ problems: [AgreementReading.Problem]
    ) -> JSON {
        var object: JSONObject = [
            "file": .string(path), "refused": .bool(file == nil),
            "problems": .array(
                problems.map { problem in
                    var object: JSONObject = [
                        "severity": .string(problem.severity.rawValue),
                        "place": .string(problem.place.description),
                        "message": .string(problem.message),
                    ]
                    object["hint"] = problem.hint.map { .string($0) }
                    return .object(object)
                }),
        ]
        object["name"] = file.map { .string($0.name) }
        object["triggers"] = file.map { .integer(Int64($0.triggers.count)) }
        object["tests"] = file.map { .integer(Int64($0.tests.count)) }
        return .object(object)
    }
}

struct TriggersTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Play the examples that a file gives of its triggers.",
        discussion: """
            Each test in the file gives evidence and expects verdicts. Exit 1 where one does not come \
            true, and 2 where a file has no tests: nothing is shown then.

              standstill triggers test Examples/thresholds/laws.yaml
            """)

    @Argument(help: ArgumentHelp("Agreements and catalogues, or their folders.", valueName: "file"))
    var files: [String] = []

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        try TriggerTests.run(TriggerFile.files(files), json: json)
    }
}

struct AgreementTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Play the examples that an agreement gives of its triggers.",
        discussion: """
            Each test gives evidence and expects verdicts. Exit 1 where one does not come true, and 2 \
            where the agreement has no tests: nothing is shown then.

              standstill agreement test agreement.yaml
            """)

    @Argument(help: ArgumentHelp("The agreement.", valueName: "file"))
    var file: String

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        try TriggerTests.run([TriggerFile(file)], json: json)
    }
}

/// Tests of triggers, played and told.
enum TriggerTests {
    static func run(_ files: [TriggerFile], json: Bool) throws(Failure) {
        let results = files.map { (file: $0, results: $0.runTests()) }
        let failed = results.reduce(0) { $0 + $1.results.count { !$0.passed } }
        let all = results.reduce(0) { $0 + $1.results.count }
        if json {
            let documents = results.map { members($0) }
            var object: JSONObject =
                documents.count == 1 ? documents[0] : ["files": .array(documents.map(JSON.object))]
            object["passed"] = .bool(failed == 0 && all > 0)
            printJSON(.object(object))
        } else {
            for (file, results) in results {
                for result in results { show(result, of: file.path) }
            }
            print("\(counted(all, "test")), \(all - failed) passed, \(failed) failed")
        }
        if failed > 0 { throw .doesNotHold("\(counted(failed, "test")) did not come true") }
        if let empty = results.first(where: { $0.results.isEmpty }) {
            throw .unknown(
                "\(empty.file.path): it has no tests",
                hint: "a list under \"tests\" gives evidence and expects verdicts")
        }
    }

    private static func show(_ result: TriggerTestResult, of path: String) {
        print("\(result.passed ? "passed" : "FAILED")  \(result.name)")
        for failure in result.failures {
            print("  \(path):\(failure.place): \(failure.sentence)")
            for line in failure.reason?.lines(depth: 2) ?? [] { print(line) }
        }
        for ignored in result.ignored { print("  without effect: \(ignored)") }
    }

    private static func members(
        _ played: (file: TriggerFile, results: [TriggerTestResult])
    ) -> JSONObject {
        [
            "file": .string(played.file.path), "name": .string(played.file.name),
            "tests": .array(
                played.results.map { result in
                    [
                        "name": .string(result.name), "passed": .bool(result.passed),
                        "failures": .array(result.failures.map(json)),
                        "ignored": .array(result.ignored.map { .string($0) }),
                    ]
                }),
        ]
    }

    private static func json(_ failure: TriggerTestResult.Failure) -> JSON {
        [
            "at": .integer(failure.at.milliseconds), "trigger": .string(failure.trigger),
            "subject": .string(failure.subject.description),
            "expected": .string(failure.expected.rawValue),
            "found": failure.found.map { .string($0.rawValue) } ?? .null,
            "place": .string(failure.place.description),
            "reason": failure.reason.map(\.tree) ?? .null,
        ]
    }
}

/// `1 test`, `2 tests`.
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}
