// SPDX-License-Identifier: Apache-2.0

import Brake
import Foundation
import PauseAgreement
import TransparencyLog

/// A file that holds triggers: an agreement, or a catalogue of published thresholds.
struct TriggerFile {
    let path: String
    let name: String
    let title: String
    let indicators: [Indicator]
    let claims: [Claim]
    let triggers: [Trigger]
    let tests: [TriggerTest]
    /// What was published, by the trigger's name; empty for an agreement.
    let published: [String: PublishedThreshold]
    private let agreement: Agreement?

    /// - Throws: ``Failure`` 65 for a file that is refused, after its problems were printed.
    init(_ path: String) throws(Failure) {
        let read = try TriggerFile.read(path)
        guard let file = read.file else {
            printProblems(read.problems.filter { $0.severity == .error }, of: path)
            throw .malformed(
                "\(path): refused", hint: "standstill triggers check \(path) says more")
        }
        self = file
    }

    /// The file and everything that stands against it.
    static func read(
        _ path: String
    ) throws(Failure) -> (file: TriggerFile?, problems: [AgreementReading.Problem]) {
        let bytes = try readFile(path, limit: 1 << 24)
        guard ThresholdCatalogue.matches(bytes) else {
            let reading = try readAgreementText(path)
            return (reading.agreement.map { TriggerFile($0, path) }, reading.problems)
        }
        let reading = ThresholdCatalogue.read(yaml: bytes)
        return (reading.catalogue.map { TriggerFile($0, path) }, reading.problems)
    }

    private init(_ catalogue: ThresholdCatalogue, _ path: String) {
        self.path = path
        name = catalogue.name
        title = catalogue.title
        indicators = catalogue.indicators
        claims = catalogue.claims
        triggers = catalogue.triggers
        tests = catalogue.tests
        published = Dictionary(uniqueKeysWithValues: catalogue.thresholds.map { ($0.name, $0) })
        agreement = nil
    }

    private init(_ agreement: Agreement, _ path: String) {
        self.path = path
        name = agreement.name
        title = agreement.title
        indicators = agreement.indicators
        claims = agreement.claims
        triggers = agreement.triggers
        tests = agreement.tests
        published = [:]
        self.agreement = agreement
    }

    /// Whoever reports is an evaluator, also of an agreement's triggers: nobody in a table is a
    /// party.
    var trial: TriggerTrial {
        TriggerTrial(indicators: indicators, claims: claims, triggers: triggers)
    }

    func runTests() -> [TriggerTestResult] {
        agreement?.runTests()
            ?? tests.map { $0.run(indicators: indicators, claims: claims, triggers: triggers) }
    }

    func indicator(_ name: String) -> Indicator? { indicators.first { $0.name == name } }

    // MARK: - Which files

    /// The named files, and all `.yaml` files of the named folders; without any, the catalogue that
    /// comes with the program.
    static func files(_ named: [String]) throws(Failure) -> [TriggerFile] {
        var files: [TriggerFile] = []
        for path in try paths(named) { files.append(try TriggerFile(path)) }
        return files
    }

    static func paths(_ named: [String]) throws(Failure) -> [String] {
        var found: [String] = []
        for path in named { found += try within(path) }
        guard named.isEmpty else { return found }
        for folder in places {
            found = (try? within(folder)) ?? []
            if !found.isEmpty, FileManager.default.fileExists(atPath: folder) { return found }
        }
        throw .usage(
            "the catalogue of thresholds was not found beside the program",
            hint: "name its files, or the folder they lie in")
    }

    /// `Examples/thresholds` here or above the program, or its share folder.
    private static var places: [String] {
        var places = ["Examples/thresholds"]
        guard let program = Bundle.main.executableURL?.resolvingSymlinksInPath() else {
            return places
        }
        var folder = program.deletingLastPathComponent()
        for _ in 0..<6 {
            places.append(folder.appending(path: "share/standstill/thresholds").path)
            places.append(folder.appending(path: "Examples/thresholds").path)
            folder = folder.deletingLastPathComponent()
        }
        return places
    }

    private static func within(_ path: String) throws(Failure) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue
        else { return [path] }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .fault("\(path): cannot be read")
        }
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(path)/\($0)" }
    }
}

extension TriggerReason {
    /// The tree as lines, each part under what it is a part of.
    func lines(depth: Int = 0) -> [String] {
        let sign =
            switch verdict {
            case .yes: "yes"
            case .no: "no"
            case .unknown: "unknown"
            }
        return ["\(String(repeating: "  ", count: depth))\(sign): \(text)"]
            + children.flatMap { $0.lines(depth: depth + 1) }
    }

    var tree: JSON {
        [
            "verdict": .string(verdict.rawValue), "text": .string(text),
            "children": .array(children.map(\.tree)),
        ]
    }
}
