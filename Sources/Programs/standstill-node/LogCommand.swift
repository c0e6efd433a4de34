// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import Server
import Storage

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Keep the log of an agreement, and ask its monitors to sign orders.",
        discussion: """
            A statement is acknowledged once it is on the disk. The last checkpoint signed is \
            kept beside the store, in PATH.mark; if the store is older than that, nothing is \
            signed.

              standstill-node log --agreement agreement.yaml --key node.pem \\
                --store sqlite:log.db --listen 127.0.0.1:8080 \\
                --monitor monitor-1=http://127.0.0.1:8081 \\
                --monitor monitor-2=http://127.0.0.1:8082
            """)

    @OptionGroup var node: NodeOptions

    @Option(
        name: .customLong("monitor"),
        help: ArgumentHelp(
            "Where a monitor of the agreement is; give it once a monitor.", valueName: "name=url"))
    var monitors: [String] = []

    @Option(
        name: .customLong("next-monitor"),
        help: ArgumentHelp(
            "Where a monitor is that no set names yet; it is asked from when one does.",
            valueName: "name=url"))
    var nextMonitors: [String] = []

    @Option(
        name: .customLong("witness"),
        help: ArgumentHelp(
            "Where a witness of the agreement is that is no monitor; give it once a witness.",
            valueName: "name=url"))
    var witnesses: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where the last checkpoint signed is kept a second time, if not in PATH.mark.",
            valueName: "file"))
    var mark: String?

    @Flag(
        help: """
            Vouch that nothing newer than this store was ever signed, where the mark is missing or \
            too few monitors answer. See docs/OPERATING.md first.
            """)
    var vouch = false

    @Option(
        help: ArgumentHelp(
            "Who is told what happens: a JSON object a line, see docs/formats/webhook.md.",
            valueName: "file"))
    var webhooks: String?

    @OptionGroup var limits: LimitOptions

    @OptionGroup var quota: QuotaOptions

    func run() async throws {
        await ending {
            let agreement = try readAgreement(node.agreement)
            let log = try await LogNode(
                agreement: agreement, key: try readKey(node.key), store: try location(node.store),
                mark: mark,
                isVouchedFor: vouch,
                monitors: try clients(monitors, "--monitor"),
                nextMonitors: try clients(nextMonitors, "--next-monitor"),
                witnesses: try clients(witnesses, "--witness"),
                webhooks: try webhooks.map(hooks) ?? [],
                limits: try quota.applied(to: try limits.limits()),
                logger: logger("log"))
            try await log.run(on: try address(node.listen)) { announce($0) }
        }
    }

    private func hooks(_ path: String) throws -> [Webhook] {
        do {
            return try Webhook.read(path)
        } catch let error as MalformedWebhooks {
            throw Ending(65, "\(error)", hint: "docs/formats/webhook.md has an example")
        } catch let error as UnreadableKey {
            throw Ending(error.exitCode, "\(error)")
        }
    }

    /// Clients of parties, by name.
    private func clients(_ texts: [String], _ option: String) throws -> [String: NodeClient] {
        var clients: [String: NodeClient] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw Ending(
                    64, "\(option) \(text): expected NAME=URL",
                    hint: "such as \(option) monitor-1=http://127.0.0.1:8081")
            }
            guard clients[parts[0]] == nil else {
                throw Ending(64, "\(option) \(parts[0]) is given twice")
            }
            clients[parts[0]] = try client(parts[1])
        }
        return clients
    }
}
