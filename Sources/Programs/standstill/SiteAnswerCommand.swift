// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import PauseAgreement
import Site
import Storage
import TransparencyLog

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

struct SiteAnswerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Open the samples that an auditor drew, to that auditor.",
        discussion: """
            Draws the same samples as the auditor, looks them up in the site's folder, signs an answer that \
            commits to them, hands it to the log and mails the samples to the auditor, each with the hashes \
            that join it to the root. It may run beside `standstill site run`. What is asked for a second \
            time is answered with the first answer.

              standstill site answer 57 --agreement pause.yaml --party operator-a --key operator-a.pem \\
                --node https://log.example --site north-1 --store north-1
            """)

    @Argument(help: ArgumentHelp("The log's entry of the draw.", valueName: "draw-entry"))
    var draw: UInt64

    @OptionGroup var signing: SigningOptions
    @OptionGroup var options: SiteOptions
    @OptionGroup var node: NodeOption

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let agreement = try readAgreement(signing.agreement)
        let party = try options.party(under: agreement, keys: signing.keys)
        let node = try node.client()
        let logged = try await LoggedStatement(
            entry: LogIndex(draw), of: node, under: agreement)
        guard case .draw(let asked) = logged.statement.predicate else {
            throw Failure.usage("entry \(draw) is a \(logged.statement.kind.rawValue), no draw")
        }
        guard asked.party == party.name, asked.site == options.site else {
            throw Failure.notPermitted(
                "entry \(draw) draws from \(asked.site) of \(asked.party), not from \(options.site) of "
                    + party.name)
        }
        let path = "\(options.store)/answer-\(draw).json"
        var opened = 0
        if access(path, F_OK) != 0 {
            let records = try await records(of: asked, of: node, under: agreement)
            opened = records.count
            try sign(records, to: logged.signer.name, at: path)
        }
        try await handIn(path, to: node, under: agreement, opened: opened)
    }

    /// The drawn samples with their paths, as the answer commits to them.
    private func records(
        of draw: InspectionDraw, of node: NodeClient, under agreement: Agreement
    ) async throws(Failure) -> [JSON] {
        let archive = SiteArchive(folder: options.store)
        var records: [JSON] = []
        for index in draw.telemetry {
            let logged = try await LoggedStatement(entry: index, of: node, under: agreement)
            guard case .telemetry(let telemetry) = logged.statement.predicate,
                logged.signer.name == draw.party, telemetry.site == draw.site
            else {
                throw .doesNotHold("entry \(index), which the draw names, is no telemetry of ours")
            }
            let period = try storing { () throws(StorageFault) in
                try archive.period(root: telemetry.root)
            }
            guard let period else {
                throw .unknown("\(options.store): holds no period with the root of entry \(index)")
            }
            let indices = LeafDraw.sample(
                seed: draw.seed, root: period.root, leaves: period.leaves, count: Int(draw.count))
            let leaves = try storing { () throws(StorageFault) in
                try archive.open(indices.map { LogIndex(UInt64($0)) }, of: period)
            }
            records += leaves.compactMap { record($0, of: index) }
            let missing = indices.count - leaves.count
            if missing > 0 {
                printError(
                    "warning: telemetry \(index): \(missing) drawn samples are no longer there")
            }
        }
        return records
    }

    /// Nil for what is no JSON any more, and so cannot be opened.
    private func record(_ leaf: SiteArchive.OpenedLeaf, of index: LogIndex) -> JSON? {
        if !leaf.isAsCommitted {
            printError(
                "warning: telemetry \(index), leaf \(leaf.index) is not what was committed to")
        }
        guard let sample = try? JSON.parse(leaf.bytes), sample.object != nil else { return nil }
        return [
            "telemetry": .integer(Int64(index.value)), "leaf": .integer(Int64(leaf.index.value)),
            "path": .array(leaf.path.map { .string($0.base64) }), "sample": sample,
        ]
    }

    /// Keeps the answer and its openings in the site's folder, the openings first.
    private func sign(
        _ records: [JSON], to auditor: String, at path: String
    ) throws(Failure) {
        let signed = try signing.sign(
            .answer,
            [
                "draw": .integer(Int64(draw)), "readers": .array([.string(auditor)]),
                "samples": .array(records),
            ], from: "the answer", sequence: nil)
        guard let openings = signed.openings else { throw .bug("an answer seals its samples") }
        try OutputFile.write(
            openings.json.canonicalBytes, to: OpeningsFile.beside(path), isSecret: true)
        try OutputFile.write(signed.envelope.json.canonicalBytes + [0x0A], to: path)
    }

    private func handIn(
        _ path: String, to node: NodeClient, under agreement: Agreement, opened: Int
    ) async throws {
        let envelope = try readEnvelope(path)
        let statement = try readStatement(in: envelope, from: path)
        let openings = try OpeningsFile.read(
            OpeningsFile.beside(path), of: statement, digest: envelope.payloadDigest)
        var signers: [PrivateKey] = []
        for path in signing.keys { signers.append(try readPrivateKey(path)) }
        // What is too large to mail is said before anything is logged.
        let mail = try SealedMail(openings, of: statement, under: agreement, signedBy: signers)
        let outcome = try await SubmissionOutcome(envelope, to: node, policy: agreement.policy())
        let sent = await mail.send(to: node)
        let count = openings["samples"]?.array?.count ?? opened
        if json {
            var object = outcome.members(receipt: nil)
            object["draw"] = .integer(Int64(draw))
            object["samples"] = .integer(Int64(count))
            object["mail"] = sent.json
            object["no-sealing-key"] = mail.unreachableJSON
            printJSON(.object(object))
        } else {
            outcome.tell(receipt: nil)
            print("\(count) samples opened for draw \(draw)")
            for line in sent.sentences + mail.warnings { print(line) }
        }
        if let failed = sent.failed { throw failed.failure }
    }
}
