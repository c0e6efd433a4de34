// SPDX-License-Identifier: Apache-2.0

/// A table as a file: RFC 4180 with CRLF, UTF-8, one line of column names.
///
/// A cell that a spreadsheet would run as a formula gets an apostrophe in front: parties write
/// text that strangers open.
struct CSV {
    private(set) var text: String

    init(_ columns: [String]) { text = CSV.line(columns) }

    mutating func add(_ cells: [String]) { text += CSV.line(cells) }

    var bytes: [UInt8] { Array(text.utf8) }

    private static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    private static func cell(_ text: String) -> String {
        var text = text
        // A number may begin with a minus; text may not.
        let isNumber = !text.isEmpty && Double(text) != nil
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first),
            !isNumber
        {
            text = "'" + text
        }
        let needsQuotes = text.utf8.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 < 0x20
        }
        guard needsQuotes else { return text }
        var quoted = ""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return "\"\(quoted)\""
    }
}
