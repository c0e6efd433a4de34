// SPDX-License-Identifier: Apache-2.0

import EvaluationLogs
import Measurement
import PauseAgreement
import Site
import TransparencyLog

/// A figure computed by a recipe from files, reported and handed on in the one way of all
/// importers.
struct FigureReading {
    let recipe: Recipe
    let figure: EvaluationFigure
    let files: [MeasuredValue.EvidenceFile]

    /// Computes it.
    ///
    /// - Throws: ``Failure`` 64 for a choice that does not fit, 65 for malformed files, 74 where
    ///   the disk fails.
    init(_ recipe: Recipe, from paths: [String]) async throws(Failure) {
        let (figure, files) = try await readingEvidence {
            let evidence = try paths.map { try EvidenceFile(path: $0) }
            let figure = try await recipe.figure(from: evidence)
            let files = try evidence.map {
                MeasuredValue.EvidenceFile(name: $0.name, digest: try $0.digest())
            }
            return (figure, files)
        }
        self.recipe = recipe
        self.figure = figure
        self.files = files
    }

    /// Computes it from a listing of a git history that need not be on the disk.
    init(_ recipe: Recipe, listing: [UInt8], name: String) throws {
        self.recipe = recipe
        figure = try GitHistory(parsing: listing, file: name).figure(recipe)
        files = [MeasuredValue.EvidenceFile(name: name, digest: Digest.sha256(listing))]
    }

    /// Prints it, refuses what may not count, and hands on the rest.
    func report(json: Bool, as measurement: MeasurementOptions) throws {
        if json {
            try measurement.print(json: members)
        } else {
            try measurement.print(lines: sentences)
        }
        guard figure.mayCount else {
            let reasons = figure.remarks.refusals.joined(separator: "; ")
            throw Failure.doesNotHold("\(files.first?.name ?? ""): may not count: \(reasons)")
        }
        try measurement.deliver(MeasuredFigure(figure, recipe: recipe, files: files))
    }

    private var members: JSONObject {
        func texts(_ list: [String]) -> JSON { .array(list.map { .string($0) }) }
        var object = figure.details
        object["value"] = .number(figure.value)
        object["unit"] = .string(figure.unit.rawValue)
        object["interval"] = .interval(figure.interval)
        if figure.interval != nil {
            object["interval-method"] = .string(figure.intervalMethod)
            object["confidence"] = .number(figure.confidence)
        }
        object["stderr"] = .number(figure.standardError)
        object["n"] = figure.n.map { .integer(Int64($0)) }
        object["clusters"] = figure.clusters.map { .integer(Int64($0)) }
        object["suite"] = .string(figure.suite)
        object["method"] = .string(figure.method)
        object["made"] = figure.made.map { .string($0.description) }
        object["model"] = figure.model.map { .string($0) }
        object["relationship"] = figure.relationship.map { .string($0.rawValue) }
        object["may-count"] = .bool(figure.mayCount)
        object["refusals"] = texts(figure.remarks.refusals)
        object["warnings"] = texts(figure.remarks.warnings)
        object["rules"] = .rules(figure.remarks)
        object["recipe"] = .string(recipe.description)
        object["files"] = .array(
            files.map { .object(["name": .string($0.name), "sha256": .string($0.digest.hex)]) })
        return object
    }

    private var sentences: [String] {
        let unit = figure.unit == .share ? "" : " \(figure.unit.rawValue)"
        let model = figure.model.map { " by \($0)" } ?? ""
        var lines = ["\(figure.suite)\(model)"]
        lines.append("\(figure.value?.sentence ?? "none")\(unit), \(figure.method)")
        if let interval = figure.interval {
            let level = (figure.confidence * 100).sentence
            lines.append(
                "\(level) % interval: \(interval.sentence)\(unit) (\(figure.intervalMethod))")
        }
        if let error = figure.standardError { lines.append("standard error: \(error.sentence)") }
        if let n = figure.n { lines.append("n: \(n)") }
        if let relationship = figure.relationship {
            lines.append("evaluator: \(relationship.rawValue)")
        }
        lines += files.map { "sha256 of \($0.name): \($0.digest.hex)" }
        lines.append("recipe: \(recipe)")
        lines += figure.remarks.warnings.map { "warning: \($0)" }
        return lines + [figure.mayCount ? "it may count" : "it may not count"]
    }
}
