// SPDX-License-Identifier: Apache-2.0

extension SourceFile {
    /// A module that the file imports, and where.
    struct Import: Hashable {
        let module: String
        let line: Int
    }

    var imports: [Import] {
        var imports: [Import] = []
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        for (index, token) in tokens.enumerated() where token.isWord("import") {
            let following = tokens[(index + 1)...].prefix(2).map(\.text)
            guard startsImport(at: index), let first = following.first else { continue }
            let module = kinds.contains(first) ? following.last ?? first : first
            imports.append(Import(module: module, line: token.line))
        }
        return imports
    }

    /// Whether only attributes and access levels stand before the word on its line.
    private func startsImport(at index: Int) -> Bool {
        let before: Set = [
            "testable", "public", "package", "internal", "fileprivate", "private", "preconcurrency",
            "@",
        ]
        return tokens[..<index].reversed().prefix { $0.line == tokens[index].line }
            .allSatisfy { before.contains($0.text) }
    }

    /// A declared type, and where.
    struct TypeName: Hashable {
        let name: String
        let line: Int
    }

    var typeNames: [TypeName] {
        let keywords: Set = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        return zip(tokens, tokens.dropFirst()).compactMap { keyword, name in
            guard keyword.kind == .word, keywords.contains(keyword.text), name.kind == .word,
                name.text.first?.isUppercase == true
            else { return nil }
            return TypeName(name: name.text, line: name.line)
        }
    }

    /// A function, initialiser or subscript with a body.
    struct Function: Hashable {
        let name: String
        let line: Int
        let lastLine: Int
        let isPublic: Bool

        var length: Int { lastLine - line + 1 }
    }

    var functions: [Function] {
        tokens.indices.compactMap { index in
            guard isFunctionKeyword(at: index), let body = body(after: index) else { return nil }
            let keyword = tokens[index]
            let name = keyword.isWord("func") ? tokens[index + 1].text : keyword.text
            let modifiers = tokens[..<index].reversed()
                .prefix { $0.kind == .word && SourceFile.modifiers.contains($0.text) }
            return Function(
                name: name, line: modifiers.last?.line ?? keyword.line, lastLine: body,
                isPublic: modifiers.contains { $0.isWord("public") || $0.isWord("open") })
        }
    }

    private static let modifiers: Set = [
        "public", "open", "package", "internal", "fileprivate", "private", "static", "class",
        "mutating", "nonmutating", "consuming", "borrowing", "final", "override", "required",
        "convenience", "nonisolated", "prefix", "postfix", "infix", "indirect",
    ]

    private func isFunctionKeyword(at index: Int) -> Bool {
        let token = tokens[index]
        guard token.kind == .word, index + 1 < tokens.count else { return false }
        if token.text == "func" { return true }
        guard token.text == "init" || token.text == "subscript" else { return false }
        let isUse = index > 0 && tokens[index - 1].isMark(".")
        return !isUse && ["(", "<", "?", "!"].contains { tokens[index + 1].isMark($0) }
    }

    /// The line on which the body of the function at `start` ends; nil for a requirement without
    /// one.
    private func body(after start: Int) -> Int? {
        let next: Set = [
            "func", "var", "let", "init", "subscript", "case", "struct", "enum", "class",
        ]
        var parentheses = 0
        var index = start + 1
        while index < tokens.count, !(parentheses == 0 && tokens[index].isMark("{")) {
            let token = tokens[index]
            if token.isMark("(") { parentheses += 1 }
            if token.isMark(")") { parentheses -= 1 }
            let ends = token.isMark("}") || (token.kind == .word && next.contains(token.text))
            if parentheses == 0, ends, index > start + 1 { return nil }
            index += 1
        }
        var braces = 0
        while index < tokens.count {
            if tokens[index].isMark("{") { braces += 1 }
            if tokens[index].isMark("}") { braces -= 1 }
            if braces == 0 { return tokens[index].line }
            index += 1
        }
        return nil
    }

    /// The documentation comment that stands directly above a line, attributes skipped.
    func documentation(above line: Int) -> String {
        let lines = lines.map { $0.drop { $0 == " " } }
        var index = line - 2
        while index >= 0, lines[index].hasPrefix("@") { index -= 1 }
        var comment: [Substring] = []
        while index >= 0, lines[index].hasPrefix("///") {
            comment.insert(lines[index], at: 0)
            index -= 1
        }
        return comment.joined(separator: "\n")
    }
}
