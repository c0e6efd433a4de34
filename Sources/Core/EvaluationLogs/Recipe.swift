// SPDX-License-Identifier: Apache-2.0
import TransparencyLog

/// How a figure came out of its files, in one line: which importer with which arguments.
///
/// `metr-runs/1 agent=o1 bootstrap=1000 regularization=0.1 reliability=0.5 seed=42`. The same line
/// and the same files give the same figure on every machine.
///
/// Source: docs/IMPORTERS.md.
public struct Recipe: Hashable, Sendable, CustomStringConvertible {
    public let importer: Importer
    /// By name; only what the importer knows.
    public let arguments: [String: String]

    /// Which reader of files; the number after the slash grows when a figure would come out
    /// differently.
    public enum Importer: String, Hashable, Sendable, CaseIterable {
        case inspect = "inspect/1"
        case metrRuns = "metr-runs/1"
        case metrHeadline = "metr-headline/1"
        case metrTrend = "metr-trend/1"
        case everyEvalEver = "every-eval-ever/1"
        case lmEval = "lm-eval/1"
        case helm = "helm/1"
        case survey = "survey/1"
        case git = "git/1"

        /// What may be said to it.
        public var argumentNames: [String] {
            switch self {
            case .inspect: ["cluster", "reducer", "scorer"]
            case .metrRuns: ["agent", "bootstrap", "regularization", "reliability", "seed"]
            case .metrHeadline: ["model", "reliability"]
            case .metrTrend: ["ceiling", "interval", "reliability", "since", "through"]
            case .everyEvalEver: ["metric", "result", "unit"]
            case .lmEval: ["filter", "metric", "task", "unit"]
            case .helm: ["metric", "split", "unit"]
            case .survey: ["column", "confidence", "unit", "where"]
            case .git:
                [
                    "base-since", "base-until", "commit", "engineers", "exclude", "figure",
                    "since", "trailers", "until",
                ]
            }
        }
    }

    /// - Throws: ``UnfitSelection`` for an argument that the importer does not know.
    public init(
        _ importer: Importer, _ arguments: [String: String?]
    ) throws(UnfitSelection) {
        let given = arguments.compactMapValues { $0 }
        if let unknown = given.keys.sorted().first(where: { !importer.argumentNames.contains($0) })
        {
            throw UnfitSelection(
                "the importer \(importer.rawValue) has no argument \(unknown)",
                hint: "it has: \(importer.argumentNames.joined(separator: ", "))")
        }
        self.importer = importer
        self.arguments = given
    }

    public subscript(name: String) -> String? { arguments[name] }

    /// Reads one line; only the spelling that ``description`` writes.
    ///
    /// - Throws: ``UnfitSelection`` for an importer or an argument that is not known here.
    public init(parsing text: String) throws(UnfitSelection) {
        var rest = text[...]
        let first = rest.prefix { $0 != " " }
        rest = rest.dropFirst(first.count)
        guard let importer = Importer(rawValue: String(first)) else {
            throw UnfitSelection(
                "no importer \(InspectAudit.line(String(first))) here",
                hint: "known: \(Importer.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var arguments: [String: String?] = [:]
        while !rest.isEmpty {
            guard let (name, value) = Recipe.argument(&rest), arguments[name] == nil else {
                throw UnfitSelection(
                    "“\(InspectAudit.line(text))” is no recipe",
                    hint: "IMPORTER/VERSION NAME=VALUE …, sorted, each name once")
            }
            arguments[name] = value
        }
        try self.init(importer, arguments)
        guard description == text else {
            throw UnfitSelection(
                "the recipe is not written in the one way", hint: "it is: \(description)")
        }
    }

    /// The importer, and then the arguments in the order of their names.
    public var description: String {
        let words = arguments.sorted { $0.key < $1.key }.map { name, value in
            "\(name)=\(Recipe.isPlain(value) ? value : Recipe.quoted(value))"
        }
        return ([importer.rawValue] + words).joined(separator: " ")
    }

    private static func isPlain(_ value: String) -> Bool {
        !value.isEmpty
            && value.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_.,:/+*@".utf8.contains(byte)
                }
            }
    }

    private static func quoted(_ value: String) -> String {
        String(decoding: JSON.string(value).canonicalBytes, as: UTF8.self)
    }

    /// Takes ` NAME=VALUE` from the front.
    private static func argument(_ rest: inout Substring) -> (String, String)? {
        guard rest.first == " " else { return nil }
        rest = rest.dropFirst()
        let name = rest.prefix { $0 != "=" }
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty, rest.first == "=" else { return nil }
        rest = rest.dropFirst()
        guard rest.first == "\"" else {
            let value = rest.prefix { $0 != " " }
            rest = rest.dropFirst(value.count)
            return isPlain(String(value)) ? (String(name), String(value)) : nil
        }
        var end = rest.index(after: rest.startIndex)
        var isEscaped = false
        while end < rest.endIndex, isEscaped || rest[end] != "\"" {
            isEscaped = !isEscaped && rest[end] == "\\"
            end = rest.index(after: end)
        }
        guard end < rest.endIndex else { return nil }
        let value = try? JSON.parse(Array(rest[...end].utf8)).string
        rest = rest[rest.index(after: end)...]
        return value.map { (String(name), $0) }
    }
}

extension Recipe {
    /// An argument that is a number.
    func number(_ name: String) throws(UnfitSelection) -> Double? {
        guard let text = arguments[name] else { return nil }
        guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }),
            let number = Double(text), number.isFinite
        else { throw UnfitSelection("\(name)=\(InspectAudit.line(text)) is no number", hint: "") }
        return number
    }

    /// An argument that must be there.
    func required(_ name: String) throws(UnfitSelection) -> String {
        guard let text = arguments[name] else {
            throw UnfitSelection("the recipe names no \(name)", hint: "it needs \(name)=…")
        }
        return text
    }
}
