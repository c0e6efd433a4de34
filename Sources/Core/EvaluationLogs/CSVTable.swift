// SPDX-License-Identifier: Apache-2.0

/// A table of comma-separated values with a header line.
///
/// Lines end with CR LF or LF. Stricter than most readers: every row has as many cells as the
/// header, a quote stands only around a whole cell, and no two columns share a name.
///
/// Source: RFC 4180.
struct CSVTable {
    let file: String
    let columns: [String]
    let rows: [Row]

    struct Row {
        /// The line on which the row begins, counted from 1.
        let line: Int
        let cells: [Cell]
    }

    struct Cell {
        let text: String
        /// The line and character at which it begins, counted from 1.
        let line: Int
        let column: Int
    }

    /// - Throws: ``MalformedEvidence`` with line and column.
    init(_ bytes: [UInt8], file: String) throws(MalformedEvidence) {
        var reader = CSVReader(bytes: bytes[...], file: file)
        reader.skipByteOrderMark()
        guard let header = try reader.row() else {
            throw MalformedEvidence(
                file: file, reason: "it is empty, where a header line was expected")
        }
        var rows: [Row] = []
        while let row = try reader.row() {
            guard row.cells.count == header.cells.count else {
                throw MalformedEvidence(
                    file: file, place: "line \(row.line)",
                    reason: "\(row.cells.count) cells, where the header has \(header.cells.count)")
            }
            rows.append(row)
        }
        columns = header.cells.map(\.text)
        for (place, cell) in header.cells.enumerated() where columns[..<place].contains(cell.text) {
            throw MalformedEvidence(
                file: file, place: "line 1, column \(cell.column)",
                reason: "a second column is named \(cell.text)")
        }
        self.rows = rows
        self.file = file
    }

    /// Where the column of that name stands in each row.
    func place(of column: String) throws(MalformedEvidence) -> Int {
        guard let place = columns.firstIndex(of: column) else {
            throw MalformedEvidence(
                file: file, place: "line 1",
                reason: "no column \(column) among \(columns.joined(separator: ", "))")
        }
        return place
    }

    /// A plain decimal number; `nan`, `inf` and hexadecimal are refused.
    func number(_ row: Row, _ place: Int) throws(MalformedEvidence) -> Double {
        let text = row.cells[place].text
        guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }),
            let number = Double(text),
            number.isFinite
        else { throw fail(row, place, "a number was expected, not “\(text)”") }
        return number
    }

    func fail(_ row: Row, _ place: Int, _ reason: String) -> MalformedEvidence {
        let cell = row.cells[place]
        return MalformedEvidence(
            file: file, place: "line \(cell.line), column \(cell.column)", reason: reason)
    }
}

private struct CSVReader {
    var bytes: ArraySlice<UInt8>
    let file: String
    var line = 1
    var column = 1

    mutating func skipByteOrderMark() {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
    }

    /// The next row, nil at the end of the file.
    mutating func row() throws(MalformedEvidence) -> CSVTable.Row? {
        guard !bytes.isEmpty else { return nil }
        let start = line
        var cells: [CSVTable.Cell] = []
        while true {
            let place = (line, column)
            cells.append(CSVTable.Cell(text: try cell(), line: place.0, column: place.1))
            if take(",") { continue }
            if bytes.isEmpty || takeLineEnd() { return CSVTable.Row(line: start, cells: cells) }
            throw fail("expected a comma or the end of the line")
        }
    }

    private mutating func cell() throws(MalformedEvidence) -> String {
        if bytes.first == UInt8(ascii: "\"") { return try quotedCell() }
        let end =
            bytes.firstIndex { $0 == UInt8(ascii: ",") || $0 == 0x0a || $0 == 0x0d }
            ?? bytes.endIndex
        let text = bytes[..<end]
        if let quote = text.firstIndex(of: UInt8(ascii: "\"")) {
            column += text[..<quote].count
            throw fail("a quote within a cell that does not begin with one")
        }
        let result = try string(text)
        bytes = bytes[end...]
        column += result.count
        return result
    }

    private mutating func quotedCell() throws(MalformedEvidence) -> String {
        let (startLine, startColumn) = (line, column)
        var text: [UInt8] = []
        advance()
        while let byte = bytes.first {
            advance()
            if byte != UInt8(ascii: "\"") {
                text.append(byte)
            } else if bytes.first == UInt8(ascii: "\"") {
                advance()
                text.append(byte)
            } else {
                return try string(text[...])
            }
        }
        (line, column) = (startLine, startColumn)
        throw fail("the quote that begins here is not closed")
    }

    private mutating func advance() {
        let byte = bytes.removeFirst()
        if byte == 0x0a {
            line += 1
            column = 1
        } else if byte & 0xc0 != 0x80 {
            column += 1
        }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard bytes.first == character.asciiValue else { return false }
        advance()
        return true
    }

    private mutating func takeLineEnd() -> Bool {
        if bytes.starts(with: [0x0d, 0x0a]) { bytes = bytes.dropFirst() }
        return take("\n")
    }

    private func string(_ bytes: ArraySlice<UInt8>) throws(MalformedEvidence) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw fail("this is not UTF-8")
        }
        return text
    }

    private func fail(_ reason: String) -> MalformedEvidence {
        MalformedEvidence(file: file, place: "line \(line), column \(column)", reason: reason)
    }
}
