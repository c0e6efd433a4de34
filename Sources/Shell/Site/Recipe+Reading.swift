// SPDX-License-Identifier: Apache-2.0
public import EvaluationLogs
import Measurement

extension Recipe {
    /// Computes the figure from its files; the same recipe and files give the same figure.
    ///
    /// The first file is the one that the importer is named for; the second, where there is one,
    /// holds the single results behind it.
    ///
    /// - Throws: ``MalformedEvidence``, ``UnreadableFile``, ``UnfitSelection`` or `UnusableSample`.
    public func figure(from files: [EvidenceFile]) async throws -> EvaluationFigure {
        guard let file = files.first, files.count <= mostFiles else {
            throw UnfitSelection(
                "\(files.count) files, and \(importer.rawValue) takes 1 to \(mostFiles)", hint: "")
        }
        func bytes(_ place: Int) throws -> [UInt8]? {
            files.indices.contains(place) ? try files[place].readAll(limit: Self.mostBytes) : nil
        }
        switch importer {
        case .inspect:
            let log = try InspectLog.read(file)
            return try InspectResult.estimate(log, InspectSelection(self)).figure(of: log)
        case .metrRuns:
            let fit = try METRRuns.read(file).fit(self)
            let draws = await fit.draws()
            return fit.figure(draws: draws, file: file.name)
        case .metrHeadline: return try METRHeadline.read(file).figure(self)
        case .metrTrend: return try METRHeadline.read(file).trendFigure(self)
        case .everyEvalEver:
            let instances = try bytes(1).map {
                try EvalInstances(parsing: $0, file: files[1].path)
            }
            return try EveryEvalEver(
                parsing: file.readAll(limit: Self.mostBytes), file: file.path
            ).figure(self, instances: instances)
        case .lmEval:
            let samples = try bytes(1).map {
                try LMEvalSamples(parsing: $0, file: files[1].path)
            }
            return try LMEvalResults(
                parsing: file.readAll(limit: Self.mostBytes), file: file.path
            ).figure(self, samples: samples)
        case .helm:
            return try HELMStats(
                parsing: file.readAll(limit: Self.mostBytes), file: file.path, runSpec: bytes(1)
            ).figure(self)
        case .survey:
            return try SurveyTable(
                parsing: file.readAll(limit: Self.mostBytes), file: file.path
            ).figure(self)
        case .git:
            return try GitHistory(
                parsing: file.readAll(limit: Self.mostBytes), file: file.path
            ).figure(self)
        }
    }

    /// The most bytes of a file that is held in memory whole.
    private static let mostBytes = 1 << 30

    private var mostFiles: Int {
        switch importer {
        case .everyEvalEver, .lmEval, .helm: 2
        default: 1
        }
    }
}

extension METRRuns.Fit {
    /// Makes the draws on all cores. They are put together by number, so the cores leave no trace.
    public func draws() async -> [Double] {
        guard let bootstrap else { return [] }
        let count = drawCount
        let slice = 100
        return await withTaskGroup(of: (Int, [Double]).self) { group in
            for start in stride(from: 0, to: count, by: slice) {
                group.addTask { (start, bootstrap.sample(start..<min(start + slice, count))) }
            }
            var slices: [(Int, [Double])] = []
            for await part in group { slices.append(part) }
            return slices.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }
}

extension EvidenceFile {
    /// The file's name without the folders before it.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}
