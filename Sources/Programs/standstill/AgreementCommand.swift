// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PauseAgreement
import TransparencyLog

struct AgreementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agreement",
        abstract: "Check, explain and identify the agreement that all parties sign.",
        discussion: """
            Takes the YAML that people write and the canonical JSON that travels beside a log. Nothing here \
            needs a network.
            """,
        subcommands: [
            Check.self, AgreementTestCommand.self, Explain.self, ID.self, Policy.self,
            AgreementActivateCommand.self,
        ]
    )

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say in plain sentences what an agreement means.",
            discussion: """
                Answers the five questions a pause stands or falls on, from what software reads.

                  standstill agreement explain agreement.yaml
                """)

        @Argument(help: ArgumentHelp("The agreement.", valueName: "file"))
        var file: String

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let agreement = try readAgreement(file)
            guard json else { return print(agreement.explanation, terminator: "") }
            printJSON([
                "id": .string(agreement.id.hex), "name": .string(agreement.name),
                "explanation": .string(agreement.explanation),
            ])
        }
    }

    struct ID: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "id",
            abstract: "Print the agreement's id.",
            discussion: """
                The SHA-256 of its canonical JSON: comments, order, quotes and layout do not change it, any \
                value does.

                  standstill agreement id agreement.yaml
                """)

        @Argument(help: ArgumentHelp("The agreement.", valueName: "file"))
        var file: String

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let agreement = try readAgreement(file)
            guard json else { return print(agreement.id.hex) }
            printJSON(["id": .string(agreement.id.hex), "terms": .string(agreement.terms.hex)])
        }
    }
}

// MARK: - check

extension AgreementCommand {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find everything that is wrong with an agreement.",
            discussion: """
                Prints each problem with its line and column, and the way out below it. Where the \
                authentic text lies beside the file, its digest is compared too. Exit 65 where an \
                error was found.

                  standstill agreement check agreement.yaml
                """)

        @Argument(help: ArgumentHelp("The agreement.", valueName: "file"))
        var file: String

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let reading = try readAgreementText(file)
            let prose = try reading.agreement.flatMap { try ProseFinding($0, beside: file) }
            let problems = reading.problems + (prose?.problem.map { [$0] } ?? [])
            let errors = problems.count { $0.severity == .error }
            let counted = errors == 1 ? "1 error" : "\(errors) errors"
            if json {
                printJSON(document(reading.agreement, problems, prose: prose))
            } else {
                printProblems(problems, of: file)
            }
            guard errors == 0, let agreement = reading.agreement else {
                throw Failure.malformed(
                    "\(file): \(counted); the agreement is refused"
                )
            }
            if !json { print(summary(agreement, warnings: problems.count, prose: prose)) }
        }

        private func summary(_ agreement: Agreement, warnings: Int, prose: ProseFinding?) -> String
        {
            let counted = warnings == 1 ? "1 warning" : "\(warnings) warnings"
            let text =
                prose.map { "\($0.file) \($0.isPresent ? "matches" : "is not here")" } ?? "no prose"
            return "\(file): fine: \(agreement.name), \(agreement.parties.count) parties, "
                + "\(agreement.triggers.count) triggers, \(counted); \(text); "
                + "id \(agreement.id.hex)"
        }

        private func document(
            _ agreement: Agreement?, _ problems: [AgreementReading.Problem], prose: ProseFinding?
        ) -> JSON {
            var object: JSONObject = [
                "file": .string(file), "problems": .array(problems.map(json)),
            ]
            object["id"] = agreement.map { .string($0.id.hex) }
            object["name"] = agreement.map { .string($0.name) }
            object["prose"] = prose.map {
                [
                    "file": .string($0.file),
                    "matches": $0.isPresent ? .bool($0.problem == nil) : .null,
                ]
            }
            return .object(object)
        }

        private func json(_ problem: AgreementReading.Problem) -> JSON {
            var object: JSONObject = [
                "severity": .string(problem.severity.rawValue), "message": .string(problem.message),
            ]
            switch problem.place {
            case .text(let line, let column):
                object["line"] = .integer(Int64(line))
                object["column"] = .integer(Int64(column))
            case .pointer(let pointer): object["pointer"] = .string(pointer)
            }
            object["hint"] = problem.hint.map { .string($0) }
            return .object(object)
        }
    }
}

/// Whether the authentic text beside an agreement is the one that it names.
private struct ProseFinding {
    let file: String
    let isPresent: Bool
    /// Where it is another text.
    let problem: AgreementReading.Problem?

    init?(_ agreement: Agreement, beside path: String) throws(Failure) {
        guard let prose = agreement.prose, path != "-" else { return nil }
        file = prose.file
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let found: [UInt8]
        do throws(Failure) {
            found = try readFile(folder + prose.file, limit: 1 << 26)
        } catch  where error.exitCode == 74 {
            isPresent = false
            problem = nil
            return
        }
        isPresent = true
        let digest = Digest.sha256(found)
        guard digest != prose.digest else {
            problem = nil
            return
        }
        problem = AgreementReading.Problem(
            "prose.sha256: \(prose.file) beside it is another text",
            at: ProseFinding.place(of: prose.digest.hex, in: try readText(path)),
            hint: "its SHA-256 is \(digest.hex)")
    }

    /// Where the digest is written; it stands in the file once.
    private static func place(of digest: String, in text: String) -> AgreementReading.Place {
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            guard let range = line.firstRange(of: digest) else { continue }
            return .text(line: number, column: line[..<range.lowerBound].unicodeScalars.count + 1)
        }
        return .pointer("/prose/sha256")
    }
}

// MARK: - policy

extension AgreementCommand {
    struct Policy: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the witness policy that receipts are checked with.",
            discussion: """
                In the format of C2SP tlog-policy: the log, the monitors as witnesses, and the quorum. An \
                agreement holds no addresses; give those you know.

                  standstill agreement policy agreement.yaml --url monitor-1=https://m1.example/ > pause.policy
                """)

        @Argument(help: ArgumentHelp("The agreement.", valueName: "file"))
        var file: String

        @Option(
            name: .customLong("url"), parsing: .singleValue,
            help: ArgumentHelp(
                "Where a monitor, or `log`, is reached; may be given several times.",
                valueName: "name=url"))
        var urls: [String] = []

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let agreement = try readAgreement(file)
            let policy = agreement.policy(urls: try addresses(for: agreement)).text
            guard json else { return print(policy, terminator: "") }
            printJSON(["agreement": .string(agreement.id.hex), "policy": .string(policy)])
        }

        private func addresses(for agreement: Agreement) throws(Failure) -> [String: String] {
            let known = ["log"] + agreement.parties(with: .monitor).map(\.name)
            var addresses: [String: String] = [:]
            for given in urls {
                let parts = given.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else {
                    throw .usage("--url \(given): expected NAME=URL")
                }
                let (name, url) = (String(parts[0]), String(parts[1]))
                guard known.contains(name) else {
                    throw .usage(
                        "--url \(given): no monitor is named \"\(name)\"",
                        hint: Spelling.hint(for: name, among: known))
                }
                // A policy separates its words by white space.
                guard url.hasPrefix("http://") || url.hasPrefix("https://"),
                    url.unicodeScalars.allSatisfy({ 0x20 < $0.value && $0.value < 0x7F })
                else {
                    throw .usage(
                        "--url \(given): expected an address that begins with http:// or https://")
                }
                guard addresses.updateValue(url, forKey: name) == nil else {
                    throw .usage("--url \(given): \"\(name)\" has an address already")
                }
            }
            return addresses
        }
    }
}
