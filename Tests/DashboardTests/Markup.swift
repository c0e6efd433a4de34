// SPDX-License-Identifier: Apache-2.0

import Testing

/// A strict reader of the little HTML that our pages use: what it cannot read is a mistake in them.
struct Markup {
    struct Element {
        let name: String
        let attributes: [String: String]
        /// Names of the elements that it stands in, outermost first.
        let path: [String]
    }

    private(set) var elements: [Element] = []
    private(set) var mistakes: [String] = []
    /// All text, as a reader sees it.
    private(set) var text = ""

    private static let void: Set = [
        "meta", "link", "input", "br", "hr", "img", "circle", "line", "rect", "path", "polygon",
    ]

    init(_ page: String) {
        var rest = Substring(page)
        var open: [String] = []
        while let start = rest.firstIndex(of: "<") {
            read(text: rest[..<start])
            rest = rest[rest.index(after: start)...]
            guard let end = Markup.endOfTag(rest) else {
                mistakes.append("a tag without an end: \(rest.prefix(40))")
                return
            }
            let tag = rest[..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("!") { continue }
            if tag.hasPrefix("/") {
                let name = String(tag.dropFirst())
                if open.last == name {
                    open.removeLast()
                } else {
                    mistakes.append("</\(name)> closes <\(open.last ?? "nothing")>")
                }
                continue
            }
            let (name, attributes) = parse(tag)
            elements.append(Element(name: name, attributes: attributes, path: open))
            if !Markup.void.contains(name) { open.append(name) }
        }
        read(text: rest)
        if !open.isEmpty { mistakes.append("never closed: \(open)") }
    }

    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    private static func endOfTag(_ text: Substring) -> Substring.Index? {
        var isQuoted = false
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            if text[index] == ">", !isQuoted { return index }
        }
        return nil
    }

    private mutating func read(text: Substring) {
        for part in text.split(separator: "&").dropFirst(text.hasPrefix("&") ? 0 : 1) {
            let isKnown = ["amp;", "lt;", "gt;", "quot;", "#39;"].contains { part.hasPrefix($0) }
            if !isKnown { mistakes.append("an unknown reference: &\(part.prefix(12))") }
        }
        self.text += Markup.decoded(text)
    }

    static func decoded(_ text: some StringProtocol) -> String {
        String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">")
            .replacing("&quot;", with: "\"").replacing("&#39;", with: "'")
            .replacing("&amp;", with: "&")
    }

    private mutating func parse(_ tag: Substring) -> (String, [String: String]) {
        let name = tag.prefix { $0.isLetter || $0.isNumber }
        var rest = tag.dropFirst(name.count)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        var attributes: [String: String] = [:]
        while true {
            rest = rest.drop(while: \.isWhitespace)
            guard !rest.isEmpty else { break }
            let key = rest.prefix { !$0.isWhitespace && $0 != "=" }
            rest = rest.dropFirst(key.count)
            var value = Substring()
            if rest.hasPrefix("=") {
                rest = rest.dropFirst()
                guard rest.hasPrefix("\"") else {
                    mistakes.append("an unquoted attribute in <\(tag.prefix(60))>")
                    break
                }
                rest = rest.dropFirst()
                value = rest.prefix { $0 != "\"" }
                rest = rest.dropFirst(value.count + 1)
            }
            if attributes.updateValue(Markup.decoded(value), forKey: String(key)) != nil {
                mistakes.append("\(key) is given twice in <\(tag.prefix(60))>")
            }
            if key.contains(where: { !($0.isLetter || $0.isNumber || $0 == "-") }) {
                mistakes.append("an attribute called \(key)")
            }
        }
        return (String(name), attributes)
    }
}

/// What every page has to keep to, whatever it shows.
func check(page: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let markup = Markup(page)
    #expect(markup.mistakes == [], sourceLocation: sourceLocation)
    func expect(_ holds: Bool, _ what: Comment) {
        #expect(holds, what, sourceLocation: sourceLocation)
    }
    let ids = markup.elements.compactMap { $0.attributes["id"] }
    expect(Set(ids).count == ids.count, "every id is given once: \(ids)")
    expect(markup.all("h1").count == 1, "one heading of the page")
    expect(markup.all("main").count == 1, "one main part")
    expect(markup.all("html").first?.attributes["lang"] == "en", "a language")
    expect(
        markup.elements.first { $0.name == "a" }?.attributes["href"] == "#main",
        "a way past the head"
    )
    var level = 0
    for heading in markup.elements where heading.name.count == 2 && heading.name.hasPrefix("h") {
        guard let next = Int(heading.name.dropFirst()) else { continue }
        expect(next <= level + 1, "h\(next) follows h\(level)")
        level = next
    }
    for element in markup.elements {
        for (name, value) in element.attributes {
            expect(!name.hasPrefix("on") && name != "style", "\(name) inside <\(element.name)>")
            if ["href", "src", "action", "data-live", "data-receipt"].contains(name) {
                let isOurs = !value.contains("//") && !value.hasPrefix("javascript")
                expect(isOurs, "\(name) leads to \(value)")
            }
        }
    }
    checkTables(markup, sourceLocation)
    checkForms(markup, ids: Set(ids), sourceLocation)
}

private func checkTables(_ markup: Markup, _ sourceLocation: SourceLocation) {
    #expect(
        markup.all("table").count == markup.all("caption").count, "every table has a caption",
        sourceLocation: sourceLocation)
    for head in markup.all("th") {
        #expect(
            ["col", "row"].contains(head.attributes["scope"]), "a heading without a scope",
            sourceLocation: sourceLocation)
    }
    for time in markup.all("time") {
        #expect(
            time.attributes["datetime"]?.hasSuffix("Z") == true, sourceLocation: sourceLocation)
    }
    for drawing in markup.all("svg") where drawing.path.last != "svg" {
        #expect(
            drawing.attributes["role"] == "img" && drawing.attributes["aria-labelledby"] != nil,
            sourceLocation: sourceLocation)
    }
}

private func checkForms(_ markup: Markup, ids: Set<String>, _ sourceLocation: SourceLocation) {
    let labelled = Set(markup.all("label").compactMap { $0.attributes["for"] })
    for field in markup.elements where ["input", "select"].contains(field.name) {
        #expect(
            labelled.contains(field.attributes["id"] ?? ""), "a field without a label",
            sourceLocation: sourceLocation)
    }
    for element in markup.elements {
        for name in ["aria-labelledby", "for"] {
            let wanted = (element.attributes[name] ?? "").split(separator: " ").map(String.init)
            #expect(
                ids.isSuperset(of: wanted), "\(name) names nothing: \(wanted)",
                sourceLocation: sourceLocation)
        }
        if let target = element.attributes["href"], target.hasPrefix("#") {
            #expect(
                ids.contains(String(target.dropFirst())), "\(target) leads nowhere",
                sourceLocation: sourceLocation)
        }
    }
}
