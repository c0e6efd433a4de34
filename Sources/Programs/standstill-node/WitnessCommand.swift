// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Server
import Storage
import TransparencyLog

struct WitnessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness",
        abstract: "Cosign checkpoints of logs (C2SP tlog-witness), and nothing more.",
        discussion: """
            The name of a log's key is the log's origin. The key is kept apart from every other: \
            a witness signs for whoever asks with a consistent checkpoint.

              standstill-node witness --name witness.example/w1 --key witness.pem \\
                --store witness.db --listen 127.0.0.1:8090 \\
                --log example.com/log+f0e1d2c3+ASdnWk3…
            """)

    @Option(help: ArgumentHelp("The name of the witness's key.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("The private key (PKCS #8 PEM, mode 0600).", valueName: "file"))
    var key: String

    @Option(
        name: .customLong("log"),
        help: ArgumentHelp("The verifier key of a log; give it once a key.", valueName: "vkey"))
    var logs: [String]

    @Option(
        help: ArgumentHelp(
            "Where it keeps what it signed: sqlite:PATH or a path.", valueName: "store"))
    var store: String

    @Option(
        help: ArgumentHelp("Where it listens; port 0 takes a free one.", valueName: "host:port"))
    var listen: String

    @OptionGroup var limits: LimitOptions

    func run() async throws {
        await ending {
            var keys: [NoteKey] = []
            for text in logs {
                do throws(MalformedVerifierKey) {
                    keys.append(try NoteKey(vkey: text))
                } catch {
                    throw Ending(65, "--log \(text): \(error)")
                }
            }
            guard keys.allSatisfy({ $0.algorithm == .ed25519 }) else {
                throw Ending(65, "--log: a log signs with Ed25519 (type 1)")
            }
            let witness = try await WitnessNode(
                name: name, key: try readKey(key), logs: keys, store: try location(store),
                limits: try limits.limits(), logger: logger("witness"))
            try await witness.run(on: try address(listen)) { announce($0) }
        }
    }
}
