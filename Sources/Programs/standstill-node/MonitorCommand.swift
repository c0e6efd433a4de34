// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Server
import Storage

struct MonitorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "Replay the law over a log, and sign the orders that follow.",
        discussion: """
            Which monitor it is follows from the key. Peers are asked when the node falls \
            silent, and at the start, for what this monitor had signed before; without an answer \
            it waits for the agreement's skew before it signs.

              standstill-node monitor --agreement agreement.yaml --key monitor-1.pem \\
                --store monitor-1.db --listen 127.0.0.1:8081 \\
                --node http://127.0.0.1:8080 \\
                --peer http://127.0.0.1:8082 --peer http://127.0.0.1:8083
            """)

    @OptionGroup var options: NodeOptions

    @Option(help: ArgumentHelp("The log node, where entries come from.", valueName: "url"))
    var node: String

    @Option(
        name: .customLong("peer"),
        help: ArgumentHelp("Another monitor; give it once a monitor.", valueName: "url"))
    var peers: [String] = []

    @Option(
        help: ArgumentHelp(
            "Which monitor it is, where the agreement does not name its key: as a later set does.",
            valueName: "name"))
    var name: String?

    @OptionGroup var limits: LimitOptions

    func run() async throws {
        await ending {
            let agreement = try readAgreement(options.agreement)
            let monitor = try await MonitorNode(
                agreement: agreement, key: try readKey(options.key), name: name,
                store: try location(options.store),
                node: try client(node), peers: try peers.map { try client($0) },
                limits: try limits.limits(), logger: logger("monitor"))
            try await monitor.run(on: try address(options.listen)) { announce($0) }
        }
    }
}
