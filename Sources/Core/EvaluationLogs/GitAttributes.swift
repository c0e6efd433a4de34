// SPDX-License-Identifier: Apache-2.0

/// Which paths of a repository its `.gitattributes` call generated.
///
/// Read here and not by git, since what git answers depends on its version and on files outside the
/// repository.
///
/// Source: gitattributes(5), gitignore(5); GitHub Linguist, `linguist-generated`.
public struct GitAttributes: Sendable {
    private struct Rule: Sendable {
        /// Parts of the path between slashes; `**` stands for any number of them.
        let parts: [String]
        /// The folder of the file that holds the rule, with a slash at its end.
        let folder: String
        /// Nil where the rule takes an earlier one back.
        let isGenerated: Bool?
    }

    /// A later rule goes before an earlier one.
    private var rules: [Rule] = []

    public init() {}

    /// Takes over a file; files of deeper folders have to come after those above them, and the
    /// order of their paths is such an order.
    ///
    /// - Parameter folder: empty for the top, else with a slash at its end.
    public mutating func add(_ text: String, in folder: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard let pattern = words.first, !pattern.hasPrefix("#"), !pattern.hasPrefix("!"),
                !pattern.hasPrefix("[attr]"), !pattern.hasPrefix("\"")
            else { continue }
            for word in words.dropFirst() {
                guard let state = GitAttributes.state(of: word) else { continue }
                rules.append(
                    Rule(
                        parts: GitAttributes.parts(of: String(pattern)), folder: folder,
                        isGenerated: state.value))
            }
        }
    }

    public func isGenerated(_ path: String) -> Bool {
        for rule in rules.reversed() where path.hasPrefix(rule.folder) {
            let parts = path.dropFirst(rule.folder.count).split(separator: "/").map(String.init)
            if GitAttributes.matches(rule.parts[...], parts[...]) {
                return rule.isGenerated ?? false
            }
        }
        return false
    }

    private static func state(of word: Substring) -> (value: Bool?, Void)? {
        let name = "linguist-generated"
        switch word {
        case _ where word == name, _ where word == "\(name)=true": return (true, ())
        case _ where word == "-\(name)", _ where word == "\(name)=false": return (false, ())
        case _ where word == "!\(name)": return (nil, ())
        default: return nil
        }
    }

    /// A pattern without a slash fits a name in any folder, one with a slash a path from here on.
    private static func parts(of pattern: String) -> [String] {
        let isAnchored = pattern.dropLast().contains("/")
        let parts = pattern.split(separator: "/").map(String.init)
        return isAnchored ? parts : ["**"] + parts
    }

    private static func matches(_ pattern: ArraySlice<String>, _ path: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first == "**" {
            if pattern.count == 1 { return !path.isEmpty }
            return path.indices.contains { matches(pattern.dropFirst(), path[$0...]) }
        }
        guard let name = path.first, glob(Array(first)[...], Array(name)[...]) else { return false }
        return matches(pattern.dropFirst(), path.dropFirst())
    }

    /// `*`, `?` and `[a-z]` within one name, in time that no pattern can blow up: only the last
    /// star is tried again.
    private static func glob(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>)
        -> Bool
    {
        var (rest, left) = (pattern, name)
        var retry: (pattern: ArraySlice<Character>, name: ArraySlice<Character>)?
        while true {
            if rest.first == "*" {
                rest = rest.drop { $0 == "*" }
                if rest.isEmpty { return true }
                retry = (rest, left)
            } else if rest.isEmpty, left.isEmpty {
                return true
            } else if let character = left.first, let used = one(rest, fits: character) {
                rest = rest.dropFirst(used)
                left = left.dropFirst()
            } else {
                guard let again = retry, !again.name.isEmpty else { return false }
                retry = (again.pattern, again.name.dropFirst())
                (rest, left) = (again.pattern, again.name.dropFirst())
            }
        }
    }

    /// How many characters of the pattern stand for this one; nil where it does not fit.
    private static func one(_ pattern: ArraySlice<Character>, fits character: Character) -> Int? {
        switch pattern.first {
        case nil: return nil
        case "?": return 1
        case "[":
            guard let end = pattern.dropFirst(2).firstIndex(of: "]") else { return nil }
            let set = pattern[(pattern.startIndex + 1)..<end]
            return isIn(set, character) ? end - pattern.startIndex + 1 : nil
        case "\\" where pattern.count > 1:
            return pattern[pattern.startIndex + 1] == character ? 2 : nil
        case .some(let plain): return plain == character ? 1 : nil
        }
    }

    private static func isIn(_ set: ArraySlice<Character>, _ character: Character) -> Bool {
        let isInverted = set.first == "!" || set.first == "^"
        let members = Array(isInverted ? set.dropFirst() : set)
        var found = false
        var place = 0
        while place < members.count {
            if place + 2 < members.count, members[place + 1] == "-" {
                found =
                    found || (members[place]...max(members[place], members[place + 2])) ~= character
                place += 3
            } else {
                found = found || members[place] == character
                place += 1
            }
        }
        return found != isInverted
    }
}
