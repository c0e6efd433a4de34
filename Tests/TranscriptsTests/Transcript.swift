// SPDX-License-Identifier: Apache-2.0

/// A script of commands with what they print and how they end, as a person would copy it from a
/// terminal.
///
///     Anything outside a command's output is a remark.
///     $ standstill key show a.pem
///     keyid: …
///     key: …
///     ? 0
///
/// `$` runs a command with the shell and reads its output, both streams, up to the exit status
/// after `?`. `…` in a line stands for any text, a line that is `…` alone for any lines.
/// `& NAME command` starts a server, and sets `$NAME` to the address of its first line; it is told
/// to end, and must do so cleanly, after the last command, or at `- NAME`.
struct Transcript: Sendable {
    let name: String
    let steps: [Step]

    struct Step: Sendable {
        /// Counted from 1.
        let line: Int
        let action: Action
    }

    enum Action: Sendable {
        case run(command: String, expected: [String], status: Int32)
        case start(name: String, command: String)
        case stop(name: String)
    }

    init(name: String, text: String) throws {
        self.name = name
        var steps: [Step] = []
        var open: (line: Int, command: String, output: [String])?
        for (offset, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            if let command = open {
                if let status = line.hasPrefix("? ") ? Int32(line.dropFirst(2)) : nil {
                    steps.append(
                        Step(
                            line: command.line,
                            action: .run(
                                command: command.command, expected: command.output, status: status))
                    )
                    open = nil
                } else if line.hasPrefix("$ ") {
                    throw Malformed(
                        name: name, line: offset + 1, reason: "the command before has no `? status`"
                    )
                } else {
                    open?.output.append(String(line))
                }
            } else if line.hasPrefix("$ ") {
                open = (offset + 1, String(line.dropFirst(2)), [])
            } else if let action = try Transcript.server(line, name: name, number: offset + 1) {
                steps.append(Step(line: offset + 1, action: action))
            }
        }
        if let open {
            throw Malformed(name: name, line: open.line, reason: "the command has no `? status`")
        }
        guard !steps.isEmpty else { throw Malformed(name: name, line: 1, reason: "no command") }
        self.steps = steps
    }

    private static func server(_ line: Substring, name: String, number: Int) throws -> Action? {
        if line.hasPrefix("- ") { return .stop(name: String(line.dropFirst(2))) }
        guard line.hasPrefix("& ") else { return nil }
        let parts = line.dropFirst(2).split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else {
            throw Malformed(name: name, line: number, reason: "expected `& NAME command`")
        }
        return .start(name: String(parts[0]), command: String(parts[1]))
    }

    struct Malformed: Error {
        let name: String
        let line: Int
        let reason: String
    }
}

/// Compares what a command printed with what a transcript says.
enum Wildcard {
    static let mark: Character = "…"

    /// Whether the lines are those expected.
    static func matches(_ lines: [String], _ expected: [String]) -> Bool {
        guard let first = expected.first else { return lines.isEmpty }
        if first == String(mark) {
            return (0...lines.count).contains { skipped in
                matches(Array(lines[skipped...]), Array(expected.dropFirst()))
            }
        }
        guard let line = lines.first, matches(line: line, first) else { return false }
        return matches(Array(lines.dropFirst()), Array(expected.dropFirst()))
    }

    private static func matches(line: String, _ expected: String) -> Bool {
        let parts = expected.split(separator: mark, omittingEmptySubsequences: false)
        guard parts.count > 1 else { return line == expected }
        guard line.hasPrefix(parts[0]) else { return false }
        var rest = line.dropFirst(parts[0].count)
        for part in parts[1..<(parts.count - 1)] where !part.isEmpty {
            guard let place = rest.range(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return rest.hasSuffix(parts[parts.count - 1])
    }
}

extension Substring {
    /// The first place where `text` stands.
    fileprivate func range(of text: Substring) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(text) }
            .map { $0..<index($0, offsetBy: text.count) }
    }
}
