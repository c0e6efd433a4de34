// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Disclosure
import PauseAgreement
import TransparencyLog

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print the statement in an envelope, and whose keys it names.",
        discussion: """
            Checks no signature: whose keys they are stands in an agreement, and `submit` and the log check it.

              standstill show vote.json
            """)

    @Argument(
        help: ArgumentHelp("The envelope, or - for standard input.", valueName: "envelope.json"))
    var envelope: String

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let envelope = try readEnvelope(self.envelope)
        let statement = try readStatement(in: envelope, from: self.envelope)
        var object = statement.predicate.json
        if !statement.sealed.isEmpty {
            object["sealed"] = .object(
                JSONObject(
                    statement.sealed.names.map { name in
                        (name, .string(statement.sealed[name]?.text ?? ""))
                    }))
        }
        let members = JSON.object(object)
        guard !json else {
            return printJSON([
                "kind": .string(statement.kind.rawValue),
                "agreement": .string(statement.agreement.hex),
                "terms": .string(statement.terms.hex), "sequence": .integer(statement.sequence),
                "keyids": .array(envelope.signatures.map { .string($0.keyID) }),
                "statement": members,
            ])
        }
        print(
            "\(statement.kind.rawValue) under agreement \(statement.agreement.hex), sequence \(statement.sequence)"
        )
        for signature in envelope.signatures {
            print("signature, not checked, of key \(signature.keyID)")
        }
        print(String(decoding: members.prettyBytes, as: UTF8.self), terminator: "")
    }
}
