// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import Enforcement
import Gates
import PauseAgreement
import Roles
import TransparencyLog

struct MayICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "may-i",
        abstract: "Ask before a run is planned: is it covered now, and by which rung it would be.",
        discussion: """
            Decides as the gate would, by the newest order that enough monitors signed, and then tells what \
            each rung of the agreement's ladder would mean for the run. Binds nobody and keeps nothing. Exit 0 \
            where it may run now, 1 where it may not, 2 where no fresh order says so: unknown is not an \
            all-clear.

              standstill may-i run.json --agreement pause.yaml --party developer-a \\
                --node https://log.example
              standstill may-i run.json --agreement pause.yaml --bundle pause.bundle

            The run is written like a job for `standstill gate check`. Without --party the answer is for \
            whichever party would have it hardest.
            """)

    @Argument(help: ArgumentHelp("The run, as a gate would be asked.", valueName: "job.json"))
    var job: String

    @Option(help: ArgumentHelp("The agreement: YAML or canonical JSON.", valueName: "file"))
    var agreement: String

    @Option(help: ArgumentHelp("The party whose run it is.", valueName: "name"))
    var party: String?

    @Option(help: ArgumentHelp("A log node's address, asked for its order.", valueName: "url"))
    var node: String?

    @Option(help: ArgumentHelp("A signed order, as a node gave it.", valueName: "file"))
    var order: String?

    @Option(
        help: ArgumentHelp("A bundle, whose newest order and instant count.", valueName: "file"))
    var bundle: String?

    @OptionGroup var instant: InstantOption

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if let node { try GateOptions.validate(node, of: "--node") }
        guard [node, order, bundle].compactMap(\.self).count <= 1 else {
            throw ValidationError("name one of --node, --order and --bundle")
        }
    }

    func run() async throws {
        let agreement = try readAgreement(agreement)
        let job = try GateOptions.readJob(job, under: agreement)
        let gates = try gates(under: agreement)
        let (believed, asOf) = try await believedOrder(under: agreement)
        let answer = Prospect(
            job: job, gates: gates, order: believed, now: instant.time ?? asOf ?? .now)
        if json {
            printJSON(.object(answer.json(agreement)))
        } else {
            print(answer.lines(agreement).joined(separator: "\n"))
        }
        guard answer.word == .may else { throw ExitCode(answer.word.exitCode) }
    }

    private func gates(under agreement: Agreement) throws(Failure) -> [Gate] {
        let able = agreement.parties.filter(\.doesCoveredWork).map(\.name)
        guard let party else { return able.compactMap { Gate(agreement: agreement, party: $0) } }
        guard let gate = Gate(agreement: agreement, party: party) else {
            throw .usage(
                "--party \(party): the agreement names no such party",
                hint: "parties that do covered work: \(able.joined(separator: ", "))")
        }
        return [gate]
    }

    /// The order to go by and, where it speaks of an instant of its own, that instant. An order
    /// that is not to be believed is told, and counts as none.
    private func believedOrder(
        under agreement: Agreement
    ) async throws(Failure) -> (BelievedOrder?, Time?) {
        guard let (note, at) = try await orderNote(under: agreement) else { return (nil, nil) }
        do throws(Disbelief) {
            return (try BelievedOrder(verifying: note, under: agreement), at)
        } catch {
            printError("alarm: \(error)")
            return (nil, at)
        }
    }

    private func orderNote(
        under agreement: Agreement
    ) async throws(Failure) -> (UnverifiedNote, Time?)? {
        if let node {
            let client = try GateOptions.client(node)
            let note = try await asking { () throws(ClientFault) in try await client.order() }
            return note.map { ($0, nil) }
        }
        if let order { return (try readNote(order), nil) }
        guard let bundle else { return nil }
        let report = try await BundleReading.verify(bundle, agreementID: agreement.id)
        return try newestOrder(ofBundle: bundle).map { ($0, report.tick) }
    }

    private func readNote(_ path: String) throws(Failure) -> UnverifiedNote {
        let bytes = try readFile(path, limit: UnverifiedNote.maximumBytes)
        do throws(MalformedNote) {
            return try UnverifiedNote(parsing: bytes)
        } catch {
            throw .malformed("\(path):\(error.line): no signed order: \(error.reason)")
        }
    }

    /// The last order of a bundle that was verified.
    private func newestOrder(ofBundle path: String) throws(Failure) -> UnverifiedNote? {
        var newest: UnverifiedNote?
        for line in try readFile(path).split(separator: 0x0A) {
            guard line.starts(with: Array("{\"order\":".utf8)),
                case .order(let text)? = try? Bundle.Line(parsing: Array(line))
            else { continue }
            newest = try? UnverifiedNote(parsing: Array(text.utf8))
        }
        return newest
    }
}
