// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Foundation
import Measurement
import Site
import Testing
import TransparencyLog

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A log whose transcripts are most of it, and what of it stays in memory.
@Suite(.serialized) struct LargeLogTests {
    /// Writes a JSON log of so many samples with transcripts of so many bytes, sample by sample.
    private func withLog<Result>(
        samples: Int, transcript: Int, _ body: (EvidenceFile) throws -> Result
    ) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("large.json").path
        try Data().write(to: URL(fileURLWithPath: path))
        let file = try #require(FileHandle(forWritingAtPath: path))
        let ids = (0..<samples).map { "\"s\($0)\"" }.joined(separator: ",")
        let header = """
            {"version":2,"status":"success","eval":{"task":"large","model":"mock","config":{"epochs":1},
            "dataset":{"samples":\(samples),"sample_ids":[\(ids)]}},"results":{"total_samples":\(samples),
            "completed_samples":\(samples),"scores":[{"name":"judge","scorer":"judge","params":{},
            "metrics":{"accuracy":{"name":"accuracy","value":0.75,"params":{}}}}]},"samples":[
            """
        try file.write(contentsOf: Data(header.utf8))
        let text = String(repeating: "all work and no play [\\\"}] ", count: transcript / 27)
        for number in 0..<samples {
            let sample = """
                \(number == 0 ? "" : ","){"id":"s\(number)","epoch":1,"messages":[{"content":"\(text)"}],
                "scores":{"judge":{"value":"\(number % 4 == 0 ? "I" : "C")","explanation":"\(text)"}},
                "metadata":{"family":"f\(number % 10)","document":"\(text)"}}
                """
            try file.write(contentsOf: Data(sample.utf8))
        }
        try file.write(contentsOf: Data("]}".utf8))
        try file.close()
        return try body(EvidenceFile(path: path))
    }

    /// The most memory that this process ever had, in bytes.
    private var peak: Int {
        var usage = rusage()
        // 0: this process. Linux counts in kibibytes, Darwin in bytes.
        getrusage(0, &usage)
        #if canImport(Darwin)
            return usage.ru_maxrss
        #else
            return usage.ru_maxrss * 1024
        #endif
    }

    @Test func `a log needs memory for its scores and not for its transcripts`() throws {
        try withLog(samples: 400, transcript: 100_000) { file in
            #expect(file.size > 110 << 20)
            let before = peak
            let log = try InspectLog.read(file)
            let result = try InspectResult.estimate(log, InspectSelection(cluster: "family"))
            #expect((result.value, result.n, result.clusters) == (0.75, 400, 10))
            #expect(result.refusals == [])
            // Other tests run beside this one and take some, too.
            #expect(peak - before < file.size / 2, "\((peak - before) >> 20) MiB")
            let kept = log.samples.map { $0.metadata["family"]?.string ?? "" }
            #expect(kept[11] == "f1")
            #expect(log.samples.allSatisfy { $0.metadata["document"] == nil })
        }
    }
}
