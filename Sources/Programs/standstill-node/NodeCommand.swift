// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

@main
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "standstill-node",
        abstract:
            "Run what others rely on: the log of an agreement, a monitor of it, or a witness.",
        discussion: """
            The log orders statements. A monitor replays the law over it and signs the order \
            that follows; gates believe an order with enough monitors' signatures. A witness \
            cosigns checkpoints, so that no two histories are shown. Keys are PKCS #8 PEM files \
            that nobody else may read.

            The first line on standard output is the address, `listening on http://HOST:PORT`; \
            port 0 takes a free one. What happens is written to standard error. SIGTERM stops it \
            cleanly.

              standstill-node log --agreement agreement.yaml --key node.pem \\
                --store sqlite:log.db --listen 127.0.0.1:8080 \\
                --monitor monitor-1=http://127.0.0.1:8081

              standstill-node monitor --agreement agreement.yaml --key monitor-1.pem \\
                --store monitor-1.db --listen 127.0.0.1:8081 \\
                --node http://127.0.0.1:8080
            """,
        subcommands: [
            LogCommand.self, MonitorCommand.self, WitnessCommand.self, FsckCommand.self,
            EmulateClusterCommand.self,
        ]
    )
}
