// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Client
import PauseAgreement
import Roles
import TransparencyLog

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow a log, and raise an alarm when it or its monitors say two things.",
        discussion: """
            Checks by the log's tiles that every checkpoint extends the one before, replays the law, and \
            derives each signed order again; no entry is held. Prints a line for every entry and every order. \
            At the first thing that must not be it writes the alarm file, with the signed notes that prove \
            it, and ends with 1: two histories, entries or orders taken back, an invalid entry, two orders \
            for one moment, an order that the law does not derive or too few signed, and a log that nobody \
            vouched for in --patience ticks. With --state a later watch goes on where this one ended, and \
            finds what happened in between.

              standstill watch --node https://log.example --agreement pause.yaml --alarm alarm.json \
                --state watched
              standstill watch --node https://log.example --policy pause.policy --once --json

            With --monitor it also asks the monitors what they were shown, which a node cannot answer for \
            them. With --json every line is one JSON object.
            """)

    @OptionGroup var node: NodeOption

    @OptionGroup var trust: TrustOptions

    @Option(
        help: ArgumentHelp(
            "A monitor's address, asked what it was shown; may be repeated.", valueName: "url"))
    var monitor: [String] = []

    @Option(help: ArgumentHelp("Where an alarm is written, as JSON.", valueName: "file"))
    var alarm: String?

    @Option(
        help: ArgumentHelp(
            "After how many ticks without anything new vouched for the log is stale.",
            valueName: "ticks"))
    var patience = 3

    @Option(
        help: ArgumentHelp(
            "Where to keep what was seen, for the next time.", valueName: "folder"))
    var state: String?

    @Flag(help: "Check what there is now, and end.")
    var once = false

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func validate() throws {
        for url in monitor { try GateOptions.validate(url, of: "--monitor") }
        guard (1...100_000).contains(patience) else {
            throw ValidationError("--patience is a number of ticks from 1 to 100000")
        }
    }

    func run() async throws {
        let (policy, id) = try trust.required()
        let client = try node.client()
        let agreement = try await LogAudit.agreement(of: client, expected: id)
        var monitors: [NodeClient] = []
        for url in monitor { monitors.append(try GateOptions.client(url)) }
        let kept = try state.map { folder throws(Failure) in try KeptReading(folder: folder, policy)
        }
        var watching = try Watching(
            agreement, policy, patience: patience, node: client, monitors: monitors, kept: kept,
            report: WatchReport(json: json))
        do {
            try await watching.begin()
            guard !once else { return try watching.endOnce() }
            try await watching.follow()
        } catch let raised as WatchAlarm {
            try tell(raised)
            throw Failure.doesNotHold("\(raised.kind.rawValue): \(raised.sentence)")
        }
    }

    /// Leaves the alarm where somebody finds it, before the process ends.
    private func tell(_ raised: WatchAlarm) throws(Failure) {
        let document: JSON = .object(raised.json(of: node.node, at: .now))
        WatchReport(json: json).alarm(raised)
        guard let alarm else { return }
        try OutputFile.write(document.prettyBytes, to: alarm)
    }
}
