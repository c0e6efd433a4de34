// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import PauseAgreement

@Suite struct ThresholdCatalogueTests {
    static let files = ["laws", "frameworks", "proposals"]

    private static func bytes(_ file: String) throws -> [UInt8] {
        let path = ExampleAgreement.root.appending(path: "Examples/thresholds/\(file).yaml")
        return Array(try Data(contentsOf: path))
    }

    private func reading(_ text: String) -> ThresholdCatalogueReading {
        ThresholdCatalogue.read(yaml: Array(text.utf8))
    }

    @Test(arguments: files)
    func `the catalogue is read without any problem`(_ file: String) throws {
        let bytes = try Self.bytes(file)
        #expect(ThresholdCatalogue.matches(bytes))
        let reading = ThresholdCatalogue.read(yaml: bytes)
        #expect(reading.problems == [])
        let catalogue = try #require(reading.catalogue)
        #expect(catalogue.name == file)
        #expect(!catalogue.thresholds.isEmpty)
    }

    private static let published = ExampleAgreement.root.appending(
        path: "../shared/data/frameworks/thresholds.json")

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: published.path)
                || ProcessInfo.processInfo.environment["CI"] != nil, "reference data is absent"))
    func `every threshold of the reference is in it, with its status`() throws {
        struct Reference: Decodable {
            struct Threshold: Decodable {
                let id: String
                let status: String
            }
            let thresholds: [Threshold]
        }
        let reference = try JSONDecoder().decode(
            Reference.self, from: Data(contentsOf: Self.published))
        let all = try Self.files.flatMap {
            ThresholdCatalogue.read(yaml: try Self.bytes($0)).catalogue?.thresholds ?? []
        }
        #expect(reference.thresholds.count == 19)
        #expect(Set(all.map(\.name)).count == all.count)
        let words = ["numeric": "computable", "partly": "partly", "judgement": "attested"]
        for expected in reference.thresholds {
            let found = all.first { $0.name == expected.id }
            #expect(found?.status.rawValue == words[expected.status], "\(expected.id)")
        }
        for name in ["miri-1e24", "miri-1e23", "miri-1e22", "eu-cop-1.2"] {
            #expect(all.contains { $0.name == name })
        }
    }

    @Test func `the figures of the laws stand in it as they are published`() throws {
        let laws = try #require(ThresholdCatalogue.read(yaml: Self.bytes("laws")).catalogue)
        func leaf(_ name: String) throws -> Comparison {
            try #require(
                laws.thresholds.first { $0.name == name }?.trigger.condition.leaves.first)
        }
        for (name, figure) in [
            ("eu-aia-51", "1e25"), ("ca-sb53", "1e26"), ("eu-gpai-indicative", "1e23"),
        ] {
            #expect(try leaf(name).figure == ExactDecimal(figure))
            #expect(try leaf(name).direction == .above)
        }
    }

    // MARK: - What is refused

    private static let good = """
        catalogue: small
        title: A small catalogue
        as-of: 2026-11-20
        indicators:
          compute:
            unit: FLOP
            subject: model
            uncertainty: counted
            method: counted
            valid: {least: 1e18 FLOP, most: 1e30 FLOP}
            stale-after: 365 d
            article: "1"
        claims:
          danger:
            subject: model
            text: It is dangerous.
            stale-after: 365 d
            article: "2"
        thresholds:
          line:
            title: A line
            by: Somebody
            source: A text, section 1
            date: 2026-01-01
            seen: copy
            status: partly
            words: above 1e25, and dangerous
            subject: model
            when:
              all:
                - {indicator: compute, above: 1e25 FLOP}
                - {claim: danger}
        tests:
          - name: crossed and clear
            given:
              - {at: 0 d, by: [a], of: m, compute: 2e25 FLOP, claims: {danger: yes}}
              - {at: 1 d, by: [a], of: m, claims: {danger: no}}
            expect:
              - {at: 0 d, line: crossed}
              - {at: 1 d, line: clear}

        """

    @Test func `what a catalogue must not say is refused at its place`() {
        #expect(reading(Self.good).problems == [])
        let cases: [(String, String, String, Int, Int)] = [
            ("status: partly", "status: computable", "marked computable, but", 26, 13),
            ("seen: copy", "seen: hearsay", "\"hearsay\" is not one of", 25, 11),
            ("date: 2026-01-01", "date: 2026-02-30", "expected a day", 24, 11),
            ("    source: A text, section 1\n", "", "\"source\" is missing", 20, 3),
            ("above: 1e25 FLOP}", "above: 1e31 FLOP}", "can never cross", 29, 5),
            ("indicator: compute,", "indicator: computer,", "no indicator is named", 31, 23),
            ("{claim: danger}", "{claim: dangers}", "no claim is named", 32, 19),
            ("line: clear}", "line: unknown}", "no test expects it clear", 20, 3),
            ("line: crossed}", "line: unknown}", "no test expects it crossed", 20, 3),
            ("as-of: 2026-11-20", "as-of: soon", "expected a day", 3, 8),
        ]
        for (old, new, message, line, column) in cases {
            #expect(Self.good.contains(old), "\(old)")
            let found = reading(Self.good.replacing(old, with: new, maxReplacements: 1))
            #expect(found.catalogue == nil, "\(old)")
            let hit = found.problems.contains {
                $0.message.contains(message) && $0.place == .text(line: line, column: column)
            }
            #expect(hit, "\(message): \(found.problems)")
        }
    }

    @Test func `a threshold of the frontier reads nothing that is measured on a model`() {
        // The line's own subject is the last of the three.
        let parts = Self.good.components(separatedBy: "subject: model")
        let text =
            parts[0] + "subject: model" + parts[1] + "subject: model" + parts[2]
            + "subject: frontier" + parts[3]
        let found = reading(text)
        #expect(found.catalogue == nil)
        #expect(found.problems.contains { $0.message.contains("is measured on a model") })
        #expect(found.problems.contains { $0.message.contains("is about a model") })
    }

    @Test func `what nothing reads is a warning`() throws {
        let more = Self.good.replacing(
            "claims:\n",
            with:
                "claims:\n  spare: {subject: model, text: Spare., stale-after: 1 d, article: x}\n",
            maxReplacements: 1)
        let found = reading(more)
        #expect(found.catalogue != nil)
        #expect(found.problems.map(\.severity) == [.warning])
    }

    @Test func `an agreement is no catalogue`() throws {
        let path = ExampleAgreement.folder.appending(path: "agreement.yaml")
        #expect(!ThresholdCatalogue.matches(Array(try Data(contentsOf: path))))
    }

    @Test func `bytes that are no text are refused where they begin`() {
        let found = ThresholdCatalogue.read(yaml: Array("catalogue: x\n".utf8) + [0xff])
        #expect(found.problems.map(\.place) == [.text(line: 2, column: 1)])
    }
}
