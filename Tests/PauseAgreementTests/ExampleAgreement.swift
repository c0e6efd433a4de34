// SPDX-License-Identifier: Apache-2.0
import Foundation
import PauseAgreement
import Testing
import TransparencyLog

/// The package's example, which the tests change one thing at a time.
enum ExampleAgreement {
    /// The package's root, found from this file so that tests run from any directory.
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let folder = root.appending(path: "Examples/frontier-pause")

    static let yaml: String = {
        guard let text = try? text("agreement.yaml") else {
            preconditionFailure("Examples/frontier-pause/agreement.yaml cannot be read")
        }
        return text
    }()

    /// Without tests, claims, and the trigger that names everybody who measures, for changes that
    /// would leave these without what they name.
    static let short: String = {
        var block = BlockText(yaml)
        for part in ["tests", "triggers.research-substitution", "claims"] {
            guard (try? block.remove(part)) != nil else { preconditionFailure("no \(part)") }
        }
        return block.text
    }()

    /// What is found in a text, except that ``short`` has no tests.
    static func problems(of text: String) -> [AgreementReading.Problem] {
        Agreement.read(yaml: text).problems.filter { $0.message != untested }
    }

    static let untested = "triggers: no test shows what they read"

    static func text(_ file: String) throws -> String {
        try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    }

    static func agreement() throws -> Agreement {
        try #require(Agreement.read(yaml: yaml).agreement)
    }

    static func key(_ party: String) throws -> PrivateKey {
        try PrivateKey(pem: text("keys/\(party).pem"))
    }
}

/// A text in block style, cut by indentation alone, so that the reader's own idea of places is not
/// what it is tested with.
struct BlockText {
    var lines: [String]

    init(_ text: String) { lines = text.components(separatedBy: "\n") }

    var text: String { lines.joined(separator: "\n") }

    /// The index of the line on which the member at `path` begins.
    func line(of path: String) throws -> Int {
        var start = 0
        var depth = 0
        for key in path.components(separatedBy: ".") {
            let found = lines[start...].firstIndex { $0.hasPrefix(indent(depth) + key + ":") }
            let end = lines[start...].firstIndex {
                depth > 0 && !$0.isEmpty && !$0.hasPrefix(indent(depth)) && !$0.hasPrefix("#")
            }
            let line = try #require(found, "no \(key) of \(path)")
            try #require(end.map { line < $0 } ?? true, "\(key) of \(path) is somebody else's")
            start = line + 1
            depth += 1
        }
        return start - 1
    }

    /// Replaces what stands after the colon, on that line.
    mutating func set(_ path: String, to value: String) throws {
        let line = try line(of: path)
        let colon = try #require(lines[line].firstIndex(of: ":"))
        lines[line] = lines[line][...colon] + (value.isEmpty ? "" : " " + value)
    }

    /// Gives the member's key another spelling.
    mutating func rename(_ path: String, to key: String) throws {
        let line = try line(of: path)
        let colon = try #require(lines[line].firstIndex(of: ":"))
        let indent = lines[line].prefix { $0 == " " }
        lines[line] = indent + key + lines[line][colon...]
    }

    /// Removes the member with everything below it, and returns its lines.
    @discardableResult
    mutating func remove(_ path: String) throws -> [String] {
        let first = try line(of: path)
        let depth = path.components(separatedBy: ".").count
        let end =
            lines[(first + 1)...].firstIndex { !$0.hasPrefix(indent(depth)) && !$0.isEmpty }
            ?? lines.count
        let removed = Array(lines[first..<end])
        lines.removeSubrange(first..<end)
        return removed
    }

    private func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }
}

/// Reads `text` and expects exactly this one problem.
///
/// - Parameters:
///   - line: the number of the line, from 1.
///   - pointed: what begins at the problem's column.
func check(
    _ text: String, says message: String, hint: String? = nil, line: Int, pointed: String,
    severity: AgreementReading.Problem.Severity = .error,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let reading = Agreement.read(yaml: text)
    let problems =
        message == ExampleAgreement.untested
        ? reading.problems : ExampleAgreement.problems(of: text)
    #expect(problems.map(\.message) == [message], sourceLocation: sourceLocation)
    #expect((reading.agreement == nil) == (severity == .error), sourceLocation: sourceLocation)
    guard let problem = problems.first, problems.count == 1 else { return }
    if let hint { #expect(problem.hint == hint, sourceLocation: sourceLocation) }
    #expect(problem.severity == severity, sourceLocation: sourceLocation)
    guard case .text(let foundLine, let column) = problem.place else {
        Issue.record("\(problem.place) is no line and column", sourceLocation: sourceLocation)
        return
    }
    #expect(foundLine == line, sourceLocation: sourceLocation)
    let written = text.components(separatedBy: "\n")[foundLine - 1]
    let rest = String(String.UnicodeScalarView(written.unicodeScalars.dropFirst(column - 1)))
    #expect(rest.hasPrefix(pointed), "points at \(rest)", sourceLocation: sourceLocation)
}

/// Changes one value of the example and expects exactly this problem at it.
func check(
    _ path: String, set value: String, says message: String, hint: String? = nil,
    at place: String? = nil,
    pointed: String? = nil, severity: AgreementReading.Problem.Severity = .error,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    var block = BlockText(ExampleAgreement.yaml)
    try block.set(path, to: value)
    let line = try block.line(of: place ?? path) + 1
    check(
        block.text, says: message, hint: hint, line: line, pointed: pointed ?? value,
        severity: severity,
        sourceLocation: sourceLocation)
}

/// Replaces one piece of the example, which must stand there once, and expects exactly this problem
/// on the line where `pointed` stands after the change, for the `occurrence`th time.
func check(
    replacing old: String, with new: String, says message: String, hint: String? = nil,
    pointed: String,
    occurrence: Int = 1, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let parts = ExampleAgreement.yaml.components(separatedBy: old)
    try #require(
        parts.count == 2, "\(old) stands there \(parts.count - 1) times",
        sourceLocation: sourceLocation)
    let text = parts.joined(separator: new)
    let lines = text.components(separatedBy: "\n")
    let holding = lines.indices.filter { lines[$0].contains(pointed) }
    try #require(holding.count >= occurrence, "\(pointed)", sourceLocation: sourceLocation)
    let line = holding[occurrence - 1] + 1
    check(
        text, says: message, hint: hint, line: line, pointed: pointed,
        sourceLocation: sourceLocation)
}

/// Misspells one key of the example and expects exactly this problem at it.
func check(
    renaming path: String, to key: String, says message: String, hint: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    var block = BlockText(ExampleAgreement.yaml)
    let line = try block.line(of: path) + 1
    try block.rename(path, to: key)
    check(
        block.text, says: message, hint: hint, line: line, pointed: "\(key):",
        sourceLocation: sourceLocation)
}

/// Removes one part of the example and expects exactly this problem where it is missed.
func check(
    removing path: String, says message: String, hint: String? = nil, at place: String? = nil,
    pointed: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    var block = BlockText(ExampleAgreement.yaml)
    try block.remove(path)
    let line = try place.map { try block.line(of: $0) + 1 } ?? 3
    check(
        block.text, says: message, hint: hint, line: line, pointed: pointed,
        sourceLocation: sourceLocation)
}
