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
            Holds every checkpoint against all entries seen, replays the law, and derives each signed order \
            again. Prints a line for every entry and every order. At the first thing that must not be it \
            writes the alarm file, with the signed notes that prove it, and ends with 1: two histories, \
            entries or orders taken back, an invalid entry, two orders for one moment, an order that the law \
            does not derive or too few signed, and a log that nobody vouched for in --patience ticks.

              standstill watch --node https://log.example --agreement pause.yaml --alarm alarm.json
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
        var watching = Watching(
            watch: LogWatch(agreement: agreement, policy: policy, patience: patience),
            node: client, monitors: monitors, report: WatchReport(json: json))
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

/// A watch, and the node and monitors that it is fed from.
private struct Watching {
    var watch: LogWatch
    let node: NodeClient
    let monitors: [NodeClient]
    let report: WatchReport
    let start = Time.now
    /// The fault that was told last, so that a lasting one is told once.
    private var fault: String?

    init(watch: LogWatch, node: NodeClient, monitors: [NodeClient], report: WatchReport) {
        self.watch = watch
        self.node = node
        self.monitors = monitors
        self.report = report
    }

    // MARK: - Looking

    /// All there is so far: one order an epoch, then the newest.
    mutating func begin() async throws {
        let notes = try await asking { () throws(ClientFault) in try await node.orders() }
        for note in notes { try see(watch.receive(order: note, from: .record)) }
        try await look()
    }

    /// What the node and the monitors say now. The node is asked for its order first, so that its
    /// checkpoint has to cover it.
    private mutating func look() async throws {
        let order = try await asking { () throws(ClientFault) in try await node.order() }
        if let order { try see(watch.receive(order: order, from: .node)) }
        let checkpoint = try await asking { () throws(ClientFault) in try await node.checkpoint() }
        try see(watch.receive(checkpoint: checkpoint, from: .node))
        while let wanted = watch.wanted {
            let leaves = try await nextLeaves(of: node, from: wanted.from, to: wanted.to)
            try see(watch.receive(leaves: leaves))
        }
        if let alarm = watch.unfounded() { throw alarm }
        try await askMonitors()
        if let alarm = watch.staleness(at: .now, since: start) { throw alarm }
    }

    /// A monitor that does not answer is not what is watched here.
    private mutating func askMonitors() async throws {
        for monitor in monitors {
            let source = LogWatch.Source.monitor(monitor.url)
            let checkpoint: UnverifiedNote
            let order: UnverifiedNote?
            do throws(ClientFault) {
                checkpoint = try await monitor.checkpoint()
                order = try await monitor.order()
            } catch {
                tell("\(error)")
                continue
            }
            try see(watch.receive(checkpoint: checkpoint, from: source))
            if let order { try see(watch.receive(order: order, from: source)) }
        }
    }

    private func see(_ sightings: [LogWatch.Sighting]) throws(WatchAlarm) {
        for sighting in sightings {
            if case .alarm(let alarm) = sighting { throw alarm }
            report.sighting(sighting)
        }
    }

    // MARK: - Following

    private enum Wake: Sendable {
        case order(UnverifiedNote)
        case entry(LogIndex)
        case clock
        case fault(ClientFault)
        case end
    }

    /// Looks again at every event and at every quarter of a tick, until it is asked to end.
    mutating func follow() async throws {
        for await wake in wakes() {
            switch wake {
            case .end: return
            case .order(let note): try see(watch.receive(order: note, from: .record))
            case .entry(let index): if index.value < watch.size.value { continue }
            case .fault(let fault):
                tell(fault)
                continue
            case .clock: break
            }
            do {
                try await look()
                fault = nil
            } catch let failure as Failure {
                // Nobody there is no lie; but it may not last longer than the patience.
                guard failure.exitCode == 69 || failure.exitCode == 74 else { throw failure }
                tell(failure.message)
                if let alarm = watch.staleness(at: .now, since: start) { throw alarm }
            }
        }
    }

    private func wakes() -> AsyncStream<Wake> {
        let quarter = watch.agreement.log.tick.milliseconds / 4
        let interval = Duration.milliseconds(min(30_000, max(500, quarter)))
        let (node, cursor) = (node, watch.cursor)
        return AsyncStream { sink in
            let signals = Task {
                let signals = EndSignals()
                for await _ in signals.received { sink.yield(.end) }
            }
            let clock = Task {
                while (try? await Task.sleep(for: interval)) != nil { sink.yield(.clock) }
            }
            let events = Task {
                for await news in node.events(after: cursor) {
                    switch news {
                    case .connected: sink.yield(.clock)
                    case .interrupted(let fault): sink.yield(.fault(fault))
                    case .event(let event):
                        switch event.content {
                        case .order(let note): sink.yield(.order(note))
                        case .entry(let index, _, _, _): sink.yield(.entry(index))
                        }
                    }
                }
            }
            sink.onTermination = { _ in for task in [signals, clock, events] { task.cancel() } }
        }
    }

    private mutating func tell(_ fault: ClientFault) { tell("\(fault)") }

    private mutating func tell(_ message: String) {
        guard fault != message else { return }
        fault = message
        report.fault(message)
    }

    /// With --once: what there is held; whether it is vouched for is another question.
    func endOnce() throws(Failure) {
        report.summary(of: watch)
        guard watch.vouchedAt != nil else {
            throw .unknown("too few of the policy's witnesses have vouched for anything yet")
        }
    }
}
