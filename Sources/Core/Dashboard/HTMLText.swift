// SPDX-License-Identifier: Apache-2.0

/// Text as HTML shows it: nothing that a party wrote can become markup.
struct HTMLText {
    let escaped: String

    init(_ text: String) {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        self.escaped = escaped
    }
}

extension DefaultStringInterpolation {
    /// In a page, `\(escaping: text)` is the way that text gets in.
    mutating func appendInterpolation(escaping text: String) {
        appendLiteral(HTMLText(text).escaped)
    }
}
