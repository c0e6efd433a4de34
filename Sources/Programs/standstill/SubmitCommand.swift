// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import PauseAgreement
import TransparencyLog

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Hand a signed statement to a log node and keep the receipt.",
        discussion: """
            Returns once the statement is durable. Submitting the same envelope again is safe and brings \
            the first receipt. With --policy or --agreement the receipt is checked at once; the monitors' \
            cosignatures come with the next tick, and `standstill receipt` fetches them.

              standstill submit vote.json --node https://log.example --receipt vote.tlog-proof \\
                --agreement pause.yaml

            What a statement only commits to goes, sealed and signed, to those who may read it, once the \
            statement is logged. That needs its openings, the agreement and the signer's key:

              standstill submit site.json --node https://log.example --agreement pause.yaml --key operator.pem
            """)

    @Argument(
        help: ArgumentHelp("The envelope, or - for standard input.", valueName: "envelope.json"))
    var envelope: String

    @OptionGroup var node: NodeOption

    @Option(help: ArgumentHelp("Where the receipt goes.", valueName: "file.tlog-proof"))
    var receipt: String?

    @OptionGroup var trust: TrustOptions

    @Option(
        help: ArgumentHelp(
            "The openings of what the statement commits to. (default: beside the envelope)",
            valueName: "file"))
    var openings: String?

    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            "The signer's private key, to sign the mail with; once for each where it needs several.",
            valueName: "file"))
    var keys: [String] = []

    @Flag(help: "Log the statement only; `standstill mail send` sends what is sealed.")
    var noMail = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let policy = try trust.read()?.0
        let envelope = try readEnvelope(envelope)
        // What cannot be sealed is said before anything is logged.
        let mail = try mail(for: envelope)
        let client = try node.client()
        let outcome = try await SubmissionOutcome(envelope, to: client, policy: policy)
        try outcome.keep(receipt)
        if !json { outcome.tell(receipt: receipt) }
        guard let mail else {
            if json { printJSON(.object(outcome.members(receipt: receipt))) }
            return
        }
        let sent = await mail.send(to: client)
        report(outcome, mail, sent)
        if let failed = sent.failed { throw failure(failed, loggedAs: outcome.submitted.index) }
    }

    /// The letters about a statement with something sealed in it; nil where there is nothing to
    /// send.
    private func mail(for envelope: Envelope) throws(Failure) -> SealedMail? {
        // Whatever is no statement is the node's to refuse.
        guard !noMail, let statement = try? Statement(parsing: envelope.payload),
            !statement.sealed.isEmpty
        else { return nil }
        let fields = statement.sealed.names.joined(separator: ", ")
        let later = "or --no-mail to log it now; `standstill mail send` sends the rest"
        guard let agreement = trust.agreement, !keys.isEmpty else {
            throw .usage(
                "others may read what is sealed here (\(fields)), and it could not be sent to them",
                hint: "give --agreement and the signer's --key, \(later)")
        }
        let path = openings ?? OpeningsFile.beside(self.envelope)
        guard openings != nil || (self.envelope != "-" && access(path, F_OK) == 0) else {
            throw .usage(
                "the openings of what is sealed here (\(fields)) are not beside the envelope",
                hint: "give --openings, \(later)")
        }
        let opened = try OpeningsFile.read(
            path, of: statement, digest: envelope.payloadDigest)
        var signers: [PrivateKey] = []
        for path in keys { signers.append(try readPrivateKey(path)) }
        return try SealedMail(
            opened, of: statement, under: try readAgreement(agreement), signedBy: signers)
    }

    private func report(
        _ outcome: SubmissionOutcome, _ mail: SealedMail, _ sent: [SealedMail.Outcome]
    ) {
        guard json else {
            for line in sent.sentences + mail.warnings { print(line) }
            return
        }
        var object = outcome.members(receipt: receipt)
        object["mail"] = sent.json
        object["no-sealing-key"] = mail.unreachableJSON
        printJSON(.object(object))
    }

    private func failure(
        _ failed: (party: String, failure: Failure), loggedAs index: LogIndex
    ) -> Failure {
        let openings = openings ?? OpeningsFile.beside(envelope)
        let signers = keys.map { " --key \($0)" }.joined()
        return Failure(
            exitCode: failed.failure.exitCode,
            message:
                "the statement is logged as entry \(index), but the mail to \(failed.party) was not taken: "
                + failed.failure.message,
            hint: "standstill mail send \(envelope) --openings \(openings) "
                + "--agreement \(trust.agreement ?? "FILE")\(signers) --node \(node.node)")
    }
}
