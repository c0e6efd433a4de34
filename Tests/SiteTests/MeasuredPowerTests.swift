// SPDX-License-Identifier: Apache-2.0
import Foundation
import Measurement
import Testing

@testable import Site

/// Meters of real machines at about 1 Hz, against the means that were published of them.
@Suite struct MeasuredPowerTests {
    @Test(.enabled(if: Reference.isPresent, "reference data is absent"))
    func `the energy of 82 measured runs is their published mean power times their span`() throws {
        let runs = try table(Data(contentsOf: file("runs.csv")))
        let samples = try table(Data(inflated(Array(Data(contentsOf: file("samples.csv.gz"))))))
        var readings: [String: [DeviceReading]] = [:]
        for sample in samples where sample["measured"] == "1" {
            let run = try #require(sample["run"])
            readings[run, default: []].append(
                DeviceReading(
                    device: run,
                    milliseconds: Int64(try number(sample, "t_s") * 1000), energyCounter: nil,
                    power: Int64(try number(sample, "watts") * 1000), work: "pre-training"))
        }
        #expect(runs.count == 82 && readings.count == 82)
        for run in runs {
            let mine = try #require(readings[run["run"] ?? ""])
            let account = ComputeAccount.reconcile(mine, longestGap: 60_000)
            let seconds = account.deviceHours * 3600
            let ratio = try account.joules / (number(run, "mean_w") * seconds)
            #expect((0.99...1.01).contains(ratio), "\(run["run_id"] ?? ""): \(ratio)")
            #expect(account.unseenHours == 0 && account.unmeteredHours == 0)
            #expect(account.joulesBySource.keys.elementsEqual([.power]))
        }
    }

    private func file(_ name: String) -> URL {
        Reference.root.appendingPathComponent("compute/mlperf-node-power/" + name)
    }

    private func number(_ row: [String: String], _ column: String) throws -> Double {
        try #require(row[column].flatMap { Double($0) })
    }

    private func table(_ bytes: Data) throws -> [[String: String]] {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        let names = try #require(lines.first).split(separator: ",").map(String.init)
        return lines.dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            return Dictionary(uniqueKeysWithValues: zip(names, cells.map(String.init)))
        }
    }

    /// The content of a gzip file with a name in its header and one member.
    private func inflated(_ bytes: [UInt8]) throws -> [UInt8] {
        #expect(bytes.starts(with: [0x1F, 0x8B, 8, 8]))
        let name = try #require(bytes[10...].firstIndex(of: 0))
        var decoder = InflatedPieces()
        var content: [UInt8] = []
        try decoder.decode(Array(bytes[(name + 1)...].dropLast(8))) {
            content.append(contentsOf: $0)
        }
        return content
    }
}
