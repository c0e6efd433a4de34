// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import Roles
import Storage
import TransparencyLog

struct ExportLogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Write a log as a folder that any web server can serve (C2SP tlog-tiles).",
        discussion: """
            Fetches what the folder lacks, checks it against your policy, and puts the checkpoint there last: \
            whoever reads the folder finds all of its tiles. Run it again to go on, also after it was \
            broken off; partial tiles of sizes that were exported before stay. Only the signatures of the \
            policy's log and witnesses are kept on the checkpoint. Any C2SP log can be exported, another \
            export, too.

              standstill export log --policy pause.policy --node https://log.example --to public
              standstill export log --policy pause.policy --to public --check
            """)

    @OptionGroup var trust: TrustOptions

    @Option(
        help: ArgumentHelp(
            "The log's address. (default: the one that the policy gives)", valueName: "url"))
    var node: String?

    @Option(help: ArgumentHelp("Where the files go.", valueName: "folder"))
    var to: String

    @Flag(help: "Fetch nothing: hash what the folder holds again, and compare it.")
    var check = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if let node {
            guard !check else { throw ValidationError("--check asks no --node") }
            try GateOptions.validate(node, of: "--node")
        }
    }

    func run() async throws {
        let (policy, _) = try trust.required()
        let folder = try openFolder()
        let held = try Self.held(in: folder, policy)
        let export = LogExport(folder: folder, held: held?.checkpoint)
        if check { return try report(checked: export, held, policy) }
        let client = try client(policy)
        let offered = try await offer(of: client, policy)
        let progress = Progress("entries")
        let size = offered.checkpoint.size
        let outcome: LogExport.Outcome
        do {
            outcome = try await export.extend(to: offered.checkpoint, offered.note) {
                bundle, count in
                try await Self.bundle(of: client, bundle, count)
            } report: {
                progress.report($0, of: size.value)
            }
        } catch {
            throw Self.failure(error, client)
        }
        guard !json else {
            return printJSON([
                "folder": .string(to), "origin": .string(offered.checkpoint.origin),
                "size": .integer(Int64(size.value)),
                "root": .string(offered.checkpoint.root.base64),
                "added": .integer(Int64(outcome.added)),
                "fetched": .integer(Int64(outcome.fetched)),
                "cosigned-by": .array(offered.cosigners.map { .string($0) }),
            ])
        }
        print(
            "\(to): \(size) entries of \(offered.checkpoint.origin), \(outcome.added) of them new")
        print("root: \(offered.checkpoint.root.base64)")
        print(
            "cosigned by: \(offered.cosigners.isEmpty ? "nobody" : offered.cosigners.joined(separator: ", "))"
        )
    }

    // MARK: - The folder

    /// A checkpoint that the policy accepts.
    private struct Offer {
        let checkpoint: Checkpoint
        /// With the signatures of the policy's keys only.
        let note: UnverifiedNote
        let cosigners: [String]

        init(_ note: UnverifiedNote, _ policy: WitnessPolicy) throws(PolicyFailure) {
            let (checkpoint, signed) = try policy.verify(note)
            self.checkpoint = checkpoint
            self.note = note.pruned(to: signed.signers)
            cosigners = policy.witnesses.filter { signed.signers.contains($0.key) }.map(\.name)
        }
    }

    private func openFolder() throws(Failure) -> TileFolder {
        do throws(StorageFault) {
            return try TileFolder(at: to)
        } catch {
            guard error.code == .notAStore else { throw .fault("\(error)") }
            throw .notPermitted("\(error)", hint: "name a new folder with --to")
        }
    }

    /// What the folder holds, as far as the log signed it.
    private static func held(in folder: TileFolder, _ policy: WitnessPolicy) throws(Failure)
        -> Offer?
    {
        let bytes: [UInt8]?
        do throws(StorageFault) { bytes = try folder.readCheckpoint() } catch {
            throw .fault("\(error)")
        }
        guard let bytes else { return nil }
        do {
            return try Offer(UnverifiedNote(parsing: bytes), policy.withoutQuorum)
        } catch {
            throw .notPermitted(
                "\(folder.path)/checkpoint is not one that the policy's log signed: \(error)",
                hint: "name a new folder with --to")
        }
    }

    private func report(checked export: LogExport, _ held: Offer?, _ policy: WitnessPolicy)
        throws(Failure)
    {
        guard let held else { throw .doesNotHold("\(to) holds no checkpoint") }
        let progress = Progress("entries")
        let size = held.checkpoint.size
        let fault: String?
        do throws(StorageFault) {
            fault = try export.firstFault { progress.report($0, of: size.value) }
        } catch {
            throw .fault("\(error)")
        }
        if let fault {
            throw .doesNotHold(
                "\(to)/\(fault) is missing, or is not what the checkpoint stands for",
                hint: "delete \(to)/checkpoint and export again: what is broken is fetched anew")
        }
        guard policy.isMet(by: held.cosigners) else {
            throw .doesNotHold("\(to)/checkpoint: too few of the policy's witnesses cosigned it")
        }
        CheckOutcome.holds.report(
            ["folder": .string(to), "size": .integer(Int64(size.value))], json: json
        ) { "the folder holds: \(size) entries of \(held.checkpoint.origin), every tile is right" }
    }

    // MARK: - The log

    private func client(_ policy: WitnessPolicy) throws(Failure) -> NodeClient {
        guard let url = node ?? policy.logs.lazy.compactMap(\.url).first else {
            throw .usage("the policy gives no address: name the log's with --node")
        }
        do throws(ClientFault) { return try NodeClient(url: url) } catch {
            throw .usage("'\(url)' is no address such as https://log.example", hint: "give --node")
        }
    }

    /// The log's checkpoint; where witnesses are still missing, it is asked for some seconds.
    private func offer(of client: NodeClient, _ policy: WitnessPolicy) async throws(Failure)
        -> Offer
    {
        var attempts = 10
        while true {
            let note = try await asking { () throws(ClientFault) in try await client.checkpoint() }
            do throws(PolicyFailure) {
                return try Offer(note, policy)
            } catch {
                attempts -= 1
                guard case .quorumNotMet = error, attempts > 0 else {
                    throw .doesNotHold("the checkpoint does not hold: \(error.lowercased)")
                }
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private static func bundle(of client: NodeClient, _ bundle: UInt64, _ count: Int) async throws
        -> [[UInt8]]
    {
        let start = bundle * UInt64(TilePath.fullWidth)
        return try await client.leaves(
            from: LogIndex(start), to: TreeSize(start + UInt64(count)))
    }

    private static func failure(_ error: any Error, _ client: NodeClient) -> Failure {
        switch error {
        case let refusal as ExportRefusal:
            .doesNotHold(
                "\(client.url): \(refusal)", hint: "the folder keeps the checkpoint it had")
        case let fault as StorageFault: .fault("\(fault)")
        case let fault as ClientFault: Failure(fault)
        default: .bug("\(error)")
        }
    }
}
