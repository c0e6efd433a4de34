// SPDX-License-Identifier: Apache-2.0
import EvaluationLogs
import Foundation
import Site
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

    /// The one file in a folder whose name holds `part`.
    static func path(_ folder: String, _ part: String) throws -> String {
        let names = try FileManager.default
            .contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .filter { $0.contains(part) }
        let name = try #require(names.first)
        #expect(names.count == 1)
        return root.appendingPathComponent(folder).appendingPathComponent(name).path
    }

    static func file(_ folder: String, _ part: String) throws -> EvidenceFile {
        try EvidenceFile(path: path(folder, part))
    }
}

/// Runs `body` with a file of these bytes, which is gone afterwards.
func withFile<Result>(
    _ bytes: [UInt8], named name: String = "evidence", _ body: (EvidenceFile) throws -> Result
) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent(name)
    try Data(bytes).write(to: path)
    return try body(EvidenceFile(path: path.path))
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
    _ parts: String..., at location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was wrong, where \(parts) was expected", sourceLocation: location)
    } catch let error as MalformedEvidence {
        for part in parts {
            #expect(error.description.contains(part), "\(error)", sourceLocation: location)
        }
    } catch {
        Issue.record("another error: \(error)", sourceLocation: location)
    }
}
