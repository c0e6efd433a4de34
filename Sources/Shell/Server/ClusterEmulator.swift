// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
public import Logging
import PauseAgreement
import ServiceLifecycle
import Synchronization
import TransparencyLog

/// An exporter of a cluster that does not exist, for demonstrations and tests without accelerators.
///
/// Every series of its page carries `emulated="true"`.
public struct ClusterEmulator: Sendable {
    private let meter: LoadMeter
    private let logger: Logger

    /// - Parameters:
    ///   - devices: how many accelerators, 100,000 at most.
    ///   - seed: what sets one cluster apart from another.
    ///   - busy: a file; while it is there, the devices are busy. Its first word, where it has one,
    ///     is the class of the work, its second the job's name.
    public init(devices: Int, seed: String, busy: String?, logger: Logger) throws {
        guard (1...100_000).contains(devices) else {
            throw StartFault(.usage, "a cluster of \(devices) devices", hint: "from 1 to 100000")
        }
        let cluster = EmulatedCluster(
            devices: devices, seed: ClusterEmulator.number(of: seed),
            from: WallClock.now().milliseconds / 100)
        meter = LoadMeter(cluster: cluster, busy: busy)
        self.logger = logger
    }

    private static func number(of seed: String) -> UInt64 {
        Digest.sha256(Array(seed.utf8)).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Serves until the process is told to stop.
    public func run(
        on address: ListenAddress, onListening: @escaping @Sendable (String) async -> Void
    ) async throws {
        let metrics = Metrics()
        var routes = Routes()
        routes.get("/metrics") { [meter] _, _ in .text(Array(meter.page().utf8)) }
        routes.get("/healthz") { _, _ in .text(Array("ok\n".utf8)) }
        try await serve(
            routes, on: address, services: [meter],
            flood: FloodGuard(FloodLimits(), logger: logger), metrics: metrics, logger: logger,
            onListening: onListening)
    }
}

/// Looks at the load several times a second, so that a job between two scrapes is metered, too.
private final class LoadMeter: Service {
    private let cluster: Mutex<EmulatedCluster>
    private let busy: String?
    /// What a label is made of.
    private static let letters = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._")

    init(cluster: EmulatedCluster, busy: String?) {
        self.cluster = Mutex(cluster)
        self.busy = busy
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                self.look()
                do { try await Task.sleep(for: .milliseconds(250)) } catch { return }
            }
        }
    }

    func page() -> String {
        look()
        return cluster.withLock { $0.page }
    }

    private func look() {
        let load = load()
        let tenth = WallClock.now().milliseconds / 100
        cluster.withLock { $0.advance(to: tenth, load) }
    }

    /// What the file says, read anew each time.
    private func load() -> EmulatedCluster.Load {
        guard let busy, let bytes = FileManager.default.contents(atPath: busy) else { return .idle }
        let words = String(decoding: bytes.prefix(256), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace).prefix(2)
            .map { word in String(word.filter { LoadMeter.letters.contains($0) }) }
        return EmulatedCluster.Load(
            work: words.first ?? "pre-training", job: words.count > 1 ? words[1] : nil)
    }
}
