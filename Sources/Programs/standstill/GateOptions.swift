// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import Enforcement
import Gates
import PauseAgreement
import TransparencyLog

/// Whose gate it is, under which agreement, and where it remembers.
struct GateOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The agreement: YAML or canonical JSON.", valueName: "file"))
    var agreement: String

    @Option(help: ArgumentHelp("The party whose work passes here.", valueName: "name"))
    var party: String

    @Option(
        help: ArgumentHelp("The folder that keeps the highest order believed.", valueName: "folder")
    )
    var store: String

    @Option(
        help: ArgumentHelp(
            "A monitor's address, asked when the node is silent; may be repeated.", valueName: "url"
        ))
    var monitor: [String] = []

    func validate() throws {
        for url in monitor { try Self.validate(url, of: "--monitor") }
    }

    static func validate(_ url: String, of option: String) throws {
        do throws(ClientFault) {
            _ = try NodeClient(url: url)
        } catch {
            throw ValidationError("\(option): \(error)")
        }
    }

    func gate() throws(Failure) -> Gate {
        let agreement = try readAgreement(agreement)
        guard let gate = Gate(agreement: agreement, party: party) else {
            let names = agreement.parties.filter(\.doesCoveredWork).map(\.name).joined(
                separator: ", ")
            throw .usage(
                "--party \(party): the agreement names no such party",
                hint: "parties that do covered work: \(names)")
        }
        return gate
    }

    func monitors() throws(Failure) -> [NodeClient] {
        var clients: [NodeClient] = []
        for url in monitor { clients.append(try Self.client(url)) }
        return clients
    }

    /// A gate would rather ask the next than wait for long.
    static func client(_ url: String) throws(Failure) -> NodeClient {
        do throws(ClientFault) {
            return try NodeClient(url: url, timeLimit: .seconds(3), retries: 0)
        } catch {
            throw Failure(error)
        }
    }

    static func readJob(_ path: String, under agreement: Agreement) throws(Failure) -> Job {
        let json = try readJSON(path, limit: 1 << 16)
        do throws(MalformedStatement) {
            return try JobFile.parse(json, under: agreement)
        } catch {
            throw .malformed("\(path): \(error)")
        }
    }
}
