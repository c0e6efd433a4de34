// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import PauseAgreement
import TransparencyLog

/// Which agreement, and where the notes are by which its monitors changed.
struct ChainOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The agreement: YAML or canonical JSON.", valueName: "file"))
    var agreement: String

    @Option(
        help: ArgumentHelp(
            "A log node or monitor, asked for the changes so far; checked from the agreement on.",
            valueName: "url"))
    var node: String?

    @Option(
        help: ArgumentHelp(
            "The same from a file, as `standstill monitors fetch` writes it.", valueName: "file"))
    var changes: String?

    func validate() throws {
        if let node { try GateOptions.validate(node, of: "--node") }
        guard node == nil || changes == nil else {
            throw ValidationError("give --node or --changes, not both")
        }
    }

    /// The agreement and its sets of monitors; only its own where no change was named.
    func read() async throws(Failure) -> (agreement: Agreement, chain: MonitorChain) {
        let agreement = try readAgreement(agreement)
        if let node {
            return (agreement, try await monitorChain(of: GateOptions.client(node), agreement))
        }
        guard let changes else { return (agreement, MonitorChain(agreement)) }
        return (agreement, try readMonitorChain(changes, under: agreement))
    }
}

/// The sets of monitors that a node or monitor shows, each signed by enough of the one before.
func monitorChain(
    of client: NodeClient, _ agreement: Agreement
) async throws(Failure) -> MonitorChain {
    let notes = try await asking { () throws(ClientFault) in try await client.monitorNotes() }
    return try extended(MonitorChain(agreement), by: notes, from: client.url, under: agreement)
}

/// The sets of monitors of a file.
func readMonitorChain(_ path: String, under agreement: Agreement) throws(Failure) -> MonitorChain {
    let json = try readJSON(path)
    let notes: [UnverifiedNote]
    do throws(MalformedStatement) {
        notes = try MonitorChain.notes(of: json)
    } catch {
        throw .malformed("\(path): \(error)")
    }
    return try extended(MonitorChain(agreement), by: notes, from: path, under: agreement)
}

private func extended(
    _ chain: MonitorChain, by notes: [UnverifiedNote], from place: String,
    under agreement: Agreement
) throws(Failure) -> MonitorChain {
    var chain = chain
    do throws(RotationFailure) {
        try chain.extend(with: notes, under: agreement)
    } catch {
        throw .doesNotHold(
            "\(place): the change to version \(chain.current.version + 1) of the monitors does not "
                + "hold: \(error)")
    }
    return chain
}
