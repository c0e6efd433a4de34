// SPDX-License-Identifier: Apache-2.0

public import PauseAgreement
import TransparencyLog

extension HTML {
    /// An instant, for people and for programs.
    static func time(_ time: Time) -> HTML {
        "<time datetime=\"\(time.description)\">\(HTML.words(time))</time>"
    }

    /// An instant that something is due at; the page's script adds how far away it is.
    static func due(_ time: Time) -> HTML {
        "<time class=\"due\" datetime=\"\(time.description)\">\(HTML.words(time))</time>"
    }

    /// `2026-11-21 20:00 UTC`, with seconds only where they are not zero; the attribute beside it
    /// has the milliseconds.
    private static func words(_ time: Time) -> String {
        let text = time.description
        guard let mark = text.firstIndex(of: "T"), text.hasSuffix("Z") else { return text }
        var clock = String(text[text.index(after: mark)...].dropLast())
        clock = String(clock.prefix(8))
        if clock.hasSuffix(":00") { clock.removeLast(3) }
        return "\(text[..<mark]) \(clock) UTC"
    }

    /// One of our own sentences, with the instants in it marked up.
    static func prose(_ sentence: String) -> HTML {
        let bytes = Array(sentence.utf8)
        var pieces: [HTML] = []
        var plain = 0
        var place = 0
        while place + 20 <= bytes.count {
            guard let (time, end) = instant(in: bytes, at: place) else {
                place += 1
                continue
            }
            pieces.append(HTML(text: String(decoding: bytes[plain..<place], as: UTF8.self)))
            pieces.append(.time(time))
            place = end
            plain = end
        }
        pieces.append(HTML(text: String(decoding: bytes[plain...], as: UTF8.self)))
        return HTML(pieces)
    }

    private static func instant(in bytes: [UInt8], at place: Int) -> (Time, end: Int)? {
        guard bytes[place + 4] == UInt8(ascii: "-"), bytes[place + 10] == UInt8(ascii: "T"),
            let end = bytes[(place + 19)...].prefix(5).firstIndex(of: UInt8(ascii: "Z")),
            let time = Time(String(decoding: bytes[place...end], as: UTF8.self))
        else { return nil }
        return (time, end + 1)
    }

    /// What a party wrote, marked as its words.
    static func said(_ text: String) -> HTML { "<q class=\"said\">\(text)</q>" }

    /// `article 5.1`.
    static func article(_ article: String) -> HTML {
        "<span class=\"clause\">article\u{A0}\(article)</span>"
    }

    static func list(_ items: [HTML], class name: String? = nil) -> HTML {
        guard !items.isEmpty else { return .nothing }
        let attribute: HTML = name.map { " class=\"\($0)\"" } ?? .nothing
        return "<ul\(attribute)>\n\(HTML(items.map { "<li>\($0)</li>\n" }))</ul>\n"
    }

    /// Names and what belongs to them; pairs without anything are left out.
    static func definitions(_ pairs: [(String, HTML?)]) -> HTML {
        let rows: [HTML] = pairs.compactMap { name, value in
            guard let value, !value.isEmpty else { return nil }
            return "<div><dt>\(name)</dt><dd>\(value)</dd></div>\n"
        }
        return rows.isEmpty ? .nothing : "<dl>\n\(rows)</dl>\n"
    }

    /// A part of a page that a link can name.
    static func section(_ id: String, _ title: String, _ body: HTML) -> HTML {
        guard !body.isEmpty else { return .nothing }
        return """
            <section id="\(id)" aria-labelledby="\(id)-title">
            <h2 id="\(id)-title">\(title)</h2>
            \(body)</section>

            """
    }

    /// A part that is folded; its id lets the page's script keep it open over a refresh.
    static func fold(_ id: String, _ summary: HTML, _ body: HTML, isOpen: Bool = false) -> HTML {
        let open: HTML = isOpen ? " open" : .nothing
        return "<details id=\"\(id)\"\(open)><summary>\(summary)</summary>\n\(body)</details>\n"
    }

    /// A table whose first column heads its rows. On a narrow screen each row becomes a card, so
    /// every cell repeats its column's name in an attribute.
    ///
    /// - Parameter isBrief: on a narrow screen a row becomes one line of text instead.
    static func table(
        _ caption: String, _ columns: [String], _ rows: [[HTML]], isBrief: Bool = false
    ) -> HTML {
        let head: [HTML] = columns.map { "<th scope=\"col\">\($0)</th>" }
        let body: [HTML] = rows.map { row in
            let cells: [HTML] = zip(columns, row).enumerated().map { place, pair in
                place == 0
                    ? "<th scope=\"row\">\(pair.1)</th>"
                    : "<td data-label=\"\(pair.0)\">\(pair.1)</td>"
            }
            return "<tr>\(cells)</tr>\n"
        }
        return """
            <table class="cards\(isBrief ? " brief" : "")">
            <caption>\(caption)</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body)</tbody>
            </table>

            """
    }
}

extension HTML {
    /// A verdict: a sign, a word and a colour, so that none of them is needed alone.
    static func badge(_ word: String) -> HTML {
        let sign =
            switch word {
            case "crossed", "fail", "non-compliant", "paused", "called": "▲"
            case "pass", "clear", "stopped", "adopted", "reached": "✓"
            case "unknown", "unverified": "?"
            case "rejected", "timed-out", "withdrawn", "outside": "–"
            default: "•"
            }
        return """
            <span class="badge \(word)"><span aria-hidden="true">\(sign)\u{A0}</span>\(word)</span>
            """
    }
}

extension Quantity {
    /// The figure in the unit in which people say it: `8 h` for 480 min, `55 %` for a share,
    /// `3.8e26 FLOP` for 38e25.
    public var words: String {
        if unit == .share { return value.percent }
        let two = ExactDecimal(coefficient: 2)
        for larger in [QuantityUnit.hours, .minutes] where unit != .days && unit != .hours {
            if let converted = converted(to: larger), two <= converted.value,
                converted.value.description.utf8.count <= value.description.utf8.count
            {
                return converted.description
            }
        }
        return "\(value.scientific) \(unit.rawValue)"
    }
}

extension ExactDecimal {
    /// With one digit before the point where there is an exponent: `3.8e26`.
    fileprivate var scientific: String {
        let parts = description.split(separator: "e")
        guard parts.count == 2, let exponent = Int(parts[1]) else { return description }
        let isNegative = parts[0].hasPrefix("-")
        let digits = isNegative ? parts[0].dropFirst() : parts[0]
        guard digits.count > 1, let first = digits.first else { return description }
        let order = exponent + digits.count - 1
        return "\(isNegative ? "-" : "")\(first).\(digits.dropFirst())e\(order)"
    }
}

/// A sentence with a large first letter.
func capitalized(_ sentence: String) -> String {
    sentence.prefix(1).uppercased() + sentence.dropFirst()
}
