// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Brake
import EvaluationLogs
import PauseAgreement
import Site
import TransparencyLog

struct VerifyMeasurementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measurement",
        abstract: "Compute a signed measurement again from the files that it links.",
        discussion: """
            The files must be those whose digests the measurement holds; under which names they lie \
            does not matter. The figure is computed by the measurement's recipe and compared: value, \
            interval, number of items and clusters. A measurement of a git history takes the \
            repository in place of its listing.

            Exit 1 where a file or the figure is another one, or the files may not count; exit 2 where \
            a file is missing or there is no recipe. With --agreement the signature is checked, too.

              standstill verify measurement measurement.json run.eval --json
            """)

    @Argument(
        help: ArgumentHelp(
            "The measurement: its envelope or its predicate.", valueName: "measurement.json"))
    var measurement: String

    @Argument(help: ArgumentHelp("The files behind it.", valueName: "file"))
    var files: [String] = []

    @Option(
        help: ArgumentHelp(
            "The agreement under which the envelope has to be signed.", valueName: "file"))
    var agreement: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let stated = try readMeasurement()
        let checked = try await CheckOutcome.reporting(json: json) { () async throws(Failure) in
            try await check(stated)
        }
        let verdict: CheckOutcome = checked.recomputation.holds ? .holds : .doesNotHold
        verdict.report(checked.members(stated), json: json) { checked.sentences(stated) }
        guard checked.recomputation.holds else {
            let wrong = checked.recomputation.checks.filter { !$0.agrees }.map(\.sentence)
            throw Failure.doesNotHold(
                "the recipe gives another figure: \(wrong.joined(separator: "; "))")
        }
    }

    // MARK: - The measurement

    private func readMeasurement() throws(Failure) -> MeasuredValue {
        let document = try readJSON(measurement, limit: 1 << 22)
        let place = measurement == "-" ? "standard input" : measurement
        let payload = document["payload"] == nil ? nil : try signedPayload(document)
        let predicate: Predicate
        do throws(MalformedStatement) {
            if let payload {
                predicate = try Statement(parsing: payload).predicate
            } else if document["predicateType"] != nil {
                predicate = try Statement(parsing: document.canonicalBytes).predicate
            } else {
                // What `sign` adds to a predicate is no member of it.
                var members = document.object ?? [:]
                for name in ["terms", "sequence", "sealed"] { members[name] = nil }
                var fields = try Fields(.object(members))
                predicate = try Predicate(.measurement, &fields)
                try fields.end()
            }
        } catch {
            throw .malformed("\(place): \(error)")
        }
        guard case .measurement(let value) = predicate else {
            throw .usage("\(place) is a \(predicate.kind.rawValue), no measurement")
        }
        return value
    }

    private func signedPayload(_ document: JSON) throws(Failure) -> [UInt8] {
        let envelope: Envelope
        do throws(MalformedEnvelope) {
            envelope = try Envelope(json: document)
        } catch {
            throw .malformed("\(measurement): \(error)")
        }
        if let agreement {
            let bytes = document.canonicalBytes.count
            let terms = try readAgreement(agreement)
            if case .refused(let refusal) = Brake(agreement: terms).admit(envelope, bytes: bytes) {
                throw .doesNotHold("\(measurement): \(refusal.sentence)", hint: refusal.hint)
            }
        }
        return envelope.payload
    }

    // MARK: - The check

    private func check(_ stated: MeasuredValue) async throws(Failure) -> CheckedMeasurement {
        guard let line = stated.recipe else {
            throw .unknown(
                "the measurement has no recipe, so nothing can be computed again",
                hint: "`standstill read … --sign` writes one")
        }
        let recipe: Recipe
        do throws(UnfitSelection) {
            recipe = try Recipe(parsing: line)
        } catch {
            throw .unknown("the recipe cannot be followed: \(error.reason)", hint: error.hint)
        }
        let (figure, sources) = try await compute(recipe, stated.evidence)
        guard figure.mayCount else {
            let reasons = figure.remarks.refusals.joined(separator: "; ")
            throw .doesNotHold("the files may not count: \(reasons)")
        }
        return CheckedMeasurement(
            recipe: recipe, figure: figure, sources: sources,
            recomputation: Recomputation(of: stated, by: figure))
    }

    private func compute(
        _ recipe: Recipe, _ evidence: [MeasuredValue.EvidenceFile]
    ) async throws(Failure) -> (EvaluationFigure, [String]) {
        if recipe.importer == .git, let folder = files.first,
            GitRepository(path: folder).isFolder
        {
            return (try computeFromRepository(recipe, evidence, folder), [folder])
        }
        return try await readingEvidence {
            var given: [(EvidenceFile, Digest)] = []
            for path in files {
                let file = try EvidenceFile(path: path)
                given.append((file, try file.digest()))
            }
            let known = Set(evidence.map(\.digest))
            if let (file, digest) = given.first(where: { !known.contains($0.1) }) {
                throw Failure.doesNotHold(
                    "\(file.path) is not a file of the measurement: its SHA-256 is \(digest.hex)")
            }
            var ordered: [EvidenceFile] = []
            for file in evidence {
                guard let own = given.first(where: { $0.1 == file.digest })?.0 else {
                    throw Failure.unknown(
                        "the file \(file.name) is missing",
                        hint: "its SHA-256 is \(file.digest.hex)")
                }
                ordered.append(own)
            }
            return (try await recipe.figure(from: ordered), ordered.map(\.path))
        }
    }

    /// Makes the listing of a history again; its digest has to be the one that was signed.
    private func computeFromRepository(
        _ recipe: Recipe, _ evidence: [MeasuredValue.EvidenceFile], _ folder: String
    ) throws(Failure) -> EvaluationFigure {
        try readingEvidence {
            let starts = ["since", "base-since"].compactMap { recipe[$0] }.compactMap { Time($0) }
            guard let commit = recipe["commit"], let since = starts.min(),
                let listed = evidence.first
            else { throw Failure.unknown("the recipe names no commit and period") }
            let excluded = (recipe["exclude"] ?? "").split(separator: ",").map(String.init)
            let bytes = try GitRepository(path: folder)
                .listing(commit: commit, since: since, excluded: excluded)
            guard Digest.sha256(bytes) == listed.digest else {
                throw Failure.doesNotHold(
                    "the repository gives another listing than the one that was signed")
            }
            return try GitHistory(parsing: bytes, file: listed.name).figure(recipe)
        }
    }
}

