// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Brake
import Client
import Dashboard
import PauseAgreement
import Roles
import Storage
import TransparencyLog

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the record for others to serve.",
        subcommands: [ExportLogCommand.self, ExportSiteCommand.self])
}

struct ExportSiteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site",
        abstract: "Write the pages of a log, its proofs and its tables as a folder of files.",
        discussion: """
            The same pages that a node shows, with relative links: they work from any web server and from \
            a disk. The log is checked while it is read. The folder appears only when it is whole, and \
            takes the place of nothing that was not exported before.

              standstill export site --node https://log.example --out site
              standstill export site --bundle pause.bundle --out site --agreement agreement.yaml
            """)

    @Option(help: ArgumentHelp("The log node's address.", valueName: "url"))
    var node: String?

    @Option(help: ArgumentHelp("A bundle instead, or - for standard input.", valueName: "file"))
    var bundle: String?

    @Option(help: ArgumentHelp("Where the pages go.", valueName: "folder"))
    var out: String

    @Option(
        help: ArgumentHelp(
            "The agreement that you believe; without it the record is only consistent with itself.",
            valueName: "file"))
    var agreement: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard (node == nil) != (bundle == nil) else {
            throw ValidationError("give --node or --bundle, and only one of them")
        }
    }

    func run() async throws {
        let expected = try agreement.map { path throws(Failure) in try readAgreement(path).id }
        let record =
            if let bundle {
                try await Record(bundle: bundle, expected: expected)
            } else {
                try await Record(node: nodeClient(), expected: expected)
            }
        let site = record.site
        var folder = try newFolder()
        let progress = Progress("files")
        var written: UInt64 = 0
        for part in site.parts {
            for file in try site.files(part) {
                do throws(StorageFault) {
                    try folder.write(file.bytes, to: file.path)
                } catch {
                    throw Failure.fault("\(error)")
                }
                written += 1
                if written % 100 == 0 || written == UInt64(site.count) {
                    progress.report(written, of: UInt64(site.count))
                }
            }
        }
        do throws(StorageFault) { try folder.commit() } catch { throw Failure.fault("\(error)") }
        report(record, files: site.count)
    }

    private func nodeClient() throws(Failure) -> NodeClient {
        do throws(ClientFault) {
            return try NodeClient(url: node ?? "")
        } catch {
            throw .usage(
                "--node wants an address such as http://127.0.0.1:8080, not '\(node ?? "")'")
        }
    }

    private func newFolder() throws(Failure) -> FolderExport {
        do throws(StorageFault) {
            return try FolderExport(at: out)
        } catch {
            guard error.code == .notAStore else { throw .fault("\(error)") }
            throw .notPermitted("\(error)", hint: "name a new folder with --out")
        }
    }

    private func report(_ record: Record, files: Int) {
        let size = record.checkpoint.size
        guard !json else {
            return printJSON([
                "folder": .string(out), "files": .integer(Int64(files)),
                "entries": .integer(Int64(size.value)),
                "agreement": .string(record.agreement.id.hex),
                "trusted": .bool(agreement != nil), "at": .integer(record.state.at.milliseconds),
            ])
        }
        print("\(files) files about \(size) entries written to \(out)")
        print("agreement: \(record.agreement.name), \(record.agreement.id.hex)")
        print(record.state.headline(record.agreement).sentence)
        if agreement == nil {
            print("consistent with itself; --agreement compares it with the one that you believe")
        }
    }
}

/// A whole log, checked while it was read.
private struct Record {
    let agreement: Agreement
    let checkpoint: Checkpoint
    let note: UnverifiedNote
    let replay: LogReplay
    let state: State

    var site: StaticSite {
        let indices = (0..<checkpoint.size.value).map { LogIndex($0) }
        return StaticSite(
            agreement: agreement, state: state, checkpoint: note,
            leaves: indices.map { replay.entry($0).leaf },
            summaries: indices.compactMap { replay.summary($0) })
    }

    init(bundle path: String, expected: Digest?) async throws(Failure) {
        let (report, log) = try await BundleReading.whole(path, agreementID: expected)
        self.init(report.agreement, report.checkpoint, report.note, log, at: report.tick)
    }

    init(node: NodeClient, expected: Digest?) async throws(Failure) {
        let agreement = try await LogAudit.agreement(of: node, expected: expected)
        let note = try await asking { () throws(ClientFault) in try await node.checkpoint() }
            .pruned(
                to: [agreement.logKey]
                    + monitorChain(of: node, agreement).current.members.map(\.cosigning))
        guard (try? note.verified(by: [agreement.logKey])) != nil,
            let checkpoint = try? Checkpoint(parsing: note.text),
            checkpoint.origin == agreement.log.origin
        else { throw .doesNotHold("the node's checkpoint is not signed by its log") }
        let replay = try await LogReading.whole(node, agreement, upTo: checkpoint)
        self.init(agreement, checkpoint, note, replay, at: .now)
    }

    private init(
        _ agreement: Agreement, _ checkpoint: Checkpoint, _ note: UnverifiedNote,
        _ replay: LogReplay, at tick: Time
    ) {
        self.agreement = agreement
        self.checkpoint = checkpoint
        self.note = note
        var replay = replay
        let brake = replay.brake(at: checkpoint.size)
        state = brake.state(at: max(tick, replay.received ?? tick))
        self.replay = replay
    }
}
