// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import Disclosure
import PauseAgreement
import TransparencyLog

struct MailCollectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "Fetch what was sealed for a party, open it, and compare it with the log.",
        discussion: """
            Each opening is checked against the commitment in the logged statement, with a receipt that the \
            agreement's log has signed. What holds is kept, one file a statement that only you may read; \
            what does not is named and kept as its sender signed it. Only what is safely on the disk is \
            acknowledged, and then forgotten by the mailbox. Exit 1 where something does not match.

              standstill mail collect --party auditor-1 --key auditor-1.pem --sealing-key auditor-1-sealing.pem \\
                --agreement pause.yaml --node https://log.example --out openings
            """)

    @Option(help: ArgumentHelp("Whose mail.", valueName: "name"))
    var party: String

    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            "The party's private key, to ask with; once for each where it needs several.",
            valueName: "file"))
    var keys: [String]

    @Option(help: ArgumentHelp("The party's private sealing key, to open with.", valueName: "file"))
    var sealingKey: String

    @OptionGroup var node: NodeOption

    @Option(help: ArgumentHelp("The agreement.", valueName: "file"))
    var agreement: String

    @Option(help: ArgumentHelp("Where the openings are kept.", valueName: "folder"))
    var out: String

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let agreement = try readAgreement(self.agreement)
        guard let party = agreement.party(self.party) else {
            throw Failure.usage("the agreement names no party \"\(self.party)\"")
        }
        let sealingKey = try readSealingKey(self.sealingKey)
        guard party.sealingKey == sealingKey.publicKey else {
            throw Failure.notPermitted(
                "\(self.sealingKey): not the sealing key that the agreement holds for \(party.name)"
            )
        }
        var signers: [PrivateKey] = []
        for path in keys { signers.append(try readPrivateKey(path)) }
        var collection = MailCollection(
            agreement: agreement, party: party, sealingKey: sealingKey, signers: signers,
            node: try node.client(limit: .seconds(120)), folder: try MailFolder(creating: out))
        do throws(Failure) {
            try await collection.run()
        } catch {
            // What was kept until then is told in any case.
            if !collection.isEmpty { collection.tell(json: json) }
            throw error
        }
        collection.tell(json: json)
        if let failure = collection.failure { throw failure }
    }
}
