// SPDX-License-Identifier: Apache-2.0

import PauseAgreement

/// One line of a case: when, what, and what is to come of it. The language is in
/// Vectors/cases/README.md.
struct CaseLine {
    let number: Int
    /// Nil where the line goes on at the time of the one before.
    let time: Time?
    let sentence: String
    /// What follows the arrow: `without effect: …` or `refused: …`.
    let outcome: String?

    /// The lines of a file that are not empty and no comment.
    static func lines(of text: String) throws -> [CaseLine] {
        try text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
            let written = $0.element.split(separator: "#", omittingEmptySubsequences: false)[0]
            let words = Words(String(written))
            return words.isAtEnd ? nil : try CaseLine(words, number: $0.offset + 1)
        }
    }

    private init(_ words: Words, number: Int) throws {
        var words = words
        self.number = number
        do {
            time = words.skip("day") ? try words.day() : nil
        } catch {
            throw CaseFault(line: number, "\(error)")
        }
        let halves = words.rest.split(separator: "->", maxSplits: 1).map { Words(String($0)).rest }
        sentence = halves[0]
        outcome = halves.count == 2 ? halves[1] : nil
    }
}

/// What is wrong with a case, or with the law as the case sees it.
struct CaseFault: Error, CustomStringConvertible {
    let line: Int
    let message: String

    init(line: Int, _ message: String) {
        self.line = line
        self.message = message
    }

    var description: String { "line \(line): \(message)" }
}

struct Misread: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A sentence being read from the left, word by word.
struct Words {
    private(set) var words: [Substring]

    /// A colon at the end of a word is a word of its own.
    init(_ text: String) {
        words = text.split { $0 == " " || $0 == "\t" || $0 == "\r" }.flatMap { word in
            word.count > 1 && word.hasSuffix(":") ? [word.dropLast(), ":"] : [word]
        }
    }

    var isAtEnd: Bool { words.isEmpty }
    var rest: String {
        words.reduce("") { $1 == ":" ? $0 + ":" : $0.isEmpty ? String($1) : "\($0) \($1)" }
    }

    /// Passes over these words where they come next.
    mutating func skip(_ text: String) -> Bool {
        let expected = Words(text).words
        guard words.starts(with: expected) else { return false }
        words.removeFirst(expected.count)
        return true
    }

    mutating func take(_ what: String) throws -> String {
        guard let first = words.first else { throw Misread("expected \(what), and the line ends") }
        words.removeFirst()
        return String(first)
    }

    mutating func number() throws -> Int {
        let word = try take("a number")
        guard let number = Int(word) else { throw Misread("expected a number, found \(word)") }
        return number
    }

    /// `3`, or `3 14:30`: the day of the case, and the hour where it is not midnight.
    mutating func day() throws -> Time {
        let word = try take("a day")
        guard let number = Int(word.hasSuffix(",") ? String(word.dropLast()) : word) else {
            throw Misread("expected a number, found \(word)")
        }
        let start = Scene.day(number)
        guard let clock = words.first?.split(separator: ":"), clock.count == 2,
            let hours = Int64(clock[0]),
            let minutes = Int64(clock[1])
        else { return start }
        words.removeFirst()
        return start + TimeSpan(milliseconds: (hours * 60 + minutes) * 60_000)
    }

    /// Names up to the next word that is none of them: `a, b and c`.
    mutating func names(before end: [String]) throws -> [String] {
        var names: [String] = []
        while let word = words.first, !end.contains(String(word)) {
            words.removeFirst()
            if word != "and" {
                names.append(word.hasSuffix(",") ? String(word.dropLast()) : String(word))
            }
        }
        guard !names.isEmpty else { throw Misread("expected names") }
        return names
    }

    /// The name that comes next, where these words follow it; takes both.
    mutating func site(before text: String) -> String? {
        guard let name = words.first else { return nil }
        let expected = Words(text).words
        guard words.dropFirst().starts(with: expected) else { return nil }
        words.removeFirst(expected.count + 1)
        return String(name)
    }

    /// Takes these words and a number away from the end, where they stand there.
    mutating func dropNumber(after text: String) -> Int? {
        let expected = Words(text).words
        guard let last = words.last, let number = Int(last),
            words.dropLast().suffix(expected.count).elementsEqual(expected)
        else { return nil }
        words.removeLast(expected.count + 1)
        if let before = words.last, before.hasSuffix(",") {
            words[words.count - 1] = before.dropLast()
        }
        return number
    }

    func end() throws {
        if !isAtEnd { throw Misread("not understood: \(rest)") }
    }
}
