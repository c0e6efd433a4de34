// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Server

/// How much strangers may ask of a node.
struct LimitOptions: ParsableArguments {
    @Option(
        name: .customLong("proxy"),
        help: ArgumentHelp(
            """
            Who passes requests on for others, so that its X-Forwarded-For is believed; give it once \
            a proxy.
            """,
            valueName: "address|range"))
    var proxies: [String] = []

    @Option(
        help: ArgumentHelp(
            "Refused requests of one address a second, a burst aside; 0 for any number.",
            valueName: "n"))
    var refusalsPerSecond = FloodLimits().refusalsPerSecond

    @Option(
        help: ArgumentHelp(
            "Searches (2 each) and states (10 each) of one address a second; 0 for any number.",
            valueName: "n"))
    var readsPerSecond = FloodLimits().readsPerSecond

    @Option(help: ArgumentHelp("Open connections; 0 for any number.", valueName: "n"))
    var connections = FloodLimits().connections

    @Option(
        help: ArgumentHelp(
            "Open connections of one address, proxies aside; 0 for any number.", valueName: "n"))
    var connectionsPerAddress = FloodLimits().connectionsPerAddress

    func limits() throws(Ending) -> FloodLimits {
        var limits = FloodLimits()
        for (name, count) in [
            ("--refusals-per-second", refusalsPerSecond), ("--reads-per-second", readsPerSecond),
            ("--connections", connections), ("--connections-per-address", connectionsPerAddress),
        ] where !(0...1_000_000).contains(count) {
            throw Ending(64, "\(name) \(count): expected a number from 0 to 1000000")
        }
        limits.refusalsPerSecond = refusalsPerSecond
        limits.readsPerSecond = readsPerSecond
        limits.connections = connections
        limits.connectionsPerAddress = connectionsPerAddress
        for text in proxies {
            guard let range = AddressRange(text) else {
                throw Ending(
                    64, "--proxy \(text): expected an address or a range of them",
                    hint: "such as --proxy 127.0.0.1 or --proxy 10.0.0.0/8")
            }
            limits.proxies.append(range)
        }
        return limits
    }
}

/// How much a party may have logged, and send by mail.
struct QuotaOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Statements of one party that are logged within the merge delay, and as many of its \
            machines' telemetry; 0 for any number.
            """,
            valueName: "n"))
    var quota = FloodLimits().quota

    @Option(
        help: ArgumentHelp(
            "Messages and requests for mail of one party a second; 0 for any number.",
            valueName: "n"))
    var mailPerSecond = FloodLimits().mailPerSecond

    func applied(to limits: FloodLimits) throws(Ending) -> FloodLimits {
        let least = FloodLimits().quota
        guard quota == 0 || (least...1_000_000).contains(quota) else {
            throw Ending(
                64, "--quota \(quota): expected 0 or a number from \(least) to 1000000",
                hint: "monitors wait for what a party within \(least) was not allowed to log")
        }
        guard (0...1_000_000).contains(mailPerSecond) else {
            throw Ending(
                64, "--mail-per-second \(mailPerSecond): expected a number from 0 to 1000000")
        }
        var limits = limits
        limits.quota = quota
        limits.mailPerSecond = mailPerSecond
        return limits
    }
}
