// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Foundation
import Testing

/// Files from outside the project. A test that needs them is skipped where they are absent, and
/// fails under continuous integration, where they must be there.
enum Reference {
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("shared/data")

    static var isPresent: Bool {
        ProcessInfo.processInfo.environment["CI"] != nil
            || FileManager.default.fileExists(atPath: root.path)
    }

    /// The lines of a page of docs/.
    static func page(_ name: String) throws -> [String] {
        let docs = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs")
        let text = try String(contentsOf: docs.appendingPathComponent(name), encoding: .utf8)
        return text.split(separator: "\n").map(String.init)
    }

    /// The bytes of the one file in a folder whose name holds `part`.
    static func bytes(_ folder: String, _ part: String) throws -> [UInt8] {
        let names = try FileManager.default
            .contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .filter { $0.contains(part) }
        let name = try #require(names.first)
        #expect(names.count == 1)
        return Array(
            try Data(
                contentsOf: root.appendingPathComponent(folder).appendingPathComponent(name)))
    }
}

/// Fails unless the two differ by at most `tolerance`.
func check(
    _ actual: Double?, near expected: Double, within tolerance: Double = 1e-9,
    _ what: String = "", at location: SourceLocation = #_sourceLocation
) {
    let isNear = actual.map { abs($0 - expected) <= tolerance } ?? false
    #expect(
        isNear, "\(what): \(String(describing: actual)) is not \(expected) ± \(tolerance)",
        sourceLocation: location)
}

/// Fails unless `body` throws malformed evidence whose message holds every one of these parts.
func checkMalformed(
    _ parts: [String], at location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was wrong, where \(parts) was expected", sourceLocation: location)
    } catch let error as MalformedEvidence {
        for part in parts {
            #expect(
                error.description.contains(part), "\(error) has no “\(part)”",
                sourceLocation: location)
        }
    } catch {
        Issue.record("another error: \(error)", sourceLocation: location)
    }
}
