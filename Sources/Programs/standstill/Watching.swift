// SPDX-License-Identifier: Apache-2.0

import Client
import PauseAgreement
import Roles
import TransparencyLog

/// A watch, the node and monitors that it is fed from, and what it remembers.
struct Watching {
    private var watch: LogWatch
    private let node: NodeClient
    private let monitors: [NodeClient]
    private let kept: KeptReading?
    private let report: WatchReport
    private let start = Time.now
    /// The mark that was kept last.
    private var mark: WatchMark?
    /// The fault that was told last, so that a lasting one is told once.
    private var fault: String?

    /// - Throws: ``Failure`` 65 where the mark that was kept is of another log.
    init(
        _ agreement: Agreement, _ policy: WitnessPolicy, patience: Int, node: NodeClient,
        monitors: [NodeClient], kept: KeptReading?, report: WatchReport
    ) throws(Failure) {
        self.node = node
        self.monitors = monitors
        self.kept = kept
        self.report = report
        mark = kept?.mark
        guard let mark else {
            watch = LogWatch(agreement: agreement, policy: policy, patience: patience)
            return
        }
        do throws(MalformedStatement) {
            watch = try LogWatch(
                agreement: agreement, policy: policy, patience: patience, mark: mark)
        } catch {
            throw .malformed(
                "the mark that was kept is not of this log: \(error)",
                hint: "name another folder with --state")
        }
    }

    // MARK: - Looking

    /// All there is so far: one order an epoch, then the newest.
    mutating func begin() async throws {
        let notes = try await asking { () throws(ClientFault) in try await node.orders() }
        for note in notes { try see(watch.receive(order: note, from: .record)) }
        for (note, source) in try await newestOrders() {
            try see(watch.receive(order: note, from: source))
        }
        if let kept {
            let fresh = watch
            if try await !take(kept) {
                watch = fresh
                try kept.drop()
            }
        }
        try await lookAtCheckpoints()
    }

    /// The entries that were checked before; false where they are not those of the mark, and all
    /// have to be fetched again.
    private mutating func take(_ kept: KeptReading) async throws -> Bool {
        var leaves = try kept.leaves(law: watch.law)
        var sightings: [LogWatch.Sighting] = []
        while let chunk = try await leaves.next() {
            sightings += watch.receive(chunk)
            if sightings.contains(where: { if case .alarm = $0 { true } else { false } }) {
                return false
            }
        }
        guard watch.size == kept.mark?.head?.size ?? .empty else { return false }
        try kept.cut()
        try see(sightings)
        return true
    }

    /// What the node and the monitors say now.
    private mutating func look() async throws {
        for (note, source) in try await newestOrders() {
            try see(watch.receive(order: note, from: source))
        }
        try await lookAtCheckpoints()
    }

    private mutating func lookAtCheckpoints() async throws {
        let shown = await shownToMonitors()
        let checkpoint = try await asking { () throws(ClientFault) in try await node.checkpoint() }
        try see(watch.receive(checkpoint: checkpoint, from: .node))
        for (note, source) in shown { try see(watch.receive(checkpoint: note, from: source)) }
        try await fetch()
        if let alarm = watch.unfounded() { throw alarm }
        try keep()
        if let alarm = watch.staleness(at: .now, since: start) { throw alarm }
    }

    /// Asked before the checkpoint, which therefore has to cover them, and before the entries,
    /// which are read once.
    private mutating func newestOrders() async throws
        -> [(note: UnverifiedNote, source: LogWatch.Source)]
    {
        var orders: [(note: UnverifiedNote, source: LogWatch.Source)] = []
        for monitor in monitors {
            do throws(ClientFault) {
                guard let order = try await monitor.order() else { continue }
                orders.append((order, .monitor(monitor.url)))
            } catch {
                tell("\(error)")
            }
        }
        let order = try await asking { () throws(ClientFault) in try await node.order() }
        return orders + (order.map { [($0, .node)] } ?? [])
    }

    /// A monitor that does not answer is not what is watched here.
    private mutating func shownToMonitors() async
        -> [(note: UnverifiedNote, source: LogWatch.Source)]
    {
        var shown: [(note: UnverifiedNote, source: LogWatch.Source)] = []
        for monitor in monitors {
            do throws(ClientFault) {
                shown.append((try await monitor.checkpoint(), .monitor(monitor.url)))
            } catch {
                tell("\(error)")
            }
        }
        return shown
    }

    /// Whatever the watch wants, until it wants no more.
    private mutating func fetch() async throws {
        while let wanted = watch.wanted {
            switch wanted {
            case .tiles(let from, let to):
                let paths = TileGrowth(from: from, to: to).paths
                let tiles = try await asking { () throws(ClientFault) in
                    try await node.tiles(paths)
                }
                try see(watch.receive(tiles: tiles))
            case .leaves(let from, let to):
                var leaves = CheckedLeaves(of: node, from: from, to: to, law: watch.law)
                while let chunk = try await leaves.next() {
                    try see(watch.receive(chunk))
                    try kept?.append(chunk)
                }
            }
        }
    }

    private mutating func keep() throws(Failure) {
        guard let kept, let now = watch.mark, now != mark else { return }
        try kept.replace(mark: now)
        mark = now
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
