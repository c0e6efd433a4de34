// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The commands of a page in Markdown that a reader types, one after the other, in one terminal.
///
///     ```console
///     $ standstill agreement id agreement.yaml
///     …
///     ```
///
/// Only blocks of the language `console` are played. What stands below a command is what it prints;
/// `…` stands for any text, as in a ``Transcript``. A command goes on after a `\` at the end of its
/// line, and up to the end of a here-document. One that ends in ` &` is a server and runs on. After
/// `console` may stand `exit=1`, for commands that end with another status than 0, and `until`, for
/// those that a reader repeats until they print what is expected.
struct Lesson: Sendable {
    let steps: [Step]

    struct Step: Sendable, Equatable {
        /// Of the page, counted from 1.
        let line: Int
        var command: String
        var expected: [String] = []
        var status: Int32 = 0
        var isRepeated = false

        var isServer: Bool { command.hasSuffix(" &") }
    }

    init(markdown: String) throws {
        var steps: [Step] = []
        let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        var place = 0
        while place < lines.count {
            defer { place += 1 }
            guard lines[place].hasPrefix("```") else { continue }
            let end = lines[(place + 1)...].firstIndex(of: "```") ?? lines.endIndex
            guard end < lines.endIndex else {
                throw Malformed(line: place + 1, reason: "the block has no end")
            }
            let words = lines[place].dropFirst(3).split(separator: " ")
            if words.first == "console" {
                let style = try Lesson.style(words.dropFirst(), line: place + 1)
                steps += try Lesson.steps(lines, in: (place + 1)..<end, style)
            }
            place = end
        }
        guard !steps.isEmpty else { throw Malformed(line: 1, reason: "no command") }
        self.steps = steps
    }

    private static func style(_ words: ArraySlice<Substring>, line: Int) throws -> Step {
        var style = Step(line: line, command: "")
        for word in words {
            if word == "until" {
                style.isRepeated = true
            } else if word.hasPrefix("exit="), let status = Int32(word.dropFirst(5)) {
                style.status = status
            } else {
                throw Malformed(line: line, reason: "`\(word)` means nothing after `console`")
            }
        }
        return style
    }

    private static func steps(_ lines: [String], in range: Range<Int>, _ style: Step) throws
        -> [Step]
    {
        var steps: [Step] = []
        var place = range.lowerBound
        while place < range.upperBound {
            defer { place += 1 }
            guard lines[place].hasPrefix("$ ") else {
                guard !steps.isEmpty else {
                    throw Malformed(line: place + 1, reason: "the block begins with no command")
                }
                steps[steps.endIndex - 1].expected.append(lines[place])
                continue
            }
            var step = Step(
                line: place + 1, command: String(lines[place].dropFirst(2)),
                status: style.status, isRepeated: style.isRepeated)
            while step.isUnfinished {
                place += 1
                guard place < range.upperBound else {
                    throw Malformed(line: step.line, reason: "the command has no end")
                }
                step.command += "\n" + lines[place]
            }
            steps.append(step)
        }
        return steps
    }

    struct Malformed: Error {
        let line: Int
        let reason: String
    }
}

extension Lesson.Step {
    /// Whether the next line still belongs to the command.
    fileprivate var isUnfinished: Bool {
        guard let start = command.range(of: "<<") else { return command.hasSuffix("\\") }
        let word = command[start.upperBound...].prefix { $0.isLetter }
        return !word.isEmpty && !command.hasSuffix("\n" + word)
    }
}
