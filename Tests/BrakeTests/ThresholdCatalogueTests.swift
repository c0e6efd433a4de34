// SPDX-License-Identifier: Apache-2.0

import Foundation
import PauseAgreement
import Testing

@testable import Brake

/// The published thresholds that come with the program, under the law of triggers.
@Suite struct ThresholdCatalogueTests {
    @Test(arguments: ["laws", "frameworks", "proposals"])
    func `every example of the catalogue comes true`(_ file: String) throws {
        let path = Scene.root.appending(path: "Examples/thresholds/\(file).yaml")
        let reading = ThresholdCatalogue.read(yaml: Array(try Data(contentsOf: path)))
        let catalogue = try #require(reading.catalogue, "\(reading.problems)")
        #expect(!catalogue.tests.isEmpty)
        for test in catalogue.tests {
            let result = test.run(
                indicators: catalogue.indicators, claims: catalogue.claims,
                triggers: catalogue.triggers)
            #expect(result.passed, "\(test.name): \(result.failures.map(\.sentence))")
            #expect(result.ignored == [], "\(test.name)")
        }
    }

    @Test func `an example that is not so fails, and says what was found`() throws {
        let path = Scene.root.appending(path: "Examples/thresholds/laws.yaml")
        let text = try String(contentsOf: path, encoding: .utf8)
        let wrong = text.replacing(
            "{eu-aia-51: clear, eu-gpai-indicative: crossed, ca-sb53: clear}",
            with: "{eu-aia-51: crossed, eu-gpai-indicative: crossed, ca-sb53: clear}")
        #expect(wrong != text)
        let catalogue = try #require(
            ThresholdCatalogue.read(yaml: Array(wrong.utf8)).catalogue)
        let test = try #require(catalogue.tests.first)
        let result = test.run(
            indicators: catalogue.indicators, claims: catalogue.claims,
            triggers: catalogue.triggers)
        #expect(
            result.failures.map(\.sentence) == [
                "eu-aia-51 on model:m at 0 s: expected crossed, found clear"
            ])
    }
}
