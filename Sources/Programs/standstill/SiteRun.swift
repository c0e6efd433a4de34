// SPDX-License-Identifier: Apache-2.0

import Client
import EvaluationLogs
import PauseAgreement
import Site
import Storage
import TransparencyLog

/// What `site run` was told, checked.
struct SitePlan: Sendable {
    let agreement: Agreement
    let party: String
    let site: String
    let signing: SigningOptions
    let node: NodeClient
    let exporter: NodeClient
    let folder: String
    let every: TimeSpan
    let interval: TimeSpan
    let emulated: Bool
    let out: String?
    let keep: TimeSpan?
    let once: Int?

    /// Readings further apart are a gap, in milliseconds.
    var longestGap: Int64 { SampleRecorder(every: every.milliseconds).longestGap }
}

/// Measures and hands in side by side, so that a node that is slow to answer costs no sample.
enum SiteRun {
    static func run(_ plan: SitePlan, _ report: SiteReport) async -> Result<Void, Failure> {
        await withTaskGroup(of: Failure?.self) { group in
            group.addTask {
                do throws(Failure) {
                    let collector = try SiteCollector(plan, report)
                    try await collector.run()
                    return nil
                } catch {
                    return error
                }
            }
            group.addTask {
                var courier = SiteCourier(plan, report)
                await courier.run()
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            let second = await group.next() ?? nil
            if let failure = first ?? second { return .failure(failure) }
            report.ended()
            return .success(())
        }
    }
}

/// Reads the exporter's pages into the site's buffer, and closes a period when it is over.
final class SiteCollector {
    private let plan: SitePlan
    private let report: SiteReport
    private let buffer: SiteBuffer
    private var recorder: SampleRecorder
    /// When the period under way began and was last measured; nil before its first page.
    private var from: Int64?
    private var lastPage: Int64?
    private var lastClosed: Int64?
    private var isBlind = false

    init(_ plan: SitePlan, _ report: SiteReport) throws(Failure) {
        self.plan = plan
        self.report = report
        let buffer = try storing { () throws(StorageFault) in try SiteBuffer(folder: plan.folder) }
        self.buffer = buffer
        if let tail = buffer.droppedTail {
            report.warning(
                "a crash tore the last record; its \(tail.count) bytes were never said to be kept, "
                    + "and are dropped")
        }
        let closed = try storing { () throws(StorageFault) in try buffer.archive.periods() }
        lastClosed = closed.last?.to
        var earlier: [TelemetrySample] = []
        if let last = closed.last {
            earlier = SiteSamples.read(
                try storing { () throws(StorageFault) in
                    try buffer.archive.leaves(of: last.number)
                } ?? [], from: plan.folder, period: last.number, report)
        }
        let open = SiteSamples.read(buffer.leaves, from: plan.folder, period: nil, report)
        recorder = SampleRecorder(every: plan.every.milliseconds, earlier: earlier + open)
        if let first = open.map(\.milliseconds).min() {
            from = start(of: first)
            lastPage = open.map(\.milliseconds).max()
        }
        report.started(plan, leaves: buffer.leaves.count, periods: closed.count)
    }

    func run() async throws(Failure) {
        // What was measured before a long absence is a period of its own.
        if let lastPage, Time.now.milliseconds - lastPage > plan.longestGap { try close() }
        let clock = ContinuousClock()
        var next = clock.now
        while !Task.isCancelled {
            if let page = await page() { try keep(page.readings, at: page.time) }
            if let from,
                Time.now.milliseconds - from + plan.every.milliseconds
                    > plan.interval.milliseconds
            {
                try close()
            }
            next += .milliseconds(plan.every.milliseconds)
            // After a long halt of the machine the pages missed are not made up for.
            if next < clock.now { next = clock.now }
            do { try await clock.sleep(until: next) } catch { return }
        }
    }

    /// A period begins where the one before ended, unless nobody measured in between.
    private func start(of first: Int64) -> Int64 {
        guard let lastClosed, first >= lastClosed, first - lastClosed <= plan.longestGap else {
            return first
        }
        return lastClosed
    }

    private func page() async -> (readings: [SampleReading], time: Int64)? {
        do {
            let answer = try await plan.exporter.get(
                "", accept: "text/plain", largest: PrometheusText.longestPage)
            let time = Time.now.milliseconds
            guard answer.status == 200 else {
                throw ClientFault.malformed(
                    url: plan.exporter.url, cause: "status \(answer.status)")
            }
            let readings = try SampleReading.read(answer.body, from: plan.exporter.url)
            if isBlind { report.seesAgain(readings.count) }
            isBlind = false
            return (readings, time)
        } catch {
            guard !Task.isCancelled else { return nil }
            if !isBlind { report.warning("nothing measured: \(error)") }
            isBlind = true
            return nil
        }
    }

    private func keep(_ readings: [SampleReading], at time: Int64) throws(Failure) {
        let samples = recorder.receive(readings, at: time) { freshBytes(16) }
        try storing { () throws(StorageFault) in try buffer.append(samples.map(\.leaf)) }
        if from == nil { from = start(of: time) }
        lastPage = max(time, lastPage ?? time)
        for event in Set(samples.flatMap(\.events)).sorted() {
            report.event(event, samples.count { $0.events.contains(event) })
        }
    }

    /// Closes the period under way where it has a length; otherwise it goes on.
    private func close() throws(Failure) {
        guard let from, let to = lastPage, from < to else { return }
        let period = try storing { () throws(StorageFault) in
            try buffer.closePeriod(from: from, to: to)
        }
        lastClosed = to
        self.from = nil
        report.closed(period)
        guard let keep = plan.keep else { return }
        let limit = Time.now.milliseconds - keep.milliseconds
        // The newest one stays: the next period's sums begin with its last samples.
        let pruned = try storing { () throws(StorageFault) in
            try buffer.prune(
                endedBefore: min(limit, period.from), acknowledgedBy: SiteCourier.mailed)
        }
        if !pruned.isEmpty { report.pruned(pruned) }
    }
}

/// Leaves as samples.
enum SiteSamples {
    /// Those that are samples; what is none any more is named, and stays where it is.
    static func read(
        _ leaves: [[UInt8]], from folder: String, period: Int?, _ report: SiteReport?
    ) -> [TelemetrySample] {
        let place = period.map { "period \($0), " } ?? ""
        return leaves.enumerated().compactMap { index, leaf in
            do throws(MalformedEvidence) {
                return try TelemetrySample(leaf: leaf, file: folder, place: "\(place)leaf \(index)")
            } catch {
                report?.warning("\(error)")
                return nil
            }
        }
    }
}
