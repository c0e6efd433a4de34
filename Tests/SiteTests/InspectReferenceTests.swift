// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Measurement
import Site
import Testing

@Suite(.enabled(if: Reference.isPresent, "reference data is absent"))
struct InspectReferenceTests {
    private func result(
        _ folder: String, _ part: String, reducer: String? = nil, cluster: String? = "family"
    ) throws -> InspectResult {
        try InspectResult.estimate(
            InspectLog.read(Reference.file(folder, part)),
            InspectSelection(reducer: reducer, cluster: cluster))
    }

    @Test(
        arguments: [
            ("inspect/logs", "PoYi"), ("inspect/logs", "kRpt"), ("inspect/logs_0.3.100", "Ug4g"),
            ("inspect/logs_0.3.100", "7DNz"),
        ])
    func `logs of one epoch are recomputed, new and old, archive and JSON`(
        folder: String, part: String
    ) throws {
        let result = try result(folder, part)
        #expect(result.refusals == [])
        #expect(result.n == 24)
        #expect(result.clusters == 6)
        check(result.value, near: 20.0 / 24)
        check(result.standardError, near: 0.0777087340, within: 6e-11)
        check(result.clusteredStandardError, near: 0.0833333333, within: 6e-11)
        check(result.interval?.interval.lower, near: 0.6725805693, within: 6e-11)
        check(result.interval?.interval.upper, near: 0.9940860974, within: 6e-11)
        // 2.5706 is Student's t for 5 degrees of freedom; the upper end is clipped.
        check(
            result.clusteredInterval?.interval.lower, near: 20.0 / 24 - 2.570_582 / 12, within: 1e-6
        )
        #expect(result.clusteredInterval?.interval.upper == 1)
        // The log names its clusters itself, so that they count without being asked for.
        let plain = try self.result(folder, part, cluster: nil)
        #expect(plain.clusteredStandardError == result.clusteredStandardError)
        #expect(plain.clusteredInterval == result.clusteredInterval)
    }

    @Test func `three epochs are reduced as the log's reducers say`() throws {
        let mean = try result("inspect/logs", "UhJT")
        #expect(mean.refusals == [])
        #expect(mean.reducer == "mean")
        #expect((mean.n, mean.counts.samples) == (24, 72))
        check(mean.value, near: 0.625)
        check(mean.standardError, near: 0.0542571708, within: 6e-11)
        check(mean.clusteredStandardError, near: 0.0636468847, within: 6e-11)
        let plain = try result("inspect/logs", "UhJT", cluster: nil)
        check(plain.interval?.interval.lower, near: 0.5127604908, within: 6e-11)
        check(plain.interval?.interval.upper, near: 0.7372395092, within: 6e-11)
        #expect(plain.clusteredStandardError == mean.clusteredStandardError)
        for (reducer, value) in [("pass_at_1", 0.625), ("at_least_3", 1.0 / 6)] {
            let reduced = try result("inspect/logs", "UhJT", reducer: reducer)
            #expect(reduced.refusals == [])
            check(reduced.value, near: value)
        }
        let old = try result("inspect/logs_0.3.100", "GRYL", reducer: "at_least_1")
        #expect(old.refusals == [])
        check(old.value, near: 22.0 / 24)
    }

    @Test(
        arguments: [
            ("data_arc_qwen", 1.0 / 3, 3), ("data_arc_sonnet", 1, 5), ("data_pubmedqa", 1, 2),
        ])
    func `logs of real models, with numbers for names, are recomputed`(
        part: String, value: Double, n: Int
    ) throws {
        let result = try result("formats/inspect_real", part, cluster: nil)
        #expect(result.refusals == [])
        #expect(result.n == n)
        check(result.value, near: value)
        #expect(result.warnings.contains { $0.contains("only \(n) of the") })
        // Where all are right, the standard error is 0 and says nothing.
        if value == 1 {
            #expect(result.interval?.method.contains("Clopper-Pearson") == true)
            #expect((result.interval?.interval.lower ?? 1) < 0.6)
        }
    }

    @Test(arguments: ["inspect/logs", "inspect/logs_0.3.100"])
    func `a log that ended in an error does not count, and says why`(folder: String) throws {
        let result = try result(folder, "failing", cluster: nil)
        #expect(!result.mayCount)
        #expect(result.value == nil)
        #expect(result.refusals.contains { $0.contains("status error: ValueError") })
        #expect(result.refusals.contains { $0.contains("ended in an error, first sample t02") })
    }

    @Test func `every truncation of a real archive is refused and none crashes`() throws {
        let whole = try Reference.file("inspect/logs", "PoYi").readAll(limit: 1 << 20)
        for length in stride(from: 0, to: whole.count, by: 487) {
            #expect(throws: MalformedEvidence.self, "\(length) bytes") {
                try withFile(Array(whole[..<length])) { _ = try InspectLog.read($0) }
            }
        }
    }

    @Test func `a flipped byte in a real archive is refused, naming the member`() throws {
        let file = try Reference.file("inspect/logs", "PoYi")
        let whole = try file.readAll(limit: 1 << 20)
        let name = Array("samples/t00_epoch_1.json".utf8)
        let start = try #require(
            whole.indices.first { whole[$0...].starts(with: name) }, "the member is gone")
        var damaged = whole
        damaged[start + name.count + 40] ^= 0x10
        checkMalformed("log.eval", "samples/t00_epoch_1.json") {
            try withFile(damaged, named: "log.eval") { _ = try InspectLog.read($0) }
        }
    }
}
