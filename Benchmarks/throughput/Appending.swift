// SPDX-License-Identifier: Apache-2.0

import Brake
import Foundation
import Logging
import PauseAgreement
import Roles
import Server
import Storage
import TransparencyLog

/// Appends in process: everything between an admitted statement and its receipt, with the disk, but
/// without HTTP and without checking signatures.
struct Appending {
    private let writers: Int
    private let time: Duration
    private let agreement: Agreement
    private let key: PrivateKey
    private let submissions: [Submission]
    private let store: StoreLocation

    init(_ arguments: [String]) throws {
        writers = Int(arguments[1])!
        time = .seconds(Int(arguments[2])!)
        let agreement = try Throughput.read(agreement: arguments[3])
        let brake = Brake(agreement: agreement)
        self.agreement = agreement
        key = try PrivateKey(
            pem: String(decoding: try Data(contentsOf: URL(filePath: arguments[4])), as: UTF8.self))
        submissions = try Data(contentsOf: URL(filePath: arguments[5])).split(separator: 0x0A).map {
            let envelope = try Envelope(json: try JSON.parse(Array($0)))
            guard case .admitted(let submission) = brake.admit(envelope, bytes: $0.count) else {
                fatalError("a statement is refused")
            }
            return submission
        }
        store = try StoreLocation(arguments[6])
    }

    func run() async throws {
        // All that is measured is said by a few.
        var limits = FloodLimits()
        limits.quota = 0
        let node = try await LogNode(
            agreement: agreement, key: key, store: store, monitors: [:], limits: limits,
            logger: Logger(label: "append") { _ in SwiftLogNoOpLogHandler() })
        let work = Task { try await node.worker.run() }
        while await !node.sequencer.read({ $0.isReady }) { try await Task.sleep(for: .milliseconds(5)) }
        let clock = ContinuousClock()
        let began = clock.now
        let waits = await withTaskGroup(of: [Duration].self) { group in
            for writer in 0..<writers {
                group.addTask { await write(as: writer, to: node.sequencer, until: began + time) }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        let took = clock.now - began
        work.cancel()
        let sorted = waits.sorted()
        guard !sorted.isEmpty else { fatalError("nothing was appended") }
        print(
            "\(writers) writers: \(rate(sorted.count, took)) durable appends/s, "
                + "median \(milliseconds(sorted[sorted.count / 2])) ms, "
                + "99 % within \(milliseconds(sorted[sorted.count * 99 / 100])) ms, "
                + "\(Throughput.residentMiB()) MiB")
        exit(0)
    }

    private func write(as writer: Int, to sequencer: LogSequencer, until end: ContinuousClock.Instant)
        async -> [Duration]
    {
        var waits: [Duration] = []
        var place = writer
        while place < submissions.count, ContinuousClock.now < end {
            let before = ContinuousClock.now
            guard case .logged(_, true) = await sequencer.submit(submissions[place]) else {
                fatalError("statement \(place) was not logged, or was there before")
            }
            waits.append(ContinuousClock.now - before)
            place += writers
        }
        return waits
    }

    private func milliseconds(_ time: Duration) -> String {
        let (seconds, atto) = time.components
        let value = Double(seconds) * 1000 + Double(atto) * 1e-15
        return String(format: "%.2f", value)
    }
}
