// SPDX-License-Identifier: Apache-2.0

import Client
import Foundation
import Logging
import Testing

@testable import Server

struct EmulatedClusterTests {
    private func figures(_ page: String, _ metric: String) -> [String] {
        page.split(separator: "\n").filter { $0.hasPrefix(metric + "{") }
            .compactMap { $0.split(separator: " ").last.map(String.init) }
    }

    private let busy = EmulatedCluster.Load(work: "pre-training", job: "run-17")

    @Test func `every series says that it is emulated, and so does the page`() {
        var cluster = EmulatedCluster(devices: 12, seed: 7, from: 1000)
        cluster.advance(to: 1010, .idle)
        let lines = cluster.page.split(separator: "\n")
        let series = lines.filter { !$0.hasPrefix("#") }
        #expect(series.count == 7 * 12)
        #expect(series.allSatisfy { $0.contains("emulated=\"true\"") && $0.contains("EMULATED") })
        #expect(lines[0].contains("EMULATED"))
        let devices = series.compactMap { line in
            line.split(separator: ",").first { $0.hasPrefix("UUID=") }
        }
        #expect(devices.count == 84 && Set(devices).count == 12)
    }

    @Test func `the same seed and the same load say the same, however time was cut`() {
        var coarse = EmulatedCluster(devices: 4, seed: 7, from: 1000)
        var fine = coarse
        coarse.advance(to: 1100, busy)
        for tenth in 1001...1100 { fine.advance(to: Int64(tenth), busy) }
        fine.advance(to: 1050, busy)
        #expect(coarse.page == fine.page)
        var other = EmulatedCluster(devices: 4, seed: 8, from: 1000)
        other.advance(to: 1100, busy)
        #expect(other.page != fine.page)
    }

    @Test func `the counter is the sum of the power, idle and busy`() throws {
        var cluster = EmulatedCluster(devices: 1, seed: 3, from: 0)
        let energy = "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"
        func counter() throws -> Double {
            try #require(Double(figures(cluster.page, energy)[0]))
        }
        var before = try counter()
        for (load, end, range) in [
            (EmulatedCluster.Load.idle, Int64(60), 85.0...113.0), (busy, 120, 676...704),
        ] {
            var sum = 0.0
            for now in (end - 59)...end {
                cluster.advance(to: now, load)
                let watts = try #require(
                    Double(figures(cluster.page, "DCGM_FI_DEV_POWER_USAGE")[0]))
                #expect(range.contains(watts))
                sum += watts / 10
            }
            let after = try counter()
            #expect(abs((after - before) / 1000 - sum) < 0.001)
            before = after
        }
        #expect(cluster.page.contains("class=\"pre-training\""))
        #expect(cluster.page.contains("hpc_job=\"run-17\""))
    }

    @Test func `it serves the page, follows the file, and stops when told to`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        let emulator = try ClusterEmulator(
            devices: 3, seed: "1", busy: file.path, logger: Logger(label: "test"))
        let (addresses, sink) = AsyncStream<String>.makeStream()
        let serving = Task {
            let address = try #require(ListenAddress("127.0.0.1:0"))
            try await emulator.run(on: address) { sink.yield($0) }
        }
        var iterator = addresses.makeAsyncIterator()
        let client = try NodeClient(url: #require(await iterator.next()))
        func page() async throws -> String {
            String(decoding: try await client.get("/metrics").body, as: UTF8.self)
        }
        #expect(figures(try await page(), "DCGM_FI_DEV_GPU_UTIL") == ["0", "0", "0"])
        try Data("post-training run-3\n".utf8).write(to: file)
        let training = try await page()
        #expect(training.contains("class=\"post-training\"") && training.contains("run-3"))
        try FileManager.default.removeItem(at: file)
        #expect(try await page().contains("class=\"idle\""))
        #expect(try await client.get("/other").status == 404)
        serving.cancel()
        _ = await serving.result
    }

    @Test func `a cluster without devices is refused`() {
        for devices in [0, -1, 100_001] {
            #expect(throws: StartFault.self) {
                try ClusterEmulator(
                    devices: devices, seed: "1", busy: nil, logger: Logger(label: "test"))
            }
        }
    }
}