/// A measurement that was computed again.
private struct CheckedMeasurement {
    let recipe: Recipe
    let figure: EvaluationFigure
    let sources: [String]
    let recomputation: Recomputation

    func members(_ stated: MeasuredValue) -> JSONObject {
        let checks = recomputation.checks.map { check -> JSON in
            .object([
                "what": .string(check.what), "stated": .string(check.stated),
                "recomputed": check.recomputed.map { .string($0) } ?? .null,
                "agrees": .bool(check.agrees),
            ])
        }
        return [
            "indicator": .string(stated.indicator), "subject": .string(stated.subject.description),
            "value": .number(figure.converted(to: stated.unit)?.value),
            "unit": .string(stated.unit.rawValue), "checks": .array(checks),
            "recipe": .string(recipe.description), "files": .texts(sources),
            "warnings": .texts(figure.remarks.warnings),
        ]
    }

    func sentences(_ stated: MeasuredValue) -> String {
        var lines = [
            "\(stated.indicator) of \(stated.subject): \(stated.value) \(stated.unit.rawValue)",
            "recipe: \(recipe)",
        ]
        lines += recomputation.checks.map(\.sentence)
        lines += figure.remarks.warnings.map { "warning: \($0)" }
        lines.append(
            recomputation.holds ? "the measurement holds" : "the measurement does not hold")
        return lines.joined(separator: "\n")
    }
}

extension Recomputation.Check {
    fileprivate var sentence: String {
        let found = recomputed ?? "none"
        return agrees
            ? "\(what): \(stated), recomputed \(found)"
            : "\(what): \(stated) is stated, and \(found) recomputed"
    }
}
