// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Measurement
import Site
import Testing
import TransparencyLog

/// The same recipe and files give the same figure, through the disk.
@Suite(.enabled(if: Reference.isPresent, "reference data is absent"))
struct RecipeReadingTests {
    private func figure(
        _ recipe: String, _ folder: String, _ parts: String...
    ) async throws -> EvaluationFigure {
        let files = try parts.map { try Reference.file(folder, $0) }
        return try await Recipe(parsing: recipe).figure(from: files)
    }

    @Test func `every importer computes its figure from a line of text`() async throws {
        let horizon = try await figure(
            "metr-runs/1 agent=\"GPT-4 0314\" bootstrap=150 regularization=0.1 seed=1", "metr",
            "runs_slim")
        check(horizon.value, near: 3.657052, within: 4e-6)
        let again = try await figure(
            "metr-runs/1 agent=\"GPT-4 0314\" bootstrap=150 regularization=0.1 seed=1", "metr",
            "runs_slim")
        #expect(horizon.interval == again.interval && horizon.interval != nil)
        let cases: [(String, String, [String], Double)] = [
            ("inspect/1", "inspect/logs", ["PoYi"], 20.0 / 24),
            ("inspect/1 reducer=at_least_3", "inspect/logs", ["UhJT"], 1.0 / 6),
            ("metr-headline/1 model=gpt_5_2 reliability=0.5", "metr", ["th1_1_headline"], 352.2),
            ("every-eval-ever/1", "formats/eee", ["metr_opus"], 718.80683),
            ("lm-eval/1 task=math_rephrased_full", "formats/lm_eval", ["results"], 0.0004),
            ("helm/1 metric=exact_match", "formats/helm", ["stats", "run_spec"], 1.0 / 9),
        ]
        for (recipe, folder, parts, value) in cases {
            let files = try parts.map { try Reference.file(folder, $0) }
            let figure = try await Recipe(parsing: recipe).figure(from: files)
            check(figure.value, near: value, within: 2e-4 * value, recipe)
            #expect(figure.mayCount, "\(recipe): \(figure.remarks)")
        }
        await #expect(throws: UnfitSelection.self) {
            try await self.figure("inspect/1", "inspect/logs", "PoYi", "UhJT")
        }
    }
}
