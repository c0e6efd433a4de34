// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import PauseAgreement
import Roles
import TransparencyLog

struct BundleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Fetch a whole log into one file that anyone can check offline.",
        discussion: """
            Agreement, checkpoint, every entry, the signed orders and the state that follows. All of it is \
            checked while it is written; the file appears only when it is whole. Made between two ticks, \
            its newest entries may rest on the log's word alone.

              standstill bundle --node https://log.example --out pause.bundle
            """)

    @OptionGroup var node: NodeOption

    @Option(
        help: ArgumentHelp("Where the bundle goes, or - for standard output.", valueName: "file"))
    var out: String

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if json, out == "-" {
            throw ValidationError("--json and --out - both want standard output")
        }
    }

    func run() async throws {
        let client = try node.client()
        let parts = try await BundleParts(of: client)
        var writing = try BundleWriting(to: out, orders: parts.orders.map(\.order))
        for line in parts.head { try writing.write(line) }
        try await writing.writeEntries(of: client, Progress("entries"))
        for order in parts.orders { try writing.write(.order(order.text)) }
        let report = try writing.finish()
        guard out != "-" else { return }
        guard !json else {
            var object = report.json
            object["bundle"] = .string(out)
            return printJSON(.object(object))
        }
        print(
            "bundle of \(report.checkpoint.size) entries and \(report.orders) orders written to \(out)"
        )
        print("agreement: \(report.agreement.name), \(report.agreement.id.hex)")
        print("vouched for by enough monitors: the first \(report.vouched) entries")
    }
}

/// What a node holds beside its entries, with only those signatures that a bundle may hold.
private struct BundleParts {
    let head: [Bundle.Line]
    let size: TreeSize
    /// With the texts of their notes, in the order that a bundle has them in.
    let orders: [(order: Order, text: String)]

    init(of node: NodeClient) async throws(Failure) {
        let bytes = try await asking { () throws(ClientFault) in try await node.agreement() }
        guard let agreement = Agreement.read(canonicalJSON: bytes).agreement else {
            throw .doesNotHold("the node's agreement cannot be read")
        }
        // Orders before the checkpoint, which then covers them all.
        let notes = try await asking { () throws(ClientFault) in try await node.orders() }
        let note = try await asking { () throws(ClientFault) in try await node.checkpoint() }
        let sets = try await monitorChain(of: node, agreement).sets
        // One that stayed on with its key stands in several sets.
        let monitors = Set(sets.flatMap(\.members)).sorted { $0.order.vkey < $1.order.vkey }
        let pruned = note.pruned(to: [agreement.logKey] + monitors.map(\.cosigning))
        do throws(MalformedCheckpoint) {
            size = try Checkpoint(parsing: pruned.text).size
        } catch {
            throw .doesNotHold("the node's checkpoint is none: \(error)")
        }
        var orders: [(order: Order, text: String)] = []
        var seen: Set<Order> = []
        for note in notes {
            do throws(MalformedStatement) {
                let order = try Order(parsing: note.text)
                // A node may name its newest order twice: as its epoch's, and as the newest.
                guard seen.insert(order).inserted else { continue }
                let kept = note.pruned(to: monitors.map(\.order))
                orders.append((order, String(decoding: kept.bytes, as: UTF8.self)))
            } catch {
                throw .doesNotHold("the node's order is none: \(error)")
            }
        }
        orders.sort { ($0.order.tick, $0.order.size) < ($1.order.tick, $1.order.size) }
        self.orders = orders
        let received = try await BundleParts.newestReceived(of: node, size: size)
        let tick = max(orders.last?.order.tick ?? received, received)
        head = [
            .header(size: size, tick: tick), .agreement(agreement.text),
            .checkpoint(String(decoding: pruned.bytes, as: UTF8.self)),
        ]
    }

    /// The stamp of the last entry: no state over all of them can be of an earlier instant.
    private static func newestReceived(of node: NodeClient, size: TreeSize) async throws(Failure)
        -> Time
    {
        guard size > .empty else { return Time(milliseconds: 0) }
        let leaves = try await asking { () throws(ClientFault) in
            try await node.leaves(from: LogIndex(size.value - 1), to: size)
        }
        guard let leaf = leaves.last, let json = try? JSON.parse(leaf),
            let received = json["received"]?.integer, received >= 0
        else { throw .doesNotHold("the node's last entry is none") }
        return Time(milliseconds: received)
    }
}

/// Writes a bundle's lines and checks each as its reader will: one that would not hold is never
/// written.
private struct BundleWriting: ~Copyable {
    private let file: OutputFile
    private var verification: BundleVerification

    init(to path: String, orders: [Order]) throws(Failure) {
        file = try OutputFile(path)
        verification = BundleVerification(keeping: .nothing(orders: orders))
    }

    mutating func write(_ line: Bundle.Line) throws(Failure) {
        let bytes = line.bytes + [UInt8(ascii: "\n")]
        do throws(BundleFailure) {
            try verification.receive(bytes)
        } catch {
            throw .doesNotHold("what the node serves does not hold: \(error)")
        }
        try file.write(bytes)
    }

    /// All entries, fetched and read on all cores, checked and written in order.
    mutating func writeEntries(of node: NodeClient, _ progress: Progress) async throws(Failure) {
        guard let (_, count) = verification.awaitedEntries, let law = verification.law else {
            return
        }
        let end = TreeSize(count)
        var position = TreeSize.empty
        var chunks = InOrder<[(bytes: [UInt8], line: CheckedEntryLine)]> {
            guard position < end else { return nil }
            let from = position
            let width = UInt64(TilePath.fullWidth)
            position = TreeSize(min(end.value, (from.value / width + 1) * width))
            return {
                do throws(Failure) {
                    let leaves = try await nextLeaves(of: node, from: from, to: end)
                    return .success(
                        leaves.enumerated().map { place, leaf in
                            let bytes = CheckedEntryLine.line(of: leaf)
                            let index = LogIndex(from.value + UInt64(place))
                            return (bytes, CheckedEntryLine(bytes, index: index, law: law))
                        })
                } catch {
                    return .failure(error)
                }
            }
        }
        var written: UInt64 = 0
        while let lines = try await chunks.next() {
            for (bytes, line) in lines {
                do throws(BundleFailure) {
                    try verification.receive(line)
                } catch {
                    throw .doesNotHold("what the node serves does not hold: \(error)")
                }
                try file.write(bytes + [UInt8(ascii: "\n")])
            }
            written += UInt64(lines.count)
            progress.report(written, of: count)
        }
    }

    /// Adds the state, and gives the file its name.
    consuming func finish() throws(Failure) -> BundleReport {
        if let state = verification.derivedState { try write(.state(state)) }
        let report: BundleReport
        do throws(BundleFailure) {
            report = try verification.finish()
        } catch {
            throw .doesNotHold("what the node serves does not hold: \(error)")
        }
        try file.commit()
        return report
    }
}
