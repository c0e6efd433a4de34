// SPDX-License-Identifier: Apache-2.0

/// A piece of a page: text put into it is escaped, only another piece goes in as it is.
///
/// So nothing that a party wrote can become markup, whoever writes the next page.
public struct HTML: Hashable, Sendable, ExpressibleByStringInterpolation {
    /// The piece as it is written into a file.
    public let markup: String

    public init(stringLiteral value: String) { markup = value }

    public init(stringInterpolation: StringInterpolation) { markup = stringInterpolation.markup }

    /// The text as a page shows it, in an element or in a quoted attribute.
    init(text: String) { markup = HTML.escaped(text) }

    /// The pieces one after the other.
    init(_ pieces: [HTML], separator: String = "") {
        markup = pieces.map(\.markup).joined(separator: separator)
    }

    static let nothing: HTML = ""

    var isEmpty: Bool { markup.isEmpty }

    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        fileprivate var markup = ""

        public init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { markup += literal }
        public mutating func appendInterpolation(_ piece: HTML) { markup += piece.markup }
        mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { markup += piece.markup }
        }
        mutating func appendInterpolation(_ piece: HTML?) { markup += piece?.markup ?? "" }
        mutating func appendInterpolation(_ text: String) { markup += HTML.escaped(text) }
        mutating func appendInterpolation(_ number: some FixedWidthInteger) {
            markup += String(number)
        }
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // No page may hold them; a carriage return would come back as a line feed.
            case "\u{0}"..."\u{8}", "\u{B}"..."\u{1F}", "\u{7F}"..."\u{9F}":
                escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension HTML {
    /// A style sheet of our own inside a drawing.
    init(css: String) {
        precondition(!css.contains("<") && !css.contains("&"), "a style holds no markup")
        markup = css
    }
}
