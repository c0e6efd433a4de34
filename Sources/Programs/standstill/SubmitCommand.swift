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

            Where the node does not take it, monitors do: each signs since when it holds the statement, and \
            passes it on until it is logged. What enough of them held by a deadline is not late. Exit \
            status 0 says that enough of the agreement's monitors hold it, 2 that some do:

              standstill submit vote.json --node https://log.example --agreement pause.yaml \
                --monitor https://m1.example --monitor https://m2.example --monitor https://m3.example
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

    @Option(
        name: .customLong("monitor"),
        help: ArgumentHelp(
            "A monitor to hand it to where the node does not take it; once a monitor.",
            valueName: "url"))
    var monitors: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where the monitors' acceptances go, one envelope a line.", valueName: "file"))
    var acceptances: String?

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
        let others = try monitors.map { (url) throws(Failure) in try monitor(url) }
        let outcome: SubmissionOutcome
        do throws(Failure) {
            outcome = try await SubmissionOutcome(envelope, to: client, policy: policy)
        } catch {
            guard !others.isEmpty else { throw error }
            return try await handIn(envelope, to: others, after: error)
        }
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

    private func monitor(_ url: String) throws(Failure) -> NodeClient {
        do throws(ClientFault) {
            return try NodeClient(url: url, timeLimit: .seconds(15))
        } catch {
            throw .usage(
                "--monitor wants an address such as http://127.0.0.1:8081, not '\(url)'")
        }
    }

    /// The monitors instead of the node; what is sealed is sent once the statement is logged.
    private func handIn(
        _ envelope: Envelope, to monitors: [NodeClient], after refusal: Failure
    ) async throws(Failure) {
        let agreement = try trust.agreement.map { (path) throws(Failure) in
            try readAgreement(path)
        }
        let outcome = await HandedInOutcome(
            envelope, to: monitors, after: refusal, under: agreement)
        try outcome.keep(acceptances)
        if json { printJSON(outcome.json) } else { outcome.tell() }
        guard outcome.isTaken else { throw refusal }
        guard let needed = outcome.needed, outcome.monitors.count >= needed else {
            throw .unknown(
                "the node did not log it, and fewer monitors than it takes are known to hold it",
                hint: trust.agreement == nil
                    ? "name the --agreement to check their signatures by it"
                    : "give more of the agreement's monitors, or the same again later")
        }
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
