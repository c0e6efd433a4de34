// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import PauseAgreement
import TransparencyLog

struct MailSendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Seal the openings of a logged statement to each party that may read them.",
        discussion: """
            `standstill submit` does so by itself; this sends them again, or to those who were not reached. \
            Each party gets the fields that are for it and no others, sealed to its key in the agreement. A \
            mailbox holds them until they are collected, and can read nothing of them.

              standstill mail send site.json --agreement pause.yaml --key operator.pem --node https://log.example
            """)

    @Argument(
        help: ArgumentHelp(
            "The statement's envelope, or - for standard input.", valueName: "envelope.json"))
    var envelope: String

    @Option(
        help: ArgumentHelp(
            "Its openings. (default: beside the envelope)", valueName: "file"))
    var openings: String?

    @Option(help: ArgumentHelp("The agreement that says who may read what.", valueName: "file"))
    var agreement: String

    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            "A private key of the statement's signer; once for each where it needs several.",
            valueName: "file"))
    var keys: [String]

    @OptionGroup var node: NodeOption

    @Option(help: ArgumentHelp("Only to this party; may be repeated.", valueName: "party"))
    var to: [String] = []

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if openings == nil, envelope == "-" {
            throw ValidationError("an envelope from standard input needs --openings")
        }
    }

    func run() async throws {
        let envelope = try readEnvelope(self.envelope)
        let statement = try readStatement(in: envelope, from: self.envelope)
        guard !statement.sealed.isEmpty else {
            throw Failure.usage("everything in this statement is public: there is nothing to send")
        }
        let agreement = try readAgreement(self.agreement)
        let opened = try OpeningsFile.read(
            openings ?? OpeningsFile.beside(self.envelope), of: statement,
            digest: envelope.payloadDigest)
        var signers: [PrivateKey] = []
        for path in keys { signers.append(try readPrivateKey(path)) }
        let mail = try SealedMail(
            opened, of: statement, under: agreement, signedBy: signers, only: to)
        let sent = await mail.send(to: try node.client())
        if json {
            printJSON(["mail": sent.json, "no-sealing-key": mail.unreachableJSON])
        } else {
            for line in sent.sentences + mail.warnings { print(line) }
        }
        if let failed = sent.failed {
            throw Failure(
                exitCode: failed.failure.exitCode,
                message: "the mail to \(failed.party) was not taken: \(failed.failure.message)",
                hint: failed.failure.hint)
        }
    }
}
