// SPDX-License-Identifier: Apache-2.0

/// What Package.swift says: one line a room, its name and all that it may import.
struct Manifest {
    enum Kind: String, Hashable {
        case room, program, tests, systemLibrary
    }

    struct Target: Hashable {
        let kind: Kind
        let name: String
        /// `core` or `shell`; nil for programs, tests and system libraries.
        let layer: String?
        /// Modules of this package and of others.
        let imports: Set<String>
        let line: Int
    }

    let targets: [Target]

    func target(_ name: String) -> Target? { targets.first { $0.name == name } }

    /// Reads the calls of the helpers `room`, `program`, `tests` and `.systemLibrary`.
    init(parsing text: String) {
        let tokens = Lexer.tokens(of: text)
        let products = Manifest.products(in: tokens)
        var targets: [Target] = []
        for (index, token) in tokens.enumerated() {
            guard token.kind == .word, let kind = Kind(rawValue: token.text),
                index + 1 < tokens.count,
                tokens[index + 1].isMark("("), index == 0 || !tokens[index - 1].isWord("func")
            else { continue }
            let call = Manifest.arguments(of: tokens, from: index + 1)
            guard let name = call.first(where: { $0.kind == .string })?.text else { continue }
            // Files that SwiftPM is to leave alone are no imports.
            let named = Array(call.prefix { !$0.isWord("exclude") })
            targets.append(Manifest.target(kind, name, named, products, line: token.line))
        }
        self.targets = targets
    }

    private static func target(
        _ kind: Kind, _ name: String, _ call: [Token], _ products: [String: String], line: Int
    ) -> Target {
        guard kind != .systemLibrary else {
            return Target(kind: kind, name: name, layer: nil, imports: [], line: line)
        }
        var imports: Set<String> = kind == .program ? ["ArgumentParser"] : []
        var layer: String?
        for (index, token) in call.enumerated() {
            if token.kind == .string, token.text != name || index > 0 { imports.insert(token.text) }
            guard token.kind == .word, index > 0, call[index - 1].isMark(".") else { continue }
            if token.text == "core" || token.text == "shell" {
                layer = token.text
            } else if let product = products[token.text] {
                imports.insert(product)
            }
        }
        let fullName = kind == .tests ? name + "Tests" : name
        return Target(kind: kind, name: fullName, layer: layer, imports: imports, line: line)
    }

    /// `static let crypto = product(name: "Crypto", …)`: the short name and the module.
    private static func products(in tokens: [Token]) -> [String: String] {
        var products: [String: String] = [:]
        for (index, token) in tokens.enumerated()
        where token.isWord("product") && index >= 2 && index + 4 < tokens.count {
            let module = tokens[index + 4]
            guard tokens[index - 1].isMark("="), module.kind == .string else { continue }
            products[tokens[index - 2].text] = module.text
        }
        return products
    }

    /// The tokens between the parenthesis at `start` and the one that closes it.
    private static func arguments(of tokens: [Token], from start: Int) -> [Token] {
        var depth = 0
        for index in start..<tokens.count {
            if tokens[index].isMark("(") { depth += 1 }
            if tokens[index].isMark(")") { depth -= 1 }
            if depth == 0 { return Array(tokens[(start + 1)..<index]) }
        }
        return []
    }
}
