// SPDX-License-Identifier: Apache-2.0
import Measurement
import PauseAgreement
import TransparencyLog

/// The `stats.json` of a HELM run, with its `run_spec.json` where that is at hand.
///
/// Source: Stanford CRFM, HELM, `benchmark/metrics/statistic.py` and `benchmark/run_spec.py`.
public struct HELMStats: Sendable {
    private let file: String
    private let stats: [JSON]
    private let run: JSON?

    /// - Throws: ``MalformedEvidence`` where it is no such file.
    public init(
        parsing bytes: [UInt8], file: String, runSpec: [UInt8]? = nil
    ) throws(MalformedEvidence) {
        guard let stats = try ForeignJSON.parse(bytes, file: file).array,
            stats.allSatisfy({ $0["name"]?["name"]?.string != nil })
        else { throw MalformedEvidence(file: file, reason: "it is no stats.json of a HELM run") }
        self.file = file
        self.stats = stats
        var run: JSON?
        if let runSpec { run = try ForeignJSON.parse(runSpec, file: "run_spec.json") }
        self.run = run
    }

    /// The mean that HELM states for a metric; without perturbations.
    public func figure(_ recipe: Recipe) throws -> EvaluationFigure {
        let metric = try recipe.required("metric")
        let split = recipe["split"] ?? "test"
        let own = stats.filter { $0["name"]?["split"]?.string == split }
        let named = own.filter { $0["name"]?["name"]?.string == metric }
        let plain = named.filter { ($0["name"]?["perturbation"] ?? .null) == .null }
        guard let stat = plain.first else {
            let names = Set(own.compactMap { $0["name"]?["name"]?.string }).sorted()
            throw UnfitSelection(
                "the run has no \(InspectAudit.line(metric)) for the split \(split)",
                hint: "it has: \(names.prefix(40).joined(separator: ", "))")
        }
        guard plain.count == 1 else {
            throw MalformedEvidence(file: file, reason: "\(metric) stands there twice")
        }
        guard let count = stat["count"]?.integer, count > 0, let value = stat["mean"]?.finite else {
            throw MalformedEvidence(file: file, place: metric, reason: "it has no mean")
        }
        let unit = try ForeignUnit.choose(
            given: recipe["unit"], stated: nil, isShare: (0...1).contains(value))
        let name = run?["name"]?.string
        var figure = EvaluationFigure(
            value: value * unit.factor, unit: unit.unit, suite: name ?? "HELM run",
            method: "\(metric) on the split \(split) as HELM states it")
        figure.n = own.first { $0["name"]?["name"]?.string == "num_instances" }?["mean"]?.finite
            .flatMap { Int(exactly: $0) }
        figure.model = run?["adapter_spec"]?["model"]?.string
        figure.remarks.add(
            .notRecomputed, "the figure is the file's own: nothing here computes it again")
        figure.remarks.add(.noInterval, "a HELM run states no error of its means")
        if named.count > 1 {
            figure.remarks.add(
                .perturbed, "the run also has this metric on \(named.count - 1) perturbed sets")
        }
        return figure
    }
}
