// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Figures from outside the project. A test that needs them is skipped where they are absent, and
/// fails under continuous integration, where they must be there.
enum Reference {
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("shared/data")

    static var isPresent: Bool {
        ProcessInfo.processInfo.environment["CI"] != nil
            || FileManager.default.fileExists(atPath: root.path)
    }

    static func oracles<Value: Decodable>(_ key: String, as type: Value.Type = Value.self) throws
        -> Value
    {
        let bytes = try Data(contentsOf: root.appendingPathComponent("statistics/oracles.json"))
        let all = try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        let part = try JSONSerialization.data(withJSONObject: #require(all[key]))
        return try JSONDecoder().decode(type, from: part)
    }

    /// Rows of a table without quoted cells, as columns by their name.
    static func table(_ path: String) throws -> [Row] {
        let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return lines.dropFirst().map {
            Row(cells: Dictionary(uniqueKeysWithValues: zip(lines[0], $0)))
        }
    }

    struct Row {
        let cells: [String: String]

        func text(_ column: String) throws -> String { try #require(cells[column]) }

        func number(_ column: String) throws -> Double {
            let text = try text(column)
            return try #require(Double(text))
        }
    }
}

/// Fails unless the two differ by at most `tolerance`, or both are the same infinity.
func check(
    _ actual: Double, near expected: Double, within tolerance: Double,
    _ what: String = "", at location: SourceLocation = #_sourceLocation
) {
    #expect(
        actual == expected || abs(actual - expected) <= tolerance,
        "\(what): \(actual) is not \(expected) ± \(tolerance)", sourceLocation: location)
}
