// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// What a statement says in public, member by member, for people.
struct StatementLines {
    private let statement: Statement
    private let links: Links

    init(_ statement: Statement, links: Links) {
        self.statement = statement
        self.links = links
    }

    var html: HTML {
        let object = statement.predicate.json
        // In the order in which the kind declares its fields: the important ones come first.
        let declared = statement.kind.fields.map(\.name).filter { object[$0] != nil }
        let others = object.keys.filter { !declared.contains($0) }
        let lines = HTML.definitions(
            (declared + others).map { name in (words(name), value(object[name], of: name)) })
        return lines.isEmpty ? "<p>Nothing beyond its kind.</p>\n" : lines
    }

    /// Members that name an entry by its number.
    private static let entries: Set = [
        "draw", "telemetry", "corrects", "request", "about", "measurement",
    ]

    private func words(_ name: String) -> String {
        String(name.map { $0 == "-" ? " " : $0 })
    }

    private func value(_ json: JSON?, of name: String) -> HTML? {
        guard let json else { return nil }
        switch json {
        case .null: return nil
        case .bool(let value): return value ? "yes" : "no"
        case .integer(let number):
            let isEntry = Self.entries.contains(name) && number >= 0
            return isEntry ? links.toEntry(LogIndex(UInt64(number))) : "\(number)"
        case .decimal(let text): return "\(text)"
        case .string(let text): return words(of: text, name)
        case .array(let elements):
            guard !elements.isEmpty else { return "none" }
            return HTML.list(elements.map { value($0, of: name) ?? .nothing })
        case .object(let object):
            return .definitions(object.members.map { (words($0.key), value($0.value, of: $0.key)) })
        }
    }

    private func words(of text: String, _ name: String) -> HTML {
        if let time = Time(text), text.utf8.count >= 10 { return .time(time) }
        if Digest(hex: text) != nil { return "<code class=\"hash\">\(text)</code>" }
        if name == "policy" { return "<pre>\n\(text)</pre>" }
        // Names and numbers stand as they are; whatever may be prose is quoted.
        let isPlain = text.isPlainName || ExactDecimal(text) != nil || Subject(text) != nil
        return isPlain ? "\(text)" : .said(text)
    }
}
