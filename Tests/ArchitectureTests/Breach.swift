// SPDX-License-Identifier: Apache-2.0

import Testing

/// One place where a rule of the house is broken.
struct Breach: Hashable, CustomStringConvertible {
    let path: String
    let line: Int
    let sentence: String

    init(_ file: SourceFile, _ line: Int, _ sentence: String) {
        path = file.path
        self.line = line
        self.sentence = sentence
    }

    var description: String { "\(path):\(line): \(sentence)" }
}

/// A rule: what one file breaks, in the order of its lines.
typealias Rule = (SourceFile) -> [Breach]

/// Holds `files` to `rule`; every breach is one recorded issue that names its place.
func check(
    _ files: [SourceFile], against rule: Rule, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(!files.isEmpty, "no file to check", sourceLocation: sourceLocation)
    for breach in files.flatMap(rule) {
        Issue.record("\(breach)", sourceLocation: sourceLocation)
    }
}

/// The control of a rule: it must bite on `bad`, at `lines` and nowhere else.
func check(
    _ rule: Rule, bites bad: String, at path: String, lines: [Int],
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let breaches = rule(SourceFile(path: path, text: bad))
    #expect(breaches.map(\.line) == lines, "\(breaches)", sourceLocation: sourceLocation)
}
