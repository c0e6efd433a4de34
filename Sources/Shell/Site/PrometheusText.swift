// SPDX-License-Identifier: Apache-2.0
public import EvaluationLogs

/// One line of a metrics page: a series and its value.
public struct PrometheusSeries: Hashable, Sendable {
    /// The metric's name.
    public let name: String
    /// Label values by label name.
    public let labels: [String: String]
    /// As a number; NaN and infinities are allowed there.
    public let value: Double
    /// As it was written, since a counter may have more digits than a Double.
    public let text: String
    /// When the exporter took it, in milliseconds since 1970; nil where it does not say.
    public let milliseconds: Int64?
    /// The line it stands on, counted from 1.
    public let line: Int
}

/// Reads the text that exporters serve to Prometheus.
///
/// Strict about syntax, indifferent to names: a series that nobody asked for is passed on like any
/// other, and nothing is kept, so a long page needs no more memory than a short one.
///
/// Source: Prometheus, "Exposition formats", text format 0.0.4. Quoted metric names (format 1.0.0)
/// are refused.
public enum PrometheusText {
    /// The longest line, in bytes.
    public static let longestLine = 65_536
    /// The most labels of one series.
    public static let mostLabels = 128
    /// The most bytes of one page.
    public static let longestPage = 64 << 20

    /// Hands on each series in the order of the page.
    ///
    /// - Parameter file: what messages call the page.
    /// - Throws: ``MalformedEvidence`` with line and column; series before that place were handed
    ///   on, so a caller keeps nothing of a page that threw.
    public static func read(
        _ bytes: [UInt8], file: String,
        _ take: (PrometheusSeries) throws(MalformedEvidence) -> Void
    ) throws(MalformedEvidence) {
        guard bytes.count <= longestPage else {
            throw MalformedEvidence(
                file: file, reason: "\(bytes.count) bytes are more than the \(longestPage) read")
        }
        var start = 0
        var line = 1
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A)
            guard let end else {
                // A page that was cut off must not look like one with fewer devices.
                throw MalformedEvidence(
                    file: file, place: "line \(line), column \(bytes.count - start + 1)",
                    reason: "the page ends within a line")
            }
            guard end - start <= longestLine else {
                throw MalformedEvidence(
                    file: file, place: "line \(line)",
                    reason: "longer than the \(longestLine) bytes of a line that are read")
            }
            var reader = SeriesReader(bytes: bytes[start..<end], file: file, line: line)
            if let series = try reader.series() { try take(series) }
            start = end + 1
            line += 1
        }
    }
}

/// Reads one line.
private struct SeriesReader {
    let bytes: ArraySlice<UInt8>
    let file: String
    let line: Int
    var place: Int

    init(bytes: ArraySlice<UInt8>, file: String, line: Int) {
        self.bytes = bytes
        self.file = file
        self.line = line
        place = bytes.startIndex
    }

    /// Nil for empty lines and comments.
    mutating func series() throws(MalformedEvidence) -> PrometheusSeries? {
        skipBlanks()
        guard let first = peek else { return nil }
        if first == UInt8(ascii: "#") {
            try comment()
            return nil
        }
        let name = try name("a metric's name", colons: true)
        skipBlanks()
        let labels = peek == UInt8(ascii: "{") ? try self.labels() : [:]
        skipBlanks()
        let (text, value) = try value()
        skipBlanks()
        let time = peek == nil ? nil : try timestamp()
        skipBlanks()
        guard peek == nil else { throw fail("expected the end of the line") }
        return PrometheusSeries(
            name: name, labels: labels, value: value, text: text, milliseconds: time, line: line)
    }

    /// `# HELP` and `# TYPE` have a form, other comments have none.
    private mutating func comment() throws(MalformedEvidence) {
        place += 1
        skipBlanks()
        let keyword = word()
        guard keyword == "HELP" || keyword == "TYPE" else { return }
        skipBlanks()
        _ = try name("the name of the metric that this \(keyword) is about", colons: true)
        guard keyword == "TYPE" else { return }
        skipBlanks()
        let start = place
        let type = word()
        skipBlanks()
        let known = ["counter", "gauge", "histogram", "summary", "untyped"]
        guard known.contains(type), peek == nil else {
            place = start
            throw fail("expected one of \(known.joined(separator: ", "))")
        }
    }

    private mutating func labels() throws(MalformedEvidence) -> [String: String] {
        var labels: [String: String] = [:]
        place += 1
        while true {
            skipBlanks()
            // A comma after the last label is allowed.
            if take("}") { return labels }
            let start = place
            let name = try name("a label's name or }", colons: false)
            guard labels[name] == nil else {
                place = start
                throw fail("label \(name) stands there twice")
            }
            guard labels.count < PrometheusText.mostLabels else {
                throw fail("more than \(PrometheusText.mostLabels) labels")
            }
            skipBlanks()
            guard take("=") else { throw fail("expected =") }
            skipBlanks()
            labels[name] = try quoted()
            skipBlanks()
            if take(",") { continue }
            guard peek == UInt8(ascii: "}") else { throw fail("expected a comma or }") }
        }
    }

    private mutating func quoted() throws(MalformedEvidence) -> String {
        let start = place
        guard take("\"") else { throw fail("expected a value in quotes") }
        var text: [UInt8] = []
        while let byte = peek {
            place += 1
            if byte == UInt8(ascii: "\"") {
                guard let value = String(validating: text, as: UTF8.self) else {
                    place = start
                    throw fail("this value is not UTF-8")
                }
                return value
            }
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            switch peek {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): text.append(peek!)
            case UInt8(ascii: "n"): text.append(0x0A)
            default: throw fail("after a backslash stands \\, \" or n")
            }
            place += 1
        }
        place = start
        throw fail("the quote that begins here is not closed")
    }

    private mutating func value() throws(MalformedEvidence) -> (String, Double) {
        let start = place
        let text = word()
        switch text {
        case "NaN", "nan": return (text, .nan)
        case "+Inf", "Inf", "+inf", "inf": return (text, .infinity)
        case "-Inf", "-inf": return (text, -.infinity)
        default:
            guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }),
                let value = Double(text)
            else {
                place = start
                throw fail("a number was expected\(text.isEmpty ? "" : ", not “\(text)”")")
            }
            return (text, value)
        }
    }

    private mutating func timestamp() throws(MalformedEvidence) -> Int64 {
        let start = place
        let text = word()
        guard let time = Int64(text), !text.hasPrefix("+") else {
            place = start
            throw fail("expected a time in milliseconds or the end of the line")
        }
        return time
    }

    private mutating func name(
        _ what: String, colons: Bool
    ) throws(MalformedEvidence) -> String {
        let start = place
        while let byte = peek {
            let isLetter =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                && byte & 0x40 != 0 || byte == UInt8(ascii: "_")
                || (colons && byte == UInt8(ascii: ":"))
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard isLetter || (isDigit && place > start) else { break }
            place += 1
        }
        guard place > start else { throw fail("expected \(what)") }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    /// Everything up to the next blank.
    private mutating func word() -> String {
        let start = place
        while let byte = peek, byte != 0x20, byte != 0x09 { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private var peek: UInt8? { place < bytes.endIndex ? bytes[place] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x09 { place += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard peek == character.asciiValue else { return false }
        place += 1
        return true
    }

    private func fail(_ reason: String) -> MalformedEvidence {
        // Continuation bytes of UTF-8 are no characters of their own.
        let column = bytes[..<place].count { $0 & 0xC0 != 0x80 } + 1
        return MalformedEvidence(
            file: file, place: "line \(line), column \(column)", reason: reason)
    }
}
