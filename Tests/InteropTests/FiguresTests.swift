// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Figures, verdicts and readings of logs, held against programs that others wrote.
///
/// The cases are drawn at random from a fixed seed; another one in `INTEROP_SEED` draws others.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct FiguresTests {
    @Test func `estimates agree with scipy, statsmodels and brute force`() throws {
        let place = try Workplace()
        let report = try PythonEnvironment.ofStatistics().run(
            "check_estimates.py", [place.standstill, place.seed, place.folder.path],
            in: place.folder)
        let families = [
            "proportion", "confidence-sequence", "median", "pass-at-k", "mean", "mean-bound",
            "e-value", "sprt", "multiple-tests", "pool", "power", "gap-recovered",
            "rate-multiplier", "code-share", "merged-code", "trend", "trend-change", "compute",
        ]
        for family in families {
            #expect(("\n" + report).contains("\n\(family): "), "\(family): \(report)")
        }
        #expect(try number(after: "all: ", in: report) >= 400, "\(report)")
    }

    @Test func `fits of time horizons agree with scikit-learn and a bootstrap of METR's kind`()
        throws
    {
        let place = try Workplace()
        let runs = PythonEnvironment.root.appending(
            path: "../shared/data/metr/runs_slim_2025-01-28.csv")
        guard FileManager.default.fileExists(atPath: runs.path) else {
            if Workplace.isStrict { Issue.record("no runs at \(runs.path)") }
            try Test.cancel("no runs at \(runs.path)")
        }
        let report = try PythonEnvironment.ofStatistics().run(
            "check_fits.py", [place.standstill, place.seed, runs.path, place.folder.path],
            in: place.folder)
        #expect(try number(after: "fit: ", in: report) >= 25, "\(report)")
        #expect(report.contains("\nbootstrap: "), "\(report)")
    }

    @Test func `triggers with a duration and a keep agree with Prometheus at every minute`()
        throws
    {
        let place = try Workplace()
        guard let promtool = place.program("promtool") else {
            if Workplace.isStrict { Issue.record("no promtool: scripts/setup.sh tests gets it") }
            try Test.cancel("no promtool: scripts/setup.sh tests gets it")
        }
        let report = try PythonEnvironment.plain().run(
            "check_promtool.py",
            [promtool, place.standstill, place.seed, "80", place.folder.path], in: place.folder)
        #expect(report.contains("promtool: 80 rules, 7200 verdicts agree"), "\(report)")
        #expect(report.contains("controls: 80 wrong expectations found by both"), "\(report)")
        for verdict in ["crossed", "clear", "unknown"] {
            #expect(try number(before: " \(verdict)", in: report) >= 100, "\(report)")
        }
    }

    @Test(arguments: PythonEnvironment.InspectRelease.allCases)
    func `logs made by Inspect give Inspect's figures, and spoiled ones are refused`(
        release: PythonEnvironment.InspectRelease
    ) throws {
        let place = try Workplace()
        let report = try PythonEnvironment.of(release).run(
            "check_inspect.py", [place.standstill, place.seed, place.folder.path], in: place.folder)
        #expect(report.hasPrefix("inspect "), "\(report)")
        if release == .old { #expect(report.contains("inspect 0.3.100: "), "\(report)") }
        #expect(try number(before: " read", in: report) >= 30, "\(report)")
        #expect(try number(before: " refused", in: report) >= 15, "\(report)")
    }

    @Test func `records that we read are records by the schema of Every Eval Ever`() throws {
        let place = try Workplace()
        let formats = PythonEnvironment.root.appending(path: "../shared/data/formats/eee")
        guard FileManager.default.fileExists(atPath: formats.path) else {
            if Workplace.isStrict { Issue.record("no schema at \(formats.path)") }
            try Test.cancel("no schema at \(formats.path)")
        }
        let report = try PythonEnvironment.ofStatistics().run(
            "check_records.py", [place.standstill, formats.path, place.folder.path],
            in: place.folder)
        #expect(try number(after: "records: ", in: report) >= 20, "\(report)")
    }

    private func number(after words: String, in report: String) throws -> Int {
        let rest = try #require(report.range(of: words), "\(report)").upperBound
        return try #require(Int(report[rest...].prefix { $0.isNumber }), "\(report)")
    }

    private func number(before words: String, in report: String) throws -> Int {
        let start = try #require(report.range(of: words), "\(report)").lowerBound
        let digits = report[..<start].reversed().prefix { $0.isNumber }
        return try #require(Int(String(digits.reversed())), "\(report)")
    }
}

/// A folder of one test's own, and the programs it runs.
private final class Workplace {
    let folder: URL
    /// Of the same build as this test.
    let standstill = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "standstill").path
    let seed = ProcessInfo.processInfo.environment["INTEROP_SEED"] ?? "5"

    /// Whether what is missing on this machine fails a test.
    static let isStrict = ProcessInfo.processInfo.environment["CI"] != nil

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "figures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func program(_ name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
