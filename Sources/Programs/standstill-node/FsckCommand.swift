// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Roles
import Storage
import TransparencyLog

struct FsckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Check everything in the store of a log, a monitor or a witness.",
        discussion: """
            The program that keeps the store has to be stopped. Nothing is changed. What is looked \
            at: the database's own structure; that entries are there without a gap, well-formed, \
            stamped in order, signed and admitted; that the tree has the root that each write ended \
            with; that every payload is found where it stands; that kept orders are those that the \
            law derives, signed by enough monitors; marks, the last checkpoint signed, and mail.

            What is wrong is printed, a line each, with the entry or the place. The exit code is 0 \
            where all is well, 1 where something is wrong, 74 where the store cannot be read.

              standstill-node fsck --agreement agreement.yaml --store sqlite:log.db
            """)

    @Option(help: ArgumentHelp("The agreement: YAML, or its canonical JSON.", valueName: "file"))
    var agreement: String

    @Option(help: ArgumentHelp("The store: sqlite:PATH or a path.", valueName: "store"))
    var store: String

    @Option(
        help: ArgumentHelp(
            "Where the last checkpoint signed is kept a second time, if not in PATH.mark.",
            valueName: "file"))
    var mark: String?

    @Option(
        name: .customLong("log"),
        help: ArgumentHelp(
            "The verifier key of another log that a witness cosigns; give it once a key.",
            valueName: "vkey"))
    var logs: [String] = []

    @Flag(help: "Print one JSON document instead of lines.")
    var json = false

    func run() async throws {
        await ending {
            let place = try location(store)
            let store: StoreInspection
            do {
                store = try await StoreInspection(place)
            } catch let fault as StorageFault where fault.code == .damaged {
                return try report([.init(place: "store", problem: "\(fault)")], of: nil)
            }
            let check = StoreCheck(
                agreement: try readAgreement(agreement), store: store,
                mark: (mark ?? place.markPath).map { MarkFile(path: $0) }, logs: try keys(),
                isMarkGiven: mark != nil)
            let result = try await check.run { progress($0) }
            try await store.close()
            try report(result.findings, of: result)
        }
    }

    private func keys() throws -> [NoteKey] {
        try logs.map { text in
            do throws(MalformedVerifierKey) {
                return try NoteKey(vkey: text)
            } catch {
                throw Ending(65, "--log \(text): \(error)")
            }
        }
    }

    /// Prints what was found; where something was, that is the exit code.
    private func report(_ findings: [StoreCheck.Finding], of result: StoreCheck.Result?) throws {
        if json {
            let document = FsckCommand.document(findings, result)
            print(String(decoding: document.canonicalBytes, as: UTF8.self))
        } else {
            for finding in findings { print("\(finding.place): \(finding.problem)") }
            if findings.isEmpty, let result { print(result.summary) }
        }
        guard findings.isEmpty else {
            let count =
                findings.count == 1 ? "one thing is wrong" : "\(findings.count) things are wrong"
            throw Ending(
                1, "\(store): \(count)",
                hint: "start nothing on this store; docs/OPERATING.md says what to do")
        }
    }

    private static func document(
        _ findings: [StoreCheck.Finding], _ result: StoreCheck.Result?
    ) -> JSON {
        .object([
            "ok": .bool(findings.isEmpty),
            "role": result.map { .string($0.role.rawValue) } ?? .null,
            "size": result.map { .integer(Int64($0.head.size.value)) } ?? .null,
            "root": result.map { .string($0.head.root.base64) } ?? .null,
            "findings": .array(
                findings.map {
                    .object(["place": .string($0.place), "problem": .string($0.problem)])
                }),
        ])
    }

    /// How far it has come, on standard error.
    private func progress(_ done: StoreCheck.Progress) {
        writeLine("checked \(done.entries) of \(done.of) entries", to: 2)
    }
}
