// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The commands of one program that a page shows, as far as they can be compared with the program:
/// subcommands and long options.
struct CommandWords: Equatable {
    /// Counted from 1.
    let line: Int
    /// The program's name first.
    let words: [String]

    /// Every place of a page's code where one of the programs is called by name.
    static func all(in markdown: String, programs: Set<String>) -> [CommandWords] {
        code(of: markdown).flatMap { line, text in
            segments(of: text).compactMap { words in
                guard let place = words.firstIndex(where: { programs.contains(name(of: $0)) })
                else { return nil }
                let called = [name(of: words[place])] + words[(place + 1)...]
                return CommandWords(line: line, words: called)
            }
        }
    }

    /// `/usr/local/bin/standstill` and `ExecStart=/usr/local/bin/standstill` are `standstill`.
    private static func name(of word: String) -> String {
        String(word.split { $0 == "/" || $0 == "=" }.last ?? "")
    }

    /// Lines of blocks, joined where they go on, and what stands between backticks elsewhere.
    private static func code(of markdown: String) -> [(line: Int, text: String)] {
        var pieces: [(line: Int, text: String)] = []
        var isBlock = false
        var goesOn = false
        let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
        for (offset, line) in lines.enumerated() {
            if line.hasPrefix("```") {
                isBlock.toggle()
                goesOn = false
            } else if isBlock {
                let text = line.hasSuffix("\\") ? String(line.dropLast()) : String(line)
                if goesOn {
                    pieces[pieces.endIndex - 1].text += " " + text
                } else {
                    pieces.append((offset + 1, text))
                }
                goesOn = line.hasSuffix("\\")
            }
        }
        return pieces + spans(of: lines)
    }

    /// Spans may go on in the next line.
    private static func spans(of lines: [Substring]) -> [(line: Int, text: String)] {
        var isBlock = false
        let prose = lines.map { line -> String in
            if line.hasPrefix("```") { isBlock.toggle() }
            return isBlock || line.hasPrefix("```") ? "" : String(line)
        }
        var spans: [(line: Int, text: String)] = []
        var line = 1
        for (index, part) in prose.joined(separator: "\n").split(
            separator: "`", omittingEmptySubsequences: false
        ).enumerated() {
            if !index.isMultiple(of: 2) {
                spans.append((line, String(part).replacing("\n", with: " ")))
            }
            line += part.count { $0 == "\n" }
        }
        return spans
    }

    /// The words of each simple command, as a shell would split them.
    private static func segments(of text: String) -> [[String]] {
        var segments: [[String]] = [[]]
        var word = ""
        var quote: Character?
        func endWord() {
            if !word.isEmpty { segments[segments.endIndex - 1].append(word) }
            word = ""
        }
        for character in text {
            switch (quote, character) {
            case (.some(character), _): quote = nil
            case (nil, "'"), (nil, "\""): quote = character
            case (nil, "|"), (nil, ";"), (nil, "&"), (nil, "("), (nil, ")"), (nil, "<"), (nil, ">"):
                endWord()
                segments.append([])
            case (nil, " "), (nil, "\t"): endWord()
            default: word.append(character)
            }
        }
        endWord()
        return segments.filter { !$0.isEmpty }
    }
}

/// A command as the program describes it with `--experimental-dump-help`.
struct DescribedCommand {
    let name: String
    let options: Set<String>
    let subcommands: [DescribedCommand]

    init(_ json: [String: Any]) {
        name = json["commandName"] as? String ?? ""
        let arguments = json["arguments"] as? [[String: Any]] ?? []
        options = Set(
            arguments.flatMap { $0["names"] as? [[String: Any]] ?? [] }
                .filter { $0["kind"] as? String == "long" }
                .compactMap { $0["name"] as? String })
        subcommands = (json["subcommands"] as? [[String: Any]] ?? []).map(DescribedCommand.init)
    }

    /// What of the words the program does not know; nil where it knows all of them.
    func stranger(in words: some Sequence<String>) -> String? {
        var command = self
        var isPath = true
        for word in words {
            if word == "--" { return nil }
            if let option = word.hasPrefix("--") ? word.dropFirst(2) : nil {
                let name = String(option.prefix { $0 != "=" })
                guard name.isEmpty || command.options.contains(name) else { return word }
            } else if isPath, !command.subcommands.isEmpty, !word.hasPrefix("-"), word != "…" {
                guard let next = command.subcommands.first(where: { $0.name == word }) else {
                    return word
                }
                command = next
            } else {
                isPath = false
            }
        }
        return nil
    }
}
