// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Foundation
import Site
import Testing
import TransparencyLog

private func read(_ lines: String...) throws -> [SampleReading] {
    try SampleReading.read(
        Array(lines.map { $0 + "\n" }.joined().utf8), from: "http://exporter/metrics")
}

@Suite struct SampleReadingTests {
    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `a device with MIG instances is one device, with the figures of the whole`() throws {
        let file = try Reference.file("compute/dcgm", "sample-a100-mig")
        let readings = try SampleReading.read(file.readAll(limit: 1 << 20), from: file.path)
        #expect(readings.count == 1)
        let reading = try #require(readings.first)
        #expect(reading.device == "GPU-34319582-d595-d1c7-d1d2-179bcfa61660")
        #expect(reading.host == "ub20-a100-k8s")
        #expect(reading.power == 409_692)
        #expect(reading.energy == 319_159_391)
        #expect(reading.busy == 996)
        // The instance says 0.930433, the whole 0.929260.
        #expect(reading.tensor == 929)
        #expect(reading.events == [.migTwin])
        #expect(reading.work == TelemetrySample.unlabelled)
        #expect(!reading.emulated)
    }

    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `an exporter without utilisation leaves the class of work open`() throws {
        let file = try Reference.file("compute/simhall", "node1")
        let readings = try SampleReading.read(file.readAll(limit: 1 << 20), from: file.path)
        #expect(
            readings.map { "\($0.device.prefix(12)) \($0.power ?? 0)" } == [
                "GPU-18072e8c 120800", "GPU-7ed4d57b 144100", "GPU-a6cecc1b 123000",
                "GPU-c386bbc4 125300",
            ])
        #expect(readings.allSatisfy { $0.energy == nil && $0.busy == nil })
        #expect(readings.allSatisfy { $0.work == TelemetrySample.unlabelled })
        #expect(readings.allSatisfy { $0.host == "node1" && $0.events.isEmpty })
    }

    @Test(arguments: [
        "9223372036854775792", "9223372036854775793", "9223372036854775794",
        "9223372036854775795", "9223372036854775807", "9.223372036854776e+18", "NaN", "-1",
        "140737488355328", "140737488355330",
    ])
    func `a blank is unknown and says so`(text: String) throws {
        let reading = try #require(
            try read(
                "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{UUID=\"GPU-1\"} \(text)",
                "DCGM_FI_DEV_POWER_USAGE{UUID=\"GPU-1\"} \(text)",
                "DCGM_FI_DEV_GPU_UTIL{UUID=\"GPU-1\"} 3"
            ).first)
        #expect(reading.energy == nil && reading.power == nil)
        #expect(reading.busy == 30 && reading.work == "idle")
        #expect(reading.events == [.blank])
    }

    @Test func `a counter beyond two to the 31st is no blank, a gauge there is one`() throws {
        let reading = try #require(
            try read(
                "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{UUID=\"GPU-1\"} 2147483634",
                "DCGM_FI_DEV_GPU_UTIL{UUID=\"GPU-1\"} 2147483634"
            ).first)
        #expect(reading.energy == 2_147_483_634 && reading.busy == nil)
        #expect(reading.events == [.blank])
    }

    @Test func `labels of jobs, classes and emulation are taken over`() throws {
        let labels =
            "UUID=\"GPU-1\",Hostname=\"n1\",hpc_job=\"run-17\",class=\"pre-training\",emulated=\"true\""
        let reading = try #require(
            try read("DCGM_FI_DEV_GPU_UTIL{\(labels)} 97.5 1700000000000").first)
        #expect(reading.job == "run-17" && reading.work == "pre-training" && reading.emulated)
        #expect(reading.busy == 975 && reading.milliseconds == 1_700_000_000_000)
        #expect(reading.events.isEmpty)
    }

    @Test func `what cannot both be true is contradictory`() throws {
        let twice = try read(
            "DCGM_FI_DEV_POWER_USAGE{UUID=\"GPU-1\",gpu=\"0\"} 90",
            "DCGM_FI_DEV_POWER_USAGE{UUID=\"GPU-1\",gpu=\"1\"} 700")
        #expect(twice.map(\.events) == [[.contradictory]])
        let idle = try read("DCGM_FI_DEV_GPU_UTIL{UUID=\"GPU-1\",class=\"idle\"} 98")
        #expect(idle.map(\.events) == [[.contradictory]])
        let classes = try read(
            "DCGM_FI_DEV_GPU_UTIL{UUID=\"GPU-1\",class=\"serving\"} 98",
            "DCGM_FI_DEV_POWER_USAGE{UUID=\"GPU-1\",class=\"pre-training\"} 700")
        #expect(classes.map(\.events) == [[.contradictory]])
    }

    @Test func `metrics that nobody asked for are passed over, whoever they are of`() throws {
        #expect(try read("node_cpu_seconds_total{cpu=\"0\"} 17", "up 1").isEmpty)
    }

    @Test func `a figure of no device is refused with its line`() {
        checkMalformed("line 2", "UUID") {
            _ = try read("up 1", "DCGM_FI_DEV_GPU_UTIL{Hostname=\"n\"} 3")
        }
        #expect(throws: Never.self) {
            let readings = try read("DCGM_FI_DEV_GPU_UTIL{gpu=\"3\",Hostname=\"n\"} 3")
            #expect(readings.map(\.device) == ["n/3"])
        }
    }
}
