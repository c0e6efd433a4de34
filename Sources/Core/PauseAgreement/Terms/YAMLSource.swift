// SPDX-License-Identifier: Apache-2.0

import Yams

/// The characters of a YAML text by line, to look at before and beside the parser.
struct YAMLSource {
    private let lines: [[Unicode.Scalar]]

    init(_ text: String) {
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(
            Array.init)
    }

    func scalar(at place: AgreementReading.Place) -> Unicode.Scalar? {
        guard case .text(let line, let column) = place, lines.indices.contains(line - 1),
            lines[line - 1].indices.contains(column - 1)
        else { return nil }
        return lines[line - 1][column - 1]
    }

    /// What must be refused before the parser sees it.
    var traps: [AgreementReading.Problem] {
        characterTraps + directiveTraps + aliasTraps
    }

    // MARK: - Characters

    private var characterTraps: [AgreementReading.Problem] {
        var problems: [AgreementReading.Problem] = []
        for (number, line) in lines.enumerated() {
            for (position, scalar) in line.enumerated() where YAMLSource.isRefused(scalar) {
                if scalar == "\r", position == line.count - 1, number < lines.count - 1 { continue }
                let hint = scalar == "\t" ? "indent and separate with spaces" : nil
                problems.append(
                    .init(
                        "\(YAMLSource.name(of: scalar)) is not allowed",
                        at: .text(line: number + 1, column: position + 1), hint: hint))
            }
        }
        return problems
    }

    /// Control characters, other line breaks than a newline, and what reorders text on the screen.
    static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF,
            0xFFFE, 0xFFFF:
            true
        default: false
        }
    }

    static func name(of scalar: Unicode.Scalar) -> String {
        if scalar == "\t" { return "a tab" }
        if scalar == "\r" { return "a carriage return" }
        if scalar.value == 0xFEFF { return "a byte order mark" }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
        return "the character U+\(padded)"
    }

    // MARK: - Directives

    private var directiveTraps: [AgreementReading.Problem] {
        for (number, line) in lines.enumerated() {
            guard let first = line.first(where: { $0 != " " && $0 != "\r" }), first != "#" else {
                continue
            }
            guard first == "%", line.first == "%" else { return [] }
            return [.init("directives are not allowed", at: .text(line: number + 1, column: 1))]
        }
        return []
    }

    // MARK: - Aliases

    /// Every alias of an anchor in the text. The parser would put the anchor's node in its place
    /// without a trace, and thirty aliases of aliases would keep it busy for years.
    private var aliasTraps: [AgreementReading.Problem] {
        let anchors = Set(references(with: "&").map(\.name))
        return references(with: "*").filter { anchors.contains($0.name) }.map {
            .init(
                "aliases are not allowed", at: $0.place,
                hint: "write it out wherever it holds: the text must mean what it shows")
        }
    }

    private func references(
        with sign: Unicode.Scalar
    ) -> [(name: [Unicode.Scalar], place: AgreementReading.Place)] {
        var found: [(name: [Unicode.Scalar], place: AgreementReading.Place)] = []
        for (number, line) in lines.enumerated() {
            for position in line.indices where line[position] == sign {
                guard position == 0 || " [{,:?-\"'".unicodeScalars.contains(line[position - 1])
                else { continue }
                let name = Array(line[(position + 1)...].prefix(while: YAMLSource.isInName))
                guard !name.isEmpty else { continue }
                found.append((name, .text(line: number + 1, column: position + 1)))
            }
        }
        return found
    }

    private static func isInName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }

    // MARK: - What the parser refuses

    func problem(_ error: any Error) -> AgreementReading.Problem {
        guard let error = error as? YamlError else {
            return .init("not YAML: \(error)", at: .text(line: 1, column: 1))
        }
        switch error {
        case .composer(_, let problem, let mark, _) where problem.hasSuffix("another document"):
            return .init(
                "a second document begins here", at: mark.place, hint: "one file, one agreement")
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let before = context.map { "\($0.text), " } ?? ""
            return .init("not YAML: \(before)\(problem)", at: mark.place)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = duplicates.first ?? ""
            return .init(
                "the key \"\(key)\" stands here a second time",
                at: second(key, after: context.mark) ?? context.mark.place)
        default:
            return .init("not YAML: \(error)", at: .text(line: 1, column: 1))
        }
    }

    /// The parser names only the first of two equal keys. In block style the second stands in the
    /// same column, before the first line that is indented less.
    private func second(_ key: String, after first: Mark) -> AgreementReading.Place? {
        let spellings = ["\(key):", "\"\(key)\":", "'\(key)':"].map { Array($0.unicodeScalars) }
        for number in lines.indices.dropFirst(first.line) {
            let line = lines[number]
            guard let start = line.firstIndex(where: { $0 != " " && $0 != "\r" }),
                line[start] != "#"
            else { continue }
            if start < first.column - 1 { return nil }
            if start == first.column - 1,
                spellings.contains(where: { line[start...].starts(with: $0) })
            {
                return .text(line: number + 1, column: start + 1)
            }
        }
        return nil
    }
}

extension Mark {
    fileprivate var place: AgreementReading.Place { .text(line: line, column: column) }
}
