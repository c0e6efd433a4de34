// SPDX-License-Identifier: Apache-2.0

import Testing

/// Names say what a thing is; these words say nothing.
@Suite struct NameTests {
    private static let all = Project.sources + Project.tests

    @Test func `no file and no type has an empty word in its name`() {
        check(NameTests.all, against: emptyWords)
    }

    @Test func `an empty word is a breach, a longer word that holds it is not`() {
        check(
            emptyWords,
            bites: """
                struct LogManager {}
                enum Base64 {}
                struct Database {}
                final class BaseURL {}
                actor JSONHelper {}
                typealias Utils = Int
                protocol Infos {}
                """,
            at: "Sources/Core/Brake/A.swift", lines: [1, 4, 5, 6])
        check(emptyWords, bites: "", at: "Sources/Core/Brake/Order+Helpers.swift", lines: [1])
        check(
            emptyWords, bites: "struct RequestHandler {}", at: "Sources/Shell/Server/A.swift",
            lines: [])
    }
}

private let forbidden: Set = [
    "Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Misc",
    "Base",
    "Impl", "Service", "Data", "Info", "Processor",
]

func emptyWords(_ file: SourceFile) -> [Breach] {
    let words = file.target == "Server" ? forbidden : forbidden.union(["Handler"])
    let stem = file.name.replacing(".swift", with: "")
    let names = [SourceFile.TypeName(name: stem, line: 1)] + file.typeNames
    return names.compactMap { found in
        camelWords(found.name).first(where: words.contains).map {
            Breach(file, found.line, "\($0) in \(found.name) says nothing: name the concept")
        }
    }
}

/// `JSONHelper` is `JSON`, `Helper`; digits belong to the word before, so `Base64` is one word.
private func camelWords(_ name: String) -> [String] {
    var words: [String] = []
    let letters = Array(name)
    for (index, letter) in letters.enumerated() {
        let before = index > 0 ? letters[index - 1] : " "
        let after = index + 1 < letters.count ? letters[index + 1] : " "
        let begins = letter.isUppercase && (!before.isUppercase || after.isLowercase)
        if begins || !(letter.isLetter || letter.isNumber) || words.isEmpty { words.append("") }
        if letter.isLetter || letter.isNumber { words[words.count - 1].append(letter) }
    }
    return words
}
